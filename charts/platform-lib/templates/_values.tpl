{{- /*
platform-lib.scalar: one value as text, whole numbers never in exponent form.

Argument: the value itself (string, bool, number; a missing value gives empty text). Result: text, not quoted.
Why: numbers from a values file arrive as floating point, and 1234567 would print as 1.234567e+06.
*/}}
{{- define "platform-lib.scalar" -}}
{{- if kindIs "invalid" . -}}
{{- else if kindIs "float64" . -}}
{{- if eq (floor .) . -}}{{- printf "%.0f" . -}}{{- else -}}{{- toString . -}}{{- end -}}
{{- else -}}
{{- toString . -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.stringMap: a map with every value turned into a string, for ConfigMap data, annotations and labels.

Argument: the map itself; entries that are null are left out. Result: YAML map of strings, sorted by key.
*/}}
{{- define "platform-lib.stringMap" -}}
{{- $out := dict -}}
{{- range $key, $value := . -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $out $key (include "platform-lib.scalar" $value) -}}
{{- end -}}
{{- end -}}
{{- toYaml $out -}}
{{- end }}

{{- /*
platform-lib.overlay: lays maps over a map, key by key at every depth; a null takes the key away.

Arguments: into (map; it is changed, maps in it are not); overrides (list of maps, each may be missing). Result: nothing.
Example: {{- $values := omit .Values -}}{{- include "platform-lib.overlay" (dict "into" $values "overrides" (list $short)) -}}
*/}}
{{- define "platform-lib.overlay" -}}
{{- $into := .into -}}
{{- range $over := .overrides -}}
{{- range $key, $value := $over -}}
{{- $old := index $into $key -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := unset $into $key -}}
{{- else if and (kindIs "map" $value) (kindIs "map" $old) -}}
{{- $copy := omit $old -}}
{{- include "platform-lib.overlay" (dict "into" $copy "overrides" (list $value)) -}}
{{- $_ := set $into $key $copy -}}
{{- else -}}
{{- $_ := set $into $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.merge: the same as text: later maps over earlier ones. None of them is changed.

Arguments: base (map); overrides (list of maps, each may be missing). Result: YAML map.
*/}}
{{- define "platform-lib.merge" -}}
{{- $out := omit .base -}}
{{- include "platform-lib.overlay" (dict "into" $out "overrides" .overrides) -}}
{{- toYaml $out -}}
{{- end }}

{{- /*
platform-lib.checkYaml: fails where a text was no YAML.

Arguments: map (what fromYaml made of the text); what (names the text in the error). Result: nothing.
Why: fromYaml answers a broken document with a map holding `Error`, which would be rendered silently.
*/}}
{{- define "platform-lib.checkYaml" -}}
{{- with .map.Error -}}
{{- fail (printf "%s is not valid YAML: %s" $.what .) -}}
{{- end -}}
{{- end }}
