{{- /* clipper-backend.ingress: the way in from outside. */}}
{{- define "clipper-backend.ingress" -}}
{{- include "platform-lib.memberIngress" (dict "ctx" . "component" "backend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "ingress" .Values.ingress "umbrellaTls" (default (dict) .umbrella).tls) -}}
{{- end }}
