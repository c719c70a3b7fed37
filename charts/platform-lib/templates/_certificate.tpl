{{- /*
platform-lib.certificate: a cert-manager Certificate.

Arguments: ctx; component; name; enabled (true, false, "auto"; default true); secretName; dnsNames (list); commonName;
usages (list); isCA; issuer (name) and issuerKind (default ClusterIssuer); duration, renewBefore. Result: the object, or
empty text.
*/}}
{{- define "platform-lib.certificate" -}}
{{- if include "platform-lib.crd.wanted" (dict "ctx" .ctx "enabled" (ternary true .enabled (kindIs "invalid" .enabled)) "apiVersion" "cert-manager.io/v1") -}}
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
spec:
  secretName: {{ .secretName }}
  {{- if .isCA }}
  isCA: true
  {{- end }}
  {{- with .commonName }}
  commonName: {{ . }}
  {{- end }}
  {{- with .dnsNames }}
  dnsNames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .usages }}
  usages:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .duration }}
  duration: {{ . }}
  {{- end }}
  {{- with .renewBefore }}
  renewBefore: {{ . }}
  {{- end }}
  privateKey:
    rotationPolicy: Always
  issuerRef:
    group: cert-manager.io
    kind: {{ default "ClusterIssuer" .issuerKind }}
    name: {{ .issuer }}
{{- end -}}
{{- end }}
