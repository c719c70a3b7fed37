//! What a scalar means: null, boolean, number or text, by YAML 1.1's rules as go-yaml v2 has them.

use std::borrow::Cow;

use super::emit::timestamp::is_timestamp;
use super::parser::{Event, Tag};

/// The meaning of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer too large for `i64`.
    Uint(u64),
    Float(f64),
    /// The scalar's own text.
    Text,
    /// What `!!binary` decoded to.
    Bytes(Vec<u8>),
}

impl Meaning {
    /// The tag as messages show it.
    fn tag_name(&self) -> &'static str {
        match self {
            Meaning::Null => "!!null",
            Meaning::Bool(_) => "!!bool",
            Meaning::Int(_) | Meaning::Uint(_) => "!!int",
            Meaning::Float(_) => "!!float",
            Meaning::Text | Meaning::Bytes(_) => "!!str",
        }
    }
}

/// What the scalar of an event means; `text` is its text.
///
/// # Errors
/// Go's message, without `yaml: `, for a text that does not fit its tag.
#[inline(always)]
pub(super) fn meaning(event: &Event, text: &[u8]) -> Result<Meaning, String> {
    if event.tag == Tag::None {
        Ok(if event.plain { plain(text) } else { Meaning::Text })
    } else {
        tagged(event.tag, text)
    }
}

#[cold]
fn tagged(tag: Tag, text: &[u8]) -> Result<Meaning, String> {
    let wanted = match tag {
        Tag::Bool => "!!bool",
        Tag::Int => "!!int",
        Tag::Float => "!!float",
        Tag::Null => "!!null",
        Tag::Timestamp => "!!timestamp",
        Tag::Binary => {
            return match base64(text) {
                Some(bytes) => Ok(Meaning::Bytes(bytes)),
                None => Err("!!binary value contains invalid base64 data".to_owned()),
            };
        }
        _ => return Ok(Meaning::Text),
    };
    if tag == Tag::Timestamp && is_timestamp(text) {
        return Ok(Meaning::Text);
    }
    match plain(text) {
        Meaning::Int(int) if tag == Tag::Float => Ok(Meaning::Float(int as f64)),
        meaning if meaning.tag_name() == wanted => Ok(meaning),
        meaning => {
            let text = String::from_utf8_lossy(text);
            Err(format!("cannot decode {} `{text}` as a {wanted}", meaning.tag_name()))
        }
    }
}

/// What a plain scalar without a tag means.
///
/// # Source
/// spec/rendering.md 3.2.
#[inline(always)]
pub(super) fn plain(text: &[u8]) -> Meaning {
    match text.first() {
        None => Meaning::Null,
        Some(b'0'..=b'9' | b'+' | b'-') => number(text),
        Some(b'.') => point(text),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') if text.len() <= 5 => {
            word(text)
        }
        _ => Meaning::Text,
    }
}

/// Whether a plain scalar is not text: the quick question of those who do not need its value.
#[inline(always)]
pub(super) fn is_null_word(text: &[u8]) -> bool {
    matches!(text, b"" | b"~" | b"null" | b"Null" | b"NULL")
}

fn word(text: &[u8]) -> Meaning {
    match text {
        b"~" | b"null" | b"Null" | b"NULL" => Meaning::Null,
        b"y" | b"Y" | b"yes" | b"Yes" | b"YES" | b"true" | b"True" | b"TRUE" | b"on" | b"On" | b"ON" => {
            Meaning::Bool(true)
        }
        b"n" | b"N" | b"no" | b"No" | b"NO" | b"false" | b"False" | b"FALSE" | b"off" | b"Off" | b"OFF" => {
            Meaning::Bool(false)
        }
        _ => Meaning::Text,
    }
}

/// A text that starts with a point: a special float or a fraction, whose digits may be separated by underscores.
fn point(text: &[u8]) -> Meaning {
    match text {
        b".inf" | b".Inf" | b".INF" => return Meaning::Float(f64::INFINITY),
        b".nan" | b".NaN" | b".NAN" => return Meaning::Float(f64::NAN),
        _ => {}
    }
    if !text.get(1).is_some_and(u8::is_ascii_digit) {
        return Meaning::Text;
    }
    let digits = if text.contains(&b'_') {
        let separates = |at: usize| text[at - 1].is_ascii_digit() && text.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !text.iter().enumerate().all(|(at, &b)| b != b'_' || separates(at)) {
            return Meaning::Text;
        }
        without_underscores(text)
    } else {
        Cow::Borrowed(text)
    };
    float(&digits)
}

