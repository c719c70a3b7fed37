//! What a pod says about why it is not ready. Pure.

use serde_json::Value;

/// A container and the part of its status that matters here. Fields that are absent are empty.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Container<'a> {
    pub(super) name: &'a str,
    pub(super) init: bool,
    pub(super) ready: bool,
    pub(super) restarts: u64,
    /// Why it waits.
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
    /// How it ended, now or the last time, where it did not end well.
    pub(super) ended: Option<Ended<'a>>,
    pub(super) running: bool,
}

/// An end that was not a success.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ended<'a> {
    pub(super) code: i64,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The containers of a pod, init containers first.
pub(super) fn containers(pod: &Value) -> Vec<Container<'_>> {
    let list = |key: &str| {
        pod.pointer(key)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let init = list("/status/initContainerStatuses")
        .iter()
        .map(|status| container(status, true));
    init.chain(
        list("/status/containerStatuses")
            .iter()
            .map(|status| container(status, false)),
    )
    .collect()
}

fn container(status: &Value, init: bool) -> Container<'_> {
    let ended = |pointer: &str| {
        let end = status.pointer(pointer).filter(|end| end.is_object())?;
        let code = end["exitCode"].as_i64().unwrap_or(0);
        (code != 0).then(|| Ended {
            code,
            reason: text(end, "/reason"),
            message: text(end, "/message"),
        })
    };
    Container {
        name: text(status, "/name"),
        init,
        ready: status["ready"] == true,
        restarts: status["restartCount"].as_u64().unwrap_or(0),
        reason: text(status, "/state/waiting/reason"),
        message: text(status, "/state/waiting/message"),
        ended: ended("/state/terminated").or_else(|| ended("/lastState/terminated")),
        running: status.pointer("/state/running").is_some(),
    }
}

/// Whether a pod needs nothing any more.
pub(super) fn is_well(pod: &Value) -> bool {
    let conditions = pod.pointer("/status/conditions").and_then(Value::as_array);
    let is_ready = conditions.is_some_and(|conditions| {
        conditions
            .iter()
            .any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
    });
    is_ready || text(pod, "/status/phase") == "Succeeded"
}

/// Lines that say what a pod lacks: its scheduling, then each container that is not well.
pub(super) fn reasons(pod: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let conditions = pod
        .pointer("/status/conditions")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    for condition in conditions {
        let (kind, status, reason, message) = (
            text(condition, "/type"),
            text(condition, "/status"),
            text(condition, "/reason"),
            text(condition, "/message"),
        );
        match (kind, status) {
            ("PodScheduled", "False") => lines.push(joined("not scheduled", reason, message)),
            // These two only count containers, which the lines below tell one by one.
            ("Ready" | "ContainersReady" | "Initialized" | "PodReadyToStartContainers", _) => {}
            (_, "False") if is_gate(pod, kind) => {
                lines.push(joined(&format!("readiness gate {kind} is False"), reason, message))
            }
            _ => {}
        }
    }
    for container in containers(pod) {
        lines.extend(complaint(&container));
    }
    lines
}

fn is_gate(pod: &Value, kind: &str) -> bool {
    let gates = pod.pointer("/spec/readinessGates").and_then(Value::as_array);
    gates.is_some_and(|gates| gates.iter().any(|gate| gate["conditionType"] == kind))
}

fn complaint(container: &Container<'_>) -> Option<String> {
    let kind = if container.init { "init container" } else { "container" };
    let subject = format!("{kind} {}", container.name);
    let ended = container.ended.as_ref().map(|ended| {
        let mut line = joined(&format!("exit code {}", ended.code), ended.reason, ended.message);
        if container.restarts > 0 {
            line.push_str(&format!(", {} restarts", container.restarts));
        }
        line
    });
    match (container.reason, ended) {
        ("" | "PodInitializing" | "ContainerCreating", Some(ended)) => Some(format!("{subject}: {ended}")),
        ("PodInitializing", None) => None,
        ("", None) if container.running && !container.ready && !container.init => {
            Some(format!("{subject}: running, but not ready"))
        }
        ("", None) => None,
        (reason, None) => Some(joined(&format!("{subject}: {reason}"), "", container.message)),
        (reason, Some(ended)) => Some(joined(
            &format!("{subject}: {reason} after {ended}"),
            "",
            container.message,
        )),
    }
}

fn joined(first: &str, reason: &str, message: &str) -> String {
    let parts: Vec<&str> = [first, reason, message]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pods_say_what_they_lack() {
        let waiting = |reason: &str| json!({"name": "c", "ready": false, "restartCount": 0, "state": {"waiting": {"reason": reason, "message": "m"}}});
        let crashed = json!({"name": "c", "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}},
            "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}}});
        let status = |containers: Value| json!({"status": {"containerStatuses": [containers]}});
        let gated = json!({"spec": {"readinessGates": [{"conditionType": "a/b"}]}, "status": {"conditions": [
            {"type": "a/b", "status": "False", "message": "not yet"}, {"type": "Other", "status": "False"}]}});
        let cases: [(Value, &[&str]); 8] = [
            (
                status(waiting("ImagePullBackOff")),
                &["container c: ImagePullBackOff: m"],
            ),
            (
                status(crashed),
                &["container c: CrashLoopBackOff after exit code 1: Error, 3 restarts: back-off 40s"],
            ),
            (
                status(json!({"name": "c", "ready": false, "state": {"running": {}}})),
                &["container c: running, but not ready"],
            ),
            (
                status(json!({"name": "c", "ready": true, "state": {"running": {}}})),
                &[],
            ),
            (
                status(json!({"name": "c", "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}})),
                &["container c: exit code 137: OOMKilled"],
            ),
            (
                json!({"status": {"initContainerStatuses": [waiting("ErrImagePull")], "containerStatuses": [waiting("PodInitializing")]}}),
                &["init container c: ErrImagePull: m"],
            ),
            (
                json!({"status": {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes"}]}}),
                &["not scheduled: Unschedulable: 0/3 nodes"],
            ),
            (gated, &["readiness gate a/b is False: not yet"]),
        ];
        for (pod, expected) in cases {
            assert_eq!(reasons(&pod), expected, "{pod}");
        }
        assert!(is_well(&json!({"status": {"phase": "Succeeded"}})) && !is_well(&json!({"status": "nonsense"})));
        assert!(containers(&json!({"status": {"containerStatuses": [7]}})).len() == 1);
    }
}
