{{- /* clipper-backend.secret: its credentials, by whichever way the values choose. */}}
{{- define "clipper-backend.secret" -}}
{{- $cluster := dict -}}
{{- if ne (toString (.Values.secrets).validate) "false" -}}
{{- $cluster = lookup "v1" "Secret" .Release.Namespace "" -}}
{{- end -}}
{{- include "platform-lib.credentials" (dict "ctx" . "component" "backend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "secrets" .Values.secrets "external" .Values.externalSecrets "keys" (include "clipper-backend.secretKeys" . | fromJsonArray) "cluster" $cluster) -}}
{{- end }}
