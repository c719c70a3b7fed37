//! Why objects are not ready, found out when a wait has failed: events and the last words of containers, added to its tree.
//!
//! Everything here is optional: what the user may not read, or what does not come in time, is left out without a word.

use std::fmt;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde_json::Value;

use super::Goal;
use super::board::{Board, pod_node};
use super::children::{self, children};
use super::pods;
use super::tree::Tree;
use crate::client::Client;
use crate::request::Request;

/// How long all of it may take.
const LIMIT: Duration = Duration::from_secs(5);
/// Objects that are looked into.
const OBJECTS: usize = 10;
/// Events told of an object.
const EVENTS: usize = 3;
/// Lines told of a container's log.
const LOG_LINES: &str = "5";
/// Containers of a pod whose logs are read.
const LOGS: usize = 2;

/// What is known of the objects that are not what they should be. Prints as lines; empty if there is nothing to add.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    /// The wait's last picture, with events and logs.
    pub tree: Tree,
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tree.unfinished().join("\n"))
    }
}

/// Notes for the object itself, its pods and their notes.
struct Finding {
    node: usize,
    notes: Vec<String>,
    pods: Vec<(Value, Vec<String>)>,
}

/// Adds what the cluster has to say to `tree`, the picture of `board`.
pub(super) async fn diagnose(client: &Client, board: &Board<'_>, goal: Goal, mut tree: Tree) -> Diagnosis {
    let unfinished: Vec<usize> = (0..tree.nodes.len())
        .filter(|&index| !tree.nodes[index].done)
        .take(OBJECTS)
        .collect();
    let mut findings: FuturesUnordered<_> = unfinished
        .into_iter()
        .filter_map(|index| Some((index, board.entry(index).object.clone()?)))
        .map(|(index, object)| find(client, index, object, board.entry(index).shown_pods(), goal))
        .collect();
    let gather = async {
        while let Some(finding) = findings.next().await {
            let node = &mut tree.nodes[finding.node];
            node.notes.extend(finding.notes);
            if !finding.pods.is_empty() {
                node.children = finding.pods.iter().map(|(pod, _)| pod_node(pod)).collect();
            }
            for (child, (_, notes)) in node.children.iter_mut().zip(finding.pods) {
                child.notes.extend(notes);
            }
        }
    };
    // Late findings are left out.
    let _ = tokio::time::timeout(LIMIT, gather).await;
    drop(findings);
    Diagnosis { tree }
}

async fn find(client: &Client, node: usize, object: Value, mut shown: Vec<Value>, goal: Goal) -> Finding {
    let kind = object["kind"].as_str().unwrap_or_default();
    let group = object["apiVersion"]
        .as_str()
        .unwrap_or_default()
        .split_once('/')
        .map_or("", |(group, _)| group);
    let mut notes = Vec::new();
    if goal == Goal::Deleted {
        return Finding {
            node,
            notes: finalizers(&object),
            pods: Vec::new(),
        };
    }
    if shown.is_empty() && children::has_pods(group, kind) {
        let found = children(client, &object).await.unwrap_or_default();
        shown = found
            .pods
            .into_iter()
            .filter(|pod| !pods::is_well(pod))
            .take(3)
            .collect();
    }
    notes.extend(conditions(&object));
    let known = !notes.is_empty() || !shown.is_empty() || !pods::reasons(&object).is_empty();
    notes.extend(events(client, &object, known).await);
    if kind == "Pod" {
        notes.extend(last_words(client, &object).await);
    }
    let mut told = Vec::new();
    for pod in shown {
        let mut notes = events(client, &pod, !pods::reasons(&pod).is_empty()).await;
        notes.extend(last_words(client, &pod).await);
        told.push((pod, notes));
    }
    Finding {
        node,
        notes,
        pods: told,
    }
}

