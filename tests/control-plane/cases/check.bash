# What the cases share. Each case is a function named after its requirement (PLUE_53 is PLUE-53) and runs in a bash of its
# own with -euo pipefail, in the order of the file. `helm` is the program on trial; `kubectl` is the real one, as administrator.

ROOT=$PWD

# crds: the cluster has every definition of charts/testdata/crds. A file's function `setup` runs once before its first case.
crds() {
  kubectl apply -f "$ROOT/charts/testdata/crds"
  kubectl wait --for=condition=Established crd --all --timeout=30s
}

# refused TEXT COMMAND…: the command must fail and say TEXT.
refused() {
  local text=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "should have been refused: $*" && return 1
  fi
  grep -qF -- "$text" <<<"$output" || { echo "refused without \"$text\": $output" && return 1; }
}

# is WANT HAVE
is() {
  [[ $1 == "$2" ]] || { echo "expected $1, got $2" && return 1; }
}

# has TEXT PART
has() {
  grep -qF -- "$2" <<<"$1" || { echo "no \"$2\" in: $1" && return 1; }
}

# can yes|no QUESTION…
can() {
  local want=$1
  shift
  is "$want" "$(kubectl auth can-i "$@" 2>/dev/null || true)"
}

# field OBJECT JSONPATH [OPTION…]
field() {
  local object=$1 path=$2
  shift 2
  kubectl get "$object" -o "jsonpath=$path" "$@"
}

# fresh NAMESPACE: the namespace exists and is empty.
fresh() {
  gone "$1"
  kubectl create namespace "$1" >/dev/null
}

# gone NAMESPACE: the namespace does not exist.
gone() {
  kubectl delete namespace "$1" --ignore-not-found --wait --timeout=60s >/dev/null
}

# leave NAMESPACE: as `gone`, without waiting.
leave() {
  kubectl delete namespace "$1" --ignore-not-found --wait=false >/dev/null
}

# objects RELEASE NAMESPACE: kind/name and resourceVersion of every object of the release, a line each.
objects() {
  helm get manifest "$1" -n "$2" | kubectl get -n "$2" -f - -o 'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\n"}{end}'
}

# versions RELEASE NAMESPACE: what tells whether an upgrade has touched an object's declared state: uid and generation, and for
# kinds without a generation the resourceVersion.
versions() {
  helm get manifest "$1" -n "$2" | kubectl get -n "$2" -f - -o json | jq -r \
    '.items[] | "\(.kind)/\(.metadata.name) \(.metadata.uid) \(.metadata.generation // .metadata.resourceVersion)"'
}

# revision RELEASE NAMESPACE: the number of the last revision.
revision() {
  helm history "$1" -n "$2" -o json | jq -r '.[-1].revision'
}

# status_of RELEASE NAMESPACE
status_of() {
  helm status "$1" -n "$2" -o json | jq -r .info.status
}
