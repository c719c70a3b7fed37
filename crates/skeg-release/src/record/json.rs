//! JSON objects written field by field as Go writes structs, and JSON texts that are kept as they were found.

use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use skeg_value::json::{self, JsonStyle};
use skeg_value::{Str, Value};

use super::error::RecordError;

/// A JSON text, kept verbatim; it is looked into only when somebody asks.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(Box<str>);

impl RawJson {
    /// Keeps a text.
    ///
    /// # Errors
    /// [`RecordError::Json`]: it is no JSON.
    pub fn parse(text: &str) -> Result<RawJson, RecordError> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| RecordError::Json(error.to_string()))?;
        Ok(RawJson(raw.get().into()))
    }

    /// The text of a value, as Go writes it: sorted keys, `<`, `>` and `&` escaped.
    ///
    /// # Errors
    /// [`RecordError::Json`]: a number that JSON has not, a map in itself.
    pub fn of(value: &Value) -> Result<RawJson, RecordError> {
        let mut out = Vec::new();
        json::encode(value, &mut out, JsonStyle::Compact, true)
            .map_err(|error| RecordError::Json(error.to_string()))?;
        Ok(RawJson::written(out))
    }

    /// A text that this crate has just written.
    pub(super) fn written(text: Vec<u8>) -> RawJson {
        RawJson(String::from_utf8_lossy(&text).into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value as templates see it: all numbers `float64`. `Null` if it is nested deeper than Go allows.
    pub fn value(&self) -> Value {
        json::decode(self.0.as_bytes()).unwrap_or_default()
    }

    /// The value as a Kubernetes object or part of one. `Null` if it is nested deeper than 128.
    pub fn object(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Whether Go leaves a map with this text out: `null` or `{}`.
    pub fn is_empty_map(&self) -> bool {
        let text = self.0.trim();
        text == "null"
            || text
                .strip_prefix('{')
                .and_then(|t| t.strip_suffix('}'))
                .is_some_and(|t| t.trim().is_empty())
    }
}

impl fmt::Debug for RawJson {
    // Values hold passwords, so only their size is told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.0.len())
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: Box<RawValue> = Deserialize::deserialize(deserializer)?;
        Ok(RawJson(raw.get().into()))
    }
}

/// Writes one JSON object: fields in the order of the calls. The `*_if` forms leave out what is empty, as `omitempty` does.
pub(super) struct ObjectWriter<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
}

impl<'o> ObjectWriter<'o> {
    /// Begins an object.
    pub(super) fn begin(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        ObjectWriter { out, is_first: true }
    }

    /// Ends it.
    pub(super) fn end(self) {
        self.out.push(b'}');
    }

    /// Writes a key, and gives the buffer for its value. `key` needs no escaping.
    pub(super) fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    pub(super) fn text(&mut self, key: &str, text: &str) {
        append_text(text, self.key(key));
    }

    pub(super) fn text_if(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.text(key, text);
        }
    }

    pub(super) fn texts_if<S: AsRef<str>>(&mut self, key: &str, texts: &[S]) {
        if !texts.is_empty() {
            append_list(texts, self.key(key), |text, out| append_text(text.as_ref(), out));
        }
    }

    pub(super) fn number_if(&mut self, key: &str, number: i64) {
        if number != 0 {
            self.key(key).extend_from_slice(number.to_string().as_bytes());
        }
    }

    pub(super) fn raw(&mut self, key: &str, text: &[u8]) {
        self.key(key).extend_from_slice(text);
    }
}

/// A JSON string as Go writes it.
pub(super) fn append_text(text: &str, out: &mut Vec<u8>) {
    json::append_string(out, &Str::from(text), true);
}

/// A JSON list.
pub(super) fn append_list<T>(items: &[T], out: &mut Vec<u8>, mut write: impl FnMut(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(b']');
}

/// Go leaves a field as it is where JSON has null for it.
pub(super) fn null_is_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
