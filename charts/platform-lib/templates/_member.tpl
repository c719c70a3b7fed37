{{- /*
platform-lib.memberName: the name of one member of a family whose charts are installed together or alone.

Arguments: ctx; component (the member's short name); override (text, optional: wins); max (longest length, default 63).
Result: text: the override, else the release's name when it contains the component's, else `<release>-<component>`. The
release's part is cut, never the component's, so members of one release stay different.
Example: {{ include "platform-lib.memberName" (dict "ctx" $ "component" "postgres" "max" 52) }}
*/}}
{{- define "platform-lib.memberName" -}}
{{- $max := int (default 63 .max) -}}
{{- if .override -}}
{{- .override | trunc $max | trimSuffix "-" -}}
{{- else if contains .component .ctx.Release.Name -}}
{{- .ctx.Release.Name | trunc $max | trimSuffix "-" -}}
{{- else -}}
{{- $room := int (sub $max (add1 (len .component))) -}}
{{- printf "%s-%s" (.ctx.Release.Name | trunc $room | trimSuffix "-") .component -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.memberLabels: labels by which a policy finds another member of the family.

Arguments: ctx; name (the member's chart, its `app.kubernetes.io/name`); component; sameRelease (not empty when the member is
installed by this release; otherwise any release in the namespace is meant); override (map, wins when not empty).
Result: YAML map.
*/}}
{{- define "platform-lib.memberLabels" -}}
{{- if .override -}}
{{- include "platform-lib.stringMap" .override -}}
{{- else -}}
{{- $labels := dict "app.kubernetes.io/name" .name "app.kubernetes.io/component" .component -}}
{{- if .sameRelease -}}{{- $_ := set $labels "app.kubernetes.io/instance" .ctx.Release.Name -}}{{- end -}}
{{- toYaml $labels -}}
{{- end -}}
{{- end }}
