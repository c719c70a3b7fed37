{{- /*
platform-lib.externalSecret: an ExternalSecret that fills one Secret from the platform's secret store.

Arguments: ctx; component; name or suffix; enabled (true, false, "auto"; default true); secretName (default: the object's
name); refreshInterval (default 1h); secretStoreRef (map of kind, name); keys: a list of Secret keys; keyPrefix: the remote
key is prefix + the key in lower-case kebab, `API_KEY` → `<prefix>api-key`. Result: the object, or empty text.
*/}}
{{- define "platform-lib.externalSecret" -}}
{{- if include "platform-lib.crd.wanted" (dict "ctx" .ctx "enabled" (ternary true .enabled (kindIs "invalid" .enabled)) "apiVersion" "external-secrets.io/v1") -}}
{{- $prefix := default "" .keyPrefix -}}
apiVersion: {{ include "platform-lib.apiVersion.externalSecret" . }}
kind: ExternalSecret
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
spec:
  refreshInterval: {{ default "1h" .refreshInterval }}
  secretStoreRef:
    kind: {{ default "ClusterSecretStore" .secretStoreRef.kind }}
    name: {{ .secretStoreRef.name }}
  target:
    name: {{ default (include "platform-lib.objectName" .) .secretName }}
    creationPolicy: Owner
  data:
    {{- range .keys }}
    - secretKey: {{ . }}
      remoteRef:
        key: {{ printf "%s%s" $prefix (lower . | replace "_" "-") }}
    {{- end }}
{{- end -}}
{{- end }}
