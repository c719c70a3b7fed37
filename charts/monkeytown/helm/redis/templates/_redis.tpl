{{- /*
The objects of Redis, each as a named template of one map with `ctx`, so that a parent chart can render them under names and
labels of its own (`ctx.platform`). This chart's own files render them only when it is installed by itself.
*/}}

{{- /*
redis.name: the base of object names, and the host clients connect to. Arguments: ctx; suffix (optional). Result: text.
The base leaves room for the longest suffix that the controllers and this chart append.
*/}}
{{- define "redis.name" -}}
{{- $base := include "platform-lib.baseName" . | trunc 43 | trimSuffix "-" -}}
{{- with .suffix -}}{{- printf "%s-%s" $base . -}}{{- else -}}{{- $base -}}{{- end -}}
{{- end }}

{{- /*
redis.secretName: the Secret with the password. Arguments: ctx. Result: text.
Errors: a password is demanded and none is given.
*/}}
{{- define "redis.secretName" -}}
{{- $auth := default (dict) .ctx.Values.auth -}}
{{- if $auth.existingSecret -}}
{{- $auth.existingSecret -}}
{{- else if $auth.password -}}
{{- include "redis.name" . -}}
{{- else -}}
{{- fail "redis.auth.enabled requires redis.auth.password or redis.auth.existingSecret" -}}
{{- end -}}
{{- end }}

{{- /*
redis.alone: one of the named templates below when this chart is installed by itself; a parent renders them where it wants.
Arguments: ctx; part (the template's name). Result: what the template gives, or empty text below a parent.
*/}}
{{- define "redis.alone" -}}
{{- if .ctx.Chart.IsRoot -}}
{{- include .part (dict "ctx" .ctx) -}}
{{- end -}}
{{- end }}

{{- /*
redis.passwordEnv: the password for the server's arguments and for redis-cli. Arguments: ctx.
Result: YAML list; empty text when no password is demanded.
*/}}
{{- define "redis.passwordEnv" -}}
{{- $auth := default (dict) .ctx.Values.auth -}}
{{- if $auth.enabled -}}
{{- $from := dict "secretKeyRef" (dict "name" (include "redis.secretName" .) "key" (default "redis-password" $auth.existingSecretPasswordKey)) -}}
{{- list (dict "name" "REDIS_PASSWORD" "valueFrom" $from) (dict "name" "REDISCLI_AUTH" "valueFrom" $from) | toYaml -}}
{{- end -}}
{{- end }}

{{- /*
redis.port: the port of the master's Service. Arguments: ctx. Result: number as text.
*/}}
{{- define "redis.port" -}}
{{- dig "service" "ports" "redis" 6379 (default (dict) .ctx.Values.master) | int -}}
{{- end }}

{{- /*
redis.pod: a pod that runs one Redis. Arguments: ctx; role (master or replica); flags (list); volume (map, the data volume
without its name; nothing when a claim template provides it). Result: YAML map for platform-lib.workload.
*/}}
{{- define "redis.pod" -}}
{{- $settings := default (dict) (get .ctx.Values .role) -}}
{{- $flags := concat (list "--port" "6379" "--protected-mode" "no" "--dir" "/data" "--appendonly" "yes") .flags -}}
{{- if (default (dict) .ctx.Values.auth).enabled -}}
{{- $flags = concat $flags (list "--requirepass" "$(REDIS_PASSWORD)") -}}
{{- end -}}
{{- range $settings.extraFlags -}}{{- $flags = append $flags (include "platform-lib.scalar" .) -}}{{- end -}}
serviceAccountName: {{ include "platform-lib.serviceAccountName" (dict "ctx" .ctx "serviceAccount" (include "redis.account" . | fromYaml)) }}
checksums:
  texts:
    secret: {{ include "redis.secret" (dict "ctx" .ctx) | toJson }}
# The official image's own user.
podSecurityContext: {runAsUser: 999, runAsGroup: 1000, fsGroup: 1000}
containers:
  - name: redis
    image: {{ toJson .ctx.Values.image }}
    command: [redis-server]
    args: {{ toJson $flags }}
    {{- with include "redis.passwordEnv" (dict "ctx" .ctx) }}
    env:
      {{- . | nindent 6 }}
    {{- end }}
    ports:
      - {name: redis, containerPort: 6379}
    probes:
      values: {{ toJson (default (dict) $settings.probes) }}
      command: [sh, -c, 'test "$(redis-cli -h 127.0.0.1 -p 6379 ping)" = PONG']
    resources: {{ toJson (default (dict) $settings.resources) }}
    volumeMounts:
      - {name: data, mountPath: /data}
{{- with .volume }}
volumes:
  - {{ merge (dict "name" "data") . | toJson }}
{{- end }}
{{- end }}

