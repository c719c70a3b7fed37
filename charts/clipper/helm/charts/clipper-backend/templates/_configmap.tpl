{{- /* clipper-backend.configmap: its settings as a ConfigMap. */}}
{{- define "clipper-backend.configmap" -}}
{{- include "platform-lib.configMap" (dict "ctx" . "component" "backend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "data" (include "clipper-backend.config" . | fromYaml)) -}}
{{- end }}
