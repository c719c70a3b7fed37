{{- /* clipper-redis.identity: gives this chart's objects their name (CLIP-06) and labels. */}}
{{- define "clipper-redis.identity" -}}
{{- $name := include "platform-lib.memberName" (dict "ctx" . "component" "redis" "override" .Values.fullnameOverride "max" 52) -}}
{{- $_ := set . "platform" (dict "name" "clipper-redis" "fullname" $name "partOf" "clipper") -}}
{{- end }}

{{- /*
clipper-redis.alone: one object of this chart when it is installed by itself; below an umbrella the umbrella renders it.

Arguments: ctx; object (the part of the template's name after `clipper-redis.`).
*/}}
{{- define "clipper-redis.alone" -}}
{{- if not .ctx.Values.renderInParent -}}
{{- include "clipper-redis.identity" .ctx -}}
{{- include (printf "clipper-redis.%s" .object) .ctx -}}
{{- end -}}
{{- end }}

{{- /* clipper-redis.accountName: the service account of the pods. */}}
{{- define "clipper-redis.accountName" -}}
{{- $account := default (dict) .Values.serviceAccount -}}
{{- if $account.create -}}{{- default (include "platform-lib.fullname" (dict "ctx" .)) $account.name -}}
{{- else -}}{{- default "default" $account.name -}}
{{- end -}}
{{- end }}

{{- /* clipper-redis.secretName: the Secret that holds the password, key `REDIS_PASSWORD`. */}}
{{- define "clipper-redis.secretName" -}}
{{- default (include "platform-lib.fullname" (dict "ctx" .)) (.Values.secrets).existingSecret -}}
{{- end }}

{{- /* clipper-redis.dataVolume: the volume of the data, a claim or, without persistence, an emptyDir. YAML map. */}}
{{- define "clipper-redis.dataVolume" -}}
{{- $claim := default (dict) .Values.persistence -}}
{{- if $claim.enabled -}}
{name: data, persistentVolumeClaim: {claimName: {{ coalesce $claim.existingClaim $claim.claimName "redis-pvc" }}}}
{{- else -}}
{name: data, emptyDir: {sizeLimit: {{ default "5Gi" $claim.size }}}}
{{- end -}}
{{- end }}

{{- /* clipper-redis.warnings: one line for each setting that should not stay as it is. */}}
{{- define "clipper-redis.warnings" -}}
{{- if not (.Values.networkPolicy).enabled }}
WARNING: the NetworkPolicy of Redis is disabled; every pod of the cluster can reach it.
{{- end }}
{{- if not (.Values.persistence).enabled }}
WARNING: persistence of Redis is disabled; its data goes with the pod.
{{- end }}
{{- if include "platform-lib.mutableTag" (dict "ctx" . "image" .Values.image) }}
WARNING: the image tag of Redis is mutable; set clipper-redis.image.tag to a version.
{{- end }}
{{- if not (.Values.secrets).existingSecret }}
WARNING: the password of Redis comes from the values and is stored with the release; use secrets.existingSecret.
{{- end }}
{{- end }}

{{- /* clipper-redis.bytes: a quantity of memory, Redis's (`384mb`) or Kubernetes's (`512Mi`), as a number of bytes. */}}
{{- define "clipper-redis.bytes" -}}
{{- $text := lower (include "platform-lib.scalar" .) -}}
{{- $units := dict "" 1 "k" 1000 "kb" 1024 "ki" 1024 "m" 1000000 "mb" 1048576 "mi" 1048576 "g" 1000000000 "gb" 1073741824 "gi" 1073741824 -}}
{{- mulf (regexFind "^[0-9.]+" $text | float64) (index $units (regexFind "[a-z]*$" $text)) | int64 -}}
{{- end }}
