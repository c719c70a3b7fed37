{{- /* clipper-backend.serviceaccount: the account of the pods. */}}
{{- define "clipper-backend.serviceaccount" -}}
{{- include "platform-lib.serviceAccount" (dict "ctx" . "component" "backend" "name" (include "clipper-backend.accountName" .)) -}}
{{- end }}
