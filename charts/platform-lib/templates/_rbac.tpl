{{- /*
platform-lib.role: a Role, or with `cluster: true` a ClusterRole.

Arguments: ctx; component; name; rules (list, or YAML text of one); cluster. Result: the object.
*/}}
{{- define "platform-lib.role" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ ternary "ClusterRole" "Role" (default false .cluster) }}
metadata:
  {{- include "platform-lib.metadata" (dict "ctx" .ctx "component" .component "name" .name "suffix" .suffix "clusterScoped" .cluster) | nindent 2 }}
rules:
  {{- if kindIs "string" .rules }}
  {{- .rules | nindent 2 }}
  {{- else }}
  {{- toYaml .rules | nindent 2 }}
  {{- end }}
{{- end }}

{{- /*
platform-lib.roleBinding: joins a Role (or with `cluster: true` a ClusterRole) to one service account of the release.

Arguments: ctx; component; name; role (default: the binding's name); serviceAccountName; cluster. Result: the object.
*/}}
{{- define "platform-lib.roleBinding" -}}
{{- $kind := ternary "ClusterRole" "Role" (default false .cluster) -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  {{- include "platform-lib.metadata" (dict "ctx" .ctx "component" .component "name" .name "suffix" .suffix "clusterScoped" .cluster) | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ default (include "platform-lib.objectName" .) .role }}
subjects:
  - kind: ServiceAccount
    name: {{ .serviceAccountName }}
    namespace: {{ include "platform-lib.namespace" . }}
{{- end }}
