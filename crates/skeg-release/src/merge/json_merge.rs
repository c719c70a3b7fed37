//! JSON merge patches: two-way, three-way, and applying one.
//!
//! # Source
//! RFC 7386; what Helm sends for custom resources, found by experiment (spec/lifecycle.md 8.3).

use serde_json::{Map, Value};

use super::same;

/// What makes `modified` of `original`: changed and added keys with their values, removed ones with null.
pub fn json_merge_two_way(original: &Value, modified: &Value) -> Value {
    Value::Object(match (original, modified) {
        (Value::Object(old), Value::Object(new)) => changes(old, new, true),
        (_, Value::Object(new)) => new.clone(),
        _ => Map::new(),
    })
}

/// What makes the live object say what `modified` says, and removes what `original` said and `modified` doesn't.
///
/// What is only in the live object stays.
pub fn json_merge_three_way(original: &Value, modified: &Value, current: &Value) -> Value {
    let empty = Map::new();
    let map = |value| Value::as_object(value).unwrap_or(&empty);
    let (old, new, live) = (map(original), map(modified), map(current));
    let mut patch = changes(live, new, false);
    add_removals(&mut patch, old, new);
    Value::Object(patch)
}

/// The keys of `new` that differ from `old`; with `removals`, also those that only `old` has. Without, nulls are left out.
fn changes(old: &Map<String, Value>, new: &Map<String, Value>, removals: bool) -> Map<String, Value> {
    let mut patch = Map::new();
    for (key, wanted) in new {
        let difference = match (old.get(key), wanted) {
            (_, Value::Null) if !removals => continue,
            (Some(Value::Object(old)), Value::Object(new)) => {
                let inner = changes(old, new, removals);
                if inner.is_empty() {
                    continue;
                }
                Value::Object(inner)
            }
            (Some(had), wanted) if same(had, wanted) => continue,
            (_, wanted) => wanted.clone(),
        };
        patch.insert(key.clone(), difference);
    }
    if removals {
        let gone = old.keys().filter(|key| !new.contains_key(*key));
        patch.extend(gone.map(|key| (key.clone(), Value::Null)));
    }
    patch
}

/// Adds nulls for the keys that `old` has and `new` hasn't, at every depth.
fn add_removals(patch: &mut Map<String, Value>, old: &Map<String, Value>, new: &Map<String, Value>) {
    for (key, had) in old {
        match (had, new.get(key)) {
            (_, None) => {
                patch.insert(key.clone(), Value::Null);
            }
            (had, Some(Value::Null)) if !had.is_null() => {
                patch.insert(key.clone(), Value::Null);
            }
            (Value::Object(old), Some(Value::Object(new))) => {
                let mut inner = match patch.remove(key) {
                    Some(Value::Object(inner)) => inner,
                    Some(other) => {
                        patch.insert(key.clone(), other);
                        continue;
                    }
                    None => Map::new(),
                };
                let was_value = !inner.is_empty() || new.is_empty();
                add_removals(&mut inner, old, new);
                if !inner.is_empty() || (was_value && patch.contains_key(key)) {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            _ => {}
        }
    }
}

/// The object that a JSON merge patch makes.
pub fn apply_json_merge(target: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else {
        return patch.clone();
    };
    let mut result = target.as_object().cloned().unwrap_or_default();
    for (key, change) in changes {
        if change.is_null() {
            result.remove(key);
        } else {
            let old = result.remove(key).unwrap_or(Value::Null);
            result.insert(key.clone(), apply_json_merge(&old, change));
        }
    }
    Value::Object(result)
}
