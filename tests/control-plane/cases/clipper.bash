# The seed's command lines of Clipper.
cd charts/clipper/helm/charts
here=clipper-production

setup() {
  crds
}

tag() {
  field deployment/clipper-backend '{.spec.template.spec.containers[0].image}' -n $here
}

XC_47() {
  gone $here
  refused 'not found in namespace' helm install clipper ./clipper -n $here --create-namespace
  is "" "$(kubectl get deployments,services,statefulsets -n $here -o name 2>/dev/null)"
}

XC_48() {
  three $here
  kubectl delete secret backend-secrets -n $here
  refused 'secret "backend-secrets" not found in namespace "clipper-production"; create it first with keys: DB_PASSWORD, REDIS_PASSWORD, JWT_SECRET' \
    helm install clipper ./clipper -n $here --create-namespace
  is "" "$(kubectl get deployments,services,statefulsets -n $here -o name)"
  is "" "$(helm list -n $here -q --deployed)"
}

CLIP_49() {
  three $here
  has "$(cd ../.. && cd helm/charts && helm install clipper ./clipper -n $here --create-namespace)" 'WARNING: Grafana uses the default admin password'
}

CLIP_57() {
  kubectl rollout status deployment/clipper-backend -n $here --timeout=30s
  kubectl rollout status deployment/clipper-frontend -n $here --timeout=30s
  kubectl get hpa clipper-backend -n $here
  kubectl describe hpa clipper-backend -n $here
  kubectl describe ingress clipper-backend -n $here
  kubectl describe certificate clipper-tls -n $here
  kubectl describe pvc postgres-pvc -n $here
}

CLIP_17() {
  kubectl scale deployment clipper-backend --replicas=5 -n $here
  helm upgrade clipper ./clipper -n $here
  is 5 "$(field deployment/clipper-backend '{.spec.replicas}' -n $here)"
}

CLIP_26() {
  # The names in the configuration are Services of the release.
  local name
  for name in DB_HOST REDIS_HOST; do
    kubectl get service "$(field configmap/clipper-backend "{.data.$name}" -n $here)" -n $here
  done
}

CLIP_56() {
  fourth $here
  helm upgrade clipper ./clipper -n $here -f values-production.yaml
}

CLIP_60() {
  helm uninstall clipper -n $here
  is "" "$(helm list -n $here -q)"
  is "postgres-pvc redis-pvc" "$(kubectl get pvc -n $here -o json | jq -r '[.items[].metadata.name | select(test("^(postgres|redis)-pvc$"))] | sort | join(" ")')"
}

# slow
CLIP_40() {
  three $here
  helm install clipper ./clipper -n $here
  local before
  before=$(field pvc '{range .items[*]}{.metadata.name} {.metadata.uid} {.spec.resources.requests.storage} {.spec.accessModes[0]}{"\n"}{end}' -n $here | grep -E '^(postgres|redis)-pvc')
  has "$before" ' 20Gi ReadWriteOnce'
  has "$before" ' 5Gi ReadWriteOnce'
  helm uninstall clipper -n $here
  helm install clipper ./clipper -n $here
  is "$before" "$(field pvc '{range .items[*]}{.metadata.name} {.metadata.uid} {.spec.resources.requests.storage} {.spec.accessModes[0]}{"\n"}{end}' -n $here | grep -E '^(postgres|redis)-pvc')"
}

# slow
CLIP_41() {
  helm uninstall clipper -n $here --wait
  kubectl wait --for=delete pod --all -n $here --timeout=30s
  kubectl delete pvc --all -n $here --timeout=30s
  is "" "$(kubectl get all,cm,secret,pvc,ingress,hpa,pdb,sa,role,rolebinding,networkpolicy -n $here -l app.kubernetes.io/instance=clipper -o name)"
}

CLIP_50() {
  three $here
  helm install clipper-backend ./clipper-backend -n $here --create-namespace
  field deployment/clipper-backend '{.metadata.name}' -n $here
}

CLIP_51() {
  helm install postgres ./clipper-postgres -n $here
  kubectl get statefulset/postgres service/postgres pvc/postgres-pvc -n $here
}

CLIP_55() {
  is "clipper-backend postgres" "$(helm list -n $here | tail -n +2 | cut -f1 | xargs)"
}

