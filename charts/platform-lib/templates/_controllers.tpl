{{- /*
platform-lib.strategy: how a Deployment replaces its pods.

Arguments: strategy (map, verbatim, wins); persistence (map with enabled and accessModes or accessMode, optional); floor (least
number of replicas). Result: YAML map: `Recreate` for one replica on a ReadWriteOnce claim (a second pod could not mount it),
else RollingUpdate that never takes a pod away before its successor is ready.
*/}}
{{- define "platform-lib.strategy" -}}
{{- $claim := default (dict) .persistence -}}
{{- $modes := default (list $claim.accessMode) $claim.accessModes -}}
{{- $single := or (has "ReadWriteOnce" $modes) (has "ReadWriteOncePod" $modes) -}}
{{- if and $claim.enabled $single (le (int .floor) 1) -}}
type: Recreate
{{- else if .strategy -}}
{{- toYaml .strategy -}}
{{- else -}}
type: RollingUpdate
rollingUpdate:
  maxSurge: 1
  maxUnavailable: 0
{{- end -}}
{{- end }}

{{- /*
platform-lib.deployment: a Deployment.

Arguments: those of workload; name; replicaCount, autoscaling; strategy, persistence (see strategy); revisionHistoryLimit;
annotations (of the Deployment). Result: the object; `replicas` is left to an autoscaler that is on.
Example: {{ include "platform-lib.deployment" (dict "ctx" $ "component" "api" "values" .Values.api "defaults" .Values
  "replicaCount" 2 "autoscaling" .Values.autoscaling "pod" (include "plue.api.pod" $)) }}
*/}}
{{- define "platform-lib.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
spec:
  {{- with include "platform-lib.replicas" . }}
  {{ . }}
  {{- end }}
  {{- if not (kindIs "invalid" .revisionHistoryLimit) }}
  revisionHistoryLimit: {{ int .revisionHistoryLimit }}
  {{- end }}
  strategy:
    {{- include "platform-lib.strategy" (dict "strategy" .strategy "persistence" .persistence "floor" (include "platform-lib.ceiling" .)) | nindent 4 }}
  selector:
    matchLabels:
      {{- include "platform-lib.selectorLabels" . | nindent 6 }}
  template:
    {{- include "platform-lib.workload" . | nindent 4 }}
{{- end }}

{{- /*
platform-lib.statefulSet: a StatefulSet.

Arguments: those of workload; name (at most 52 characters); replicaCount, autoscaling; serviceName (default: the name);
updateStrategy, podManagementPolicy (default RollingUpdate, OrderedReady); volumeClaimTemplates (list, verbatim);
revisionHistoryLimit; annotations. Result: the object.
*/}}
{{- define "platform-lib.statefulSet" -}}
{{- $name := include "platform-lib.objectName" (dict "ctx" .ctx "component" .component "suffix" .suffix "name" .name "max" 52) -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "platform-lib.metadata" (dict "ctx" .ctx "component" .component "name" $name "labels" .labels "annotations" .annotations) | nindent 2 }}
spec:
  serviceName: {{ default $name .serviceName }}
  {{- with include "platform-lib.replicas" . }}
  {{ . }}
  {{- end }}
  {{- if not (kindIs "invalid" .revisionHistoryLimit) }}
  revisionHistoryLimit: {{ int .revisionHistoryLimit }}
  {{- end }}
  podManagementPolicy: {{ default "OrderedReady" .podManagementPolicy }}
  updateStrategy:
    {{- toYaml (default (dict "type" "RollingUpdate") .updateStrategy) | nindent 4 }}
  selector:
    matchLabels:
      {{- include "platform-lib.selectorLabels" . | nindent 6 }}
  template:
    {{- include "platform-lib.workload" . | nindent 4 }}
  {{- with .volumeClaimTemplates }}
  volumeClaimTemplates:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- /*
platform-lib.daemonSet: a DaemonSet.

Arguments: those of workload; name; updateStrategy (default RollingUpdate); annotations. Result: the object.
*/}}
{{- define "platform-lib.daemonSet" -}}
apiVersion: apps/v1
kind: DaemonSet
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
spec:
  updateStrategy:
    {{- toYaml (default (dict "type" "RollingUpdate") .updateStrategy) | nindent 4 }}
  selector:
    matchLabels:
      {{- include "platform-lib.selectorLabels" . | nindent 6 }}
  template:
    {{- include "platform-lib.workload" . | nindent 4 }}
{{- end }}

{{- /*
platform-lib.jobSpec: the spec of a Job.

Arguments: those of workload; job: a map of backoffLimit (default 2), activeDeadlineSeconds (default 600),
ttlSecondsAfterFinished (default 3600) and other fields of a JobSpec. The pod's restartPolicy defaults to `Never`.
Result: YAML map.
*/}}
{{- define "platform-lib.jobSpec" -}}
{{- $pod := .pod -}}
{{- if kindIs "string" $pod -}}
{{- $pod = fromYaml $pod -}}
{{- include "platform-lib.checkYaml" (dict "map" $pod "what" (printf "the pod of %s" (default "the job" .component))) -}}
{{- end -}}
{{- $pod = merge (dict) $pod (dict "restartPolicy" "Never") -}}
{{- include "platform-lib.merge" (dict "base" (dict "backoffLimit" 2 "activeDeadlineSeconds" 600 "ttlSecondsAfterFinished" 3600) "overrides" (list .job)) }}
template:
  {{- include "platform-lib.workload" (dict "ctx" .ctx "component" .component "values" .values "defaults" .defaults "pod" $pod) | nindent 2 }}
{{- end }}

{{- /*
platform-lib.job: a Job.

Arguments: those of jobSpec; name; annotations (hooks belong here). Result: the object.
*/}}
{{- define "platform-lib.job" -}}
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
spec:
  {{- include "platform-lib.jobSpec" . | nindent 2 }}
{{- end }}

{{- /*
platform-lib.cronJob: a CronJob whose runs never overlap.

Arguments: those of jobSpec; name (at most 52 characters); cronJob: a map of schedule (required), timeZone,
concurrencyPolicy (default Forbid), startingDeadlineSeconds (default 120), successfulJobsHistoryLimit (1),
failedJobsHistoryLimit (3), suspend; annotations. Result: the object.
*/}}
{{- define "platform-lib.cronJob" -}}
{{- $name := include "platform-lib.objectName" (dict "ctx" .ctx "component" .component "suffix" .suffix "name" .name "max" 52) -}}
{{- $_ := required "cronJob.schedule is required" .cronJob.schedule -}}
apiVersion: {{ include "platform-lib.apiVersion.cronJob" . }}
kind: CronJob
metadata:
  {{- include "platform-lib.metadata" (dict "ctx" .ctx "component" .component "name" $name "labels" .labels "annotations" .annotations) | nindent 2 }}
spec:
  {{- include "platform-lib.merge" (dict "base" (dict "concurrencyPolicy" "Forbid" "startingDeadlineSeconds" 120 "successfulJobsHistoryLimit" 1 "failedJobsHistoryLimit" 3) "overrides" (list .cronJob)) | nindent 2 }}
  jobTemplate:
    metadata:
      labels:
        {{- include "platform-lib.labels" . | nindent 8 }}
    spec:
      {{- include "platform-lib.jobSpec" . | nindent 6 }}
{{- end }}
