//! Words that the API server takes for a field although the published schema only says text.
//!
//! # Source
//! The fields' descriptions in the Kubernetes API reference; for most of them also the schema of 1.23, the only minor
//! whose schema lists words. Fields that take words of other parties (finalizers, conditions) are left out.

use skeg_value::yaml::{NodeId, TreeKind};

use super::walk::{Step, Walk};

/// The words of a field.
pub(super) struct Words {
    definition: &'static str,
    field: &'static str,
    words: &'static [&'static str],
    /// Words that came later, and with which minor.
    later: &'static [(&'static str, u32)],
}

const fn row(definition: &'static str, field: &'static str, words: &'static [&'static str]) -> Words {
    Words {
        definition,
        field,
        words,
        later: &[],
    }
}

const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];
const PULL: &[&str] = &["Always", "IfNotPresent", "Never"];
const ENDING: &[&str] = &["FallbackToLogsOnError", "File"];
const PROFILE: &[&str] = &["Localhost", "RuntimeDefault", "Unconfined"];
const TRAFFIC: &[&str] = &["Cluster", "Local"];
const ACCESS: &[&str] = &["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce"];
const POD_ACCESS: &[(&str, u32)] = &[("ReadWriteOncePod", 22)];
const FAILURE: &[&str] = &["Fail", "Ignore"];
const MATCH: &[&str] = &["Equivalent", "Exact"];
const EFFECTS: &[&str] = &["None", "NoneOnDryRun"];
const TAINTS: &[&str] = &["NoExecute", "NoSchedule", "PreferNoSchedule"];
const METRICS: &[&str] = &["ContainerResource", "External", "Object", "Pods", "Resource"];
const TARGETS: &[&str] = &["AverageValue", "Utilization", "Value"];

/// Sorted by definition.
#[rustfmt::skip]
static ROWS: &[Words] = &[
    row("admissionregistration.v1.MutatingWebhook", "failurePolicy", FAILURE),
    row("admissionregistration.v1.MutatingWebhook", "matchPolicy", MATCH),
    row("admissionregistration.v1.MutatingWebhook", "reinvocationPolicy", &["IfNeeded", "Never"]),
    row("admissionregistration.v1.MutatingWebhook", "sideEffects", EFFECTS),
    row("admissionregistration.v1.ValidatingWebhook", "failurePolicy", FAILURE),
    row("admissionregistration.v1.ValidatingWebhook", "matchPolicy", MATCH),
    row("admissionregistration.v1.ValidatingWebhook", "sideEffects", EFFECTS),
    row("apiextensions.v1.CustomResourceDefinitionSpec", "scope", &["Cluster", "Namespaced"]),
    row("apps.v1.DaemonSetUpdateStrategy", "type", &["OnDelete", "RollingUpdate"]),
    row("apps.v1.DeploymentStrategy", "type", &["Recreate", "RollingUpdate"]),
    row("apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy", "whenDeleted", &["Delete", "Retain"]),
    row("apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy", "whenScaled", &["Delete", "Retain"]),
    row("apps.v1.StatefulSetSpec", "podManagementPolicy", &["OrderedReady", "Parallel"]),
    row("apps.v1.StatefulSetUpdateStrategy", "type", &["OnDelete", "RollingUpdate"]),
    row("autoscaling.v2.HPAScalingPolicy", "type", &["Percent", "Pods"]),
    row("autoscaling.v2.HPAScalingRules", "selectPolicy", &["Disabled", "Max", "Min"]),
    row("autoscaling.v2.MetricSpec", "type", METRICS),
    row("autoscaling.v2.MetricTarget", "type", TARGETS),
    row("batch.v1.CronJobSpec", "concurrencyPolicy", &["Allow", "Forbid", "Replace"]),
    row("batch.v1.JobSpec", "completionMode", &["Indexed", "NonIndexed"]),
    row("batch.v1.JobSpec", "podReplacementPolicy", &["Failed", "TerminatingOrFailed"]),
    Words { later: &[("FailIndex", 28)], ..row("batch.v1.PodFailurePolicyRule", "action", &["Count", "FailJob", "Ignore"]) },
    row("core.v1.AppArmorProfile", "type", PROFILE),
    row("core.v1.Container", "imagePullPolicy", PULL),
    row("core.v1.Container", "terminationMessagePolicy", ENDING),
    row("core.v1.ContainerPort", "protocol", PROTOCOLS),
    row("core.v1.ContainerResizePolicy", "restartPolicy", &["NotRequired", "RestartContainer"]),
    row("core.v1.EphemeralContainer", "imagePullPolicy", PULL),
    row("core.v1.EphemeralContainer", "terminationMessagePolicy", ENDING),
    row("core.v1.HTTPGetAction", "scheme", &["HTTP", "HTTPS"]),
    row("core.v1.HostPathVolumeSource", "type", &["BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"]),
    row("core.v1.NodeSelectorRequirement", "operator", &["DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn"]),
    Words { later: POD_ACCESS, ..row("core.v1.PersistentVolumeClaimSpec", "accessModes", ACCESS) },
    row("core.v1.PersistentVolumeClaimSpec", "volumeMode", &["Block", "Filesystem"]),
    Words { later: POD_ACCESS, ..row("core.v1.PersistentVolumeSpec", "accessModes", ACCESS) },
    row("core.v1.PersistentVolumeSpec", "persistentVolumeReclaimPolicy", &["Delete", "Recycle", "Retain"]),
    row("core.v1.PersistentVolumeSpec", "volumeMode", &["Block", "Filesystem"]),
    row("core.v1.PodSecurityContext", "fsGroupChangePolicy", &["Always", "OnRootMismatch"]),
    row("core.v1.PodSecurityContext", "supplementalGroupsPolicy", &["Merge", "Strict"]),
    row("core.v1.PodSpec", "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    row("core.v1.PodSpec", "preemptionPolicy", &["Never", "PreemptLowerPriority"]),
    row("core.v1.PodSpec", "restartPolicy", &["Always", "Never", "OnFailure"]),
    row("core.v1.SeccompProfile", "type", PROFILE),
    row("core.v1.SecurityContext", "procMount", &["Default", "Unmasked"]),
    row("core.v1.ServicePort", "protocol", PROTOCOLS),
    row("core.v1.ServiceSpec", "externalTrafficPolicy", TRAFFIC),
    row("core.v1.ServiceSpec", "internalTrafficPolicy", TRAFFIC),
    row("core.v1.ServiceSpec", "ipFamilies", &["IPv4", "IPv6"]),
    row("core.v1.ServiceSpec", "ipFamilyPolicy", &["PreferDualStack", "RequireDualStack", "SingleStack"]),
    row("core.v1.ServiceSpec", "sessionAffinity", &["ClientIP", "None"]),
    row("core.v1.ServiceSpec", "type", &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]),
    row("core.v1.Taint", "effect", TAINTS),
    row("core.v1.Toleration", "effect", TAINTS),
    Words { later: &[("Gt", 35), ("Lt", 35)], ..row("core.v1.Toleration", "operator", &["Equal", "Exists"]) },
    row("core.v1.TopologySpreadConstraint", "nodeAffinityPolicy", &["Honor", "Ignore"]),
    row("core.v1.TopologySpreadConstraint", "nodeTaintsPolicy", &["Honor", "Ignore"]),
    row("core.v1.TopologySpreadConstraint", "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]),
    row("core.v1.VolumeMount", "mountPropagation", &["Bidirectional", "HostToContainer", "None"]),
    row("core.v1.VolumeMount", "recursiveReadOnly", &["Disabled", "Enabled", "IfPossible"]),
    row("meta.v1.LabelSelectorRequirement", "operator", &["DoesNotExist", "Exists", "In", "NotIn"]),
    row("networking.v1.HTTPIngressPath", "pathType", &["Exact", "ImplementationSpecific", "Prefix"]),
    row("networking.v1.NetworkPolicyPort", "protocol", PROTOCOLS),
    row("networking.v1.NetworkPolicySpec", "policyTypes", &["Egress", "Ingress"]),
    row("policy.v1.PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy", &["AlwaysAllow", "IfHealthyBudget"]),
    row("rbac.v1.RoleRef", "kind", &["ClusterRole", "Role"]),
    row("rbac.v1.Subject", "kind", &["Group", "ServiceAccount", "User"]),
    row("storage.v1.StorageClass", "reclaimPolicy", &["Delete", "Recycle", "Retain"]),
    row("storage.v1.StorageClass", "volumeBindingMode", &["Immediate", "WaitForFirstConsumer"]),
];

/// The rows of a definition.
pub(super) fn of(definition: &str) -> &'static [Words] {
    let start = ROWS.partition_point(|row| row.definition < definition);
    let count = ROWS[start..]
        .iter()
        .take_while(|row| row.definition == definition)
        .count();
    &ROWS[start..start + count]
}

