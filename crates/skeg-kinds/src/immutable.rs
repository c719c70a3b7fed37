//! Fields that a live object keeps for ever: which they are for each kind, which of them two objects differ in, and what it
//! takes to change one.
//!
//! In: the live object (or the last manifest) and the new one. What the new one doesn't state counts as unchanged, since
//! applying leaves it as it is. The API server has the last word; this names what it will refuse, and says why.
//!
//! # Source
//! The answers of kube-apiserver 1.36 to a change of each field, tried one by one; Kubernetes API reference.

use serde_json::Value;

/// A field that differs and cannot be changed.
#[derive(Clone, Debug, PartialEq)]
pub struct ImmutableChange {
    /// The path, as `spec.selector.matchLabels.app`.
    pub path: String,
    /// The live value; null where there is none.
    pub old: Value,
    /// The value that is wanted.
    pub new: Value,
}

/// What is fixed about a kind.
struct Fixed {
    group: &'static str,
    kind: &'static str,
    what: What,
    /// When the rule holds.
    when: When,
}

enum What {
    /// These fields with all below them.
    Fields(&'static [&'static str]),
    /// All of `spec` but these.
    SpecBut(&'static [&'static str]),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    /// The live object says `immutable: true`.
    Frozen,
    /// The live object isn't suspended.
    Running,
    /// The Service stays one with an address of its own.
    KeepsAddress,
}

use What::{Fields, SpecBut};
use When::{Always, Frozen, KeepsAddress, Running};

const fn fixed(group: &'static str, kind: &'static str, what: What, when: When) -> Fixed {
    Fixed {
        group,
        kind,
        what,
        when,
    }
}

/// What is fixed about which kind.
static FIXED: &[Fixed] = &[
    fixed("apps", "Deployment", Fields(&["spec.selector"]), Always),
    fixed("apps", "ReplicaSet", Fields(&["spec.selector"]), Always),
    fixed("apps", "DaemonSet", Fields(&["spec.selector"]), Always),
    fixed(
        "apps",
        "StatefulSet",
        SpecBut(&[
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds",
        ]),
        Always,
    ),
    fixed("apps", "ControllerRevision", Fields(&["data"]), Always),
    fixed(
        "batch",
        "Job",
        Fields(&[
            "spec.selector",
            "spec.completionMode",
            "spec.podFailurePolicy",
            "spec.successPolicy",
            "spec.backoffLimitPerIndex",
            "spec.managedBy",
        ]),
        Always,
    ),
    fixed("batch", "Job", Fields(&["spec.template"]), Running),
    fixed(
        "",
        "Pod",
        SpecBut(&[
            "containers",
            "initContainers",
            "ephemeralContainers",
            "activeDeadlineSeconds",
            "tolerations",
            "schedulingGates",
        ]),
        Always,
    ),
    fixed("", "Service", Fields(&["spec.clusterIP"]), KeepsAddress),
    fixed("", "Secret", Fields(&["type"]), Always),
    fixed("", "Secret", Fields(&["data", "stringData", "immutable"]), Frozen),
    fixed("", "ConfigMap", Fields(&["data", "binaryData", "immutable"]), Frozen),
    fixed(
        "",
        "PersistentVolumeClaim",
        SpecBut(&["resources", "volumeAttributesClassName"]),
        Always,
    ),
    fixed("", "PersistentVolume", Fields(VOLUME_SOURCES), Always),
    fixed("", "ResourceQuota", Fields(&["spec.scopes"]), Always),
    fixed("rbac.authorization.k8s.io", "RoleBinding", Fields(&["roleRef"]), Always),
    fixed(
        "rbac.authorization.k8s.io",
        "ClusterRoleBinding",
        Fields(&["roleRef"]),
        Always,
    ),
    fixed(
        "storage.k8s.io",
        "StorageClass",
        Fields(&["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"]),
        Always,
    ),
    fixed(
        "storage.k8s.io",
        "VolumeAttributesClass",
        Fields(&["driverName", "parameters"]),
        Always,
    ),
    fixed(
        "storage.k8s.io",
        "CSIDriver",
        Fields(&["spec.attachRequired", "spec.volumeLifecycleModes"]),
        Always,
    ),
    fixed(
        "scheduling.k8s.io",
        "PriorityClass",
        Fields(&["value", "preemptionPolicy"]),
        Always,
    ),
    fixed("node.k8s.io", "RuntimeClass", Fields(&["handler"]), Always),
    fixed(
        "networking.k8s.io",
        "IngressClass",
        Fields(&["spec.controller"]),
        Always,
    ),
    fixed("networking.k8s.io", "IPAddress", SpecBut(&[]), Always),
    fixed("discovery.k8s.io", "EndpointSlice", Fields(&["addressType"]), Always),
    fixed("resource.k8s.io", "ResourceClaim", SpecBut(&[]), Always),
    fixed("resource.k8s.io", "ResourceClaimTemplate", SpecBut(&[]), Always),
    fixed("certificates.k8s.io", "CertificateSigningRequest", SpecBut(&[]), Always),
    fixed(
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        Fields(&["spec.group", "spec.scope", "spec.names.plural", "spec.names.kind"]),
        Always,
    ),
];

