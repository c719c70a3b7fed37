{{- /* clipper-postgres.networkpolicy: who may talk to the pods, and whom they may ask. */}}
{{- define "clipper-postgres.networkpolicy" -}}
{{- $policy := default (dict) .Values.networkPolicy -}}
{{- if $policy.enabled -}}
{{- $client := include "platform-lib.memberLabels" (dict "ctx" . "name" "clipper-backend" "component" "backend" "sameRelease" (default (dict) .umbrella).backend "override" $policy.clientLabels) | fromYaml -}}
{{- $in := list (include "platform-lib.netpol.fromComponent" (dict "ctx" . "labels" $client "ports" (list 5432))) -}}
{{- with $policy.extraIngress -}}{{- $in = append $in (toYaml .) -}}{{- end -}}
{{- $out := list (include "platform-lib.netpol.dns" (dict "ctx" .)) -}}
{{- with $policy.extraEgress -}}{{- $out = append $out (toYaml .) -}}{{- end -}}
{{- include "platform-lib.netpol.policy" (dict "ctx" . "component" "postgres" "name" (include "platform-lib.fullname" (dict "ctx" .)) "ingress" (join "\n" $in) "egress" (join "\n" $out)) -}}
{{- end -}}
{{- end }}
