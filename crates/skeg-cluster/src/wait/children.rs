//! The pods behind an object, looked up by its selector and then by who owns them.
//!
//! Nothing here is needed to wait: a user who may not list pods gets a shorter diagnosis.

use std::time::Duration;

use serde_json::Value;

use crate::client::Client;
use crate::error::ApiError;
use crate::request::Request;

/// The ReplicaSets and pods of an object.
#[derive(Debug, Default)]
pub(super) struct Children {
    /// A Deployment's own, newest revision first.
    pub(super) replica_sets: Vec<Value>,
    /// For a Deployment those of its newest ReplicaSet.
    pub(super) pods: Vec<Value>,
}

/// Whether objects of this kind have pods that can be looked up.
pub(super) fn has_pods(group: &str, kind: &str) -> bool {
    matches!(
        (group, kind),
        ("apps", "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet")
            | ("", "ReplicationController")
            | ("batch", "Job")
    )
}

/// Looks up the children of `object`, which has to be of a kind that [`has_pods`].
///
/// # Errors
/// Those of the two lists.
pub(super) async fn children(client: &Client, object: &Value) -> Result<Children, ApiError> {
    let Some(selector) = selector(object) else {
        return Ok(Children::default());
    };
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
    if object["kind"] != "Deployment" {
        let pods = owned(client, Kind::Pod, namespace, &selector, object).await?;
        return Ok(Children {
            replica_sets: Vec::new(),
            pods,
        });
    }
    let mut replica_sets = owned(client, Kind::ReplicaSet, namespace, &selector, object).await?;
    replica_sets.sort_by_key(|set| std::cmp::Reverse(revision(set)));
    let pods = match replica_sets.first() {
        Some(newest) => owned(client, Kind::Pod, namespace, &selector, newest).await?,
        None => Vec::new(),
    };
    Ok(Children { replica_sets, pods })
}

/// The ReplicaSets or pods of a namespace that `selector` selects and `owner` owns.
async fn owned(
    client: &Client,
    kind: Kind,
    namespace: &str,
    selector: &str,
    owner: &Value,
) -> Result<Vec<Value>, ApiError> {
    let (api_version, kind, root) = match kind {
        Kind::ReplicaSet => ("apps/v1", "ReplicaSet", "/apis/apps/v1"),
        Kind::Pod => ("v1", "Pod", "/api/v1"),
    };
    let request = Request::get(format!("{root}/namespaces/{namespace}/{}s", kind.to_lowercase()))
        .query("labelSelector", selector)
        .query("limit", "500")
        .timeout(Duration::from_secs(20));
    let mut list = client.send_json(request).await?;
    let uid = owner["metadata"]["uid"].as_str().unwrap_or_default();
    let Value::Array(mut items) = list["items"].take() else {
        return Ok(Vec::new());
    };
    items.retain(|item| {
        let owners = item["metadata"]["ownerReferences"].as_array();
        item.is_object() && owners.is_some_and(|owners| owners.iter().any(|owner| owner["uid"] == uid))
    });
    // The items of a list leave out what the list says of them all.
    for item in &mut items {
        item["apiVersion"] = api_version.into();
        item["kind"] = kind.into();
    }
    Ok(items)
}

enum Kind {
    ReplicaSet,
    Pod,
}

fn revision(set: &Value) -> u64 {
    let text = set["metadata"]["annotations"]["deployment.kubernetes.io/revision"].as_str();
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// An object's `spec.selector` as a query; none where it has none, which would select everything.
fn selector(object: &Value) -> Option<String> {
    let selector = object.pointer("/spec/selector")?.as_object()?;
    // A ReplicationController's is a plain map of labels.
    let plain = object["kind"] == "ReplicationController";
    let labels = if plain {
        Some(selector)
    } else {
        selector.get("matchLabels").and_then(Value::as_object)
    };
    let pairs = labels
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    let expressions = selector
        .get("matchExpressions")
        .and_then(Value::as_array)
        .filter(|_| !plain);
    let parts: Vec<String> = pairs
        .chain(expressions.into_iter().flatten().filter_map(expression))
        .collect();
    (!parts.is_empty()).then(|| parts.join(","))
}

fn expression(expression: &Value) -> Option<String> {
    let key = expression["key"].as_str()?;
    let values: Vec<&str> = expression["values"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    match expression["operator"].as_str()? {
        "In" => Some(format!("{key} in ({})", values.join(","))),
        "NotIn" => Some(format!("{key} notin ({})", values.join(","))),
        "Exists" => Some(key.to_owned()),
        "DoesNotExist" => Some(format!("!{key}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selectors_become_queries() {
        let of = |kind: &str, value: Value| selector(&json!({"kind": kind, "spec": {"selector": value}}));
        assert_eq!(
            of("Deployment", json!({"matchLabels": {"a": "b", "c": ""}})).as_deref(),
            Some("a=b,c=")
        );
        let all = json!({"matchLabels": {"a": "b"}, "matchExpressions": [
            {"key": "d", "operator": "In", "values": ["x", "y"]}, {"key": "e", "operator": "NotIn", "values": ["z"]},
            {"key": "f", "operator": "Exists"}, {"key": "g", "operator": "DoesNotExist"}]});
        assert_eq!(
            of("Deployment", all).as_deref(),
            Some("a=b,d in (x,y),e notin (z),f,!g")
        );
        assert_eq!(of("ReplicationController", json!({"a": "b"})).as_deref(), Some("a=b"));
        assert_eq!(of("Deployment", json!({})), None);
        assert_eq!(
            selector(&json!({"kind": "Job", "spec": {"selector": "nonsense"}})),
            None
        );
    }
}
