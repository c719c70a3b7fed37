//! Any value as a number, by the rules of Go's `cast` package and `strconv`.

use skeg_value::Value;

/// The value as an `int64`; whatever has no number is 0.
///
/// Strings lose a trailing `.000` and are then read with Go's base prefixes (`0x`, `0o`, `0b`, a leading `0` for octal,
/// `_` between digits); floats are cut off towards zero, and those out of range are the smallest number.
///
/// # Source
/// spec/rendering.md 2.4, `int`.
pub(crate) fn to_i64(value: &Value) -> i64 {
    match value {
        Value::Int(int) => int.value,
        Value::Float(float) => float_to_i64(*float),
        Value::String(text) => text
            .as_str()
            .and_then(|text| parse_int(without_zero_decimals(text), 0))
            .unwrap_or(0),
        Value::Bool(b) => i64::from(*b),
        _ => calendar_number(value).unwrap_or(0),
    }
}

/// The value as a `float64`; whatever has no number is 0.
pub(crate) fn to_f64(value: &Value) -> f64 {
    match value {
        Value::Int(int) => int.as_i128() as f64,
        Value::Float(float) => *float,
        Value::String(text) => text.as_str().and_then(parse_float).unwrap_or(0.0),
        Value::Bool(b) => f64::from(u8::from(*b)),
        _ => calendar_number(value).unwrap_or(0) as f64,
    }
}

/// Months and weekdays count as numbers, other numeric types with a name (durations) do not.
fn calendar_number(value: &Value) -> Option<i64> {
    match value {
        Value::Object(object) if matches!(object.type_name(), "time.Month" | "time.Weekday") => object.as_i64(),
        _ => None,
    }
}

/// What amd64 does: `i64::MIN` stands for everything that does not fit.
pub(crate) fn float_to_i64(float: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&float) {
        float as i64
    } else {
        i64::MIN
    }
}

fn without_zero_decimals(text: &str) -> &str {
    let cut = text.trim_end_matches('0');
    match cut.strip_suffix('.') {
        Some(whole) if cut.len() < text.len() => whole,
        _ => text,
    }
}

/// Go's `strconv.ParseInt` for 64 bits; base 0 means: by prefix, with underscores allowed.
pub(crate) fn parse_int(text: &str, base: u32) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = parse_uint(digits, base)?;
    match negative {
        true if magnitude <= i64::MIN.unsigned_abs() => Some((magnitude as i64).wrapping_neg()),
        true => None,
        false => i64::try_from(magnitude).ok(),
    }
}

fn parse_uint(text: &str, base: u32) -> Option<u64> {
    let (base, digits, underscores) = match base {
        0 => {
            let (base, digits) = split_prefix(text);
            (base, digits, true)
        }
        _ => (base, text, false),
    };
    if text.is_empty() || (underscores && text.contains('_') && !underscores_well_placed(text)) {
        return None;
    }
    digits
        .chars()
        .filter(|&c| !(underscores && c == '_'))
        .try_fold(0u64, |number, c| {
            number.checked_mul(base.into())?.checked_add(c.to_digit(base)?.into())
        })
}

fn split_prefix(text: &str) -> (u32, &str) {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'0') {
        return (10, text);
    }
    match bytes.get(1).map(u8::to_ascii_lowercase) {
        Some(b'b') if bytes.len() > 2 => (2, &text[2..]),
        Some(b'o') if bytes.len() > 2 => (8, &text[2..]),
        Some(b'x') if bytes.len() > 2 => (16, &text[2..]),
        _ => (8, &text[1..]),
    }
}

/// Go's rule: an underscore stands between digits, or between a base prefix and a digit.
fn underscores_well_placed(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let lower = text.get(..2).map(str::to_ascii_lowercase);
    let prefixed = matches!(lower.as_deref(), Some("0b" | "0o" | "0x"));
    let hexadecimal = lower.as_deref() == Some("0x");
    let mut previous = if prefixed { '0' } else { '^' };
    for c in text.chars().skip(if prefixed { 2 } else { 0 }) {
        let class = match c {
            '_' => '_',
            _ if c.is_ascii_digit() || (hexadecimal && c.is_ascii_hexdigit()) => '0',
            _ => '!',
        };
        if (class == '_' && previous != '0') || (class == '!' && previous == '_') {
            return false;
        }
        previous = class;
    }
    previous != '_'
}

