{{- /*
platform-lib.podSecurityContext: a pod's security context that the restricted Pod Security profile admits.

Arguments: overrides (list of maps, later wins; each may be missing): merged over the default key by key; null removes a key.
Result: YAML map.
*/}}
{{- define "platform-lib.podSecurityContext" -}}
{{- $base := dict
      "runAsNonRoot" true
      "runAsUser" 10001
      "runAsGroup" 10001
      "fsGroup" 10001
      "fsGroupChangePolicy" "OnRootMismatch"
      "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- include "platform-lib.merge" (dict "base" $base "overrides" .overrides) -}}
{{- end }}

{{- /*
platform-lib.containerSecurityContext: a container's security context under the restricted profile, root file system
read-only.

Arguments: overrides (as above). Result: YAML map.
*/}}
{{- define "platform-lib.containerSecurityContext" -}}
{{- $base := dict
      "allowPrivilegeEscalation" false
      "readOnlyRootFilesystem" true
      "capabilities" (dict "drop" (list "ALL")) -}}
{{- include "platform-lib.merge" (dict "base" $base "overrides" .overrides) -}}
{{- end }}
