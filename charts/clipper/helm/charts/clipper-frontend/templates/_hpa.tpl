{{- /* clipper-frontend.hpa: the autoscaler. */}}
{{- define "clipper-frontend.hpa" -}}
{{- include "platform-lib.hpa" (dict "ctx" . "component" "frontend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "replicaCount" .Values.replicaCount "autoscaling" .Values.autoscaling) -}}
{{- end }}
