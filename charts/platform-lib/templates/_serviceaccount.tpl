{{- /*
platform-lib.serviceAccount: the account of a workload, its token not mounted by default.

Arguments: ctx; component; name (default: platform-lib.serviceAccountName); serviceAccount (map of create, name,
annotations; default `ctx.Values.serviceAccount`); automount (default false). Result: the object, or empty text when
`create` is false.
*/}}
{{- define "platform-lib.serviceAccount" -}}
{{- $account := default (dict) (coalesce .serviceAccount .ctx.Values.serviceAccount) -}}
{{- if $account.create -}}
{{- $name := default (include "platform-lib.serviceAccountName" .) .name -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "platform-lib.metadata" (dict "ctx" .ctx "component" .component "name" $name "annotations" $account.annotations) | nindent 2 }}
automountServiceAccountToken: {{ default false .automount }}
{{- end -}}
{{- end }}