{{- /*
redis.account: the settings of the service account with its name filled in. Arguments: ctx. Result: YAML map.
*/}}
{{- define "redis.account" -}}
{{- $account := default (dict) .ctx.Values.serviceAccount -}}
create: {{ default false $account.create }}
name: {{ if $account.name }}{{ $account.name }}{{ else if $account.create }}{{ include "redis.name" . }}{{ else }}""{{ end }}
annotations: {{ toJson (default (dict) $account.annotations) }}
{{- end }}

{{- /*
redis.defaults: the settings both workloads fall back on. Arguments: ctx. Result: YAML map.
*/}}
{{- define "redis.defaults" -}}
imagePullSecrets: {{ toJson (default (list) (default (dict) .ctx.Values.image).pullSecrets) }}
{{- end }}

{{- /*
redis.master: the Deployment of the master. One pod that is stopped before its successor starts, since both would write the
same append-only file. Arguments: ctx. Result: the object.
*/}}
{{- define "redis.master" -}}
{{- $settings := default (dict) .ctx.Values.master -}}
{{- $persistence := default (dict) $settings.persistence -}}
{{- $volume := dict "emptyDir" (dict "sizeLimit" (default "1Gi" $persistence.size)) -}}
{{- if $persistence.enabled -}}
{{- $volume = dict "persistentVolumeClaim" (dict "claimName" (default (include "redis.name" .) $persistence.existingClaim)) -}}
{{- end -}}
{{- include "platform-lib.deployment" (dict "ctx" .ctx "component" "redis" "name" (include "redis.name" .)
    "values" $settings "defaults" (include "redis.defaults" . | fromYaml) "replicaCount" 1 "strategy" (dict "type" "Recreate")
    "pod" (include "redis.pod" (dict "ctx" .ctx "role" "master" "flags" (list) "volume" $volume))) -}}
{{- end }}

{{- /*
redis.replication: whether replicas are wanted. Arguments: ctx. Result: `true`, or empty text.
*/}}
{{- define "redis.replication" -}}
{{- if eq (toString .ctx.Values.architecture) "replication" -}}true{{- end -}}
{{- end }}

{{- /*
redis.replica: the StatefulSet of the replicas. Arguments: ctx. Result: the object, or empty text when there are none.
*/}}
{{- define "redis.replica" -}}
{{- if include "redis.replication" . -}}
{{- $settings := default (dict) .ctx.Values.replica -}}
{{- $persistence := default (dict) $settings.persistence -}}
{{- $flags := list "--replicaof" (include "redis.name" .) (include "redis.port" .) -}}
{{- if (default (dict) .ctx.Values.auth).enabled -}}
{{- $flags = concat $flags (list "--masterauth" "$(REDIS_PASSWORD)") -}}
{{- end -}}
{{- $volume := dict -}}
{{- $claims := list -}}
{{- if $persistence.enabled -}}
{{- $labels := include "platform-lib.selectorLabels" (dict "ctx" .ctx "component" "redis-replicas") | fromYaml -}}
{{- $spec := include "platform-lib.claimSpec" (dict "persistence" $persistence) | fromYaml -}}
{{- $claims = list (dict "apiVersion" "v1" "kind" "PersistentVolumeClaim" "metadata" (dict "name" "data" "labels" $labels) "spec" $spec) -}}
{{- else -}}
{{- $volume = dict "emptyDir" (dict "sizeLimit" (default "1Gi" $persistence.size)) -}}
{{- end -}}
{{- include "platform-lib.statefulSet" (dict "ctx" .ctx "component" "redis-replicas" "name" (include "redis.name" (dict "ctx" .ctx "suffix" "replicas"))
    "values" $settings "defaults" (include "redis.defaults" . | fromYaml) "replicaCount" (default 2 $settings.replicaCount)
    "podManagementPolicy" "Parallel" "volumeClaimTemplates" $claims
    "pod" (include "redis.pod" (dict "ctx" .ctx "role" "replica" "flags" $flags "volume" $volume))) -}}
{{- end -}}
{{- end }}

{{- /*
redis.masterService: the Service clients connect to. Arguments: ctx. Result: the object.
*/}}
{{- define "redis.masterService" -}}
{{- $service := dig "service" (dict) (default (dict) .ctx.Values.master) -}}
{{- include "platform-lib.service" (dict "ctx" .ctx "component" "redis" "name" (include "redis.name" .) "type" $service.type
    "annotations" $service.annotations "ports" (list (dict "name" "redis" "port" (include "redis.port" .)))) -}}
{{- end }}

