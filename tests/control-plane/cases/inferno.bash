# The seed's command lines of Inferno.
cd charts/inferno
prod=helm/inferno/values-prod.yaml

setup() {
  crds
}

# current NAMESPACE: it is fresh and the one that commands without -n mean.
current() {
  fresh "$1"
  export HELM_NAMESPACE=$1
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

# slow
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
  current current-56
  helm install inferno ./helm/inferno -f helm/inferno/values-dev.yaml
  kubectl get deployment/inferno -n current-56
  leave current-56
}

INF_60() {
  current current-60
  helm install inferno ./helm/inferno -f $prod --set replicaCount=5 --set resources.limits.cpu=4000m
  is 5 "$(field hpa/inferno '{.spec.minReplicas}' -n current-60)"
  is 4 "$(field deployment/inferno '{.spec.template.spec.containers[0].resources.limits.cpu}' -n current-60)"
}

INF_61() {
  current current-61
  helm install inferno ./helm/inferno -f $prod -f helm/inferno/values-prod-custom.yaml
  is 12 "$(field cm/inferno-config '{.data.INFERNO_WORKER_THREADS}' -n current-61)"
  is 16 "$(field cm/inferno-config '{.data.INFERNO_MAX_WORKERS}' -n current-61)"
}

INF_62() {
  current current-62
  has "$(helm install inferno ./helm/inferno -f $prod --dry-run --debug)" NOTES:
  is "" "$(helm list -q)"
  helm install inferno ./helm/inferno -f $prod
}

INF_63() {
  export HELM_NAMESPACE=current-62
  helm upgrade inferno ./helm/inferno -f $prod --set replicaCount=5
  is 2 "$(revision inferno current-62)"
  is 5 "$(field hpa/inferno '{.spec.minReplicas}' -n current-62)"
  leave current-62
}

INF_64() {
  current current-64
  helm install inferno ./helm/inferno -f helm/inferno/values-prod.yaml --set persistence.storageClass=fast-ssd
  is "fast-ssd fast-ssd fast-ssd" "$(field pvc '{.items[*].spec.storageClassName}' -n current-64)"
  helm uninstall inferno
  kubectl delete pvc --all -n current-64
  helm install inferno ./helm/inferno -f helm/inferno/values-prod.yaml --set 'service.external.externalIPs[0]=10.0.0.1' --set 'service.external.externalIPs[1]=10.0.0.2'
  is '["10.0.0.1","10.0.0.2"]' "$(field service/inferno-external '{.spec.externalIPs}' -n current-64)"
  helm uninstall inferno
  kubectl wait --for=delete pod --all -n current-64 --timeout=30s
  kubectl delete pvc --all -n current-64
  helm install inferno ./helm/inferno -f helm/inferno/values-prod.yaml --set secrets.OAUTH2_CLIENT_ID=your-id --set secrets.OAUTH2_CLIENT_SECRET=your-secret --set secrets.OAUTH2_PROVIDER_URL=https://provider.example.com
  is "OAUTH2_CLIENT_ID=your-id OAUTH2_CLIENT_SECRET=your-secret OAUTH2_PROVIDER_URL=https://provider.example.com" \
    "$(kubectl get secret inferno-secrets -n current-64 -o json | jq -r '.data | to_entries | map("\(.key)=\(.value | @base64d)") | sort | join(" ")')"
  helm uninstall inferno
  kubectl wait --for=delete pod --all -n current-64 --timeout=30s
  kubectl delete pvc --all -n current-64
  helm install inferno ./helm/inferno -f helm/inferno/values-prod.yaml --set monitoring.serviceMonitor.enabled=true
  is "metrics /metrics" "$(field servicemonitor/inferno '{.spec.endpoints[0].port} {.spec.endpoints[0].path}' -n current-64)"
  leave current-64
}

INF_22() {
  restricted inferno-pods
  local profile
  for profile in values values-dev values-staging values-prod; do
    admitted inferno-pods "$(helm template inferno ./helm/inferno -f helm/inferno/$profile.yaml -n inferno-pods | pods inferno-pods)"
  done
  # The namespace refuses a container that may become root, so that being admitted says something.
  refused 'violates PodSecurity "restricted' admitted inferno-pods \
    "$(helm template inferno ./helm/inferno -n inferno-pods | pods inferno-pods | jq '(.items[].spec | .. | objects | select(.runAsNonRoot?)).runAsNonRoot = false')"
  leave inferno-pods
}
