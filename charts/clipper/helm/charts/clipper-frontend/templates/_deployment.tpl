{{- /* clipper-frontend.pod: the pod. */}}
{{- define "clipper-frontend.pod" -}}
{{- $cache := default (dict) .Values.cache -}}
serviceAccountName: {{ include "clipper-frontend.accountName" . }}
tmpSize: {{ default "64Mi" .Values.tmpSize }}
checksums: {texts: {config: {{ include "clipper-frontend.configmap" . | toJson }}}}
containers:
  - name: frontend
    image: {{ toJson .Values.image }}
    envFrom:
      - configMapRef: {name: {{ include "platform-lib.fullname" (dict "ctx" .) }}}
    ports: [{name: http, containerPort: {{ include "clipper-frontend.port" . }}}]
    probes: {values: {{ toJson .Values.probes }}}
    drain: true
    resources: {{ toJson .Values.resources }}
    volumeMounts:
      - {name: cache, mountPath: {{ default "/var/cache/nginx" $cache.path }}}
volumes:
  - {name: cache, emptyDir: {sizeLimit: {{ default "64Mi" $cache.size }}}}
{{- end }}

{{- /* clipper-frontend.deployment: the Deployment. */}}
{{- define "clipper-frontend.deployment" -}}
{{- include "platform-lib.deployment" (dict "ctx" . "component" "frontend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "values" .Values "replicaCount" .Values.replicaCount "autoscaling" .Values.autoscaling "strategy" .Values.strategy "revisionHistoryLimit" .Values.revisionHistoryLimit "pod" (include "clipper-frontend.pod" .)) -}}
{{- end }}
