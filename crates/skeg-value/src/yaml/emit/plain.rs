//! Whether a plain (unquoted) text would read back as something else than a string.
//!
//! In: the bytes of a string; out: a yes or no. No allocation, and for most texts only the first byte is looked at.
//!
//! # Source
//! spec/rendering.md 3.2 and 3.4 (style choice, rule 2).

/// Whether the YAML resolver of Helm takes this plain text for a null, a boolean, a number or a timestamp, or an old
/// YAML parser would take it for a base-60 number. `signed_octal`: also `0o-7`, which only the v3 resolver accepts.
pub(super) fn is_ambiguous(text: &[u8], signed_octal: bool) -> bool {
    let Some(&first) = text.first() else {
        return true;
    };
    match first {
        b'+' | b'-' | b'0'..=b'9' => {
            is_special_float(text)
                || is_number(text, signed_octal)
                || super::timestamp::is_timestamp(text)
                || is_base_60(text)
        }
        b'.' => is_special_float(text) || is_decimal_float_with_underscores(text),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => is_word(text),
        _ => false,
    }
}

fn is_word(text: &[u8]) -> bool {
    text.len() <= 5
        && matches!(
            text,
            b"~" | b"null"
                | b"Null"
                | b"NULL"
                | b"y"
                | b"Y"
                | b"yes"
                | b"Yes"
                | b"YES"
                | b"on"
                | b"On"
                | b"ON"
                | b"n"
                | b"N"
                | b"no"
                | b"No"
                | b"NO"
                | b"off"
                | b"Off"
                | b"OFF"
                | b"true"
                | b"True"
                | b"TRUE"
                | b"false"
                | b"False"
                | b"FALSE"
        )
}

fn is_special_float(text: &[u8]) -> bool {
    let unsigned = text
        .strip_prefix(b"+")
        .or_else(|| text.strip_prefix(b"-"))
        .unwrap_or(text);
    matches!(unsigned, b".inf" | b".Inf" | b".INF") || matches!(text, b".nan" | b".NaN" | b".NAN")
}

/// Numbers after a digit or sign: underscores are dropped first, then Go's base prefixes and decimal floats count.
fn is_number(text: &[u8], signed_octal: bool) -> bool {
    if !text
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_'))
    {
        return false;
    }
    if text.contains(&b'_') {
        let stripped: Vec<u8> = text.iter().copied().filter(|&b| b != b'_').collect();
        return is_plain_number(&stripped, signed_octal);
    }
    is_plain_number(text, signed_octal)
}

fn is_plain_number(text: &[u8], signed_octal: bool) -> bool {
    let (negative, unsigned) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let signed = unsigned.len() < text.len();
    if is_integer(unsigned, negative, signed) || is_decimal_float(text) {
        return true;
    }
    // After their prefix the resolvers accept one more sign, as `0b-1`.
    let with_second_sign = |radix| {
        !signed
            && unsigned.get(2).is_some_and(|sign| matches!(sign, b'+' | b'-'))
            && unsigned
                .get(3..)
                .is_some_and(|digits| fits(digits, radix, unsigned[2] == b'-', true))
    };
    (text.starts_with(b"0b") && with_second_sign(2)) || (signed_octal && text.starts_with(b"0o") && with_second_sign(8))
}

/// Go's `ParseInt` or `ParseUint` with base 0, without underscores. A sign rules out the unsigned reading.
fn is_integer(digits: &[u8], negative: bool, signed: bool) -> bool {
    match digits {
        [b'0', b'x' | b'X', rest @ ..] => fits(rest, 16, negative, signed),
        [b'0', b'o' | b'O', rest @ ..] => fits(rest, 8, negative, signed),
        [b'0', b'b' | b'B', rest @ ..] => fits(rest, 2, negative, signed),
        [b'0', rest @ ..] if !rest.is_empty() => fits(rest, 8, negative, signed),
        _ => fits(digits, 10, negative, signed),
    }
}

