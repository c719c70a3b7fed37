//! Walks a chart's `values.schema.json`: which objects are closed, what leaves there are, and values that leaves refuse.
//!
//! Places are written as in `schema-open.txt`: `api.extraEnv[]` for the items of a list, `resources.*` for the values of
//! an open map.

use std::collections::BTreeSet;

use serde_json::{Map, json};

use crate::Json;

/// A node of a schema with its references resolved.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it is: keys joined by dots.
    pub place: String,
    /// The path of keys; empty for nodes below items or open maps, for which no default can be given.
    pub keys: Option<Vec<String>>,
    /// The schema of the node.
    pub schema: Json,
}

/// Every node of a schema below `properties`, `items` and `additionalProperties`, the root first. Branches of `anyOf`,
/// `oneOf` and `allOf` count as parts of their node.
///
/// # Panics
/// On a reference that leads nowhere or in a circle.
#[must_use]
#[track_caller]
pub fn nodes(root: &Json) -> Vec<Node> {
    let mut found = Vec::new();
    walk(root, root, String::new(), Some(Vec::new()), 0, &mut found);
    found
}

#[track_caller]
fn walk(root: &Json, schema: &Json, place: String, keys: Option<Vec<String>>, depth: usize, found: &mut Vec<Node>) {
    assert!(depth < 40, "{place}: the schema goes round in a circle");
    let schema = resolve(root, schema, &place);
    found.push(Node {
        place: place.clone(),
        keys: keys.clone(),
        schema: schema.clone(),
    });
    let mut seen = BTreeSet::new();
    for part in parts(root, &schema, &place) {
        for (key, child) in part.get("properties").and_then(Json::as_object).into_iter().flatten() {
            if !seen.insert(key.clone()) {
                continue;
            }
            let below = if place.is_empty() {
                key.clone()
            } else {
                format!("{place}.{key}")
            };
            let keys = keys.clone().map(|mut keys| {
                keys.push(key.clone());
                keys
            });
            walk(root, child, below, keys, depth + 1, found);
        }
        if let Some(items) = part.get("items").filter(|items| items.is_object()) {
            walk(root, items, format!("{place}[]"), None, depth + 1, found);
        }
        if let Some(more) = part.get("additionalProperties").filter(|more| more.is_object()) {
            walk(root, more, format!("{place}.*"), None, depth + 1, found);
        }
    }
}

/// The node itself and the branches of its `anyOf`, `oneOf`, `allOf`.
fn parts(root: &Json, schema: &Json, place: &str) -> Vec<Json> {
    let mut all = vec![schema.clone()];
    for key in ["anyOf", "oneOf", "allOf"] {
        for branch in schema.get(key).and_then(Json::as_array).into_iter().flatten() {
            all.extend(parts(root, &resolve(root, branch, place), place));
        }
    }
    all
}

/// Follows `$ref`; keys beside the reference (a description) are laid over what it leads to.
#[track_caller]
fn resolve(root: &Json, schema: &Json, place: &str) -> Json {
    let mut current = schema.clone();
    for _ in 0..20 {
        let Some(reference) = current.get("$ref").and_then(Json::as_str).map(str::to_owned) else {
            return current;
        };
        let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        let Some(target) = target else {
            panic!("{place}: $ref {reference} leads nowhere");
        };
        let mut merged = target.as_object().cloned().unwrap_or_default();
        for (key, value) in current
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| *key != "$ref")
        {
            merged.insert(key.clone(), value.clone());
        }
        current = Json::Object(merged);
    }
    panic!("{place}: references go round in a circle")
}

