//! Readiness: whether a live object is what its manifest asked for, and if not, what it lacks.
//!
//! In goes an object as the API server returns it, out comes a [`Readiness`]: a state and a message in the words Helm uses.
//! [`Rules::Helm`] answers exactly as Helm 4.3.1 does, with its gaps; [`Rules::Skeg`] closes the gaps. Nothing here waits or
//! asks a cluster: what cannot be read off the object (its age, its children) comes in through [`Question`].

pub mod conditions;
mod fields;
mod legacy;
mod network;
mod pods;
mod storage;
mod workloads;

use std::time::Duration;

use serde_json::Value;

use conditions::Conditions;
use fields::{Fields, Malformed};
pub use pods::completion;

/// How far an object has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// As asked for.
    Ready,
    /// On its way, as far as can be told.
    InProgress,
    /// It says itself that it will not get there.
    Failed,
    /// Being deleted.
    Terminating,
    /// Not there.
    NotFound,
    /// Its status makes no sense.
    Unknown,
}

impl State {
    /// The word for it in Helm's messages.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Ready => "Current",
            State::InProgress => "InProgress",
            State::Failed => "Failed",
            State::Terminating => "Terminating",
            State::NotFound => "NotFound",
            State::Unknown => "Unknown",
        }
    }
}

/// A state and what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// How far it has come.
    pub state: State,
    /// Why, in few words; empty where there is nothing to say.
    pub message: String,
}

impl Readiness {
    fn new(state: State, message: impl Into<String>) -> Self {
        Readiness {
            state,
            message: message.into(),
        }
    }

    pub(crate) fn ready(message: impl Into<String>) -> Self {
        Self::new(State::Ready, message)
    }

    pub(crate) fn in_progress(message: impl Into<String>) -> Self {
        Self::new(State::InProgress, message)
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(State::Failed, message)
    }

    /// The answer for an object that the server does not have.
    pub fn not_found() -> Self {
        Self::new(State::NotFound, "Resource not found")
    }

    /// Whether nothing is left to wait for.
    pub fn is_ready(&self) -> bool {
        self.state == State::Ready
    }

    /// Whether waiting on has no point.
    pub fn is_failed(&self) -> bool {
        self.state == State::Failed
    }
}

/// Whose rules are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// Helm's own, gaps included.
    Helm,
    /// Helm's with the gaps closed; every difference is listed in `docs/compatibility.md`.
    #[default]
    Skeg,
}

/// Which of Helm's two readers of readiness is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// `--wait=watcher`: every kind, custom resources too.
    #[default]
    Watcher,
    /// `--wait=legacy`: Helm 3's, which knows a dozen kinds and takes the others for ready.
    Legacy,
}

/// What is asked about an object, and what is known of it beyond itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// Whose rules.
    pub rules: Rules,
    /// Which reader.
    pub strategy: Strategy,
    /// Whether a Job has to complete rather than to start (`--wait-for-jobs`).
    pub wait_for_jobs: bool,
    /// How long ago the object was made; none where it is not known, which counts as just now.
    pub age: Option<Duration>,
    /// For a custom resource: its definition shows a `Ready` condition to its users, so somebody is going to write one.
    pub reports_ready: bool,
    /// For the legacy reader only: the ReplicaSets of a Deployment, the Pods of a ReplicaSet or ReplicationController. None
    /// where they could not be read: the object's own counts then stand in for them.
    pub children: Option<&'a [Value]>,
    /// Whether conditions that the object itself names decide ([`conditions`]): in an ordered wait.
    pub own_conditions: bool,
}

/// How far `object` has come.
///
/// `object` is a whole object with `apiVersion` and `kind`. Nonsense in its status is not an error: the state is then
/// [`State::Unknown`], or, with [`Rules::Skeg`], the nonsense is passed over.
///
/// # Source
/// `spec/lifecycle.md` section 6; Helm 4.3.1's answers recorded in `tests/readiness.tsv`.
pub fn readiness(object: &Value, question: &Question<'_>) -> Readiness {
    let fields = Fields {
        object,
        rules: question.rules,
    };
    if question.own_conditions
        && let Ok(Some(conditions)) = Conditions::of(object)
    {
        return fields.going().unwrap_or_else(|| conditions.readiness(object));
    }
    match question.strategy {
        Strategy::Legacy => legacy::readiness(&fields, question),
        Strategy::Watcher => watched(&fields, question).unwrap_or_else(|Malformed| Readiness::new(State::Unknown, "")),
    }
}

