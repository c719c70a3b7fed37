# Charts with dependencies, charts that helmfile makes of folders of objects and of patches, and post-renderers.
plugins label
mkdir -p objects
cat >objects/config.yaml <<'END'
apiVersion: v1
kind: ConfigMap
metadata: {name: plain}
data: {from: a folder}
END
cat >helmfile.yaml <<'END'
releases:
  - name: shop
    chart: ./charts/shop
    values: [{title: dependent}]
  - name: plain
    chart: ./objects
  - name: patched
    chart: ./charts/web
    values: [{checks: false}]
    strategicMergePatches:
      - apiVersion: apps/v1
        kind: Deployment
        metadata: {name: patched}
        spec:
          template:
            spec: {hostNetwork: true}
    jsonPatches:
      - target: {version: v1, kind: Service, name: patched}
        patch:
          - {op: add, path: /spec/type, value: NodePort}
  - name: labelled
    chart: ./charts/web
    values: [{checks: false}]
    postRenderer: label
    postRendererArgs: [one, two]
END
run helmfile --selector name=shop template
run helmfile --selector name=shop template --skip-deps
ls charts/shop/charts
run helmfile --selector name=plain template
run helmfile --selector name=patched template
run helmfile --selector name=labelled template
run helmfile --selector name=labelled template --post-renderer none
run helmfile --selector name=shop deps
run helmfile --selector name=shop lint
