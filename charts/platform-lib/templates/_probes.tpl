{{- /*
platform-lib.probes: the probes of a container.

Arguments: values: a map of startup, readiness, liveness, each a map of initialDelaySeconds, periodSeconds, timeoutSeconds,
failureThreshold, successThreshold; `enabled: false` leaves a probe out; `path` in one replaces the common path; a complete
`httpGet`, `exec`, `tcpSocket` or `grpc` replaces the handler. The handler otherwise: path (HTTP, with port, default `http`),
command (list, exec) or neither (TCP on port).
Result: YAML map of startupProbe, readinessProbe, livenessProbe. Only the probes named in `values` are rendered.
Errors: a timeout longer than the period, which would let probes pile up.
Example, within a container: probes: {values: {{ toJson .Values.api.probes }}, path: /health}
*/}}
{{- define "platform-lib.probes" -}}
{{- $args := . -}}
{{- $port := default "http" .port -}}
{{- $out := dict -}}
{{- range $kind := list "startup" "readiness" "liveness" -}}
{{- $probe := index (default (dict) $args.values) $kind -}}
{{- if and (kindIs "map" $probe) (ne (toString $probe.enabled) "false") -}}
{{- if gt (int (default 1 $probe.timeoutSeconds)) (int (default 10 $probe.periodSeconds)) -}}
{{- fail (printf "probes.%s.timeoutSeconds (%d) must not exceed periodSeconds (%d)" $kind (int $probe.timeoutSeconds) (int (default 10 $probe.periodSeconds))) -}}
{{- end -}}
{{- $body := omit $probe "enabled" "path" -}}
{{- if not (or $probe.httpGet $probe.exec $probe.tcpSocket $probe.grpc) -}}
{{- $path := coalesce $probe.path $args.path -}}
{{- if $path -}}
{{- $_ := set $body "httpGet" (dict "path" $path "port" $port) -}}
{{- else if $args.command -}}
{{- $_ := set $body "exec" (dict "command" $args.command) -}}
{{- else -}}
{{- $_ := set $body "tcpSocket" (dict "port" $port) -}}
{{- end -}}
{{- end -}}
{{- $_ := set $out (printf "%sProbe" $kind) $body -}}
{{- end -}}
{{- end -}}
{{- if $out -}}{{- toYaml $out -}}{{- end -}}
{{- end }}
