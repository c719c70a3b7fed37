{{- /*
csv-analyst-chat.runnerAccount: the account of the runner Jobs, bound to no role. Argument: root context. Result: text: the
full name with `-runner`, or `default` when accounts are not made here.
*/}}
{{- define "csv-analyst-chat.runnerAccount" -}}
{{- if (.Values.serviceAccount).create -}}
{{- include "platform-lib.fullname" (dict "ctx" . "suffix" "runner") -}}
{{- else -}}
default
{{- end -}}
{{- end }}

{{- /*
csv-analyst-chat.secretName: the Secret with the credentials. Argument: root context. Result: text.
*/}}
{{- define "csv-analyst-chat.secretName" -}}
{{- default (include "platform-lib.fullname" (dict "ctx" . "suffix" "env")) .Values.existingSecretName -}}
{{- end }}

{{- /*
csv-analyst-chat.sandbox: where queries run. Argument: root context. Result: text: k8s, microsandbox or docker.
*/}}
{{- define "csv-analyst-chat.sandbox" -}}
{{- default "k8s" .Values.env.SANDBOX_PROVIDER -}}
{{- end }}

{{- /*
csv-analyst-chat.managesJobs: whether the agent gets a Role. Argument: root context. Result: `true`, or empty text.
*/}}
{{- define "csv-analyst-chat.managesJobs" -}}
{{- if and (.Values.rbac).create (.Values.rbac).allowJobManagement -}}true{{- end -}}
{{- end }}

{{- /*
csv-analyst-chat.env: the plain environment. Argument: root context. Result: YAML map: `env` with the two settings filled in
that only a release knows.
*/}}
{{- define "csv-analyst-chat.env" -}}
{{- $own := dict -}}
{{- if not .Values.env.K8S_NAMESPACE -}}
{{- $_ := set $own "K8S_NAMESPACE" (include "platform-lib.namespace" (dict "ctx" .)) -}}
{{- end -}}
{{- if not .Values.env.K8S_SERVICE_ACCOUNT_NAME -}}
{{- $_ := set $own "K8S_SERVICE_ACCOUNT_NAME" (include "csv-analyst-chat.runnerAccount" .) -}}
{{- end -}}
{{- include "platform-lib.stringMap" (merge $own .Values.env) -}}
{{- end }}

{{- /*
csv-analyst-chat.validate: refuses settings that would start but not work. Argument: root context. Result: nothing, or a
render error naming the key and the remedy.
*/}}
{{- define "csv-analyst-chat.validate" -}}
{{- $env := .Values.env -}}
{{- $keys := default (dict) .Values.secretEnv -}}
{{- $sandbox := include "csv-analyst-chat.sandbox" . -}}
{{- range $provider, $key := dict "openai" "OPENAI_API_KEY" "anthropic" "ANTHROPIC_API_KEY" -}}
{{- if and (eq (default "auto" $env.LLM_PROVIDER) $provider) (not (index $keys $key)) (not $.Values.existingSecretName) -}}
{{- fail (printf "env.LLM_PROVIDER=%s needs secretEnv.%s or existingSecretName" $provider $key) -}}
{{- end -}}
{{- end -}}
{{- if eq $sandbox "k8s" -}}
{{- if not $env.RUNNER_IMAGE -}}
{{- fail "env.RUNNER_IMAGE is required when env.SANDBOX_PROVIDER=k8s" -}}
{{- end -}}
{{- if and (not (.Values.rbac).create) (.Values.serviceAccount).create -}}
{{- fail "env.SANDBOX_PROVIDER=k8s needs rbac.create=true, since the account made here could not start Jobs (or name an account of yours: serviceAccount.create=false, serviceAccount.name)" -}}
{{- end -}}
{{- else if and (eq $sandbox "microsandbox") (not $env.MSB_SERVER_URL) -}}
{{- fail "env.MSB_SERVER_URL is required when env.SANDBOX_PROVIDER=microsandbox" -}}
{{- end -}}
{{- include "platform-lib.assertShareable" (dict "persistence" .Values.persistence "replicaCount" .Values.replicaCount) -}}
{{- if and (.Values.persistence).enabled (gt (int .Values.replicaCount) 1) (eq (default "sqlite" $env.STORAGE_PROVIDER) "sqlite") -}}
{{- fail (printf "env.STORAGE_PROVIDER sqlite supports one replica, replicaCount is %d; set replicaCount=1 or persistence.enabled=false" (int .Values.replicaCount)) -}}
{{- end -}}
{{- end }}

