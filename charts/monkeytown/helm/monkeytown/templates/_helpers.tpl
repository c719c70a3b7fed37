{{- /*
monkeytown.name: the short name. Argument: root context. Result: text: the chart's name or `nameOverride`.
*/}}
{{- define "monkeytown.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- /*
monkeytown.fullname: the base of object names. It carries the environment and not the release, so the environments coexist in
one namespace. Argument: root context. Result: text.
*/}}
{{- define "monkeytown.fullname" -}}
{{- printf "%s-%s" (include "monkeytown.name" .) .Values.global.environment | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- /*
monkeytown.labels: the labels every object has. Argument: root context. Result: YAML map. The library adds chart, component
and part-of.
*/}}
{{- define "monkeytown.labels" -}}
app.kubernetes.io/name: {{ include "monkeytown.name" . }}
app.kubernetes.io/instance: {{ include "monkeytown.fullname" . }}
app.kubernetes.io/version: {{ .Chart.Version | replace "+" "_" | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /*
monkeytown.context: prepares the root context: the library takes names and labels from `platform`, Redis is described by
`redis` (see monkeytown.redis). Every file begins with it; the first to be rendered does the work, for the files of a chart
share their context. Argument: root context. Result: nothing.
Errors: settings that contradict each other.
*/}}
{{- define "monkeytown.context" -}}
{{- if not .redis -}}
{{- $labels := include "monkeytown.labels" . | fromYaml -}}
{{- $_ := set . "platform" (dict
      "fullname" (include "monkeytown.fullname" .)
      "name" (get $labels "app.kubernetes.io/name")
      "instance" (get $labels "app.kubernetes.io/instance")
      "version" (get $labels "app.kubernetes.io/version")
      "partOf" .Chart.Name
      "namespace" (default .Release.Namespace (default (dict) .Values.namespace).name)) -}}
{{- include "monkeytown.redis" . -}}
{{- include "monkeytown.validate" . -}}
{{- end -}}
{{- end }}

{{- /*
monkeytown.resources: a container's resources; what it does not set comes from `global.resources`.
Arguments: ctx; own (map, may be missing). Result: JSON map.
*/}}
{{- define "monkeytown.resources" -}}
{{- $shared := default (dict) .ctx.Values.global.resources -}}
{{- $own := default (dict) .own -}}
{{- dict "requests" (default $shared $own.requests) "limits" (default $shared $own.limits) | toJson -}}
{{- end }}

{{- /*
monkeytown.redis: describes Redis as `redis` in the root context: the context of the dependency with `redis.*` laid over its
values and with Monkeytown's labels. `redis.enabled` says whether it can be rendered here: an upstream chart in its place (see
scripts/vendor-upstream.sh) renders itself. Without it only `redis.Values` is of use. Argument: root context.
Result: nothing.
*/}}
{{- define "monkeytown.redis" -}}
{{- $dependency := default (dict) (index .Subcharts "monkeytown-redis") -}}
{{- $baseline := include "monkeytown.redis.baseline" . | fromYaml -}}
{{- $overlay := dict "base" (default (dict) $dependency.Values) "over" (default $baseline .Values.redis) "baseline" $baseline -}}
{{- $values := include "monkeytown.overlay" $overlay | fromJson -}}
{{- $_ := set $values "global" .Values.global -}}
{{- $_ := set $values "requireImmutableTag" .Values.requireImmutableTag -}}
{{- $policy := default (dict) $values.networkPolicy -}}
{{- $_ := set $values "networkPolicy" (set $policy "dns" (default (dict) .Values.networkPolicy).dns) -}}
{{- range $role := list "master" "replica" -}}
{{- $settings := default (dict) (get $values $role) -}}
{{- $_ := set $settings "resources" (include "monkeytown.resources" (dict "ctx" $ "own" $settings.resources) | fromJson) -}}
{{- $_ := set $values $role $settings -}}
{{- end -}}
{{- $named := false -}}
{{- with $dependency.Chart -}}{{- $named = not (empty (index .Annotations "monkeytown.dev/named-templates")) -}}{{- end -}}
{{- $fullname := default (printf "%s-redis" (include "monkeytown.fullname" .)) $values.fullnameOverride -}}
{{- $_ := set . "redis" (dict "enabled" $named "Values" $values "Chart" $dependency.Chart
      "Release" .Release "Capabilities" .Capabilities "platform" (merge (dict "fullname" $fullname) .platform)) -}}
{{- end }}

