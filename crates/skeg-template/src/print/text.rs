//! Strings in formats: runes as Go counts them, `%s`, `%x`, `%q`, `%c`, `%U`.

use skeg_value::quote;

use super::spec::Spec;

/// The first character of `bytes` and its length; none where they don't begin with a valid one, of which Go counts one
/// byte. `bytes` must not be empty.
pub fn decode_rune(bytes: &[u8]) -> (Option<char>, usize) {
    let length = match bytes.first() {
        None => return (None, 0),
        Some(0..=0x7f) => return (Some(char::from(bytes[0])), 1),
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        Some(_) => return (None, 1),
    };
    let text = bytes.get(..length).and_then(|b| std::str::from_utf8(b).ok());
    match text.and_then(|t| t.chars().next()) {
        Some(c) => (Some(c), length),
        None => (None, 1),
    }
}

/// The number of characters, each invalid byte counting as one.
pub(super) fn count_runes(bytes: &[u8]) -> usize {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.chars().count();
    }
    let mut rest = bytes;
    let mut count = 0;
    while !rest.is_empty() {
        rest = &rest[decode_rune(rest).1..];
        count += 1;
    }
    count
}

/// The first characters of `bytes`, as many as the precision allows.
fn truncated<'a>(spec: &Spec, bytes: &'a [u8]) -> &'a [u8] {
    let Some(precision) = spec.precision else { return bytes };
    let mut end = 0;
    for _ in 0..precision {
        if end >= bytes.len() {
            return bytes;
        }
        end += decode_rune(&bytes[end..]).1;
    }
    &bytes[..end]
}

/// `%s`.
pub(super) fn plain(out: &mut Vec<u8>, spec: &Spec, bytes: &[u8]) {
    spec.pad(out, truncated(spec, bytes));
}

/// `%x` and `%X`: two digits for each byte.
pub(super) fn hexadecimal(out: &mut Vec<u8>, spec: &Spec, bytes: &[u8], upper: bool) {
    let bytes = &bytes[..bytes.len().min(spec.precision.unwrap_or(usize::MAX))];
    if bytes.is_empty() {
        spec.padding(out, spec.width.unwrap_or(0));
        return;
    }
    let prefix: &[u8] = match (spec.sharp, upper) {
        (false, _) => b"",
        (true, false) => b"0x",
        (true, true) => b"0X",
    };
    let digits: &[u8; 16] = if upper {
        b"0123456789ABCDEF"
    } else {
        b"0123456789abcdef"
    };
    let mut text = Vec::with_capacity(bytes.len() * 2 + 2);
    for (position, byte) in bytes.iter().enumerate() {
        if position == 0 {
            text.extend_from_slice(prefix);
        } else if spec.space {
            text.push(b' ');
            text.extend_from_slice(prefix);
        }
        text.push(digits[usize::from(byte >> 4)]);
        text.push(digits[usize::from(byte & 15)]);
    }
    spec.pad(out, &text);
}

/// `%q` of a string.
pub(super) fn quoted(out: &mut Vec<u8>, spec: &Spec, bytes: &[u8]) {
    let bytes = truncated(spec, bytes);
    let mut text = Vec::with_capacity(bytes.len() + 2);
    if spec.sharp && can_backquote(bytes) {
        text.push(b'`');
        text.extend_from_slice(bytes);
        text.push(b'`');
    } else if spec.plus {
        append_quoted_ascii(&mut text, bytes);
    } else {
        quote::append_quoted(&mut text, bytes);
    }
    spec.pad(out, &text);
}

/// Whether the text can stand unchanged between back-quotes on one line.
fn can_backquote(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        !text
            .chars()
            .any(|c| matches!(c, '\0'..='\x08' | '\n'..='\x1f' | '`' | '\x7f' | '\u{feff}'))
    })
}

/// The text between double quotes, with everything that isn't printable ASCII escaped.
fn append_quoted_ascii(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    let mut rest = bytes;
    while !rest.is_empty() {
        let (c, length) = decode_rune(rest);
        match c {
            Some(c) => append_escaped_ascii(out, c, '"'),
            None => append_code(out, 'x', u32::from(rest[0]), 2),
        }
        rest = &rest[length..];
    }
    out.push(b'"');
}

fn append_escaped_ascii(out: &mut Vec<u8>, c: char, delimiter: char) {
    match c as u32 {
        code @ 0x80..0x1_0000 => append_code(out, 'u', code, 4),
        code @ 0x1_0000.. => append_code(out, 'U', code, 8),
        _ => append_escaped(out, c, delimiter),
    }
}

/// One character with Go's escapes for text between these delimiters.
fn append_escaped(out: &mut Vec<u8>, c: char, delimiter: char) {
    let mut buffer = [0; 4];
    match c {
        '"' if delimiter != '"' => out.push(b'"'),
        '\'' if delimiter == '\'' => out.extend_from_slice(b"\\'"),
        _ => {
            let mut quoted = Vec::with_capacity(12);
            quote::append_quoted(&mut quoted, c.encode_utf8(&mut buffer).as_bytes());
            out.extend_from_slice(&quoted[1..quoted.len() - 1]);
        }
    }
}

fn append_code(out: &mut Vec<u8>, letter: char, code: u32, digits: usize) {
    out.extend_from_slice(format!("\\{letter}{code:0digits$x}").as_bytes());
}

/// The character with this code, U+FFFD where there is none.
fn rune(code: u64) -> char {
    u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// `%c`.
pub(super) fn character(out: &mut Vec<u8>, spec: &Spec, code: u64) {
    spec.pad(out, rune(code).encode_utf8(&mut [0; 4]).as_bytes());
}

/// `%q` of an integer.
pub(super) fn quoted_character(out: &mut Vec<u8>, spec: &Spec, code: u64) {
    let mut text = vec![b'\''];
    if spec.plus {
        append_escaped_ascii(&mut text, rune(code), '\'');
    } else {
        append_escaped(&mut text, rune(code), '\'');
    }
    text.push(b'\'');
    spec.pad(out, &text);
}

/// `%U`.
pub(super) fn unicode(out: &mut Vec<u8>, spec: &Spec, code: u64) {
    let digits = format!("{code:04X}");
    let mut text = "U+".to_owned();
    text.push_str(&"0".repeat(spec.precision.unwrap_or(0).saturating_sub(digits.len())));
    text.push_str(&digits);
    if spec.sharp
        && let Some(c) = u32::try_from(code)
            .ok()
            .and_then(char::from_u32)
            .filter(|&c| quote::is_print(c))
    {
        text.push_str(" '");
        text.push(c);
        text.push('\'');
    }
    spec.without_zero().pad(out, text.as_bytes());
}
