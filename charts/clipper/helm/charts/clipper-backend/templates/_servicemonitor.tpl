{{- /* clipper-backend.servicemonitor: the scrape of the pods for the Prometheus operator. */}}
{{- define "clipper-backend.servicemonitor" -}}
{{- $monitor := default (dict) .Values.serviceMonitor -}}
{{- include "platform-lib.serviceMonitor" (dict "ctx" . "component" "backend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "enabled" (default false $monitor.enabled) "path" $monitor.path "interval" $monitor.interval "labels" $monitor.labels) -}}
{{- end }}