{{- /*
monkeytown.redis.baseline: the `redis` block of values.yaml, to tell a setting that the user made there from one that was left
alone, where `monkeytown-redis` then has its say. A test keeps the two equal. Result: YAML map.
*/}}
{{- define "monkeytown.redis.baseline" -}}
enabled: true
architecture: standalone
fullnameOverride: monkeytown-redis
auth: {enabled: false, password: "", existingSecret: "", existingSecretPasswordKey: redis-password}
image: {registry: docker.io, repository: redis, tag: 7.2.11-alpine}
master:
  resources: &resources {requests: {cpu: 100m, memory: 256Mi}, limits: {cpu: 500m, memory: 512Mi}}
  persistence: {enabled: true, size: 1Gi, storageClass: "", existingClaim: ""}
replica:
  replicaCount: 2
  resources: *resources
  persistence: {enabled: true, size: 1Gi}
{{- end }}

{{- /*
monkeytown.overlay: what `over` changed against `baseline`, applied to `base`: other values replace, missing keys remove.
Arguments: base, over, baseline (maps). Result: JSON map.
*/}}
{{- define "monkeytown.overlay" -}}
{{- $out := deepCopy .base -}}
{{- $over := .over -}}
{{- $baseline := .baseline -}}
{{- range $key, $value := $over -}}
{{- $was := get $baseline $key -}}
{{- $now := get $out $key -}}
{{- if kindIs "map" $value -}}
{{- $nested := dict "base" (ternary $now (dict) (kindIs "map" $now)) "over" $value "baseline" (ternary $was (dict) (kindIs "map" $was)) -}}
{{- $_ := set $out $key (include "monkeytown.overlay" $nested | fromJson) -}}
{{- else if or (not (hasKey $out $key)) (ne (toJson $value) (toJson $was)) -}}
{{- $_ := set $out $key $value -}}
{{- end -}}
{{- end -}}
{{- range $key := keys $baseline -}}
{{- if not (hasKey $over $key) -}}{{- $_ := unset $out $key -}}{{- end -}}
{{- end -}}
{{- toJson $out -}}
{{- end }}

{{- /*
monkeytown.redisUrl: `eventStream.env.REDIS_URL`, with the password put in where Redis demands one and the URL names none.
Argument: root context, prepared. Result: text.
*/}}
{{- define "monkeytown.redisUrl" -}}
{{- $url := include "monkeytown.plain" (dict "ctx" . "key" "REDIS_URL" "value" .Values.eventStream.env.REDIS_URL) -}}
{{- if and (default (dict) .redis.Values.auth).enabled (not (contains "@" $url)) -}}
{{- $url = regexReplaceAll "^(rediss?://)" $url "${1}:$(REDIS_PASSWORD)@" -}}
{{- end -}}
{{- $url -}}
{{- end }}

{{- /*
monkeytown.plain: an entry of `eventStream.env` as text. Secrets are taken out of what its template can see, so none can end
in a Deployment. Arguments: ctx, key, value. Result: text. Errors: those of the template; the comment in front of it makes
them name the key.
*/}}
{{- define "monkeytown.plain" -}}
{{- $values := omit .ctx.Values "secrets" "redis" "monkeytown-redis" -}}
{{- $visible := dict "Values" $values "Release" .ctx.Release "Chart" .ctx.Chart "Capabilities" .ctx.Capabilities "Template" .ctx.Template -}}
{{- tpl (printf "{{/* eventStream.env.%s */}}%s" .key (include "platform-lib.scalar" .value)) $visible -}}
{{- end }}

{{- /*
monkeytown.secretName: the Secret with the application's credentials. Argument: root context, prepared. Result: text.
*/}}
{{- define "monkeytown.secretName" -}}
{{- $secrets := default (dict) .Values.secrets -}}
{{- default (include "platform-lib.fullname" (dict "ctx" . "suffix" "secrets")) $secrets.existingSecret -}}
{{- end }}

