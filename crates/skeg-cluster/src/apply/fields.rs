//! Paths of fields as an API server writes them, and what they lead to.
//!
//! A path is `.name`, `[key="value",…]` for an element of a keyed list, `[="value"]` for a member of a set, `[3]` for an
//! element by number. Names may hold dots, and nothing marks that: only the object tells where a name ends.
//!
//! # Source
//! Kubernetes, "Server-Side Apply", "Managed fields"; paths as kube-apiserver 1.36 writes them.

use serde_json::{Map, Value};

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Into a map.
    Field(String),
    /// To the element of a list with these values.
    Keyed(Map<String, Value>),
    /// To a member of a set.
    Member(Value),
    /// To an element by number.
    Index(usize),
}

/// The steps of a path in an object. What cannot be read ends the path.
pub(super) fn steps(object: &Value, path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    let mut place = Some(object);
    while !rest.is_empty() {
        let (step, after) = match rest.as_bytes() {
            [b'.', ..] => {
                let (name, after) = name(place, &rest[1..]);
                (Step::Field(name.to_owned()), after)
            }
            [b'[', ..] => match bracket(&rest[1..]) {
                Some(found) => found,
                None => break,
            },
            _ => break,
        };
        place = place.and_then(|place| into(place, &step));
        steps.push(step);
        rest = after;
    }
    steps
}

/// The name at the start of a text and what follows: the longest key of the map that fits, else up to the next dot.
fn name<'t>(place: Option<&Value>, text: &'t str) -> (&'t str, &'t str) {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
    let keys = place.and_then(Value::as_object).into_iter().flat_map(Map::keys);
    let fitting = keys.filter(|key| text.strip_prefix(key.as_str()).is_some_and(ends));
    let end = fitting
        .map(String::len)
        .max()
        .unwrap_or_else(|| text.find(['.', '[']).unwrap_or(text.len()));
    text.split_at(end)
}

/// What is between brackets, and what follows them.
fn bracket(text: &str) -> Option<(Step, &str)> {
    let mut pairs = Map::new();
    let mut rest = text;
    loop {
        let (key, after) = rest.split_at(rest.find(['=', ']'])?);
        let Some(after) = after.strip_prefix('=') else {
            return Some((Step::Index(key.parse().ok()?), after.strip_prefix(']')?));
        };
        let mut values = serde_json::Deserializer::from_str(after).into_iter::<Value>();
        // Without a quote a value ends where a number or a word does.
        let (value, used) = match after.strip_prefix('"') {
            Some(_) => (values.next()?.ok()?, values.byte_offset()),
            None => {
                let end = after.find([',', ']'])?;
                (serde_json::from_str(&after[..end]).ok()?, end)
            }
        };
        rest = &after[used..];
        if key.is_empty() {
            return Some((Step::Member(value), rest.strip_prefix(']')?));
        }
        pairs.insert(key.to_owned(), value);
        match rest.as_bytes() {
            [b',', ..] => rest = &rest[1..],
            [b']', ..] => return Some((Step::Keyed(pairs), &rest[1..])),
            _ => return None,
        }
    }
}

fn into<'o>(place: &'o Value, step: &Step) -> Option<&'o Value> {
    match step {
        Step::Field(name) => place.get(name),
        Step::Index(at) => place.get(*at),
        Step::Member(value) => place.as_array()?.iter().find(|member| *member == value),
        Step::Keyed(pairs) => {
            // A port without a protocol has the protocol that its key says.
            let fits = |element: &&Value| {
                pairs
                    .iter()
                    .all(|(key, value)| element.get(key).is_none_or(|own| own == value))
            };
            place.as_array()?.iter().find(fits)
        }
    }
}

/// What the steps lead to.
pub(super) fn value_at<'o>(object: &'o Value, steps: &[Step]) -> Option<&'o Value> {
    steps.iter().try_fold(object, into)
}

/// Whether a set of fields (`fieldsV1`) has the place that the steps lead to, or one that it lies in as a whole.
pub(super) fn owns(fields: &Value, steps: &[Step]) -> bool {
    let mut place = fields;
    for step in steps {
        let key = match step {
            Step::Field(name) => format!("f:{name}"),
            Step::Keyed(pairs) => format!("k:{}", Value::Object(pairs.clone())),
            Step::Member(value) => format!("v:{value}"),
            Step::Index(at) => format!("i:{at}"),
        };
        match place.get(&key) {
            Some(below) => place = below,
            None => return place.as_object().is_some_and(Map::is_empty) && !std::ptr::eq(place, fields),
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_lead_to_values() {
        let object = json!({
            "metadata": {"annotations": {"a.b/c": "1", "a": "2"}, "finalizers": ["x.io/a"]},
            "spec": {"ports": [{"port": 80, "protocol": "UDP"}, {"port": 80, "name": "t"}], "args": ["a", "b"],
                     "containers": [{"name": "we]ird\"", "image": "i"}]}});
        let table = [
            (".metadata.annotations.a.b/c", json!("1")),
            (".metadata.annotations.a", json!("2")),
            (".metadata.finalizers[=\"x.io/a\"]", json!("x.io/a")),
            (".spec.ports[port=80,protocol=\"TCP\"].name", json!("t")),
            (".spec.args[1]", json!("b")),
            (".spec.containers[name=\"we]ird\\\"\"].image", json!("i")),
            (".spec.nothing.here", Value::Null),
            (".spec.args[", json!(["a", "b"])),
        ];
        for (path, expected) in table {
            let found = value_at(&object, &steps(&object, path)).cloned().unwrap_or_default();
            assert_eq!(found, expected, "{path}");
        }
    }
}
