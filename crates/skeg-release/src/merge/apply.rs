//! Applying a strategic merge patch to an object, as the API server does.
//!
//! Used to know whether a patch would change anything, to merge lists that their key doesn't tell apart, and by tests.
//!
//! # Source
//! Kubernetes design document "Strategic merge patch"; the order of elements was found by experiment.

use serde_json::{Map, Value};
use skeg_kinds::merge_keys::{ListRule, Place, Rule};

use super::identity::key_text;
use super::same;

const ORDER: &str = "$setElementOrder/";
const REMOVE: &str = "$deleteFromPrimitiveList/";

/// The object that a strategic patch makes of `target`. What the patch says of things that aren't there is passed over.
pub fn apply_strategic(place: Place, target: &Value, patch: &Value) -> Value {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => Value::Object(apply_map(place, target.clone(), patch)),
        _ => target.clone(),
    }
}

pub(super) fn apply_map(
    place: Place,
    mut target: Map<String, Value>,
    patch: &Map<String, Value>,
) -> Map<String, Value> {
    match patch.get("$patch").and_then(Value::as_str) {
        Some("replace") => return plain_map(patch),
        Some("delete") => return Map::new(),
        _ => {}
    }
    if let Some(Value::Array(kept)) = patch.get("$retainKeys") {
        target.retain(|key, _| kept.iter().any(|name| name.as_str() == Some(key)));
    }
    for (name, removed) in patch
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix(REMOVE)?, value)))
    {
        if let (Some(Value::Array(list)), Value::Array(removed)) = (target.get_mut(name), removed) {
            list.retain(|value| !removed.iter().any(|gone| same(gone, value)));
        }
    }
    for (key, change) in patch.iter().filter(|(key, _)| !key.starts_with('$')) {
        let (rule, inner) = place.field(key);
        let value = match (target.remove(key), change) {
            (_, Value::Null) => continue,
            (Some(Value::Object(old)), Value::Object(change)) if !rule.replace => {
                Value::Object(apply_map(inner, old, change))
            }
            (Some(Value::Array(old)), Value::Array(change)) => Value::Array(apply_list((rule, inner), old, change)),
            (_, change) => plain(change),
        };
        target.insert(key.clone(), value);
    }
    for (name, order) in patch
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix(ORDER)?, value)))
    {
        if let (Some(Value::Array(list)), Value::Array(order)) = (target.get_mut(name), order) {
            let key = match place.field(name).0.list {
                ListRule::Keyed(key) => Some(key),
                _ => None,
            };
            *list = ordered(std::mem::take(list), order, key);
        }
    }
    target
}

fn apply_list((rule, place): (Rule, Place), mut old: Vec<Value>, change: &[Value]) -> Vec<Value> {
    let directive = |element: &Value| element.get("$patch").and_then(Value::as_str).map(str::to_owned);
    match rule.list {
        ListRule::Atomic => change.to_vec(),
        ListRule::Set => {
            let new: Vec<Value> = change
                .iter()
                .filter(|v| !old.iter().any(|o| same(o, v)))
                .cloned()
                .collect();
            old.extend(new);
            old
        }
        ListRule::Keyed(_)
            if change
                .iter()
                .any(|element| directive(element).as_deref() == Some("replace")) =>
        {
            change
                .iter()
                .filter(|element| directive(element).is_none())
                .map(plain)
                .collect()
        }
        ListRule::Keyed(key) => {
            let gone = |element: &&Value| directive(element).as_deref() == Some("delete");
            for element in change.iter().filter(gone) {
                old.retain(|other| key_text(other, key) != key_text(element, key));
            }
            for element in change.iter().filter(|element| !gone(element)) {
                let found = old
                    .iter_mut()
                    .find(|other| key_text(other, key) == key_text(element, key));
                match (found, element) {
                    (Some(Value::Object(found)), Value::Object(element)) => {
                        *found = apply_map(place, std::mem::take(found), element);
                    }
                    (Some(found), element) => *found = plain(element),
                    (None, element) => old.push(plain(element)),
                }
            }
            old
        }
    }
}

/// The elements in the order of `order`; those it doesn't name stay before the element that followed them.
fn ordered(list: Vec<Value>, order: &[Value], key: Option<&str>) -> Vec<Value> {
    let text = |value: &Value| match key {
        Some(key) => key_text(value, key),
        None => Some(value.to_string()),
    };
    let order: Vec<_> = order.iter().map(text).collect();
    let position = |value: &Value| order.iter().position(|other| *other == text(value));
    let (mut named, others): (Vec<_>, Vec<_>) = list.into_iter().enumerate().partition(|(_, v)| position(v).is_some());
    named.sort_by_key(|(_, value)| position(value));
    let mut result = Vec::with_capacity(named.len() + others.len());
    let mut named = named.into_iter().peekable();
    for (at, other) in others {
        while let Some((_, value)) = named.next_if(|(named_at, _)| *named_at < at) {
            result.push(value);
        }
        result.push(other);
    }
    result.extend(named.map(|(_, value)| value));
    result
}

/// A value that is new: directives and nulls of maps have nothing to act on.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(plain_map(map)),
        Value::Array(list) => {
            let elements = list.iter().filter(|element| element.get("$patch").is_none());
            elements.map(plain).collect()
        }
        other => other.clone(),
    }
}

fn plain_map(map: &Map<String, Value>) -> Map<String, Value> {
    map.iter()
        .filter(|(key, value)| !key.starts_with('$') && !value.is_null())
        .map(|(key, value)| (key.clone(), plain(value)))
        .collect()
}
