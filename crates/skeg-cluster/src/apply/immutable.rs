//! The story of a refusal because of a field that cannot be changed: which one, what it is, what it was to be, and what would
//! have to be made anew.
//!
//! # Source
//! Refusals as kube-apiserver 1.36 sends them; `skeg_kinds::immutable`.

use std::fmt::Write as _;

use serde_json::Value;
use skeg_kinds::immutable::{immutable_changes, recreation};
use skeg_release::object::key;

use super::ApplyError;
use super::fields::{steps, value_at};
use crate::client::Client;
use crate::error::Status;

/// Longer values are cut.
const LONGEST_VALUE: usize = 60;

/// What servers say of fields that cannot be changed.
const SIGNS: &[&str] = &[
    "field is immutable",
    "may not be changed",
    "may not change",
    "cannot change",
    "can't be changed",
    "must not be changed",
    "is immutable",
    "are forbidden",
    "forbidden after creation",
    "may not be updated",
    "updates to",
];

/// The fields that a refusal is about: named by the server where it does so, else by what differs.
///
/// `live` is the object as it is, `wanted` the one that was sent. Gives path, live and wanted value; none where the refusal is
/// about something else.
pub fn changes(status: &Status, live: &Value, wanted: &Value) -> Vec<(String, Value, Value)> {
    let causes = status.details["causes"].as_array().into_iter().flatten();
    let fixed: Vec<&str> = causes
        .filter(|cause| {
            let message = cause["message"].as_str().unwrap_or_default();
            SIGNS.iter().any(|sign| message.contains(sign))
        })
        .map(|cause| cause["field"].as_str().unwrap_or_default())
        .collect();
    if fixed.is_empty() {
        return Vec::new();
    }
    let known: Vec<_> = immutable_changes(live, wanted)
        .into_iter()
        .map(|change| (change.path, change.old, change.new))
        .collect();
    if !known.is_empty() {
        return known;
    }
    // Fields that this program doesn't know: what the server names, unless that is a whole `spec`.
    let named = fixed.iter().filter(|field| field.contains('.'));
    named
        .map(|field| {
            let path = format!(".{field}");
            let at = |object: &Value| value_at(object, &steps(object, &path)).cloned().unwrap_or_default();
            ((*field).to_owned(), at(live), at(wanted))
        })
        .collect()
}

/// The refusal in words, several lines without a final line break; empty where it is about something else.
pub fn told(status: &Status, live: &Value, wanted: &Value) -> String {
    let changes = changes(status, live, wanted);
    if changes.is_empty() {
        return String::new();
    }
    let key = key(wanted);
    let mut out = String::new();
    for (path, old, new) in &changes {
        let hides = key.kind == "Secret" && (path.starts_with("data") || path.starts_with("stringData"));
        let (old, new) = (shown(old, hides), shown(new, hides));
        let _ = writeln!(out, "{key}: {path} is {old} and cannot become {new}");
    }
    let _ = write!(out, "To change it, {}.", recreation(&key.kind));
    out
}

fn shown(value: &Value, hides: bool) -> String {
    match value {
        _ if hides => "(hidden)".to_owned(),
        Value::Null => "unset".to_owned(),
        value => {
            let text = value.to_string();
            match text.char_indices().nth(LONGEST_VALUE) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            }
        }
    }
}

/// The refusal of a failed apply in words; empty where it is about something else. The live object is read for it.
pub async fn story(client: &Client, path: &str, error: &ApplyError) -> String {
    let status = error.error.as_ref().and_then(|error| error.status());
    let Some(status) = status.filter(|status| matches!(status.code, 403 | 422)) else {
        return String::new();
    };
    match client.get(path).await {
        Ok(live) => told(status, &live, &error.object),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status(field: &str, message: &str) -> Status {
        let causes = json!([{"reason": "FieldValueInvalid", "field": field, "message": message}]);
        Status {
            code: 422,
            reason: "Invalid".to_owned(),
            details: json!({"causes": causes}),
            ..Status::default()
        }
    }

    /// Causes as kube-apiserver 1.36 sends them.
    #[test]
    fn a_refusal_names_field_and_both_values() {
        let object = |kind: &str, api_version: &str, rest: Value| {
            let mut object =
                json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x", "namespace": "n"}});
            for (key, value) in rest.as_object().expect("is a map") {
                object[key] = value.clone();
            }
            object
        };
        let table = [
            (
                "selector",
                status(
                    "spec.selector",
                    "Invalid value: {\"matchLabels\":{\"app\":\"b\"}}: field is immutable",
                ),
                object(
                    "Deployment",
                    "apps/v1",
                    json!({"spec": {"selector": {"matchLabels": {"app": "a"}}}}),
                ),
                object(
                    "Deployment",
                    "apps/v1",
                    json!({"spec": {"selector": {"matchLabels": {"app": "b"}}}}),
                ),
                "Deployment/n/x: spec.selector.matchLabels.app is \"a\" and cannot become \"b\"\nTo change it, the object has to be \
              deleted and created again: its Pods stop until the new ones are ready.",
            ),
            (
                "a field not named by the server",
                status(
                    "spec",
                    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals' are forbidden",
                ),
                object(
                    "StatefulSet",
                    "apps/v1",
                    json!({"spec": {"serviceName": "a", "replicas": 1}}),
                ),
                object(
                    "StatefulSet",
                    "apps/v1",
                    json!({"spec": {"serviceName": "b", "replicas": 2}}),
                ),
                "StatefulSet/n/x: spec.serviceName is \"a\" and cannot become \"b\"\nTo change it, the object has to be deleted and \
              created again: with `kubectl delete --cascade=orphan` its Pods run on and the new one takes them over; its \
              volumes stay.",
            ),
            (
                "a kind of somebody else",
                status("spec.size", "Invalid value: \"object\": size is immutable"),
                object("Disk", "x.io/v1", json!({"spec": {"size": 1}})),
                object("Disk", "x.io/v1", json!({"spec": {"size": 2}})),
                "Disk/n/x: spec.size is 1 and cannot become 2\nTo change it, the object has to be deleted and created again.",
            ),
            (
                "secret",
                status("data", "Forbidden: field is immutable when `immutable` is set"),
                object("Secret", "v1", json!({"immutable": true, "data": {"p": "b25l"}})),
                object("Secret", "v1", json!({"data": {"p": "dHdv"}})),
                "Secret/n/x: data.p is (hidden) and cannot become (hidden)\nTo change it, the object has to be deleted and created \
              again, or better: the new one gets another name, and what uses it follows.",
            ),
            (
                "something else",
                status("spec.replicas", "Invalid value: -1: must be greater than or equal to 0"),
                object("Deployment", "apps/v1", json!({"spec": {"replicas": 1}})),
                object("Deployment", "apps/v1", json!({"spec": {"replicas": -1}})),
                "",
            ),
        ];
        for (name, status, live, wanted, expected) in table {
            assert_eq!(told(&status, &live, &wanted), expected, "{name}");
        }
    }
}