/// Go's `strconv.ParseFloat` for 64 bits; none also where the number is out of range.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let special = body.to_ascii_lowercase();
    let number = match special.as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" if body.len() == text.len() => return Some(f64::NAN),
        _ => {
            if text.contains('_') && !underscores_well_placed(text) {
                return None;
            }
            let digits = special.replace('_', "");
            let number = match digits.strip_prefix("0x") {
                Some(digits) => parse_hexadecimal_float(digits)?,
                None if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') => digits.parse().ok()?,
                None => return None,
            };
            if number.is_infinite() {
                return None;
            }
            number
        }
    };
    Some(if negative { -number } else { number })
}

/// `1.8p3`, without its `0x`: hexadecimal digits with a point, and a binary exponent, which is required.
fn parse_hexadecimal_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if exponent_digits.is_empty() || !exponent_digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // More than five digits are out of range whatever the mantissa.
    let mut exponent: i64 = exponent
        .parse()
        .unwrap_or(if exponent.starts_with('-') { -100_000 } else { 100_000 });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() + fraction.len() == 0 {
        return None;
    }
    let mut bits: u64 = 0;
    for (position, c) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = u64::from(c.to_digit(16)?);
        if bits >> 60 == 0 {
            bits = bits << 4 | digit;
            exponent -= if position >= whole.len() { 4 } else { 0 };
        } else {
            // Beyond 64 bits only whether anything follows matters, for rounding.
            bits |= u64::from(digit != 0);
            exponent += if position < whole.len() { 4 } else { 0 };
        }
    }
    let exponent = exponent.clamp(-100_000, 100_000) as i32;
    let half = exponent / 2;
    Some(bits as f64 * 2f64.powi(half.clamp(-1000, 1000)) * 2f64.powi((exponent - half).clamp(-1000, 1000)))
}

#[cfg(test)]
mod tests {
    use super::{parse_float, parse_int, to_i64};
    use skeg_value::Value;

    // spec 2.4, row `int`.
    #[test]
    fn strings_become_integers_by_prefix() {
        for (text, expected) in [
            ("0x10", 16),
            ("010", 8),
            ("0b11", 3),
            ("0o17", 15),
            ("1_000", 1000),
            ("08", 0),
            ("1.5", 0),
            ("1.0", 1),
            ("1.", 0),
            ("10", 10),
            ("1e3", 0),
            (" 5", 0),
            ("9223372036854775807", i64::MAX),
            ("9223372036854775808", 0),
            ("-9223372036854775808", i64::MIN),
            ("0x_1", 1),
            ("0_7", 7),
            ("1__0", 0),
            ("_1", 0),
            ("+5", 5),
            ("0x", 0),
            ("", 0),
        ] {
            assert_eq!(to_i64(&text.into()), expected, "{text}");
        }
        assert_eq!(to_i64(&Value::Float(f64::NAN)), i64::MIN);
        assert_eq!(to_i64(&Value::Float(-1.9)), -1);
        assert_eq!(parse_int("777", 8), Some(511));
        assert_eq!(parse_int("7_7", 8), None);
    }

    // spec 2.4, row `float64`.
    #[test]
    fn strings_become_floats() {
        for (text, expected) in [
            ("1e3", Some(1000.0)),
            ("inf", Some(f64::INFINITY)),
            ("1_0", Some(10.0)),
            ("0x10", None),
            ("0x1p4", Some(16.0)),
            ("0x.8p1", Some(1.0)),
            ("1e400", None),
            ("+nan", None),
            (".", None),
            ("5.", Some(5.0)),
            (".5", Some(0.5)),
            ("-", None),
        ] {
            assert_eq!(parse_float(text), expected, "{text}");
        }
    }
}
