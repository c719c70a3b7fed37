# `helmGlobals`: where charts and Helm's configuration are; overlays over a base with charts; charts with dependencies.
mkdir -p base/vendored overlay settings
cp -r charts/web charts/shop base/vendored
(cd base/vendored/shop && run helm dependency build)
cat >base/kustomization.yaml <<'END'
helmGlobals:
  chartHome: vendored
  configHome: ../settings
helmCharts:
  - name: shop
    releaseName: shop
    valuesInline:
      title: base
END
cat >overlay/kustomization.yaml <<'END'
namespace: production
resources: [../base]
images:
  - name: registry.example/web
    newTag: "9.9"
replicas:
  - {name: shop, count: 7}
END
run kustomize build --enable-helm overlay
