//! Helm 3's reading of readiness, `--wait=legacy`: a dozen kinds, ready or not, without a word why.
//!
//! It looks at a Deployment's newest ReplicaSet and at the Pods of a ReplicaSet rather than at the objects' own counts, so it
//! wants the children. Nothing ever fails in it, but for a Job that must complete and has used up its retries.

use serde_json::Value;

use super::fields::Fields;
use super::network::has_address;
use super::{Question, Readiness};

pub(super) fn readiness(fields: &Fields<'_>, question: &Question<'_>) -> Readiness {
    let is_ready = match fields.group_kind() {
        ("batch", "Job") if question.wait_for_jobs => return job(fields),
        ("apps", "Deployment") => deployment(fields, question.children),
        ("apps", "ReplicaSet") | ("", "ReplicationController") => observed(fields) && pods_ready(question.children),
        ("apps", "DaemonSet") => daemon_set(fields),
        ("apps", "StatefulSet") => stateful_set(fields),
        ("", "Pod") => pod_ready(fields.object),
        ("", "PersistentVolumeClaim") => fields.text("/status/phase") == "Bound",
        ("", "Service") => service(fields),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition(fields),
        _ => true,
    };
    match is_ready {
        true => Readiness::ready(""),
        false => Readiness::in_progress(""),
    }
}

fn observed(fields: &Fields<'_>) -> bool {
    fields.count("/status/observedGeneration", 0) >= fields.count("/metadata/generation", 0)
}

fn deployment(fields: &Fields<'_>, replica_sets: Option<&[Value]>) -> bool {
    if fields.object.pointer("/spec/paused") == Some(&Value::Bool(true)) {
        return true;
    }
    let want = fields.count("/spec/replicas", 1);
    let needed = want - may_be_missing(fields, want);
    let Some(replica_sets) = replica_sets else {
        let status = |name: &str| fields.count(&format!("/status/{name}"), 0);
        return observed(fields) && status("updatedReplicas").min(status("readyReplicas")) >= needed;
    };
    let Some(newest) = replica_sets.iter().find(|set| same_template(fields.object, set)) else {
        return false;
    };
    observed(fields)
        && newest
            .pointer("/status/readyReplicas")
            .and_then(Value::as_i64)
            .unwrap_or(0)
            >= needed
}

/// How many pods a rolling Deployment may lack: its `maxUnavailable`, which is one where neither that nor a surge is allowed.
fn may_be_missing(fields: &Fields<'_>, want: i64) -> i64 {
    if fields.text("/spec/strategy/type") == "Recreate" || want == 0 {
        return 0;
    }
    let share = |name: &str, up| {
        share_of(
            fields.object.pointer(&format!("/spec/strategy/rollingUpdate/{name}")),
            "25%",
            want,
            up,
        )
    };
    match (share("maxUnavailable", false), share("maxSurge", true)) {
        (0, 0) => 1,
        (missing, _) => missing.min(want),
    }
}

/// A number or a percentage of `whole`, rounded up or down.
fn share_of(value: Option<&Value>, default: &str, whole: i64, up: bool) -> i64 {
    if let Some(number) = value.and_then(Value::as_i64) {
        return number;
    }
    let text = value.and_then(Value::as_str).unwrap_or(default);
    let percent: i64 = text
        .strip_suffix('%')
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0);
    let hundredths = percent.saturating_mul(whole);
    if up {
        hundredths.saturating_add(99) / 100
    } else {
        hundredths / 100
    }
}

/// Whether a ReplicaSet is of the Deployment's present pod template: the same but for the hash label that the controller adds.
fn same_template(deployment: &Value, set: &Value) -> bool {
    let template = |object: &Value| {
        let mut template = object.pointer("/spec/template").cloned().unwrap_or(Value::Null);
        if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
            labels.remove("pod-template-hash");
        }
        template
    };
    template(deployment) == template(set)
}

fn pods_ready(pods: Option<&[Value]>) -> bool {
    pods.is_none_or(|pods| pods.iter().all(pod_ready))
}

fn pod_ready(pod: &Value) -> bool {
    let conditions = pod
        .pointer("/status/conditions")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let text = |condition: &Value, key: &str| condition.get(key).and_then(Value::as_str).map(str::to_owned);
    conditions.iter().any(|condition| {
        text(condition, "type").as_deref() == Some("Ready") && text(condition, "status").as_deref() == Some("True")
    })
}

fn daemon_set(fields: &Fields<'_>) -> bool {
    if !observed(fields) {
        return false;
    }
    if fields.text("/spec/updateStrategy/type") != "RollingUpdate" {
        return true;
    }
    let status = |name: &str| fields.count(&format!("/status/{name}"), 0);
    let want = status("desiredNumberScheduled");
    let missing = share_of(
        fields
            .object
            .pointer("/spec/updateStrategy/rollingUpdate/maxUnavailable"),
        "1",
        want,
        true,
    );
    status("updatedNumberScheduled") == want && status("numberReady") >= want - missing
}

fn stateful_set(fields: &Fields<'_>) -> bool {
    if !observed(fields) {
        return false;
    }
    if fields.text("/spec/updateStrategy/type") != "RollingUpdate" {
        return true;
    }
    let status = |name: &str| fields.count(&format!("/status/{name}"), 0);
    let want = fields.count("/spec/replicas", 1);
    let partition = fields.count("/spec/updateStrategy/rollingUpdate/partition", 0);
    let same_revision = fields.text("/status/currentRevision") == fields.text("/status/updateRevision");
    status("updatedReplicas") >= want - partition
        && status("readyReplicas") == want
        && (partition != 0 || same_revision)
}

fn service(fields: &Fields<'_>) -> bool {
    match fields.text("/spec/type") {
        "ExternalName" => true,
        _ if fields.text("/spec/clusterIP").is_empty() => false,
        "LoadBalancer" => has_address(fields),
        _ => true,
    }
}

/// A name that is taken is somebody else's definition of the same kind, which will do.
fn definition(fields: &Fields<'_>) -> bool {
    let conditions = fields.conditions().unwrap_or_default();
    conditions.iter().any(|condition| {
        matches!(
            (condition.kind, condition.status),
            ("Established", "True") | ("NamesAccepted", "False")
        )
    })
}

fn job(fields: &Fields<'_>) -> Readiness {
    let status = |name: &str| fields.count(&format!("/status/{name}"), 0);
    if status("failed") > fields.count("/spec/backoffLimit", 6) {
        let (namespace, name) = (fields.text("/metadata/namespace"), fields.text("/metadata/name"));
        return Readiness::failed(format!("job is failed: {namespace}/{name}"));
    }
    match fields.object.pointer("/spec/completions").and_then(Value::as_i64) {
        Some(completions) if status("succeeded") < completions => Readiness::in_progress(""),
        _ => Readiness::ready(""),
    }
}
