//! What can be wrong with JSON text, in Go's words.

use crate::quote::{is_print, quote, quote_char};
use crate::value::Value;

/// Why JSON text could not be read into a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// The text ends too early.
    #[error("unexpected end of JSON input")]
    UnexpectedEnd,
    /// A character that cannot stand there; the first part is the quoted character, the second says where.
    #[error("invalid character {0} {1}")]
    InvalidCharacter(String, &'static str),
    /// An escape that is none; the part is the sequence, quoted.
    #[error("invalid escape sequence {0} in string")]
    InvalidEscape(String),
    /// More than 10000 objects and arrays inside each other.
    #[error("exceeded max depth")]
    TooDeep,
    /// A value that does not fit its target: what it is (`array`, `number 1e999`), where (`Go value`,
    /// `Go struct field .a`), and the Go type that was wanted.
    #[error("json: cannot unmarshal {value} into {place} of type {go_type}")]
    CannotUnmarshal {
        /// `object`, `array`, `string`, `bool`, or `number` with its text.
        value: String,
        /// `Go value`, or a path.
        place: String,
        /// For example `map[string]interface {}`.
        go_type: &'static str,
    },
}

impl JsonError {
    /// `json: cannot unmarshal KIND into Go value of type T`, for a whole value of the wrong kind.
    pub fn wrong_type(value: &Value, go_type: &'static str) -> JsonError {
        JsonError::CannotUnmarshal {
            value: kind_name(value).to_owned(),
            place: "Go value".to_owned(),
            go_type,
        }
    }

    /// The character at the start of `rest`, which is not empty.
    pub(super) fn invalid_character(rest: &[u8], place: &'static str) -> JsonError {
        JsonError::InvalidCharacter(quote_first(rest), place)
    }

    /// The escape sequence at the start of `rest`, at most `length` bytes of it.
    pub(super) fn invalid_escape(rest: &[u8], length: usize) -> JsonError {
        let sequence = &rest[..length.min(rest.len())];
        let plain = std::str::from_utf8(sequence).ok().filter(|text| {
            text.chars()
                .all(|c| c != '`' && c != char::REPLACEMENT_CHARACTER && !c.is_whitespace() && is_print(c))
        });
        JsonError::InvalidEscape(plain.map_or_else(|| quote(sequence), |text| format!("`{text}`")))
    }
}

/// What Go's JSON errors call a value of this kind: `object`, `array`, `string`, `number`, `bool`, `null`.
pub fn kind_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Float(_) => "number",
        Value::String(_) | Value::Bytes(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        Value::Object(object) => kind_name(&object.to_json()),
    }
}

/// Go's single-quoted form of the first character; an invalid byte is `'\xff'`.
fn quote_first(rest: &[u8]) -> String {
    let length = rest.len().min(4);
    let chunk = rest[..length].utf8_chunks().next();
    match chunk.and_then(|chunk| chunk.valid().chars().next()) {
        None => format!("'\\x{:x}'", rest.first().copied().unwrap_or_default()),
        Some(c) => quote_char(c),
    }
}
