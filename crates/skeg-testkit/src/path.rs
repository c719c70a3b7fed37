//! Paths into decoded documents: `.spec.ports[0].name`, `.containers[name=api].image`, `.rules[*].host`,
//! `.metadata.annotations["cert-manager.io/cluster-issuer"]`.

use crate::Json;

enum Step<'a> {
    Key(&'a str),
    Index(usize),
    All,
    /// The items of a list whose field has this text.
    Where(&'a str, &'a str),
}

/// Every value at `path`; none when a step leads nowhere.
///
/// # Panics
/// When the path itself cannot be read.
#[must_use]
#[track_caller]
pub fn find<'v>(root: &'v Json, path: &str) -> Vec<&'v Json> {
    let Some(steps) = parse(path) else {
        panic!("not a path: {path}");
    };
    let mut current = vec![root];
    for step in &steps {
        current = current.into_iter().flat_map(|value| walk(value, step)).collect();
    }
    current
}

fn walk<'v>(value: &'v Json, step: &Step<'_>) -> Vec<&'v Json> {
    match (step, value) {
        (Step::Key(key), Json::Object(map)) => map.get(*key).into_iter().collect(),
        (Step::Index(index), Json::Array(items)) => items.get(*index).into_iter().collect(),
        (Step::All, Json::Array(items)) => items.iter().collect(),
        (Step::All, Json::Object(map)) => map.values().collect(),
        (Step::Where(field, text), Json::Array(items)) => items
            .iter()
            .filter(|item| match item.get(*field) {
                Some(Json::String(there)) => there == text,
                // Numbers and booleans by how they are written.
                Some(there) => format!("{there}").as_str() == *text,
                None => false,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn parse(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (key, tail) = after.split_at(end);
            if key.is_empty() {
                return None;
            }
            steps.push(Step::Key(key));
            rest = tail;
        } else if let Some(after) = rest.strip_prefix("[\"") {
            let (key, tail) = after.split_once("\"]")?;
            steps.push(Step::Key(key));
            rest = tail;
        } else {
            let (inside, tail) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(match inside.split_once('=') {
                Some((field, text)) => Step::Where(field, text),
                None if inside == "*" => Step::All,
                None => Step::Index(inside.parse().ok()?),
            });
            rest = tail;
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::find;

    #[test]
    fn paths_lead_to_values() {
        let root = json!({"a": {"b.c/d": 1, "list": [{"name": "x", "port": 80}, {"name": "y", "port": 81}]}});
        let cases = [
            (".a.list[0].name", json!(["x"])),
            (".a.list[*].port", json!([80, 81])),
            (".a.list[name=y].port", json!([81])),
            (".a.list[port=80].name", json!(["x"])),
            (".a[\"b.c/d\"]", json!([1])),
            (".a.nothing.below", json!([])),
            (".a.list[7]", json!([])),
        ];
        for (path, wanted) in cases {
            assert_eq!(json!(find(&root, path)), wanted, "{path}");
        }
    }
}
