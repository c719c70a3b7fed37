{{- /* clipper-redis.service: the Service in front of the pods. */}}
{{- define "clipper-redis.service" -}}
{{- $service := default (dict) .Values.service -}}
{{- include "platform-lib.service" (dict "ctx" . "component" "redis" "name" (include "platform-lib.fullname" (dict "ctx" .)) "type" $service.type "annotations" $service.annotations "ports" (list (dict "name" "redis" "port" (default 6379 $service.port)))) -}}
{{- end }}
