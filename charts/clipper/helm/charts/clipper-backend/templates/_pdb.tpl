{{- /* clipper-backend.pdb: how many pods a drain may take. */}}
{{- define "clipper-backend.pdb" -}}
{{- include "platform-lib.pdb" (dict "ctx" . "component" "backend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "pdb" .Values.podDisruptionBudget "replicaCount" .Values.replicaCount "autoscaling" .Values.autoscaling) -}}
{{- end }}
