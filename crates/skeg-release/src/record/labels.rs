//! The labels of stored objects: the ones that storage sets, and the user's own.
//!
//! # Source
//! spec/lifecycle.md 2.2, 1.5.

use std::collections::BTreeMap;

/// Labels that storage sets itself; users may not.
pub const SYSTEM_LABELS: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

/// Whether storage sets this label itself.
pub fn is_system(key: &str) -> bool {
    SYSTEM_LABELS.contains(&key)
}

/// The user's own labels.
pub fn custom(labels: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let own = labels.iter().filter(|(key, _)| !is_system(key));
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The labels of a new revision: those of the newest one, whatever became of it, with the given ones over them. The value `null`
/// removes a label, be it given or left from an installation, which stores it as it is.
///
/// Helm copies the system's labels of the previous revision too, a stale `modifiedAt` among them; these are left out.
pub fn merge(newest: &BTreeMap<String, String>, given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut merged = custom(newest);
    merged.extend(given.clone());
    merged.retain(|_, value| value != "null");
    merged
}
