{{- /* clipper-postgres.serviceaccount: the account of the pods. */}}
{{- define "clipper-postgres.serviceaccount" -}}
{{- include "platform-lib.serviceAccount" (dict "ctx" . "component" "postgres" "name" (include "clipper-postgres.accountName" .)) -}}
{{- end }}
