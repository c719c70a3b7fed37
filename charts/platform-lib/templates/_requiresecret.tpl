{{- /*
platform-lib.requireSecret: refuses to render for a cluster that lacks a Secret the workload cannot start without.

Arguments: ctx; secrets (what the caller's chart read from the cluster: the SecretList of the namespace; empty without a
connection, then nothing is checked); name; keys (list of keys the Secret must hold).
Result: nothing, or a render error that names the Secret, the namespace and the keys to create.
*/}}
{{- define "platform-lib.requireSecret" -}}
{{- $args := . -}}
{{- $namespace := include "platform-lib.namespace" . -}}
{{- if .secrets -}}
{{- $found := dict -}}
{{- range .secrets.items -}}
{{- if eq .metadata.name $args.name -}}{{- $found = . -}}{{- end -}}
{{- end -}}
{{- if not $found -}}
{{- fail (printf "secret %q not found in namespace %q; create it first with keys: %s" .name $namespace (join ", " .keys)) -}}
{{- end -}}
{{- $missing := list -}}
{{- range .keys -}}
{{- if not (hasKey (default (dict) $found.data) .) -}}{{- $missing = append $missing . -}}{{- end -}}
{{- end -}}
{{- if $missing -}}
{{- fail (printf "secret %q in namespace %q lacks keys: %s" .name $namespace (join ", " $missing)) -}}
{{- end -}}
{{- end -}}
{{- end }}
