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

use serde_json::Value;
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
        self.body.as_object().is_none_or(serde_json::Map::is_empty)
    }
}

/// The patch of a client-side update.
///
/// A built-in kind gets a strategic patch from all three objects. A custom resource, a definition of one and an API service
/// get a JSON merge patch: from `original` to `modified`, whatever is live, or from all three with `take_ownership`.
///
/// # Errors
/// [`MergeError`] where an element of a keyed list lacks its key.
///
/// # Source
/// spec/lifecycle.md 8.3.
pub fn client_side_patch(
    original: &Value,
    modified: &Value,
    current: &Value,
    take_ownership: bool,
) -> Result<Patch, MergeError> {
    let text = |key: &str| modified[key].as_str().unwrap_or_default();
    let (kind, body) = match merge_keys::strategic(text("apiVersion"), text("kind")) {
        Some(place) => (
            PatchKind::Strategic,
            strategic_three_way(place, original, modified, current)?,
        ),
        None if take_ownership => (PatchKind::JsonMerge, json_merge_three_way(original, modified, current)),
        None => (PatchKind::JsonMerge, json_merge_two_way(original, modified)),
    };
    Ok(Patch { kind, body })
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
