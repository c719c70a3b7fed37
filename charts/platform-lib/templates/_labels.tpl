{{- /*
platform-lib.labels: the labels of an object.

Arguments: ctx; component (optional; adds component and part-of); labels (optional map, added; may not replace these).
Optional `ctx.platform.{instance,version,partOf}` replace the release's name, the application version, the chart's name.
Result: YAML map.
Example: labels: {{- include "platform-lib.labels" (dict "ctx" $ "component" "api") | nindent 4 }}
*/}}
{{- define "platform-lib.labels" -}}
{{- $own := default (dict) .ctx.platform -}}
{{- $labels := dict
      "helm.sh/chart" (include "platform-lib.chart" .)
      "app.kubernetes.io/name" (include "platform-lib.name" .)
      "app.kubernetes.io/instance" (default .ctx.Release.Name $own.instance)
      "app.kubernetes.io/managed-by" .ctx.Release.Service -}}
{{- $version := include "platform-lib.scalar" (coalesce $own.version .ctx.Chart.AppVersion .ctx.Chart.Version) -}}
{{- $_ := set $labels "app.kubernetes.io/version" (regexReplaceAll "[^A-Za-z0-9_.-]" $version "_" | trunc 63 | trimSuffix "-" | trimSuffix "_" | trimSuffix ".") -}}
{{- if .component -}}
{{- $_ := set $labels "app.kubernetes.io/component" .component -}}
{{- $_ := set $labels "app.kubernetes.io/part-of" (default .ctx.Chart.Name $own.partOf) -}}
{{- end -}}
{{- range $key, $value := .labels -}}
{{- if not (hasKey $labels $key) -}}
{{- $_ := set $labels $key (include "platform-lib.scalar" $value) -}}
{{- end -}}
{{- end -}}
{{- toYaml $labels -}}
{{- end }}

{{- /*
platform-lib.componentLabels: the labels of a workload: `labels` with `component` and `part-of`.

Arguments: ctx; component (required); labels. Result: YAML map.
*/}}
{{- define "platform-lib.componentLabels" -}}
{{- if not .component -}}
{{- fail "platform-lib.componentLabels needs a component" -}}
{{- end -}}
{{- include "platform-lib.labels" . -}}
{{- end }}

{{- /*
platform-lib.selectorLabels: the labels that selectors use; they never change in the life of a release.

Arguments: ctx; component (optional; without it the labels select every pod of the release).
Result: YAML map of name, instance and (with component) component.
*/}}
{{- define "platform-lib.selectorLabels" -}}
{{- $own := default (dict) .ctx.platform -}}
{{- $labels := dict
      "app.kubernetes.io/name" (include "platform-lib.name" .)
      "app.kubernetes.io/instance" (default .ctx.Release.Name $own.instance) -}}
{{- if .component -}}
{{- $_ := set $labels "app.kubernetes.io/component" .component -}}
{{- end -}}
{{- toYaml $labels -}}
{{- end }}

{{- /*
platform-lib.metadata: the body of an object's `metadata`.

Arguments: ctx; name, suffix, max (see objectName); component; labels, annotations (maps, optional);
clusterScoped (true omits the namespace).
Result: YAML map of name, namespace, labels and, when there are any, annotations.
*/}}
{{- define "platform-lib.metadata" -}}
{{- $id := dict "name" (include "platform-lib.objectName" .) -}}
{{- if not .clusterScoped -}}
{{- $_ := set $id "namespace" (include "platform-lib.namespace" .) -}}
{{- end -}}
{{- toYaml $id }}
labels:
  {{- include "platform-lib.labels" . | nindent 2 }}
{{- with .annotations }}
annotations:
  {{- include "platform-lib.stringMap" . | nindent 2 }}
{{- end }}
{{- end }}
