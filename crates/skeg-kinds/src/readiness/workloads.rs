//! Controllers of pods: their counts against what was asked for.
//!
//! The counts are compared in a fixed order and the first that falls short is told, so the messages are Helm's.

use super::fields::{Fields, Malformed};
use super::{Readiness, Rules};

/// The value `spec.progressDeadlineSeconds` has where progress is not watched at all.
const NO_DEADLINE: i64 = i32::MAX as i64;

/// Tells the first shortfall of a list of (what, have, want); none where all are met.
fn short(counts: &[(&str, i64, i64)]) -> Option<Readiness> {
    let (what, have, want) = counts.iter().find(|(_, have, want)| have < want)?;
    Some(Readiness::in_progress(format!("{what}: {have}/{want}")))
}

/// Tells pods that are there beyond those wanted.
fn surplus(have: i64, want: i64) -> Option<Readiness> {
    (have > want).then(|| Readiness::in_progress(format!("Pending termination: {}", have - want)))
}

fn status(fields: &Fields<'_>, name: &str) -> i64 {
    fields.count(&format!("/status/{name}"), 0)
}

pub(super) fn deployment(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    // Without a deadline no Progressing condition is written, so none can be asked for.
    let mut progressing = fields.count("/spec/progressDeadlineSeconds", NO_DEADLINE) == NO_DEADLINE;
    let mut available = false;
    let mut failure = None;
    for condition in fields.conditions()? {
        match (condition.kind, condition.status, condition.reason) {
            ("Progressing", _, "ProgressDeadlineExceeded") => {
                return Ok(Readiness::failed("Progress deadline exceeded"));
            }
            ("Progressing", "True", "NewReplicaSetAvailable") => progressing = true,
            ("Available", "True", _) => available = true,
            ("ReplicaFailure", "True", _) => failure = Some(condition.message),
            _ => {}
        }
    }
    let want = fields.count("/spec/replicas", 1);
    let (replicas, updated) = (status(fields, "replicas"), status(fields, "updatedReplicas"));
    let unready = short(&[("Replicas", replicas, want), ("Updated", updated, want)])
        .or_else(|| surplus(replicas, want))
        .or_else(|| {
            short(&[
                ("Available", status(fields, "availableReplicas"), updated),
                ("Ready", status(fields, "readyReplicas"), want),
            ])
        });
    Ok(match (unready, failure) {
        // Helm shows the count alone; why the pods cannot be made is worth more.
        (Some(unready), Some(failure)) if fields.rules == Rules::Skeg => {
            Readiness::in_progress(format!("{}, {failure}", unready.message))
        }
        (Some(unready), _) => unready,
        (None, _) if !progressing => Readiness::in_progress("ReplicaSet not Available"),
        (None, _) if !available => Readiness::in_progress("Deployment not Available"),
        (None, _) => Readiness::ready(format!("Deployment is available. Replicas: {replicas}")),
    })
}

pub(super) fn replica_set(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    if let Some(failure) = fields
        .conditions()?
        .into_iter()
        .find(|condition| condition.kind == "ReplicaFailure" && condition.status == "True")
    {
        return Ok(Readiness::in_progress(match fields.rules {
            Rules::Helm => "Replica Failure condition. Check Pods",
            Rules::Skeg if failure.message.is_empty() => "Replica Failure condition. Check Pods",
            Rules::Skeg => failure.message,
        }));
    }
    let want = fields.count("/spec/replicas", 1);
    let replicas = status(fields, "replicas");
    let labelled = status(fields, "fullyLabeledReplicas");
    let unready = short(&[
        ("Labelled", labelled, want),
        ("Available", status(fields, "availableReplicas"), want),
        ("Ready", status(fields, "readyReplicas"), want),
    ]);
    Ok(unready
        .or_else(|| surplus(replicas, want))
        .unwrap_or_else(|| Readiness::ready(format!("ReplicaSet is available. Replicas: {replicas}"))))
}

/// Helm takes every ReplicationController for ready; this is a rule of skeg's own.
pub(super) fn replication_controller(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    if fields.observed_generation()?.is_none() {
        return Ok(Readiness::in_progress(
            "ReplicationController status.observedGeneration not found",
        ));
    }
    if let Some(failure) = fields
        .condition("ReplicaFailure")?
        .filter(|condition| condition.status == "True")
    {
        return Ok(Readiness::in_progress(failure.message));
    }
    let want = fields.count("/spec/replicas", 1);
    let replicas = status(fields, "replicas");
    let unready = short(&[
        ("Replicas", replicas, want),
        ("Available", status(fields, "availableReplicas"), want),
        ("Ready", status(fields, "readyReplicas"), want),
    ]);
    Ok(unready
        .or_else(|| surplus(replicas, want))
        .unwrap_or_else(|| Readiness::ready(format!("ReplicationController is available. Replicas: {replicas}"))))
}

pub(super) fn daemon_set(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    if fields.generation()?.is_none() {
        return Ok(Readiness::in_progress("DaemonSet metadata.generation not found"));
    }
    if fields.observed_generation()?.is_none() {
        return Ok(Readiness::in_progress("DaemonSet status.observedGeneration not found"));
    }
    let want = fields.count("/status/desiredNumberScheduled", -1);
    if want < 0 {
        return Ok(Readiness::in_progress("Missing .status.desiredNumberScheduled"));
    }
    let current = status(fields, "currentNumberScheduled");
    let unready = short(&[
        ("Current", current, want),
        ("Updated", status(fields, "updatedNumberScheduled"), want),
        ("Available", status(fields, "numberAvailable"), want),
        ("Ready", status(fields, "numberReady"), want),
    ]);
    Ok(unready.unwrap_or_else(|| Readiness::ready(format!("All replicas scheduled as expected. Replicas: {current}"))))
}

pub(super) fn stateful_set(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    if fields.text("/spec/updateStrategy/type") == "OnDelete" {
        return Ok(Readiness::ready("StatefulSet is using the ondelete update strategy"));
    }
    let want = fields.count("/spec/replicas", 1);
    let (replicas, updated) = (status(fields, "replicas"), status(fields, "updatedReplicas"));
    let unready = short(&[
        ("Replicas", replicas, want),
        ("Ready", status(fields, "readyReplicas"), want),
    ])
    .or_else(|| surplus(replicas, want));
    if let Some(unready) = unready {
        return Ok(unready);
    }
    // Pods below the partition keep their old revision.
    let partition = fields.count("/spec/updateStrategy/rollingUpdate/partition", -1);
    if partition >= 0 {
        return Ok(short(&[("updated", updated, want - partition)])
            .unwrap_or_else(|| Readiness::ready(format!("Partition rollout complete. updated: {updated}"))));
    }
    if let Some(unready) = short(&[("current", status(fields, "currentReplicas"), want)]) {
        return Ok(unready);
    }
    if fields.text("/status/currentRevision") != fields.text("/status/updateRevision") {
        return Ok(Readiness::in_progress("Waiting for updated revision to match current"));
    }
    Ok(Readiness::ready(format!(
        "All replicas scheduled as expected. Replicas: {replicas}"
    )))
}
