//! What an operation does to the objects of a release, as data: computed from manifests alone, executed elsewhere.
//!
//! # Source
//! spec/lifecycle.md 3.1 step 12, 3.2 steps 11 and 12, 3.4 step 3, 7.

use std::fmt;

use serde_json::Value;
use skeg_kinds::order::uninstall_rank;

use crate::object::{ManifestObject, ObjectKey, annotation};

/// The annotation that lets an object outlive its release.
pub const RESOURCE_POLICY: &str = "helm.sh/resource-policy";
/// The value of [`RESOURCE_POLICY`].
pub const KEEP: &str = "keep";

/// What is done with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is new in this release; it may exist all the same.
    Create,
    /// The release had it before.
    Update,
    /// The release has it no longer.
    Delete,
    /// It stays although the release has it no longer: its policy says so.
    Keep,
    /// Neither deleted nor told to be kept: its policy is a word that nobody knows.
    Ignore,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
            Action::Keep => "keep",
            Action::Ignore => "ignore",
        })
    }
}

/// One object and what is done with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// The object as the manifest has it: the new one, or for what goes the old one.
    pub object: Value,
    /// The object as the revision before had it; null where it had none.
    pub baseline: Value,
    /// The path of its template.
    pub source: String,
    /// Only a revision that failed had it: it goes only if it is the release's by its marks.
    pub leftover: bool,
}

impl Step {
    /// Which object.
    pub fn key(&self) -> ObjectKey {
        crate::object::key(&self.object)
    }
}

/// What is done, in batches: those of one batch are independent of each other, the next begins when all are through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// What is created and updated.
    pub apply: Vec<Vec<Step>>,
    /// What is deleted or kept, after that.
    pub remove: Vec<Vec<Step>>,
}

impl Plan {
    /// What makes a release of the target.
    ///
    /// `baselines` are the objects of earlier revisions: first those of the one that an upgrade compares with (none for an
    /// install), then those of revisions that failed since, whose objects would be forgotten otherwise (#31543).
    pub fn new(baselines: &[Vec<ManifestObject>], target: &[ManifestObject]) -> Plan {
        let before = baselines.first().map_or(&[][..], Vec::as_slice);
        let steps = target.iter().map(|item| {
            let key = item.key();
            let baseline = before.iter().find(|old| old.key() == key);
            Step {
                action: if baseline.is_some() {
                    Action::Update
                } else {
                    Action::Create
                },
                object: item.object.clone(),
                baseline: baseline.map_or(Value::Null, |old| old.object.clone()),
                source: item.source.clone(),
                leftover: false,
            }
        });
        let mut gone: Vec<Step> = Vec::new();
        for (age, baseline) in baselines.iter().enumerate() {
            for old in baseline {
                let key = old.key();
                let is_wanted = target.iter().any(|item| item.key().is_same_object(&key));
                if !is_wanted && !gone.iter().any(|step| step.key().is_same_object(&key)) {
                    gone.push(Step {
                        action: Action::Delete,
                        object: old.object.clone(),
                        baseline: old.object.clone(),
                        source: old.source.clone(),
                        leftover: age > 0,
                    });
                }
            }
        }
        Plan {
            apply: batches(steps),
            remove: removal_batches(gone),
        }
    }

    /// What removes a release; its objects are those of its last revision, and those that only earlier, failed ones had.
    pub fn removal(current: &[ManifestObject], leftovers: &[Vec<ManifestObject>]) -> Plan {
        let mut baselines = vec![current.to_vec()];
        baselines.extend_from_slice(leftovers);
        let mut plan = Plan::new(&baselines, &[]);
        for step in plan.remove.iter_mut().flatten() {
            step.action = match policy(&step.object) {
                None => Action::Delete,
                Some(policy) if policy.trim().eq_ignore_ascii_case(KEEP) => Action::Keep,
                Some(_) => Action::Ignore,
            };
        }
        plan
    }

    /// All steps, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.apply.iter().chain(&self.remove).flatten()
    }
}

/// The resource policy of an object.
pub fn policy(object: &Value) -> Option<&str> {
    annotation(object, RESOURCE_POLICY)
}