{{- /*
monkeytown.eventStream.env: the event stream's environment. The password comes first, since Kubernetes puts only earlier
variables into later ones. Argument: root context, prepared. Result: YAML list.
*/}}
{{- define "monkeytown.eventStream.env" -}}
{{- $auth := default (dict) .redis.Values.auth -}}
{{- if $auth.enabled }}
- name: REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ if $auth.existingSecret }}{{ $auth.existingSecret }}{{ else }}{{ include "redis.secretName" (dict "ctx" .redis) }}{{ end }}
      key: {{ default "redis-password" $auth.existingSecretPasswordKey }}
{{- end }}
{{- range $key, $value := .Values.eventStream.env }}
{{- $text := toString $value }}
- name: {{ $key }}
{{- if regexMatch "^\\s*\\{\\{-?\\s*\\.Values\\.secrets\\.githubToken\\s*(\\|\\s*quote\\s*)?-?\\}\\}\\s*$" $text }}
  valueFrom:
    secretKeyRef:
      name: {{ include "monkeytown.secretName" $ }}
      key: GITHUB_TOKEN
{{- else if contains ".Values.secrets" $text }}
{{- fail (printf "eventStream.env.%s must be {{ .Values.secrets.githubToken }} and nothing else, so that it can be read from the Secret" $key) }}
{{- else if eq $key "REDIS_URL" }}
  value: {{ include "monkeytown.redisUrl" $ | quote }}
{{- else }}
  value: {{ include "monkeytown.plain" (dict "ctx" $ "key" $key "value" $value) | quote }}
{{- end }}
{{- end }}
- name: PORT
  value: {{ .Values.eventStream.containerPort | int | quote }}
- name: WS_HEARTBEAT_INTERVAL_MS
  value: {{ include "platform-lib.scalar" .Values.eventStream.ws.heartbeatInterval | quote }}
- name: WS_MAX_CONNECTIONS
  value: {{ include "platform-lib.scalar" .Values.eventStream.ws.maxConnections | quote }}
{{- end }}

{{- /*
monkeytown.validate: refuses settings that render but cannot work. Argument: root context, prepared. Result: nothing.
*/}}
{{- define "monkeytown.validate" -}}
{{- $secrets := default (dict) .Values.secrets -}}
{{- if and (eq .Values.global.environment "prod") (not $secrets.githubToken) (not $secrets.existingSecret) -}}
{{- fail "secrets.githubToken or secrets.existingSecret is required in prod" -}}
{{- end -}}
{{- $auth := default (dict) .redis.Values.auth -}}
{{- if and $auth.enabled (not $auth.password) (not $auth.existingSecret) -}}
{{- fail "redis.auth.enabled requires redis.auth.password or redis.auth.existingSecret" -}}
{{- end -}}
{{- range $key := list "PORT" "WS_HEARTBEAT_INTERVAL_MS" "WS_MAX_CONNECTIONS" "REDIS_PASSWORD" -}}
{{- if hasKey (default (dict) $.Values.eventStream.env) $key -}}
{{- fail (printf "eventStream.env.%s is set by the chart; use eventStream.containerPort, eventStream.ws or redis.auth" $key) -}}
{{- end -}}
{{- end -}}
{{- $url := toString (default "" (default (dict) .Values.eventStream.env).REDIS_URL) -}}
{{- if .redis.enabled -}}
{{- if and (contains "$(REDIS_PASSWORD)" $url) (not $auth.enabled) -}}
{{- fail "eventStream.env.REDIS_URL uses $(REDIS_PASSWORD), which needs redis.auth.enabled" -}}
{{- end -}}
{{- else -}}
{{- $host := regexReplaceAll "^[a-z]+://([^@/]*@)?([^:/]+).*$" $url "${2}" -}}
{{- if or (not $url) (eq $host .redis.platform.fullname) -}}
{{- fail (printf "redis.enabled is false, but eventStream.env.REDIS_URL names the chart's own Redis (%q); set it to the Redis to use" $url) -}}
{{- end -}}
{{- if and $auth.enabled (not $auth.existingSecret) -}}
{{- fail "redis.enabled is false, so redis.auth.password has no Secret to go to; name one in redis.auth.existingSecret" -}}
{{- end -}}
{{- end -}}
{{- end }}
