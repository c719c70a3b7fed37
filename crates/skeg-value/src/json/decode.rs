//! Reading JSON: values, errors and limits as Go's decoder has them.
//!
//! In: bytes; out: a [`Value`] of nulls, booleans, floats, strings, `[]interface {}` and `map[string]interface {}`. No
//! recursion: open containers stand on a stack of their own.

use super::error::JsonError;
use crate::list::{List, ListType};
use crate::map::{Entries, Map, MapType};
use crate::string::Str;
use crate::value::Value;

/// Go's limit on objects and arrays inside each other.
const MAX_DEPTH: usize = 10_000;

/// What [`unmarshal`] reads into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `map[string]interface {}`: `fromJson`.
    Map,
    /// `[]interface {}`: `fromJsonArray`.
    List,
    /// `interface {}`.
    Any,
}

/// Reads one JSON value with nothing but white space around it.
///
/// # Errors
/// [`JsonError`]; its text is Go's. A number beyond `float64` is an error.
///
/// # Source
/// spec/rendering.md 3.7 and 2.2 (`fromJson`).
pub fn decode(text: &[u8]) -> Result<Value, JsonError> {
    let mut decoder = Decoder::new(text);
    let value = decoder.document()?;
    decoder.overflow.map_or(Ok(value), Err)
}

/// Reads the JSON value at the start of a text and tells how many bytes it takes, leading white space included.
///
/// # Errors
/// As [`decode`]; what follows the value is not looked at.
///
/// # Source
/// spec/rendering.md 5.3 (`--set-json`).
pub fn decode_prefix(text: &[u8]) -> Result<(Value, usize), JsonError> {
    let mut decoder = Decoder::new(text);
    let value = decoder.value()?;
    let end = decoder.at;
    decoder.overflow.map_or(Ok((value, end)), Err)
}

/// Reads into a fresh map, list or interface as Go's `json.Unmarshal` does: what the variable holds afterwards, and the
/// error. A value of the wrong type leaves it empty; a number beyond `float64` is reported but everything else is read
/// (the number as 0). `null` gives Go's nil map or slice.
///
/// # Source
/// spec/rendering.md 2.2 (`fromJson`, `fromJsonArray`).
pub fn unmarshal(text: &[u8], target: Target) -> (Value, Option<JsonError>) {
    let empty = || match target {
        Target::Map => Value::Map(Map::new()),
        Target::List => Value::List(List::new(Vec::new())),
        Target::Any => Value::Null,
    };
    let mut decoder = Decoder::new(text);
    let value = match decoder.document() {
        Ok(value) => value,
        Err(error) => return (empty(), Some(error)),
    };
    let wrong = |go_type| (empty(), Some(JsonError::wrong_type(&value, go_type)));
    match (target, &value) {
        (Target::Map, Value::Null) => (Value::Map(Map::nil(MapType::Any)), None),
        (Target::List, Value::Null) => (Value::List(List::nil(ListType::Any)), None),
        (Target::Map, Value::Map(_)) | (Target::List, Value::List(_)) | (Target::Any, _) => (value, decoder.overflow),
        (Target::Map, _) => wrong(MapType::Any.name()),
        (Target::List, _) => wrong(ListType::Any.name()),
    }
}

/// A container that is not closed yet.
enum Open {
    List(Vec<Value>),
    /// The entries so far, and the key whose value comes next.
    Map(Entries, Str),
}

struct Decoder<'t> {
    text: &'t [u8],
    at: usize,
    open: Vec<Open>,
    /// The first number that does not fit; reported only if the text is well formed.
    overflow: Option<JsonError>,
}

impl<'t> Decoder<'t> {
    fn new(text: &'t [u8]) -> Self {
        Decoder {
            text,
            at: 0,
            open: Vec::new(),
            overflow: None,
        }
    }

    fn document(&mut self) -> Result<Value, JsonError> {
        let value = self.value()?;
        self.white_space();
        match self.rest() {
            [] => Ok(value),
            rest => Err(JsonError::invalid_character(rest, "after top-level value")),
        }
    }

