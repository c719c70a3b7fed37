{{- /* clipper-postgres.pvc: the claim that outlives the release. */}}
{{- define "clipper-postgres.pvc" -}}
{{- $claim := default (dict) .Values.persistence -}}
{{- include "platform-lib.pvc" (dict "ctx" . "component" "postgres" "name" (default "postgres-pvc" $claim.claimName) "persistence" (merge (dict) $claim (dict "enabled" false))) -}}
{{- end }}
