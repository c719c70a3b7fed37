{{- /* clipper-frontend.networkpolicy: who may talk to the pods, and whom they may ask. */}}
{{- define "clipper-frontend.networkpolicy" -}}
{{- $policy := default (dict) .Values.networkPolicy -}}
{{- if $policy.enabled -}}
{{- $in := list (include "platform-lib.netpol.fromIngressController" (dict "ctx" . "ports" (list (int (include "clipper-frontend.port" .))))) -}}
{{- with $policy.extraIngress -}}{{- $in = append $in (toYaml .) -}}{{- end -}}
{{- $out := list (include "platform-lib.netpol.dns" (dict "ctx" .)) -}}
{{- with $policy.extraEgress -}}{{- $out = append $out (toYaml .) -}}{{- end -}}
{{- include "platform-lib.netpol.policy" (dict "ctx" . "component" "frontend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "ingress" (join "\n" $in) "egress" (join "\n" $out)) -}}
{{- end -}}
{{- end }}
