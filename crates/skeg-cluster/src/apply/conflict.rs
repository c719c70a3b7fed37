//! Conflicts of server-side apply: who owns which field, since when, and what each side wants it to be.
//!
//! In: the Status of a 409, the live object with its managers, and the object that was sent. Out: rows, and a table for
//! people. Values of Secrets are not shown.
//!
//! # Source
//! Kubernetes, "Server-Side Apply", "Conflicts" and "Managed fields"; the causes' texts as kube-apiserver 1.36 sends them;
//! spec/lifecycle.md 8.2.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use skeg_release::object::key;

use super::ApplyError;
use super::fields::{Step, owns, steps, value_at};
use crate::client::Client;
use crate::error::Status;

/// A field that somebody else owns and that the release wants to be different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// `Deployment/default/web`.
    pub object: String,
    /// As the server names it: `.spec.template.spec.containers[name="a"].image`.
    pub field: String,
    /// The manager, such as `kubectl-edit`.
    pub owner: String,
    /// How it came to own the field: `Apply`, `Update`, or `Update of scale`; empty if unknown.
    pub operation: String,
    /// When it last wrote, RFC 3339; empty if unknown.
    pub since: String,
    /// The live value as compact JSON, `-` where there is none, `(hidden)` in Secrets.
    pub live: String,
    /// The value that the release wants, likewise.
    pub wanted: String,
}

/// Longer values are cut.
const LONGEST_VALUE: usize = 40;

/// The conflicts that a Status tells of; none where it is about something else.
///
/// `live` may be null: then managers and values are told as far as the Status has them.
pub fn conflicts(status: &Status, live: &Value, wanted: &Value) -> Vec<Conflict> {
    let causes = status.details["causes"].as_array().into_iter().flatten();
    causes
        .filter(|cause| cause["reason"] == "FieldManagerConflict")
        .map(|cause| {
            let text = |key: &str| cause[key].as_str().unwrap_or_default().to_owned();
            conflict(&text("message"), text("field"), live, wanted)
        })
        .collect()
}

