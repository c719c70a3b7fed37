# cluster
# `ct install` with a namespace of its own for each values file, that is deleted in the end.
cat >ct.yaml <<'END'
chart-dirs: [charts]
charts: [charts/web]
build-id: pr-7
github-groups: true
END
rm charts/web/ci/two-values.yaml
run ct install --config ct.yaml