CLIP_54() {
  three $here
  helm install clipper ./clipper -n $here --set backend.replicaCount=4
  helm upgrade clipper ./clipper -n $here --set clipper-backend.image.tag=v1.2.3 --reuse-values
  is 2 "$(revision clipper $here)"
  has "$(tag)" :v1.2.3
  is 4 "$(field hpa/clipper-backend '{.spec.minReplicas}' -n $here)"
}

CLIP_58() {
  for n in 3 4; do helm upgrade clipper ./clipper -n $here --set clipper-backend.image.tag=v1.2.$n --reuse-values; done
  helm history clipper -n $here
  is 4 "$(helm history clipper -n $here -o json | jq length)"
  local third
  third=$(helm get manifest clipper -n $here --revision 3)
  helm rollback clipper -n $here
  is "5 same" "$(revision clipper $here) $([[ $third == "$(helm get manifest clipper -n $here)" ]] && echo same)"
  helm rollback clipper 3 -n $here
  is "6 same" "$(revision clipper $here) $([[ $third == "$(helm get manifest clipper -n $here)" ]] && echo same)"
}

# slow
CLIP_52() {
  three $here
  fourth $here
  three clipper-staging
  helm install clipper ./clipper -n $here --create-namespace -f ./clipper/examples/values-production.yaml
  helm install clipper ./clipper -n clipper-staging --create-namespace -f ./clipper/examples/values-staging.yaml
  is "3-20" "$(field hpa/clipper-backend '{.spec.minReplicas}-{.spec.maxReplicas}' -n $here)"
  is "2-5" "$(field hpa/clipper-backend '{.spec.minReplicas}-{.spec.maxReplicas}' -n clipper-staging)"
  is 50Gi "$(field pvc/postgres-pvc '{.spec.resources.requests.storage}' -n $here)"
  has "$(field ingress '{.items[*].spec.rules[*].host}' -n clipper-staging)" staging.clpr.tv
  gone clipper-staging
  gone $here
}

# lacking SENTENCE: the installation is refused with the sentence, and leaves nothing.
lacking() {
  refused "$1" helm install clipper ./clipper -n $here --create-namespace
  is "" "$(kubectl get all,cm,pvc,ingress,hpa,pdb,sa,role,networkpolicy -n $here -o name | grep -vE '/(kube-root-ca.crt|default)$' || true)"
  is "" "$(helm list -n $here -q --deployed)"
}

# slow
CLIP_27() {
  local where='not found in namespace "clipper-production"; create it first with keys:'
  fresh $here
  lacking "$where"
  helm install clipper ./clipper -n $here --set backend.secrets.validate=false,postgres.secrets.validate=false,redis.secrets.validate=false
  helm uninstall clipper -n $here
  kubectl delete pvc --all -n $here --wait=false
  give $here postgres-secret redis-secret
  lacking "secret \"backend-secrets\" $where DB_PASSWORD, REDIS_PASSWORD, JWT_SECRET"
  give $here backend-secrets
  kubectl delete secret postgres-secret -n $here
  lacking "secret \"postgres-secret\" $where POSTGRES_PASSWORD"
  give $here postgres-secret
  kubectl delete secret redis-secret -n $here
  lacking "secret \"redis-secret\" $where REDIS_PASSWORD"
  give $here redis-secret
  kubectl patch secret backend-secrets -n $here --type=json -p '[{"op": "remove", "path": "/data/JWT_SECRET"}]'
  lacking 'JWT_SECRET'
  kubectl delete secret backend-secrets -n $here
  give $here backend-secrets
  refused "secret \"grafana-admin-secret\" $where admin-user, admin-password" \
    helm upgrade --install clipper ./clipper -n $here --set grafana.adminPassword='' --set grafana.admin.existingSecret='grafana-admin-secret'
  fourth $here
  helm upgrade --install clipper ./clipper -n $here --set grafana.adminPassword='' --set grafana.admin.existingSecret='grafana-admin-secret'
  # An upgrade is refused as well, and the release stays what it was.
  kubectl delete secret redis-secret -n $here
  refused "secret \"redis-secret\" $where REDIS_PASSWORD" helm upgrade clipper ./clipper -n $here --reuse-values
  is deployed "$(status_of clipper $here)"
  gone $here
}