fn without_underscores(text: &[u8]) -> Cow<'_, [u8]> {
    if text.contains(&b'_') {
        Cow::Owned(text.iter().copied().filter(|&b| b != b'_').collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// A text that starts with a digit or a sign.
fn number(text: &[u8]) -> Meaning {
    match text {
        b"+.inf" | b"+.Inf" | b"+.INF" => return Meaning::Float(f64::INFINITY),
        b"-.inf" | b"-.Inf" | b"-.INF" => return Meaning::Float(f64::NEG_INFINITY),
        _ => {}
    }
    // Nothing that could be read as a number holds other characters.
    let known = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b'_' | b'+' | b'-' | b'.' | b'x' | b'X' | b'o' | b'O');
    if !text.iter().all(known) {
        return Meaning::Text;
    }
    let text = without_underscores(text);
    let meaning = integer(&text, None);
    if meaning != Meaning::Text {
        return meaning;
    }
    if is_float(&text) {
        return float(&text);
    }
    match text.strip_prefix(b"0b") {
        Some(bits) => integer(bits, Some(2)),
        None => Meaning::Text,
    }
}

/// An integer as Go's `ParseInt` reads it, then `ParseUint`; [`Meaning::Text`] for what is none.
fn integer(text: &[u8], base: Option<u32>) -> Meaning {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let (base, digits) = match (base, digits) {
        (Some(base), digits) => (base, digits),
        (None, [b'0', b'x' | b'X', digits @ ..]) if !digits.is_empty() => (16, digits),
        (None, [b'0', b'o' | b'O', digits @ ..]) if !digits.is_empty() => (8, digits),
        (None, [b'0', b'b' | b'B', digits @ ..]) if !digits.is_empty() => (2, digits),
        (None, [b'0', _, ..]) => (8, &digits[1..]),
        (None, digits) => (10, digits),
    };
    if digits.is_empty() {
        return Meaning::Text;
    }
    let mut value = 0u64;
    for &b in digits {
        let Some(digit) = (b as char).to_digit(base) else {
            return Meaning::Text;
        };
        let next = value
            .checked_mul(u64::from(base))
            .and_then(|value| value.checked_add(u64::from(digit)));
        let Some(next) = next else { return Meaning::Text };
        value = next;
    }
    match (negative, i64::try_from(value)) {
        (false, Ok(value)) => Meaning::Int(value),
        (true, Ok(value)) => Meaning::Int(-value),
        (true, Err(_)) if value == 1 << 63 => Meaning::Int(i64::MIN),
        // An unsigned number must have no sign, not even `+`.
        (false, Err(_)) if !text.starts_with(b"+") => Meaning::Uint(value),
        _ => Meaning::Text,
    }
}

/// Whether a text has the form of a YAML float: sign, digits with a point somewhere, exponent.
fn is_float(text: &[u8]) -> bool {
    fn digits(text: &[u8]) -> usize {
        text.iter().take_while(|b| b.is_ascii_digit()).count()
    }
    let mut rest = match text {
        [b'+' | b'-', rest @ ..] => rest,
        rest => rest,
    };
    let whole = digits(rest);
    rest = &rest[whole..];
    if let [b'.', fraction @ ..] = rest {
        let places = digits(fraction);
        if whole + places == 0 {
            return false;
        }
        rest = &fraction[places..];
    } else if whole == 0 {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', power @ ..] | [b'e' | b'E', power @ ..] => {
            !power.is_empty() && digits(power) == power.len()
        }
        _ => false,
    }
}

/// A float in decimal notation; [`Meaning::Text`] for what is none or is too large.
fn float(text: &[u8]) -> Meaning {
    if !is_float(text) {
        return Meaning::Text;
    }
    match std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok()) {
        Some(value) if value.is_finite() => Meaning::Float(value),
        _ => Meaning::Text,
    }
}

/// Standard base64 with padding; line breaks are ignored.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut output = Vec::with_capacity(text.len() / 4 * 3);
    let mut symbols = text.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n'));
    loop {
        let mut group = 0u32;
        let mut count = 0;
        let mut padding = 0;
        for place in 0..4 {
            let Some(symbol) = symbols.next() else {
                return (place == 0).then_some(output);
            };
            let value = match symbol {
                b'A'..=b'Z' => symbol - b'A',
                b'a'..=b'z' => symbol - b'a' + 26,
                b'0'..=b'9' => symbol - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                b'=' if place >= 2 => {
                    padding += 1;
                    group <<= 6;
                    continue;
                }
                _ => return None,
            };
            if padding > 0 {
                return None;
            }
            group = group << 6 | u32::from(value);
            count += 1;
        }
        output.extend_from_slice(&group.to_be_bytes()[1..count]);
        if padding > 0 {
            return symbols.next().is_none().then_some(output);
        }
    }
}
