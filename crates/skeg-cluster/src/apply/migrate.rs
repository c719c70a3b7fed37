//! Handing over fields from client-side to server-side apply.
//!
//! Helm 3, and Helm 4 with `--server-side=false`, own fields as manager `helm` by *updating*. Server-side apply as `helm`
//! *applying* would leave those behind for ever, so that a field that leaves the chart would stay in the object. Before the
//! first apply such an object's list of managers is rewritten: what `helm` updated counts as applied by `helm`.
//!
//! # Source
//! spec/lifecycle.md 8.4; Kubernetes, "Server-Side Apply", "Upgrading from client-side apply"; the format of sets of fields is
//! that of `FieldsV1`.

use serde_json::{Map, Value, json};

use super::ApplyError;
use super::ssa::FIELD_MANAGER;
use crate::client::Client;
use crate::request::{Request, content};

/// How often the list is rewritten because the object changed meanwhile.
const ATTEMPTS: u32 = 5;

/// Makes what `helm` updated count as applied by `helm`. Nothing is sent where there is nothing to hand over, or no object.
///
/// # Errors
/// What the server said.
pub async fn migrate(client: &Client, path: &str, object: &Value) -> Result<(), ApplyError> {
    for attempt in 1.. {
        let found = client.find(path).await;
        let live = found.map_err(|error| ApplyError::told(error.to_string(), object, Some(error)))?;
        let Some(patch) = live.as_ref().and_then(migration) else {
            return Ok(());
        };
        let request = Request::patch(path)
            .query("fieldManager", FIELD_MANAGER)
            .query("fieldValidation", "Strict")
            .body(content::JSON_PATCH, patch.to_string().into_bytes());
        match client.send(request).await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) if error.is_conflict() && attempt < ATTEMPTS => {}
            Err(error) => {
                let text = format!("failed to upgrade object field manager: {error}");
                return Err(ApplyError::told(text, object, Some(error)));
            }
        }
    }
    Ok(())
}

/// The JSON patch that hands over the fields of a live object; none where `helm` has updated nothing.
///
/// The patch names the object's version, so that it fails where the object has changed since.
pub fn migration(live: &Value) -> Option<Value> {
    let metadata = &live["metadata"];
    let entries = metadata["managedFields"].as_array()?;
    let is_updated = |entry: &&Value| is_helm(entry, "Update");
    let mut fields = Value::Null;
    for entry in entries.iter().filter(is_updated) {
        fields = union(fields, &entry["fieldsV1"]);
    }
    let first_updated = entries.iter().position(|entry| is_helm(entry, "Update"))?;
    // What is applied already stays where it is; else the first entry of updates becomes that of applies.
    let target = entries.iter().position(|entry| is_helm(entry, "Apply"));
    let mut merged = entries[target.unwrap_or(first_updated)].clone();
    if target.is_some() {
        fields = union(merged["fieldsV1"].take(), &fields);
    }
    merged["operation"] = json!("Apply");
    merged["fieldsV1"] = fields;
    let target = target.unwrap_or(first_updated);
    let rewritten = entries.iter().enumerate().filter_map(|(at, entry)| match at {
        at if at == target => Some(merged.clone()),
        _ if is_helm(entry, "Update") => None,
        _ => Some(entry.clone()),
    });
    let rewritten: Vec<Value> = rewritten.collect();
    Some(json!([
        {"op": "replace", "path": "/metadata/managedFields", "value": rewritten},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata["resourceVersion"]},
    ]))
}

/// Whether an entry is that of `helm` for the object itself.
fn is_helm(entry: &Value, operation: &str) -> bool {
    entry["manager"] == FIELD_MANAGER
        && entry["operation"] == operation
        && entry["subresource"].as_str().unwrap_or_default().is_empty()
}

/// All fields of both sets.
///
/// A set is a tree: `f:NAME`, `k:{…}` and `v:…` lead down, and `.` says that the place itself belongs to it. A place with
/// nothing below belongs to it without a `.`, so one has to be added where the other set has something below.
fn union(left: Value, right: &Value) -> Value {
    let (mut left, right) = match (left, right) {
        (Value::Object(left), Value::Object(right)) => (left, right),
        (Value::Object(left), _) => return Value::Object(left),
        (_, right) => return right.clone(),
    };
    if left.is_empty() != right.is_empty() {
        left.insert(".".to_owned(), Value::Object(Map::new()));
    }
    for (step, below) in right {
        let own = left.remove(step);
        let both = own.map_or_else(|| below.clone(), |own| union(own, below));
        left.insert(step.clone(), both);
    }
    Value::Object(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(entries: Value) -> Value {
        json!({"metadata": {"resourceVersion": "7", "managedFields": entries}})
    }

    fn entry(manager: &str, operation: &str, fields: Value) -> Value {
        json!({"manager": manager, "operation": operation, "apiVersion": "v1", "time": "T", "fieldsType": "FieldsV1",
               "fieldsV1": fields})
    }

    /// spec/lifecycle.md 8.4; the first row as Helm 4.3.1 patched it on a real API server.
    #[test]
    fn updates_become_applies() {
        let status =
            json!({"manager": "helm", "operation": "Update", "subresource": "status", "fieldsV1": {"f:status": {}}});
        let table = [
            (
                "one update",
                json!([
                    entry("helm", "Update", json!({"f:data": {".": {}, "f:a": {}}})),
                    entry("kubectl-label", "Update", json!({"f:x": {}}))
                ]),
                Some(json!([
                    entry("helm", "Apply", json!({"f:data": {".": {}, "f:a": {}}})),
                    entry("kubectl-label", "Update", json!({"f:x": {}}))
                ])),
            ),
            (
                "updates and applies",
                json!([
                    entry("x", "Update", json!({"f:x": {}})),
                    entry("helm", "Update", json!({"f:data": {"f:b": {}}, "f:l": {}})),
                    entry(
                        "helm",
                        "Apply",
                        json!({"f:data": {".": {}, "f:a": {}}, "f:l": {"f:m": {}}})
                    )
                ]),
                Some(json!([
                    entry("x", "Update", json!({"f:x": {}})),
                    entry(
                        "helm",
                        "Apply",
                        json!({"f:data": {".": {}, "f:a": {}, "f:b": {}}, "f:l": {".": {}, "f:m": {}}})
                    )
                ])),
            ),
            (
                "two versions of the API",
                json!([
                    entry("helm", "Update", json!({"f:a": {}})),
                    entry("helm", "Update", json!({"f:b": {}}))
                ]),
                Some(json!([entry("helm", "Apply", json!({"f:a": {}, "f:b": {}}))])),
            ),
            (
                "applies only",
                json!([entry("helm", "Apply", json!({"f:a": {}}))]),
                None,
            ),
            (
                "others only",
                json!([entry("kubectl", "Update", json!({"f:a": {}}))]),
                None,
            ),
            ("status only", json!([status]), None),
            ("no managers", Value::Null, None),
        ];
        for (name, entries, expected) in table {
            let patch = migration(&live(entries));
            assert_eq!(
                patch.as_ref().map(|patch| &patch[0]["value"]),
                expected.as_ref(),
                "{name}"
            );
            if let Some(patch) = patch {
                assert_eq!(
                    patch[1],
                    json!({"op": "replace", "path": "/metadata/resourceVersion", "value": "7"}),
                    "{name}"
                );
            }
        }
    }
}
