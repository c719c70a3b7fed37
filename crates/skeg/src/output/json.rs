//! What `-o json` and `-o yaml` print: JSON text with the fields in the order of Go's structs, and YAML made of it.
//!
//! # Source
//! spec/lifecycle.md 1.6. Go's `encoding/json` (`<`, `>` and `&` escaped, one line) and sigs.k8s.io/yaml (keys sorted).

use skeg_value::json::{self, JsonStyle};
use skeg_value::{List, Map, Value, yaml};

use crate::cli::flag::{Flag, ValueCompletion};
use crate::cli::value::CustomKind;
use crate::error::CommandError;

/// The form of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// One line of JSON.
    Json,
    /// YAML.
    Yaml,
}

impl Format {
    /// The format of this name.
    pub fn of(name: &str) -> Option<Format> {
        Some(match name {
            "table" => Format::Table,
            "json" => Format::Json,
            "yaml" => Format::Yaml,
            _ => return None,
        })
    }
}

/// What `--output` takes.
static FORMAT: CustomKind = CustomKind {
    type_name: "format",
    many: false,
    settle: None,
    read: |text, _, _| match Format::of(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("invalid format type".to_owned()),
    },
};

/// The flag `-o`, `--output`.
pub const OUTPUT: Flag = Flag::custom("output", &FORMAT, "form of the output (table, json, yaml)")
    .short('o')
    .default("table")
    .complete(ValueCompletion::Words(&[
        "json\tOutput result in JSON format",
        "table\tOutput result in human-readable format",
        "yaml\tOutput result in YAML format",
    ]));

/// A JSON object that is being written, fields in the order of the calls.
#[derive(Clone, Debug, Default)]
pub struct ObjectText {
    text: Vec<u8>,
}

impl ObjectText {
    /// An object without fields.
    pub fn new() -> Self {
        ObjectText::default()
    }

    /// Adds a field whose value is JSON already; `key` needs no escaping.
    #[must_use]
    pub fn raw(mut self, key: &str, value: &str) -> Self {
        self.text.push(if self.text.is_empty() { b'{' } else { b',' });
        json::append_string(&mut self.text, key.as_bytes(), true);
        self.text.push(b':');
        self.text.extend_from_slice(value.as_bytes());
        self
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, key: &str, value: &str) -> Self {
        self.raw(key, &string(value))
    }

    /// Adds a number.
    #[must_use]
    pub fn number(self, key: &str, value: i64) -> Self {
        self.raw(key, &value.to_string())
    }

    /// Adds a field if there is a value for it.
    #[must_use]
    pub fn maybe(self, key: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.raw(key, &value),
            None => self,
        }
    }

    /// The text of the object.
    pub fn end(mut self) -> String {
        if self.text.is_empty() {
            self.text.push(b'{');
        }
        self.text.push(b'}');
        String::from_utf8_lossy(&self.text).into_owned()
    }
}

/// A text as JSON.
pub fn string(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    json::append_string(&mut out, text.as_bytes(), true);
    String::from_utf8_lossy(&out).into_owned()
}

/// A list of what is JSON already.
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    format!("[{}]", items.join(","))
}

/// Pairs of texts as an object.
pub fn pairs<'p>(pairs: impl IntoIterator<Item = (&'p String, &'p String)>) -> String {
    let add = |object: ObjectText, (key, value): (&String, &String)| object.text(key, value);
    pairs.into_iter().fold(ObjectText::new(), add).end()
}

/// An object of Kubernetes as JSON, in Go's escapes.
pub fn object(value: &serde_json::Value) -> String {
    let mut out = Vec::new();
    match json::encode(&plain(value), &mut out, JsonStyle::Compact, true) {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        // Nothing that came from JSON lacks a form in it.
        Err(_) => "null".to_owned(),
    }
}

/// JSON text as what `-o` asks for, with the last line feed.
///
/// # Errors
/// A text that cannot be written as YAML.
pub fn write(text: &str, format: Format) -> Result<Vec<u8>, CommandError> {
    if format != Format::Yaml {
        return Ok([text.as_bytes(), b"\n"].concat());
    }
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| CommandError::new(error.to_string()))?;
    yaml_of(&plain(&value))
}

/// A value as one line of JSON, with the last line feed.
///
/// # Errors
/// What JSON has no form for.
pub fn line_of(value: &Value) -> Result<Vec<u8>, CommandError> {
    let mut out = Vec::new();
    json::encode(value, &mut out, JsonStyle::Compact, true).map_err(|error| CommandError::new(error.to_string()))?;
    out.push(b'\n');
    Ok(out)
}

/// A value as YAML, with the last line feed.
///
/// # Errors
/// What YAML has no form for.
pub fn yaml_of(value: &Value) -> Result<Vec<u8>, CommandError> {
    let mut out = Vec::new();
    yaml::emit::encode(value, &mut out).map_err(|error| CommandError::new(error.to_string()))?;
    Ok(out)
}

/// The same value in the other representation; whole numbers stay whole.
pub fn plain(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::from(*value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::int64(whole),
            None => Value::from(number.as_f64().unwrap_or(0.0)),
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(plain).collect::<List>()),
        serde_json::Value::Object(fields) => {
            let map = Map::new();
            for (key, field) in fields {
                map.insert(key.as_str(), plain(field));
            }
            Value::Map(map)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// lifecycle spec 1.6: JSON in the order of the struct and with Go's escapes, YAML sorted.
    #[test]
    fn one_text_for_both_formats() {
        let text = ObjectText::new()
            .text("name", "a<b>")
            .number("revision", 4)
            .maybe("labels", None)
            .raw("list", &list(&[string("n"), "1e+21".to_owned()]))
            .end();
        assert_eq!(
            text,
            "{\"name\":\"a\\u003cb\\u003e\",\"revision\":4,\"list\":[\"n\",1e+21]}"
        );
        let json = write(&text, Format::Json).expect("JSON");
        assert_eq!(String::from_utf8_lossy(&json), format!("{text}\n"));
        let yaml = write(&text, Format::Yaml).expect("YAML");
        assert_eq!(
            String::from_utf8_lossy(&yaml),
            "list:\n- \"n\"\n- 1e+21\nname: a<b>\nrevision: 4\n"
        );
        assert_eq!(ObjectText::new().end(), "{}");
        assert_eq!(write("[]", Format::Yaml).expect("YAML"), b"[]\n");
    }
}
