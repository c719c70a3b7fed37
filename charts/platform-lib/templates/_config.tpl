{{- /*
platform-lib.configMap: a ConfigMap; every value becomes a string with its spelling kept.

Arguments: ctx; component; name or suffix; data (map; null entries are left out); labels; annotations. Result: the object.
*/}}
{{- define "platform-lib.configMap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
data:
  {{- include "platform-lib.stringMap" .data | nindent 2 }}
{{- end }}

{{- /*
platform-lib.secret: an Opaque Secret with base64 `data`, for charts that may hold credentials given as values.

Arguments: ctx; component; name or suffix; data (map of plain text; empty and null entries are left out); annotations;
keepEmpty (true: an object without entries is rendered too). Result: the object, or empty text when no entry is left.
*/}}
{{- define "platform-lib.secret" -}}
{{- $data := dict -}}
{{- range $key, $value := .data -}}
{{- with include "platform-lib.scalar" $value -}}
{{- $_ := set $data $key (b64enc .) -}}
{{- end -}}
{{- end -}}
{{- if or $data .keepEmpty -}}
apiVersion: v1
kind: Secret
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
type: Opaque
data:
  {{- toYaml $data | nindent 2 }}
{{- end -}}
{{- end }}
