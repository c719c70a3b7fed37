{{/* The pod of one program. Takes a dict: root, name, program. */}}
{{- define "shop.pod" -}}
{{- $image := .root.Values.image -}}
metadata:
  labels: {{- include "kit.labels" (dict "root" .root "component" .name) | nindent 4 }}
  annotations:
    checksum/config: {{ .root.Values.config | toJson | sha256sum }}
spec:
  automountServiceAccountToken: false
  securityContext: {{- include "kit.podSecurity" . | nindent 4 }}
  containers:
    - name: {{ .name }}
      image: {{ printf "%s/%s:%s" $image.registry $image.repository (default .root.Chart.AppVersion $image.tag) | quote }}
      args: {{- toYaml .program.args | nindent 8 }}
      {{- with .program.port }}
      ports:
        - {name: http, containerPort: {{ . }}}
      {{- end }}
      securityContext: {{- include "kit.containerSecurity" . | nindent 8 }}
      resources: {{- toYaml .program.resources | nindent 8 }}
      volumeMounts:
        - {name: config, mountPath: /etc/shop, readOnly: true}
  volumes:
    - name: config
      configMap: {name: {{ include "kit.name" .root }}}
{{- end }}
