# cluster
# `ct install` into a namespace that is there, with each values file of the chart's folder `ci`; releases are left for the comparison.
run ct install --charts charts/web --namespace "$NAMESPACE" --skip-clean-up --helm-extra-args '--timeout 60s'
helm list --namespace "$NAMESPACE" --short | wc -l
# With dependencies, a release of a given name, and values.
run ct install --charts charts/shop --namespace "$NAMESPACE" --helm-extra-set-args '--set=title=given' --debug