/// What keeps an object from going away.
fn finalizers(object: &Value) -> Vec<String> {
    let names: Vec<&str> = object["metadata"]["finalizers"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if names.is_empty() {
        Vec::new()
    } else {
        vec![format!("kept by finalizers: {}", names.join(", "))]
    }
}

/// Conditions that are not as they should be, beyond those every rollout has.
fn conditions(object: &Value) -> Vec<String> {
    let conditions = object
        .pointer("/status/conditions")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let bad = conditions.iter().filter(|condition| {
        let (kind, status) = (
            condition["type"].as_str().unwrap_or_default(),
            condition["status"].as_str().unwrap_or_default(),
        );
        match kind {
            // That replicas are missing is what the counts say already.
            "Available" if condition["reason"] == "MinimumReplicasUnavailable" => false,
            "Available" | "Progressing" | "Ready" => status != "True",
            "ReplicaFailure" | "Failed" | "Stalled" => status == "True",
            _ => false,
        }
    });
    bad.filter(|_| object["kind"] != "Pod")
        .filter_map(|condition| {
            let text = |key: &str| condition[key].as_str().filter(|text| !text.is_empty());
            let parts: Vec<&str> = [text("reason"), text("message")].into_iter().flatten().collect();
            Some(format!(
                "condition {} is {}: {}",
                text("type")?,
                text("status")?,
                parts.join(": ")
            ))
        })
        .collect()
}

/// The last warnings about an object; where there are none and nothing else is known of it, the last event.
async fn events(client: &Client, object: &Value, known: bool) -> Vec<String> {
    let (Some(uid), namespace) = (
        object["metadata"]["uid"].as_str(),
        object["metadata"]["namespace"].as_str().unwrap_or("default"),
    ) else {
        return Vec::new();
    };
    let request = Request::get(format!("/api/v1/namespaces/{namespace}/events"))
        .query("fieldSelector", &format!("involvedObject.uid={uid}"));
    let Ok(list) = client
        .send_json(request.query("limit", "200").timeout(LIMIT).once())
        .await
    else {
        return Vec::new();
    };
    lines_of_events(list["items"].as_array().map_or(&[], Vec::as_slice), known)
}

fn lines_of_events(events: &[Value], known: bool) -> Vec<String> {
    let time = |event: &Value| {
        let times = [
            event.pointer("/series/lastObservedTime"),
            event.get("lastTimestamp"),
            event.get("eventTime"),
            event.pointer("/metadata/creationTimestamp"),
        ];
        times
            .into_iter()
            .flatten()
            .find_map(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut sorted: Vec<&Value> = events.iter().collect();
    sorted.sort_by_key(|event| (event["type"] == "Warning", time(event)));
    let warnings = sorted.iter().filter(|event| event["type"] == "Warning").count();
    let mut lines: Vec<String> = Vec::new();
    // Where anything warns, or more is known, the ordinary course of things is of no interest.
    let last = usize::from(warnings == 0 && !known);
    for event in sorted.iter().rev().take(warnings + last) {
        let text = |key: &str| event[key].as_str().unwrap_or_default();
        let count = event
            .pointer("/series/count")
            .or(event.get("count"))
            .and_then(Value::as_u64)
            .unwrap_or(1);
        let times = if count > 1 {
            format!(" ({count} times)")
        } else {
            String::new()
        };
        let line = format!("event {}{times}: {}", text("reason"), text("message"));
        if !lines.contains(&line) && lines.len() < EVENTS {
            lines.push(line);
        }
    }
    lines
}

/// The last lines of containers that ended badly.
async fn last_words(client: &Client, pod: &Value) -> Vec<String> {
    let (Some(name), Some(namespace)) = (pod["metadata"]["name"].as_str(), pod["metadata"]["namespace"].as_str())
    else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for container in pods::containers(pod)
        .iter()
        .filter(|container| container.ended.is_some())
        .take(LOGS)
    {
        let request = |previous: &str| {
            Request::get(format!("/api/v1/namespaces/{namespace}/pods/{name}/log"))
                .query("container", container.name)
                .query("tailLines", LOG_LINES)
                .query("limitBytes", "4096")
                .query("previous", previous)
                .timeout(Duration::from_secs(3))
                .once()
        };
        let mut answer = Err(());
        if container.restarts > 0 && !container.running {
            answer = client.send(request("true")).await.map_err(drop);
        }
        if answer.is_err() {
            answer = client.send(request("false")).await.map_err(drop);
        }
        let Ok(answer) = answer else { continue };
        let text = String::from_utf8_lossy(&answer.body);
        lines.extend(
            text.lines()
                .filter(|line| !line.trim().is_empty())
                .map(|line| format!("log {}: {line}", container.name)),
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_last_warnings_are_told() {
        let event = |kind: &str, reason: &str, at: &str, count: u64| json!({"type": kind, "reason": reason, "message": "m", "lastTimestamp": at, "count": count});
        let events = [
            event("Normal", "Scheduled", "2026-11-21T00:00:09Z", 1),
            event("Warning", "Failed", "2026-11-21T00:00:01Z", 1),
            event("Warning", "Unhealthy", "2026-11-21T00:00:05Z", 7),
        ];
        assert_eq!(
            lines_of_events(&events, true),
            ["event Unhealthy (7 times): m", "event Failed: m"]
        );
        assert_eq!(lines_of_events(&events[..1], false), ["event Scheduled: m"]);
        assert!(lines_of_events(&[json!(3)], false).len() == 1 && lines_of_events(&events[..1], true).is_empty());
    }

    #[test]
    fn conditions_that_are_wrong_and_finalizers_are_told() {
        let object = json!({"kind": "Deployment", "metadata": {"finalizers": ["a/b", "c"]}, "status": {"conditions": [
            {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable"}, {"type": "Ready", "status": "False", "reason": "R", "message": "m"}, {"type": "Progressing", "status": "True"}]}});
        assert_eq!(conditions(&object), ["condition Ready is False: R: m"]);
        assert_eq!(finalizers(&object), ["kept by finalizers: a/b, c"]);
    }
}
