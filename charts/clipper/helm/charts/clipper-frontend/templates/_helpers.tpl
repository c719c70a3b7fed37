{{- /* clipper-frontend.identity: gives this chart's objects their name (CLIP-06) and labels. */}}
{{- define "clipper-frontend.identity" -}}
{{- $name := include "platform-lib.memberName" (dict "ctx" . "component" "frontend" "override" .Values.fullnameOverride) -}}
{{- $_ := set . "platform" (dict "name" "clipper-frontend" "fullname" $name "partOf" "clipper") -}}
{{- end }}

{{- /*
clipper-frontend.alone: one object of this chart when it is installed by itself; below an umbrella the umbrella renders it.

Arguments: ctx; object (the part of the template's name after `clipper-frontend.`).
*/}}
{{- define "clipper-frontend.alone" -}}
{{- if not .ctx.Values.renderInParent -}}
{{- include "clipper-frontend.identity" .ctx -}}
{{- include (printf "clipper-frontend.%s" .object) .ctx -}}
{{- end -}}
{{- end }}

{{- /* clipper-frontend.accountName: the service account of the pods. */}}
{{- define "clipper-frontend.accountName" -}}
{{- $account := default (dict) .Values.serviceAccount -}}
{{- if $account.create -}}{{- default (include "platform-lib.fullname" (dict "ctx" .)) $account.name -}}
{{- else -}}{{- default "default" $account.name -}}
{{- end -}}
{{- end }}

{{- /* clipper-frontend.config: the settings of the web server, what is empty in the values derived. YAML map. */}}
{{- define "clipper-frontend.config" -}}
{{- $global := default (dict) .Values.global -}}
{{- $derived := dict "PORT" 8080 "ENVIRONMENT" $global.environment "API_BASE_URL" (printf "https://%s/api" $global.domain) -}}
{{- range $key, $value := .Values.config -}}
{{- if ne (include "platform-lib.scalar" $value) "" -}}{{- $_ := set $derived $key $value -}}{{- end -}}
{{- end -}}
{{- toYaml $derived -}}
{{- end }}

{{- /* clipper-frontend.port: the port the web server listens on. */}}
{{- define "clipper-frontend.port" -}}
{{- (include "clipper-frontend.config" . | fromYaml).PORT | int -}}
{{- end }}

{{- /* clipper-frontend.warnings: one line for each setting that should not stay as it is. */}}
{{- define "clipper-frontend.warnings" -}}
{{- if not (.Values.networkPolicy).enabled }}
WARNING: the NetworkPolicy of the web front end is disabled; every pod of the cluster can reach it.
{{- end }}
{{- if include "platform-lib.mutableTag" (dict "ctx" . "image" .Values.image) }}
WARNING: the image tag of the web front end is mutable; set clipper-frontend.image.tag to a version.
{{- end }}
{{- end }}
