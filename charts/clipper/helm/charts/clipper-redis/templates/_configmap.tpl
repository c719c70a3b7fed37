{{- /* clipper-redis.conf: the text of redis.conf. */}}
{{- define "clipper-redis.conf" -}}
{{- $config := default (dict) .Values.config -}}
{{- $memory := default "384mb" $config.maxmemory -}}
{{- $limit := default "" (((.Values.resources).limits).memory) -}}
{{- if and $limit (ge (include "clipper-redis.bytes" $memory | int64) (include "clipper-redis.bytes" $limit | int64)) -}}
{{- fail (printf "config.maxmemory (%s) must stay below resources.limits.memory (%s), or Redis is killed instead of evicting" (toString $memory) (toString $limit)) -}}
{{- end -}}
port 6379
dir /data
maxmemory {{ include "platform-lib.scalar" $memory }}
maxmemory-policy {{ default "volatile-lru" $config.maxmemoryPolicy }}
appendonly {{ ternary "no" "yes" (eq (toString $config.appendonly) "false") }}
appendfsync everysec
{{- range $directive, $value := $config.extra }}
{{ $directive }} {{ include "platform-lib.scalar" $value }}
{{- end }}
# Written when the pod starts: the password never stands in an argument or a ConfigMap.
include /run/redis/auth.conf
{{- end }}

{{- /* clipper-redis.configmap: its settings as a ConfigMap. */}}
{{- define "clipper-redis.configmap" -}}
{{- include "platform-lib.configMap" (dict "ctx" . "component" "redis" "name" (include "platform-lib.fullname" (dict "ctx" .)) "data" (dict "redis.conf" (printf "%s\n" (include "clipper-redis.conf" .)))) -}}
{{- end }}
