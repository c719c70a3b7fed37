{{- /* clipper-monitoring.dashboards: the dashboards of this chart and their provider. */}}
{{- define "clipper-monitoring.dashboards" -}}
{{- $provider := dict "name" "clipper" "type" "file" "disableDeletion" true "allowUiUpdates" false "folder" "Clipper" "options" (dict "path" "/etc/grafana/dashboards") -}}
{{- $data := dict "provider.yaml" (dict "apiVersion" 1 "providers" (list $provider) | toYaml) -}}
{{- range $path, $bytes := .Files.Glob "dashboards/*.json" -}}
{{- $_ := set $data (base $path) (toString $bytes) -}}
{{- end -}}
{{- include "platform-lib.configMap" (dict "ctx" . "component" "grafana" "suffix" "dashboards" "data" $data) -}}
{{- end }}
