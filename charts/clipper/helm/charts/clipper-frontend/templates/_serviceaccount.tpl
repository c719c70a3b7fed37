{{- /* clipper-frontend.serviceaccount: the account of the pods. */}}
{{- define "clipper-frontend.serviceaccount" -}}
{{- include "platform-lib.serviceAccount" (dict "ctx" . "component" "frontend" "name" (include "clipper-frontend.accountName" .)) -}}
{{- end }}
