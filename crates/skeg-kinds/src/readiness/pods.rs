//! Pods and Jobs: running well, and having run to their end.

use std::time::Duration;

use serde_json::Value;

use super::fields::{Fields, Malformed};
use super::{Question, Readiness, Rules, State, generic};

/// How long Helm gives the scheduler to find a node.
const SCHEDULING: Duration = Duration::from_secs(15);

pub(super) fn pod(fields: &Fields<'_>, age: Option<Duration>) -> Result<Readiness, Malformed> {
    match fields.text("/status/phase") {
        "Succeeded" => Ok(Readiness::ready("Pod has completed successfully")),
        "Failed" if fields.rules == Rules::Skeg => Ok(Readiness::failed(failure(fields))),
        "Failed" => Ok(Readiness::ready("Pod has completed, but not successfully")),
        "Running" => running(fields),
        "Pending" => pending(fields, age),
        "" => Ok(Readiness::in_progress("Pod phase not available")),
        phase if fields.rules == Rules::Skeg => Ok(Readiness::in_progress(format!("Pod is in the {phase} phase"))),
        _ => Err(Malformed),
    }
}

fn failure(fields: &Fields<'_>) -> String {
    let (reason, message) = (fields.text("/status/reason"), fields.text("/status/message"));
    match (reason, message) {
        ("", "") => "Pod has failed".into(),
        (one, "") | ("", one) => format!("Pod has failed: {one}"),
        (reason, message) => format!("Pod has failed: {reason}: {message}"),
    }
}

fn running(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    if fields.condition("Ready")?.is_some_and(|ready| ready.status == "True") {
        return Ok(Readiness::ready("Pod is Ready"));
    }
    let crashing: Vec<&str> = fields
        .list("/status/containerStatuses")
        .iter()
        .filter(|container| {
            container.pointer("/state/waiting/reason").and_then(Value::as_str) == Some("CrashLoopBackOff")
        })
        .filter_map(|container| container.get("name")?.as_str())
        .collect();
    let crashing_text = || format!("Containers in CrashLoop state: {}", crashing.join(","));
    Ok(match fields.rules {
        _ if crashing.is_empty() => Readiness::in_progress("Pod is running but is not Ready"),
        Rules::Helm => Readiness::failed(crashing_text()),
        // Many a pod crashes until what it depends on is there; whoever waits decides how long that may go on.
        Rules::Skeg => Readiness::in_progress(crashing_text()),
    })
}

fn pending(fields: &Fields<'_>, age: Option<Duration>) -> Result<Readiness, Malformed> {
    let scheduled = fields.condition("PodScheduled")?;
    let Some(condition) =
        scheduled.filter(|condition| condition.status == "False" && condition.reason == "Unschedulable")
    else {
        return Ok(Readiness::in_progress("Pod is in the Pending phase"));
    };
    Ok(match fields.rules {
        // A node may yet be added, so this is no reason to give up; but it is told.
        Rules::Skeg if condition.message.is_empty() => Readiness::in_progress("Pod has not been scheduled"),
        Rules::Skeg => Readiness::in_progress(format!("Pod has not been scheduled: {}", condition.message)),
        Rules::Helm if age.unwrap_or_default() < SCHEDULING => Readiness::in_progress("Pod has not been scheduled"),
        Rules::Helm => Readiness::failed("Pod could not be scheduled"),
    })
}

/// A Job that only has to start.
pub(super) fn started_job(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    if let Some(ended) = ended_job(fields)? {
        return Ok(ended);
    }
    if fields.text("/status/startTime").is_empty() {
        return Ok(Readiness::in_progress("Job not started"));
    }
    let status = |name: &str| fields.count(&format!("/status/{name}"), 0);
    Ok(Readiness::ready(format!(
        "Job in progress. success:{}, active: {}, failed: {}",
        status("succeeded"),
        status("active"),
        status("failed")
    )))
}

/// A Job that has to complete.
pub(super) fn finished_job(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    Ok(ended_job(fields)?.unwrap_or_else(|| Readiness::in_progress("Job in progress")))
}

fn ended_job(fields: &Fields<'_>) -> Result<Option<Readiness>, Malformed> {
    let completions = fields.count("/spec/completions", fields.count("/spec/parallelism", 1));
    for condition in fields.conditions()? {
        match (condition.kind, condition.status) {
            ("Complete", "True") => {
                let succeeded = fields.count("/status/succeeded", 0);
                return Ok(Some(Readiness::ready(format!(
                    "Job Completed. succeeded: {succeeded}/{completions}"
                ))));
            }
            ("Failed", "True") => {
                let failed = fields.count("/status/failed", 0);
                return Ok(Some(Readiness::failed(format!(
                    "Job Failed. failed: {failed}/{completions}"
                ))));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Whether a hook has run to its end: a Job completes, a Pod succeeds, anything else has ended as soon as it is there.
///
/// # Source
/// `spec/lifecycle.md` sections 5 and 6.
pub fn completion(object: &Value, question: &Question<'_>) -> Readiness {
    let fields = Fields {
        object,
        rules: question.rules,
    };
    let result = match fields.group_kind() {
        ("batch", "Job") => finished_job(&fields),
        ("", "Pod") => Ok(match fields.text("/status/phase") {
            "Succeeded" => Readiness::ready("Pod Succeeded"),
            "Failed" => Readiness::failed(format!("pod {} failed", fields.text("/metadata/name"))),
            _ => Readiness::in_progress("Pod in progress"),
        }),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            generic(&fields).and_then(|said| said.map_or_else(|| super::definition(&fields), Ok))
        }
        _ => Ok(Readiness::ready("Resource is current")),
    };
    result.unwrap_or_else(|Malformed| Readiness::new(State::Unknown, ""))
}
