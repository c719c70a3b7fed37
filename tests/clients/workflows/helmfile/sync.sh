# cluster
# A life: sync in the order of `needs` with hooks, a second sync, status, test, an upgrade that adds and removes releases, destroy.
cat >helmfile.yaml.gotmpl <<'END'
environments:
  default: {}
  second: {}
---
helmDefaults:
  wait: true
  timeout: 120
  historyMax: 3
  createNamespace: false
releases:
  - name: base
    namespace: {{ requiredEnv "NAMESPACE" }}
    chart: ./charts/web
    values: [{migrate: true}]
    hooks:
      - events: [presync, postsync, cleanup]
        showlogs: true
        command: echo
        args: ["hook", "{{`{{ .Event.Name }}`}}", "{{`{{ .Release.Name }}`}}", "{{`{{ .HelmfileCommand }}`}}"]
  - name: middle
    namespace: {{ requiredEnv "NAMESPACE" }}
    chart: ./charts/web
    needs: [{{ requiredEnv "NAMESPACE" }}/base]
    values: [{replicas: 2, message: {{ .Environment.Name }}}]
    labels: {kept: "true"}
  - name: leaf
    namespace: {{ requiredEnv "NAMESPACE" }}
    chart: ./charts/shop
    needs: [{{ requiredEnv "NAMESPACE" }}/middle]
    installed: {{ eq .Environment.Name "default" }}
END
run helmfile sync
run helmfile status --concurrency 1
run helmfile test --concurrency 1
run helmfile --environment second sync --concurrency 1
run helm history middle --namespace "$NAMESPACE"
run helm list --namespace "$NAMESPACE" --output json
run helm get values middle --namespace "$NAMESPACE"
run helmfile --selector name=base test --logs --cleanup
run helmfile --selector kept!=true destroy
run helm list --namespace "$NAMESPACE"
run helmfile --selector name=middle sync --set replicas=3 --skip-needs --args --description=by-hand
run helmfile --selector name=base destroy
