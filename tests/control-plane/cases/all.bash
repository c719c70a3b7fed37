# Rules for all charts.

XC_29() {
  # This file runs first: the cluster has no CRD yet. Plue names External Secrets as its one prerequisite.
  is "" "$(kubectl get crd -o name)"
  local application release chart
  for application in $APPLICATIONS; do
    release=${application%%=*} chart=${application#*=}
    if [[ $release == plue ]]; then
      kubectl apply -f charts/testdata/crds/externalsecret.yaml
      kubectl wait --for=condition=Established crd --all --timeout=30s
    fi
    supplied "nocrds-$release"
    helm install "$release" "$chart" --namespace "nocrds-$release"
    leave "nocrds-$release"
    kubectl delete crd --all --ignore-not-found
  done
}

XC_36() {
  crds
}

LIB_01() {
  gone lib
  cd charts
  refused 'library charts are not installable' helm install lib ./platform-lib --namespace lib --create-namespace
  is 0 "$(kubectl get secrets -n lib -o name --ignore-not-found 2>/dev/null | grep -c helm.release || true)"
}

# outside RELEASE NAMESPACE: objects of the release that belong to no namespace.
outside() {
  helm get manifest "$1" -n "$2" | kubectl get -n "$2" -f - -o json | jq -r '.items[] | select(.metadata.namespace | not) | "\(.kind)/\(.metadata.name)"'
}

# slow
XC_22() {
  local application release namespace
  for application in $APPLICATIONS; do
    release=${application%%=*}
    for namespace in one two; do
      supplied "$namespace-$release"
      helm install "$release" "${application#*=}" --namespace "$namespace-$release"
    done
    is "" "$(sort <(outside "$release" "one-$release") <(outside "$release" "two-$release") | uniq -d)"
    leave "one-$release"
    leave "two-$release"
  done
}

XC_27() {
  local application release chart before
  declare -A setting=([plue]=config.LOG_LEVEL [clipper]=clipper-backend.config.LOG_LEVEL [csv-analyst]=env.LOG_LEVEL
    [inferno]=configMap.INFERNO_LOG_LEVEL [monkeytown]=config.LOG_LEVEL)
  for application in $APPLICATIONS; do
    release=${application%%=*}
    supplied "same-$release"
    helm upgrade --install "$release" "${application#*=}" --namespace "same-$release"
  done
  # Until claims are bound and whatever controllers write once has been written.
  sleep 3
  for application in $APPLICATIONS; do
    release=${application%%=*} chart=${application#*=}
    before=$(versions "$release" "same-$release")
    helm upgrade --install "$release" "$chart" --namespace "same-$release"
    is "$before" "$(versions "$release" "same-$release")"
    helm upgrade "$release" "$chart" --namespace "same-$release" --set "${setting[$release]}=debug"
    [[ $before != "$(versions "$release" "same-$release")" ]]
    helm rollback "$release" 2 --namespace "same-$release"
    is "$(helm get manifest "$release" -n "same-$release" --revision 2)" "$(helm get manifest "$release" -n "same-$release")"
    leave "same-$release"
  done
}

# renderings: chart and values files of every chart below charts/ that can be installed, with each of its profiles, a line each.
renderings() {
  local chart profile
  for chart in $(find charts -name Chart.yaml -not -path '*/charts/*/charts/*/*' -not -path '*/tests/*' -printf '%h\n' | sort); do
    if ! grep -q '^type: library' "$chart/Chart.yaml"; then
      echo "$chart"
      for profile in "$chart"/values-*.yaml "$chart"/profiles/*.yaml "$chart"/examples/*.yaml; do
        if [[ -f $profile ]]; then echo "$chart -f $profile"; fi
      done
    fi
  done
  echo charts/plue/infra/helm/plue --set postgres.enabled=true
  echo charts/clipper/helm/charts/clipper-monitoring --set grafana.persistence.enabled=true
}

XC_10() {
  restricted pods
  kubectl apply -f charts/plue/infra/k8s/gvisor-runtimeclass.yaml
  # The namespace refuses what the rule forbids, so that being admitted says something.
  refused 'violates PodSecurity "restricted' kubectl run loose --image=a --dry-run=server -n pods
  local arguments all=""
  while read -r arguments; do
    # shellcheck disable=SC2086 # words of their own
    all+=$(helm template x $arguments -n pods)$'\n'
  done < <(renderings)
  all=$(pods pods <<<"$all")
  jq -r '.items | "\(length) pod templates"' <<<"$all"
  admitted pods "$all"
  kubectl delete runtimeclass gvisor
  leave pods
}

# kept NAMESPACE RELEASE CHART NAMES FLAGS…: claims NAMES outlive the release, and its next installation adopts them.
kept() {
  local namespace=$1 release=$2 chart=$3 names=$4 before
  shift 4
  helm install "$release" "$chart" -n "$namespace" "$@"
  is "$names" "$(helm get manifest "$release" -n "$namespace" | kubectl create --dry-run=client --validate=false -o json -f - |
    jq -rs '[.[] | if .kind == "List" then .items[] else . end | select(.kind == "PersistentVolumeClaim").metadata.name] | sort | join(" ")')"
  before=$(claims "$namespace")
  helm uninstall "$release" -n "$namespace"
  is "$before" "$(claims "$namespace")"
  helm install "$release" "$chart" -n "$namespace" "$@"
  is "$before" "$(claims "$namespace")"
  helm uninstall "$release" -n "$namespace"
}

# brought NAMESPACE RELEASE CHART FLAGS…: with claims of the user's own the chart makes none.
brought() {
  local namespace=$1 release=$2 chart=$3
  shift 3
  helm install "$release" "$chart" -n "$namespace" "$@"
  is "" "$(helm get manifest "$release" -n "$namespace" | grep -x 'kind: PersistentVolumeClaim' || true)"
  helm uninstall "$release" -n "$namespace"
}

# slow
XC_28() {
  local clipper=charts/clipper/helm/charts town=charts/monkeytown/helm
  supplied keep
  kept keep postgres $clipper/clipper-postgres postgres-pvc
  brought keep postgres $clipper/clipper-postgres --set persistence.existingClaim=mine
  kept keep redis $clipper/clipper-redis redis-pvc
  brought keep redis $clipper/clipper-redis --set persistence.existingClaim=mine
  kept keep grafana $clipper/clipper-monitoring grafana --set grafana.persistence.enabled=true
  brought keep grafana $clipper/clipper-monitoring --set grafana.persistence.enabled=true,grafana.persistence.existingClaim=mine
  kept keep csv-analyst charts/csv-analyst-chat/helm/csv-analyst-chat csv-analyst-csv-analyst-chat-capsules
  brought keep csv-analyst charts/csv-analyst-chat/helm/csv-analyst-chat --set persistence.existingClaim=mine
  kept keep inferno charts/inferno/helm/inferno 'inferno-cache inferno-models inferno-queue'
  brought keep inferno charts/inferno/helm/inferno \
    --set persistence.models.existingClaim=mine,persistence.cache.existingClaim=mine,persistence.queue.existingClaim=mine
  kept keep redis-alone $town/redis redis-alone
  brought keep redis-alone $town/redis --set master.persistence.existingClaim=mine
  kept keep monkeytown $town/monkeytown monkeytown-redis
  brought keep monkeytown $town/monkeytown --set redis.master.persistence.existingClaim=mine
  leave keep
}
