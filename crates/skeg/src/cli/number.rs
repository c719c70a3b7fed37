//! Numbers in flags, with Go's syntax and Go's messages.

use crate::output::quote::go_quote;

/// What went wrong, in Go's words.
fn complaint(function: &str, text: &str, why: &str) -> String {
    format!("strconv.{function}: parsing {}: {why}", go_quote(text))
}

const SYNTAX: &str = "invalid syntax";
const RANGE: &str = "value out of range";

/// A signed number of `bits` bits: decimal, or with `0x`, `0b`, `0o` or `0` before it; `_` between digits.
///
/// # Errors
/// Go's message: no number, or too large.
///
/// # Source
/// Go `strconv.ParseInt` with base 0.
pub fn parse_int(text: &str, bits: u32) -> Result<i64, String> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let limit = 1_u128 << (bits - 1);
    match magnitude(digits) {
        None => Err(complaint("ParseInt", text, SYNTAX)),
        Some(value) if negative && value <= limit => Ok((value as i128).wrapping_neg() as i64),
        Some(value) if !negative && value < limit => Ok(value as i64),
        Some(_) => Err(complaint("ParseInt", text, RANGE)),
    }
}

/// An unsigned 64-bit number, with the prefixes of [`parse_int`]; no sign.
///
/// # Errors
/// Go's message: no number, or too large.
///
/// # Source
/// Go `strconv.ParseUint` with base 0.
pub fn parse_uint(text: &str) -> Result<u64, String> {
    let value = magnitude(text).ok_or_else(|| complaint("ParseUint", text, SYNTAX))?;
    u64::try_from(value).map_err(|_| complaint("ParseUint", text, RANGE))
}

/// A 32-bit floating-point number, `inf` and `nan` included.
///
/// # Errors
/// Go's message: no number, or too large.
///
/// # Source
/// Go `strconv.ParseFloat`, without its hexadecimal form.
pub fn parse_float32(text: &str) -> Result<f32, String> {
    let value: f32 = text.parse().map_err(|_| complaint("ParseFloat", text, SYNTAX))?;
    let spelled_out = text.bytes().any(|b| b.eq_ignore_ascii_case(&b'n'));
    if value.is_infinite() && !spelled_out {
        return Err(complaint("ParseFloat", text, RANGE));
    }
    Ok(value)
}

/// The digits with their prefix; none when they are no number. Saturates far above 64 bits.
fn magnitude(text: &str) -> Option<u128> {
    let lower = text.as_bytes().get(1).map(u8::to_ascii_lowercase);
    let (radix, digits, prefixed) = match (text.starts_with('0'), lower) {
        (true, Some(b'x')) => (16, &text[2..], true),
        (true, Some(b'b')) => (2, &text[2..], true),
        (true, Some(b'o')) => (8, &text[2..], true),
        (true, Some(_)) => (8, &text[1..], true),
        _ => (10, text, false),
    };
    // An underscore stands between digits only; a prefix counts as a digit before it.
    let mut after_digit = prefixed;
    let mut value: u128 = 0;
    for c in digits.chars() {
        if c == '_' {
            if !after_digit {
                return None;
            }
            after_digit = false;
            continue;
        }
        let digit = c.to_digit(radix)?;
        value = value
            .saturating_mul(u128::from(radix))
            .saturating_add(u128::from(digit));
        after_digit = true;
    }
    (after_digit && !digits.is_empty()).then_some(value.min(1 << 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_follow_go() {
        let syntax = |t: &str| Err(format!("strconv.ParseInt: parsing \"{t}\": invalid syntax"));
        let cases = [
            ("0", Ok(0)),
            ("-12", Ok(-12)),
            ("+3", Ok(3)),
            ("0x1F", Ok(31)),
            ("010", Ok(8)),
            ("1_000", Ok(1000)),
            ("0_7", Ok(7)),
            ("-9223372036854775808", Ok(i64::MIN)),
            (
                "9223372036854775808",
                Err("strconv.ParseInt: parsing \"9223372036854775808\": value out of range".into()),
            ),
            ("", syntax("")),
            ("-", syntax("-")),
            ("08", syntax("08")),
            ("1__0", syntax("1__0")),
            ("1_", syntax("1_")),
            ("0x", syntax("0x")),
            ("1.5", syntax("1.5")),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_int(text, 64), expected, "{text:?}");
        }
        assert_eq!(
            parse_int("2147483648", 32),
            Err("strconv.ParseInt: parsing \"2147483648\": value out of range".into())
        );
        assert_eq!(
            parse_uint("-1"),
            Err("strconv.ParseUint: parsing \"-1\": invalid syntax".into())
        );
        assert_eq!(parse_uint("18446744073709551615"), Ok(u64::MAX));
    }

    #[test]
    fn fractions_follow_go() {
        assert_eq!(parse_float32("2.5"), Ok(2.5));
        assert_eq!(parse_float32("inf"), Ok(f32::INFINITY));
        assert_eq!(
            parse_float32("1e99"),
            Err("strconv.ParseFloat: parsing \"1e99\": value out of range".into())
        );
        assert_eq!(
            parse_float32("x"),
            Err("strconv.ParseFloat: parsing \"x\": invalid syntax".into())
        );
    }
}
