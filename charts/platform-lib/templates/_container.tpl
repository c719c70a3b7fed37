{{- /*
platform-lib.container: one container, with everything this repository demands of every container.

Arguments: ctx; values, defaults (the component's and the chart's settings, see workload); main (true: takes extraEnv,
extraEnvFrom and extraVolumeMounts); tmp (true: mounts the pod's `tmp` volume); container, a map of
  name         required
  image        map for platform-lib.image (or a complete reference); imageName is appended to its repository
  resources    requests.cpu, requests.memory and limits.memory are required; missing ones are a render error
  env          list as in Kubernetes; envMap: map of name → plain value, rendered as strings, sorted, first
  envFrom, ports, volumeMounts, command, args, workingDir, restartPolicy … as in Kubernetes
  probes       arguments of platform-lib.probes
  drain        true: preStop sleep of platform-lib.lifecycle; or the number of seconds
  lifecycle    as in Kubernetes, replaces drain
  securityContext  merged over the restricted default; then the values' containerSecurityContext (main only)
  tmp: false   no `tmp` mount
Result: YAML map.
*/}}
{{- define "platform-lib.container" -}}
{{- $ctx := .ctx -}}
{{- $c := .container -}}
{{- $v := default (dict) .values -}}
{{- $d := default (dict) .defaults -}}
{{- $resources := default (dict) $c.resources -}}
{{- $requests := default (dict) $resources.requests -}}
{{- $limits := default (dict) $resources.limits -}}
{{- if not (and $requests.cpu $requests.memory $limits.memory) -}}
{{- fail (printf "container %q: resources.requests.cpu, resources.requests.memory and resources.limits.memory are required" $c.name) -}}
{{- end -}}
{{- $image := dict "ctx" $ctx "image" $c.image "name" $c.imageName -}}
{{- include "platform-lib.assertImmutableTag" $image -}}
{{- $env := list -}}
{{- range $name, $value := $c.envMap -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $env = append $env (dict "name" $name "value" (include "platform-lib.scalar" $value)) -}}
{{- end -}}
{{- end -}}
{{- range $c.env -}}{{- $env = append $env . -}}{{- end -}}
{{- $envFrom := default (list) $c.envFrom -}}
{{- $mounts := default (list) $c.volumeMounts -}}
{{- if and .tmp (ne (toString $c.tmp) "false") -}}
{{- $mounts = append $mounts (dict "name" "tmp" "mountPath" "/tmp") -}}
{{- end -}}
{{- if .main -}}
{{- range coalesce $v.extraEnv $d.extraEnv -}}{{- $env = append $env . -}}{{- end -}}
{{- range coalesce $v.extraEnvFrom $d.extraEnvFrom -}}{{- $envFrom = append $envFrom . -}}{{- end -}}
{{- range coalesce $v.extraVolumeMounts $d.extraVolumeMounts -}}{{- $mounts = append $mounts . -}}{{- end -}}
{{- end -}}
name: {{ $c.name }}
image: {{ include "platform-lib.image" $image | quote }}
imagePullPolicy: {{ default (include "platform-lib.imagePullPolicy" $image) $c.imagePullPolicy }}
{{- with $c.command }}
command:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $c.args }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $env }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $envFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $c.ports }}
ports:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $c.probes }}
{{- with include "platform-lib.probes" . }}
{{ . }}
{{- end }}
{{- end }}
{{- $lifecycle := "" }}
{{- if $c.lifecycle }}
{{- $lifecycle = toYaml $c.lifecycle }}
{{- else if $c.drain }}
{{- $lifecycle = include "platform-lib.lifecycle" (dict "ctx" $ctx "seconds" (ternary 5 $c.drain (kindIs "bool" $c.drain))) }}
{{- end }}
{{- with $lifecycle }}
lifecycle:
  {{- . | nindent 2 }}
{{- end }}
resources:
  {{- toYaml $resources | nindent 2 }}
securityContext:
  {{- include "platform-lib.containerSecurityContext" (dict "overrides" (list $c.securityContext (ternary $d.containerSecurityContext nil (default false .main)) (ternary $v.containerSecurityContext nil (default false .main)))) | nindent 2 }}
{{- with $mounts }}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with omit $c "name" "image" "imageName" "imagePullPolicy" "command" "args" "env" "envMap" "envFrom" "ports" "probes" "drain" "lifecycle" "resources" "securityContext" "volumeMounts" "tmp" }}
{{ toYaml . }}
{{- end }}
{{- end }}
