//! Two schemas of a version, field by field.
//!
//! Each keyword of a structural schema has its rule here; an unknown one that differs counts as tightened, so that nothing
//! unknown is ever called safe. Descriptions are counted, not listed.

use std::cmp::Ordering;

use serde_json::Value;

use super::shape::{brief, object, text, texts};
use super::{Changes, arrow};

/// What is to be known of the version around a schema.
pub(super) struct Context {
    /// Whether objects are, or will be, stored in this version.
    pub(super) is_stored: bool,
    /// Whether fields without a schema are kept everywhere.
    pub(super) preserves: bool,
    /// Whether `.status` is written by controllers alone.
    pub(super) has_status: bool,
}

impl Context {
    /// For a version that is stored.
    pub(super) fn stored(preserves: bool) -> Self {
        Context {
            is_stored: true,
            preserves,
            has_status: true,
        }
    }
}

/// Schemas are compared to this depth; the API server stops far earlier.
const DEEPEST: usize = 128;

/// Adds the differences of two `openAPIV3Schema`s, null where there is none. `path` is where they are.
pub(super) fn compare(old: &Value, new: &Value, path: &str, context: &Context, changes: &mut Changes) {
    let mut walk = Walk {
        context,
        changes,
        root: path.len(),
        described: 0,
    };
    match (old.is_object(), new.is_object()) {
        (true, true) => walk.node(old, new, path, 0),
        (true, false) => walk
            .changes
            .safe(path, "schema removed", "everything is valid that was"),
        (false, true) => walk.changes.migration(path, "new schema", TIGHTER, CHECK),
        (false, false) => {}
    }
    let described = walk.described;
    if described > 0 {
        let plural = if described == 1 { "" } else { "s" };
        let what = format!("{described} description{plural} changed");
        changes.safe(path, what, "only documentation changes");
    }
}

const TIGHTER: &str = "objects that were valid may no longer be, and then cannot be changed until they are corrected";
const CHECK: &str = "check the objects that exist against the new schema, and correct them before";
const LOOSER: &str = "what was valid stays valid";
const KEEP: &str = "save the objects, and move what is in this field to where the new schema wants it";

struct Walk<'a> {
    context: &'a Context,
    changes: &'a mut Changes,
    /// Length of the path of the schema's root.
    root: usize,
    described: usize,
}

