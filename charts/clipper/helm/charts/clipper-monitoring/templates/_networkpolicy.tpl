{{- /* clipper-monitoring.networkpolicy: who may talk to the pods, and whom they may ask. */}}
{{- define "clipper-monitoring.networkpolicy" -}}
{{- $policy := default (dict) .Values.networkPolicy -}}
{{- if $policy.enabled -}}
{{- $prometheus := default (dict) $policy.prometheus -}}
{{- $peer := dict "namespaceSelector" (include "platform-lib.netpol.selector" (dict "ctx" . "labels" (default (dict "kubernetes.io/metadata.name" "monitoring") $prometheus.namespaceSelector)) | fromYaml) -}}
{{- with $prometheus.podSelector -}}
{{- $_ := set $peer "podSelector" (dict "matchLabels" .) -}}
{{- end -}}
{{- $in := list (include "platform-lib.netpol.fromIngressController" (dict "ctx" . "ports" (list 3000))) -}}
{{- with $policy.extraIngress -}}{{- $in = append $in (toYaml .) -}}{{- end -}}
{{- $out := list
      (include "platform-lib.netpol.dns" (dict "ctx" .))
      (include "platform-lib.netpol.rule" (dict "direction" "to" "peers" (list $peer) "ports" (list (int (default 9090 $prometheus.port))))) -}}
{{- with $policy.extraEgress -}}{{- $out = append $out (toYaml .) -}}{{- end -}}
{{- include "platform-lib.netpol.policy" (dict "ctx" . "component" "grafana" "name" (include "platform-lib.fullname" (dict "ctx" .)) "ingress" (join "\n" $in) "egress" (join "\n" $out)) -}}
{{- end -}}
{{- end }}
