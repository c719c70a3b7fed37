{{- /* clipper-postgres.pod: the pod. */}}
{{- define "clipper-postgres.pod" -}}
{{- $config := default (dict) .Values.config -}}
{{- $database := default "clipper_db" $config.database -}}
{{- $username := default "clipper" $config.username -}}
serviceAccountName: {{ include "clipper-postgres.accountName" . }}
tmpSize: {{ default "64Mi" .Values.tmpSize }}
checksums:
  texts:
    config: {{ include "clipper-postgres.configmap" . | toJson }}
    {{- if not (.Values.secrets).existingSecret }}
    secret: {{ include "clipper-postgres.secret" . | toJson }}
    {{- end }}
containers:
  - name: postgres
    image: {{ toJson .Values.image }}
    {{- with $config.parameters }}
    args:
      {{- range $key, $value := . }}
      - -c
      - {{ printf "%s=%s" $key (include "platform-lib.scalar" $value) | toJson }}
      {{- end }}
    {{- end }}
    envMap: {{ dict "POSTGRES_DB" $database "POSTGRES_USER" $username "PGDATA" "/var/lib/postgresql/data/pgdata" | toJson }}
    env:
      - name: POSTGRES_PASSWORD
        valueFrom: {secretKeyRef: {name: {{ include "clipper-postgres.secretName" . }}, key: POSTGRES_PASSWORD}}
    ports: [{name: postgres, containerPort: 5432}]
    probes: {values: {{ toJson .Values.probes }}, command: {{ list "pg_isready" "-U" $username "-d" $database "-h" "127.0.0.1" | toJson }}}
    resources: {{ toJson .Values.resources }}
    volumeMounts:
      - {name: data, mountPath: /var/lib/postgresql/data}
      - {name: run, mountPath: /var/run/postgresql}
      - {name: init, mountPath: /docker-entrypoint-initdb.d, readOnly: true}
volumes:
  - {{ include "clipper-postgres.dataVolume" . }}
  - {name: run, emptyDir: {sizeLimit: {{ default "16Mi" .Values.runSize }}}}
  - {name: init, configMap: {name: {{ include "platform-lib.fullname" (dict "ctx" .) }}}}
{{- end }}

{{- /* clipper-postgres.statefulset: the StatefulSet. */}}
{{- define "clipper-postgres.statefulset" -}}
{{- include "platform-lib.statefulSet" (dict "ctx" . "component" "postgres" "name" (include "platform-lib.fullname" (dict "ctx" .)) "values" .Values "replicaCount" .Values.replicaCount "pod" (include "clipper-postgres.pod" .)) -}}
{{- end }}
