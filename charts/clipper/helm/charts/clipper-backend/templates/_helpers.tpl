{{- /* clipper-backend.identity: gives this chart's objects their name (CLIP-06) and labels. */}}
{{- define "clipper-backend.identity" -}}
{{- $name := include "platform-lib.memberName" (dict "ctx" . "component" "backend" "override" .Values.fullnameOverride) -}}
{{- $_ := set . "platform" (dict "name" "clipper-backend" "fullname" $name "partOf" "clipper") -}}
{{- end }}

{{- /*
clipper-backend.alone: one object of this chart when it is installed by itself; below an umbrella the umbrella renders it.

Arguments: ctx; object (the part of the template's name after `clipper-backend.`).
*/}}
{{- define "clipper-backend.alone" -}}
{{- if not .ctx.Values.renderInParent -}}
{{- include "clipper-backend.identity" .ctx -}}
{{- include (printf "clipper-backend.%s" .object) .ctx -}}
{{- end -}}
{{- end }}

{{- /* clipper-backend.accountName: the service account of the pods. */}}
{{- define "clipper-backend.accountName" -}}
{{- $account := default (dict) .Values.serviceAccount -}}
{{- if $account.create -}}{{- default (include "platform-lib.fullname" (dict "ctx" .)) $account.name -}}
{{- else -}}{{- default "default" $account.name -}}
{{- end -}}
{{- end }}

{{- /* clipper-backend.secretKeys: what the API's Secret must hold, as a JSON list. */}}
{{- define "clipper-backend.secretKeys" -}}
["DB_PASSWORD", "REDIS_PASSWORD", "JWT_SECRET"]
{{- end }}

{{- /* clipper-backend.secretName: the Secret that the pods read. */}}
{{- define "clipper-backend.secretName" -}}
{{- default (include "platform-lib.fullname" (dict "ctx" .)) (.Values.secrets).existingSecret -}}
{{- end }}

{{- /* clipper-backend.config: the settings of the program, what is empty in the values derived. YAML map. */}}
{{- define "clipper-backend.config" -}}
{{- $umbrella := default (dict) .umbrella -}}
{{- $global := default (dict) .Values.global -}}
{{- $url := printf "https://%s" $global.domain -}}
{{- $derived := dict
      "PORT" 8080
      "ENVIRONMENT" $global.environment
      "SENTRY_ENVIRONMENT" $global.environment
      "BASE_URL" $url
      "CORS_ALLOWED_ORIGINS" $url
      "DB_HOST" (default "postgres" $umbrella.postgres)
      "REDIS_HOST" (default "redis" $umbrella.redis) -}}
{{- range $key, $value := .Values.config -}}
{{- if ne (include "platform-lib.scalar" $value) "" -}}{{- $_ := set $derived $key $value -}}{{- end -}}
{{- end -}}
{{- toYaml $derived -}}
{{- end }}

{{- /* clipper-backend.port: the port the program listens on. */}}
{{- define "clipper-backend.port" -}}
{{- (include "clipper-backend.config" . | fromYaml).PORT | int -}}
{{- end }}

{{- /* clipper-backend.warnings: one line for each setting that should not stay as it is. */}}
{{- define "clipper-backend.warnings" -}}
{{- if not (.Values.networkPolicy).enabled }}
WARNING: the NetworkPolicy of the API is disabled; every pod of the cluster can reach it.
{{- end }}
{{- if include "platform-lib.mutableTag" (dict "ctx" . "image" .Values.image) }}
WARNING: the image tag of the API is mutable; set clipper-backend.image.tag to a version.
{{- end }}
{{- if not (.Values.secrets).existingSecret }}
WARNING: the credentials of the API come from the values and are stored with the release; use secrets.existingSecret.
{{- end }}
{{- end }}
