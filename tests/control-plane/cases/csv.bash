# The command lines of CSV Analyst Chat.
cd charts/csv-analyst-chat

setup() {
  crds
}

CSV_26() {
  gone csv-analyst
  local what="values don't meet the specifications of the schema(s)"
  refused "$what" helm install csv-analyst ./helm/csv-analyst-chat -n csv-analyst --create-namespace --set env.LLM_PROVIDER=gemini
  refused "$what" helm upgrade --install csv-analyst ./helm/csv-analyst-chat -n csv-analyst --create-namespace --set replicaCount=0
  refused "$what" helm upgrade --install csv-analyst ./helm/csv-analyst-chat -n csv-analyst --create-namespace --set env.MSB_API_KEY=x
  is "" "$(helm list -n csv-analyst -q -a)"
}

CSV_40() {
  gone csv-analyst
  make helm-install K8S_IMAGE_REPOSITORY=csv-analyst-agent K8S_IMAGE_TAG=dev
  kubectl wait --for=condition=Available deployment --all -n csv-analyst --timeout=30s
  sleep 3
  local before
  before=$(versions csv-analyst csv-analyst)
  make helm-install K8S_IMAGE_REPOSITORY=csv-analyst-agent K8S_IMAGE_TAG=dev
  is 2 "$(revision csv-analyst csv-analyst)"
  is "$before" "$(versions csv-analyst csv-analyst)"
}

CSV_16() {
  local who=--as=system:serviceaccount:csv-analyst:csv-analyst-csv-analyst-chat
  can yes create jobs.batch -n csv-analyst $who
  can yes delete jobs.batch -n csv-analyst $who
  can yes watch jobs.batch -n csv-analyst $who
  can yes get jobs.batch --subresource=status -n csv-analyst $who
  can yes list pods -n csv-analyst $who
  can yes get pods --subresource=log -n csv-analyst $who
  can no get secrets -n csv-analyst $who
  can no create pods -n csv-analyst $who
  can no update jobs.batch -n csv-analyst $who
  can no create jobs.batch -n default $who
  can no list pods -n csv-analyst ${who}-runner
}

# The listed pod of CSV-24, as the executor builds it.
job_pod() {
  sed -n '/^- id: CSV-24$/,/^- id: /{/<<POD$/,/^    POD$/p}' "$ROOT/charts/testdata/cluster-cases.yaml" | sed '1d;$d;s/^    //'
}

CSV_24() {
  restricted csv-analyst
  is csv-analyst-csv-analyst-chat-runner \
    "$(kubectl create --dry-run=server -n csv-analyst -o 'jsonpath={.spec.serviceAccountName}' -f - <<<"$(job_pod)")"
  # Neither another account nor a pod with more rights would do.
  refused 'not found' kubectl create --dry-run=server -n csv-analyst -f - <<<"$(job_pod | sed 's/chat-runner/chat-nobody/')"
  refused 'violates PodSecurity "restricted' kubectl create --dry-run=server -n csv-analyst -f - <<<"$(job_pod | sed 's/runAsNonRoot: true/runAsNonRoot: false/')"
}

CSV_43() {
  # `skeg` is the tool on trial; a `helm` is there too, and must not be called.
  local before listed other
  other=$(mktemp -d)
  printf '#!/bin/sh\nexit 9\n' >"$other/helm"
  chmod +x "$other/helm"
  before=$(versions csv-analyst csv-analyst)
  PATH="$other:$PATH" HELM=skeg make helm-install K8S_IMAGE_REPOSITORY=csv-analyst-agent K8S_IMAGE_TAG=dev
  is "$before" "$(versions csv-analyst csv-analyst)"
  listed=$(cut -d' ' -f1 <<<"$before")
  gone csv-analyst
  PATH="$other:$PATH" HELM=skeg make helm-install K8S_IMAGE_REPOSITORY=csv-analyst-agent K8S_IMAGE_TAG=dev
  is "$listed" "$(versions csv-analyst csv-analyst | cut -d' ' -f1)"
  leave csv-analyst
}
