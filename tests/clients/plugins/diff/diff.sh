#!/bin/bash
# `helm diff upgrade NAME CHART …` as helmfile calls it: compares the manifest of the release with what the chart renders to.
# Exit status 2 where they differ, if --detailed-exitcode is given.
set -euo pipefail
[[ $1 == upgrade ]] || { echo "diff: unknown command $1" >&2; exit 1; }
shift
words=() values=() where=() detailed=0 before=
while (($#)); do
    case $1 in
    --detailed-exitcode) detailed=1 ;;
    --namespace | --kube-context) where+=("$1" "$2") && shift ;;
    --values | --set | --set-string | --version | --kube-version | --post-renderer) values+=("$1" "$2") && shift ;;
    --context | --output | --strip-trailing-cr) shift ;;
    --*) ;;
    *) words+=("$1") ;;
    esac
    shift
done
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
"$HELM_BIN" get manifest "${words[0]}" "${where[@]}" >"$folder/before" 2>"$folder/error" || {
    grep -q 'release: not found' "$folder/error" || { cat "$folder/error" >&2; exit 1; }
    echo "Release was not present in Helm.  Diff will show entire contents as new."
    before=none
}
"$HELM_BIN" template "${words[@]}" "${where[@]}" "${values[@]}" --no-hooks --is-upgrade --dry-run=server >"$folder/after"
diff -B -U 2 --label before --label after "$folder/before" "$folder/after" && [[ -z $before ]] && exit 0
((detailed)) && exit 2
exit 0
