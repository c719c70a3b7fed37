//! What a wait knows: each object as last seen, what that means, and whether the wait is over. Pure but for clocks handed in.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;
use skeg_kinds::readiness::conditions::Conditions;
use skeg_kinds::readiness::{Question, Readiness, Rules, State, Strategy, completion, readiness};

use super::error::{End, Unready, Verb};
use super::follow::News;
use super::stuck::Troubles;
use super::tree::{Node, Tree};
use super::{Goal, Options, Target, children, pods, scope};
use crate::progress::{Level, Observer};

/// The pods of an object that are shown at most.
const PODS: usize = 3;

/// The state of a wait.
pub(super) struct Board<'a> {
    targets: &'a [Target],
    goal: Goal,
    options: &'a Options,
    begun: Instant,
    entries: Vec<Entry>,
    /// The last failure that may pass; empty once something was read again.
    trouble: String,
}

/// What is known of a target.
pub(super) struct Entry {
    /// Nothing further can come of it.
    pub(super) settled: bool,
    /// Whether the cluster has been asked with success.
    known: bool,
    pub(super) object: Option<Value>,
    replica_sets: Option<Vec<Value>>,
    pub(super) pods: Vec<Value>,
    /// Why it may not be read; empty for no such reason.
    unreadable: String,
    /// Its definition promises a `Ready` condition.
    reports_ready: bool,
    warned: bool,
    troubles: Troubles,
    readiness: Readiness,
    done: bool,
}

impl<'a> Board<'a> {
    pub(super) fn new(targets: &'a [Target], goal: Goal, options: &'a Options, begun: Instant) -> Self {
        let entry = |target: &Target| {
            let settled = match (&target.live, goal) {
                (None, _) | (_, Goal::Deleted) => false,
                (Some(live), Goal::Ready) => {
                    scope::is_static(live) && !(options.own_conditions && has_conditions(live))
                }
                (Some(_), Goal::Complete) => !is_awaited_hook(target),
            };
            Entry {
                settled,
                known: settled,
                object: if settled { target.live.clone() } else { None },
                replica_sets: None,
                pods: Vec::new(),
                unreadable: String::new(),
                reports_ready: false,
                warned: false,
                troubles: Troubles::default(),
                readiness: Readiness {
                    state: State::Unknown,
                    message: String::new(),
                },
                done: settled,
            }
        };
        Board {
            targets,
            goal,
            options,
            begun,
            entries: targets.iter().map(entry).collect(),
            trouble: String::new(),
        }
    }

    /// The targets that have to be followed.
    pub(super) fn open(&self) -> Vec<usize> {
        (0..self.entries.len())
            .filter(|&index| !self.entries[index].settled)
            .collect()
    }

    pub(super) fn entry(&self, index: usize) -> &Entry {
        &self.entries[index]
    }

    /// Objects that are not done and have pods of their own, so that these are worth a look.
    pub(super) fn with_pods(&self) -> Vec<(usize, Value)> {
        let wanted = |entry: &&Entry| !entry.settled && (!entry.done || self.options.strategy == Strategy::Legacy);
        let entries = self.entries.iter().enumerate().filter(|(_, entry)| wanted(entry));
        let with_pods = entries.filter(|(index, _)| {
            let key = &self.targets[*index].key;
            children::has_pods(key.group(), &key.kind)
        });
        with_pods
            .filter_map(|(index, entry)| Some((index, entry.object.clone()?)))
            .collect()
    }

    pub(super) fn expect_ready_condition(&mut self, index: usize) {
        self.entries[index].reports_ready = true;
    }

    /// Takes in what a follower tells.
    pub(super) fn apply(&mut self, news: News) {
        match news {
            News::Object { target, object } => {
                let entry = &mut self.entries[target];
                entry.known = true;
                entry.unreadable.clear();
                entry.object = object;
                self.trouble.clear();
            }
            News::Unreadable { target, error } => self.entries[target].unreadable = error.to_string(),
            News::Trouble { error } => self.trouble = error.to_string(),
            News::Children {
                target,
                replica_sets,
                pods,
            } => {
                self.entries[target].replica_sets = Some(replica_sets);
                self.entries[target].pods = pods;
            }
        }
    }

