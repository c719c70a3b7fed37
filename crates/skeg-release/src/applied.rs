//! Whether a live object is already what server-side apply would make of it, field by field and owner by owner.
//!
//! In: the object as it would be applied, the live one, the name of the field manager. Out: yes, or "cannot be told". Some kinds get a
//! new generation each time an empty list is applied, since the API server drops it and then finds that it differs
//! (`ingress: []` of a NetworkPolicy); whoever asks here first need not send what changes nothing. Pure.
//!
//! # Source
//! Kubernetes, "Server-Side Apply"; the format of sets of fields is that of `FieldsV1`; resource versions as kube-apiserver 1.36
//! gives them.

use serde_json::{Map, Value};

/// Fields that identify an object: nobody owns them.
const IDENTITY: [&str; 2] = ["apiVersion", "kind"];
/// The same in `metadata`.
const METADATA_IDENTITY: [&str; 2] = ["name", "namespace"];

/// Whether an empty list or map stands somewhere in a value.
pub fn has_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty() || items.iter().any(has_empty),
        Value::Object(map) => map.is_empty() || map.values().any(has_empty),
        _ => false,
    }
}

/// Whether applying `object` as `manager` would change nothing in `live`: every field is there with its value, and the manager
/// has applied exactly these fields. Doubt is a no: a default that the server writes in another form, a list of others' elements.
pub fn is_in_force(object: &Value, live: &Value, manager: &str) -> bool {
    let entries = live["metadata"]["managedFields"].as_array();
    let is_own = |entry: &&Value| {
        entry["manager"] == manager
            && entry["operation"] == "Apply"
            && entry["subresource"].as_str().unwrap_or_default().is_empty()
    };
    let mut own = entries.into_iter().flatten().filter(is_own);
    // A second entry is one of another version of the API, whose fields this does not compare.
    let (Some(entry), None) = (own.next(), own.next()) else {
        return false;
    };
    if entry["apiVersion"] != object["apiVersion"] || entry["fieldsType"] != "FieldsV1" {
        return false;
    }
    let Some(fields) = object.as_object() else { return false };
    let mut owned = fields.clone();
    owned.retain(|key, _| !IDENTITY.contains(&key.as_str()));
    if let Some(metadata) = owned.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|key, _| !METADATA_IDENTITY.contains(&key.as_str()));
    }
    has_all(object, live) && owns_exactly(&Value::Object(owned), &entry["fieldsV1"])
}

/// Whether all fields of `wanted` are in `live`; nothing and something empty are the same.
fn has_all(wanted: &Value, live: &Value) -> bool {
    match (wanted, live) {
        (Value::Null, live) => live.is_null(),
        (Value::Object(wanted), Value::Null) => wanted.values().all(|value| has_all(value, &Value::Null)),
        (Value::Object(wanted), Value::Object(live)) => wanted
            .iter()
            .all(|(key, value)| has_all(value, live.get(key).unwrap_or(&Value::Null))),
        (Value::Array(wanted), Value::Null) => wanted.is_empty(),
        (Value::Array(wanted), Value::Array(live)) => {
            wanted.len() == live.len() && wanted.iter().zip(live).all(|(wanted, live)| has_all(wanted, live))
        }
        (wanted, live) => wanted == live,
    }
}

/// Whether a set of fields is that of `wanted`: none less and none more.
fn owns_exactly(wanted: &Value, fields: &Value) -> bool {
    let Some(fields) = fields.as_object() else { return false };
    let below: Map<String, Value> = fields
        .iter()
        .filter(|(step, _)| *step != ".")
        .map(|(step, below)| (step.clone(), below.clone()))
        .collect();
    match wanted {
        // A place with nothing below it is owned as a whole.
        _ if fields.is_empty() => true,
        Value::Object(map) => {
            let map: Vec<(&String, &Value)> = map.iter().filter(|(_, value)| !value.is_null()).collect();
            map.len() == below.len()
                && map.iter().all(|(key, value)| {
                    below
                        .get(&format!("f:{key}"))
                        .is_some_and(|fields| owns_exactly(value, fields))
                })
        }
        Value::Array(items) => {
            items.len() == below.len()
                && items.iter().all(|item| {
                    below
                        .iter()
                        .any(|(step, fields)| leads_to(step, item) && owns_exactly(item, fields))
                })
        }
        _ => false,
    }
}

