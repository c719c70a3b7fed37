{{- /* clipper-backend.networkpolicy: who may talk to the pods, and whom they may ask. */}}
{{- define "clipper-backend.networkpolicy" -}}
{{- $policy := default (dict) .Values.networkPolicy -}}
{{- if $policy.enabled -}}
{{- $ctx := . -}}
{{- $umbrella := default (dict) .umbrella -}}
{{- $config := include "clipper-backend.config" . | fromYaml -}}
{{- $peers := default (dict) $policy.peers -}}
{{- $search := default (dict) .Values.opensearch -}}
{{- $port := list (int (include "clipper-backend.port" .)) -}}
{{- $in := list (include "platform-lib.netpol.fromIngressController" (dict "ctx" . "ports" $port)) -}}
{{- range $policy.metricsFrom -}}
{{- $in = append $in (include "platform-lib.netpol.fromNamespace" (dict "ctx" $ctx "namespace" . "ports" $port)) -}}
{{- end -}}
{{- with $policy.extraIngress -}}{{- $in = append $in (toYaml .) -}}{{- end -}}
{{- $postgres := include "platform-lib.memberLabels" (dict "ctx" . "name" "clipper-postgres" "component" "postgres" "sameRelease" $umbrella.postgres "override" $peers.postgres) | fromYaml -}}
{{- $redis := include "platform-lib.memberLabels" (dict "ctx" . "name" "clipper-redis" "component" "redis" "sameRelease" $umbrella.redis "override" $peers.redis) | fromYaml -}}
{{- $out := list
      (include "platform-lib.netpol.dns" (dict "ctx" .))
      (include "platform-lib.netpol.toComponent" (dict "ctx" . "labels" $postgres "ports" (list (int (default 5432 $config.DB_PORT)))))
      (include "platform-lib.netpol.toComponent" (dict "ctx" . "labels" $redis "ports" (list (int (default 6379 $config.REDIS_PORT)))))
      (include "platform-lib.netpol.https" (dict)) -}}
{{- with $search.podLabels -}}
{{- $out = append $out (include "platform-lib.netpol.toComponent" (dict "ctx" $ctx "labels" . "ports" (list (int (default 9200 $search.port))))) -}}
{{- end -}}
{{- with $policy.extraEgress -}}{{- $out = append $out (toYaml .) -}}{{- end -}}
{{- include "platform-lib.netpol.policy" (dict "ctx" . "component" "backend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "ingress" (join "\n" $in) "egress" (join "\n" $out)) -}}
{{- end -}}
{{- end }}
