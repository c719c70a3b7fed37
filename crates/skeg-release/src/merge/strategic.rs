//! Strategic three-way merge patches: what a built-in kind's live object lacks of the new manifest, and what the old manifest
//! had and the new one hasn't, in the patch language of the API server.
//!
//! One walk over the new manifest makes the patch. `null` removes a key; in keyed lists elements are named by their key and
//! removed by `$patch: delete`; `$setElementOrder/LIST` says how they are ordered, `$deleteFromPrimitiveList/LIST` what leaves
//! a set, and `$retainKeys` which keys of a union stay.
//!
//! # Source
//! Kubernetes design document "Strategic merge patch"; what Helm sends, found by experiment (spec/lifecycle.md 8.3).

use serde_json::{Map, Value, json};
use skeg_kinds::merge_keys::{ListRule, Place, Rule};

use super::apply::{apply_map, apply_strategic};
use super::identity::{identities, is_ambiguous, key_text};
use super::same;

/// Why no patch could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// An element of a list has no value of the key that names it.
    #[error("{path} does not contain declared merge key: {key}")]
    MissingKey {
        /// The element, as `spec.template.spec.containers[0]`.
        path: String,
        /// The merge key.
        key: &'static str,
    },
}

type Object = Map<String, Value>;

/// The strategic patch that brings what changed from `original` to `modified`, and what `current` lacks of `modified`, into
/// the live object; an empty map where that changes nothing.
///
/// # Errors
/// [`MergeError::MissingKey`].
pub fn strategic_three_way(
    place: Place,
    original: &Value,
    modified: &Value,
    current: &Value,
) -> Result<Value, MergeError> {
    let empty = Map::new();
    let map = |value| Value::as_object(value).unwrap_or(&empty);
    let mut walk = Walk { path: Vec::new() };
    let patch = walk.map(place, Some(map(original)), map(modified), Some(map(current)), false)?;
    // Nulls for what is gone already, and orders that hold already, are no reason for a request.
    let patch = Value::Object(patch);
    let is_idle = same(&apply_strategic(place, current, &patch), current);
    Ok(if is_idle { json!({}) } else { patch })
}

/// Where the walk is, for errors.
struct Walk {
    path: Vec<String>,
}

impl Walk {
    /// The patch of a map. Without `live` all of `new` is the patch, and the removals.
    fn map(
        &mut self,
        place: Place,
        old: Option<&Object>,
        new: &Object,
        live: Option<&Object>,
        retain_keys: bool,
    ) -> Result<Object, MergeError> {
        let mut patch = Map::new();
        for (key, wanted) in new {
            let (rule, inner) = place.field(key);
            let old = old.and_then(|old| old.get(key));
            let live = live.and_then(|live| live.get(key));
            self.path.push(key.clone());
            match wanted {
                Value::Object(wanted) if rule.replace => {
                    if live.and_then(Value::as_object) != Some(wanted) {
                        patch.insert(key.clone(), Value::Object(wanted.clone()));
                    }
                }
                Value::Object(wanted) => {
                    let old = old.and_then(Value::as_object);
                    let live = live.and_then(Value::as_object);
                    let value = self.map(inner, old, wanted, live, rule.retain_keys)?;
                    if !value.is_empty() || live.is_none() {
                        patch.insert(key.clone(), Value::Object(value));
                    }
                }
                Value::Array(wanted) => {
                    let old = old.and_then(Value::as_array);
                    let live = live.and_then(Value::as_array);
                    self.list(&mut patch, key, (rule, inner), old, wanted, live)?;
                }
                wanted if live.is_some_and(|live| same(live, wanted)) => {}
                wanted => {
                    patch.insert(key.clone(), wanted.clone());
                }
            }
            self.path.pop();
        }
        let gone = old
            .into_iter()
            .flat_map(Map::keys)
            .filter(|key| !new.contains_key(*key));
        let removals: Vec<(String, Value)> = gone.map(|key| (key.clone(), Value::Null)).collect();
        let has_removals = !removals.is_empty();
        patch.extend(removals);
        let has_more = live.is_some_and(|live| live.keys().any(|key| !new.contains_key(key)));
        let is_change = live.map_or(has_removals, |_| !patch.is_empty() || has_more);
        if retain_keys && !new.is_empty() && is_change {
            patch.insert("$retainKeys".to_owned(), new.keys().cloned().collect());
        }
        Ok(patch)
    }

    /// Adds to `patch` what is to be said of a list.
    fn list(
        &mut self,
        patch: &mut Object,
        name: &str,
        (rule, place): (Rule, Place),
        old: Option<&Vec<Value>>,
        new: &[Value],
        live: Option<&Vec<Value>>,
    ) -> Result<(), MergeError> {
        let old = old.map_or(&[][..], Vec::as_slice);
        let held = live.map_or(&[][..], Vec::as_slice);
        match rule.list {
            ListRule::Keyed(key) if [old, new, held].iter().all(|list| list.iter().all(Value::is_object)) => {
                let lists = Lists {
                    key,
                    old,
                    new,
                    live: held,
                };
                self.check_keys(&lists)?;
                match [old, new, held].iter().any(|list| is_ambiguous(list, key)) {
                    true => self.ambiguous_list(patch, name, (rule, place), &lists),
                    false => self.keyed_list(patch, name, (rule, place), &lists, live.is_some()),
                }
            }
            ListRule::Set => {
                set(patch, name, old, new, live.map(Vec::as_slice));
                Ok(())
            }
            _ => {
                if live.is_none_or(|live| live.len() != new.len() || !live.iter().zip(new).all(|(l, n)| same(l, n))) {
                    patch.insert(name.to_owned(), Value::Array(new.to_vec()));
                }
                Ok(())
            }
        }
    }