/// Whether a step of a set (`k:{"name":"a"}`, `v:"a"`) means this element; a key that the element leaves out has a default.
fn leads_to(step: &str, item: &Value) -> bool {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
    if let Some(Value::Object(keys)) = step.strip_prefix("k:").and_then(parsed) {
        return item.is_object()
            && keys
                .iter()
                .all(|(key, value)| item.get(key).is_none_or(|own| own == value));
    }
    step.strip_prefix("v:")
        .and_then(parsed)
        .is_some_and(|value| value == *item)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn live(mut object: Value, fields: Value) -> Value {
        object["metadata"]["managedFields"] = json!([
            {"manager": "kube-controller-manager", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1",
             "fieldsV1": {"f:status": {}}, "subresource": "status"},
            {"manager": "helm", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields}]);
        object
    }

    fn object(spec: Value) -> Value {
        json!({"apiVersion": "v1", "kind": "K", "metadata": {"name": "a", "namespace": "n", "labels": {"l": "1"}}, "spec": spec})
    }

    /// Kubernetes, "Server-Side Apply"; the first row is a NetworkPolicy on kube-apiserver 1.36, shortened.
    #[test]
    fn what_is_in_force() {
        let metadata = json!({"f:labels": {"f:l": {}}});
        let table = [
            (
                "an empty list that the server dropped",
                json!({"ingress": [], "policyTypes": ["Ingress"]}),
                json!({"policyTypes": ["Ingress"]}),
                json!({"f:ingress": {}, "f:policyTypes": {}}),
                true,
            ),
            (
                "an empty map that it kept, and a default",
                json!({"podSelector": {}, "env": []}),
                json!({"podSelector": {}, "defaulted": 1}),
                json!({"f:podSelector": {}, "f:env": {}}),
                true,
            ),
            (
                "a null owns nothing",
                json!({"a": null, "b": {}}),
                json!({}),
                json!({"f:b": {}}),
                true,
            ),
            (
                "another value",
                json!({"ingress": [], "x": 1}),
                json!({"x": 2}),
                json!({"f:ingress": {}, "f:x": {}}),
                false,
            ),
            (
                "a list that others filled",
                json!({"ingress": []}),
                json!({"ingress": [{}]}),
                json!({"f:ingress": {}}),
                false,
            ),
            (
                "a field that a failed revision added",
                json!({"ingress": []}),
                json!({"x": 1}),
                json!({"f:ingress": {}, "f:x": {}}),
                false,
            ),
            (
                "a field that somebody took over",
                json!({"ingress": [], "x": 1}),
                json!({"x": 1}),
                json!({"f:ingress": {}}),
                false,
            ),
            (
                "keyed lists and sets",
                json!({"ports": [{"port": 80, "name": "a"}], "finalizers": ["x"], "e": {}}),
                json!({"ports": [{"port": 80, "protocol": "TCP", "name": "a"}], "finalizers": ["x"]}),
                json!({"f:ports": {"k:{\"port\":80,\"protocol\":\"TCP\"}": {".": {}, "f:port": {}, "f:name": {}}},
                       "f:finalizers": {"v:\"x\"": {}}, "f:e": {}}),
                true,
            ),
            (
                "an element of another key",
                json!({"ports": [{"port": 80}], "e": {}}),
                json!({"ports": [{"port": 80}]}),
                json!({"f:ports": {"k:{\"port\":81,\"protocol\":\"TCP\"}": {".": {}, "f:port": {}}}, "f:e": {}}),
                false,
            ),
        ];
        for (name, wanted, there, fields, expected) in table {
            let live = live(object(there), json!({"f:metadata": metadata, "f:spec": fields}));
            assert_eq!(is_in_force(&object(wanted), &live, "helm"), expected, "{name}");
        }
    }

    #[test]
    fn without_an_entry_of_its_own_nothing_is_in_force() {
        let there = object(json!({}));
        assert!(!is_in_force(&there, &there, "helm"));
        let owned = json!({"f:metadata": {"f:labels": {"f:l": {}}}, "f:spec": {}});
        assert!(is_in_force(&there, &live(there.clone(), owned.clone()), "helm"));
        assert!(!is_in_force(&there, &live(there.clone(), owned.clone()), "other"));
        let mut other_version = live(there.clone(), owned);
        other_version["metadata"]["managedFields"][1]["apiVersion"] = json!("v1beta1");
        assert!(!is_in_force(&there, &other_version, "helm"));
    }

    #[test]
    fn what_holds_something_empty() {
        for (value, expected) in [
            (json!({"a": {"b": []}}), true),
            (json!({"a": [{"b": {}}]}), true),
            (json!({}), true),
            (json!({"a": [1, {"b": null}], "c": ""}), false),
        ] {
            assert_eq!(has_empty(&value), expected, "{value}");
        }
    }
}
