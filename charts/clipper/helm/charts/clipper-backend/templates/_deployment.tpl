{{- /* clipper-backend.pod: the pod. */}}
{{- define "clipper-backend.pod" -}}
{{- $name := include "platform-lib.fullname" (dict "ctx" .) -}}
serviceAccountName: {{ include "clipper-backend.accountName" . }}
tmpSize: {{ default "64Mi" .Values.tmpSize }}
checksums:
  texts:
    config: {{ include "clipper-backend.configmap" . | toJson }}
    {{- if not (.Values.secrets).existingSecret }}
    secret: {{ include "clipper-backend.secret" . | toJson }}
    {{- end }}
containers:
  - name: backend
    image: {{ toJson .Values.image }}
    envFrom:
      - configMapRef: {name: {{ $name }}}
      - secretRef: {name: {{ include "clipper-backend.secretName" . }}}
    ports: [{name: http, containerPort: {{ include "clipper-backend.port" . }}}]
    probes: {values: {{ toJson .Values.probes }}}
    drain: true
    resources: {{ toJson .Values.resources }}
{{- end }}

{{- /*
Prometheus finds the pods either by a ServiceMonitor or by annotations; with both it would scrape twice, so the annotations
make way.
*/}}
{{- define "clipper-backend.podAnnotations" -}}
{{- $annotations := default (dict) .Values.podAnnotations -}}
{{- if include "platform-lib.crd.wanted" (dict "ctx" . "enabled" (.Values.serviceMonitor).enabled "apiVersion" "monitoring.coreos.com/v1") -}}
{{- $annotations = omit $annotations "prometheus.io/scrape" "prometheus.io/port" "prometheus.io/path" -}}
{{- end -}}
{{- toYaml $annotations -}}
{{- end }}

{{- /* clipper-backend.deployment: the Deployment. */}}
{{- define "clipper-backend.deployment" -}}
{{- $values := set (omit .Values "podAnnotations") "podAnnotations" (include "clipper-backend.podAnnotations" . | fromYaml) -}}
{{- include "platform-lib.deployment" (dict "ctx" . "component" "backend" "name" (include "platform-lib.fullname" (dict "ctx" .)) "values" $values "replicaCount" .Values.replicaCount "autoscaling" .Values.autoscaling "strategy" .Values.strategy "revisionHistoryLimit" .Values.revisionHistoryLimit "pod" (include "clipper-backend.pod" .)) -}}
{{- end }}
