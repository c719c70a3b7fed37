{{- /* clipper-monitoring.identity: gives this chart's objects their name (CLIP-06) and labels. */}}
{{- define "clipper-monitoring.identity" -}}
{{- $name := include "platform-lib.memberName" (dict "ctx" . "component" "grafana" "override" .Values.fullnameOverride) -}}
{{- $_ := set . "platform" (dict "name" "clipper-monitoring" "fullname" $name "partOf" "clipper") -}}
{{- end }}

{{- /*
clipper-monitoring.alone: one object of this chart when it is installed by itself; below an umbrella the umbrella renders it.

Arguments: ctx; object (the part of the template's name after `clipper-monitoring.`).
*/}}
{{- define "clipper-monitoring.alone" -}}
{{- if not .ctx.Values.renderInParent -}}
{{- include "clipper-monitoring.identity" .ctx -}}
{{- include (printf "clipper-monitoring.%s" .object) .ctx -}}
{{- end -}}
{{- end }}

{{- /* clipper-monitoring.accountName: the service account of the pods. */}}
{{- define "clipper-monitoring.accountName" -}}
{{- $account := default (dict) .Values.serviceAccount -}}
{{- if $account.create -}}{{- default (include "platform-lib.fullname" (dict "ctx" .)) $account.name -}}
{{- else -}}{{- default "default" $account.name -}}
{{- end -}}
{{- end }}

{{- /* clipper-monitoring.secretName: the Secret with the administrator's name and password. */}}
{{- define "clipper-monitoring.secretName" -}}
{{- default (include "platform-lib.fullname" (dict "ctx" .)) (.Values.grafana.admin).existingSecret -}}
{{- end }}

{{- /* clipper-monitoring.keys: the Secret's keys of the administrator's name and password. YAML map of user, password. */}}
{{- define "clipper-monitoring.keys" -}}
{{- $admin := default (dict) .Values.grafana.admin -}}
{{- dict "user" (default "admin-user" $admin.userKey) "password" (default "admin-password" $admin.passwordKey) | toYaml -}}
{{- end }}

{{- /* clipper-monitoring.external: `true` when the External Secrets operator makes the Secret, else empty. */}}
{{- define "clipper-monitoring.external" -}}
{{- include "platform-lib.crd.wanted" (dict "ctx" . "enabled" (.Values.grafana.externalSecrets).enabled "apiVersion" "external-secrets.io/v1") -}}
{{- end }}

{{- /* clipper-monitoring.claimName: the claim of Grafana's data. */}}
{{- define "clipper-monitoring.claimName" -}}
{{- $claim := default (dict) .Values.grafana.persistence -}}
{{- coalesce $claim.existingClaim $claim.claimName (include "platform-lib.fullname" (dict "ctx" .)) -}}
{{- end }}

{{- /* clipper-monitoring.warnings: one line for each setting that should not stay as it is. */}}
{{- define "clipper-monitoring.warnings" -}}
{{- if not (or (.Values.grafana.admin).existingSecret (include "clipper-monitoring.external" .)) }}
{{- if eq (toString .Values.grafana.adminPassword) "changeme" }}
WARNING: Grafana uses the default admin password; set grafana.adminPassword or grafana.admin.existingSecret.
{{- else if not .Values.grafana.adminPassword }}
WARNING: Grafana starts with its own default password; set grafana.adminPassword or grafana.admin.existingSecret.
{{- end }}
{{- end }}
{{- if not (.Values.networkPolicy).enabled }}
WARNING: the NetworkPolicy of Grafana is disabled; every pod of the cluster can reach it.
{{- end }}
{{- if include "platform-lib.mutableTag" (dict "ctx" . "image" .Values.grafana.image) }}
WARNING: the image tag of Grafana is mutable; set clipper-monitoring.grafana.image.tag to a version.
{{- end }}
{{- end }}
