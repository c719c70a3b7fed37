//! Writing JSON: compact or indented, sorted keys, Go's number and string forms.
//!
//! In: a value; out: bytes appended to a buffer.

use crate::float::{append_int, append_json, append_uint};
use crate::map::Map;
use crate::value::Value;

/// The deepest nesting that is written, Go's own limit.
const MAX_DEPTH: usize = 10_000;

/// How the text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonStyle {
    /// On one line without spaces: `toJson`.
    Compact,
    /// One entry a line, two spaces for each level: `toPrettyJson`.
    Pretty2,
    /// The same with four spaces.
    Pretty4,
}

/// Why a value has no JSON form.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EncodeError {
    /// NaN or an infinity.
    #[error("json: unsupported value: {}", go_name(*.0))]
    UnsupportedFloat(f64),
    /// A map that contains itself; the part is its Go type.
    #[error("json: unsupported value: encountered a cycle via {0}")]
    Cycle(&'static str),
    /// Collections nested more than 10000 deep; the map where that was noticed, if it was one.
    #[error("exceeded max depth")]
    TooDeep(Option<Map>),
}

fn go_name(number: f64) -> &'static str {
    match number {
        f64::INFINITY => "+Inf",
        f64::NEG_INFINITY => "-Inf",
        _ => "NaN",
    }
}

/// Appends the JSON text of `value`, without a final newline.
///
/// Keys are sorted bytewise; invalid UTF-8 becomes U+FFFD, `[]byte` base64, Go's nil slices and maps `null`.
/// `escape_html`: `<`, `>` and `&` become `\u003c` and so on, which only `toRawJson` leaves out. Nothing is appended when
/// there is an error. Each level of nesting takes some hundred bytes of stack.
///
/// # Errors
/// [`EncodeError`]; its text is Go's.
///
/// # Source
/// spec/rendering.md 3.7.
pub fn encode(value: &Value, out: &mut Vec<u8>, style: JsonStyle, escape_html: bool) -> Result<(), EncodeError> {
    let start = out.len();
    let indent = match style {
        JsonStyle::Compact => 0,
        JsonStyle::Pretty2 => 2,
        JsonStyle::Pretty4 => 4,
    };
    let mut encoder = Encoder {
        out,
        indent,
        escape_html,
    };
    let result = encoder.value(value, 1);
    if result.is_err() {
        out.truncate(start);
    }
    result
}

struct Encoder<'o> {
    out: &'o mut Vec<u8>,
    /// Spaces for each level; 0 means compact.
    indent: usize,
    escape_html: bool,
}

impl Encoder<'_> {
    /// `depth`: the nesting that the value has if it is a collection.
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), EncodeError> {
        match value {
            Value::Null => self.out.extend_from_slice(b"null"),
            Value::Bool(true) => self.out.extend_from_slice(b"true"),
            Value::Bool(false) => self.out.extend_from_slice(b"false"),
            Value::Int(int) if int.ty.is_unsigned() => append_uint(self.out, int.as_u64()),
            Value::Int(int) => append_int(self.out, int.value),
            Value::Float(number) if number.is_finite() => append_json(self.out, *number),
            Value::Float(number) => return Err(EncodeError::UnsupportedFloat(*number)),
            Value::String(text) => append_string(self.out, text, self.escape_html),
            Value::Bytes(bytes) => {
                self.out.push(b'"');
                append_base64(self.out, bytes);
                self.out.push(b'"');
            }
            Value::List(list) if list.is_nil() => self.out.extend_from_slice(b"null"),
            Value::Map(map) if map.is_nil() => self.out.extend_from_slice(b"null"),
            Value::List(list) => {
                if depth > MAX_DEPTH {
                    return Err(EncodeError::TooDeep(None));
                }
                self.out.push(b'[');
                for (at, item) in list.iter().enumerate() {
                    self.separate(at == 0, depth);
                    self.value(item, depth + 1)?;
                }
                self.close(b']', list.is_empty(), depth);
            }
            Value::Map(map) => return self.map(map, depth),
            Value::Object(object) => match object.json_fields() {
                Some(fields) => {
                    let entries = fields.iter().map(|(name, value)| (name.as_bytes(), value));
                    return self.entries(entries, depth);
                }
                None if depth > MAX_DEPTH => return Err(EncodeError::TooDeep(None)),
                None => return self.value(&object.to_json(), depth + 1),
            },
        }
        Ok(())
    }

    fn map(&mut self, map: &Map, depth: usize) -> Result<(), EncodeError> {
        if depth > MAX_DEPTH {
            return Err(EncodeError::TooDeep(Some(map.clone())));
        }
        let entries = map.borrow();
        self.entries(entries.iter().map(|(key, value)| (key.as_bytes(), value)), depth)
            .map_err(|error| match error {
                // The deepest map is inside itself: what looked like depth is a cycle.
                EncodeError::TooDeep(Some(deepest)) if deepest.ptr_eq(map) => EncodeError::Cycle(map.ty().name()),
                other => other,
            })
    }

    fn entries<'v>(
        &mut self,
        entries: impl Iterator<Item = (&'v [u8], &'v Value)>,
        depth: usize,
    ) -> Result<(), EncodeError> {
        if depth > MAX_DEPTH {
            return Err(EncodeError::TooDeep(None));
        }
        self.out.push(b'{');
        let mut empty = true;
        for (key, value) in entries {
            self.separate(empty, depth);
            empty = false;
            append_string(self.out, key, self.escape_html);
            self.out.push(b':');
            if self.indent > 0 {
                self.out.push(b' ');
            }
            self.value(value, depth + 1)?;
        }
        self.close(b'}', empty, depth);
        Ok(())
    }

    fn separate(&mut self, first: bool, depth: usize) {
        if !first {
            self.out.push(b',');
        }
        if self.indent > 0 {
            self.line(depth);
        }
    }

    fn close(&mut self, bracket: u8, empty: bool, depth: usize) {
        if self.indent > 0 && !empty {
            self.line(depth - 1);
        }
        self.out.push(bracket);
    }

    fn line(&mut self, depth: usize) {
        self.out.push(b'\n');
        self.out.resize(self.out.len() + self.indent * depth, b' ');
    }
}

