//! Lists whose merge key does not tell their elements apart: a port twice with different protocols, a variable twice.
//!
//! A strategic merge by such a key loses elements: Helm, asked to remove the TCP half of a port 53, removes both halves. Here
//! such a list is merged by what tells the elements apart and sent as a whole.

use std::collections::HashSet;

use serde_json::Value;

/// Further fields that tell elements apart, and what a missing one means.
const FURTHER: &[(&str, &str)] = &[("protocol", "TCP"), ("whenUnsatisfiable", "")];

/// The text of an element's merge key; none where it has none.
pub(super) fn key_text(element: &Value, key: &str) -> Option<String> {
    match element.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// Whether two elements of the list have the same merge key.
pub(super) fn is_ambiguous(list: &[Value], key: &str) -> bool {
    let mut seen = HashSet::new();
    list.iter()
        .filter_map(|element| key_text(element, key))
        .any(|text| !seen.insert(text))
}

/// What tells each element from the others: merge key, further fields, and the how-manieth of its equals it is.
pub(super) fn identities(list: &[Value], key: &str) -> Vec<String> {
    let mut found: Vec<(String, usize)> = Vec::with_capacity(list.len());
    for element in list {
        let mut identity = key_text(element, key).unwrap_or_default();
        for (field, default) in FURTHER {
            identity.push('\n');
            identity += element.get(*field).and_then(Value::as_str).unwrap_or(default);
        }
        let before = found.iter().filter(|(text, _)| *text == identity).count();
        found.push((identity, before));
    }
    found
        .into_iter()
        .map(|(identity, nth)| format!("{identity}\n{nth}"))
        .collect()
}
