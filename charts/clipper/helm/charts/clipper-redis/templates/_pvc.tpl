{{- /* clipper-redis.pvc: the claim that outlives the release. */}}
{{- define "clipper-redis.pvc" -}}
{{- $claim := default (dict) .Values.persistence -}}
{{- include "platform-lib.pvc" (dict "ctx" . "component" "redis" "name" (default "redis-pvc" $claim.claimName) "persistence" (merge (dict) $claim (dict "enabled" false))) -}}
{{- end }}
