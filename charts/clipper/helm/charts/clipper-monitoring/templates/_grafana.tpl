{{- /* The administrator's credentials: an existing Secret, one from the store, or one made of the values. */}}
{{- define "clipper-monitoring.secret" -}}
{{- $grafana := .Values.grafana -}}
{{- $admin := default (dict) $grafana.admin -}}
{{- $keys := include "clipper-monitoring.keys" . | fromYaml -}}
{{- $name := include "platform-lib.fullname" (dict "ctx" .) -}}
{{- $id := dict "ctx" . "component" "grafana" "name" $name -}}
{{- if include "clipper-monitoring.external" . -}}
{{- include "platform-lib.credentials" (merge $id (dict "secrets" $admin "external" $grafana.externalSecrets "keys" (list $keys.user $keys.password))) -}}
{{- else if $admin.existingSecret -}}
{{- if ne (toString $admin.validate) "false" -}}
{{- include "platform-lib.requireSecret" (dict "ctx" . "secrets" (lookup "v1" "Secret" .Release.Namespace "") "name" $admin.existingSecret "keys" (list $keys.user $keys.password)) -}}
{{- end -}}
{{- else -}}
{{- $password := toString (default "" $grafana.adminPassword) -}}
{{- if and (eq (toString (.Values.global).environment) "production") (has $password (list "" "changeme")) -}}
{{- fail "grafana.adminPassword must be overridden in production (or set grafana.admin.existingSecret)" -}}
{{- end -}}
{{- if $password -}}
{{- include "platform-lib.secret" (merge $id (dict "data" (dict $keys.user (default "admin" $grafana.adminUser) $keys.password $password))) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* clipper-monitoring.pvc: the claim that outlives the release. */}}
{{- define "clipper-monitoring.pvc" -}}
{{- include "platform-lib.pvc" (dict "ctx" . "component" "grafana" "name" (include "clipper-monitoring.claimName" .) "persistence" (merge (dict) (default (dict) .Values.grafana.persistence) (dict "enabled" false))) -}}
{{- end }}

{{- /* clipper-monitoring.service: the Service in front of the pods. */}}
{{- define "clipper-monitoring.service" -}}
{{- $service := default (dict) .Values.grafana.service -}}
{{- include "platform-lib.service" (dict "ctx" . "component" "grafana" "name" (include "platform-lib.fullname" (dict "ctx" .)) "type" $service.type "annotations" $service.annotations "ports" (list (dict "name" "http" "port" (default 80 $service.port)))) -}}
{{- end }}

{{- /* clipper-monitoring.pod: the pod. */}}
{{- define "clipper-monitoring.pod" -}}
{{- $grafana := .Values.grafana -}}
{{- $admin := default (dict) $grafana.admin -}}
{{- $keys := include "clipper-monitoring.keys" . | fromYaml -}}
{{- $secret := include "clipper-monitoring.secretName" . -}}
serviceAccountName: {{ include "clipper-monitoring.accountName" . }}
tmpSize: {{ default "64Mi" $grafana.tmpSize }}
checksums:
  texts:
    config: {{ include "clipper-monitoring.datasources" . | toJson }}
    dashboards: {{ include "clipper-monitoring.dashboards" . | toJson }}
    {{- if not $admin.existingSecret }}
    secret: {{ include "clipper-monitoring.secret" . | toJson }}
    {{- end }}
containers:
  - name: grafana
    image: {{ toJson $grafana.image }}
    envMap:
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false"
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false"
      GF_ANALYTICS_REPORTING_ENABLED: "false"
      GF_AUTH_ANONYMOUS_ENABLED: "false"
      GF_PATHS_DATA: /var/lib/grafana
      GF_PATHS_PROVISIONING: /etc/grafana/provisioning
      GF_PLUGINS_PREINSTALL_DISABLED: "true"
      {{- with $grafana.rootUrl }}
      GF_SERVER_ROOT_URL: {{ toJson . }}
      {{- end }}
      GF_USERS_ALLOW_SIGN_UP: "false"
    {{- if or $admin.existingSecret (include "clipper-monitoring.external" .) $grafana.adminPassword }}
    env:
      - name: GF_SECURITY_ADMIN_USER
        valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ $keys.user }}}}
      - name: GF_SECURITY_ADMIN_PASSWORD
        valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ $keys.password }}}}
    {{- end }}
    ports: [{name: http, containerPort: 3000}]
    probes: {values: {{ toJson $grafana.probes }}}
    drain: true
    resources: {{ toJson $grafana.resources }}
    volumeMounts:
      - {name: data, mountPath: /var/lib/grafana}
      - {name: datasources, mountPath: /etc/grafana/provisioning/datasources, readOnly: true}
      - {name: provider, mountPath: /etc/grafana/provisioning/dashboards, readOnly: true}
      - {name: dashboards, mountPath: /etc/grafana/dashboards, readOnly: true}
volumes:
  {{- if ($grafana.persistence).enabled }}
  - {name: data, persistentVolumeClaim: {claimName: {{ include "clipper-monitoring.claimName" . }}}}
  {{- else }}
  - {name: data, emptyDir: {sizeLimit: {{ default "512Mi" $grafana.dataSize }}}}
  {{- end }}
  - name: datasources
    configMap: {name: {{ include "platform-lib.fullname" (dict "ctx" . "suffix" "datasources") }}}
  - name: provider
    configMap: {name: {{ include "platform-lib.fullname" (dict "ctx" . "suffix" "dashboards") }}, items: [{key: provider.yaml, path: provider.yaml}]}
  - name: dashboards
    configMap: {name: {{ include "platform-lib.fullname" (dict "ctx" . "suffix" "dashboards") }}}
{{- end }}

{{- /* clipper-monitoring.deployment: the Deployment. */}}
{{- define "clipper-monitoring.deployment" -}}
{{- include "platform-lib.deployment" (dict "ctx" . "component" "grafana" "name" (include "platform-lib.fullname" (dict "ctx" .)) "values" .Values.grafana "replicaCount" 1 "persistence" .Values.grafana.persistence "pod" (include "clipper-monitoring.pod" .)) -}}
{{- end }}

{{- /* clipper-monitoring.grafana: the objects of grafana.yaml, in one file as in the chart's tree. */}}
{{- define "clipper-monitoring.grafana" -}}
{{ include "clipper-monitoring.secret" . }}
---
{{ include "clipper-monitoring.pvc" . }}
---
{{ include "clipper-monitoring.service" . }}
---
{{ include "clipper-monitoring.deployment" . }}
{{- end }}
