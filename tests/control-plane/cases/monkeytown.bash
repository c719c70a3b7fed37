# The seed's command lines of Monkeytown: three environments side by side in one namespace, in this order.
cd charts/monkeytown
export HELM_NAMESPACE=town
values=./helm/monkeytown/values

setup() {
  crds
}

# secrets NAMESPACE: the namespace exists, with what every environment needs and nothing else.
secrets() {
  fresh "$1"
  town "$1"
}

MONK_39() {
  secrets town
  helm install monkeytown-dev ./helm/monkeytown -f $values-dev.yaml
  helm install monkeytown-staging ./helm/monkeytown -f $values-staging.yaml
  helm install monkeytown-prod ./helm/monkeytown -f $values-prod.yaml
  is "13 20 20" "$(for stage in dev staging prod; do objects monkeytown-$stage town | wc -l; done | xargs)"
  is "" "$(for stage in dev staging prod; do objects monkeytown-$stage town | cut -d' ' -f1; done | sort | uniq -d)"
}

MONK_40() {
  helm upgrade monkeytown-prod ./helm/monkeytown -f $values-prod.yaml
  helm upgrade monkeytown-prod ./helm/monkeytown -f $values-prod.yaml --set config.LOG_LEVEL=info
  helm upgrade monkeytown-prod ./helm/monkeytown -f $values-prod.yaml
  is 4 "$(revision monkeytown-prod town)"
}

MONK_41() {
  helm rollback monkeytown-prod 3
  is 5 "$(revision monkeytown-prod town)"
  is "$(helm get manifest monkeytown-prod --revision 3)" "$(helm get manifest monkeytown-prod)"
  is info "$(field cm/monkeytown-prod-config '{.data.LOG_LEVEL}' -n town)"
  refused 'release has no 3 version' helm rollback monkeytown-staging 3
  is 1 "$(revision monkeytown-staging town)"
}

MONK_42() {
  is "1 superseded,2 superseded,3 superseded,4 superseded,5 deployed" \
    "$(helm history monkeytown-prod -o json | jq -r 'map("\(.revision) \(.status)") | join(",")')"
}

MONK_43() {
  local manifest
  manifest=$(helm get manifest monkeytown-dev)
  helm uninstall monkeytown-dev --wait
  is persistentvolumeclaim/monkeytown-dev-redis "$(kubectl get -n town --ignore-not-found -o name -f - <<<"$manifest")"
  is "20 20" "$(for stage in staging prod; do objects monkeytown-$stage town | wc -l; done | xargs)"
}

MONK_33() {
  local uid
  uid=$(field pvc/monkeytown-dev-redis '{.metadata.uid}' -n town)
  helm install monkeytown-dev ./helm/monkeytown -f $values-dev.yaml
  is "$uid" "$(field pvc/monkeytown-dev-redis '{.metadata.uid}' -n town)"
  leave town
}

# slow
MONK_31() {
  gone mt
  secrets town
  helm install monkeytown-mt ./helm/monkeytown --set namespace.create=true --set namespace.name=mt
  helm uninstall monkeytown-mt
  is restricted "$(field ns/mt '{.metadata.labels.pod-security\.kubernetes\.io/enforce}')"
  is 1 "$(kubectl get pvc -n mt -o name | wc -l)"
  leave mt
}

# slow
MONK_46() {
  secrets town
  export ENVIRONMENT=staging
  for revision in 1 2; do
    helm upgrade monkeytown ./helm/monkeytown -f ./helm/monkeytown/values-${ENVIRONMENT}.yaml --install --wait --atomic
    is $revision "$(revision monkeytown town)"
  done
  refused 'rolled back' helm upgrade monkeytown ./helm/monkeytown -f ./helm/monkeytown/values-${ENVIRONMENT}.yaml \
    --install --wait --atomic --timeout 10s --set web.image.tag=9.9.9 --set-json 'web.podAnnotations={"skeg.test/pod":"never-ready"}'
  is "$(helm get manifest monkeytown --revision 2)" "$(helm get manifest monkeytown)"
  leave town
}
