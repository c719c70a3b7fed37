//! The order in which Helm installs and uninstalls kinds.
//!
//! # Source
//! spec/rendering.md 6.1.

/// Kinds in the order of installation; kinds not listed come after, alphabetically.
pub const INSTALL_ORDER: &[&str] = &[
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Kinds in the order of removal; kinds not listed come after, alphabetically.
pub const UNINSTALL_ORDER: &[&str] = &[
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "APIService",
    "Ingress",
    "IngressClass",
    "Service",
    "CronJob",
    "Job",
    "StatefulSet",
    "HorizontalPodAutoscaler",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "DaemonSet",
    "RoleBindingList",
    "RoleBinding",
    "RoleList",
    "Role",
    "ClusterRoleBindingList",
    "ClusterRoleBinding",
    "ClusterRoleList",
    "ClusterRole",
    "CustomResourceDefinition",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "ConfigMap",
    "SecretList",
    "Secret",
    "ServiceAccount",
    "PodDisruptionBudget",
    "PodSecurityPolicy",
    "LimitRange",
    "ResourceQuota",
    "NetworkPolicy",
    "Namespace",
    "PriorityClass",
];

/// Where a kind stands in the order of installation: sort by this, stably, and unlisted kinds by name after all others.
pub fn install_rank(kind: &str) -> (usize, &str) {
    rank(INSTALL_ORDER, kind)
}

/// Where a kind stands in the order of removal.
pub fn uninstall_rank(kind: &str) -> (usize, &str) {
    rank(UNINSTALL_ORDER, kind)
}

fn rank<'k>(order: &[&str], kind: &'k str) -> (usize, &'k str) {
    match order.iter().position(|known| *known == kind) {
        Some(position) => (position, ""),
        None => (order.len(), kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// spec 6.1 rule 6: listed kinds in list order, then the others alphabetically, the empty kind first.
    #[test]
    fn unlisted_kinds_follow_alphabetically() {
        let mut kinds = vec![
            "Zoo",
            "Service",
            "",
            "Alpha",
            "Namespace",
            "ValidatingWebhookConfiguration",
        ];
        kinds.sort_by_key(|kind| install_rank(kind));
        assert_eq!(
            kinds,
            [
                "Namespace",
                "Service",
                "ValidatingWebhookConfiguration",
                "",
                "Alpha",
                "Zoo"
            ]
        );
    }

    /// Removal goes through the same kinds.
    #[test]
    fn both_orders_hold_the_same_kinds() {
        let mut install = INSTALL_ORDER.to_vec();
        let mut uninstall = UNINSTALL_ORDER.to_vec();
        install.sort_unstable();
        uninstall.sort_unstable();
        assert_eq!(install, uninstall);
    }
}
