//! Walking values along the steps of a path.

use skeg_value::{Map, Str, Value, yaml};

use super::{Slice, Step};

/// The values at the end of the steps.
pub(super) fn find(steps: &[Step], document: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    walk(steps, document, document, &mut found);
    found
}

/// The values that `steps` lead to from `node`; `root` is what `$` in filters stands for.
pub(super) fn walk(steps: &[Step], node: &Value, root: &Value, found: &mut Vec<Value>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push(node.clone());
        return;
    };
    match step {
        Step::Children(names) => {
            if let Value::Map(map) = node {
                for name in names {
                    if let Some(child) = map.get(name) {
                        walk(rest, &child, root, found);
                    }
                }
            }
        }
        Step::All => {
            for child in children(node) {
                walk(rest, &child, root, found);
            }
        }
        Step::Elements(slices) => match node {
            Value::List(list) => {
                for at in slices.iter().flat_map(|slice| slice.indices(list.len())) {
                    walk(rest, &list.as_slice()[at], root, found);
                }
            }
            Value::Map(_) if slices == &[Slice::All] => {
                for child in children(node) {
                    walk(rest, &child, root, found);
                }
            }
            _ => {}
        },
        Step::Descend => {
            for child in children(node) {
                walk(steps, &child, root, found);
            }
            walk(rest, node, root, found);
        }
        Step::Filter { filter, after_descent } => match node {
            Value::List(list) if !after_descent => {
                for item in list {
                    if filter.accepts(item, root) {
                        walk(rest, item, root, found);
                    }
                }
            }
            _ => {
                if filter.accepts(node, root) {
                    walk(rest, node, root, found);
                }
            }
        },
        Step::Names(names) => {
            if let Value::Map(map) = node {
                let there = names.iter().filter(|name| map.contains_key(name));
                found.extend(there.map(|name| Value::String(name.clone())));
            }
        }
        Step::AllNames => {
            if let Value::Map(map) = node {
                found.extend(sorted(map).into_iter().map(|(name, _)| Value::String(name)));
            }
        }
    }
}

/// The elements of a list or the values of a map, in the order in which the document would be written.
fn children(node: &Value) -> Vec<Value> {
    match node {
        Value::List(list) => list.as_slice().to_vec(),
        Value::Map(map) => sorted(map).into_iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

fn sorted(map: &Map) -> Vec<(Str, Value)> {
    let entries = map.borrow();
    let mut keys: Vec<(&[u8], (&Str, &Value))> = entries
        .iter()
        .map(|(key, value)| (key.as_bytes(), (key, value)))
        .collect();
    yaml::sort_v3(&mut keys);
    keys.into_iter()
        .map(|(_, (key, value))| (key.clone(), value.clone()))
        .collect()
}

impl Slice {
    /// The places that it names in a list of this length.
    fn indices(self, length: usize) -> Vec<usize> {
        let count = length as i64;
        let from_end = |index: i64| if index < 0 { index.saturating_add(count) } else { index };
        let is_there = |&index: &i64| (0..count).contains(&index);
        match self {
            Slice::All => (0..length).collect(),
            Slice::Index(index) => Some(from_end(index))
                .filter(is_there)
                .map(|index| index as usize)
                .into_iter()
                .collect(),
            Slice::Range { from, to, step } => {
                let (first, last) = if step > 0 { (0, count) } else { (count - 1, -1) };
                let from = from.map_or(first, from_end);
                let to = to.map_or(last, from_end);
                let mut found = Vec::new();
                let mut at = if step > 0 { from.max(0) } else { from.min(count) };
                while (step > 0 && at < to.min(count)) || (step < 0 && at > to.max(-1)) {
                    if is_there(&at) {
                        found.push(at as usize);
                    }
                    at = at.saturating_add(step);
                }
                found
            }
        }
    }
}
