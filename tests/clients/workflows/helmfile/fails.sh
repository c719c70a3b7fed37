# cluster
# What helmfile reports where a chart does not render, an object is refused, or a release that others need fails.
cat >helmfile.yaml.gotmpl <<'END'
helmDefaults: {timeout: 20, wait: {{ eq (env "WAIT") "yes" }}}
releases:
  - name: bad
    namespace: {{ requiredEnv "NAMESPACE" }}
    chart: ./charts/web
    values: [{{ env "VALUES" | default "{}" }}]
  - name: after
    namespace: {{ requiredEnv "NAMESPACE" }}
    needs: [{{ requiredEnv "NAMESPACE" }}/bad]
    chart: ./charts/web
END
export VALUES='{replicas: many}'
run helmfile lint --concurrency 1
run helmfile template --concurrency 1
run helmfile sync
export VALUES='{replicas: -1}'
sed -i 's/"minimum": 0/"minimum": -5/' charts/web/values.schema.json
run helmfile sync
export VALUES='{check: fail}'
run helmfile sync
run helmfile --selector name=bad test
run helmfile --selector name=none sync
export HELM_KUBEAPISERVER=https://127.0.0.1:1
run helmfile --selector name=bad status
# better transcript: the template of the object that was refused or did not become ready, and what is the matter with it
#+! in web/templates/deployment.yaml …
#+! Pod/NAMESPACE/bad-check Failed: pod bad-check failed …
#+! container check: exit code 1: Error …
#+! in web/templates/tests/check.yaml …
#+! log check: simulated by kwok …
