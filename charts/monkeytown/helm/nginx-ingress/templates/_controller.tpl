{{- /*
nginx-ingress.name: the base of object names. Argument: root context. Result: text.
*/}}
{{- define "nginx-ingress.name" -}}
{{- include "platform-lib.fullname" (dict "ctx" .) -}}
{{- end }}

{{- /*
nginx-ingress.clusterName: the name of objects that belong to no namespace; the namespace is part of it, so that two releases
never share one. Argument: root context. Result: text, at most 63 characters; what had to be cut is told apart by a hash.
*/}}
{{- define "nginx-ingress.clusterName" -}}
{{- $whole := printf "%s-%s" (include "platform-lib.namespace" (dict "ctx" .)) (include "nginx-ingress.name" .) -}}
{{- if gt (len $whole) 63 -}}
{{- printf "%s-%s" (trunc 54 $whole | trimSuffix "-") (sha256sum $whole | trunc 8) -}}
{{- else -}}
{{- $whole -}}
{{- end -}}
{{- end }}

{{- /*
nginx-ingress.electionId: the Lease by which pods agree on a leader. Argument: root context. Result: text.
*/}}
{{- define "nginx-ingress.electionId" -}}
{{- default (printf "%s-leader" (include "nginx-ingress.name" .)) .Values.controller.electionID -}}
{{- end }}

{{- /*
nginx-ingress.class: the class it serves, complete. Argument: root context. Result: YAML map.
*/}}
{{- define "nginx-ingress.class" -}}
{{- $usual := dict "name" "nginx" "controllerValue" "k8s.io/ingress-nginx" -}}
{{- merge (dict) (default (dict) .Values.controller.ingressClassResource) $usual | toYaml -}}
{{- end }}

{{- /*
nginx-ingress.readRules: what the controller reads wherever it looks for Ingress objects. Result: YAML list of rules.
*/}}
{{- define "nginx-ingress.readRules" -}}
- apiGroups: [""]
  resources: [configmaps, endpoints, pods, secrets, services]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses/status]
  verbs: [update]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- end }}

{{- /*
nginx-ingress.pod: the controller. Argument: root context. Result: YAML map for platform-lib.workload. An init container
copies the image's configuration to a volume, so that the root file system stays read-only while nginx.conf is rewritten.
NET_BIND_SERVICE is not used to bind a port (both are above 1023): the image's binary carries it as a file capability and
the kernel refuses to start it when the bounding set lacks it.
*/}}
{{- define "nginx-ingress.pod" -}}
{{- $controller := .Values.controller -}}
{{- $class := include "nginx-ingress.class" . | fromYaml -}}
{{- $ports := merge (dict) (default (dict) $controller.containerPort) (dict "http" 8080 "https" 8443) -}}
{{- $image := toJson $controller.image -}}
{{- $capability := dict "capabilities" (dict "drop" (list "ALL") "add" (list "NET_BIND_SERVICE")) | toJson -}}
{{- $args := list "/nginx-ingress-controller"
      (printf "--publish-service=$(POD_NAMESPACE)/%s" (include "nginx-ingress.name" .))
      (printf "--configmap=$(POD_NAMESPACE)/%s" (include "nginx-ingress.name" .))
      (printf "--election-id=%s" (include "nginx-ingress.electionId" .))
      (printf "--controller-class=%s" $class.controllerValue)
      (printf "--ingress-class=%s" $class.name)
      (printf "--http-port=%d" (int $ports.http))
      (printf "--https-port=%d" (int $ports.https)) -}}
{{- if (default (dict) $controller.scope).enabled -}}
{{- $args = append $args "--watch-namespace=$(POD_NAMESPACE)" -}}
{{- end -}}
{{- range $name, $value := $controller.extraArgs -}}
{{- $args = append $args (printf "--%s=%s" $name (include "platform-lib.scalar" $value)) -}}
{{- end -}}
serviceAccountName: {{ include "platform-lib.serviceAccountName" (dict "ctx" .) }}
automountServiceAccountToken: true
tmpSize: 128Mi
checksums:
  files: {config: /configmap.yaml}
# The image's own user.
podSecurityContext: {runAsUser: 101, runAsGroup: 82, fsGroup: 82}
initContainers:
  - name: copy-config
    image: {{ $image }}
    command: [cp, -r, /etc/nginx/., /config/]
    resources: {{ toJson (default (dict) $controller.resources) }}
    volumeMounts:
      - {name: nginx, mountPath: /config}
containers:
  - name: controller
    image: {{ $image }}
    args: {{ toJson $args }}
    env:
      - name: POD_NAME
        valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}
      - name: POD_NAMESPACE
        valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}
      - {name: LD_PRELOAD, value: /usr/local/lib/libmimalloc.so}
    ports:
      - {name: http, containerPort: {{ int $ports.http }}}
      - {name: https, containerPort: {{ int $ports.https }}}
      - {name: health, containerPort: 10254}
    probes: {path: /healthz, port: health, values: {{ toJson (default (dict) $controller.probes) }}}
    drain: true
    resources: {{ toJson (default (dict) $controller.resources) }}
    securityContext: {{ $capability }}
    volumeMounts:
      - {name: nginx, mountPath: /etc/nginx}
      - {name: state, mountPath: /etc/ingress-controller}
volumes:
  - {name: nginx, emptyDir: {sizeLimit: 64Mi}}
  - {name: state, emptyDir: {sizeLimit: 64Mi}}
{{- end }}