    /// Judges every object anew.
    pub(super) fn judge(&mut self, now: Instant, observer: &dyn Observer) {
        let silent = now.saturating_duration_since(self.begun) < self.options.patience.silence;
        for index in 0..self.entries.len() {
            if self.entries[index].settled {
                continue;
            }
            let readiness = self.judge_one(index, silent, now);
            let entry = &mut self.entries[index];
            entry.done = match self.goal {
                Goal::Deleted => entry.known && self.targets[index].is_gone(entry.object.as_ref()),
                Goal::Ready | Goal::Complete => entry.known && readiness.is_ready(),
            };
            entry.readiness = readiness;
            let unspoken = entry.reports_ready && !silent && entry.done && !entry.warned;
            if unspoken
                && entry
                    .object
                    .as_ref()
                    .is_some_and(|object| object.pointer("/status").is_none_or(Value::is_null))
            {
                entry.warned = true;
                let key = self.targets[index].key.to_string();
                observer.log(
                    Level::Warn,
                    "no controller has given the object a status; it is taken for ready",
                    &[("object", &key)],
                );
            }
        }
    }

    fn judge_one(&mut self, index: usize, silent: bool, now: Instant) -> Readiness {
        let (options, goal, target) = (self.options, self.goal, &self.targets[index]);
        let entry = &mut self.entries[index];
        if !entry.unreadable.is_empty() {
            return Readiness {
                state: State::Failed,
                message: format!("cannot be read: {}", entry.unreadable),
            };
        }
        let Some(object) = &entry.object else {
            return if entry.known {
                Readiness::not_found()
            } else {
                Readiness {
                    state: State::Unknown,
                    message: String::new(),
                }
            };
        };
        let deployment = target.key.kind == "Deployment";
        let children = if deployment {
            entry.replica_sets.as_deref()
        } else {
            entry.replica_sets.as_ref().map(|_| entry.pods.as_slice())
        };
        let question = Question {
            rules: options.rules,
            strategy: options.strategy,
            wait_for_jobs: options.wait_for_jobs,
            age: age(object),
            reports_ready: entry.reports_ready && silent,
            children,
            own_conditions: options.own_conditions && goal == Goal::Ready,
        };
        let answer = match goal {
            Goal::Complete => completion(object, &question),
            Goal::Ready | Goal::Deleted => readiness(object, &question),
        };
        let is_told = question.own_conditions && has_conditions(object);
        if goal == Goal::Deleted || answer.state != State::InProgress || is_told {
            return answer;
        }
        match options.rules {
            Rules::Helm => failed_pods(target, &entry.pods, &question).unwrap_or(answer),
            Rules::Skeg => {
                let own = std::slice::from_ref(object);
                let pods = if target.key.kind == "Pod" {
                    own
                } else {
                    entry.pods.as_slice()
                };
                let hopeless = entry
                    .troubles
                    .hopeless(object, pods, target.key.kind == "Job", &options.patience, now);
                match hopeless {
                    None => answer,
                    Some(trouble) => Readiness {
                        state: State::Failed,
                        message: with(&answer.message, &trouble),
                    },
                }
            }
        }
    }

    /// How the wait has ended, if it has: well, or not.
    pub(super) fn verdict(&self) -> Option<Result<(), End>> {
        if self.entries.iter().all(|entry| entry.done) {
            return Some(Ok(()));
        }
        let failed = |entry: &&Entry| {
            !entry.done && entry.readiness.is_failed() && (self.goal != Goal::Deleted || !entry.unreadable.is_empty())
        };
        let failures = self.entries.iter().filter(failed).count();
        let unfinished = self.entries.iter().filter(|entry| !entry.done).count();
        let over = match self.options.rules {
            // Helm goes on as long as any other object may still become ready.
            Rules::Helm => failures == unfinished,
            Rules::Skeg => failures > 0,
        };
        over.then_some(Err(End::Failed))
    }

    pub(super) fn unready(&self) -> Vec<Unready> {
        let entries = self.targets.iter().zip(&self.entries).filter(|(_, entry)| !entry.done);
        entries
            .map(|(target, entry)| Unready {
                key: target.key.clone(),
                readiness: entry.readiness.clone(),
                reason: failure_reason(entry.object.as_ref()),
            })
            .collect()
    }

    pub(super) fn verb(&self) -> Verb {
        match self.goal {
            Goal::Ready => Verb::Ready,
            Goal::Complete => Verb::Complete,
            Goal::Deleted => Verb::Deleted,
        }
    }

