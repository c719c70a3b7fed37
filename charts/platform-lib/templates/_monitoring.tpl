{{- /*
platform-lib.serviceMonitor: a ServiceMonitor that scrapes the Service of one component.

Arguments: ctx; component; name; enabled (true, false, "auto"; default true); port (default http); path (default /metrics);
interval (default 30s); scrapeTimeout; matchLabels (map: further labels the Service must have, where a component has several);
labels, annotations. Result: the object, or empty text.
*/}}
{{- define "platform-lib.serviceMonitor" -}}
{{- if include "platform-lib.crd.wanted" (dict "ctx" .ctx "enabled" (ternary true .enabled (kindIs "invalid" .enabled)) "apiVersion" "monitoring.coreos.com/v1") -}}
{{- include "platform-lib.monitor" (dict "kind" "ServiceMonitor" "endpoints" "endpoints" "args" .) -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.podMonitor: a PodMonitor that scrapes the pods of one component.

Arguments: those of serviceMonitor; port defaults to `metrics`. Result: the object, or empty text.
*/}}
{{- define "platform-lib.podMonitor" -}}
{{- if include "platform-lib.crd.wanted" (dict "ctx" .ctx "enabled" (ternary true .enabled (kindIs "invalid" .enabled)) "apiVersion" "monitoring.coreos.com/v1") -}}
{{- include "platform-lib.monitor" (dict "kind" "PodMonitor" "endpoints" "podMetricsEndpoints" "port" "metrics" "args" .) -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.monitor: the common body of both monitors.

Arguments: args (those of serviceMonitor); kind; endpoints (the field that lists the endpoints); port (when args name none).
Result: the object.
*/}}
{{- define "platform-lib.monitor" -}}
{{- $args := .args -}}
apiVersion: monitoring.coreos.com/v1
kind: {{ .kind }}
metadata:
  {{- include "platform-lib.metadata" $args | nindent 2 }}
spec:
  selector:
    matchLabels:
      {{- include "platform-lib.selectorLabels" $args | nindent 6 }}
      {{- with $args.matchLabels }}
      {{- include "platform-lib.stringMap" . | nindent 6 }}
      {{- end }}
  namespaceSelector:
    matchNames:
      - {{ include "platform-lib.namespace" $args }}
  {{ .endpoints }}:
    - port: {{ coalesce $args.port .port "http" }}
      path: {{ default "/metrics" $args.path }}
      interval: {{ default "30s" $args.interval }}
      {{- with $args.scrapeTimeout }}
      scrapeTimeout: {{ . }}
      {{- end }}
{{- end }}

{{- /*
platform-lib.dashboards: one ConfigMap for each dashboard file of the chart, for Grafana's sidecar.

Arguments: ctx; component (default dashboards); glob (default dashboards/*.json); label (default grafana_dashboard);
annotations. Result: the objects, each led by a document separator, named `<full name>-dashboard-<file>` without a prefix
that the file shares with the chart's name.
*/}}
{{- define "platform-lib.dashboards" -}}
{{- $args := . -}}
{{- range $path, $bytes := .ctx.Files.Glob (default "dashboards/*.json" .glob) }}
{{- $file := base $path | trimSuffix ".json" | trimPrefix (printf "%s-" $args.ctx.Chart.Name) }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "platform-lib.metadata" (dict "ctx" $args.ctx "component" (default "dashboards" $args.component) "suffix" (printf "dashboard-%s" $file) "labels" (dict (default "grafana_dashboard" $args.label) "1") "annotations" $args.annotations) | nindent 2 }}
data:
  {{ base $path }}: |-
    {{- $args.ctx.Files.Get $path | trim | nindent 4 }}
{{- end }}
{{- end }}
