# Rules for all charts.

XC_29() {
  # This file runs first: the cluster has no CRD yet. Plue names External Secrets as its one prerequisite.
  is "" "$(kubectl get crd -o name)"
  local chart
  for chart in inferno/helm/inferno csv-analyst-chat/helm/csv-analyst-chat monkeytown/helm/monkeytown; do
    gone nocrds
    helm install it "charts/$chart" --namespace nocrds --create-namespace
  done
  gone nocrds
  kubectl apply -f charts/testdata/crds/externalsecret.yaml
  kubectl wait --for=condition=Established crd --all --timeout=30s
  helm install plue charts/plue/infra/helm/plue --namespace nocrds --create-namespace
  leave nocrds
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

XC_22() {
  cd charts/plue/infra/helm
  gone one
  gone two
  helm install plue ./plue --namespace one --create-namespace
  helm install plue ./plue --namespace two --create-namespace
  leave one
  leave two
}

XC_27() {
  cd charts/plue/infra/helm
  gone same
  helm upgrade --install plue ./plue --namespace same --create-namespace
  sleep 3
  local before
  before=$(versions plue same)
  helm upgrade --install plue ./plue --namespace same
  is "$before" "$(versions plue same)"
  helm upgrade plue ./plue --namespace same --set config.LOG_LEVEL=debug
  helm rollback plue 2 --namespace same
  is "$(helm get manifest plue -n same --revision 2)" "$(helm get manifest plue -n same)"
  leave same
}