    /// The picture of the wait.
    pub(super) fn tree(&self, now: Instant, timeout: Duration) -> Tree {
        let goal = match self.goal {
            Goal::Ready => "ready",
            Goal::Complete => "complete",
            Goal::Deleted => "gone",
        };
        let nodes = self
            .targets
            .iter()
            .zip(&self.entries)
            .map(|(target, entry)| entry.node(target))
            .collect();
        Tree {
            goal,
            elapsed: now.saturating_duration_since(self.begun),
            timeout,
            nodes,
            trouble: self.trouble.clone(),
        }
    }
}

impl Entry {
    fn node(&self, target: &Target) -> Node {
        let mut node = Node {
            name: target.key.to_string(),
            state: self.readiness.state,
            done: self.done,
            message: self.readiness.message.clone(),
            children: Vec::new(),
            notes: Vec::new(),
        };
        if self.done {
            return node;
        }
        if let (Some(object), "Pod") = (&self.object, target.key.kind.as_str()) {
            node.notes = pods::reasons(object);
        }
        let unwell: Vec<&Value> = self.pods.iter().filter(|pod| !pods::is_well(pod)).collect();
        node.children = unwell.iter().take(PODS).map(|pod| pod_node(pod)).collect();
        if unwell.len() > PODS {
            node.notes
                .push(format!("{} more pods are not ready", unwell.len() - PODS));
        }
        node
    }

    /// The pods whose events and logs are worth reading, in the order in which [`Entry::node`] shows them.
    pub(super) fn shown_pods(&self) -> Vec<Value> {
        self.pods
            .iter()
            .filter(|pod| !pods::is_well(pod))
            .take(PODS)
            .cloned()
            .collect()
    }
}

pub(super) fn pod_node(pod: &Value) -> Node {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let answer = readiness(pod, &Question::default());
    // The notes tell the whole of it, so the state's own message would say it twice.
    let message = answer.message.split(": ").next().unwrap_or_default().to_owned();
    Node {
        name: format!("Pod {name}"),
        state: answer.state,
        done: false,
        message,
        children: Vec::new(),
        notes: pods::reasons(pod),
    }
}

impl Target {
    /// Whether the object that was meant is not there any more: there is none, or another one of the name.
    fn is_gone(&self, found: Option<&Value>) -> bool {
        let uid = |object: &Value| {
            object["metadata"]["uid"]
                .as_str()
                .filter(|uid| !uid.is_empty())
                .map(str::to_owned)
        };
        let Some(found) = found else { return true };
        matches!((self.live.as_ref().and_then(uid), uid(found)), (Some(meant), Some(found)) if meant != found)
    }
}

fn has_conditions(object: &Value) -> bool {
    matches!(Conditions::of(object), Ok(Some(_)))
}

fn is_awaited_hook(target: &Target) -> bool {
    matches!(
        (target.key.group(), target.key.kind.as_str()),
        ("batch", "Job") | ("", "Pod") | ("apiextensions.k8s.io", "CustomResourceDefinition")
    )
}

/// Helm calls a StatefulSet or ReplicaSet failed as soon as one of its pods is; a Deployment's pods it does not look at.
fn failed_pods(target: &Target, pods: &[Value], question: &Question<'_>) -> Option<Readiness> {
    if question.strategy == Strategy::Legacy || !matches!(target.key.kind.as_str(), "StatefulSet" | "ReplicaSet") {
        return None;
    }
    let failed = pods
        .iter()
        .filter(|pod| {
            readiness(
                pod,
                &Question {
                    age: age(pod),
                    ..*question
                },
            )
            .is_failed()
        })
        .count();
    (failed > 0).then(|| Readiness {
        state: State::Failed,
        message: format!("{failed} pods have failed"),
    })
}

fn age(object: &Value) -> Option<Duration> {
    let made: Timestamp = object["metadata"]["creationTimestamp"].as_str()?.parse().ok()?;
    Timestamp::now().duration_since(made).try_into().ok()
}

fn with(message: &str, trouble: &str) -> String {
    match message.is_empty() || message.contains(trouble) {
        true if message.is_empty() => trouble.to_owned(),
        true => message.to_owned(),
        false => format!("{message}, {trouble}"),
    }
}

/// The reason in a Job's Failed condition.
fn failure_reason(object: Option<&Value>) -> String {
    let conditions = object.and_then(|object| object.pointer("/status/conditions")?.as_array());
    let failed = conditions
        .into_iter()
        .flatten()
        .find(|condition| condition["type"] == "Failed" && condition["status"] == "True");
    failed
        .and_then(|condition| condition["reason"].as_str())
        .unwrap_or_default()
        .to_owned()
}