CLIP_43() {
  restricted clipper-pods
  local pods
  pods=$(helm template clipper ./clipper -n clipper-pods | pods clipper-pods | jq '.items |= map(select(.metadata.name | startswith("statefulset-")))')
  is 2 "$(jq '.items | length' <<<"$pods")"
  is "999 999" "$(jq -r '[.items[].spec.securityContext.runAsUser] | join(" ")' <<<"$pods")"
  admitted clipper-pods "$pods"
  refused 'violates PodSecurity "restricted' admitted clipper-pods "$(jq '.items[].spec.containers[].securityContext.allowPrivilegeEscalation = true' <<<"$pods")"
  leave clipper-pods
}

# optional: the paths of the values on standard input that an older release may lack, as JSON, a line each. The others are those
# of `is_needed` in crates/skeg-testkit/tests/clipper_commands.rs, and of the umbrella the sections of its components.
optional() {
  jq -c '[paths] | .[] | select(all(type == "string")) | select(join(".") as $path | ($path | sub("^grafana\\."; "")) as $own
    | ["global", "global.domain", "renderInParent", "grafana", "secrets", "secrets.existingSecret", "persistence.size",
       "podDisruptionBudget.maxUnavailable", "platform-lib"] | index($own) | not)
    | select(join(".") | sub("^grafana\\."; "") | (startswith("image") and (contains("Pull") | not)) or startswith("resources") or startswith("platform-lib") or startswith("clipper-") | not)'
}

# borne CHART PATHS…: a release of the chart as it was when its values lacked a path is upgraded with --reuse-values.
borne() {
  local chart=$1 all path older count=0
  older=$(mktemp -d)
  cp -r "./$chart" "$older"
  all=$(helm get values older -n $here --all -o json)
  while read -r path; do
    jq "delpaths([$path])" <<<"$all" >"$older/$chart/values.yaml"
    helm upgrade older "$older/$chart" -n $here --reset-values >/dev/null || { echo "without $path" && return 1; }
    helm upgrade older "./$chart" -n $here --reuse-values >/dev/null || { echo "without $path" && return 1; }
    count=$((count + 1))
  done
  rm -r "$older"
  echo "$chart: $count keys"
  [[ $count -gt 2 ]]
}

# slow
CLIP_48() {
  local chart
  for chart in clipper-backend clipper-frontend clipper-postgres clipper-redis clipper-monitoring clipper; do
    three $here
    helm install older ./$chart -n $here
    # With every key it takes minutes; whole sections are enough to show that nothing is taken for granted, and
    # CLIP-48's test in clipper_commands.rs renders without each key.
    borne $chart < <(helm get values older -n $here --all -o json | optional | jq -c "select(length <= ${DEPTH:-1})")
    gone $here
  done
}

CLIP_53() {
  three clipper-current
  export HELM_NAMESPACE=clipper-current
  helm install clipper ./clipper --set backend.replicaCount=5 --set postgres.persistence.size=50Gi --set global.domain=example.com
  is 5 "$(field hpa/clipper-backend '{.spec.minReplicas}' -n clipper-current)"
  is 50Gi "$(field pvc/postgres-pvc '{.spec.resources.requests.storage}' -n clipper-current)"
  is "example.com example.com" "$(field ingress '{.items[*].spec.rules[*].host}' -n clipper-current)"
  leave clipper-current
}

# slow
CLIP_59() {
  three clipper-first
  fourth clipper-first
  HELM_NAMESPACE=clipper-first helm install clipper ./clipper --set grafana.adminPassword='secure-random-password'
  is secure-random-password "$(field secret/clipper-grafana '{.data.admin-password}' -n clipper-first | base64 -d)"
  three clipper-second
  fourth clipper-second
  HELM_NAMESPACE=clipper-second helm install clipper ./clipper --set grafana.adminPassword='' --set grafana.admin.existingSecret='grafana-admin-secret'
  is "" "$(kubectl get secret clipper-grafana -n clipper-second --ignore-not-found -o name)"
  has "$(field deployment/clipper-grafana '{.spec.template.spec.containers[*].env[*].valueFrom.secretKeyRef.name}' -n clipper-second)" grafana-admin-secret
  leave clipper-first
  leave clipper-second
}
