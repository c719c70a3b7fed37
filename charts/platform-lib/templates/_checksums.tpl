{{- /*
platform-lib.checksums: annotations that change when a consumed ConfigMap or Secret changes, so that pods roll.

Arguments: ctx; files (map: annotation suffix → template file of this chart, `/configmap.yaml`); texts (map: suffix → text,
for objects that do not have a file of their own). What renders to nothing is left out.
Result: YAML map `checksum/<suffix>: <sha256>`, or empty text.
Example: {{ include "platform-lib.checksums" (dict "ctx" $ "files" (dict "config" "/configmap.yaml")) }}
*/}}
{{- define "platform-lib.checksums" -}}
{{- $ctx := .ctx -}}
{{- $out := dict -}}
{{- range $suffix, $file := .files -}}
{{- with include (print $ctx.Template.BasePath $file) $ctx | trim -}}
{{- $_ := set $out (printf "checksum/%s" $suffix) (sha256sum .) -}}
{{- end -}}
{{- end -}}
{{- range $suffix, $text := .texts -}}
{{- with trim $text -}}
{{- $_ := set $out (printf "checksum/%s" $suffix) (sha256sum .) -}}
{{- end -}}
{{- end -}}
{{- if $out -}}{{- toYaml $out -}}{{- end -}}
{{- end }}