/// What a byte of a string becomes: itself (0), `\u00XX` (1), a letter after a backslash, or a matter for `special`.
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'"' => b'"',
            b'\\' => b'\\',
            8 => b'b',
            9 => b't',
            10 => b'n',
            12 => b'f',
            13 => b'r',
            0..0x20 => UNICODE,
            b'<' | b'>' | b'&' => HTML,
            // The lead byte of U+2028 and U+2029, and everything that may be invalid.
            0x80.. => SPECIAL,
            _ => 0,
        };
        byte += 1;
    }
    table
};
const UNICODE: u8 = 1;
const HTML: u8 = 2;
const SPECIAL: u8 = 3;

/// Appends a JSON string with its quotes.
pub fn append_string(out: &mut Vec<u8>, text: &[u8], escape_html: bool) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| ESCAPES[usize::from(byte)] != 0) {
        let (clean, from) = rest.split_at(at);
        out.extend_from_slice(clean);
        let mut taken = 1;
        match ESCAPES[usize::from(from[0])] {
            UNICODE => append_unicode_escape(out, from[0]),
            HTML if escape_html => append_unicode_escape(out, from[0]),
            HTML => out.push(from[0]),
            SPECIAL => taken = append_special(out, from),
            letter => out.extend_from_slice(&[b'\\', letter]),
        }
        rest = &from[taken..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn append_unicode_escape(out: &mut Vec<u8>, byte: u8) {
    out.extend_from_slice(b"\\u00");
    out.push(b"0123456789abcdef"[usize::from(byte >> 4)]);
    out.push(b"0123456789abcdef"[usize::from(byte & 15)]);
}

/// A run of non-ASCII bytes: valid characters are copied, invalid bytes become U+FFFD each, line separators are escaped.
fn append_special(out: &mut Vec<u8>, from: &[u8]) -> usize {
    let length = from.iter().take_while(|byte| !byte.is_ascii()).count();
    for chunk in from[..length].utf8_chunks() {
        let mut clean = chunk.valid();
        while let Some(at) = clean.find(['\u{2028}', '\u{2029}']) {
            out.extend_from_slice(&clean.as_bytes()[..at]);
            out.extend_from_slice(if clean[at..].starts_with('\u{2028}') {
                b"\\u2028"
            } else {
                b"\\u2029"
            });
            clean = &clean[at + 3..];
        }
        out.extend_from_slice(clean.as_bytes());
        for _ in chunk.invalid() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
    length
}

/// Appends standard base64 with padding, which is how Go's JSON writes `[]byte`.
pub fn append_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.reserve(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (u32::from(group[0]) << 16)
            | (u32::from(group.get(1).copied().unwrap_or(0)) << 8)
            | u32::from(group.get(2).copied().unwrap_or(0));
        for place in 0..4 {
            out.push(if place <= group.len() {
                ALPHABET[(bits >> (18 - 6 * place)) as usize & 63]
            } else {
                b'='
            });
        }
    }
}
