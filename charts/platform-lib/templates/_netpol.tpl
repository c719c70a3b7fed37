{{- /*
platform-lib.netpol.selector: a label selector from values.

Arguments: ctx; labels: a plain map of labels, or a map with matchLabels / matchExpressions, taken as it is. Result: YAML map.
Before Kubernetes 1.21, where namespaces do not carry `kubernetes.io/metadata.name`, that key is written as `name`.
*/}}
{{- define "platform-lib.netpol.selector" -}}
{{- $labels := default (dict) .labels -}}
{{- if or (hasKey $labels "matchLabels") (hasKey $labels "matchExpressions") -}}
{{- toYaml $labels -}}
{{- else if $labels -}}
{{- $out := dict -}}
{{- $old := not (include "platform-lib.kubeAtLeast" (dict "ctx" .ctx "minor" 21)) -}}
{{- range $key, $value := $labels -}}
{{- $_ := set $out (ternary "name" $key (and $old (eq $key "kubernetes.io/metadata.name"))) (toString $value) -}}
{{- end -}}
{{- toYaml (dict "matchLabels" $out) -}}
{{- else -}}
{}
{{- end -}}
{{- end }}

{{- /*
platform-lib.netpol.ports: the `ports` of a rule.

Arguments: ports (list of numbers or port names); protocols (list, default TCP). Result: YAML map, or empty text: all ports.
*/}}
{{- define "platform-lib.netpol.ports" -}}
{{- if .ports -}}
ports:
  {{- range $port := .ports }}
  {{- range $protocol := default (list "TCP") $.protocols }}
  - protocol: {{ $protocol }}
    port: {{ if kindIs "string" $port }}{{ $port }}{{ else }}{{ int $port }}{{ end }}
  {{- end }}
  {{- end }}
{{- end -}}
{{- end }}

{{- /*
platform-lib.netpol.rule: one rule of a policy.

Arguments: direction (from or to); peers (list); ports, protocols (see ports). Result: YAML list with one rule.
*/}}
{{- define "platform-lib.netpol.rule" -}}
- {{ .direction }}:
    {{- toYaml .peers | nindent 4 }}
{{- with include "platform-lib.netpol.ports" . }}
  {{- . | nindent 2 }}
{{- end }}
{{- end }}

{{- /*
platform-lib.netpol.policy: a NetworkPolicy.

Arguments: ctx; component (pods it selects; none: every pod of the release); name or suffix; selector (map of labels,
replaces the release's own); ingress, egress: YAML text of the rules as the fragment helpers give them, joined in any order
(empty text: nothing allowed in that direction); policyTypes (default both). Result: the object.
*/}}
{{- define "platform-lib.netpol.policy" -}}
apiVersion: {{ include "platform-lib.apiVersion.networkPolicy" . }}
kind: NetworkPolicy
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- if .selector }}
      {{- include "platform-lib.stringMap" .selector | nindent 6 }}
      {{- else }}
      {{- include "platform-lib.selectorLabels" . | nindent 6 }}
      {{- end }}
  policyTypes:
    {{- toYaml (default (list "Ingress" "Egress") .policyTypes) | nindent 4 }}
  {{- with trim (default "" .ingress) }}
  ingress:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with trim (default "" .egress) }}
  egress:
    {{- . | nindent 4 }}
  {{- end }}
{{- end }}

{{- /*
platform-lib.netpol.defaultDeny: the policy that denies everything to and from every pod of the release.

Arguments: ctx; name (default: full name with `-default-deny`); selector (labels instead of the release's). Result: the object.
*/}}
{{- define "platform-lib.netpol.defaultDeny" -}}
{{- include "platform-lib.netpol.policy" (dict "ctx" .ctx "name" .name "suffix" "default-deny" "selector" .selector) -}}
{{- end }}

{{- /*
platform-lib.netpol.dns: egress rules for name resolution.

Arguments: ctx; dns: a map of namespaceSelector, podSelector (labels), cidrs (list); default `ctx.Values.networkPolicy.dns`,
else kube-system and the address of the node-local cache. Result: YAML list of egress rules, UDP and TCP 53.
*/}}
{{- define "platform-lib.netpol.dns" -}}
{{- $policy := default (dict) .ctx.Values.networkPolicy -}}
{{- $dns := default (dict) (coalesce .dns $policy.dns) -}}
{{- $peer := dict "namespaceSelector" (include "platform-lib.netpol.selector" (dict "ctx" .ctx "labels" (default (dict "kubernetes.io/metadata.name" "kube-system") $dns.namespaceSelector)) | fromYaml) -}}
{{- with $dns.podSelector -}}
{{- $_ := set $peer "podSelector" (include "platform-lib.netpol.selector" (dict "ctx" $.ctx "labels" .) | fromYaml) -}}
{{- end -}}
{{- $peers := list $peer -}}
{{- range ternary $dns.cidrs (list "169.254.20.10/32") (kindIs "slice" $dns.cidrs) -}}
{{- $peers = append $peers (dict "ipBlock" (dict "cidr" .)) -}}
{{- end -}}
{{- include "platform-lib.netpol.rule" (dict "direction" "to" "peers" $peers "ports" (list 53) "protocols" (list "UDP" "TCP")) -}}
{{- end }}