{{- /*
redis.replicaService: the headless Service of the replicas, which also gives each its address. Arguments: ctx.
Result: the object, or empty text when there are none.
*/}}
{{- define "redis.replicaService" -}}
{{- if include "redis.replication" . -}}
{{- $service := dig "service" (dict) (default (dict) .ctx.Values.replica) -}}
{{- include "platform-lib.service" (dict "ctx" .ctx "component" "redis-replicas" "name" (include "redis.name" (dict "ctx" .ctx "suffix" "replicas"))
    "headless" true "annotations" $service.annotations
    "ports" (list (dict "name" "redis" "port" (dig "ports" "redis" 6379 $service)))) -}}
{{- end -}}
{{- end }}

{{- /*
redis.pvc: the master's claim. Arguments: ctx. Result: the object, or empty text without persistence or with a claim of the
user's own.
*/}}
{{- define "redis.pvc" -}}
{{- $persistence := default (dict) (default (dict) .ctx.Values.master).persistence -}}
{{- if $persistence.enabled -}}
{{- include "platform-lib.pvc" (dict "ctx" .ctx "component" "redis" "name" (include "redis.name" .) "persistence" $persistence) -}}
{{- end -}}
{{- end }}

{{- /*
redis.secret: the Secret with a password given as a value. Arguments: ctx. Result: the object, or empty text.
*/}}
{{- define "redis.secret" -}}
{{- $auth := default (dict) .ctx.Values.auth -}}
{{- if and $auth.enabled $auth.password (not $auth.existingSecret) -}}
{{- include "platform-lib.secret" (dict "ctx" .ctx "component" "redis" "name" (include "redis.name" .)
    "data" (dict (default "redis-password" $auth.existingSecretPasswordKey) $auth.password)) -}}
{{- end -}}
{{- end }}

{{- /*
redis.serviceAccount: the account of both workloads. Arguments: ctx. Result: the object, or empty text.
*/}}
{{- define "redis.serviceAccount" -}}
{{- include "platform-lib.serviceAccount" (dict "ctx" .ctx "component" "redis" "serviceAccount" (include "redis.account" . | fromYaml)) -}}
{{- end }}

{{- /*
redis.pdb: the disruption budget of the replicas. Arguments: ctx. Result: the object, or empty text.
*/}}
{{- define "redis.pdb" -}}
{{- $pdb := default (dict) .ctx.Values.pdb -}}
{{- if and (include "redis.replication" .) $pdb.create -}}
{{- include "platform-lib.pdb" (dict "ctx" .ctx "component" "redis-replicas" "name" (include "redis.name" (dict "ctx" .ctx "suffix" "replicas"))
    "pdb" (dict "enabled" true "maxUnavailable" (default 1 $pdb.maxUnavailable)) "replicaCount" (dig "replicaCount" 2 (default (dict) .ctx.Values.replica))) -}}
{{- end -}}
{{- end }}

{{- /*
redis.networkPolicies: who may connect to the master and the replicas. Arguments: ctx; from (YAML text of further ingress
rules). Result: the objects, each led by a document separator, or empty text.
*/}}
{{- define "redis.networkPolicies" -}}
{{- $policy := default (dict) .ctx.Values.networkPolicy -}}
{{- if $policy.enabled -}}
{{- $ports := list 6379 -}}
{{- $clients := dict (printf "%s-client" (include "redis.name" .)) "true" -}}
{{- $rules := list (include "platform-lib.netpol.fromComponent" (dict "ctx" .ctx "labels" $clients "ports" $ports)) -}}
{{- if $policy.allowExternal -}}
{{- $rules = list (include "platform-lib.netpol.rule" (dict "direction" "from" "peers" (list (dict "podSelector" (dict))) "ports" $ports)) -}}
{{- end -}}
{{- with .from -}}{{- $rules = prepend $rules . -}}{{- end -}}
{{- with $policy.extraIngress -}}{{- $rules = append $rules (toYaml .) -}}{{- end -}}
{{- $masterRules := $rules -}}
{{- if include "redis.replication" . -}}
{{- $masterRules = append $rules (include "platform-lib.netpol.fromComponent" (dict "ctx" .ctx "component" "redis-replicas" "ports" $ports)) }}
---
{{ include "platform-lib.netpol.policy" (dict "ctx" .ctx "component" "redis-replicas" "name" (include "redis.name" (dict "ctx" .ctx "suffix" "replicas"))
    "ingress" (join "\n" $rules)
    "egress" (printf "%s\n%s" (include "platform-lib.netpol.dns" (dict "ctx" .ctx))
        (include "platform-lib.netpol.toComponent" (dict "ctx" .ctx "component" "redis" "ports" $ports)))) }}
{{- end }}
---
{{ include "platform-lib.netpol.policy" (dict "ctx" .ctx "component" "redis" "name" (include "redis.name" .) "ingress" (join "\n" $masterRules)) }}
{{- end -}}
{{- end }}
