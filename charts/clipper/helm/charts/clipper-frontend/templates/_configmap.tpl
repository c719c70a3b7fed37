{{- /* clipper-frontend.configmap: its settings as a ConfigMap. */}}
{{- define "clipper-frontend.configmap" -}}
{{- include "platform-lib.configMap" (dict "ctx" . "component" "frontend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "data" (include "clipper-frontend.config" . | fromYaml)) -}}
{{- end }}
