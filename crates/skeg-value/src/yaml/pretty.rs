//! The `toYamlPretty` emitter: the YAML v3 encoder with an indent of 2, straight from the value.
//!
//! In: a value; out: the text of one document with its final newline, appended to a buffer.
//!
//! # Source
//! spec/rendering.md 3.5 and 3.6.

use std::borrow::Cow;

use super::emit::{Dialect, EmitError, Place, Scanned, Walk, Writer};
use crate::float::{append_g, append_int, append_uint};
use crate::object::Object;
use crate::value::Value;

/// Appends the YAML document of `value`, with its final newline (`toYamlPretty` strips one).
///
/// Sequences inside mappings are indented, nothing is folded, floats keep their exponent, invalid UTF-8 becomes
/// `!!binary`, bytes become a list of numbers. Nothing is appended when there is an error.
///
/// # Errors
/// [`EmitError::TooDeep`] or a cycle; the reference has no such limit and crashes on a cycle.
///
/// # Source
/// spec/rendering.md 3.5.
pub fn encode_pretty(value: &Value, out: &mut Vec<u8>) -> Result<(), EmitError> {
    let start = out.len();
    let mut writer = Writer::new(out);
    let result = Walk {
        writer: &mut writer,
        dialect: &mut V3,
    }
    .document(value);
    if result.is_err() {
        out.truncate(start);
    }
    result
}

/// The text of a time, which the v3 encoder writes without the quotes that a string of this form would get.
pub(super) fn as_timestamp(object: &dyn Object) -> Option<String> {
    match object.type_name() {
        "time.Time" | "*time.Time" => object.to_yaml_pretty().as_str().map(str::to_owned),
        _ => None,
    }
}

/// The encoder behind `toYamlPretty`.
struct V3;

const BINARY_TAG: &[u8] = b"!!binary ";

impl Dialect for V3 {
    const V3: bool = true;

    fn scalar(&mut self, writer: &mut Writer<'_>, value: &Value, indent: usize, space: bool) -> Result<(), EmitError> {
        if space {
            writer.out.push(b' ');
        }
        match value {
            Value::String(text) => {
                let place = Place { indent, fold: false };
                let scanned = Scanned::new(text);
                if std::str::from_utf8(text).is_ok() {
                    writer.scalar(scanned, scanned.style(true), place);
                } else {
                    let text = base64_lines(text);
                    let scanned = Scanned::new(&text);
                    writer.out.extend_from_slice(BINARY_TAG);
                    writer.scalar(scanned, scanned.style_of_tagged(true), place);
                }
            }
            Value::Float(number) if number.is_nan() => writer.out.extend_from_slice(b".nan"),
            Value::Float(f64::INFINITY) => writer.out.extend_from_slice(b".inf"),
            Value::Float(f64::NEG_INFINITY) => writer.out.extend_from_slice(b"-.inf"),
            Value::Float(number) => append_g(writer.out, *number),
            Value::Bool(true) => writer.out.extend_from_slice(b"true"),
            Value::Bool(false) => writer.out.extend_from_slice(b"false"),
            Value::Int(int) if int.ty.is_unsigned() => append_uint(writer.out, int.as_u64()),
            Value::Int(int) => append_int(writer.out, int.value),
            Value::Map(_) => writer.out.extend_from_slice(b"{}"),
            Value::List(_) | Value::Bytes(_) => writer.out.extend_from_slice(b"[]"),
            Value::Null | Value::Object(_) => writer.out.extend_from_slice(b"null"),
        }
        Ok(())
    }

    fn is_plain_key(&self, key: &[u8]) -> bool {
        std::str::from_utf8(key).is_ok()
    }

    fn key<'k>(&mut self, key: &'k [u8]) -> Cow<'k, [u8]> {
        if std::str::from_utf8(key).is_ok() {
            Cow::Borrowed(key)
        } else {
            Cow::Owned(base64_lines(key))
        }
    }

    fn tag_of(&self, key: &[u8]) -> &'static [u8] {
        if std::str::from_utf8(key).is_ok() {
            b""
        } else {
            BINARY_TAG
        }
    }
}

/// Base64, cut into lines of 70 characters each ending with a newline when there is more than one line's worth.
fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::new();
    crate::json::append_base64(&mut encoded, bytes);
    if encoded.len() < 70 {
        return encoded;
    }
    let mut lines = Vec::with_capacity(encoded.len() + encoded.len() / 70 + 1);
    for line in encoded.chunks(70) {
        lines.extend_from_slice(line);
        lines.push(b'\n');
    }
    lines
}
