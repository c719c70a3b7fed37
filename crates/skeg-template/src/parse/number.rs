//! Numeric literals: every type that a literal may be used as.
//!
//! A literal has no type until it is used: `1e3` serves an integer parameter, `2` a float one.

use super::unquote::unquote_character;
use crate::lex::Kind;
use crate::print::{Complex, quote};

/// A literal under all the types that can hold it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Number {
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    pub(crate) complex: Option<Complex>,
    /// Whether it is a float where nothing else decides: it has a point or an exponent.
    pub(crate) prefers_float: bool,
}

impl Number {
    /// Reads a literal token.
    ///
    /// # Errors
    /// Go's text.
    pub(crate) fn parse(text: &[u8], kind: Kind) -> Result<Number, String> {
        let complain = |what: &str| Err(format!("{what}: {}", String::from_utf8_lossy(&quote(text))));
        if kind == Kind::CharConstant {
            let code = unquote_character(text)?;
            return Ok(Number {
                int: Some(i64::from(code)),
                uint: Some(u64::from(code)),
                float: Some(f64::from(code)),
                ..Number::default()
            });
        }
        // The lexer lets only ASCII through.
        let digits = std::str::from_utf8(text).unwrap_or_default();
        if kind == Kind::Complex {
            return match parse_complex(digits) {
                Some(complex) => Ok(Number::of_complex(complex)),
                None => Err("syntax error scanning complex number".to_owned()),
            };
        }
        if let Some(im) = digits.strip_suffix('i').and_then(parse_float) {
            return Ok(Number::of_complex(Complex { re: 0.0, im }));
        }
        let mut number = Number {
            uint: parse_uint(digits),
            int: parse_int(digits),
            ..Number::default()
        };
        if number.int == Some(0) {
            number.uint = Some(0);
        }
        let looks_float = digits.contains(['.', 'e', 'E', 'p', 'P']);
        if let Some(int) = number.int {
            number.float = Some(int as f64);
        } else if let Some(uint) = number.uint {
            number.float = Some(uint as f64);
        } else if let Some(float) = parse_float(digits) {
            if !looks_float {
                return complain("integer overflow");
            }
            number.set_float(float);
        }
        if number.float.is_none() {
            return complain("illegal number syntax");
        }
        let hexadecimal_int = digits.len() > 2 && matches!(&text[..2], b"0x" | b"0X") && !digits.contains(['p', 'P']);
        number.prefers_float = looks_float && !hexadecimal_int;
        Ok(number)
    }

    /// Sets the float, and the integers where it is integral.
    fn set_float(&mut self, float: f64) {
        self.float = Some(float);
        if float.fract() == 0.0 {
            if self.int.is_none() && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float) {
                self.int = Some(float as i64);
            }
            if self.uint.is_none() && (0.0..18_446_744_073_709_551_616.0).contains(&float) {
                self.uint = Some(float as u64);
            }
        }
    }

    fn of_complex(complex: Complex) -> Number {
        let mut number = Number {
            complex: Some(complex),
            ..Number::default()
        };
        if complex.im == 0.0 {
            number.set_float(complex.re);
        }
        number
    }
}

/// The base that a prefix names, and the digits behind it.
fn split_base(digits: &str) -> (u32, &str) {
    let bytes = digits.as_bytes();
    match bytes {
        [b'0', b'x' | b'X', _, ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &digits[2..]),
        [b'0', ..] => (8, digits),
        _ => (10, digits),
    }
}

/// Whether underscores stand only between digits, or between the base prefix and a digit.
fn underscores_are_fine(number: &str) -> bool {
    let number = number.strip_prefix(['+', '-']).unwrap_or(number).as_bytes();
    // What stood before: a digit, an underscore, or anything else.
    let mut before = b'^';
    let (mut rest, mut hexadecimal) = (number, false);
    if let [b'0', letter, tail @ ..] = number
        && matches!(letter, b'b' | b'B' | b'o' | b'O' | b'x' | b'X')
    {
        before = b'0';
        rest = tail;
        hexadecimal = matches!(letter, b'x' | b'X');
    }
    for &b in rest {
        if b.is_ascii_digit() || (hexadecimal && b.is_ascii_hexdigit()) {
            before = b'0';
        } else if b == b'_' {
            if before != b'0' {
                return false;
            }
            before = b'_';
        } else {
            if before == b'_' {
                return false;
            }
            before = b'!';
        }
    }
    before != b'_'
}

