# `ct lint` as its README tells: with a configuration file, the schema of Chart.yaml and the rules of yamllint beside it, the charts
# that changed since `main`, whose versions have to be higher.
cat >ct.yaml <<'END'
remote: origin
target-branch: main
chart-dirs: [charts]
validate-maintainers: false
helm-lint-extra-args: --strict
END
cat >lintconf.yaml <<'END'
rules:
  empty-lines: {max: 1}
  indentation: {spaces: consistent}
  trailing-spaces: enable
END
cat >chart_schema.yaml <<'END'
apiVersion: str()
name: str()
version: str()
appVersion: any(str(), num(), required=False)
kubeVersion: str(required=False)
description: str()
type: str(required=False)
maintainers: list(include('maintainer'))
dependencies: list(any(), required=False)
---
maintainer:
  name: str()
  email: str(required=False)
END
repository

run ct lint --all --skip-helm-dependencies
git switch --quiet --create change
echo '# more' >>charts/web/values.yaml
commit change
run ct lint
sed -i 's/^version: .*/version: 1.2.1/' charts/web/Chart.yaml
commit version
run ct lint --debug --print-config
# A template that does not render.
echo '{{ .Values.no.such.value }}' >charts/web/templates/broken.yaml
commit broken
run ct lint
rm charts/web/templates/broken.yaml
# A values file that the schema of the chart refuses.
echo 'replicas: many' >charts/web/ci/wrong-values.yaml
commit wrong
run ct lint
rm charts/web/ci/wrong-values.yaml
# The dependencies of a chart are built before it is linted.
run ct lint --charts charts/shop --helm-dependency-extra-args=--skip-refresh
ls charts/shop/charts charts/shop/Chart.lock
run ct lint --charts charts/web --validate-yaml=false --validate-chart-schema=false --helm-lint-extra-args --quiet
run ct lint --charts charts/web --additional-commands 'helm template {{ .Path }} --show-only templates/service.yaml'
run ct lint --charts charts/no-such-chart