impl Walk<'_> {
    fn node(&mut self, old: &Value, new: &Value, path: &str, depth: usize) {
        if old == new {
            return;
        }
        if depth > DEEPEST {
            self.tighter(path, "differs below");
            return;
        }
        if text(&old["description"]) != text(&new["description"]) || text(&old["title"]) != text(&new["title"]) {
            self.described += 1;
        }
        // Below another type nothing can be compared.
        if !self.types(old, new, path) {
            return;
        }
        self.words(old, new, path);
        self.bounds(old, new, path);
        self.flags(old, new, path);
        self.rules(old, new, path);
        self.junctors(old, new, path);
        self.unknown(old, new, path);
        self.fields(old, new, path, depth);
        self.values(old, new, path, depth);
        if old["items"].is_object() && new["items"].is_object() {
            self.node(&old["items"], &new["items"], &format!("{path}[]"), depth + 1);
        } else if new["items"].is_object() && text(&old["type"]) == "array" {
            self.tighter(&format!("{path}[]"), "new schema of items");
        }
    }

    /// Whether the types fit together, so that going on makes sense.
    fn types(&mut self, old: &Value, new: &Value, path: &str) -> bool {
        let (before, after) = (type_of(old), type_of(new));
        if before == after {
            return true;
        }
        let what = format!("type {before} -> {after}");
        match (before, after) {
            (_, "any") | ("integer", "number") | ("integer" | "string", "int-or-string") => {
                self.changes.safe(path, what, LOOSER);
                true
            }
            ("any", _) | ("int-or-string", "integer" | "string") => {
                self.tighter(path, &what);
                true
            }
            _ => {
                let why = "values that are stored have the wrong type: they can neither be changed nor be read by \
                           clients of the new version";
                let remedy = "give the field a new name, or a new version of the definition with a conversion webhook";
                self.changes.loss(path, what, why, remedy);
                false
            }
        }
    }

    /// Enumerations, patterns, formats and defaults.
    fn words(&mut self, old: &Value, new: &Value, path: &str) {
        match (old["enum"].as_array(), new["enum"].as_array()) {
            (None, Some(new)) => self.tighter(path, &format!("enum {} added", list(new))),
            (Some(_), None) => self.changes.safe(path, "enum removed", LOOSER),
            (Some(old), Some(new)) => {
                let gone: Vec<Value> = old.iter().filter(|word| !new.contains(word)).cloned().collect();
                let come: Vec<Value> = new.iter().filter(|word| !old.contains(word)).cloned().collect();
                if !gone.is_empty() {
                    self.tighter(path, &format!("enum no longer has {}", list(&gone)));
                }
                if !come.is_empty() {
                    self.changes
                        .safe(path, format!("enum also has {}", list(&come)), LOOSER);
                }
            }
            (None, None) => {}
        }
        for key in ["pattern", "format"] {
            let (before, after) = (text(&old[key]), text(&new[key]));
            let wider = matches!((before, after), ("int32", "int64") | ("float", "double"));
            // A pattern is about strings, and there were none.
            let idle = key == "pattern" && matches!(type_of(old), "integer" | "number" | "boolean");
            if before == after {
            } else if after.is_empty() || wider || (idle && before.is_empty()) {
                self.changes
                    .safe(path, format!("{key} {}", arrow(before, after)), LOOSER);
            } else {
                self.tighter(path, &format!("{key} {}", arrow(before, after)));
            }
        }
        let (before, after) = (old.get("default"), new.get("default"));
        if !same(before, after) {
            let shown = |value: Option<&Value>| value.map_or_else(String::new, brief);
            let what = format!("default {}", arrow(&shown(before), &shown(after)));
            let why = match after {
                Some(_) => "objects that leave the field out read as if they had the new value, at once",
                None => "objects that leave the field out no longer get a value",
            };
            let remedy = "write the value into the objects that rely on it";
            self.changes.migration(path, what, why, remedy);
        }
    }

    /// Minima and maxima of numbers, lengths and counts.
    fn bounds(&mut self, old: &Value, new: &Value, path: &str) {
        for (key, is_tighter) in [
            ("minimum", Ordering::Greater),
            ("minLength", Ordering::Greater),
            ("minItems", Ordering::Greater),
            ("minProperties", Ordering::Greater),
            ("maximum", Ordering::Less),
            ("maxLength", Ordering::Less),
            ("maxItems", Ordering::Less),
            ("maxProperties", Ordering::Less),
        ] {
            let (before, after) = (old[key].as_f64(), new[key].as_f64());
            let shown = |value: &Value| {
                if value.is_null() {
                    String::new()
                } else {
                    value.to_string()
                }
            };
            let what = || format!("{key} {}", arrow(&shown(&old[key]), &shown(&new[key])));
            match (before, after) {
                (None, None) => {}
                (Some(_), None) => self.changes.safe(path, what(), LOOSER),
                // Nothing is shorter than nothing.
                (None, Some(0.0)) if key.starts_with("min") && key != "minimum" => {
                    self.changes.safe(path, what(), LOOSER);
                }
                (None, Some(_)) => self.tighter(path, &what()),
                (Some(before), Some(after)) => match after.partial_cmp(&before) {
                    Some(Ordering::Equal) => {}
                    Some(order) if order != is_tighter => self.changes.safe(path, what(), LOOSER),
                    _ => self.tighter(path, &what()),
                },
            }
        }
        let (before, after) = (old["multipleOf"].as_f64(), new["multipleOf"].as_f64());
        if before != after {
            let shown = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
            let what = format!("multipleOf {}", arrow(&shown(before), &shown(after)));
            match (before, after) {
                (_, None) => self.changes.safe(path, what, LOOSER),
                (Some(before), Some(after)) if before % after == 0.0 => self.changes.safe(path, what, LOOSER),
                _ => self.tighter(path, &what),
            }
        }
    }

    /// What is on or off.
    fn flags(&mut self, old: &Value, new: &Value, path: &str) {
        let is_on = |schema: &Value, key: &str| schema[key].as_bool().unwrap_or(false);
        // The names of keywords that are tighter when on, and when off.
        for (key, tighter_when) in [
            ("exclusiveMinimum", true),
            ("exclusiveMaximum", true),
            ("uniqueItems", true),
            ("x-kubernetes-embedded-resource", true),
            ("nullable", false),
        ] {
            let after = is_on(new, key);
            if is_on(old, key) == after {
                continue;
            }
            let what = format!("{key} {} -> {after}", !after);
            if after == tighter_when {
                self.tighter(path, &what);
            } else {
                self.changes.safe(path, what, LOOSER);
            }
        }
        match (preserves(old), preserves(new)) {
            (true, false) if !self.context.preserves => self.changes.migration(
                path,
                "x-kubernetes-preserve-unknown-fields true -> false",
                "fields that the schema does not describe are dropped when an object is next written",
                "look for such fields in the objects, and describe them in the schema or move them",
            ),
            (true, false) | (false, true) => {
                let what = format!(
                    "x-kubernetes-preserve-unknown-fields {} -> {}",
                    preserves(old),
                    preserves(new)
                );
                self.changes.safe(path, what, "no less is kept than before");
            }
            _ => {}
        }
        for key in [
            "x-kubernetes-list-type",
            "x-kubernetes-map-type",
            "x-kubernetes-list-map-keys",
        ] {
            // Lists are replaced as a whole and maps are merged, unless they say otherwise.
            let value = |schema: &Value| match (key, &schema[key]) {
                ("x-kubernetes-list-type", Value::Null) => "atomic".into(),
                ("x-kubernetes-map-type", Value::Null) => "granular".into(),
                (_, value) => value.clone(),
            };
            let (before, after) = (value(old), value(new));
            if before != after {
                let what = format!("{key} {}", arrow(&plain(&before), &plain(&after)));
                let why = "server-side apply merges and tells owners apart in another way, and duplicates may be \
                           refused";
                let remedy = "check that no object has duplicates, and apply the manifests again afterwards";
                self.changes.migration(path, what, why, remedy);
            }
        }
    }

    /// Rules in CEL, told apart by their text.
    fn rules(&mut self, old: &Value, new: &Value, path: &str) {
        let rules = |schema: &Value| -> Vec<Value> {
            let key = "x-kubernetes-validations";
            schema[key].as_array().cloned().unwrap_or_default()
        };
        let (old, new) = (rules(old), rules(new));
        let find = |rules: &[Value], rule: &Value| rules.iter().any(|other| other["rule"] == rule["rule"]);
        for rule in new.iter().filter(|rule| !find(&old, rule)) {
            self.tighter(path, &format!("rule added: {}", plain(&rule["rule"])));
        }
        for rule in old.iter().filter(|rule| !find(&new, rule)) {
            let what = format!("rule removed: {}", plain(&rule["rule"]));
            self.changes.safe(path, what, LOOSER);
        }
        for rule in &new {
            let Some(before) = old.iter().find(|other| other["rule"] == rule["rule"]) else {
                continue;
            };
            let optional = |rule: &Value| rule["optionalOldSelf"].as_bool().unwrap_or(false);
            if optional(rule) != optional(before) {
                self.tighter(
                    path,
                    &format!("rule is checked at other times: {}", plain(&rule["rule"])),
                );
            } else if rule != before {
                let what = format!("rule with another message: {}", plain(&rule["rule"]));
                self.changes.safe(path, what, "only the message changes");
            }
        }
    }

    fn junctors(&mut self, old: &Value, new: &Value, path: &str) {
        for key in ["allOf", "anyOf", "oneOf", "not"] {
            let (before, after) = (&old[key], &new[key]);
            if before == after || (is_empty(before) && is_empty(after)) {
                continue;
            }
            // What every integer or string passes says nothing.
            if key == "anyOf" && type_of(new) == "int-or-string" && is_int_or_string(after) {
                continue;
            }
            let has_all = |all: &Value, some: &Value| {
                let all = all.as_array().map(Vec::as_slice).unwrap_or_default();
                some.as_array().into_iter().flatten().all(|part| all.contains(part))
            };
            let looser = match key {
                _ if is_empty(after) => true,
                _ if is_empty(before) => false,
                "allOf" => has_all(before, after),
                "anyOf" => has_all(after, before),
                _ => false,
            };
            let what = match (is_empty(before), is_empty(after)) {
                (true, _) => format!("{key} added"),
                (_, true) => format!("{key} removed"),
                _ => format!("{key} changed"),
            };
            if looser {
                self.changes.safe(path, what, LOOSER);
            } else {
                self.tighter(path, &what);
            }
        }
    }

    /// Keywords that no rule here is about.
    fn unknown(&mut self, old: &Value, new: &Value, path: &str) {
        let (before, after) = (object(old), object(new));
        let added = after.keys().filter(|key| !before.contains_key(*key));
        for key in before.keys().chain(added) {
            if !KNOWN.contains(&key.as_str()) && !same(before.get(key), after.get(key)) {
                let shown = |value: Option<&Value>| value.map_or_else(String::new, brief);
                let what = format!("{key} {}", arrow(&shown(before.get(key)), &shown(after.get(key))));
                self.tighter(path, &what);
            }
        }
    }

    /// Properties and which of them are required.
    fn fields(&mut self, old: &Value, new: &Value, path: &str, depth: usize) {
        let (before, after) = (object(&old["properties"]), object(&new["properties"]));
        let (needed, needs) = (texts(&old["required"]), texts(&new["required"]));
        for (name, schema) in before {
            let path = format!("{path}.{name}");
            if let Some(new) = after.get(name) {
                self.node(schema, new, &path, depth + 1);
            } else if new["additionalProperties"].is_object() {
                self.node(schema, &new["additionalProperties"], &path, depth + 1);
            } else {
                self.field_gone(new, &path);
            }
        }
        for (name, schema) in after {
            if before.contains_key(name) {
                continue;
            }
            let path = format!("{path}.{name}");
            if old["additionalProperties"].is_object() {
                self.node(&old["additionalProperties"], schema, &path, depth + 1);
            } else if !needs.contains(&name.as_str()) {
                self.field_come(old, &path);
            } else if !schema["default"].is_null() {
                let why = "objects without it get its default";
                self.changes.safe(path, "new field, required, with a default", why);
            }
        }
        for name in &needs {
            let filled = after.get(*name).is_some_and(|field| !field["default"].is_null());
            if !needed.contains(name) {
                let path = format!("{path}.{name}");
                if !filled {
                    let is_new = !before.contains_key(*name);
                    self.tighter(&path, if is_new { "new field, required" } else { "now required" });
                } else if before.contains_key(*name) {
                    let why = "objects without it get its default";
                    self.changes.safe(path, "now required, with a default", why);
                }
            }
        }
        for name in needed.iter().filter(|name| !needs.contains(name)) {
            // A field that is gone was told already.
            if after.contains_key(*name) {
                self.changes
                    .safe(format!("{path}.{name}"), "no longer required", LOOSER);
            }
        }
    }

    fn field_come(&mut self, parent: &Value, path: &str) {
        if preserves(parent) {
            // Whatever was there under this name now has to fit.
            self.tighter(path, "described now");
        } else {
            self.changes
                .safe(path, "new optional field", "objects without it stay valid");
        }
    }

    fn field_gone(&mut self, parent: &Value, path: &str) {
        let what = "field removed";
        let below = path.get(self.root..).unwrap_or_default();
        if preserves(parent) || self.context.preserves {
            self.changes.safe(
                path,
                what,
                "its value is kept, unchecked, as the schema keeps unknown fields",
            );
        } else if self.context.has_status && (below == ".status" || below.starts_with(".status.")) {
            let why = "its value is dropped when the status is next written";
            self.changes
                .migration(path, what, why, "update the controllers and what reads this field");
        } else if self.context.is_stored {
            let why = "its value is dropped from an object when that is next written";
            self.changes.loss(path, what, why, KEEP);
        } else {
            let why = "clients that write objects in this version drop its value";
            self.changes
                .migration(path, what, why, "move the clients to the version that is stored");
        }
    }

    /// Maps: what all their values have to be.
    fn values(&mut self, old: &Value, new: &Value, path: &str, depth: usize) {
        let (before, after) = (&old["additionalProperties"], &new["additionalProperties"]);
        let path = format!("{path}.*");
        match (before, after) {
            (Value::Object(_), Value::Object(_)) => self.node(before, after, &path, depth + 1),
            (Value::Object(_), Value::Bool(true)) => self.changes.safe(path, "schema of values removed", LOOSER),
            (Value::Bool(true), Value::Object(_)) => self.tighter(&path, "new schema of values"),
            (Value::Object(_) | Value::Bool(true), _) => {
                if preserves(new) || self.context.preserves {
                    self.changes.safe(path, "schema of values removed", LOOSER);
                } else {
                    let why = "keys that the schema does not list are dropped when an object is next written";
                    self.changes.loss(path, "no longer a map with free keys", why, KEEP);
                }
            }
            (_, Value::Object(_) | Value::Bool(true)) => {
                if preserves(old) {
                    self.tighter(&path, "new schema of values");
                } else {
                    self.changes.safe(path, "free keys allowed", LOOSER);
                }
            }
            _ => {}
        }
    }

    fn tighter(&mut self, path: &str, what: &str) {
        self.changes.migration(path, what, TIGHTER, CHECK);
    }
}

