{{- /*
platform-lib.memberIngress: the Ingress of one member of a family that shares a host and a certificate.

Arguments: ctx; component; name (also of the Service behind it, port `http`); ingress: a map of enabled, className, host
(default `global.domain`), path, annotations, tls.{enabled,secretName,clusterIssuer}; umbrellaTls (the umbrella's tls map with
secretName, when an umbrella renders the member: it then owns the certificate, so the Ingress must not ask for one).
Result: the object, or empty text when `ingress.enabled` is false.
*/}}
{{- define "platform-lib.memberIngress" -}}
{{- $ingress := default (dict) .ingress -}}
{{- if $ingress.enabled -}}
{{- $host := default (default (dict) .ctx.Values.global).domain $ingress.host | required "global.domain (or ingress.host) is required" -}}
{{- $tls := default (dict) $ingress.tls -}}
{{- $annotations := merge (dict) (default (dict) $ingress.annotations) -}}
{{- $blocks := list -}}
{{- if $tls.enabled -}}
{{- $secret := coalesce $tls.secretName (default (dict) .umbrellaTls).secretName (printf "%s-tls" (default .component (default (dict) .ctx.platform).partOf)) -}}
{{- $blocks = list (dict "hosts" (list $host) "secretName" $secret) -}}
{{- if and $tls.clusterIssuer (not .umbrellaTls) -}}
{{- $annotations = merge $annotations (dict "cert-manager.io/cluster-issuer" $tls.clusterIssuer) -}}
{{- end -}}
{{- end -}}
{{- $path := dict "path" (default "/" $ingress.path) "service" .name "port" "http" -}}
{{- include "platform-lib.ingress" (dict "ctx" .ctx "component" .component "name" .name "className" $ingress.className "annotations" $annotations "tls" $blocks "hosts" (list (dict "host" $host "paths" (list $path)))) -}}
{{- end -}}
{{- end }}
