# Everything of helmfile that needs no cluster: environments, values of several kinds, selectors, what it builds, renders and checks.
mkdir values
cat >helmfile.yaml.gotmpl <<'END'
environments:
  default:
    values: [{replicas: 1, extra: false}]
  production:
    values: [values/production.yaml]
---
kubeVersion: v1.30.0
commonLabels: {team: judges}
apiVersions: [monitoring.example/v1]
releases:
  - name: front
    namespace: shop
    chart: ./charts/web
    labels: {tier: front}
    values:
      - values/common.yaml.gotmpl
      - message: in place
        replicas: {{ .Values.replicas }}
    set:
      - name: image
        value: registry.example/front
  - name: back
    namespace: shop
    chart: ./charts/web
    needs: [front]
    missingFileHandler: Info
    values: [values/{{ .Environment.Name }}-only.yaml]
    installed: {{ .Values.extra }}
END
cat >values/production.yaml <<'END'
replicas: 5
extra: true
END
echo 'message: only in production' >values/production-only.yaml
cat >values/common.yaml.gotmpl <<'END'
message: {{ .Environment.Name }} {{ .Release.Name }} {{ .Release.Namespace }} {{ .Values | get "none" "nothing" }}
checks: false
END

run helmfile build
run helmfile --environment production build
run helmfile list
run helmfile --environment production list --output json
run helmfile template
run helmfile --environment production template --concurrency 1 --skip-tests --args '--show-only templates/configmap.yaml'
run helmfile --environment production --selector tier=front template --set message=given --include-crds --validate=false
run helmfile --environment production template --concurrency 1 --output-dir out --output-dir-template 'out/{{ .Release.Name }}'
find out -type f | sort || true
run helmfile --environment production lint --concurrency 1
run helmfile write-values --output-file-template 'written/{{ .Release.Name }}.yaml'
cat written/* || true
run helmfile show-dag
run helmfile deps
run helmfile --quiet template --state-values-set replicas=9
run helmfile print-env
run helmfile repos
