# The seed's command lines of Plue, on a cluster with the CRDs of charts/testdata/crds.
cd charts/plue/infra/helm

setup() {
  crds
}

PLUE_30() {
  gone can
  helm install plue ./plue --namespace can --create-namespace
  local pool=system:serviceaccount:can:plue-warm-pool
  can yes patch deployments/plue-runner --subresource=scale --namespace can --as $pool
  can yes get deployments/plue-runner --namespace can --as $pool
  can no get secrets --namespace can --as $pool
  can no patch deployments/plue-api --subresource=scale --namespace can --as $pool
  can no get pods --namespace can --as system:serviceaccount:can:plue-runner
  leave can
}

PLUE_45() {
  gone data
  helm install plue ./plue --namespace data --create-namespace --set postgres.enabled=true
  kubectl wait --for=create pvc/data-postgres-0 -n data --timeout=30s
  helm uninstall plue --namespace data
  field pvc/data-postgres-0 '{.metadata.name}' -n data
  leave data
}

PLUE_46() {
  fresh sandboxed
  kubectl delete runtimeclass gvisor --ignore-not-found
  local pod
  pod=$(helm template plue ./plue -n sandboxed | pods sandboxed | jq '.items |= map(select(.metadata.name == "deployment-plue-runner"))')
  is gvisor "$(jq -r '.items[].spec.runtimeClassName' <<<"$pod")"
  accounts sandboxed <<<"$pod"
  refused 'RuntimeClass "gvisor" not found' kubectl create --dry-run=server -n sandboxed -f - <<<"$pod"
  kubectl apply -f ../k8s/gvisor-runtimeclass.yaml
  pod=$(kubectl create --dry-run=server -n sandboxed -o json -f - <<<"$pod")
  has "$(jq -c '.items[]?, . | .spec.tolerations? // empty' <<<"$pod")" '"key":"sandbox.gke.io/runtime"'
  has "$(jq -c '.items[]?, . | .spec.nodeSelector? // empty' <<<"$pod")" '"sandbox.gke.io/runtime":"gvisor"'
  kubectl delete runtimeclass gvisor
  leave sandboxed
}

PLUE_52() {
  fresh someone
  export USER=someone
  for revision in 1 2; do
    helm upgrade --install plue ./plue \
      --namespace $USER \
      --values plue/values-staging.yaml \
      --set image.tag=$(git rev-parse --short HEAD)
    is $revision "$(revision plue someone)"
  done
  for workload in plue-api plue-web plue-runner; do
    has "$(field deployment/$workload '{.spec.template.spec.containers[*].image}' -n someone)" ":$(git rev-parse --short HEAD)"
  done
  has "$(field ingress '{.items[*].spec.rules[*].host}' -n someone)" someone.staging.plue.dev
  leave someone
}

PLUE_53() {
  fresh production
  helm upgrade --install plue ./plue \
    --namespace production \
    --values plue/values-production.yaml \
    --set image.tag=v1.2.3
  for workload in plue-api plue-web plue-runner; do
    has "$(field deployment/$workload '{.spec.template.spec.containers[*].image}' -n production)" :v1.2.3
  done
}

PLUE_54() {
  helm upgrade plue ./plue --namespace production --values plue/values-production.yaml --set image.tag=v1.3.0
  helm rollback plue -n production
  is 3 "$(revision plue production)"
  is "$(helm get manifest plue -n production --revision 1)" "$(helm get manifest plue -n production)"
  has "$(field deployment/plue-api '{.spec.template.spec.containers[*].image}' -n production)" :v1.2.3
}

PLUE_55() {
  local history list
  history=$(helm history plue -n production)
  for column in REVISION UPDATED STATUS CHART 'APP VERSION' DESCRIPTION; do has "$history" "$column"; done
  is 4 "$(wc -l <<<"$history")"
  list=$(helm list -n production)
  is 2 "$(wc -l <<<"$list")"
  has "$list" plue
}

PLUE_56() {
  helm upgrade plue ./plue --namespace production --values plue/values-production.yaml --set image.tag=v1.3.0 --set postgres.enabled=true
  kubectl wait --for=create pvc/data-postgres-0 -n production --timeout=30s
  local manifest
  manifest=$(helm get manifest plue -n production)
  helm uninstall plue -n production --wait
  is "" "$(kubectl get -n production --ignore-not-found -f - <<<"$manifest" 2>&1)"
  is data-postgres-0 "$(field pvc '{.items[*].metadata.name}' -n production)"
  leave production
}