/// Runs of one kind. The order is the manifest's.
fn batches(steps: impl Iterator<Item = Step>) -> Vec<Vec<Step>> {
    let mut batches: Vec<Vec<Step>> = Vec::new();
    for step in steps {
        match batches.last_mut() {
            Some(batch) if batch[0].object["kind"] == step.object["kind"] => batch.push(step),
            _ => batches.push(vec![step]),
        }
    }
    batches
}

fn removal_batches(mut steps: Vec<Step>) -> Vec<Vec<Step>> {
    steps.sort_by(|a, b| uninstall_rank(kind(a)).cmp(&uninstall_rank(kind(b))));
    batches(steps.into_iter())
}

fn kind(step: &Step) -> &str {
    step.object["kind"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn objects(list: &str) -> Vec<ManifestObject> {
        list.split_whitespace()
            .map(|item| {
                let (kind, name) = item.split_once('/').expect("kind/name");
                let (name, policy) = name
                    .split_once('!')
                    .map_or((name, None), |(name, policy)| (name, Some(policy)));
                let mut object = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}});
                if let Some(policy) = policy {
                    object["metadata"]["annotations"] = json!({RESOURCE_POLICY: policy});
                }
                ManifestObject {
                    object,
                    source: String::new(),
                }
            })
            .collect()
    }

    fn shown(batches: &[Vec<Step>]) -> String {
        let batch = |steps: &Vec<Step>| {
            let step = |step: &Step| {
                let mark = if step.leftover { "?" } else { "" };
                format!("{}{mark} {}", step.action, step.key().name)
            };
            steps.iter().map(step).collect::<Vec<_>>().join(", ")
        };
        batches.iter().map(batch).collect::<Vec<_>>().join(" | ")
    }

    /// spec/lifecycle.md 7: runs of one kind are batches; what goes, goes in the order of uninstalling.
    #[test]
    fn plans() {
        for (name, baselines, target, apply, remove) in [
            (
                "install",
                vec![],
                "ConfigMap/a ConfigMap/b Service/c",
                "create a, create b | create c",
                "",
            ),
            (
                "upgrade",
                vec!["ConfigMap/a Service/c Deployment/d"],
                "ConfigMap/a ConfigMap/b",
                "update a, create b",
                "delete c | delete d",
            ),
            (
                "objects of failed revisions are not forgotten",
                vec!["ConfigMap/a", "ConfigMap/a ConfigMap/x", "ConfigMap/x Secret/y"],
                "ConfigMap/a",
                "update a",
                "delete? x | delete? y",
            ),
        ] {
            let baselines: Vec<_> = baselines.into_iter().map(objects).collect();
            let plan = Plan::new(&baselines, &objects(target));
            assert_eq!(shown(&plan.apply), apply, "{name}");
            assert_eq!(shown(&plan.remove), remove, "{name}");
        }
    }

    /// spec/lifecycle.md 3.4 step 3: any case of `keep` keeps, any other word is neither kept nor deleted.
    #[test]
    fn uninstalling_respects_the_policy() {
        let plan = Plan::removal(
            &objects("ConfigMap/a!KEEP ConfigMap/b!never ConfigMap/c Service/d!keep"),
            &[],
        );
        assert_eq!(shown(&plan.remove), "keep d | keep a, ignore b, delete c");
    }

    /// spec/lifecycle.md 3.2 step 12: the version does not matter when looking for what goes, but for what is known it does.
    #[test]
    fn versions_of_one_object() {
        let old = objects("Ingress/a");
        let mut new = objects("Ingress/a");
        new[0].object["apiVersion"] = json!("networking.k8s.io/v1");
        let mut beta = objects("Ingress/a");
        beta[0].object["apiVersion"] = json!("networking.k8s.io/v1beta1");
        let plan = Plan::new(&[beta], &new);
        assert_eq!(
            (shown(&plan.apply).as_str(), shown(&plan.remove).as_str()),
            ("create a", "")
        );
        let plan = Plan::new(&[old], &new);
        assert_eq!(
            (shown(&plan.apply).as_str(), shown(&plan.remove).as_str()),
            ("create a", "delete a")
        );
    }
}