/// Where the volume itself is named.
const VOLUME_SOURCES: &[&str] = &[
    "spec.csi",
    "spec.hostPath",
    "spec.local",
    "spec.nfs",
    "spec.iscsi",
    "spec.fc",
    "spec.awsElasticBlockStore",
    "spec.gcePersistentDisk",
    "spec.azureDisk",
    "spec.azureFile",
    "spec.cephfs",
    "spec.rbd",
    "spec.vsphereVolume",
    "spec.volumeMode",
];

/// The fields in which `new` differs from `old` although they cannot be changed; the deepest that differ, in order.
///
/// Values of Secrets are in it: do not print those.
pub fn immutable_changes(old: &Value, new: &Value) -> Vec<ImmutableChange> {
    let api_version = new["apiVersion"].as_str().unwrap_or_default();
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let kind = new["kind"].as_str().unwrap_or_default();
    let mut changes = Vec::new();
    for rule in FIXED.iter().filter(|rule| rule.group == group && rule.kind == kind) {
        let holds = match rule.when {
            Always => true,
            Frozen => old["immutable"] == true,
            Running => old["spec"]["suspend"] != true,
            KeepsAddress => new["spec"]["type"] != "ExternalName" && old["spec"]["clusterIP"].is_string(),
        };
        if !holds {
            continue;
        }
        match rule.what {
            Fields(paths) => {
                for path in paths {
                    let at = |object| path.split('.').try_fold(object, |value: &Value, key| value.get(key));
                    compare(path, at(old), at(new), &mut changes);
                }
            }
            SpecBut(free) => {
                for (key, value) in new["spec"].as_object().into_iter().flatten() {
                    if !free.contains(&key.as_str()) {
                        compare(&format!("spec.{key}"), old["spec"].get(key), Some(value), &mut changes);
                    }
                }
            }
        }
    }
    changes
}

/// Notes where `new` states something else than `old`; a map only where its keys do, a list as a whole.
fn compare(path: &str, old: Option<&Value>, new: Option<&Value>, changes: &mut Vec<ImmutableChange>) {
    let Some(new) = new.filter(|new| !new.is_null()) else {
        return;
    };
    match (old, new) {
        (Some(Value::Object(old)), Value::Object(new)) => {
            for (key, value) in new {
                compare(&format!("{path}.{key}"), old.get(key), Some(value), changes);
            }
        }
        (Some(old), new) if holds(old, new) => {}
        // An empty map or list that the server left out says nothing.
        (None, Value::Object(map)) if map.is_empty() => {}
        (None, Value::Array(list)) if list.is_empty() => {}
        (None, Value::Bool(false)) => {}
        (old, new) => changes.push(ImmutableChange {
            path: path.to_owned(),
            old: old.cloned().unwrap_or_default(),
            new: new.clone(),
        }),
    }
}

/// Whether `old`, in which the server has filled in what was left out, says all that `new` says.
fn holds(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => new
            .iter()
            .all(|(key, new)| new.is_null() || old.get(key).map_or(is_empty(new), |old| holds(old, new))),
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| holds(old, new))
        }
        (Value::String(old), Value::String(new)) if old != new => match (amount(old), amount(new)) {
            (Some(old), Some(new)) => (old - new).abs() <= f64::EPSILON * old.abs(),
            _ => false,
        },
        // An amount may be written as a number: `cpu: 1`.
        (Value::String(old), Value::Number(new)) => *old == new.to_string(),
        (Value::Number(old), Value::String(new)) => old.to_string() == *new,
        (old, new) => old == new,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Bool(truth) => !truth,
        Value::Null => true,
        _ => false,
    }
}

