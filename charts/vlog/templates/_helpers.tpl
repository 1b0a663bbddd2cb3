{{/* What the names begin with. */}}
{{- define "vlog.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains "vlog" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-vlog" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* By what a component's pods are found: (list $ "server"). It never changes. */}}
{{- define "vlog.selector" -}}
app.kubernetes.io/name: vlog
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* The same on one line. */}}
{{- define "vlog.match" -}}
{{ include "vlog.selector" . | fromYaml | toJson }}
{{- end -}}

{{/* All labels of a component's objects: (list $ "server"), or (list $ "") for what is of none. */}}
{{- define "vlog.labels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: vlog
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- with index . 1 }}
app.kubernetes.io/component: {{ . }}
{{- end }}
app.kubernetes.io/part-of: vlog
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Labels of pods; without the version's, which would roll them for nothing. */}}
{{- define "vlog.podLabels" -}}
{{ include "vlog.selector" . }}
app.kubernetes.io/part-of: vlog
{{- with (index . 0).Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "vlog.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "vlog.gpuImage" -}}
{{ .Values.gpuImage.repository }}:{{ .Values.gpuImage.tag | default .Chart.AppVersion }}
{{- end -}}

{{/* Where jobs and runners are. */}}
{{- define "vlog.runnersNamespace" -}}
{{ .Values.runners.namespace | default .Release.Namespace }}
{{- end -}}

{{- define "vlog.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "vlog.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* Where the pods of a component go: (list $ .Values.server). */}}
{{- define "vlog.placement" -}}
{{- $values := index . 1 -}}
{{- with (index . 0).Values.imagePullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with $values.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- with $values.affinity }}
affinity: {{ toJson . }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* The Secret with the admin's secrets: yours, or the chart's. */}}
{{- define "vlog.secretName" -}}
{{ .Values.secrets.existing | default (include "vlog.fullname" .) }}
{{- end -}}

{{- define "vlog.postgresSecretName" -}}
{{ .Values.postgresql.existingSecret | default (printf "%s-postgres" (include "vlog.fullname" .)) }}
{{- end -}}

{{/* The database's address, for a list of variables. */}}
{{- define "vlog.databaseEnv" -}}
{{- $name := include "vlog.fullname" . -}}
{{- if .Values.postgresql.enabled -}}
- {name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: {{ include "vlog.postgresSecretName" . }}, key: password}}}
- {name: VLOG_DATABASE_URL, value: "postgres://vlog:$(POSTGRES_PASSWORD)@{{ $name }}-postgres:5432/vlog"}
{{- else if .Values.database.existingSecret -}}
- {name: VLOG_DATABASE_URL, valueFrom: {secretKeyRef: {name: {{ .Values.database.existingSecret }}, key: {{ .Values.database.existingSecretKey }}}}}
{{- else if .Values.database.url -}}
- {name: VLOG_DATABASE_URL, valueFrom: {secretKeyRef: {name: {{ $name }}, key: database-url}}}
{{- else -}}
- {name: VLOG_DATABASE_URL, valueFrom: {secretKeyRef: {name: {{ .Values.secrets.existing }}, key: database-url}}}
{{- end -}}
{{- end -}}

{{- define "vlog.redisEnv" -}}
{{- if .Values.redis.existingSecret -}}
- {name: VLOG_REDIS_URL, valueFrom: {secretKeyRef: {name: {{ .Values.redis.existingSecret }}, key: {{ .Values.redis.existingSecretKey }}}}}
{{- else if .Values.redis.url -}}
- {name: VLOG_REDIS_URL, valueFrom: {secretKeyRef: {name: {{ include "vlog.fullname" . }}, key: redis-url}}}
{{- else -}}
- {name: VLOG_REDIS_URL, valueFrom: {secretKeyRef: {name: {{ include "vlog.secretName" . }}, key: redis-url, optional: true}}}
{{- end -}}
{{- end -}}

{{/*
A secret value: the one given, else the one that is there, else a new one: (list $ "SECRET" "KEY" "GIVEN" "name of the value").
Without a cluster nobody knows what is there, and each rendering would make another.
*/}}
{{- define "vlog.secretValue" -}}
{{- $root := index . 0 -}}
{{- $found := lookup "v1" "Secret" $root.Release.Namespace (index . 1) -}}
{{- $data := $found.data | default dict -}}
{{- if index . 3 -}}
{{- index . 3 -}}
{{- else if hasKey $data (index . 2) -}}
{{- index $data (index . 2) | b64dec -}}
{{- else if not $root.Values.secrets.generate -}}
{{- fail (printf "%s is not set, and secrets.generate is false: give it, or name a Secret that has it (secrets.existing, postgresql.existingSecret)." (index . 4)) -}}
{{- else if not (lookup "v1" "Namespace" "" "default") -}}
{{- fail (printf "%s is not set, and there is no cluster here that could say what was generated before: each rendering would make another. With `helm template`, `--dry-run=client` and GitOps, give it, or name a Secret that has it (secrets.existing, postgresql.existingSecret)." (index . 4)) -}}
{{- else -}}
{{- randAlphaNum 32 -}}
{{- end -}}
{{- end -}}

{{/* DNS, as a rule for what goes out. */}}
{{- define "vlog.dnsRule" -}}
{{- $dns := .Values.networkPolicies.dns -}}
- to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ $dns.namespace }}}}
      podSelector: {matchLabels: {{ toJson $dns.podLabels }}}
    {{- range $dns.cidrs }}
    - ipBlock: {cidr: {{ . | quote }}}
    {{- end }}
  ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
{{- end -}}

{{/* A rule to ports, at certain addresses or everywhere: (list CIDRS PORTS). */}}
{{- define "vlog.portsRule" -}}
- ports:
    {{- range index . 1 }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
  {{- with index . 0 }}
  to:
    {{- range . }}
    - ipBlock: {cidr: {{ . | quote }}}
    {{- end }}
  {{- end }}
{{- end -}}

{{/* "yes" where VLogWorkers can be made at once: their definition is there, or comes by another way. */}}
{{- define "vlog.poolsDefined" -}}
{{- if or (not .Values.crds.install) (.Capabilities.APIVersions.Has "vlog.dev/v1alpha1/VLogWorker") (lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "vlogworkers.vlog.dev") -}}
yes
{{- end -}}
{{- end -}}
