# `valuesMerge`: values in place before, after, or in the place of those of the file; and hooks left out.
for merge in override merge replace; do
    cat >kustomization.yaml <<END
helmCharts:
  - name: trinkets
    releaseName: merged
    valuesMerge: $merge
    valuesInline:
      sizes: {small: 2, middle: 5}
      list: [c]
  - name: web
    nameTemplate: named
    skipHooks: true
END
    run kustomize build --enable-helm .
done
cat >kustomization.yaml <<'END'
helmCharts:
  - name: trinkets
    valuesMerge: neither
    valuesInline: {a: 1}
END
run kustomize build --enable-helm .
