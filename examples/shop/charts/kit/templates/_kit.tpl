{{/* The name of a chart's objects. Takes the root context. */}}
{{- define "kit.name" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Labels by which objects find pods. Takes a dict: root, component (optional). */}}
{{- define "kit.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{/* All labels of an object. Takes a dict: root, component (optional). */}}
{{- define "kit.labels" -}}
{{ include "kit.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.global.team }}
example.com/team: {{ . }}
{{- end }}
{{- end }}

{{/* Pod settings of the restricted Pod Security Standard. */}}
{{- define "kit.podSecurity" -}}
{{- dict "runAsNonRoot" true "runAsUser" 65532 "seccompProfile" (dict "type" "RuntimeDefault") | toYaml }}
{{- end }}

{{/* Container settings of the restricted Pod Security Standard. */}}
{{- define "kit.containerSecurity" -}}
{{- dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) | toYaml }}
{{- end }}
