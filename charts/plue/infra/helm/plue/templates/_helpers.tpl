{{- /*
plue.name: an object's name: the release's base with a suffix. Arguments: ctx, suffix. Result: text.
*/}}
{{- define "plue.name" -}}
{{- include "platform-lib.fullname" . -}}
{{- end }}

{{- /*
plue.serviceAccountName: the account of one workload. Arguments: ctx, component. Result: text: with `serviceAccount.create`
`<base>-<component>`, where `serviceAccount.name` replaces the base; else `serviceAccount.name` for all, else `default`.
*/}}
{{- define "plue.serviceAccountName" -}}
{{- $account := .ctx.Values.serviceAccount -}}
{{- if not $account.create -}}
{{- default "default" $account.name -}}
{{- else if $account.name -}}
{{- printf "%s-%s" $account.name .component -}}
{{- else -}}
{{- include "platform-lib.fullname" (dict "ctx" .ctx "component" .component) -}}
{{- end -}}
{{- end }}

{{- /*
plue.secretName: the Secret with the application's keys. Argument: root context. Result: text.
Errors: external secrets are off and no existing Secret is named.
*/}}
{{- define "plue.secretName" -}}
{{- if include "platform-lib.crd.wanted" (dict "ctx" . "enabled" .Values.externalSecrets.enabled "apiVersion" "external-secrets.io/v1") -}}
{{- include "platform-lib.fullname" (dict "ctx" . "suffix" "secrets") -}}
{{- else -}}
{{- required "secrets.existingSecret is required when externalSecrets.enabled is false" .Values.secrets.existingSecret -}}
{{- end -}}
{{- end }}

{{- /*
plue.secretEnv: environment entries read from the application Secret. Arguments: ctx, keys (list). Result: YAML list.
*/}}
{{- define "plue.secretEnv" -}}
{{- $secret := include "plue.secretName" .ctx -}}
{{- range .keys }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ . }}
{{- end }}
{{- end }}

{{- /*
plue.mtlsEnv: where a container finds its certificate. Result: YAML map of plain environment values.
*/}}
{{- define "plue.mtlsEnv" -}}
MTLS_CA_FILE: /etc/plue/mtls/ca.crt
MTLS_CERT_FILE: /etc/plue/mtls/tls.crt
MTLS_KEY_FILE: /etc/plue/mtls/tls.key
{{- end }}

{{- /*
plue.apiUrl: the API as Web sees it, in plain HTTP inside the namespace. Argument: root context. Result: text.
*/}}
{{- define "plue.apiUrl" -}}
http://{{ include "platform-lib.fullname" (dict "ctx" . "component" "api") }}:{{ int .Values.api.service.port }}
{{- end }}

{{- /*
plue.runnerApiUrl: the API as runners see it: the port that demands client certificates, when mTLS is on.
Argument: root context. Result: text.
*/}}
{{- define "plue.runnerApiUrl" -}}
{{- if .Values.mtls.enabled -}}
https://{{ include "platform-lib.fullname" (dict "ctx" . "component" "api") }}:{{ int .Values.mtls.port }}
{{- else -}}
{{- include "plue.apiUrl" . -}}
{{- end -}}
{{- end }}

{{- /*
plue.host: the public host name. Argument: root context. Result: text: `ingress.host`, with the namespace in front when
`ingress.hostPerNamespace` is set.
*/}}
{{- define "plue.host" -}}
{{- if .Values.ingress.hostPerNamespace -}}
{{- printf "%s.%s" .Release.Namespace .Values.ingress.host -}}
{{- else -}}
{{- .Values.ingress.host -}}
{{- end -}}
{{- end }}

{{- /*
plue.web: Web's size: the top-level settings with Web's own over them. Argument: root context.
Result: YAML map of replicaCount, autoscaling, resources.
*/}}
{{- define "plue.web" -}}
{{- $web := .Values.web -}}
replicaCount: {{ ternary .Values.replicaCount $web.replicaCount (kindIs "invalid" $web.replicaCount) }}
autoscaling:
  {{- include "platform-lib.merge" (dict "base" .Values.autoscaling "overrides" (list $web.autoscaling)) | nindent 2 }}
resources:
  {{- include "platform-lib.merge" (dict "base" .Values.resources "overrides" (list $web.resources)) | nindent 2 }}
{{- end }}

{{- /*
plue.runnerCount: how many runners the pool holds. Argument: root context. Result: number as text.
*/}}
{{- define "plue.runnerCount" -}}
{{- if .Values.runner.warmPool.enabled -}}{{- int .Values.runner.warmPool.size -}}{{- else -}}1{{- end -}}
{{- end }}
