# Rules for all charts.
export GIT_PAGER=cat

XC_29() {
  # The cluster has none of the CRDs yet: this file runs first.
  is "" "$(kubectl get crd -o name)"
  gone nocrds
  (cd charts/plue/infra/helm && helm install plue ./plue --namespace nocrds --create-namespace)
  gone nocrds
}

XC_36() {
  kubectl apply -f charts/testdata/crds
  kubectl wait --for=condition=Established crd --all --timeout=30s
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
  gone one
  gone two
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
  helm upgrade plue ./plue --namespace same --set logLevel=debug
  helm rollback plue 2 --namespace same
  is "$(helm get manifest plue -n same --revision 2)" "$(helm get manifest plue -n same)"
  gone same
}
