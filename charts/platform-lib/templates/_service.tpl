{{- /*
platform-lib.service: a Service in front of one workload.

Arguments: ctx; component (of the pods behind it); name; type (default ClusterIP); headless (true: clusterIP None); ports: a
list of {name, port, targetPort (default: the name), protocol, nodePort, appProtocol}; annotations; extra (map: further
fields of the spec, verbatim: externalIPs, loadBalancerSourceRanges, publishNotReadyAddresses …). Result: the object.
*/}}
{{- define "platform-lib.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "platform-lib.metadata" . | nindent 2 }}
spec:
  type: {{ default "ClusterIP" .type }}
  {{- if .headless }}
  clusterIP: None
  {{- end }}
  ports:
    {{- range .ports }}
    - name: {{ .name }}
      port: {{ int .port }}
      targetPort: {{ default .name .targetPort }}
      protocol: {{ default "TCP" .protocol }}
      {{- with .nodePort }}
      nodePort: {{ int . }}
      {{- end }}
      {{- with .appProtocol }}
      appProtocol: {{ . }}
      {{- end }}
    {{- end }}
  selector:
    {{- include "platform-lib.selectorLabels" . | nindent 4 }}
  {{- with .extra }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