fn fits(digits: &[u8], radix: u32, negative: bool, signed: bool) -> bool {
    let limit = match (negative, signed) {
        (true, _) => i64::MIN.unsigned_abs(),
        (false, true) => i64::MAX.unsigned_abs(),
        (false, false) => u64::MAX,
    };
    let mut value: u64 = 0;
    for &digit in digits {
        let Some(digit) = char::from(digit).to_digit(radix) else {
            return false;
        };
        let Some(next) = value
            .checked_mul(u64::from(radix))
            .and_then(|v| v.checked_add(u64::from(digit)))
        else {
            return false;
        };
        value = next;
    }
    !digits.is_empty() && value <= limit
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` with a finite value.
fn is_decimal_float(text: &[u8]) -> bool {
    let rest = text
        .strip_prefix(b"+")
        .or_else(|| text.strip_prefix(b"-"))
        .unwrap_or(text);
    let (whole, rest) = split_digits(rest);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => {
            let (fraction, rest) = split_digits(rest);
            (Some(fraction), rest)
        }
        _ => (None, rest),
    };
    if whole.is_empty() && fraction.is_none_or(<[u8]>::is_empty) {
        return false;
    }
    if let [b'e' | b'E', rest @ ..] = rest {
        let rest = rest
            .strip_prefix(b"+")
            .or_else(|| rest.strip_prefix(b"-"))
            .unwrap_or(rest);
        let (exponent, rest) = split_digits(rest);
        if exponent.is_empty() || !rest.is_empty() {
            return false;
        }
    } else if !rest.is_empty() {
        return false;
    }
    // The text is ASCII by now; an overflow makes it a string.
    std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse::<f64>().ok())
        .is_some_and(f64::is_finite)
}

/// The same where Go's own float parser reads the text: single underscores may stand between digits.
fn is_decimal_float_with_underscores(text: &[u8]) -> bool {
    if !text.contains(&b'_') {
        return is_decimal_float(text);
    }
    let separates = |at: usize| {
        let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        digit(at.checked_sub(1).and_then(|before| text.get(before))) && digit(text.get(at + 1))
    };
    text.iter().enumerate().all(|(at, &byte)| byte != b'_' || separates(at))
        && is_decimal_float(&text.iter().copied().filter(|&byte| byte != b'_').collect::<Vec<u8>>())
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|b| b.is_ascii_digit()).count())
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
fn is_base_60(text: &[u8]) -> bool {
    let rest = text
        .strip_prefix(b"+")
        .or_else(|| text.strip_prefix(b"-"))
        .unwrap_or(text);
    let mut parts = rest.split(|&b| b == b':');
    let first = parts.next().unwrap_or_default();
    if !first.first().is_some_and(u8::is_ascii_digit) || !first.iter().all(|b| b.is_ascii_digit() || *b == b'_') {
        return false;
    }
    let mut parts = parts.peekable();
    let mut groups = 0;
    while let Some(part) = parts.next() {
        let mut part = part;
        if parts.peek().is_none()
            && let Some(point) = part.iter().position(|&b| b == b'.')
        {
            if !part[point + 1..].iter().all(|b| b.is_ascii_digit() || *b == b'_') {
                return false;
            }
            part = &part[..point];
        }
        if !matches!(part, [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']) {
            return false;
        }
        groups += 1;
    }
    groups > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_texts_are_found() {
        // spec 3.2, 3.6
        for text in [
            "",
            "~",
            "null",
            "NULL",
            "true",
            "y",
            "N",
            "On",
            "OFF",
            "0",
            "-0",
            "+12",
            "007",
            "08",
            "0o17",
            "0x1F",
            "0b101",
            "-0b11",
            "0b-1",
            "1_000",
            "1.0",
            "1.",
            "0.",
            ".1",
            "-.5",
            "1e3",
            "1E+3",
            ".inf",
            "-.Inf",
            "+.INF",
            ".nan",
            "1:30",
            "190:20:30.15",
            "-1:5",
            "18446744073709551615",
            "18446744073709551616",
            "2001-01-01",
            "2001-1-1",
            "2001-12-14 21:59:43",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14T21:59:43Z",
            "0X1f",
            "0B1",
            "1_",
            ".2_0",
        ] {
            assert!(is_ambiguous(text.as_bytes(), false), "{text}");
        }
    }

    #[test]
    fn ordinary_texts_are_not() {
        for text in [
            "tRue",
            "nil",
            "None",
            "0o8",
            "0xg",
            "0b2",
            "_1",
            "1,000",
            "e3",
            "1e400",
            "Infinity",
            "NaN",
            "1:99",
            "1:30:",
            "2001-13-40",
            "2001-02-30",
            "v1.2.3",
            "1.2.3",
            "+",
            "-",
            ".",
            "-.",
            "..",
            "+.nan",
            "1e",
            "0x",
            "0b",
            "--1",
            "1:",
            ":1",
            "10.0.0.1",
            "2001-12-14T21:59:43",
            "2001-12-14 21:59:43Z",
            "0o-7",
            "-_1x",
            "1-1",
            "yess",
            "12h",
            ".2__0",
            "._2",
            ".2_",
        ] {
            assert!(!is_ambiguous(text.as_bytes(), false), "{text}");
        }
        assert!(is_ambiguous(b"0o-7", true));
    }
}
