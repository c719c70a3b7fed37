{{- /* clipper-postgres.identity: gives this chart's objects their name (CLIP-06) and labels. */}}
{{- define "clipper-postgres.identity" -}}
{{- $name := include "platform-lib.memberName" (dict "ctx" . "component" "postgres" "override" .Values.fullnameOverride "max" 52) -}}
{{- $_ := set . "platform" (dict "name" "clipper-postgres" "fullname" $name "partOf" "clipper") -}}
{{- end }}

{{- /*
clipper-postgres.alone: one object of this chart when it is installed by itself; below an umbrella the umbrella renders it.

Arguments: ctx; object (the part of the template's name after `clipper-postgres.`).
*/}}
{{- define "clipper-postgres.alone" -}}
{{- if not .ctx.Values.renderInParent -}}
{{- include "clipper-postgres.identity" .ctx -}}
{{- include (printf "clipper-postgres.%s" .object) .ctx -}}
{{- end -}}
{{- end }}

{{- /* clipper-postgres.accountName: the service account of the pods. */}}
{{- define "clipper-postgres.accountName" -}}
{{- $account := default (dict) .Values.serviceAccount -}}
{{- if $account.create -}}{{- default (include "platform-lib.fullname" (dict "ctx" .)) $account.name -}}
{{- else -}}{{- default "default" $account.name -}}
{{- end -}}
{{- end }}

{{- /* clipper-postgres.secretName: the Secret that holds the password, key `POSTGRES_PASSWORD`. */}}
{{- define "clipper-postgres.secretName" -}}
{{- default (include "platform-lib.fullname" (dict "ctx" .)) (.Values.secrets).existingSecret -}}
{{- end }}

{{- /* clipper-postgres.dataVolume: the volume of the data, a claim or, without persistence, an emptyDir. YAML map. */}}
{{- define "clipper-postgres.dataVolume" -}}
{{- $claim := default (dict) .Values.persistence -}}
{{- if $claim.enabled -}}
{name: data, persistentVolumeClaim: {claimName: {{ coalesce $claim.existingClaim $claim.claimName "postgres-pvc" }}}}
{{- else -}}
{name: data, emptyDir: {sizeLimit: {{ default "5Gi" $claim.size }}}}
{{- end -}}
{{- end }}

{{- /* clipper-postgres.warnings: one line for each setting that should not stay as it is. */}}
{{- define "clipper-postgres.warnings" -}}
{{- if not (.Values.networkPolicy).enabled }}
WARNING: the NetworkPolicy of PostgreSQL is disabled; every pod of the cluster can reach it.
{{- end }}
{{- if not (.Values.persistence).enabled }}
WARNING: persistence of PostgreSQL is disabled; its data goes with the pod.
{{- end }}
{{- if include "platform-lib.mutableTag" (dict "ctx" . "image" .Values.image) }}
WARNING: the image tag of PostgreSQL is mutable; set clipper-postgres.image.tag to a version.
{{- end }}
{{- if not (.Values.secrets).existingSecret }}
WARNING: the password of PostgreSQL comes from the values and is stored with the release; use secrets.existingSecret.
{{- end }}
{{- end }}
