//! Merging: what must be sent so that a live object becomes what a chart says, without undoing what others wrote.
//!
//! In: objects as JSON: the one of the last release (`original`), the one of this release (`modified`) and the live one
//! (`current`). Out: a [`Patch`], its body and how it is to be read. Sending it is the cluster's business.
//!
//! # Source
//! spec/lifecycle.md 8.3; Kubernetes, "Update API objects in place using kubectl patch" and "Strategic merge patch";
//! RFC 7386.

mod apply;
mod identity;
mod json_merge;
mod strategic;
#[cfg(test)]
mod tests;

pub use apply::apply_strategic;
pub use json_merge::{apply_json_merge, json_merge_three_way, json_merge_two_way};
pub use strategic::{MergeError, strategic_three_way};

use serde_json::{Map, Value};
use skeg_kinds::merge_keys;

/// How the body of a patch is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchKind {
    /// By the merge keys of a built-in kind.
    Strategic,
    /// As RFC 7386 says.
    JsonMerge,
}

impl PatchKind {
    /// The content type a request says it with.
    pub fn content_type(self) -> &'static str {
        match self {
            PatchKind::Strategic => "application/strategic-merge-patch+json",
            PatchKind::JsonMerge => "application/merge-patch+json",
        }
    }
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// How the body is to be read.
    pub kind: PatchKind,
    /// A map; empty where there is nothing to do.
    pub body: Value,
}

impl Patch {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.body.as_object().is_none_or(Map::is_empty)
    }
}

/// What is known of an object before a client-side update.
#[derive(Clone, Copy, Debug)]
pub struct Update<'o> {
    /// The object as the last release's manifest has it; none where that release lacks it and it is being adopted.
    pub original: Option<&'o Value>,
    /// The object as this release wants it, with the labels and annotations of its owner.
    pub modified: &'o Value,
    /// The live object.
    pub current: &'o Value,
}

/// The patch of a client-side update; empty where it would change nothing.
///
/// A built-in kind gets a strategic patch from all three objects. A custom resource or an API service gets a JSON merge
/// patch from `original` to `modified`, whatever is live; being adopted, one that makes the live object say what `modified`
/// says and removes nothing.
///
/// # Errors
/// [`MergeError`] where an element of a keyed list lacks its key.
///
/// # Source
/// spec/lifecycle.md 8.3. Found by experiment: definitions of custom resources get a strategic patch too; with
/// `--take-ownership` an upgrade by Helm changes nothing of a custom resource that it adopts, not even its labels.
pub fn client_side_patch(update: Update<'_>) -> Result<Patch, MergeError> {
    let Update {
        original,
        modified,
        current,
    } = update;
    let text = |key: &str| modified[key].as_str().unwrap_or_default();
    let Some(place) = merge_keys::strategic(text("apiVersion"), text("kind")) else {
        let body = match original {
            Some(original) => json_merge_two_way(original, modified),
            None => json_merge_three_way(modified, modified, current),
        };
        let is_idle = same(&apply_json_merge(current, &body), current);
        let body = if is_idle { Value::Object(Map::new()) } else { body };
        return Ok(Patch {
            kind: PatchKind::JsonMerge,
            body,
        });
    };
    let body = strategic_three_way(place, original.unwrap_or(modified), modified, current)?;
    Ok(Patch {
        kind: PatchKind::Strategic,
        body,
    })
}

/// Whether two values are the same; numbers are compared by value, so that `1` is `1.0`.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(l), Value::Number(r)) => l == r || ((l.is_f64() || r.is_f64()) && l.as_f64() == r.as_f64()),
        (Value::Array(l), Value::Array(r)) => l.len() == r.len() && l.iter().zip(r).all(|(l, r)| same(l, r)),
        (Value::Object(l), Value::Object(r)) => {
            l.len() == r.len() && l.iter().all(|(key, l)| r.get(key).is_some_and(|r| same(l, r)))
        }
        _ => left == right,
    }
}
