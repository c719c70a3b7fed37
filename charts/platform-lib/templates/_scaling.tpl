{{- /*
platform-lib.floor: the least number of replicas a workload may have.

Arguments: replicaCount; autoscaling (map with enabled, minReplicas, maxReplicas; optional). Result: number as text: without
autoscaling `replicaCount` (default 1), with it the larger of `minReplicas` and `replicaCount`.
Errors: replicaCount or minReplicas beyond maxReplicas.
*/}}
{{- define "platform-lib.floor" -}}
{{- $hpa := default (dict) .autoscaling -}}
{{- $count := 1 -}}
{{- if not (kindIs "invalid" .replicaCount) -}}{{- $count = int .replicaCount -}}{{- end -}}
{{- if $hpa.enabled -}}
{{- $min := int (default 1 $hpa.minReplicas) -}}
{{- $max := int (default 10 $hpa.maxReplicas) -}}
{{- if gt $count $max -}}
{{- fail (printf "replicaCount (%d) exceeds autoscaling.maxReplicas (%d)" $count $max) -}}
{{- end -}}
{{- if gt $min $max -}}
{{- fail (printf "autoscaling.minReplicas (%d) exceeds autoscaling.maxReplicas (%d)" $min $max) -}}
{{- end -}}
{{- max $min $count -}}
{{- else -}}
{{- $count -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.ceiling: the greatest number of replicas a workload may have.

Arguments: replicaCount, autoscaling, as for floor. Result: number as text.
*/}}
{{- define "platform-lib.ceiling" -}}
{{- $floor := include "platform-lib.floor" . -}}
{{- $hpa := default (dict) .autoscaling -}}
{{- if $hpa.enabled -}}{{- int (default 10 $hpa.maxReplicas) -}}{{- else -}}{{- $floor -}}{{- end -}}
{{- end }}

{{- /*
platform-lib.replicas: the `replicas` line of a Deployment or StatefulSet.

Arguments: replicaCount, autoscaling. Result: `replicas: <n>`, or empty text when an autoscaler owns the number.
*/}}
{{- define "platform-lib.replicas" -}}
{{- $floor := include "platform-lib.floor" . -}}
{{- if not (default (dict) .autoscaling).enabled -}}
replicas: {{ $floor }}
{{- end -}}
{{- end }}

{{- /*
platform-lib.hpa: a HorizontalPodAutoscaler, one call per workload.

Arguments: ctx; component; name; targetKind (default Deployment); targetName (default: the object's name); replicaCount;
autoscaling: a map of enabled, minReplicas, maxReplicas, behavior (verbatim), extraMetrics (list, verbatim) and the targets,
either as targetCPUUtilizationPercentage / targetMemoryUtilizationPercentage or as
metrics.{cpu,memory}.{enabled,utilization}; annotations.
Result: the object, or empty text when autoscaling is off. `minReplicas` is the floor, so a raised replicaCount has effect.
Errors: those of floor; no metric at all.
*/}}
{{- define "platform-lib.hpa" -}}
{{- $hpa := default (dict) .autoscaling -}}
{{- if $hpa.enabled -}}
{{- $name := include "platform-lib.objectName" . -}}
{{- $named := default (dict) $hpa.metrics -}}
{{- $metrics := list -}}
{{- range $resource, $flat := dict "cpu" $hpa.targetCPUUtilizationPercentage "memory" $hpa.targetMemoryUtilizationPercentage -}}
{{- $long := default (dict) (index $named $resource) -}}
{{- $target := $flat -}}
{{- if and $long.utilization (ne (toString $long.enabled) "false") -}}{{- $target = $long.utilization -}}{{- end -}}
{{- if $target -}}
{{- $metrics = append $metrics (dict "type" "Resource" "resource" (dict "name" $resource "target" (dict "type" "Utilization" "averageUtilization" (int $target)))) -}}
{{- end -}}
{{- end -}}
{{- range $hpa.extraMetrics -}}{{- $metrics = append $metrics . -}}{{- end -}}
{{- if not $metrics -}}
{{- fail (printf "autoscaling of %s needs at least one metric: set a CPU or memory utilization target" $name) -}}
{{- end -}}
apiVersion: {{ include "platform-lib.apiVersion.hpa" . }}
kind: HorizontalPodAutoscaler
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: {{ default "Deployment" .targetKind }}
    name: {{ default $name .targetName }}
  minReplicas: {{ include "platform-lib.floor" . }}
  maxReplicas: {{ include "platform-lib.ceiling" . }}
  metrics:
    {{- toYaml $metrics | nindent 4 }}
  {{- with $hpa.behavior }}
  behavior:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
{{- end }}

{{- /*
platform-lib.pdb: a PodDisruptionBudget.

Arguments: ctx; component; name; pdb (map of enabled, minAvailable, maxUnavailable; numbers or percentages); replicaCount,
autoscaling (the workload's, for its floor); annotations.
Result: the object, or empty text when `pdb.enabled` is false.
Errors: both or neither limit set; a budget that would never let a pod be moved.
*/}}
{{- define "platform-lib.pdb" -}}
{{- $pdb := default (dict) .pdb -}}
{{- if $pdb.enabled -}}
{{- $floor := int (include "platform-lib.floor" .) -}}
{{- $hasMin := not (or (kindIs "invalid" $pdb.minAvailable) (eq (toString $pdb.minAvailable) "")) -}}
{{- $hasMax := not (or (kindIs "invalid" $pdb.maxUnavailable) (eq (toString $pdb.maxUnavailable) "")) -}}
{{- if eq $hasMin $hasMax -}}
{{- fail "podDisruptionBudget: set exactly one of minAvailable and maxUnavailable (the other to null)" -}}
{{- end -}}
{{- $limit := include "platform-lib.scalar" (ternary $pdb.minAvailable $pdb.maxUnavailable $hasMin) -}}
{{- $percent := hasSuffix "%" $limit -}}
{{- $pods := int (trimSuffix "%" $limit) -}}
{{- if and $percent $hasMin -}}{{- $pods = int (div (add (mul $pods $floor) 99) 100) -}}{{- end -}}
{{- if and $hasMin (ge $pods $floor) -}}
{{- fail (printf "podDisruptionBudget.minAvailable (%s) must be lower than the minimum replica count (%d)" $limit $floor) -}}
{{- end -}}
{{- if and $hasMax (lt $pods 1) -}}
{{- fail (printf "podDisruptionBudget.maxUnavailable (%s) would never let a node be drained; set at least 1" $limit) -}}
{{- end -}}
apiVersion: {{ include "platform-lib.apiVersion.pdb" . }}
kind: PodDisruptionBudget
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
spec:
  {{ ternary "minAvailable" "maxUnavailable" $hasMin }}: {{ $limit }}
  selector:
    matchLabels:
      {{- include "platform-lib.selectorLabels" . | nindent 6 }}
  {{- if include "platform-lib.kubeAtLeast" (dict "ctx" .ctx "minor" 27) }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  {{- end }}
{{- end -}}
{{- end }}
