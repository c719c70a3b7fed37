{{- /*
clipper.member: the context in which one component is rendered: that of its own chart, with the short keys laid over the long
ones and with what only the umbrella knows.

Arguments: root (the umbrella's context); key (`backend`, `frontend`, `postgres`, `redis`, `monitoring`).
Result: nothing; sets `ctx` on the arguments, missing when the component is switched off. In it `umbrella` holds tls and, for
backend, postgres and redis, the name of each installed one.
*/}}
{{- define "clipper.member" -}}
{{- $root := .root -}}
{{- $chart := printf "clipper-%s" .key -}}
{{- with index $root.Subcharts $chart -}}
{{- $ctx := dict -}}
{{- range $key, $value := . -}}{{- $_ := set $ctx $key $value -}}{{- end -}}
{{- $over := omit (default (dict) (index $root.Values $.key)) "enabled" -}}
{{- if eq $.key "monitoring" -}}{{- $over = dict "grafana" (default (dict) $root.Values.grafana) -}}{{- end -}}
{{- $_ := set $ctx "Values" (include "platform-lib.merge" (dict "base" .Values "overrides" (list $over)) | fromYaml) -}}
{{- $_ := set $ctx "umbrella" (dict "tls" (default (dict) $root.Values.tls)) -}}
{{- range $peer := list "backend" "postgres" "redis" -}}
{{- $_ := set $ctx.umbrella $peer (include "clipper.memberName" (dict "root" $root "key" $peer)) -}}
{{- end -}}
{{- include (printf "%s.identity" $chart) $ctx -}}
{{- $_ := set $ "ctx" $ctx -}}
{{- end -}}
{{- end }}

{{- /*
clipper.memberName: the name of one component's objects.

Arguments: root, key, as for clipper.member. Result: text, empty when the component is switched off.
*/}}
{{- define "clipper.memberName" -}}
{{- $root := .root -}}
{{- $component := ternary "grafana" .key (eq .key "monitoring") -}}
{{- with index $root.Subcharts (printf "clipper-%s" .key) -}}
{{- $over := default (dict) (index $root.Values $.key) -}}
{{- $override := coalesce $over.fullnameOverride .Values.fullnameOverride -}}
{{- include "platform-lib.memberName" (dict "ctx" $root "component" $component "override" $override "max" (ternary 52 63 (has $component (list "postgres" "redis")))) -}}
{{- end -}}
{{- end }}

{{- /*
clipper.assertNames: refuses names under which the objects of two components would be the same.

Arguments: root. Result: nothing, or a render error. Only a release whose own name holds two components' names, or two equal
fullnameOverrides, can come here.
*/}}
{{- define "clipper.assertNames" -}}
{{- $root := .root -}}
{{- $seen := dict -}}
{{- range $key := list "backend" "frontend" "postgres" "redis" "monitoring" -}}
{{- with include "clipper.memberName" (dict "root" $root "key" $key) -}}
{{- if hasKey $seen . -}}
{{- fail (printf "%s and %s would both be named %q; choose another release name or set %s.fullnameOverride" (index $seen .) $key . $key) -}}
{{- end -}}
{{- $_ := set $seen . $key -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /*
clipper.objects: the objects of one component.

Arguments: root, key, as for clipper.member; objects (list of the names after `clipper-<key>.`).
Result: YAML documents, or empty text when the component is switched off.
*/}}
{{- define "clipper.objects" -}}
{{- include "clipper.assertNames" . -}}
{{- $member := dict "root" .root "key" .key -}}
{{- include "clipper.member" $member -}}
{{- if $member.ctx -}}
{{- range .objects }}
---
{{ include (printf "clipper-%s.%s" $member.key .) $member.ctx }}
{{- end }}
{{- end -}}
{{- end }}