fn watched(fields: &Fields<'_>, question: &Question<'_>) -> Result<Readiness, Malformed> {
    let (group, kind) = fields.group_kind();
    // A paused Deployment is left out of the wait altogether: it does nothing until somebody resumes it.
    if (group, kind) == ("apps", "Deployment") && fields.object.pointer("/spec/paused") == Some(&Value::Bool(true)) {
        return Ok(Readiness::ready("Deployment is paused"));
    }
    if (group, kind) == ("batch", "Job") && question.wait_for_jobs {
        return pods::finished_job(fields);
    }
    if let Some(readiness) = generic(fields)? {
        return Ok(readiness);
    }
    match (group, kind) {
        ("apps" | "extensions", "Deployment") => workloads::deployment(fields),
        ("apps" | "extensions", "ReplicaSet") => workloads::replica_set(fields),
        ("apps" | "extensions", "DaemonSet") => workloads::daemon_set(fields),
        ("apps", "StatefulSet") => workloads::stateful_set(fields),
        ("", "ReplicationController") if question.rules == Rules::Skeg => workloads::replication_controller(fields),
        ("", "Pod") => pods::pod(fields, question.age),
        ("batch", "Job") => pods::started_job(fields),
        ("", "PersistentVolumeClaim") => storage::claim(fields),
        ("", "Service") => network::service(fields),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition(fields),
        ("", "Secret" | "ConfigMap") | ("batch", "CronJob") | ("policy", "PodDisruptionBudget") => {
            Ok(Readiness::ready("Resource is always ready"))
        }
        _ => ready_condition(fields, question.reports_ready),
    }
}

/// What every object may say, whatever its kind: that it goes away, that nobody has looked at its newest form, or one of the
/// two conditions agreed on for all kinds.
fn generic(fields: &Fields<'_>) -> Result<Option<Readiness>, Malformed> {
    if let Some(going) = fields.going() {
        return Ok(Some(going));
    }
    if let (Some(generation), Some(observed)) = (fields.generation()?, fields.observed_generation()?)
        && generation != observed
    {
        let kind = fields.group_kind().1;
        return Ok(Some(Readiness::in_progress(format!(
            "{kind} generation is {generation}, but latest observed generation is {observed}"
        ))));
    }
    for condition in fields.conditions()? {
        match (condition.kind, condition.status) {
            ("Reconciling", "True") => return Ok(Some(Readiness::in_progress(condition.message))),
            ("Stalled", "True") => return Ok(Some(Readiness::failed(condition.message))),
            _ => {}
        }
    }
    Ok(None)
}

/// Kinds of which nothing particular is known: by their `Ready` condition, if they have one.
fn ready_condition(fields: &Fields<'_>, reports_ready: bool) -> Result<Readiness, Malformed> {
    let own = fields.rules == Rules::Skeg;
    let Some(ready) = fields
        .conditions()?
        .into_iter()
        .find(|condition| condition.kind == "Ready")
    else {
        return Ok(match own && reports_ready {
            true => Readiness::in_progress("no Ready condition yet: no controller has looked at it"),
            false => Readiness::ready("Resource is current"),
        });
    };
    let stale = own && matches!((ready.observed, fields.generation()?), (Some(seen), Some(now)) if seen < now);
    Ok(match ready.status {
        "False" | "Unknown" => Readiness::in_progress(ready.message),
        "True" if stale => Readiness::in_progress("Ready condition is about an older generation"),
        _ => Readiness::ready("Resource is Ready"),
    })
}

fn definition(fields: &Fields<'_>) -> Result<Readiness, Malformed> {
    for condition in fields.conditions()? {
        match (condition.kind, condition.status) {
            ("NamesAccepted", "False") => return Ok(Readiness::failed(condition.message)),
            ("Established", "True") => return Ok(Readiness::ready("CRD is established")),
            ("Established", "False") if condition.reason != "Installing" => {
                return Ok(Readiness::failed(condition.message));
            }
            _ => {}
        }
    }
    Ok(Readiness::in_progress("Install in progress"))
}
