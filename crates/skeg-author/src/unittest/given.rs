//! The values of a test: files, then `set`, each in the order of its file.

use skeg_value::{Int, List, Map, Value, yaml};

use super::suite::Place;

/// Puts the values of a chart below its parents' sections; global ones are shared by all.
///
/// `route`: the chart's path in its umbrella, `parent/charts/child`.
pub(super) fn scoped(route: &str, values: Map) -> Map {
    let parts: Vec<&str> = route.split('/').step_by(2).collect();
    let mut values = values;
    for part in parts.iter().skip(1).rev() {
        let section = Map::new();
        if let Some(global) = values.get(b"global") {
            section.insert("global", global);
        }
        section.insert(*part, values);
        values = section;
    }
    values
}

/// Lays `over` over `base`. Where one has a map and the other none, `over` wins.
pub(super) fn overlay(base: &Map, over: &Map) {
    for (key, value) in over.snapshot() {
        match (base.get(&key), &value) {
            (Some(Value::Map(below)), Value::Map(above)) => overlay(&below, above),
            _ => {
                base.insert(key, value);
            }
        }
    }
}

/// The values of a file, as go-yaml v3 reads it.
///
/// # Errors
/// Why it holds none.
pub(super) fn of_file(text: &[u8]) -> Result<Map, String> {
    match yaml::decode_v3(text).map_err(|error| error.to_string())? {
        Value::Null => Ok(Map::new()),
        Value::Map(map) => Ok(map),
        other => Err(format!("values must be a map, not a {}", other.kind())),
    }
}

/// `value` at a path such as `image.tag`, `hosts[1].name` or `annotations[a.b/c]`.
///
/// # Errors
/// Why the path is none.
pub(super) fn at_path(path: &str, value: &Value) -> Result<Map, String> {
    let steps = steps(path)?;
    let mut built = value.deep_clone();
    for step in steps.iter().rev() {
        built = match step {
            Step::Key(key) => {
                let map = Map::new();
                map.insert(key.as_str(), built);
                Value::Map(map)
            }
            Step::Index(index) => {
                let mut items = vec![Value::Null; *index];
                items.push(built);
                Value::List(List::new(items))
            }
        };
    }
    match built {
        Value::Map(map) => Ok(map),
        _ => Err(format!("`{path}` does not begin with a key")),
    }
}

enum Step {
    Key(String),
    Index(usize),
}

/// Longer lists are not made for the sake of one element.
const LONGEST_LIST: usize = 65_536;

fn steps(path: &str) -> Result<Vec<Step>, String> {
    if path.is_empty() {
        return Err("set path is empty".to_owned());
    }
    if let Some(token) = path.chars().find(|c| matches!(c, ',' | '{' | '}' | '=')) {
        // Inside of brackets too, as in the original.
        return Err(format!("invalid token found {token}"));
    }
    let mut steps = Vec::new();
    let mut rest = path;
    // Whether a key must come next.
    let mut key_wanted = true;
    loop {
        if let Some(inside) = rest.strip_prefix('[') {
            let Some(end) = inside.find(']') else {
                return Err("unexpected end of".to_owned());
            };
            let text = &inside[..end];
            if text.contains('[') {
                return Err("invalid escaping token [".to_owned());
            }
            if key_wanted {
                steps.push(Step::Key(text.to_owned()));
            } else {
                let index = text
                    .parse::<usize>()
                    .ok()
                    .filter(|&index| index < LONGEST_LIST)
                    .ok_or_else(|| format!("`{text}` is no index of a list"))?;
                steps.push(Step::Index(index));
            }
            rest = &inside[end + 1..];
            key_wanted = false;
        } else if key_wanted {
            let end = rest.find(['.', '[', ']']).unwrap_or(rest.len());
            if rest[end..].starts_with(']') {
                return Err("invalid key ]".to_owned());
            }
            if end == 0 && rest.is_empty() {
                return Err("unexpected end of".to_owned());
            }
            steps.push(Step::Key(rest[..end].to_owned()));
            rest = &rest[end..];
            key_wanted = false;
        } else if rest.is_empty() {
            return Ok(steps);
        } else if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            key_wanted = true;
        } else {
            let token: String = rest.chars().take(1).collect();
            return Err(format!("invalid denotation token {token}"));
        }
    }
}

/// The values as Helm reads them from a file: all numbers are floats.
pub(super) fn as_read(value: &Value) -> Value {
    match value {
        Value::Int(int) => Value::Float(float_of(*int)),
        Value::List(list) => Value::List(List::new(list.iter().map(as_read).collect())),
        Value::Map(map) => Value::Map(as_read_map(map)),
        other => other.clone(),
    }
}

/// [`as_read`] for a map.
pub(super) fn as_read_map(map: &Map) -> Map {
    map.borrow()
        .iter()
        .map(|(key, value)| (key.clone(), as_read(value)))
        .collect()
}

fn float_of(int: Int) -> f64 {
    int.as_i128() as f64
}

/// Says where in the suite file something is.
pub(super) fn located(file: &str, place: Place, message: &str) -> String {
    format!("{file}:{}:{}: {message}", place.line, place.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml_of(value: Value) -> String {
        super::super::asserts::shown(&value)
    }

    #[test]
    fn paths_build_values() {
        for (path, expected) in [
            ("a.b", "a:\n  b: 1\n"),
            ("a[1]", "a:\n  - null\n  - 1\n"),
            ("a[1].b", "a:\n  - null\n  - b: 1\n"),
            ("a[0][1]", "a:\n  - - null\n    - 1\n"),
            ("[a.b/c].d", "a.b/c:\n  d: 1\n"),
            ("x.[a.b]", "x:\n  a.b: 1\n"),
        ] {
            assert_eq!(
                yaml_of(Value::Map(at_path(path, &Value::int(1)).unwrap())),
                expected,
                "{path}"
            );
        }
        for (path, expected) in [
            ("", "set path is empty"),
            ("{", "invalid token found {"),
            ("[[", "unexpected end of"),
            ("a[", "unexpected end of"),
            ("a.", "unexpected end of"),
            ("foo[1.1]", "`1.1` is no index of a list"),
            ("foo]", "invalid key ]"),
        ] {
            assert_eq!(at_path(path, &Value::int(1)).unwrap_err(), expected, "{path}");
        }
    }

    #[test]
    fn subcharts_have_sections() {
        let values = of_file(b"global: {g: 1}\na: 2\n").unwrap();
        let text = yaml_of(Value::Map(scoped("p/charts/c", values)));
        assert_eq!(text, "c:\n  a: 2\n  global:\n    g: 1\nglobal:\n  g: 1\n");
    }
}