fn parse_uint(digits: &str) -> Option<u64> {
    let (base, rest) = split_base(digits);
    if rest.contains('_') && !underscores_are_fine(digits) {
        return None;
    }
    let plain: String = rest.chars().filter(|&c| c != '_').collect();
    if !plain.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    u64::from_str_radix(&plain, base).ok()
}

fn parse_int(digits: &str) -> Option<i64> {
    let (negative, rest) = match digits.as_bytes().first()? {
        b'+' => (false, &digits[1..]),
        b'-' => (true, &digits[1..]),
        _ => (false, digits),
    };
    let magnitude = i128::from(parse_uint(rest)?);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// A decimal or hexadecimal float in Go's syntax; none where it is malformed or too large.
fn parse_float(digits: &str) -> Option<f64> {
    if digits.contains('_') && !underscores_are_fine(digits) {
        return None;
    }
    let plain: String = digits.chars().filter(|&c| c != '_').collect();
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let float = match unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")) {
        Some(hexadecimal) => parse_hexadecimal_float(hexadecimal)?,
        None => unsigned.parse().ok()?,
    };
    if float.is_infinite() {
        return None;
    }
    Some(if plain.starts_with('-') { -float } else { float })
}

/// `1.8p4`, correctly rounded; the exponent must be there.
fn parse_hexadecimal_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let (integral, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if integral.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent_digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if exponent_digits.is_empty() || !exponent_digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut exponent = exponent
        .parse::<i64>()
        .unwrap_or(if exponent.starts_with('-') { -100_000 } else { 100_000 });
    // 64 bits of mantissa and a sticky bit are enough for correct rounding.
    let (mut bits, mut sticky) = (0_u64, false);
    for (position, digit) in integral.bytes().chain(fraction.bytes()).enumerate() {
        let value = u64::from(char::from(digit).to_digit(16)?);
        if bits >> 58 == 0 {
            bits = bits << 4 | value;
            exponent -= if position >= integral.len() { 4 } else { 0 };
        } else {
            sticky |= value != 0;
            exponent += if position < integral.len() { 4 } else { 0 };
        }
    }
    if bits == 0 {
        return Some(0.0);
    }
    let shift = bits.leading_zeros();
    let bits = bits << shift | u64::from(sticky);
    Some(scale(bits, exponent - i64::from(shift)))
}

/// `bits × 2^exponent`, rounded half to even; `bits` has its highest bit set and a sticky lowest bit.
fn scale(bits: u64, exponent: i64) -> f64 {
    // The value is bits/2^63 × 2^top.
    let top = exponent + 63;
    if top > 1023 {
        return f64::INFINITY;
    }
    let kept = if top >= -1022 { 53 } else { 53 + top + 1022 };
    if kept < 0 {
        return 0.0;
    }
    let dropped = 64 - kept as u32;
    let (mut mantissa, rest) = if dropped == 64 {
        (0, bits)
    } else {
        (bits >> dropped, bits & ((1 << dropped) - 1))
    };
    let half = 1_u64 << (dropped - 1);
    if rest > half || (rest == half && mantissa & 1 == 1) {
        mantissa += 1;
    }
    // Exact: the mantissa has at most 53 bits (or is 2^53) and the powers are split so that none underflows early.
    let exponent = (top - 52).max(-1074) as i32;
    let half_exponent = exponent / 2;
    mantissa as f64 * 2_f64.powi(half_exponent) * 2_f64.powi(exponent - half_exponent)
}

/// `1+2i`.
fn parse_complex(text: &str) -> Option<Complex> {
    let body = text.strip_suffix('i')?;
    let exponent_letters: &[u8] = if body.contains(['x', 'X']) { b"pP" } else { b"eE" };
    let bytes = body.as_bytes();
    let sign = (1..bytes.len())
        .rev()
        .find(|&i| matches!(bytes[i], b'+' | b'-') && !exponent_letters.contains(&bytes[i - 1]))?;
    Some(Complex {
        re: parse_float(&body[..sign])?,
        im: parse_float(&body[sign..])?,
    })
}
