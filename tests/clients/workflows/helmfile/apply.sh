# cluster
# `diff` and `apply` with a plugin that stands in for helm-diff: nothing is done where nothing changes.
plugins diff label
cat >helmfile.yaml.gotmpl <<'END'
releases:
  - name: web
    namespace: {{ requiredEnv "NAMESPACE" }}
    chart: ./charts/web
    postRenderer: label
    values: [{message: {{ env "MESSAGE" | default "first" }}}]
    hooks:
      - events: [preapply, presync, preuninstall, postuninstall]
        showlogs: true
        command: echo
        args: ["hook", "{{`{{ .Event.Name }}`}}"]
  - name: shop
    namespace: {{ requiredEnv "NAMESPACE" }}
    chart: ./charts/shop
    installed: {{ ne (env "SHOP") "no" }}
END
run helmfile diff --concurrency 1
run helmfile diff --concurrency 1 --detailed-exitcode
run helmfile apply --concurrency 1
run helmfile apply --concurrency 1
run helmfile diff --concurrency 1 --detailed-exitcode
export MESSAGE=second
run helmfile --selector name=web apply --suppress-diff --wait --timeout 100
SHOP=no run helmfile apply --concurrency 1
run helm list --namespace "$NAMESPACE"
run helm history web --namespace "$NAMESPACE"
run helmfile --selector name=web apply --set replicas=0 --cascade foreground --hide-notes --reuse-values
