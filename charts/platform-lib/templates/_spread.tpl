{{- /*
platform-lib.spread: keeps the pods of a workload apart: topologySpreadConstraints and pod anti-affinity.

Arguments: ctx; component; constraints (list; default: zone and host, maxSkew 1, ScheduleAnyway; a constraint without
labelSelector gets the workload's); affinity (map; when not empty it is used as it is); antiAffinity (map of type:
preferred (default), required, none; and topologyKey, default kubernetes.io/hostname).
Result: YAML map of topologySpreadConstraints and affinity.
*/}}
{{- define "platform-lib.spread" -}}
{{- $selector := dict "matchLabels" (include "platform-lib.selectorLabels" . | fromYaml) -}}
{{- $out := dict -}}
{{- $constraints := list -}}
{{- range default (list
      (dict "topologyKey" "topology.kubernetes.io/zone" "maxSkew" 1 "whenUnsatisfiable" "ScheduleAnyway")
      (dict "topologyKey" "kubernetes.io/hostname" "maxSkew" 1 "whenUnsatisfiable" "ScheduleAnyway")) .constraints -}}
{{- $defaults := dict "maxSkew" 1 "whenUnsatisfiable" "ScheduleAnyway" "labelSelector" $selector -}}
{{- $constraints = append $constraints (merge (dict) . $defaults) -}}
{{- end -}}
{{- $_ := set $out "topologySpreadConstraints" $constraints -}}
{{- $anti := default (dict) .antiAffinity -}}
{{- $type := default "preferred" $anti.type -}}
{{- $term := dict "topologyKey" (default "kubernetes.io/hostname" $anti.topologyKey) "labelSelector" $selector -}}
{{- if .affinity -}}
{{- $_ := set $out "affinity" .affinity -}}
{{- else if eq $type "required" -}}
{{- $_ := set $out "affinity" (dict "podAntiAffinity" (dict "requiredDuringSchedulingIgnoredDuringExecution" (list $term))) -}}
{{- else if eq $type "preferred" -}}
{{- $_ := set $out "affinity" (dict "podAntiAffinity" (dict "preferredDuringSchedulingIgnoredDuringExecution" (list (dict "weight" 100 "podAffinityTerm" $term)))) -}}
{{- end -}}
{{- toYaml $out -}}
{{- end }}
