//! Numbers as Go's `strconv` writes them with the fewest digits that read back equal.
//!
//! In: an `f64` or an integer; out: ASCII appended to a buffer. `%v`, YAML and TOML use the `g` form, JSON its own.

use std::fmt::Write as _;

/// Significant decimal digits and the power of ten of the first one: `d.ddd × 10^exponent`.
struct Digits {
    negative: bool,
    digits: [u8; 17],
    length: usize,
    exponent: i32,
}

/// A buffer on the stack for what the standard library prints of one number.
struct Scratch {
    bytes: [u8; 32],
    length: usize,
}

impl std::fmt::Write for Scratch {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        self.bytes
            .get_mut(self.length..end)
            .ok_or(std::fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

impl Digits {
    /// The digits of a finite number.
    fn of(number: f64) -> Digits {
        let mut scratch = Scratch {
            bytes: [0; 32],
            length: 0,
        };
        write!(scratch, "{:e}", number.abs()).expect("17 digits, a point and an exponent fit");
        let shortest = Digits::read(&scratch, number.is_sign_negative());
        // Where the number lies exactly between two shortest forms the standard library takes the upper one and Go the
        // even one, which is what rounding to that many digits gives. That needs all the precision a float has.
        if shortest.length >= 15 {
            scratch.length = 0;
            write!(scratch, "{:.*e}", shortest.length - 1, number.abs()).expect("as many digits fit again");
            let text = std::str::from_utf8(&scratch.bytes[..scratch.length]).unwrap_or_default();
            if text.parse() == Ok(number.abs()) {
                return Digits::read(&scratch, number.is_sign_negative());
            }
        }
        shortest
    }

    /// Reads `d.ddde-X`.
    fn read(scratch: &Scratch, negative: bool) -> Digits {
        let mut result = Digits {
            negative,
            digits: [0; 17],
            length: 0,
            exponent: 0,
        };
        let text = &scratch.bytes[..scratch.length];
        let e = text.iter().position(|&b| b == b'e').unwrap_or(text.len());
        for &digit in text[..e].iter().filter(|b| b.is_ascii_digit()) {
            result.digits[result.length] = digit;
            result.length += 1;
        }
        let exponent = text.get(e + 1..).unwrap_or_default();
        let (sign, exponent) = exponent.strip_prefix(b"-").map_or((1, exponent), |rest| (-1, rest));
        result.exponent = sign
            * exponent
                .iter()
                .fold(0, |sum, &digit| sum * 10 + i32::from(digit - b'0'));
        result
    }

    /// `d.ddde+XX`, the exponent with at least `exponent_digits` digits.
    fn scientific(&self, out: &mut Vec<u8>, exponent_digits: usize) {
        if self.negative {
            out.push(b'-');
        }
        out.push(self.digits[0]);
        if self.length > 1 {
            out.push(b'.');
            out.extend_from_slice(&self.digits[1..self.length]);
        }
        out.push(b'e');
        out.push(if self.exponent < 0 { b'-' } else { b'+' });
        let exponent = self.exponent.unsigned_abs();
        if exponent < 10 && exponent_digits > 1 {
            out.push(b'0');
        }
        append_uint(out, u64::from(exponent));
    }

    /// All digits written out, no exponent.
    fn plain(&self, out: &mut Vec<u8>) {
        if self.negative {
            out.push(b'-');
        }
        let digits = &self.digits[..self.length];
        if self.exponent < 0 {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + (-1 - self.exponent) as usize, b'0');
            out.extend_from_slice(digits);
            return;
        }
        let whole = self.exponent as usize + 1;
        if whole >= self.length {
            out.extend_from_slice(digits);
            out.resize(out.len() + whole - self.length, b'0');
        } else {
            out.extend_from_slice(&digits[..whole]);
            out.push(b'.');
            out.extend_from_slice(&digits[whole..]);
        }
    }
}

/// Appends an integer in decimal.
pub fn append_int(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    append_uint(out, number.unsigned_abs());
}

/// Appends an unsigned integer in decimal.
pub fn append_uint(out: &mut Vec<u8>, mut number: u64) {
    let mut buffer = [0u8; 20];
    let mut start = buffer.len();
    loop {
        start -= 1;
        buffer[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&buffer[start..]);
}

/// Appends what Go's `FormatFloat(f, 'g', -1, 64)` gives: an exponent when it is below -4 or at least 6, with sign and
/// two digits (`1e+06`, `1.5e-07`); `NaN`, `+Inf`, `-Inf`.
///
/// # Source
/// spec/rendering.md 1.10.
pub fn append_g(out: &mut Vec<u8>, number: f64) {
    if number.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if number.is_infinite() {
        out.extend_from_slice(if number > 0.0 { b"+Inf" } else { b"-Inf" });
    } else if let Some(small) = small_integer(number, 999_999.0) {
        append_int(out, small);
    } else {
        let digits = Digits::of(number);
        // Zero has exponent 0, so it never takes the scientific form.
        if (-4..6).contains(&digits.exponent) {
            digits.plain(out)
        } else {
            digits.scientific(out, 2)
        }
    }
}

/// Appends a finite number without exponent, Go's `FormatFloat(f, 'f', -1, 64)`.
pub fn append_plain(out: &mut Vec<u8>, number: f64) {
    match small_integer(number, 9e15) {
        Some(small) => append_int(out, small),
        None => Digits::of(number).plain(out),
    }
}

/// Appends a finite number as Go's JSON encoder does: plain unless below 1e-6 or from 1e21 on, exponents unpadded.
///
/// # Source
/// spec/rendering.md 3.7.
pub fn append_json(out: &mut Vec<u8>, number: f64) {
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        Digits::of(number).scientific(out, 1);
    } else {
        append_plain(out, number);
    }
}

/// The number as an integer if it is one of at most `limit` in size; not for minus zero, which keeps its sign.
fn small_integer(number: f64, limit: f64) -> Option<i64> {
    let truncated = number as i64;
    (number.abs() <= limit && truncated as f64 == number && (truncated != 0 || number.is_sign_positive()))
        .then_some(truncated)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number, `g` form, JSON form: spec/rendering.md 3.2 and 3.7.
    const TABLE: &[(f64, &str, &str)] = &[
        (0.0, "0", "0"),
        (-0.0, "-0", "-0"),
        (1.0, "1", "1"),
        (0.1, "0.1", "0.1"),
        (100000.0, "100000", "100000"),
        (1000000.0, "1e+06", "1000000"),
        (-1234567.0, "-1.234567e+06", "-1234567"),
        (999999.5, "999999.5", "999999.5"),
        (1234567.5, "1.2345675e+06", "1234567.5"),
        (1e20, "1e+20", "100000000000000000000"),
        (1e21, "1e+21", "1e+21"),
        (0.0001, "0.0001", "0.0001"),
        (0.00001, "1e-05", "0.00001"),
        (1e-7, "1e-07", "1e-7"),
        (9007199254740993.0, "9.007199254740992e+15", "9007199254740992"),
        (9223372036854775807.0, "9.223372036854776e+18", "9223372036854776000"),
        (
            1.7976931348623157e308,
            "1.7976931348623157e+308",
            "1.7976931348623157e+308",
        ),
        (5e-324, "5e-324", "5e-324"),
        // Exactly between two forms of 17 digits.
        (4228163271265033.0 / 4.0, "1.0570408178162582e+15", "1057040817816258.2"),
        (
            -1206086106767453.0 / 8.0,
            "-1.5076076334593162e+14",
            "-150760763345931.62",
        ),
    ];

    #[test]
    fn floats_read_as_go_writes_them() {
        for &(number, g, json) in TABLE {
            let mut out = Vec::new();
            append_g(&mut out, number);
            assert_eq!(String::from_utf8_lossy(&out), g);
            out.clear();
            append_json(&mut out, number);
            assert_eq!(String::from_utf8_lossy(&out), json);
        }
        let mut out = Vec::new();
        append_g(&mut out, f64::NAN);
        append_g(&mut out, f64::INFINITY);
        append_g(&mut out, f64::NEG_INFINITY);
        assert_eq!(out, b"NaN+Inf-Inf");
    }

    #[test]
    fn integers_cover_the_whole_range() {
        let mut out = Vec::new();
        for number in [0, -1, i64::MIN, i64::MAX] {
            append_int(&mut out, number);
            out.push(b' ');
        }
        append_uint(&mut out, u64::MAX);
        assert_eq!(
            String::from_utf8_lossy(&out),
            "0 -1 -9223372036854775808 9223372036854775807 18446744073709551615"
        );
    }
}
