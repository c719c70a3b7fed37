{{- /* clipper-backend.service: the Service in front of the pods. */}}
{{- define "clipper-backend.service" -}}
{{- $service := default (dict) .Values.service -}}
{{- include "platform-lib.service" (dict "ctx" . "component" "backend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "type" $service.type "annotations" $service.annotations "ports" (list (dict "name" "http" "port" (default 80 $service.port)))) -}}
{{- end }}
