{{- /* clipper-frontend.ingress: the way in from outside. */}}
{{- define "clipper-frontend.ingress" -}}
{{- include "platform-lib.memberIngress" (dict "ctx" . "component" "frontend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "ingress" .Values.ingress "umbrellaTls" (default (dict) .umbrella).tls) -}}
{{- end }}
