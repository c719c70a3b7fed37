//! Decoded documents and what one asserts about them.

use serde_json::{Map, Number};
use skeg_value::{Value, yaml};

use crate::Json;
use crate::path;

/// One rendered object.
#[derive(Clone, Debug)]
pub struct Object {
    /// The decoded document.
    pub json: Json,
    /// The template that made it, from the `# Source:` line; empty when there is none.
    pub source: String,
    /// The document as it was rendered.
    pub text: String,
}

/// The documents of a rendering; empty ones are left out.
///
/// # Errors
/// The document that is no YAML, repeats a key or is no map.
pub fn decode(text: &str) -> Result<Vec<Object>, String> {
    let mut objects = Vec::new();
    for document in documents(text) {
        let json = decode_one(&document).map_err(|e| format!("{e} in\n{document}"))?;
        if json.is_null() {
            continue;
        }
        if !json.is_object() {
            return Err(format!("not a map:\n{document}"));
        }
        let source = document
            .lines()
            .find_map(|line| line.strip_prefix("# Source: "))
            .unwrap_or_default();
        objects.push(Object {
            json,
            source: source.to_owned(),
            text: document,
        });
    }
    Ok(objects)
}

/// One YAML document; a repeated key is an error.
///
/// # Errors
/// What the reader says.
pub fn decode_one(text: &str) -> Result<Json, String> {
    let value = yaml::decode_strict(text.as_bytes()).map_err(|e| e.message().to_owned())?;
    Ok(json_of(&value))
}

/// The texts between `---` lines.
fn documents(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for line in text.lines() {
        if line == "---" || line.starts_with("--- ") {
            found.push(String::new());
        } else if let Some(last) = found.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }
    found.retain(|document| !document.trim().is_empty());
    found
}

/// A value in the form that can be shared and compared; whole numbers are integers.
fn json_of(value: &Value) -> Json {
    match value {
        Value::Null | Value::Object(_) => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Int(int) => Json::Number(Number::from(int.value)),
        Value::Float(float) => number(*float),
        Value::String(text) | Value::Bytes(text) => Json::String(text.to_str_lossy().into_owned()),
        Value::List(list) => Json::Array(list.iter().map(json_of).collect()),
        Value::Map(map) => {
            let entries = map.snapshot().into_iter();
            Json::Object(
                entries
                    .map(|(key, value)| (key.to_str_lossy().into_owned(), json_of(&value)))
                    .collect(),
            )
        }
    }
}

fn number(float: f64) -> Json {
    // Every number is read as a float; those that are whole and exact are written as integers in tests.
    if float.fract() == 0.0 && float.abs() < 9e15 {
        return Json::Number(Number::from(float as i64));
    }
    Number::from_f64(float).map_or(Json::Null, Json::Number)
}

impl Object {
    /// Its kind, empty when it has none.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.text(".kind")
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text(".metadata.name")
    }

    /// Its namespace, empty when not stated.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.text(".metadata.namespace")
    }

    /// `apiVersion`.
    #[must_use]
    pub fn api_version(&self) -> &str {
        self.text(".apiVersion")
    }

    /// `Kind/name`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.kind(), self.name())
    }

    /// The first value at a path (see [`path`]), if there is one.
    #[must_use]
    pub fn get(&self, at: &str) -> Option<&Json> {
        path::find(&self.json, at).into_iter().next()
    }

    /// Every value at a path.
    #[must_use]
    pub fn all(&self, at: &str) -> Vec<&Json> {
        path::find(&self.json, at)
    }

    /// The string at a path, empty when there is none.
    #[must_use]
    pub fn text(&self, at: &str) -> &str {
        self.get(at).and_then(Json::as_str).unwrap_or_default()
    }

    /// The string map at a path, empty when there is none.
    #[must_use]
    pub fn map(&self, at: &str) -> Map<String, Json> {
        self.get(at).and_then(Json::as_object).cloned().unwrap_or_default()
    }

    /// Asserts the value at a path. A path with `[*]` gives the list of all values.
    ///
    /// # Panics
    /// With the path, what was wanted and what is there.
    #[track_caller]
    pub fn is(&self, at: &str, wanted: Json) {
        let there = if at.contains("[*]") {
            Some(Json::Array(self.all(at).into_iter().cloned().collect()))
        } else {
            self.get(at).cloned()
        };
        match there {
            Some(there) => assert_eq!(there, wanted, "{} {at}", self.id()),
            None => panic!("{} has no {at} (wanted {wanted}):\n{}", self.id(), self.text),
        }
    }

    /// Asserts that there is nothing at a path.
    ///
    /// # Panics
    /// With what is there.
    #[track_caller]
    pub fn absent(&self, at: &str) {
        if let Some(there) = self.get(at) {
            panic!("{} {at} should be absent, is {there}", self.id());
        }
    }

    /// Asserts that there is something other than null at a path.
    ///
    /// # Panics
    /// When there is nothing.
    #[track_caller]
    pub fn present(&self, at: &str) {
        assert!(
            self.get(at).is_some_and(|value| !value.is_null()),
            "{} has no {at}:\n{}",
            self.id(),
            self.text
        );
    }
}
