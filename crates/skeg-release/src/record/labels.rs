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

/// The labels of a new revision: those of the one before with the given ones over them; `null` removes one.
///
/// Helm copies the system's labels of the previous revision too, a stale `modifiedAt` among them; these are left out.
pub fn merge(previous: &BTreeMap<String, String>, given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut merged = custom(previous);
    for (key, value) in given {
        if value == "null" {
            merged.remove(key);
        } else {
            merged.insert(key.clone(), value.clone());
        }
    }
    merged
}