/// The amount that a quantity says; none for other text.
fn amount(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches(['+', '-']);
    let end = digits
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(digits.len());
    let (number, suffix) = text.split_at(text.len() - digits.len() + end);
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

/// What changing a fixed field of a kind takes, and what that means for what runs: one sentence.
pub fn recreation(kind: &str) -> &'static str {
    match kind {
        "Deployment" | "ReplicaSet" => {
            "the object has to be deleted and created again: its Pods stop until the new ones are ready"
        }
        "DaemonSet" => {
            "the object has to be deleted and created again: its Pods stop on every node until the new ones are ready"
        }
        "StatefulSet" => {
            "the object has to be deleted and created again: with `kubectl delete --cascade=orphan` its Pods run on and the new \
             one takes them over; its volumes stay"
        }
        "Job" => {
            "the object has to be deleted and created again: the Job runs once more; a Job of another name keeps this one"
        }
        "Pod" => "the Pod has to be deleted and created again",
        "Service" => {
            "the Service has to be deleted and created again: its address and, if it has one, its load balancer change"
        }
        "Secret" | "ConfigMap" => {
            "the object has to be deleted and created again, or better: the new one gets another name, and what uses it follows"
        }
        "PersistentVolumeClaim" => {
            "the claim has to be deleted and created again: with the reclaim policy `Delete` the data on its volume are lost"
        }
        "PersistentVolume" => {
            "the volume has to be deleted and created again, after its claim; the data stay only with the reclaim policy `Retain`"
        }
        "RoleBinding" | "ClusterRoleBinding" => {
            "the binding has to be deleted and created again: its subjects lack their rights in between"
        }
        "StorageClass" | "VolumeAttributesClass" => {
            "the class has to be deleted and created again: volumes that exist stay as they are"
        }
        "CustomResourceDefinition" => {
            "the definition has to be deleted and created again: ALL its custom resources are deleted with it"
        }
        _ => "the object has to be deleted and created again",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(old: &Value, new: &Value) -> Vec<String> {
        immutable_changes(old, new)
            .into_iter()
            .map(|change| change.path)
            .collect()
    }

    /// Name, API version, kind, live object, new one, fields.
    type Row = (
        &'static str,
        &'static str,
        &'static str,
        Value,
        Value,
        &'static [&'static str],
    );

    /// Kubernetes API reference, kind by kind.
    #[test]
    fn changes_of_fixed_fields_are_named() {
        let table: &[Row] = &[
            (
                "selector",
                "apps/v1",
                "Deployment",
                json!({"spec": {"selector": {"matchLabels": {"app": "a", "x": "y"}}}}),
                json!({"spec": {"selector": {"matchLabels": {"app": "b"}}, "replicas": 3}}),
                &["spec.selector.matchLabels.app"],
            ),
            (
                "nothing fixed",
                "apps/v1",
                "Deployment",
                json!({"spec": {"replicas": 1}}),
                json!({"spec": {"replicas": 2}}),
                &[],
            ),
            (
                "StatefulSet",
                "apps/v1",
                "StatefulSet",
                json!({"spec": {"serviceName": "a", "replicas": 1, "podManagementPolicy": "OrderedReady"}}),
                json!({"spec": {"serviceName": "b", "replicas": 2}}),
                &["spec.serviceName"],
            ),
            (
                "defaults are no change",
                "apps/v1",
                "StatefulSet",
                json!({"spec": {"volumeClaimTemplates": [{"apiVersion": "v1", "metadata": {"name": "d"}, "status": {"phase": "Pending"},
                    "spec": {"resources": {"requests": {"storage": "1Gi"}}, "volumeMode": "Filesystem"}}]}}),
                json!({"spec": {"volumeClaimTemplates": [{"metadata": {"name": "d", "labels": {}},
                    "spec": {"resources": {"requests": {"storage": "1024Mi"}}}}]}}),
                &[],
            ),
            (
                "template of claims",
                "apps/v1",
                "StatefulSet",
                json!({"spec": {"volumeClaimTemplates": [{"metadata": {"name": "d"}, "spec": {"resources": {"requests": {"storage": "1Gi"}}}}]}}),
                json!({"spec": {"volumeClaimTemplates": [{"metadata": {"name": "d"}, "spec": {"resources": {"requests": {"storage": "2Gi"}}}}]}}),
                &["spec.volumeClaimTemplates"],
            ),
            (
                "Job",
                "batch/v1",
                "Job",
                json!({"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "a"}]}}}}),
                json!({"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "b"}]}}}}),
                &["spec.template.spec.containers"],
            ),
            (
                "suspended Job",
                "batch/v1",
                "Job",
                json!({"spec": {"suspend": true, "template": {"spec": {"nodeSelector": {"a": "b"}}}}}),
                json!({"spec": {"template": {"spec": {"nodeSelector": {"a": "c"}}}}}),
                &[],
            ),
            (
                "Service",
                "v1",
                "Service",
                json!({"spec": {"clusterIP": "10.0.0.1"}}),
                json!({"spec": {"clusterIP": "None"}}),
                &["spec.clusterIP"],
            ),
            (
                "Service without address",
                "v1",
                "Service",
                json!({"spec": {"clusterIP": "10.0.0.1"}}),
                json!({"spec": {"ports": []}}),
                &[],
            ),
            (
                "claim grows",
                "v1",
                "PersistentVolumeClaim",
                json!({"spec": {"resources": {"requests": {"storage": "1Gi"}}, "volumeName": "x"}}),
                json!({"spec": {"resources": {"requests": {"storage": "2Gi"}}}}),
                &[],
            ),
            (
                "claim's class",
                "v1",
                "PersistentVolumeClaim",
                json!({"spec": {"storageClassName": "a", "accessModes": ["ReadWriteOnce"]}}),
                json!({"spec": {"storageClassName": "b", "accessModes": ["ReadWriteMany"]}}),
                &["spec.accessModes", "spec.storageClassName"],
            ),
            (
                "frozen",
                "v1",
                "ConfigMap",
                json!({"immutable": true, "data": {"a": "1"}}),
                json!({"data": {"a": "2", "b": "1"}}),
                &["data.a", "data.b"],
            ),
            (
                "not frozen",
                "v1",
                "ConfigMap",
                json!({"data": {"a": "1"}}),
                json!({"data": {"a": "2"}}),
                &[],
            ),
            (
                "type",
                "v1",
                "Secret",
                json!({"type": "Opaque"}),
                json!({"type": "kubernetes.io/tls"}),
                &["type"],
            ),
            (
                "roleRef",
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                json!({"roleRef": {"kind": "Role", "name": "a"}}),
                json!({"roleRef": {"kind": "Role", "name": "b"}}),
                &["roleRef.name"],
            ),
            (
                "StorageClass",
                "storage.k8s.io/v1",
                "StorageClass",
                json!({"provisioner": "a", "reclaimPolicy": "Delete"}),
                json!({"provisioner": "a", "parameters": {"x": "y"}}),
                &["parameters"],
            ),
            (
                "scope",
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                json!({"spec": {"scope": "Namespaced"}}),
                json!({"spec": {"scope": "Cluster"}}),
                &["spec.scope"],
            ),
            (
                "same kind, other group",
                "example.com/v1",
                "Deployment",
                json!({"spec": {"selector": 1}}),
                json!({"spec": {"selector": 2}}),
                &[],
            ),
        ];
        for (name, api_version, kind, old, new, expected) in table {
            let mut new = new.clone();
            new["apiVersion"] = json!(api_version);
            new["kind"] = json!(kind);
            assert_eq!(paths(old, &new), *expected, "{name}");
        }
    }

    #[test]
    fn amounts_are_compared_by_value() {
        for (left, right, same) in [
            ("1Gi", "1024Mi", true),
            ("1000m", "1", true),
            ("1Gi", "1G", false),
            ("a", "b", false),
            ("a", "a", true),
        ] {
            assert_eq!(holds(&json!(left), &json!(right)), same, "{left} {right}");
        }
    }
}