/// Checks the words of a field, or of each item where it is a list. An empty text is what a missing one is.
pub(super) fn check(walk: &mut Walk<'_>, node: NodeId, rows: &[Words], field: &str) {
    let Some(row) = rows.iter().find(|row| row.field == field) else {
        return;
    };
    if let TreeKind::List(items) = walk.tree.kind(node) {
        for (index, item) in items.iter().enumerate() {
            walk.path.push(Step::Index(index));
            word(walk, *item, row);
            walk.path.pop();
        }
    } else {
        word(walk, node, row);
    }
}

fn word(walk: &mut Walk<'_>, node: NodeId, row: &Words) {
    let TreeKind::Text(text) = walk.tree.kind(node) else {
        return;
    };
    let minor = walk.minor;
    let later = || {
        row.later
            .iter()
            .filter(|(_, since)| *since <= minor)
            .map(|(word, _)| *word)
    };
    let mut known = row.words.iter().copied().chain(later());
    let span = walk.tree.span(node);
    // A schema that has words itself was faster.
    let told = walk
        .findings
        .last()
        .is_some_and(|last| last.code == "bad-word" && last.span == span);
    if text.is_empty() || told || known.any(|word| word.as_bytes() == text) {
        return;
    }
    let words: Vec<&str> = row.words.iter().copied().chain(later()).collect();
    walk.not_one_of(node, &words);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schemas::{LAST_MINOR, Pack};

    /// The rows of a definition are found by binary search, and each names a field that there is.
    #[test]
    fn the_table_is_sorted_and_true() {
        assert!(
            ROWS.windows(2)
                .all(|w| (w[0].definition, w[0].field) < (w[1].definition, w[1].field))
        );
        let pack = Pack::get();
        for row in ROWS {
            let definition = pack.definition(row.definition).expect(row.definition);
            let field = pack.field(definition, row.field.as_bytes(), LAST_MINOR);
            assert!(field.is_some(), "{}.{}", row.definition, row.field);
        }
    }
}