/// Keywords with a rule above, or that say nothing about objects.
const KNOWN: &[&str] = &[
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "description",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
    "uniqueItems",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

fn type_of(schema: &Value) -> &str {
    if schema["x-kubernetes-int-or-string"] == true {
        return "int-or-string";
    }
    match text(&schema["type"]) {
        "" => "any",
        named => named,
    }
}

fn preserves(schema: &Value) -> bool {
    schema["x-kubernetes-preserve-unknown-fields"] == true || schema["additionalProperties"] == true
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

fn is_int_or_string(any_of: &Value) -> bool {
    let types: Vec<&str> = any_of
        .as_array()
        .into_iter()
        .flatten()
        .map(|part| text(&part["type"]))
        .collect();
    types.len() == 2 && types.contains(&"integer") && types.contains(&"string")
}

/// Whether two values are the same, numbers by what they amount to.
fn same(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(Value::Number(old)), Some(Value::Number(new))) => old.as_f64() == new.as_f64(),
        _ => old == new,
    }
}

fn list(values: &[Value]) -> String {
    values.iter().map(plain).collect::<Vec<_>>().join(", ")
}

/// A string without quotes, or any other value briefly.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().count() <= 100 => text.clone(),
        Value::String(text) => text.chars().take(97).chain("...".chars()).collect(),
        Value::Null => String::new(),
        other => brief(other),
    }
}
