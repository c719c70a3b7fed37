{{- /* clipper-postgres.secret: its credentials, by whichever way the values choose. */}}
{{- define "clipper-postgres.secret" -}}
{{- $cluster := dict -}}
{{- if ne (toString (.Values.secrets).validate) "false" -}}
{{- $cluster = lookup "v1" "Secret" .Release.Namespace "" -}}
{{- end -}}
{{- include "platform-lib.credentials" (dict "ctx" . "component" "postgres" "name" (include "platform-lib.fullname" (dict "ctx" .)) "secrets" .Values.secrets "external" .Values.externalSecrets "keys" (list "POSTGRES_PASSWORD") "cluster" $cluster) -}}
{{- end }}
