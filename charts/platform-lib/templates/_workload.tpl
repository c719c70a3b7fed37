{{- /*
platform-lib.workload: a pod template; the single place where pods and their containers are written.

Arguments: ctx; component; pod (map, or YAML text of one, see below); values (the component's settings) and defaults (the
chart's, used where the component sets nothing): podAnnotations, podLabels, nodeSelector (maps of both are joined),
tolerations, affinity, topologySpreadConstraints, podAntiAffinity, priorityClassName, extraEnv, extraEnvFrom, extraVolumes,
extraVolumeMounts, imagePullSecrets, terminationGracePeriodSeconds, podSecurityContext, containerSecurityContext;
replicaCount, autoscaling (spread is written when the workload may have more than one pod or constraints are set).
pod: containers (list for platform-lib.container; the first is the main one), initContainers, volumes, serviceAccountName,
automountServiceAccountToken (default false), checksums (arguments of platform-lib.checksums without ctx), annotations,
tmpSize (adds an emptyDir of that size, mounted at /tmp in every container), spread (true forces; false leaves out all but the
component's own constraints), podSecurityContext,
terminationGracePeriodSeconds, and any other field of a PodSpec as it is (runtimeClassName, restartPolicy, dnsPolicy …).
Result: YAML map of metadata and spec, to be put under `template:`.
Errors: a user label that is part of the selector; a container without resources; broken YAML in `pod`.
*/}}
{{- define "platform-lib.workload" -}}
{{- $ctx := .ctx -}}
{{- $component := .component -}}
{{- $pod := .pod -}}
{{- if kindIs "string" $pod -}}
{{- $pod = fromYaml $pod -}}
{{- include "platform-lib.checkYaml" (dict "map" $pod "what" (printf "the pod of %s" (default "the workload" $component))) -}}
{{- end -}}
{{- $v := default (dict) .values -}}
{{- $d := default (dict) .defaults -}}
{{- $selector := include "platform-lib.selectorLabels" . | fromYaml -}}
{{- $userLabels := merge (dict) (default (dict) $v.podLabels) (default (dict) $d.podLabels) -}}
{{- range $key, $value := $userLabels -}}
{{- if hasKey $selector $key -}}
{{- fail (printf "podLabels must not set %q: it belongs to the workload's selector" $key) -}}
{{- end -}}
{{- end -}}
{{- $checksums := default (dict) $pod.checksums -}}
{{- $annotations := include "platform-lib.checksums" (dict "ctx" $ctx "files" $checksums.files "texts" $checksums.texts) | fromYaml -}}
{{- $annotations = merge (dict) (default (dict) $v.podAnnotations) (default (dict) $d.podAnnotations) (default (dict) $pod.annotations) $annotations -}}
{{- $grace := $v.terminationGracePeriodSeconds -}}
{{- if kindIs "invalid" $grace -}}{{- $grace = $d.terminationGracePeriodSeconds -}}{{- end -}}
{{- if kindIs "invalid" $grace -}}{{- $grace = $pod.terminationGracePeriodSeconds -}}{{- end -}}
{{- $tmp := not (empty $pod.tmpSize) -}}
{{- $volumes := default (list) $pod.volumes -}}
{{- if $tmp -}}
{{- $volumes = append $volumes (dict "name" "tmp" "emptyDir" (dict "sizeLimit" $pod.tmpSize)) -}}
{{- end -}}
{{- range coalesce $v.extraVolumes $d.extraVolumes -}}{{- $volumes = append $volumes . -}}{{- end -}}
{{- $affinity := coalesce $v.affinity $d.affinity $pod.affinity -}}
{{- $constraints := coalesce $v.topologySpreadConstraints $d.topologySpreadConstraints -}}
{{- $spread := or (gt (int (include "platform-lib.ceiling" .)) 1) (not (empty $constraints)) -}}
{{- if kindIs "bool" $pod.spread -}}{{- $spread = or $pod.spread (not (empty $v.topologySpreadConstraints)) -}}{{- end -}}
metadata:
  labels:
    {{- include "platform-lib.labels" (dict "ctx" $ctx "component" $component "labels" $userLabels) | nindent 4 }}
  {{- with $annotations }}
  annotations:
    {{- include "platform-lib.stringMap" . | nindent 4 }}
  {{- end }}
spec:
  {{- with include "platform-lib.imagePullSecrets" (dict "ctx" $ctx "imagePullSecrets" (coalesce $v.imagePullSecrets $d.imagePullSecrets)) }}
  imagePullSecrets:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with $pod.serviceAccountName }}
  serviceAccountName: {{ . }}
  {{- end }}
  automountServiceAccountToken: {{ default false $pod.automountServiceAccountToken }}
  securityContext:
    {{- include "platform-lib.podSecurityContext" (dict "overrides" (list $pod.podSecurityContext $d.podSecurityContext $v.podSecurityContext)) | nindent 4 }}
  {{- with coalesce $v.priorityClassName $d.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- if not (kindIs "invalid" $grace) }}
  terminationGracePeriodSeconds: {{ int $grace }}
  {{- end }}
  {{- with $pod.initContainers }}
  initContainers:
    {{- range . }}
    - {{ include "platform-lib.container" (dict "ctx" $ctx "container" . "values" $v "defaults" $d "tmp" $tmp) | indent 6 | trim }}
    {{- end }}
  {{- end }}
  containers:
    {{- range $index, $container := $pod.containers }}
    - {{ include "platform-lib.container" (dict "ctx" $ctx "container" $container "values" $v "defaults" $d "tmp" $tmp "main" (eq $index 0)) | indent 6 | trim }}
    {{- end }}
  {{- with $volumes }}
  volumes:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with merge (dict) (default (dict) $v.nodeSelector) (default (dict) $d.nodeSelector) (default (dict) $pod.nodeSelector) }}
  nodeSelector:
    {{- include "platform-lib.stringMap" . | nindent 4 }}
  {{- end }}
  {{- with coalesce $v.tolerations $d.tolerations $pod.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if $spread }}
  {{- include "platform-lib.spread" (dict "ctx" $ctx "component" $component "constraints" $constraints "affinity" $affinity "antiAffinity" (coalesce $v.podAntiAffinity $d.podAntiAffinity)) | nindent 2 }}
  {{- else }}
  {{- with $affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  {{- with omit $pod "containers" "initContainers" "volumes" "serviceAccountName" "automountServiceAccountToken" "checksums" "annotations" "tmpSize" "spread" "podSecurityContext" "terminationGracePeriodSeconds" "affinity" "nodeSelector" "tolerations" }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
