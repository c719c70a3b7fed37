{{- /*
platform-lib.kubeAtLeast: whether the cluster is of a given minor version or newer (vendor suffixes do not matter).

Arguments: ctx; minor (number, the y of 1.y). Result: `true`, or empty text.
*/}}
{{- define "platform-lib.kubeAtLeast" -}}
{{- if semverCompare (printf ">=1.%d.0-0" (int .minor)) .ctx.Capabilities.KubeVersion.Version -}}
true
{{- end -}}
{{- end }}

{{- /*
platform-lib.apiVersion.hpa: group and version of HorizontalPodAutoscaler.

Arguments: ctx. Result: text. Decided by the Kubernetes version, since offline renders list modern APIs for old clusters too.
*/}}
{{- define "platform-lib.apiVersion.hpa" -}}
{{- if include "platform-lib.kubeAtLeast" (dict "ctx" .ctx "minor" 23) -}}autoscaling/v2{{- else -}}autoscaling/v2beta2{{- end -}}
{{- end }}

{{- /*
platform-lib.apiVersion.pdb: group and version of PodDisruptionBudget.

Arguments: ctx. Result: text.
*/}}
{{- define "platform-lib.apiVersion.pdb" -}}
{{- if include "platform-lib.kubeAtLeast" (dict "ctx" .ctx "minor" 21) -}}policy/v1{{- else -}}policy/v1beta1{{- end -}}
{{- end }}

{{- /*
platform-lib.apiVersion.cronJob: group and version of CronJob.

Arguments: ctx. Result: text.
*/}}
{{- define "platform-lib.apiVersion.cronJob" -}}
{{- if include "platform-lib.kubeAtLeast" (dict "ctx" .ctx "minor" 21) -}}batch/v1{{- else -}}batch/v1beta1{{- end -}}
{{- end }}

{{- /*
platform-lib.apiVersion.ingress: group and version of Ingress.

Arguments: ctx. Result: text.
*/}}
{{- define "platform-lib.apiVersion.ingress" -}}
networking.k8s.io/v1
{{- end }}

{{- /*
platform-lib.apiVersion.networkPolicy: group and version of NetworkPolicy.

Arguments: ctx. Result: text.
*/}}
{{- define "platform-lib.apiVersion.networkPolicy" -}}
networking.k8s.io/v1
{{- end }}

{{- /*
platform-lib.apiVersion.externalSecret: group and version of ExternalSecret.

Arguments: ctx. Result: text: v1, or v1beta1 on a cluster that lists it and not v1.
*/}}
{{- define "platform-lib.apiVersion.externalSecret" -}}
{{- $apis := .ctx.Capabilities.APIVersions -}}
{{- if and ($apis.Has "external-secrets.io/v1beta1") (not ($apis.Has "external-secrets.io/v1")) -}}
external-secrets.io/v1beta1
{{- else -}}
external-secrets.io/v1
{{- end -}}
{{- end }}

{{- /*
platform-lib.crd.wanted: whether an object of a custom kind is rendered.

Arguments: ctx; enabled (true, false, or "auto": when the cluster lists the API); apiVersion (e.g. monitoring.coreos.com/v1).
Result: `true`, or empty text.
*/}}
{{- define "platform-lib.crd.wanted" -}}
{{- $enabled := toString .enabled -}}
{{- if eq $enabled "true" -}}
true
{{- else if eq $enabled "auto" -}}
{{- if .ctx.Capabilities.APIVersions.Has .apiVersion -}}true{{- end -}}
{{- end -}}
{{- end }}
