# The seed's command lines of Inferno.
cd charts/inferno
prod=helm/inferno/values-prod.yaml

setup() {
  crds
}

INF_57() {
  gone inferno-staging
  gone inferno-prod
  helm install inferno ./helm/inferno -f helm/inferno/values-staging.yaml -n inferno-staging --create-namespace
  helm install inferno ./helm/inferno -f $prod -n inferno-prod --create-namespace
}

INF_50() {
  is 9090 "$(kubectl get svc inferno -n inferno-prod -o 'jsonpath={.spec.ports[?(@.name=="metrics")].port}')"
}

INF_37() {
  local who=system:serviceaccount:inferno-prod:inferno
  local here="-n inferno-prod --as $who" there="-n default --as $who"
  can yes get configmaps/inferno-config $here
  can yes get secrets/inferno-secrets $here
  for verb in get list watch; do can yes $verb pods $here; done
  for verb in create patch; do
    can yes $verb events $here
    can yes $verb events.events.k8s.io $here
  done
  for verb in update delete; do
    can no $verb configmaps/inferno-config $here
    can no $verb secrets/inferno-secrets $here
  done
  can no get secrets/other $here
  can no get configmaps/other $here
  can no get secrets/inferno-secrets $there
  can no list pods $there
}

INF_68() {
  is 93 "$(kubectl get cm -n inferno-prod inferno-config -o json | jq '.data | length')"
  is 3 "$(kubectl get pvc -n inferno-prod -o name | wc -l)"
}

INF_58() {
  local before
  sleep 3
  before=$(versions inferno inferno-prod)
  helm upgrade inferno ./helm/inferno -f $prod -n inferno-prod
  is 2 "$(revision inferno inferno-prod)"
  is "$before" "$(versions inferno inferno-prod)"
}

INF_66() {
  is 2 "$(helm history inferno -n inferno-prod -o json | jq length)"
  is deployed "$(status_of inferno inferno-prod)"
  has "$(helm status inferno -n inferno-prod)" NOTES:
}

INF_67() {
  helm upgrade inferno ./helm/inferno -f $prod -n inferno-prod --set configMap.INFERNO_LOG_LEVEL=error
  local upgraded
  upgraded=$(revision inferno inferno-prod)
  helm rollback inferno 1 -n inferno-prod
  is "$(helm get manifest inferno -n inferno-prod --revision 1)" "$(helm get manifest inferno -n inferno-prod)"
  is warn "$(field cm/inferno-config '{.data.INFERNO_LOG_LEVEL}' -n inferno-prod)"
  helm rollback inferno "$upgraded" -n inferno-prod
  is error "$(field cm/inferno-config '{.data.INFERNO_LOG_LEVEL}' -n inferno-prod)"
}

INF_59() {
  local manifest left
  manifest=$(helm get manifest inferno -n inferno-prod)
  helm uninstall inferno -n inferno-prod --wait
  left=$(kubectl get -n inferno-prod --ignore-not-found -o name -f - <<<"$manifest" | sort | xargs)
  is "persistentvolumeclaim/inferno-cache persistentvolumeclaim/inferno-models persistentvolumeclaim/inferno-queue" "$left"
  helm install inferno ./helm/inferno -f $prod -n inferno-prod
  leave inferno-staging
  leave inferno-prod
}

XC_41() {
  gone inferno-prod
  local printed
  printed=$(helm install inferno ./helm/inferno -f $prod --dry-run --debug)
  has "$printed" 'kind: Deployment'
  is "" "$(helm list -q)"
  helm upgrade inferno ./helm/inferno -f $prod --install --wait --atomic --create-namespace -n inferno-prod
  local values
  values=$(helm get values inferno -n inferno-prod)
  helm upgrade inferno ./helm/inferno -n inferno-prod --reuse-values
  is "$values" "$(helm get values inferno -n inferno-prod)"
  leave inferno-prod
}

INF_56() {
  fresh current
  export HELM_NAMESPACE=current
  helm install inferno ./helm/inferno -f helm/inferno/values-dev.yaml
  kubectl get deployment/inferno -n current
  leave current
}

INF_60() {
  fresh current
  export HELM_NAMESPACE=current
  helm install inferno ./helm/inferno -f $prod --set replicaCount=5 --set resources.limits.cpu=4000m
  is 5 "$(field hpa/inferno '{.spec.minReplicas}' -n current)"
  is 4 "$(field deployment/inferno '{.spec.template.spec.containers[0].resources.limits.cpu}' -n current)"
}

INF_61() {
  fresh current
  export HELM_NAMESPACE=current
  helm install inferno ./helm/inferno -f $prod -f helm/inferno/values-prod-custom.yaml
  is 12 "$(field cm/inferno-config '{.data.INFERNO_WORKER_THREADS}' -n current)"
  is 16 "$(field cm/inferno-config '{.data.INFERNO_MAX_WORKERS}' -n current)"
}

INF_62() {
  fresh current
  export HELM_NAMESPACE=current
  has "$(helm install inferno ./helm/inferno -f $prod --dry-run --debug)" NOTES:
  is "" "$(helm list -q)"
  helm install inferno ./helm/inferno -f $prod
}

INF_63() {
  export HELM_NAMESPACE=current
  helm upgrade inferno ./helm/inferno -f $prod --set replicaCount=5
  is 2 "$(revision inferno current)"
  is 5 "$(field hpa/inferno '{.spec.minReplicas}' -n current)"
  leave current
}
