{{- /*
platform-lib.ingress: an Ingress.

Arguments: ctx; component; name; className; hosts: a list of {host, paths: [{path, pathType (default Prefix), service, port
(name or number)}]}; tls (list, verbatim); annotations. Result: the object.
*/}}
{{- define "platform-lib.ingress" -}}
apiVersion: {{ include "platform-lib.apiVersion.ingress" . }}
kind: Ingress
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
spec:
  {{- with .className }}
  ingressClassName: {{ . }}
  {{- end }}
  rules:
    {{- range .hosts }}
    - host: {{ .host | quote }}
      http:
        paths:
          {{- range .paths }}
          - path: {{ .path }}
            pathType: {{ default "Prefix" .pathType }}
            backend:
              service:
                name: {{ .service }}
                port:
                  {{ ternary "name" "number" (kindIs "string" .port) }}: {{ .port }}
          {{- end }}
    {{- end }}
  {{- with .tls }}
  tls:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
