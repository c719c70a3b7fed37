//! Merging one map into another as Go's mergo 1.0.1 does: in place, recursive, sharing what it takes.

use skeg_value::{Map, MapType, Str, Value};

use crate::convert::is_empty;

/// Maps nested deeper than this are not merged: only a map that contains itself gets there.
const MAX_DEPTH: usize = 500;

/// Why two maps cannot be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MergeError {
    /// A map meets a pointer (mergo's own error).
    #[error("src and dst must be of same type")]
    Types,
    /// Anything that is not certainly a string would go into a `map[string]string` (a panic in Go).
    #[error("reflect.Value.SetMapIndex: value of type interface {{}} is not assignable to type string")]
    NotAString,
    /// A map inside itself; Go dies of it.
    #[error("maps are nested too deeply to be merged")]
    TooDeep,
}

/// Merges `source` into `target`.
///
/// For each key of the source: maps on both sides are merged; otherwise the target's value stays if it is not empty
/// (nil, false, 0, an empty text, list or map). With `overwrite` the source's value wins, even when it is empty; an
/// empty map of the source still leaves a map with entries alone. Without it nil in the source counts for nothing.
///
/// # Source
/// spec/rendering.md 2.6, rows `merge`, `mergeOverwrite`, aliasing.
pub(crate) fn merge_into(target: &Map, source: &Map, overwrite: bool) -> Result<(), MergeError> {
    merge_level(target, source, overwrite, 0)
}

fn merge_level(target: &Map, source: &Map, overwrite: bool, depth: usize) -> Result<(), MergeError> {
    if depth > MAX_DEPTH {
        return Err(MergeError::TooDeep);
    }
    // The keys are those that the source has now, the values are read when it is their turn: a map that is also
    // somewhere inside the target changes on the way.
    let keys: Vec<Str> = source.borrow().keys().cloned().collect();
    for key in keys {
        let Some(new) = source.get(&key) else { continue };
        let old = target.get(&key);
        if let (Some(Value::Map(old)), Value::Map(new)) = (&old, &new)
            && !old.is_nil()
        {
            merge_level(old, new, overwrite, depth + 1)?;
        }
        if let (Some(Value::Object(old)), Value::Map(_)) = (&old, &new)
            && old.kind() == "ptr"
            && !overwrite
        {
            return Err(MergeError::Types);
        }
        // Emptiness is judged after merging, so that a map filled just now is kept rather than replaced.
        let replaces = match (&old, &new) {
            (_, Value::Null) => overwrite,
            (None, _) => true,
            (Some(old), _) if is_empty(old) => true,
            (Some(Value::Map(_)), Value::Map(_)) => false,
            _ => overwrite,
        };
        if replaces {
            if target.ty() == MapType::String && source.ty() != MapType::String {
                return Err(MergeError::NotAString);
            }
            target.insert(key, new);
        }
    }
    Ok(())
}
