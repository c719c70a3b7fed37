{{- /* clipper-redis.pod: the pod. */}}
{{- define "clipper-redis.pod" -}}
serviceAccountName: {{ include "clipper-redis.accountName" . }}
tmpSize: {{ default "16Mi" .Values.tmpSize }}
checksums:
  texts:
    config: {{ include "clipper-redis.configmap" . | toJson }}
    {{- if not (.Values.secrets).existingSecret }}
    secret: {{ include "clipper-redis.secret" . | toJson }}
    {{- end }}
containers:
  - name: redis
    image: {{ toJson .Values.image }}
    command: [sh, -ec]
    args:
      - |
        umask 077
        printf 'requirepass "%s"\n' "$(printf '%s' "$REDISCLI_AUTH" | sed 's/[\\"]/\\&/g')" > /run/redis/auth.conf
        exec redis-server /etc/redis/redis.conf
    env:
      - name: REDISCLI_AUTH
        valueFrom: {secretKeyRef: {name: {{ include "clipper-redis.secretName" . }}, key: REDIS_PASSWORD}}
    ports: [{name: redis, containerPort: 6379}]
    probes: {values: {{ toJson .Values.probes }}, command: [sh, -c, 'test "$(redis-cli -h 127.0.0.1 ping)" = PONG']}
    resources: {{ toJson .Values.resources }}
    volumeMounts:
      - {name: data, mountPath: /data}
      - {name: run, mountPath: /run/redis}
      - {name: config, mountPath: /etc/redis, readOnly: true}
volumes:
  - {{ include "clipper-redis.dataVolume" . }}
  - {name: run, emptyDir: {medium: Memory, sizeLimit: {{ default "1Mi" .Values.runSize }}}}
  - {name: config, configMap: {name: {{ include "platform-lib.fullname" (dict "ctx" .) }}}}
{{- end }}

{{- /* clipper-redis.statefulset: the StatefulSet. */}}
{{- define "clipper-redis.statefulset" -}}
{{- include "platform-lib.statefulSet" (dict "ctx" . "component" "redis" "name" (include "platform-lib.fullname" (dict "ctx" .)) "values" .Values "replicaCount" .Values.replicaCount "pod" (include "clipper-redis.pod" .)) -}}
{{- end }}