    fn rest(&self) -> &'t [u8] {
        &self.text[self.at..]
    }

    fn white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte that is not white space; it must be there.
    fn peek(&mut self) -> Result<u8, JsonError> {
        self.white_space();
        self.text.get(self.at).copied().ok_or(JsonError::UnexpectedEnd)
    }

    /// One value with everything in it.
    fn value(&mut self) -> Result<Value, JsonError> {
        let bottom = self.open.len();
        loop {
            let Some(mut done) = self.begin()? else {
                continue;
            };
            // Put the finished value where it belongs, and close what ends after it.
            loop {
                if self.open.len() == bottom {
                    return Ok(done);
                }
                let next = self.peek()?;
                match self.open.last_mut() {
                    Some(Open::List(items)) => {
                        items.push(done);
                        if next != b',' && next != b']' {
                            return Err(JsonError::invalid_character(self.rest(), "after array element"));
                        }
                    }
                    Some(Open::Map(entries, key)) => {
                        entries.insert(std::mem::take(key), done);
                        if next != b',' && next != b'}' {
                            return Err(JsonError::invalid_character(self.rest(), "after object key:value pair"));
                        }
                    }
                    None => return Ok(done),
                }
                self.at += 1;
                if next == b',' {
                    if matches!(self.open.last(), Some(Open::Map(..))) {
                        self.key()?;
                    }
                    break;
                }
                done = match self.open.pop() {
                    Some(Open::List(items)) => Value::from(items),
                    Some(Open::Map(entries, _)) => Value::Map(Map::from_entries(entries)),
                    None => Value::Null,
                };
            }
        }
    }

    /// A scalar or empty container, or nothing after opening a container whose first value comes next.
    fn begin(&mut self) -> Result<Option<Value>, JsonError> {
        Ok(Some(match self.peek()? {
            b'{' => {
                self.check_depth()?;
                self.at += 1;
                if self.peek()? == b'}' {
                    self.at += 1;
                    return Ok(Some(Value::Map(Map::new())));
                }
                self.open.push(Open::Map(Entries::new(), Str::default()));
                self.key()?;
                return Ok(None);
            }
            b'[' => {
                self.check_depth()?;
                self.at += 1;
                if self.peek()? == b']' {
                    self.at += 1;
                    return Ok(Some(Value::from(Vec::new())));
                }
                self.open.push(Open::List(Vec::new()));
                return Ok(None);
            }
            b'"' => Value::String(self.string()?),
            b'-' | b'0'..=b'9' => self.number()?,
            b'n' => self.literal(b"null", Value::Null)?,
            b't' => self.literal(b"true", Value::Bool(true))?,
            b'f' => self.literal(b"false", Value::Bool(false))?,
            _ => {
                return Err(JsonError::invalid_character(
                    self.rest(),
                    "looking for beginning of value",
                ));
            }
        }))
    }

    fn check_depth(&self) -> Result<(), JsonError> {
        if self.open.len() >= MAX_DEPTH {
            Err(JsonError::TooDeep)
        } else {
            Ok(())
        }
    }

    /// A key and its colon, for the innermost map.
    fn key(&mut self) -> Result<(), JsonError> {
        if self.peek()? != b'"' {
            return Err(JsonError::invalid_character(
                self.rest(),
                "looking for beginning of object key string",
            ));
        }
        let name = self.string()?;
        if self.peek()? != b':' {
            return Err(JsonError::invalid_character(self.rest(), "after object key"));
        }
        self.at += 1;
        if let Some(Open::Map(_, key)) = self.open.last_mut() {
            *key = name;
        }
        Ok(())
    }

    fn literal(&mut self, word: &'static [u8], value: Value) -> Result<Value, JsonError> {
        let rest = self.rest();
        if let Some(at) = rest.iter().zip(word).position(|(have, want)| have != want) {
            let place = match (word[0], word[at]) {
                (b'n', b'u') => "in literal null (expecting 'u')",
                (b'n', _) => "in literal null (expecting 'l')",
                (b't', b'r') => "in literal true (expecting 'r')",
                (b't', b'u') => "in literal true (expecting 'u')",
                (b't', _) => "in literal true (expecting 'e')",
                (_, b'a') => "in literal false (expecting 'a')",
                (_, b'l') => "in literal false (expecting 'l')",
                (_, b's') => "in literal false (expecting 's')",
                _ => "in literal false (expecting 'e')",
            };
            return Err(JsonError::invalid_character(&rest[at..], place));
        }
        if rest.len() < word.len() {
            return Err(JsonError::UnexpectedEnd);
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        if self.text[self.at] == b'-' {
            self.at += 1;
        }
        if self.text.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.text.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.text.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default();
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Float(number)),
            _ => {
                if self.overflow.is_none() {
                    self.overflow = Some(JsonError::CannotUnmarshal {
                        value: format!("number {text}"),
                        place: self.place(),
                        go_type: "float64",
                    });
                }
                Ok(Value::Float(0.0))
            }
        }
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        match self.rest() {
            [] => Err(JsonError::UnexpectedEnd),
            rest @ [first, ..] if !first.is_ascii_digit() => {
                Err(JsonError::invalid_character(rest, "in numeric literal"))
            }
            rest => {
                self.at += rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                Ok(())
            }
        }
    }

    /// How Go's errors name the place of the current value: a dotted path, called a struct field unless it ends in digits.
    fn place(&self) -> String {
        if self.open.is_empty() {
            return "Go value".to_owned();
        }
        let mut path = String::new();
        for open in &self.open {
            path.push('.');
            match open {
                Open::List(items) => path.push_str(&items.len().to_string()),
                Open::Map(_, key) => {
                    path.push_str(&key.to_str_lossy().replace('~', "~0").replace('/', "~1"));
                }
            }
        }
        let last = path.rsplit('.').next().unwrap_or_default();
        let like_an_index = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
        if like_an_index {
            path
        } else {
            format!("Go struct field {path}")
        }
    }

    fn string(&mut self) -> Result<Str, JsonError> {
        self.at += 1;
        let rest = self.rest();
        // Most strings are copied whole.
        let plain = rest
            .iter()
            .take_while(|&&byte| matches!(byte, b' '..=0x7f) && byte != b'"' && byte != b'\\')
            .count();
        if rest.get(plain) == Some(&b'"') {
            self.at += plain + 1;
            return Ok(Str::from_bytes(&rest[..plain]));
        }
        let mut result = Vec::with_capacity(plain + 32);
        loop {
            let rest = self.rest();
            let plain = rest
                .iter()
                .take_while(|&&byte| byte >= b' ' && byte != b'"' && byte != b'\\')
                .count();
            append_valid(&mut result, &rest[..plain]);
            self.at += plain;
            match rest.get(plain) {
                None => return Err(JsonError::UnexpectedEnd),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Str::from(result));
                }
                Some(b'\\') => self.escape(&mut result)?,
                Some(_) => return Err(JsonError::invalid_character(&rest[plain..], "in string")),
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let rest = self.rest();
        let Some(&letter) = rest.get(1) else {
            return Err(JsonError::UnexpectedEnd);
        };
        let byte = match letter {
            b'"' | b'\\' | b'/' => letter,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let unit = self.unicode_escape()?;
                let mut code = unit;
                // A high half joins with the low half escaped right after it; a lone half becomes U+FFFD.
                if (0xd800..0xdc00).contains(&unit)
                    && let Some(low) = self.rest().strip_prefix(b"\\u").and_then(hex4)
                    && (0xdc00..0xe000).contains(&low)
                {
                    self.at += 6;
                    code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                }
                let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            _ => return Err(JsonError::invalid_escape(rest, 2)),
        };
        out.push(byte);
        self.at += 2;
        Ok(())
    }

    fn unicode_escape(&mut self) -> Result<u32, JsonError> {
        let rest = self.rest();
        if let Some(unit) = hex4(&rest[2..]) {
            self.at += 6;
            return Ok(unit);
        }
        if rest.len() < 6 && rest[2..].iter().all(u8::is_ascii_hexdigit) {
            return Err(JsonError::UnexpectedEnd);
        }
        Err(JsonError::invalid_escape(rest, 6))
    }
}

/// The value of four hexadecimal digits at the start.
fn hex4(text: &[u8]) -> Option<u32> {
    let digits = text.get(..4)?;
    digits
        .iter()
        .try_fold(0, |value, &digit| Some(value * 16 + char::from(digit).to_digit(16)?))
}

/// Appends text, each invalid byte as U+FFFD.
fn append_valid(out: &mut Vec<u8>, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        for _ in chunk.invalid() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
}
