{{- /* clipper-frontend.pdb: how many pods a drain may take. */}}
{{- define "clipper-frontend.pdb" -}}
{{- include "platform-lib.pdb" (dict "ctx" . "component" "frontend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "pdb" .Values.podDisruptionBudget "replicaCount" .Values.replicaCount "autoscaling" .Values.autoscaling) -}}
{{- end }}
