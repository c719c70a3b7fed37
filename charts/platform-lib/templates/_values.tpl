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
platform-lib.merge: later maps over earlier ones, key by key at every depth; a null takes the key away.

Arguments: base (map); overrides (list of maps, each may be missing). Neither is changed. Result: YAML map.
*/}}
{{- define "platform-lib.merge" -}}
{{- $out := dict -}}
{{- range $key, $value := .base -}}
{{- $_ := set $out $key $value -}}
{{- end -}}
{{- range $over := .overrides -}}
{{- range $key, $value := $over -}}
{{- $old := index $out $key -}}
{{- if kindIs "invalid" $value -}}
{{- $_ := unset $out $key -}}
{{- else if and (kindIs "map" $value) (kindIs "map" $old) -}}
{{- $_ := set $out $key (include "platform-lib.merge" (dict "base" $old "overrides" (list $value)) | fromYaml) -}}
{{- else -}}
{{- $_ := set $out $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $out -}}
{{- end }}

{{- /*
platform-lib.parse: YAML text written by a template, checked.

Arguments: text; what (names the text in the error). Result: YAML map (use `| fromYaml`).
Why: fromYaml answers a broken document with a map holding `Error`, which would be rendered silently.
*/}}
{{- define "platform-lib.parse" -}}
{{- $map := fromYaml .text -}}
{{- if $map.Error -}}
{{- fail (printf "%s is not valid YAML: %s" .what $map.Error) -}}
{{- end -}}
{{- toYaml $map -}}
{{- end }}
