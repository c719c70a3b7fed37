{{- /* clipper-monitoring.datasources: the data source, provisioned. */}}
{{- define "clipper-monitoring.datasources" -}}
{{- $source := dict "name" "Prometheus" "uid" "prometheus" "type" "prometheus" "access" "proxy" "url" .Values.grafana.prometheusUrl "isDefault" true "editable" false -}}
{{- $file := dict "apiVersion" 1 "datasources" (list $source) | toYaml -}}
{{- include "platform-lib.configMap" (dict "ctx" . "component" "grafana" "suffix" "datasources" "data" (dict "datasources.yaml" $file)) -}}
{{- end }}