{{- /*
csv-analyst-chat.microsandboxEgress: the rule towards the microsandbox server. Argument: root context. Result: YAML list with
one rule, or empty text without `env.MSB_SERVER_URL`.
A Service of the cluster is reached by its namespace, since address ranges need not match pods; any other host by `egressCidrs`.
*/}}
{{- define "csv-analyst-chat.microsandboxEgress" -}}
{{- with .Values.env.MSB_SERVER_URL -}}
{{- $url := urlParse . -}}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{- $host := regexReplaceAll ":[0-9]+$" $url.host "" -}}
{{- $rule := dict "direction" "to" "ports" (list (int $port)) -}}
{{- if not (contains "." $host) -}}
{{- $_ := set $rule "peers" (list (dict "podSelector" (dict))) -}}
{{- else if regexMatch "^[^.]+\\.[^.]+\\.svc(\\.|$)" $host -}}
{{- $_ := set $rule "peers" (list (dict "namespaceSelector" (dict "matchLabels" (dict "kubernetes.io/metadata.name" (index (splitList "." $host) 1))))) -}}
{{- else if ($.Values.networkPolicy).egressCidrs -}}
{{- $_ := set $rule "peers" (include "platform-lib.netpol.cidrs" (dict "cidrs" $.Values.networkPolicy.egressCidrs) | fromYamlArray | first).to -}}
{{- end -}}
{{- if $rule.peers -}}
{{- include "platform-lib.netpol.rule" $rule -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /*
csv-analyst-chat.agentEgress: what the agent may reach: names, the model's API, the API server that starts its Jobs, its
microsandbox server. Argument: root context. Result: YAML list of rules.
*/}}
{{- define "csv-analyst-chat.agentEgress" -}}
{{- $policy := .Values.networkPolicy -}}
{{- $metadata := list "169.254.169.254/32" -}}
{{- $rules := list (include "platform-lib.netpol.dns" (dict "ctx" .)) -}}
{{- with $policy.egressCidrs -}}
{{- $rules = append $rules (include "platform-lib.netpol.https" (dict "cidrs" .)) -}}
{{- end -}}
{{- $apiServer := coalesce $policy.apiServerCidrs $policy.egressCidrs -}}
{{- if and (eq (include "csv-analyst-chat.sandbox" .) "k8s") $apiServer $policy.apiServerPorts -}}
{{- $rules = append $rules (include "platform-lib.netpol.cidrs" (dict "cidrs" $apiServer "except" $metadata "ports" $policy.apiServerPorts)) -}}
{{- end -}}
{{- with include "csv-analyst-chat.microsandboxEgress" . -}}
{{- $rules = append $rules . -}}
{{- end -}}
{{- with $policy.extraEgress -}}
{{- $rules = append $rules (toYaml .) -}}
{{- end -}}
{{- join "\n" $rules -}}
{{- end }}

{{- /*
csv-analyst-chat.runnerLabels: the labels of the runner Jobs' pods. Argument: root context. Result: YAML map.
Errors: none are set, or they fit the agent's own pods, which the runner's policy would then cut off.
*/}}
{{- define "csv-analyst-chat.runnerLabels" -}}
{{- $labels := required "networkPolicy.runner.podLabels is required: the labels of the runner Jobs' pods" .Values.networkPolicy.runner.podLabels -}}
{{- $agent := include "platform-lib.labels" (dict "ctx" . "component" "agent" "labels" .Values.podLabels) | fromYaml -}}
{{- $differs := false -}}
{{- range $key, $value := $labels -}}
{{- if ne (toString (index $agent $key)) (toString $value) -}}{{- $differs = true -}}{{- end -}}
{{- end -}}
{{- if not $differs -}}
{{- fail "networkPolicy.runner.podLabels also fits the agent's own pods; give the labels that only runner pods carry" -}}
{{- end -}}
{{- toYaml $labels -}}
{{- end }}

{{- /*
csv-analyst-chat.pod: the agent's pod, as platform-lib.workload takes it. Argument: root context. Result: YAML map.
*/}}
{{- define "csv-analyst-chat.pod" -}}
{{- $claim := default (dict) .Values.persistence -}}
{{- $datasets := default (dict) .Values.datasets -}}
serviceAccountName: {{ include "platform-lib.serviceAccountName" (dict "ctx" .) }}
automountServiceAccountToken: {{ eq (include "csv-analyst-chat.sandbox" .) "k8s" }}
tmpSize: 128Mi
checksums:
  files: {secret: /secret-env.yaml}
containers:
  - name: agent-server
    image: {{ toJson .Values.image }}
    ports:
      - name: http
        containerPort: 8000
        protocol: TCP
    envMap: {{ include "csv-analyst-chat.env" . | fromYaml | toJson }}
    env:
      {{- range list "ANTHROPIC_API_KEY" "MSB_API_KEY" "OPENAI_API_KEY" }}
      - name: {{ . }}
        valueFrom:
          secretKeyRef:
            name: {{ include "csv-analyst-chat.secretName" $ }}
            key: {{ . }}
            optional: true
      {{- end }}
    probes: {path: /healthz, values: {{ toJson .Values.probes }}}
    drain: true
    resources: {{ toJson .Values.resources }}
    volumeMounts:
      - name: capsules
        mountPath: /app/capsules
      {{- if $datasets.existingClaim }}
      - name: datasets
        mountPath: {{ $datasets.mountPath }}
        readOnly: true
      {{- end }}
volumes:
  - name: capsules
    {{- if $claim.enabled }}
    persistentVolumeClaim:
      claimName: {{ default (include "platform-lib.fullname" (dict "ctx" . "suffix" "capsules")) $claim.existingClaim }}
    {{- else }}
    emptyDir:
      sizeLimit: {{ default "1Gi" $claim.size }}
    {{- end }}
  {{- with $datasets.existingClaim }}
  - name: datasets
    persistentVolumeClaim:
      claimName: {{ . }}
      readOnly: true
  {{- end }}
{{- end }}
