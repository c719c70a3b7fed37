# cluster
# `ct install --upgrade`: what is on `main` is installed and upgraded to the change, then the change is installed.
rm charts/web/ci/migrate-values.yaml
repository
git switch --quiet --create change
sed -i 's/^version: .*/version: 1.3.0/' charts/web/Chart.yaml
sed -i 's/^message: .*/message: newer/' charts/web/values.yaml
commit newer
run ct install --upgrade --namespace "$NAMESPACE" --skip-clean-up
# A new major version may break what was before: no upgrade is tried.
sed -i 's/^version: .*/version: 2.0.0/' charts/web/Chart.yaml
commit breaking
run ct lint-and-install --upgrade --namespace "$NAMESPACE" --skip-clean-up --validate-maintainers=false --validate-yaml=false --validate-chart-schema=false
