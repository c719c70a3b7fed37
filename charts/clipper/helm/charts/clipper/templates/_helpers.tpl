{{- /*
clipper.names: how each installed component's objects are named. Worked out once; later calls find it on the context.

Argument: the umbrella's context. Result: nothing; sets `names` on it: a map of key (`backend`, `frontend`, `postgres`, `redis`,
`monitoring`) to name, without those that are switched off.
Errors: two components of one name, which only a release that holds two components' names, or equal overrides, can bring about.
*/}}
{{- define "clipper.names" -}}
{{- $root := . -}}
{{- if not $root.names -}}
{{- $names := dict -}}
{{- $taken := dict -}}
{{- range $key := list "backend" "frontend" "postgres" "redis" "monitoring" -}}
{{- with index $root.Subcharts (printf "clipper-%s" $key) -}}
{{- $short := default (dict) (index $root.Values $key) -}}
{{- $component := ternary "grafana" $key (eq $key "monitoring") -}}
{{- $name := include "platform-lib.memberName" (dict "ctx" $root "component" $component "override" (coalesce $short.fullnameOverride .Values.fullnameOverride) "max" (ternary 52 63 (has $key (list "postgres" "redis")))) -}}
{{- if hasKey $taken $name -}}
{{- fail (printf "%s and %s would both be named %q; choose another release name or set %s.fullnameOverride" (index $taken $name) $key $name $key) -}}
{{- end -}}
{{- $_ := set $taken $name $key -}}
{{- $_ := set $names $key $name -}}
{{- end -}}
{{- end -}}
{{- $_ := set $root "names" $names -}}
{{- end -}}
{{- end }}

{{- /*
clipper.members: the context in which each component is rendered: that of its own chart, with the short keys laid over the long
ones and with what only the umbrella knows. Worked out once; later calls find it on the context.

Argument: the umbrella's context. Result: nothing; sets `members` on it: a map of key to context, without those that are
switched off. In each context `umbrella` holds tls and the names of clipper.names.
*/}}
{{- define "clipper.members" -}}
{{- $root := . -}}
{{- include "clipper.names" $root -}}
{{- if not $root.members -}}
{{- $members := dict -}}
{{- range $key, $_ := $root.names -}}
{{- $chart := printf "clipper-%s" $key -}}
{{- $ctx := omit (index $root.Subcharts $chart) "Template" -}}
{{- $short := omit (default (dict) (index $root.Values $key)) "enabled" -}}
{{- if eq $key "monitoring" -}}{{- $short = dict "grafana" (default (dict) $root.Values.grafana) -}}{{- end -}}
{{- $values := omit $ctx.Values -}}
{{- include "platform-lib.overlay" (dict "into" $values "overrides" (list $short)) -}}
{{- $_ := set $ctx "Values" $values -}}
{{- $_ := set $ctx "umbrella" (merge (dict "tls" (default (dict) $root.Values.tls)) $root.names) -}}
{{- include (printf "%s.identity" $chart) $ctx -}}
{{- $_ := set $members $key $ctx -}}
{{- end -}}
{{- $_ := set $root "members" $members -}}
{{- end -}}
{{- end }}

{{- /*
clipper.objects: the objects of one component.

Arguments: root; key; objects (list of the names after `clipper-<key>.`).
Result: YAML documents, or empty text when the component is switched off.
*/}}
{{- define "clipper.objects" -}}
{{- include "clipper.members" .root -}}
{{- $key := .key -}}
{{- $ctx := index .root.members $key -}}
{{- if $ctx -}}
{{- range .objects }}
---
{{ include (printf "clipper-%s.%s" $key .) $ctx }}
{{- end }}
{{- end -}}
{{- end }}
