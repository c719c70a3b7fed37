{{- /*
platform-lib.name: the chart's short name, the value of `app.kubernetes.io/name`.

Arguments: ctx (root context). Optional `ctx.platform.name` replaces the usual rule.
Result: text, at most 63 characters: `ctx.platform.name`, else `nameOverride`, else the chart's name.
Example: {{ include "platform-lib.name" (dict "ctx" $) }}
*/}}
{{- define "platform-lib.name" -}}
{{- $own := default (dict) .ctx.platform -}}
{{- coalesce $own.name .ctx.Values.nameOverride .ctx.Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- /*
platform-lib.baseName: the release's own name before any component is added.

Arguments: ctx. Optional `ctx.platform.fullname` replaces the usual rule.
Result: text, not yet cut to length: `ctx.platform.fullname`, else `fullnameOverride`, else the release's name when it
contains the chart's, else `<release>-<chart>`.
*/}}
{{- define "platform-lib.baseName" -}}
{{- $own := default (dict) .ctx.platform -}}
{{- if $own.fullname -}}
{{- $own.fullname -}}
{{- else if .ctx.Values.fullnameOverride -}}
{{- .ctx.Values.fullnameOverride -}}
{{- else -}}
{{- $name := include "platform-lib.name" . -}}
{{- if contains $name .ctx.Release.Name -}}
{{- .ctx.Release.Name -}}
{{- else -}}
{{- printf "%s-%s" .ctx.Release.Name $name -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.fullname: the name of an object of this release.

Arguments: ctx; suffix or component (what to append, both optional, suffix wins); max (longest length, default 63; pass 52
for CronJobs and StatefulSets, whose controllers append to the name).
Result: text, at most `max` characters. The base is cut, never the suffix, so names of one release stay different.
Example: {{ include "platform-lib.fullname" (dict "ctx" $ "suffix" "config") }}
*/}}
{{- define "platform-lib.fullname" -}}
{{- $max := int (default 63 .max) -}}
{{- $base := include "platform-lib.baseName" . -}}
{{- $suffix := default "" (coalesce .suffix .component) -}}
{{- if $suffix -}}
{{- $room := int (sub $max (add1 (len $suffix))) -}}
{{- printf "%s-%s" ($base | trunc $room | trimSuffix "-") $suffix -}}
{{- else -}}
{{- $base | trunc $max | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.objectName: the explicit `name` argument, else the full name.

Arguments: ctx, name, component, suffix, max. Result: text. Used by every object helper of this library.
*/}}
{{- define "platform-lib.objectName" -}}
{{- if .name -}}{{- .name -}}{{- else -}}{{- include "platform-lib.fullname" . -}}{{- end -}}
{{- end }}

{{- /*
platform-lib.chart: chart name and version, the value of `helm.sh/chart`.

Arguments: ctx. Result: text, at most 63 characters; `+` becomes `_`.
*/}}
{{- define "platform-lib.chart" -}}
{{- printf "%s-%s" .ctx.Chart.Name .ctx.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | trimSuffix "_" | trimSuffix "." -}}
{{- end }}

{{- /*
platform-lib.namespace: the namespace of every object of the release.

Arguments: ctx. Optional `ctx.platform.namespace` replaces the usual rule.
Result: text: `ctx.platform.namespace`, else `namespaceOverride`, else the release's namespace.
*/}}
{{- define "platform-lib.namespace" -}}
{{- $own := default (dict) .ctx.platform -}}
{{- coalesce $own.namespace .ctx.Values.namespaceOverride .ctx.Release.Namespace -}}
{{- end }}

{{- /*
platform-lib.serviceAccountName: the account a workload runs as.

Arguments: ctx; component (optional); serviceAccount (map with create and name; default `ctx.Values.serviceAccount`).
Result: text: `serviceAccount.name`, else the full name when `create` is true, else `default`.
*/}}
{{- define "platform-lib.serviceAccountName" -}}
{{- $account := default (dict) (coalesce .serviceAccount .ctx.Values.serviceAccount) -}}
{{- if $account.name -}}
{{- $account.name -}}
{{- else if $account.create -}}
{{- include "platform-lib.fullname" (dict "ctx" .ctx "component" .component) -}}
{{- else -}}
default
{{- end -}}
{{- end }}