    fn check_keys(&self, lists: &Lists<'_>) -> Result<(), MergeError> {
        for list in [lists.new, lists.old, lists.live] {
            if let Some(at) = list.iter().position(|element| key_text(element, lists.key).is_none()) {
                let path = format!("{}[{at}]", self.path.join("."));
                return Err(MergeError::MissingKey { path, key: lists.key });
            }
        }
        Ok(())
    }

    fn keyed_list(
        &mut self,
        patch: &mut Object,
        name: &str,
        (rule, place): (Rule, Place),
        lists: &Lists<'_>,
        is_live: bool,
    ) -> Result<(), MergeError> {
        let key = lists.key;
        let named = |list: &'_ [Value], wanted: &str| -> Option<Object> {
            let found = list
                .iter()
                .find(|element| key_text(element, key).as_deref() == Some(wanted));
            found.and_then(Value::as_object).cloned()
        };
        let mut elements = Vec::new();
        // Without live elements the new ones are the value itself, and only removals need words.
        let mut says_order = false;
        for element in lists.new {
            let (Some(text), Some(wanted)) = (key_text(element, key), element.as_object()) else {
                continue;
            };
            let (old, live) = (named(lists.old, &text), named(lists.live, &text));
            self.path.push(text);
            let mut value = self.map(place, old.as_ref(), wanted, live.as_ref(), rule.retain_keys)?;
            self.path.pop();
            if !value.is_empty() || live.is_none() {
                says_order |= live.is_some() || !lists.live.is_empty() || !same(&Value::Object(value.clone()), element);
                value.insert(key.to_owned(), element[key].clone());
                elements.push(Value::Object(value));
            }
        }
        let mut removed: Vec<(String, Value)> = lists
            .old
            .iter()
            .filter_map(|element| Some((key_text(element, key)?, element[key].clone())))
            .filter(|(text, _)| named(lists.new, text).is_none())
            .collect();
        removed.sort_by(|left, right| left.0.cmp(&right.0));
        let removals = removed
            .into_iter()
            .map(|(_, value)| json!({"$patch": "delete", key: value}));
        elements.extend(removals.inspect(|_| says_order = true));
        says_order |= !lists.live.is_empty() && !lists.is_in_order();
        if says_order && !lists.new.is_empty() {
            let order = lists.new.iter().map(|element| json!({key: element[key]}));
            patch.insert(format!("$setElementOrder/{name}"), order.collect());
        }
        if !elements.is_empty() || !is_live {
            patch.insert(name.to_owned(), Value::Array(elements));
        }
        Ok(())
    }

    /// A list whose key names several elements: merged here, and replaced as a whole.
    fn ambiguous_list(
        &mut self,
        patch: &mut Object,
        name: &str,
        (rule, place): (Rule, Place),
        lists: &Lists<'_>,
    ) -> Result<(), MergeError> {
        let [old_ids, new_ids, live_ids] = [lists.old, lists.new, lists.live].map(|list| identities(list, lists.key));
        let named = |ids: &[String], list: &[Value], id: &String| -> Option<Object> {
            let at = ids.iter().position(|other| other == id)?;
            list.get(at)?.as_object().cloned()
        };
        let mut result = Vec::new();
        for (element, id) in lists.new.iter().zip(&new_ids) {
            let Some(wanted) = element.as_object() else { continue };
            let (old, live) = (named(&old_ids, lists.old, id), named(&live_ids, lists.live, id));
            let change = self.map(place, old.as_ref(), wanted, live.as_ref(), rule.retain_keys)?;
            result.push(Value::Object(apply_map(place, live.unwrap_or_default(), &change)));
        }
        // Elements that neither manifest knows are somebody else's.
        let foreign = lists.live.iter().zip(&live_ids);
        let foreign = foreign.filter(|(_, id)| !old_ids.contains(id) && !new_ids.contains(id));
        result.extend(foreign.map(|(element, _)| element.clone()));
        if result.len() != lists.live.len() || !result.iter().zip(lists.live).all(|(l, r)| same(l, r)) {
            result.insert(0, json!({"$patch": "replace"}));
            patch.insert(name.to_owned(), Value::Array(result));
        }
        Ok(())
    }
}

/// A keyed list in its three forms.
struct Lists<'l> {
    key: &'static str,
    old: &'l [Value],
    new: &'l [Value],
    live: &'l [Value],
}

impl Lists<'_> {
    /// Whether the live list has the new elements and no others, in their order.
    fn is_in_order(&self) -> bool {
        let keys = |list: &[Value]| -> Vec<_> { list.iter().map(|element| key_text(element, self.key)).collect() };
        keys(self.new) == keys(self.live)
    }
}

/// Adds to `patch` what is to be said of a list of plain values.
fn set(patch: &mut Object, name: &str, old: &[Value], new: &[Value], live: Option<&[Value]>) {
    let held = live.unwrap_or_default();
    let lacks = |list: &[Value], value: &Value| !list.iter().any(|other| same(other, value));
    let added: Vec<Value> = new.iter().filter(|value| lacks(held, value)).cloned().collect();
    let removed: Vec<Value> = old.iter().filter(|value| lacks(new, value)).cloned().collect();
    let is_change = !removed.is_empty() || (!held.is_empty() && (!added.is_empty() || held != new));
    if is_change && !new.is_empty() {
        patch.insert(format!("$setElementOrder/{name}"), Value::Array(new.to_vec()));
    }
    if !removed.is_empty() {
        patch.insert(format!("$deleteFromPrimitiveList/{name}"), Value::Array(removed));
    }
    if !added.is_empty() || live.is_none() {
        patch.insert(name.to_owned(), Value::Array(added));
    }
}
