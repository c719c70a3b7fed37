{{- /*
inferno.name: the chart's short name. Argument: root context. Result: text.
*/}}
{{- define "inferno.name" -}}
{{- include "platform-lib.name" (dict "ctx" .) -}}
{{- end }}

{{- /*
inferno.fullname: the base of all object names. Argument: root context, or a map of ctx and suffix. Result: text.
*/}}
{{- define "inferno.fullname" -}}
{{- $ctx := default . .ctx -}}
{{- include "platform-lib.fullname" (dict "ctx" $ctx "suffix" .suffix) -}}
{{- end }}

{{- /*
inferno.chart: chart name and version. Argument: root context. Result: text.
*/}}
{{- define "inferno.chart" -}}
{{- include "platform-lib.chart" (dict "ctx" .) -}}
{{- end }}

{{- /*
inferno.labels: the labels of an object. Argument: root context. Result: YAML map.
*/}}
{{- define "inferno.labels" -}}
{{- include "platform-lib.componentLabels" (dict "ctx" . "component" "server") -}}
{{- end }}

{{- /*
inferno.selectorLabels: the labels that select the server's pods. Argument: root context. Result: YAML map.
*/}}
{{- define "inferno.selectorLabels" -}}
{{- include "platform-lib.selectorLabels" (dict "ctx" . "component" "server") -}}
{{- end }}

{{- /*
inferno.serviceAccountName: the account of the pods. Argument: root context. Result: text.
*/}}
{{- define "inferno.serviceAccountName" -}}
{{- include "platform-lib.serviceAccountName" (dict "ctx" .) -}}
{{- end }}

{{- /*
inferno.image: the server's image. Argument: root context. Result: text.
*/}}
{{- define "inferno.image" -}}
{{- include "platform-lib.image" (dict "ctx" . "image" .Values.image) -}}
{{- end }}

{{- /*
inferno.port: the port that the API listens on. Argument: root context. Result: number as text.
*/}}
{{- define "inferno.port" -}}
{{- include "platform-lib.scalar" .Values.service.internal.targetPort -}}
{{- end }}

{{- /*
inferno.namespace: the namespace of all objects. Argument: root context. Result: text.
*/}}
{{- define "inferno.namespace" -}}
{{- include "platform-lib.namespace" (dict "ctx" .) -}}
{{- end }}
