{{- /* clipper-redis.serviceaccount: the account of the pods. */}}
{{- define "clipper-redis.serviceaccount" -}}
{{- include "platform-lib.serviceAccount" (dict "ctx" . "component" "redis" "name" (include "clipper-redis.accountName" .)) -}}
{{- end }}
