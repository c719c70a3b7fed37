{{- /* clipper-postgres.configmap: its settings as a ConfigMap. */}}
{{- define "clipper-postgres.configmap" -}}
{{- $data := dict "10-vector.sql" "CREATE EXTENSION IF NOT EXISTS vector;\n" -}}
{{- with (.Values.config).extraInitSQL -}}{{- $_ := set $data "20-extra.sql" . -}}{{- end -}}
{{- include "platform-lib.configMap" (dict "ctx" . "component" "postgres" "name" (include "platform-lib.fullname" (dict "ctx" .)) "data" $data) -}}
{{- end }}
