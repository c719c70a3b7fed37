# What the cases share. Each case is a function named after its requirement (PLUE_53 is PLUE-53) and runs in a bash of its
# own with -euo pipefail, in the order of the file. CI leaves out those below a line `# slow`, which mostly wait for namespaces
# to go. `helm` is the program on trial; `kubectl` is the real one, as administrator.

ROOT=${ROOT:-$PWD}

# The charts that are installed by themselves, each with the release name of its seed.
APPLICATIONS="plue=charts/plue/infra/helm/plue clipper=charts/clipper/helm/charts/clipper
  csv-analyst=charts/csv-analyst-chat/helm/csv-analyst-chat inferno=charts/inferno/helm/inferno monkeytown=charts/monkeytown/helm/monkeytown"

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

# give NAMESPACE NAME…: Clipper's Secrets backend-secrets, postgres-secret, redis-secret.
give() {
  local namespace=$1 name
  shift
  for name in "$@"; do
    local keys=(--from-literal=POSTGRES_PASSWORD=a)
    [[ $name != redis-secret ]] || keys=(--from-literal=REDIS_PASSWORD=b)
    [[ $name != backend-secrets ]] || keys=(--from-literal={DB_PASSWORD=a,REDIS_PASSWORD=b,JWT_SECRET=c})
    kubectl create secret generic "$name" "${keys[@]}" -n "$namespace"
  done
}

# three NAMESPACE: the namespace exists, with the three Secrets that Clipper wants and nothing else.
three() {
  fresh "$1"
  give "$1" backend-secrets postgres-secret redis-secret
}

# fourth NAMESPACE: Grafana's Secret.
fourth() {
  kubectl create secret generic grafana-admin-secret --from-literal=admin-user=a --from-literal=admin-password=b -n "$1"
}

# town NAMESPACE: the Secrets that Monkeytown's environments want.
town() {
  kubectl create secret docker-registry registry-secret --docker-server=registry.invalid --docker-username=u --docker-password=p -n "$1"
  kubectl create secret generic monkeytown-prod-secrets --from-literal=GITHUB_TOKEN=t -n "$1"
  kubectl create secret generic monkeytown-prod-redis --from-literal=redis-password=p -n "$1"
}

# supplied NAMESPACE: the namespace exists, with what any chart wants to find and nothing else.
supplied() {
  three "$1"
  fourth "$1"
  town "$1"
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
# kinds without a generation the resourceVersion. An autoscaler, whose status changes by itself, and what it scales count by
# their spec.
versions() {
  helm get manifest "$1" -n "$2" | kubectl get -n "$2" -f - -o json | jq -r '.items[] | "\(.kind)/\(.metadata.name) \(.metadata.uid) \(
    if .kind == "HorizontalPodAutoscaler" or .kind == "Deployment" then .spec | del(.replicas) | tojson
    else .metadata.generation // .metadata.resourceVersion end)"'
}

# revision RELEASE NAMESPACE: the number of the last revision.
revision() {
  helm history "$1" -n "$2" -o json | jq -r '.[-1].revision'
}

# status_of RELEASE NAMESPACE
status_of() {
  helm status "$1" -n "$2" -o json | jq -r .info.status
}

# restricted NAMESPACE: it exists and admits only pods of the restricted profile.
restricted() {
  kubectl create namespace "$1" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
  kubectl label --overwrite namespace "$1" pod-security.kubernetes.io/enforce=restricted >/dev/null
}

# pods NAMESPACE < MANIFEST: a List of Pods in the namespace, one from each pod template of the manifest, named after its workload.
pods() {
  kubectl create --dry-run=client --validate=false -o json -n "$1" -f - | jq -s --arg namespace "$1" '
    [.[] | if .kind == "List" then .items[] else . end
      | {name: "\(.kind)-\(.metadata.name)" | ascii_downcase, template: (.spec.jobTemplate.spec.template? // .spec.template?),
         claims: [(.spec.volumeClaimTemplates? // [])[].metadata.name | {name: ., persistentVolumeClaim: {claimName: .}}]}
      | select(.template.spec.containers?)
      | {apiVersion: "v1", kind: "Pod", metadata: {name, namespace: $namespace, labels: .template.metadata.labels,
          annotations: .template.metadata.annotations}, spec: (.template.spec + {volumes: ((.template.spec.volumes // []) + .claims)})}]
    | {apiVersion: "v1", kind: "List", items: .}'
}

# accounts NAMESPACE < PODS: the service accounts that the pods name exist, as admission wants it.
accounts() {
  jq -r '[.items[].spec.serviceAccountName // "default"] | unique[]' | while read -r account; do
    kubectl create serviceaccount "$account" -n "$1" --dry-run=client -o yaml
    echo ---
  done | kubectl apply -n "$1" -f - >/dev/null 2>&1
}

# admitted NAMESPACE PODS: a server-side dry run of every Pod succeeds, and there is one at least.
admitted() {
  local count names
  count=$(jq '.items | length' <<<"$2")
  [[ $count -gt 0 ]] || { echo "no pod template" && return 1; }
  accounts "$1" <<<"$2"
  names=$(kubectl create --dry-run=server -n "$1" -o name -f - <<<"$2") || return 1
  is "$count" "$(wc -l <<<"$names")"
}

# claims NAMESPACE: name and uid of every claim, a line each.
claims() {
  field pvc '{range .items[*]}{.metadata.name} {.metadata.uid}{"\n"}{end}' -n "$1"
}
