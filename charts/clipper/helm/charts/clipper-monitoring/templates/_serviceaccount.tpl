{{- /* clipper-monitoring.serviceaccount: the account of the pods. */}}
{{- define "clipper-monitoring.serviceaccount" -}}
{{- include "platform-lib.serviceAccount" (dict "ctx" . "component" "grafana" "name" (include "clipper-monitoring.accountName" .)) -}}
{{- end }}
