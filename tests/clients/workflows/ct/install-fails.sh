# cluster
# Installations that fail: values that the chart refuses, an object that the API server refuses, and a failing test.
rm -r charts/web/ci
run ct install --charts charts/web --namespace "$NAMESPACE" --skip-clean-up --helm-extra-set-args '--set=replicas=-1'
sed -i 's/"minimum": 0/"minimum": -5/' charts/web/values.schema.json
run ct install --charts charts/web --namespace "$NAMESPACE" --skip-clean-up --helm-extra-set-args '--set=replicas=-1'
run ct install --charts charts/web --namespace "$NAMESPACE" --skip-clean-up --helm-extra-set-args '--set=check=fail'
# better transcript: the template of the object that was refused or did not become ready, and what is the matter with it
#+  in web/templates/deployment.yaml …
#+  in web/templates/tests/check.yaml …
#+  Pod/NAMESPACE/web-SUFFIX-check Failed: pod web-SUFFIX-check failed
#+    container check: exit code 1: Error
#+    log check: simulated by kwok