{{- /*
platform-lib.netpol.fromNamespace: ingress rule that admits pods of another namespace.

Arguments: ctx; namespace (name) or namespaceSelector (labels); podSelector (labels, optional); ports. Result: YAML list with one rule.
*/}}
{{- define "platform-lib.netpol.fromNamespace" -}}
{{- $labels := default (dict "kubernetes.io/metadata.name" .namespace) .namespaceSelector -}}
{{- $peer := dict "namespaceSelector" (include "platform-lib.netpol.selector" (dict "ctx" .ctx "labels" $labels) | fromYaml) -}}
{{- with .podSelector -}}
{{- $_ := set $peer "podSelector" (include "platform-lib.netpol.selector" (dict "ctx" $.ctx "labels" .) | fromYaml) -}}
{{- end -}}
{{- include "platform-lib.netpol.rule" (dict "direction" "from" "peers" (list $peer) "ports" .ports) -}}
{{- end }}

{{- /*
platform-lib.netpol.fromIngressController: ingress rule that admits the ingress controller.

Arguments: ctx; ports; controller: a map of namespaceSelector, podSelector (labels); default
`ctx.Values.networkPolicy.ingressController`, else the namespace ingress-nginx. Result: YAML list with one rule.
*/}}
{{- define "platform-lib.netpol.fromIngressController" -}}
{{- $policy := default (dict) .ctx.Values.networkPolicy -}}
{{- $controller := default (dict) (coalesce .controller $policy.ingressController) -}}
{{- include "platform-lib.netpol.fromNamespace" (dict "ctx" .ctx "namespace" "ingress-nginx" "namespaceSelector" $controller.namespaceSelector "podSelector" $controller.podSelector "ports" .ports) -}}
{{- end }}

{{- /*
platform-lib.netpol.fromComponent: ingress rule that admits one component of the release.

Arguments: ctx; component (empty: every pod of the release); labels (map, replaces the release's labels, for pods of another
chart in the same namespace); ports. Result: YAML list with one rule.
*/}}
{{- define "platform-lib.netpol.fromComponent" -}}
{{- $labels := default (include "platform-lib.selectorLabels" . | fromYaml) .labels -}}
{{- include "platform-lib.netpol.rule" (dict "direction" "from" "peers" (list (dict "podSelector" (dict "matchLabels" $labels))) "ports" .ports) -}}
{{- end }}

{{- /*
platform-lib.netpol.toComponent: egress rule towards one component of the release.

Arguments: ctx; component; labels; ports, as for fromComponent. Result: YAML list with one rule.
*/}}
{{- define "platform-lib.netpol.toComponent" -}}
{{- $labels := default (include "platform-lib.selectorLabels" . | fromYaml) .labels -}}
{{- include "platform-lib.netpol.rule" (dict "direction" "to" "peers" (list (dict "podSelector" (dict "matchLabels" $labels))) "ports" .ports) -}}
{{- end }}

{{- /*
platform-lib.netpol.cidrs: a rule to or from address ranges.

Arguments: direction (to, default, or from); cidrs (list); except (list: each is written into the ranges of its own address
family); ports. Result: YAML list with one rule.
*/}}
{{- define "platform-lib.netpol.cidrs" -}}
{{- $args := . -}}
{{- $peers := list -}}
{{- range $cidr := .cidrs -}}
{{- $except := list -}}
{{- range $args.except -}}
{{- if and (eq (contains ":" $cidr) (contains ":" .)) (has $cidr (list "0.0.0.0/0" "::/0")) -}}{{- $except = append $except . -}}{{- end -}}
{{- end -}}
{{- $block := dict "cidr" $cidr -}}
{{- with $except -}}{{- $_ := set $block "except" . -}}{{- end -}}
{{- $peers = append $peers (dict "ipBlock" $block) -}}
{{- end -}}
{{- include "platform-lib.netpol.rule" (dict "direction" (default "to" .direction) "peers" $peers "ports" .ports) -}}
{{- end }}

{{- /*
platform-lib.netpol.https: egress rule towards HTTPS anywhere but the cloud's metadata service.

Arguments: cidrs (default 0.0.0.0/0 and ::/0); except (default 169.254.169.254/32); private (true: private ranges are
excepted too); ports (default 443). Result: YAML list with one rule.
*/}}
{{- define "platform-lib.netpol.https" -}}
{{- $except := default (list "169.254.169.254/32") .except -}}
{{- if .private -}}
{{- range list "10.0.0.0/8" "172.16.0.0/12" "192.168.0.0/16" "100.64.0.0/10" "fc00::/7" "fe80::/10" -}}
{{- $except = append $except . -}}
{{- end -}}
{{- end -}}
{{- include "platform-lib.netpol.cidrs" (dict "cidrs" (default (list "0.0.0.0/0" "::/0") .cidrs) "except" $except "ports" (default (list 443) .ports)) -}}
{{- end }}
