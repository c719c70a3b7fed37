{{- /*
platform-lib.credentials: the Secret of a workload, by whichever way the values choose.

Arguments: ctx; component; name (of the objects made here, and of the Secret when there is no `existingSecret`); secrets: a map
of existingSecret, validate (default true), data; external: a map of enabled (true, false, "auto"), refreshInterval,
secretStoreRef, keyPrefix; keys (list of keys the Secret must hold); cluster (the SecretList for platform-lib.requireSecret).
Result: an ExternalSecret; or nothing for an existing Secret, after a check that it is complete; or a Secret of the values.
Errors: those of requireSecret; values as a source when `global.environment` is production; keys that `data` lacks.
*/}}
{{- define "platform-lib.credentials" -}}
{{- $secrets := default (dict) .secrets -}}
{{- $external := default (dict) .external -}}
{{- $global := default (dict) .ctx.Values.global -}}
{{- $id := dict "ctx" .ctx "component" .component "name" .name -}}
{{- if include "platform-lib.crd.wanted" (dict "ctx" .ctx "enabled" $external.enabled "apiVersion" "external-secrets.io/v1") -}}
{{- include "platform-lib.externalSecret" (merge $id (dict "secretName" (default .name $secrets.existingSecret) "refreshInterval" $external.refreshInterval "secretStoreRef" $external.secretStoreRef "keyPrefix" $external.keyPrefix "keys" .keys)) -}}
{{- else if $secrets.existingSecret -}}
{{- if ne (toString $secrets.validate) "false" -}}
{{- include "platform-lib.requireSecret" (dict "ctx" .ctx "secrets" .cluster "name" $secrets.existingSecret "keys" .keys) -}}
{{- end -}}
{{- else if eq (toString $global.environment) "production" -}}
{{- fail "existingSecret is required when global.environment is production" -}}
{{- else -}}
{{- $missing := list -}}
{{- range .keys -}}
{{- if not (include "platform-lib.scalar" (index (default (dict) $secrets.data) .)) -}}{{- $missing = append $missing . -}}{{- end -}}
{{- end -}}
{{- if $missing -}}
{{- fail (printf "secrets.data lacks %s; set them, or name a Secret in secrets.existingSecret" (join ", " $missing)) -}}
{{- end -}}
{{- include "platform-lib.secret" (merge $id (dict "data" $secrets.data)) -}}
{{- end -}}
{{- end }}
