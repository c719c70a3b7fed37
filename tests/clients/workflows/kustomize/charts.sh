# `helmCharts` of a kustomization: charts of a folder, values in place and from files, names, versions, definitions, tests.
cat >values.yaml <<'END'
replicas: 4
message: from a file
END
echo 'message: from another file' >more.yaml
cat >kustomization.yaml <<'END'
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namePrefix: all-
labels:
  - pairs: {team: judges}
helmCharts:
  - name: web
    releaseName: first
    namespace: shop
    valuesInline:
      replicas: 3
      message: in place
  - name: web
    releaseName: second
    valuesFile: values.yaml
    additionalValuesFiles: [more.yaml]
    skipTests: true
    kubeVersion: 1.29.3
    apiVersions: [monitoring.example/v1]
  - name: trinkets
    releaseName: third
    version: 0.3.0
    includeCRDs: true
    namespace: trinkets
patches:
  - target: {kind: Service}
    patch: |
      - {op: add, path: /spec/type, value: NodePort}
END
run kustomize build --enable-helm .
run kustomize build --enable-helm --helm-command helm --helm-kube-version 1.31.0 --helm-api-versions monitoring.example/v1 --helm-api-versions other.example/v2 .
run kustomize build .
