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
    let has_orders = patch.keys().any(|key| key.starts_with(ORDER));
    let held = if has_orders { target.clone() } else { Map::new() };
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
            let held = held.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            *list = ordered(std::mem::take(list), held, order, key);
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

/// The elements in the order of `order`. Those that it doesn't name come before the next one that stood behind them in `held`,
/// the list as it was.
fn ordered(list: Vec<Value>, held: &[Value], order: &[Value], key: Option<&str>) -> Vec<Value> {
    let text = |value: &Value| match key {
        Some(key) => key_text(value, key),
        None => Some(value.to_string()),
    };
    let order: Vec<_> = order.iter().map(text).collect();
    let held: Vec<_> = held.iter().map(text).collect();
    let place_in = |list: &[Option<String>], value: &Value| list.iter().position(|other| *other == text(value));
    let (mut named, others): (Vec<_>, Vec<_>) = list.into_iter().partition(|value| place_in(&order, value).is_some());
    named.sort_by_key(|value| place_in(&order, value));
    let mut result = Vec::with_capacity(named.len() + others.len());
    let mut named = named.into_iter().peekable();
    for other in others {
        let at = place_in(&held, &other);
        // What is new stood nowhere, which is less than anywhere.
        while let Some(value) = named.next_if(|value| place_in(&held, value) < at) {
            result.push(value);
        }
        result.push(other);
    }
    result.extend(named);
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
