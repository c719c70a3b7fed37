{{- /* clipper-redis.secret: its credentials, by whichever way the values choose. */}}
{{- define "clipper-redis.secret" -}}
{{- $cluster := dict -}}
{{- if ne (toString (.Values.secrets).validate) "false" -}}
{{- $cluster = lookup "v1" "Secret" .Release.Namespace "" -}}
{{- end -}}
{{- include "platform-lib.credentials" (dict "ctx" . "component" "redis" "name" (include "platform-lib.fullname" (dict "ctx" .)) "secrets" .Values.secrets "external" .Values.externalSecrets "keys" (list "REDIS_PASSWORD") "cluster" $cluster) -}}
{{- end }}
