{{- /*
platform-lib.lifecycle: lets endpoints drain before a Service-backed container is told to stop.

Arguments: ctx; seconds (default 5). Result: YAML map of preStop, or empty text before Kubernetes 1.30, where the sleep action
is not on by default.
*/}}
{{- define "platform-lib.lifecycle" -}}
{{- if include "platform-lib.kubeAtLeast" (dict "ctx" .ctx "minor" 30) -}}
preStop:
  sleep:
    seconds: {{ int (default 5 .seconds) }}
{{- end -}}
{{- end }}
