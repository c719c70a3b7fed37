//! Which lists and watches follow a set of objects, each filtered so that it brings little else.
//!
//! A few objects of a kind and namespace are each followed by name, which even a right confined to that name allows. Many are
//! followed together by the labels they have in common. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Target;
use crate::discovery::Resource;

/// Objects of one kind and namespace that are followed together.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) resource: Resource,
    pub(super) namespace: String,
    pub(super) filter: Filter,
    /// Targets by name.
    pub(super) targets: BTreeMap<String, usize>,
}

/// What a list or watch is confined to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Name(String),
    Labels(String),
    None,
}

/// Up to so many objects of a kind and namespace are followed each by its own watch.
const FEW: usize = 3;
/// The same where they have no label in common: beyond that the whole namespace's objects of the kind are the smaller evil.
const FEW_UNLABELLED: usize = 20;

/// The scopes that follow the targets with these indices.
pub(super) fn scopes(targets: &[Target], indices: &[usize]) -> Vec<Scope> {
    let mut groups: BTreeMap<(String, &str, &str), Vec<usize>> = BTreeMap::new();
    for &index in indices {
        let target = &targets[index];
        let namespace = if target.resource.namespaced {
            target.key.namespace.as_str()
        } else {
            ""
        };
        groups
            .entry((
                target.resource.api_version(),
                target.resource.plural.as_str(),
                namespace,
            ))
            .or_default()
            .push(index);
    }
    let mut scopes = Vec::new();
    for ((_, _, namespace), members) in groups {
        let scope = |members: &[usize], filter| Scope {
            resource: targets[members[0]].resource.clone(),
            namespace: namespace.to_owned(),
            filter,
            targets: members
                .iter()
                .map(|&index| (targets[index].key.name.clone(), index))
                .collect(),
        };
        let labels = if members.len() > FEW {
            common_labels(targets, &members)
        } else {
            String::new()
        };
        match (labels.is_empty(), members.len()) {
            (false, _) => scopes.push(scope(&members, Filter::Labels(labels))),
            (true, ..=FEW_UNLABELLED) => {
                scopes.extend(
                    members
                        .iter()
                        .map(|&index| scope(&[index], Filter::Name(targets[index].key.name.clone()))),
                );
            }
            (true, _) => scopes.push(scope(&members, Filter::None)),
        }
    }
    scopes
}

/// A selector of the labels that all of them have with the same values; empty where there are none, or where the labels of one
/// are not known.
fn common_labels(targets: &[Target], members: &[usize]) -> String {
    let labels = |index: &usize| targets[*index].live.as_ref()?.pointer("/metadata/labels")?.as_object();
    let Some(first) = labels(&members[0]) else {
        return String::new();
    };
    let shared = first.iter().filter(|(key, value)| {
        members
            .iter()
            .all(|index| labels(index).and_then(|labels| labels.get(*key)) == Some(value))
    });
    let pairs: Vec<String> = shared
        .filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)))
        .collect();
    pairs.join(",")
}

/// Whether an object of this kind is ready as soon as it is there, so that there is nothing to follow.
pub(super) fn is_static(object: &Value) -> bool {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let group = text("/apiVersion").split_once('/').map_or("", |(group, _)| group);
    const GROUPS: [&str; 15] = [
        "",
        "admissionregistration.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "rbac.authorization.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    ];
    let going = object
        .pointer("/metadata/deletionTimestamp")
        .is_some_and(|at| !at.is_null());
    let followed = match text("/kind") {
        "Deployment"
        | "ReplicaSet"
        | "DaemonSet"
        | "StatefulSet"
        | "ReplicationController"
        | "Pod"
        | "Job"
        | "PersistentVolumeClaim" => true,
        "Service" => text("/spec/type") == "LoadBalancer",
        _ => false,
    };
    GROUPS.contains(&group) && !going && !followed
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use skeg_release::object::ObjectKey;

    fn target(kind: &str, plural: &str, name: &str, labels: Value) -> Target {
        Target {
            key: ObjectKey {
                api_version: "v1".into(),
                kind: kind.into(),
                namespace: "n".into(),
                name: name.into(),
            },
            resource: Resource {
                group: String::new(),
                version: "v1".into(),
                kind: kind.into(),
                plural: plural.into(),
                namespaced: true,
            },
            live: Some(json!({"apiVersion": "v1", "kind": kind, "metadata": {"labels": labels}})),
        }
    }

    fn filters(targets: &[Target]) -> Vec<Filter> {
        let all: Vec<usize> = (0..targets.len()).collect();
        scopes(targets, &all).into_iter().map(|scope| scope.filter).collect()
    }

    #[test]
    fn few_are_followed_by_name_and_many_by_what_they_share() {
        let pods = |labels: &[Value]| -> Vec<Target> {
            labels
                .iter()
                .enumerate()
                .map(|(index, labels)| target("Pod", "pods", &format!("p{index}"), labels.clone()))
                .collect()
        };
        let same = json!({"app": "a", "release": "r"});
        let other = json!({"app": "b", "release": "r"});
        assert_eq!(
            filters(&pods(&[same.clone(), same.clone()])),
            [Filter::Name("p0".into()), Filter::Name("p1".into())]
        );
        assert_eq!(
            filters(&pods(&[same.clone(), same.clone(), other, same.clone()])),
            [Filter::Labels("release=r".into())]
        );
        assert_eq!(
            filters(&pods(&[same.clone(), same.clone(), same, Value::Null])).len(),
            4
        );
        assert_eq!(filters(&pods(&vec![Value::Null; 21])), [Filter::None]);
        let mut mixed = pods(&[Value::Null]);
        mixed.push(target("Service", "services", "p0", Value::Null));
        assert_eq!(filters(&mixed).len(), 2);
    }

    #[test]
    fn what_has_nothing_to_come_is_not_followed() {
        let object = |api: &str, kind: &str, spec: Value| json!({"apiVersion": api, "kind": kind, "spec": spec});
        assert!(is_static(&object("v1", "ConfigMap", json!({}))));
        assert!(is_static(&object("v1", "Service", json!({"type": "ClusterIP"}))));
        assert!(!is_static(&object("v1", "Service", json!({"type": "LoadBalancer"}))));
        assert!(!is_static(&object("apps/v1", "Deployment", json!({}))));
        assert!(!is_static(&object("cert-manager.io/v1", "Certificate", json!({}))));
        assert!(!is_static(&object(
            "gateway.networking.k8s.io/v1",
            "Gateway",
            json!({})
        )));
        assert!(!is_static(
            &json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"deletionTimestamp": "2026-11-21T00:00:00Z"}})
        ));
    }
}
