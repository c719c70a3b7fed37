{{- /* A hook: dict with root, name, events, weight, policy, output, life (ok, fail, hang, slow, configmap), kind (Pod, Job). */ -}}
{{- define "hook" }}
{{- $kind := .kind }}
{{- if eq .life "configmap" }}{{ $kind = "ConfigMap" }}{{ end }}
apiVersion: {{ ternary "batch/v1" "v1" (eq $kind "Job") }}
kind: {{ $kind }}
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  annotations:
    "helm.sh/hook": {{ .events | quote }}
    {{- with .weight }}
    "helm.sh/hook-weight": {{ . | toString | quote }}
    {{- end }}
    {{- with .policy }}
    "helm.sh/hook-delete-policy": {{ . | quote }}
    {{- end }}
    {{- with .output }}
    "helm.sh/hook-output-log-policy": {{ . | quote }}
    {{- end }}
    {{- if and (eq $kind "Pod") (ne .life "ok") }}
    skeg.test/pod: {{ .life | quote }}
    {{- end }}
{{- if eq $kind "ConfigMap" }}
data:
  color: {{ .root.Values.color | quote }}
{{- else if eq $kind "Job" }}
spec:
  backoffLimit: 0
  template:
    metadata:
      {{- if ne .life "ok" }}
      annotations:
        skeg.test/pod: {{ .life | quote }}
      {{- else }}
      labels: { hook: {{ .name }} }
      {{- end }}
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 0
      containers:
        - { name: main, image: registry.invalid/hook:1, command: ["true"] }
{{- else }}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 0
  containers:
    - { name: main, image: registry.invalid/hook:1, command: ["true"] }
{{- end }}
{{- end }}
