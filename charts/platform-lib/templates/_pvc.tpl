{{- /*
platform-lib.storageClassName: the `storageClassName` line of a claim.

Arguments: storageClass (text; also accepted as storageClassName). Result: `storageClassName: <class>`; `""` gives empty text (the
cluster's default class), `"-"` gives `storageClassName: ""` (no class: a volume made by hand).
*/}}
{{- define "platform-lib.storageClassName" -}}
{{- with coalesce .storageClass .storageClassName -}}
{{- if eq . "-" -}}
storageClassName: ""
{{- else -}}
storageClassName: {{ . }}
{{- end -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.claimSpec: the spec of a claim, for a PersistentVolumeClaim or a claim template.

Arguments: persistence: a map of size, accessModes or accessMode (default ReadWriteOnce), storageClass or storageClassName.
Result: YAML map.
*/}}
{{- define "platform-lib.claimSpec" -}}
{{- $claim := .persistence -}}
accessModes:
  {{- toYaml (default (list (default "ReadWriteOnce" $claim.accessMode)) $claim.accessModes) | nindent 2 }}
{{- with include "platform-lib.storageClassName" $claim }}
{{ . }}
{{- end }}
resources:
  requests:
    storage: {{ required "persistence.size is required" $claim.size }}
{{- end }}

{{- /*
platform-lib.pvc: a PersistentVolumeClaim that outlives the release.

Arguments: ctx; component; name or suffix; persistence: claimSpec's map with enabled (default true), existingClaim, retain
(default true: `helm.sh/resource-policy: keep`), annotations. Result: the object, or empty text when persistence is off or
an existing claim is used.
*/}}
{{- define "platform-lib.pvc" -}}
{{- $claim := .persistence -}}
{{- if and (ne (toString $claim.enabled) "false") (not $claim.existingClaim) -}}
{{- $keep := ternary (dict) (dict "helm.sh/resource-policy" "keep") (eq (toString $claim.retain) "false") -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- include "platform-lib.metadata" (dict "ctx" .ctx "component" .component "name" .name "suffix" .suffix "annotations" (merge $keep (default (dict) $claim.annotations))) | nindent 2 }}
spec:
  {{- include "platform-lib.claimSpec" . | nindent 2 }}
{{- end -}}
{{- end }}

{{- /*
platform-lib.assertShareable: refuses a claim that only one node can mount for a workload that may have several pods.

Arguments: persistence (map of enabled, accessModes or accessMode, singleNode); replicaCount, autoscaling; path (the values
key of the access modes, for the message; default persistence.accessModes). Result: nothing, or a render error.
*/}}
{{- define "platform-lib.assertShareable" -}}
{{- $claim := default (dict) .persistence -}}
{{- $modes := default (list (default "ReadWriteOnce" $claim.accessMode)) $claim.accessModes -}}
{{- $pods := int (include "platform-lib.ceiling" .) -}}
{{- if and $claim.enabled (gt $pods 1) (not $claim.singleNode) (not (has "ReadWriteMany" $modes)) -}}
{{- fail (printf "%s must include ReadWriteMany for up to %d replicas (or set persistence.singleNode=true when all run on one node)" (default "persistence.accessModes" .path) $pods) -}}
{{- end -}}
{{- end }}
