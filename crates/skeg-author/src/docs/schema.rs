//! A schema for a chart's values, out of the defaults and the comments.
//!
//! A default tells its type, a description is taken over, and `@schema` comments add what a default cannot say. Maps with
//! members are closed: a key that is not there is a typing mistake of the user's. Empty maps and lists are open.

use skeg_chart::Metadata;
use skeg_value::json::{self, JsonStyle};
use skeg_value::yaml::{NodeId, TreeKind};
use skeg_value::{List, Map, Value};

use super::comments::Note;
use super::{Values, join};

/// The text of `values.schema.json`, draft 7, keys sorted, ended by a newline.
///
/// The sections of dependencies, and `global`, are allowed and left to the dependencies' own schemas.
pub fn of(values: &Values<'_>, metadata: &Metadata) -> String {
    let properties = Map::new();
    let required = match values.tree.root() {
        Some(root) => members(values, root, &values.values, "", &properties),
        None => Vec::new(),
    };
    let sections = metadata.declared().map(|dependency| match dependency.alias.as_str() {
        "" => dependency.name.as_str(),
        alias => alias,
    });
    for section in sections.chain(["global"]) {
        if !properties.contains_key(section.as_bytes()) {
            let open = Map::new();
            open.insert("type", "object");
            properties.insert(section, open);
        } else if let Some(Value::Map(section)) = properties.get(section.as_bytes()) {
            // A dependency takes more than its parent happens to set.
            section.remove(b"additionalProperties");
        }
    }
    let root = Map::new();
    root.insert("$schema", "http://json-schema.org/draft-07/schema#");
    root.insert("title", format!("Values of {}", metadata.name).as_str());
    root.insert("type", "object");
    root.insert("additionalProperties", false);
    root.insert("properties", properties);
    if !required.is_empty() {
        root.insert("required", Value::List(List::new(required)));
    }
    let mut text = Vec::new();
    // Comments and defaults come from YAML, and hold nothing that JSON cannot say.
    let _ = json::encode(&Value::Map(root), &mut text, JsonStyle::Pretty2, false);
    String::from_utf8_lossy(&text).into_owned() + "\n"
}

/// Adds the schemas of a map's members; the keys that comments call required.
fn members(values: &Values<'_>, node: NodeId, map: &Map, above: &str, properties: &Map) -> Vec<Value> {
    let mut required = Vec::new();
    for entry in values.tree.entries(node) {
        let key = values.tree.key(entry);
        let Some(value) = map.get(key) else { continue };
        let path = join(above, key);
        let line = values.comments.line_of(values.tree.key_span(entry).start);
        let note = values.comments.above(line, &path);
        let schema = Map::new();
        infer(values, entry.value, &value, &path, &schema);
        if apply(&note, &schema) {
            required.push(Value::String(key.into()));
        }
        properties.insert(key, schema);
    }
    required
}

/// What the default alone says.
fn infer(values: &Values<'_>, node: NodeId, value: &Value, path: &str, schema: &Map) {
    match value {
        Value::Map(map) if !map.is_empty() && matches!(values.tree.kind(node), TreeKind::Map(_)) => {
            let properties = Map::new();
            let required = members(values, node, map, path, &properties);
            schema.insert("type", "object");
            schema.insert("additionalProperties", false);
            schema.insert("properties", properties);
            if !required.is_empty() {
                schema.insert("required", Value::List(List::new(required)));
            }
        }
        Value::List(items) => {
            schema.insert("type", "array");
            let mut types: Vec<&str> = items.iter().filter_map(type_of).collect();
            types.dedup();
            if let ([only], true) = (&types[..], items.iter().all(|item| !item.is_null())) {
                let item = Map::new();
                item.insert("type", *only);
                schema.insert("items", item);
            }
        }
        // A default of nothing says nothing of what may be given.
        _ => {
            if let Some(name) = type_of(value) {
                schema.insert("type", name);
            }
        }
    }
}

fn type_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(_) => "boolean",
        Value::Int(_) => "integer",
        Value::Float(number) if number.fract() == 0.0 => "integer",
        Value::Float(_) => "number",
        Value::String(_) | Value::Bytes(_) | Value::Object(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    })
}

/// Puts what the comment says over what the default says; whether the key is required.
fn apply(note: &Note, schema: &Map) -> bool {
    if let Some(description) = &note.description
        && !description.is_empty()
    {
        schema.insert("description", description.as_str());
    }
    let mut is_required = false;
    for (key, value) in note.schema.snapshot() {
        if &*key == b"required" && matches!(value, Value::Bool(_)) {
            is_required = value.is_true();
            continue;
        }
        // Alternatives take the place of the type that the default has.
        if matches!(&*key, b"oneOf" | b"anyOf" | b"$ref" | b"const" | b"enum") && note.schema.get(b"type").is_none() {
            schema.remove(b"type");
        }
        schema.insert(key, value);
    }
    is_required
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(text: &str) -> String {
        let values = Values::parse(text.as_bytes()).expect("good");
        let metadata = Metadata {
            name: "web".to_owned(),
            ..Metadata::default()
        };
        of(&values, &metadata)
    }

    /// A schema that rejects what its own defaults are would be worthless.
    #[test]
    fn defaults_fit_and_strangers_do_not() {
        let text = "\
            # -- Pods\n# @schema minimum: 0; maximum: 50\nreplicas: 2\n\
            # @schema type: [string, null]; pattern: '^[a-z]*$'\nname:\n\
            # @schema\n# enum: [a, b]\n# @schema\nmode: a\n\
            # @schema required\nport: 80\nlabels: {}\nhosts: [x]\nratio: 0.5\n";
        let schema = schema(text);
        let check = |values: &str| {
            let values = skeg_value::yaml::decode_values(values.as_bytes()).expect("good");
            skeg_chart::schema::validate(
                schema.as_bytes(),
                &Value::Map(values),
                &mut |_| Err(String::new()),
                &mut Vec::new(),
            )
        };
        assert_eq!(check(text), Ok(()), "{schema}");
        for (values, fits) in [
            ("{port: 1}", true),
            ("{}", false),
            ("{port: 1, replicas: 51}", false),
            ("{port: 1, name: A}", false),
            ("{port: 1, mode: c}", false),
            ("{port: 1, replica: 1}", false),
            ("{port: 1, labels: {a: b}}", true),
            ("{port: 1, hosts: [1]}", false),
            ("{port: 1, global: {a: 1}}", true),
            ("{port: x}", false),
        ] {
            assert_eq!(check(values).is_ok(), fits, "{values}: {schema}");
        }
    }

    #[test]
    fn an_unknown_keyword_names_its_line() {
        let error = Values::parse(b"a: 1\n# @schema minimun: 1\nb: 1\n")
            .err()
            .map(|e| e.to_string());
        assert_eq!(
            error.as_deref(),
            Some("line 2: @schema: \"minimun\" is no keyword of JSON Schema")
        );
    }
}