impl Node {
    /// The types that the node takes, of itself and of the branches of `anyOf` and `oneOf`; none when nothing is stated.
    #[must_use]
    pub fn types(&self, root: &Json) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for part in parts(root, &self.schema, &self.place) {
            match part.get("type") {
                Some(Json::String(one)) => drop(all.insert(one.clone())),
                Some(Json::Array(many)) => all.extend(many.iter().filter_map(Json::as_str).map(str::to_owned)),
                _ => {}
            }
            let words = part.get("enum").and_then(Json::as_array).into_iter().flatten();
            all.extend(words.chain(part.get("const")).map(|word| type_of(word).to_owned()));
        }
        all
    }

    /// Whether the node is an object.
    #[must_use]
    pub fn is_object(&self, root: &Json) -> bool {
        self.types(root).contains("object") || self.schema.get("properties").is_some()
    }

    /// Whether an object node takes only the keys that it lists, or any key with values of a stated type.
    #[must_use]
    pub fn is_closed(&self, root: &Json) -> bool {
        parts(root, &self.schema, &self.place)
            .iter()
            .any(|part| match part.get("additionalProperties") {
                Some(Json::Bool(more)) => !more,
                Some(Json::Object(typed)) => !typed.is_empty(),
                _ => part
                    .get("propertyNames")
                    .is_some_and(|names| names.get("enum").is_some()),
            })
    }

    /// Whether the node is no object and no list.
    #[must_use]
    pub fn is_scalar(&self, root: &Json) -> bool {
        let types = self.types(root);
        !types.is_empty() && !types.contains("object") && !types.contains("array")
    }

    /// The description, of the node or of what it refers to.
    #[must_use]
    pub fn description(&self) -> &str {
        self.schema
            .get("description")
            .and_then(Json::as_str)
            .unwrap_or_default()
    }

    /// A pointer as validators write it: `/service/type`.
    #[must_use]
    pub fn pointer(&self) -> String {
        self.keys
            .iter()
            .flatten()
            .map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1")))
            .collect()
    }

    /// Values that the node must refuse: of a wrong type, out of range, not in the list, against the pattern.
    #[must_use]
    pub fn wrong_values(&self, root: &Json) -> Vec<Json> {
        let types = self.types(root);
        let mut wrong = Vec::new();
        if types.is_empty() {
            return wrong;
        }
        let takes = |value: &Json| {
            let own = type_of(value);
            types.contains(own) || (own == "integer" && types.contains("number"))
        };
        // Null is left out: Helm removes a key that is set to null before the schema sees it.
        let candidates = [
            json!({"wrong": true}),
            json!(["wrong"]),
            json!(true),
            json!(7.5),
            json!("wrong type"),
        ];
        wrong.extend(candidates.into_iter().find(|value| !takes(value)));
        let branches = ["anyOf", "oneOf"].iter().any(|key| self.schema.get(*key).is_some());
        if branches {
            // What one branch refuses another may take.
            return wrong;
        }
        for (bound, step) in [("minimum", -1), ("maximum", 1)] {
            if let Some(limit) = self.schema.get(bound).and_then(Json::as_i64) {
                wrong.push(json!(limit + step));
            }
        }
        if self.schema.get("enum").is_some() && types.contains("string") {
            wrong.push(json!("no-such-word"));
        }
        if self.schema.get("pattern").is_some() && types.contains("string") {
            // A pattern that takes this is hardly one.
            wrong.push(json!(" !@#$%^&*() "));
        }
        if types.contains("string")
            && self
                .schema
                .get("minLength")
                .and_then(Json::as_i64)
                .is_some_and(|least| least > 0)
        {
            wrong.push(json!(""));
        }
        wrong
    }
}

/// The JSON type of a value: whole numbers are `integer`.
#[must_use]
pub fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_f64() => "number",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

/// A values document in which each of these places holds its value.
///
/// # Panics
/// When one place lies below another.
#[must_use]
pub fn document<'a>(values: impl IntoIterator<Item = (&'a [String], Json)>) -> Json {
    let mut root = Json::Object(Map::new());
    for (keys, value) in values {
        let mut at = &mut root;
        for key in keys {
            let map = at.as_object_mut().expect("a place below another place");
            at = map.entry(key.clone()).or_insert_with(|| Json::Object(Map::new()));
        }
        *at = value;
    }
    root
}

/// Every key path of a values document, lists not entered.
#[must_use]
pub fn key_paths(values: &Json) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    fn walk(value: &Json, keys: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
        for (key, child) in value.as_object().into_iter().flatten() {
            keys.push(key.clone());
            found.push(keys.clone());
            walk(child, keys, found);
            keys.pop();
        }
    }
    walk(values, &mut Vec::new(), &mut found);
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{document, nodes};

    #[test]
    fn nodes_are_found_through_references_and_branches() {
        let root = json!({
            "type": "object", "additionalProperties": false,
            "definitions": {"port": {"type": "integer", "minimum": 1, "maximum": 65535}},
            "properties": {
                "port": {"$ref": "#/definitions/port", "description": "where"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "raw": {"type": "object"},
                "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
                "tag": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            },
        });
        let all = nodes(&root);
        let places: Vec<&str> = all.iter().map(|node| node.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "", "labels", "labels.*", "list", "list[]", "list[].a", "port", "raw", "tag"
            ]
        );
        let open: Vec<&str> = all
            .iter()
            .filter(|node| node.is_object(&root) && !node.is_closed(&root))
            .map(|node| node.place.as_str())
            .collect();
        assert_eq!(open, ["list[]", "raw"]);
        let port = all.iter().find(|node| node.place == "port").expect("a port");
        assert_eq!(port.description(), "where");
        assert_eq!(
            port.wrong_values(&root),
            [json!({"wrong": true}), json!(0), json!(65536)]
        );
        let keys = ["a".to_owned(), "b".to_owned()];
        assert_eq!(document([(&keys[..], json!(1))]), json!({"a": {"b": 1}}));
    }
}
