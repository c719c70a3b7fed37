{{- /*
platform-lib.imageTag: the tag an image is used with.

Arguments: ctx; image (map, or a complete reference as text). Result: text: `image.tag`, else (without a digest) the
chart's appVersion; for a complete reference the part after the last colon of its last path segment.
*/}}
{{- define "platform-lib.imageTag" -}}
{{- if kindIs "string" .image -}}
{{- regexFind ":[^:/]*$" (regexReplaceAll "@.*$" .image "") | trimPrefix ":" -}}
{{- else -}}
{{- $image := default (dict) .image -}}
{{- $tag := include "platform-lib.scalar" $image.tag -}}
{{- if $tag -}}{{- $tag -}}{{- else if not $image.digest -}}{{- .ctx.Chart.AppVersion -}}{{- end -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.image: the reference of an image.

Arguments: ctx; image: a map of registry, repository, tag, digest (tag may be a whole number), or a complete reference as
text; name (optional): appended to the map's repository as `/<name>`.
Result: text `[registry/]repository[/name][:tag][@digest]`. The tag defaults to the chart's appVersion unless a digest is
set; the registry defaults to `global.imageRegistry`, also for a reference given as text that names no registry.
Example: image: {{ include "platform-lib.image" (dict "ctx" $ "image" .Values.image) }}
*/}}
{{- define "platform-lib.image" -}}
{{- $global := default (dict) .ctx.Values.global -}}
{{- if kindIs "string" .image -}}
{{- $first := splitList "/" .image | first -}}
{{- if and $global.imageRegistry (not (and (contains "/" .image) (regexMatch "[.:]|^localhost$" $first))) -}}
{{- printf "%s/%s" (trimSuffix "/" $global.imageRegistry) .image -}}
{{- else -}}
{{- .image -}}
{{- end -}}
{{- else -}}
{{- $image := default (dict) .image -}}
{{- $ref := required "image.repository is required" $image.repository -}}
{{- with .name -}}{{- $ref = printf "%s/%s" $ref . -}}{{- end -}}
{{- with coalesce $image.registry $global.imageRegistry -}}{{- $ref = printf "%s/%s" (trimSuffix "/" .) $ref -}}{{- end -}}
{{- with include "platform-lib.imageTag" . -}}{{- $ref = printf "%s:%s" $ref . -}}{{- end -}}
{{- with $image.digest -}}{{- $ref = printf "%s@%s" $ref . -}}{{- end -}}
{{- $ref -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.mutableTag: whether an image may change behind its reference.

Arguments: ctx; image. Result: `true`, or empty text. A digest makes any image immutable. Mutable tags: none, the usual
moving names (latest, main, staging …), and bare majors or aliases without a patch version (`16`, `v1`, `pg17`,
`16-alpine`). Seven and more hexadecimal digits are a commit, which does not move.
*/}}
{{- define "platform-lib.mutableTag" -}}
{{- $digest := "" -}}
{{- if kindIs "string" .image -}}
{{- $digest = contains "@sha256:" .image -}}
{{- else -}}
{{- $digest = (default (dict) .image).digest -}}
{{- end -}}
{{- if not $digest -}}
{{- $tag := include "platform-lib.imageTag" . -}}
{{- if or (not $tag) (has $tag (list "latest" "main" "master" "develop" "dev" "edge" "nightly" "staging" "canary" "stable")) -}}
true
{{- else if and (regexMatch "^[a-z]{0,8}[0-9]{1,4}(-[a-z]+)?$" $tag) (not (regexMatch "^[0-9a-f]{7,40}$" $tag)) -}}
true
{{- end -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.imagePullPolicy: when the node asks the registry again.

Arguments: ctx; image (map, `pullPolicy` in it wins; or text). Result: text: the set policy, else `Always` for mutable tags,
else `IfNotPresent`.
*/}}
{{- define "platform-lib.imagePullPolicy" -}}
{{- $set := "" -}}
{{- if kindIs "map" .image -}}{{- $set = .image.pullPolicy -}}{{- end -}}
{{- if $set -}}
{{- $set -}}
{{- else if include "platform-lib.mutableTag" . -}}
Always
{{- else -}}
IfNotPresent
{{- end -}}
{{- end }}

{{- /*
platform-lib.assertImmutableTag: refuses to render an image that may change behind its reference.

Arguments: ctx; image; required (optional; otherwise `image.requireImmutableTag`, `requireImmutableTag` or
`global.requireImmutableTag` in the values ask for it). Result: nothing, or a render error naming the tag.
*/}}
{{- define "platform-lib.assertImmutableTag" -}}
{{- $global := default (dict) .ctx.Values.global -}}
{{- $own := false -}}
{{- if kindIs "map" .image -}}{{- $own = .image.requireImmutableTag -}}{{- end -}}
{{- if or .required $own .ctx.Values.requireImmutableTag $global.requireImmutableTag -}}
{{- if include "platform-lib.mutableTag" . -}}
{{- fail (printf "image tag %q is mutable; set an explicit version (or image.digest)" (include "platform-lib.imageTag" .)) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /*
platform-lib.imagePullSecrets: the `imagePullSecrets` list of a pod.

Arguments: ctx; imagePullSecrets (list of names or of {name}; default: the chart's and `global.imagePullSecrets`).
Result: YAML list, or empty text.
*/}}
{{- define "platform-lib.imagePullSecrets" -}}
{{- $global := default (dict) .ctx.Values.global -}}
{{- $names := list -}}
{{- range coalesce .imagePullSecrets .ctx.Values.imagePullSecrets $global.imagePullSecrets -}}
{{- if kindIs "map" . -}}{{- $names = append $names (pick . "name") -}}{{- else -}}{{- $names = append $names (dict "name" .) -}}{{- end -}}
{{- end -}}
{{- if $names -}}{{- toYaml $names -}}{{- end -}}
{{- end }}
