{{- /* clipper-backend.hpa: the autoscaler. */}}
{{- define "clipper-backend.hpa" -}}
{{- include "platform-lib.hpa" (dict "ctx" . "component" "backend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "replicaCount" .Values.replicaCount "autoscaling" .Values.autoscaling) -}}
{{- end }}
