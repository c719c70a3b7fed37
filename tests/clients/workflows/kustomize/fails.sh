# What kustomize reports when the chart does not render: words and exit status of helm are in its message.
cat >kustomization.yaml <<'END'
helmCharts:
  - name: web
    releaseName: r
    valuesInline:
      replicas: many
END
run kustomize build --enable-helm .
sed -i '/valuesInline/,$d' kustomization.yaml
echo '    kubeVersion: 1.2.3' >>kustomization.yaml
run kustomize build --enable-helm .
sed -i '/kubeVersion/d' kustomization.yaml
echo '{{ fail "not today" }}' >charts/web/templates/fails.yaml
run kustomize build --enable-helm .
run kustomize build --enable-helm --helm-debug .
rm charts/web/templates/fails.yaml
echo '    debug: true' >>kustomization.yaml
run kustomize build --enable-helm .
