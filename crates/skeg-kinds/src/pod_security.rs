//! The Pod Security Standards: whether a pod template passes the rules of the level baseline or restricted.
//!
//! In: a tree with an object, or its text. Out: a [`Finding`] for each rule that a pod or container breaks; none where
//! everything passes or the object has no pods. The rules are those that the API server's admission evaluates, each in
//! the form that it has in the given minor.
//!
//! ```
//! use skeg_kinds::pod_security::{Level, check_text};
//!
//! let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n";
//! let broken = check_text(pod.as_bytes(), Level::Restricted, 33).unwrap();
//! assert!(broken.iter().any(|finding| finding.code == "pod-security/run-as-non-root"));
//! assert!(check_text(pod.as_bytes(), Level::Baseline, 33).unwrap().is_empty());
//! ```
//!
//! # Source
//! Kubernetes documentation, "Pod Security Standards", and the versions of its rules as `policy` of
//! k8s.io/pod-security-admission has them.

mod rules;

use skeg_value::yaml::{NodeId, Tree, YamlError};

use crate::schemas::Pack;
use crate::validate::{Finding, Step, Walk};

/// A level of the standards. The third one, privileged, has no rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Prevents known ways out of a container.
    Baseline,
    /// What is known to harden a pod; everything of baseline too.
    Restricted,
}

impl Level {
    /// The level of a name.
    pub fn parse(name: &str) -> Option<Level> {
        match name {
            "baseline" => Some(Level::Baseline),
            "restricted" => Some(Level::Restricted),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Level::Baseline => "baseline",
            Level::Restricted => "restricted",
        }
    }
}

/// Checks the pods of every object in one YAML document. `minor`: the version of the rules, 33 for 1.33.
///
/// # Errors
/// A text that is not YAML.
pub fn check_text(text: &[u8], level: Level, minor: u32) -> Result<Vec<Finding>, YamlError> {
    let tree = Tree::parse(text)?;
    let mut findings = Vec::new();
    let mut pending: Vec<NodeId> = tree.root().into_iter().collect();
    while let Some(node) = pending.pop() {
        if is_list(&tree, node) {
            let items = tree.get(node, "items").map(|items| tree.items(items));
            pending.extend(items.unwrap_or_default().iter().rev());
        } else {
            findings.extend(check(&tree, node, level, minor));
        }
    }
    Ok(findings)
}

fn is_list(tree: &Tree<'_>, node: NodeId) -> bool {
    tree.get(node, "kind").and_then(|kind| tree.str(kind)) == Some("List")
}

/// Checks the pods of one object.
pub fn check(tree: &Tree<'_>, object: NodeId, level: Level, minor: u32) -> Vec<Finding> {
    let kind = tree
        .get(object, "kind")
        .and_then(|kind| tree.str(kind))
        .unwrap_or_default();
    let Some(keys) = template_path(kind) else {
        return Vec::new();
    };
    let Some(template) = tree.at(object, keys) else {
        return Vec::new();
    };
    let Some(spec) = tree.get(template, "spec") else {
        return Vec::new();
    };
    let mut walk = Walk::new(tree, Pack::get(), minor);
    walk.path.extend(keys.iter().map(|key| Step::Key(key.as_bytes())));
    rules::check(&mut walk, template, spec, level);
    walk.findings.sort_by_key(|finding| finding.span.start);
    walk.findings
}

/// The keys that lead from an object to what has the metadata and the spec of its pods; none for kinds without pods.
fn template_path(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "Pod" => &[],
        "PodTemplate" => &["template"],
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" | "ReplicationController" => {
            &["spec", "template"]
        }
        "CronJob" => &["spec", "jobTemplate", "spec", "template"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
