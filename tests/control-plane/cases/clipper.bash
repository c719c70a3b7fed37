# The seed's command lines of Clipper.
cd charts/clipper/helm/charts
here=clipper-production

setup() {
  crds
}

# three NAMESPACE: the namespace exists, with the three Secrets and nothing else.
three() {
  fresh "$1"
  kubectl create secret generic backend-secrets --from-literal=DB_PASSWORD=a --from-literal=REDIS_PASSWORD=b --from-literal=JWT_SECRET=c -n "$1"
  kubectl create secret generic postgres-secret --from-literal=POSTGRES_PASSWORD=a -n "$1"
  kubectl create secret generic redis-secret --from-literal=REDIS_PASSWORD=b -n "$1"
}

# fourth NAMESPACE: Grafana's Secret.
fourth() {
  kubectl create secret generic grafana-admin-secret --from-literal=admin-user=a --from-literal=admin-password=b -n "$1"
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

CLIP_56() {
  fourth $here
  helm upgrade clipper ./clipper -n $here -f clipper/examples/values-production.yaml
}

CLIP_60() {
  helm uninstall clipper -n $here
  is "" "$(helm list -n $here -q)"
  is "postgres-pvc redis-pvc" "$(kubectl get pvc -n $here -o json | jq -r '[.items[].metadata.name | select(test("^(postgres|redis)-pvc$"))] | sort | join(" ")')"
}

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
