#!/usr/bin/env bash
# Swaps the two local dependencies of helm/monkeytown for the upstream charts they stand for.
#
#   scripts/vendor-upstream.sh                 shows the Chart.yaml that would be used; changes nothing
#   scripts/vendor-upstream.sh --write [DIR]   makes a copy of the chart in DIR (default: helm/monkeytown-upstream), writes the
#                                              upstream coordinates into it and runs `helm dependency update` there
#
# The coordinates are the annotations monkeytown.dev/upstream-<dependency> of Chart.yaml: "<name> <version> <repository>".
# The chart itself is never touched. Needs network access to the repositories; HELM names the program (default: helm).
#
# What changes in the copy: upstream charts render themselves, so Redis follows `monkeytown-redis.*` alone, and its Service is
# called <fullname>-master: set eventStream.env.REDIS_URL accordingly.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
chart=$root/helm/monkeytown
write=false
target=$root/helm/monkeytown-upstream

while (($#)); do
    case $1 in
        --write)
            write=true
            if [[ ${2-} && $2 != -* ]]; then
                target=$2
                shift
            fi
            ;;
        -h | --help)
            sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *)
            echo "vendor-upstream: unknown argument: $1 (see --help)" >&2
            exit 2
            ;;
    esac
    shift
done

# Chart.yaml with the upstream coordinates. A dependency without an annotation keeps its own, its path made absolute. Where the
# upstream name differs, the old one becomes the alias, so that values keep their keys.
rewrite() {
    awk -v base="$chart" '
        /^  monkeytown.dev\/upstream-[a-z-]+:/ {
            line = $0
            sub(/^  monkeytown.dev\/upstream-/, "", line)
            name = line; sub(/:.*/, "", name)
            sub(/^[^:]*: */, "", line); gsub(/"/, "", line)
            split(line, part, " ")
            upstream[name] = part[1]; version[name] = part[2]; repository[name] = part[3]
        }
        /^  - name: / { name = $3; known = (name in upstream) }
        known && /^  - name: / { print "  - name: " upstream[name]; if (upstream[name] != name) print "    alias: " name; next }
        known && /^    version: / { print "    version: " version[name]; next }
        known && /^    repository: / { print "    repository: " repository[name]; next }
        /^    repository: file:\/\/\.\.?\// { sub(/file:\/\//, "file://" base "/") }
        { print }
    ' "$chart/Chart.yaml"
}

if ! $write; then
    rewrite
    echo "vendor-upstream: nothing was changed; add --write to make the copy" >&2
    exit 0
fi

if [[ -e $target ]]; then
    echo "vendor-upstream: $target exists; remove it or name another folder" >&2
    exit 1
fi
mkdir -p "$target"
cp -R "$chart/." "$target/"
rm -rf "$target/charts" "$target/Chart.lock"
rewrite >"$target/Chart.yaml"
"${HELM:-helm}" dependency update "$target"
