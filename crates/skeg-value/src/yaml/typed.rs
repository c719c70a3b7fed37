//! Decoding into Go's struct fields: how names match, what scalars become in string fields, and Go's complaints.

use super::error::YamlError;
use super::gofmt;
use crate::json;
use crate::number::IntType;
use crate::string::Str;
use crate::value::Value;

/// The text that a boolean, number or string becomes where the Go field is a string; none for null and collections.
///
/// `value` comes from [`super::decode_typed`]: integers print in decimal, floats with the digits of a `float32`.
///
/// # Source
/// spec/rendering.md 3.1.
pub fn scalar_text(value: &Value) -> Option<Str> {
    match value {
        Value::Bool(b) => Some(Str::from(if *b { "true" } else { "false" })),
        Value::Int(int) if int.ty == IntType::Uint64 => Some(Str::from(int.as_u64().to_string())),
        Value::Int(int) => Some(Str::from(int.value.to_string())),
        Value::Float(float) => Some(Str::from(gofmt::float32_text(*float))),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// Go's error for a value that does not fit its place: `error unmarshaling JSON: while decoding JSON: json: cannot
/// unmarshal array into Go struct field .sources of type []string`.
///
/// `place` is the path of the value with a point before each key or index, or empty for the whole document, which Go calls
/// a `Go value`. Where the last step looks like an index Go leaves out the words `Go struct field`.
pub fn mismatch(value: &Value, place: &str, go_type: &str) -> YamlError {
    let kind = json::kind_name(value);
    let last = place.rsplit('.').next().unwrap_or_default();
    let place = match place {
        "" => "Go value".to_owned(),
        _ if !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()) => place.to_owned(),
        _ => format!("Go struct field {place}"),
    };
    YamlError::unmarshaling(&format!("json: cannot unmarshal {kind} into {place} of type {go_type}"))
}

/// Whether Go's JSON decoder takes a key for a field: equal but for case. `K` (Kelvin) and `ſ` count as letters k and s.
pub fn same_field(field: &str, key: &[u8]) -> bool {
    if key.len() == field.len() {
        return key.eq_ignore_ascii_case(field.as_bytes());
    }
    if key.len() < field.len() || key.is_ascii() {
        return false;
    }
    let Ok(key) = std::str::from_utf8(key) else {
        return false;
    };
    let folded = key.chars().map(|c| match c {
        '\u{212A}' => 'k',
        '\u{17F}' => 's',
        c => c.to_ascii_lowercase(),
    });
    folded.eq(field.chars().map(|c| c.to_ascii_lowercase()))
}
