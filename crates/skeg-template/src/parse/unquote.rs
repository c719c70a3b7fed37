//! String and character literals: what stands between the quotes, with escapes replaced.

use std::borrow::Cow;

use crate::print::decode_rune;

/// The bytes that a literal means; `literal` includes its quotes. None where Go says `invalid syntax`.
pub(crate) fn unquote(literal: &[u8]) -> Option<Cow<'_, [u8]>> {
    let (&quote, rest) = literal.split_first()?;
    let (&last, inner) = rest.split_last()?;
    if last != quote {
        return None;
    }
    if quote == b'`' {
        if !inner.contains(&b'\r') {
            return Some(Cow::Borrowed(inner));
        }
        return Some(inner.iter().copied().filter(|&b| b != b'\r').collect());
    }
    if !inner.contains(&b'\\') && std::str::from_utf8(inner).is_ok() {
        return Some(Cow::Borrowed(inner));
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while !rest.is_empty() {
        let (unit, length) = unquote_unit(rest, quote)?;
        match unit {
            Unit::Byte(b) => out.push(b),
            Unit::Rune(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = &rest[length..];
    }
    Some(Cow::Owned(out))
}

/// The code of a character constant; `literal` includes its quotes.
///
/// # Errors
/// Go's text.
pub(crate) fn unquote_character(literal: &[u8]) -> Result<u32, String> {
    let invalid = || "invalid syntax".to_owned();
    let rest = literal.get(1..).unwrap_or_default();
    let (unit, length) = unquote_unit(rest, b'\'').ok_or_else(invalid)?;
    if &rest[length..] != b"'" {
        return Err(format!(
            "malformed character constant: {}",
            String::from_utf8_lossy(literal)
        ));
    }
    Ok(match unit {
        Unit::Byte(b) => u32::from(b),
        Unit::Rune(c) => c as u32,
    })
}

/// What one character or escape stands for.
enum Unit {
    /// `\x` and octal escapes give bytes, whatever they are.
    Byte(u8),
    Rune(char),
}

fn unquote_unit(text: &[u8], quote: u8) -> Option<(Unit, usize)> {
    let first = *text.first()?;
    if first == quote || first == b'\n' {
        return None;
    }
    if first != b'\\' {
        let (c, length) = decode_rune(text);
        return Some((Unit::Rune(c.unwrap_or(char::REPLACEMENT_CHARACTER)), length));
    }
    let code = |digits: usize| {
        let digits = std::str::from_utf8(text.get(2..2 + digits)?).ok()?;
        digits
            .bytes()
            .all(|b| b.is_ascii_hexdigit())
            .then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let byte = |b: u8| Some((Unit::Byte(b), 2));
    match *text.get(1)? {
        b'a' => byte(7),
        b'b' => byte(8),
        b'f' => byte(12),
        b'n' => byte(b'\n'),
        b'r' => byte(b'\r'),
        b't' => byte(b'\t'),
        b'v' => byte(11),
        b'\\' => byte(b'\\'),
        b if b == quote => byte(b),
        b'x' => Some((Unit::Byte(code(2)? as u8), 4)),
        b'u' => Some((Unit::Rune(char::from_u32(code(4)?)?), 6)),
        b'U' => Some((Unit::Rune(char::from_u32(code(8)?)?), 10)),
        b'0'..=b'7' => {
            let digits = text.get(1..4)?;
            let value = digits.iter().try_fold(0_u32, |sum, &b| {
                matches!(b, b'0'..=b'7').then(|| sum * 8 + u32::from(b - b'0'))
            })?;
            Some((Unit::Byte(u8::try_from(value).ok()?), 4))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec 1.2, strings and character constants.
    #[test]
    fn escapes_are_gos() {
        let escaped = unquote(br#""a\tb\\\"\x41\101\u00e9\U0001F600\xff""#).unwrap();
        assert_eq!(escaped, [&b"a\tb\\\"AA"[..], "é😀".as_bytes(), &[0xff]].concat());
        assert_eq!(&*unquote(b"`a\\n\r\n`").unwrap(), b"a\\n\n");
        for bad in [&br#""\'""#[..], br#""\z""#, br#""\400""#, br#""\ud800""#, br#""\x4""#] {
            assert_eq!(unquote(bad), None);
        }
        assert_eq!(unquote_character("'é'".as_bytes()), Ok(233));
        assert_eq!(unquote_character(b"'\\''"), Ok(39));
        assert_eq!(
            unquote_character(b"'ab'"),
            Err("malformed character constant: 'ab'".to_owned())
        );
        assert_eq!(unquote_character(b"''"), Err("invalid syntax".to_owned()));
    }
}
