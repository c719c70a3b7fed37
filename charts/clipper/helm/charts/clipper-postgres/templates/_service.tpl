{{- /* clipper-postgres.service: the Service in front of the pods. */}}
{{- define "clipper-postgres.service" -}}
{{- $service := default (dict) .Values.service -}}
{{- include "platform-lib.service" (dict "ctx" . "component" "postgres" "name" (include "platform-lib.fullname" (dict "ctx" .)) "type" $service.type "annotations" $service.annotations "ports" (list (dict "name" "postgres" "port" (default 5432 $service.port)))) -}}
{{- end }}
