//! The `toYaml` emitter: YAML as Helm writes it after a detour through JSON.
//!
//! In: a value; out: the text of one document with its final newline, appended to a buffer. Helm encodes the value as
//! JSON, reads that as YAML and writes the result; here the visible consequences of the detour are applied to each string
//! and number on the way (see `json_step`), without building either text or tree.
//!
//! # Source
//! spec/rendering.md 3.4 and 3.6.

mod json_step;
mod plain;
mod scalar;
mod style;
pub(super) mod timestamp;
mod writer;

use std::borrow::Cow;

use crate::float::{append_g, append_int, append_plain, append_uint};
use crate::json::EncodeError;
use crate::map::Map;
use crate::value::Value;
use json_step::{Refusal, json_length, through_json};
pub(super) use scalar::Place;
pub(super) use style::{KeptStyle, Scanned};
pub(super) use writer::{Dialect, Walk, Writer};

/// The deepest nesting that is written; the reference's JSON writer and YAML reader have the same limit.
const MAX_DEPTH: usize = 10_000;

/// Why a value has no YAML form. `toYaml` gives `""` then, `mustToYaml` this text.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EmitError {
    /// The JSON step failed.
    #[error("error marshaling into JSON: {0}")]
    Json(#[source] EncodeError),
    /// A string holds DEL, U+0080 to U+009F (without U+0085), U+FFFE or U+FFFF.
    #[error("yaml: control characters are not allowed")]
    ControlCharacter,
    /// A string has `---` or `...` and a blank after U+0085.
    #[error("yaml: line 2: found unexpected document indicator")]
    DocumentIndicator,
    /// The JSON text of a key is longer than 1024 characters, or the key holds U+0085.
    #[error("yaml: did not find expected ',' or '}}'")]
    LongKey,
    /// Collections are nested more than 10000 deep; the map where that was noticed, if it was one.
    #[error("error marshaling into JSON: exceeded max depth")]
    TooDeep(Option<Map>),
}

/// Appends the YAML document of `value`, with its final newline (`toYaml` strips one; a block that ends with U+2028 or
/// U+2029 has none).
///
/// Nothing is appended when there is an error. Each level of nesting takes some hundred bytes of stack.
///
/// # Errors
/// See [`EmitError`].
///
/// # Source
/// spec/rendering.md 3.4.
pub fn encode(value: &Value, out: &mut Vec<u8>) -> Result<(), EmitError> {
    let start = out.len();
    let mut dialect = V2 { refused: None };
    let mut writer = Writer::new(out);
    let mut walk = Walk {
        writer: &mut writer,
        dialect: &mut dialect,
    };
    let result = match walk.document(value) {
        Ok(()) => dialect.refused.map_or(Ok(()), Err),
        Err(error) => Err(error),
    };
    if result.is_err() {
        out.truncate(start);
    }
    result
}

/// The encoder behind `toYaml`.
struct V2 {
    /// What the YAML reader would refuse. Kept until the end because an error of the JSON step comes before it.
    refused: Option<EmitError>,
}

impl V2 {
    fn refuse(&mut self, error: EmitError) {
        self.refused.get_or_insert(error);
    }

    /// The text after the JSON step, for a string with bytes that it may change.
    fn convert<'t>(&mut self, text: &'t [u8]) -> Cow<'t, [u8]> {
        through_json(text).unwrap_or_else(|refusal| {
            self.refuse(match refusal {
                Refusal::ControlCharacter => EmitError::ControlCharacter,
                Refusal::DocumentIndicator => EmitError::DocumentIndicator,
            });
            Cow::Borrowed(b"")
        })
    }

    /// A string after the space before it.
    fn string(&mut self, writer: &mut Writer<'_>, text: &[u8], indent: usize) {
        let place = Place { indent, fold: true };
        let scanned = Scanned::new(text);
        if scanned.flags & style::EXOTIC == 0 {
            writer.scalar(scanned, scanned.style(false), place);
        } else {
            let text = self.convert(text);
            let scanned = Scanned::new(&text);
            writer.scalar(scanned, scanned.style(false), place);
        }
    }
}

impl Dialect for V2 {
    const V3: bool = false;

    fn scalar(&mut self, writer: &mut Writer<'_>, value: &Value, indent: usize, space: bool) -> Result<(), EmitError> {
        if space {
            writer.out.push(b' ');
        }
        match value {
            Value::String(text) => self.string(writer, text, indent),
            Value::Float(number) => append_float(writer.out, *number)?,
            Value::Bool(true) => writer.out.extend_from_slice(b"true"),
            Value::Bool(false) => writer.out.extend_from_slice(b"false"),
            Value::Int(int) if int.ty.is_unsigned() => append_uint(writer.out, int.as_u64()),
            Value::Int(int) => append_int(writer.out, int.value),
            Value::Bytes(bytes) => {
                let mut text = Vec::new();
                crate::json::append_base64(&mut text, bytes);
                self.string(writer, &text, indent);
            }
            Value::Map(map) if !map.is_nil() => writer.out.extend_from_slice(b"{}"),
            Value::List(list) if !list.is_nil() => writer.out.extend_from_slice(b"[]"),
            Value::Null | Value::Map(_) | Value::List(_) | Value::Object(_) => writer.out.extend_from_slice(b"null"),
        }
        Ok(())
    }

    fn is_plain_key(&self, key: &[u8]) -> bool {
        // No byte takes more than six characters in JSON.
        key.len() < 170 && key.iter().all(|&byte| byte < 0x7f)
    }

    fn key<'k>(&mut self, key: &'k [u8]) -> Cow<'k, [u8]> {
        if json_length(key) > 1024 || key.windows(2).any(|pair| pair == b"\xc2\x85") {
            self.refuse(EmitError::LongKey);
        }
        if key.iter().all(|&byte| byte < 0x7f) {
            Cow::Borrowed(key)
        } else {
            self.convert(key)
        }
    }

    fn tag_of(&self, _key: &[u8]) -> &'static [u8] {
        b""
    }
}

/// A float as it comes out of the JSON text: whole numbers below 1e21 have no exponent there, and are integers to the
/// YAML reader if 64 bits hold them.
fn append_float(out: &mut Vec<u8>, number: f64) -> Result<(), EmitError> {
    if !number.is_finite() {
        return Err(EmitError::Json(EncodeError::UnsupportedFloat(number)));
    }
    if number.trunc() != number || number.abs() >= 1e21 {
        append_g(out, number);
    } else if number.abs() < 1e15 {
        append_int(out, number as i64);
    } else {
        let start = out.len();
        append_plain(out, number);
        let digits = std::str::from_utf8(&out[start..]).unwrap_or_default();
        if digits.parse::<u64>().is_err() && digits.parse::<i64>().is_err() {
            out.truncate(start);
            append_g(out, number);
        }
    }
    Ok(())
}