fn conflict(message: &str, field: String, live: &Value, wanted: &Value) -> Conflict {
    let owner = message.split('"').nth(1).unwrap_or_default().to_owned();
    let subresource = message
        .split_once(" with subresource \"")
        .and_then(|(_, rest)| rest.split('"').next())
        .unwrap_or_default();
    // A version is named only for managers that update.
    let says_update = message.contains(" using ");
    let steps_live = steps(live, &field);
    let entries = live["metadata"]["managedFields"].as_array().into_iter().flatten();
    let named = |entry: &&Value| {
        entry["manager"] == owner.as_str()
            && entry["subresource"].as_str().unwrap_or_default() == subresource
            && (!says_update || entry["operation"] == "Update")
    };
    let candidates: Vec<&Value> = entries.filter(named).collect();
    let owning = candidates.iter().find(|entry| owns(&entry["fieldsV1"], &steps_live));
    let entry = owning.or(candidates.first());
    let text = |key: &str| {
        entry
            .and_then(|entry| entry[key].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let mut operation = text("operation");
    if !operation.is_empty() && !subresource.is_empty() {
        let _ = write!(operation, " of {subresource}");
    }
    let key = key(wanted);
    let hides = key.kind == "Secret" && key.group().is_empty() && hides_value(&steps_live);
    let shown = |object: &Value| shown(value_at(object, &steps(object, &field)), hides);
    Conflict {
        object: key.to_string(),
        owner,
        operation,
        since: text("time"),
        live: shown(live),
        wanted: shown(wanted),
        field,
    }
}

/// Whether the value is the secret itself.
fn hides_value(steps: &[Step]) -> bool {
    matches!(steps.first(), Some(Step::Field(name)) if name == "data" || name == "stringData")
}

fn shown(value: Option<&Value>, hides: bool) -> String {
    if hides {
        return "(hidden)".to_owned();
    }
    let text = value.map_or_else(|| "-".to_owned(), Value::to_string);
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The conflicts as a table with the remedy below it, several lines without a final line break; empty without conflicts.
///
/// `source` is the template that the object came from; empty if unknown.
pub fn table(conflicts: &[Conflict], source: &str) -> String {
    if conflicts.is_empty() {
        return String::new();
    }
    let mut rows = vec![["OBJECT", "FIELD", "OWNER", "SINCE", "LIVE", "WANTED"].map(str::to_owned)];
    rows.extend(conflicts.iter().map(|conflict| {
        let owner = match conflict.operation.as_str() {
            "" => conflict.owner.clone(),
            operation => format!("{} ({operation})", conflict.owner),
        };
        let since = if conflict.since.is_empty() {
            "-"
        } else {
            &conflict.since
        };
        [
            &conflict.object,
            &conflict.field,
            &owner,
            since,
            &conflict.live,
            &conflict.wanted,
        ]
        .map(str::to_owned)
    }));
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:<width$}  ");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    let file = if source.is_empty() {
        String::new()
    } else {
        format!(" ({source})")
    };
    let what = if conflicts.len() == 1 {
        "this field"
    } else {
        "these fields"
    };
    let _ = write!(
        out,
        "--force-conflicts takes {what} over and sets what the chart wants; to leave what the owner wants, leave {what} out of \
         the chart{file}."
    );
    out
}

/// The table of a failed apply; empty where it did not fail by conflicts. The live object is read for it.
pub async fn story(client: &Client, path: &str, error: &ApplyError, source: &str) -> String {
    let Some(status) = error.error.as_ref().and_then(|error| error.status()) else {
        return String::new();
    };
    if status.details["causes"].as_array().is_none_or(Vec::is_empty) || status.code != 409 {
        return String::new();
    }
    // Without the live object the table has fewer facts; that is no reason for another error.
    let live = client.get(path).await.unwrap_or_else(|_| Value::Object(Map::new()));
    table(&conflicts(status, &live, &error.object), source)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status(causes: Value) -> Status {
        Status {
            code: 409,
            reason: "Conflict".to_owned(),
            details: json!({"causes": causes}),
            ..Status::default()
        }
    }

    fn cause(message: &str, field: &str) -> Value {
        json!({"reason": "FieldManagerConflict", "message": message, "field": field})
    }

    /// Causes as kube-apiserver 1.36 sends them; spec/lifecycle.md 8.2.
    #[test]
    fn a_conflict_names_owner_and_both_values() {
        let live = json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "default", "annotations": {"a.b/c": "live"}, "managedFields": [
                {"manager": "kubectl", "operation": "Apply", "time": "2026-11-21T09:00:00Z", "fieldsV1": {"f:spec": {"f:paused": {}}}},
                {"manager": "kubectl", "operation": "Update", "time": "2026-11-21T10:00:00Z",
                 "fieldsV1": {"f:spec": {"f:replicas": {}}, "f:metadata": {"f:annotations": {"f:a.b/c": {}}}}},
                {"manager": "hpa", "operation": "Update", "subresource": "scale", "time": "2026-11-21T11:00:00Z",
                 "fieldsV1": {"f:spec": {"f:replicas": {}}}},
                {"manager": "two", "operation": "Apply", "time": "2026-11-21T12:00:00Z",
                 "fieldsV1": {"f:spec": {"f:containers": {"k:{\"name\":\"a\"}": {"f:image": {}}}}}}]},
            "spec": {"replicas": 5, "containers": [{"name": "z"}, {"name": "a", "image": "b:1"}]}});
        let wanted = json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "default", "annotations": {"a.b/c": "chart"}},
            "spec": {"replicas": 3, "containers": [{"name": "a", "image": "c:1"}]}});
        let table = [
            (
                cause("conflict with \"kubectl\" using apps/v1", ".spec.replicas"),
                ["kubectl", "Update", "2026-11-21T10:00:00Z", "5", "3"],
            ),
            (
                cause(
                    "conflict with \"hpa\" with subresource \"scale\" using apps/v1",
                    ".spec.replicas",
                ),
                ["hpa", "Update of scale", "2026-11-21T11:00:00Z", "5", "3"],
            ),
            (
                cause("conflict with \"kubectl\" using apps/v1", ".metadata.annotations.a.b/c"),
                ["kubectl", "Update", "2026-11-21T10:00:00Z", "\"live\"", "\"chart\""],
            ),
            (
                cause("conflict with \"two\"", ".spec.containers[name=\"a\"].image"),
                ["two", "Apply", "2026-11-21T12:00:00Z", "\"b:1\"", "\"c:1\""],
            ),
            (
                cause("conflict with \"gone\"", ".spec.unknown"),
                ["gone", "", "", "-", "-"],
            ),
        ];
        for (cause, [owner, operation, since, live_value, wanted_value]) in table {
            let found = conflicts(&status(json!([cause])), &live, &wanted);
            let expected = Conflict {
                object: "Deployment/default/web".to_owned(),
                field: cause["field"].as_str().unwrap_or_default().to_owned(),
                owner: owner.to_owned(),
                operation: operation.to_owned(),
                since: since.to_owned(),
                live: live_value.to_owned(),
                wanted: wanted_value.to_owned(),
            };
            assert_eq!(found, [expected]);
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let secret = |value: &str| {
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"},
                                          "data": {"p": value}, "type": "Opaque"})
        };
        for (field, hidden) in [(".data.p", true), (".stringData.p", true), (".type", false)] {
            let found = conflicts(
                &status(json!([cause("conflict with \"kubectl\"", field)])),
                &secret("b25l"),
                &secret("dHdv"),
            );
            assert_eq!(found[0].live == "(hidden)", hidden, "{field}");
            assert!(!table(&found, "").contains("b25l"), "{field}");
        }
    }

    #[test]
    fn the_table_has_the_remedy() {
        let found = Conflict {
            object: "Deployment/default/web".to_owned(),
            field: ".spec.replicas".to_owned(),
            owner: "kubectl".to_owned(),
            operation: "Update".to_owned(),
            since: "2026-11-21T10:00:00Z".to_owned(),
            live: "5".to_owned(),
            wanted: "3".to_owned(),
        };
        assert_eq!(
            table(&[found], "web/templates/deployment.yaml"),
            "OBJECT                  FIELD           OWNER             SINCE                 LIVE  WANTED\n\
             Deployment/default/web  .spec.replicas  kubectl (Update)  2026-11-21T10:00:00Z  5     3\n\
             --force-conflicts takes this field over and sets what the chart wants; to leave what the owner wants, leave this \
             field out of the chart (web/templates/deployment.yaml)."
        );
        assert_eq!(table(&[], ""), "");
        assert!(conflicts(&Status::default(), &Value::Null, &Value::Null).is_empty());
    }
}
