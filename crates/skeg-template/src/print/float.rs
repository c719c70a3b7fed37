//! Floating-point numbers as Go's `strconv` and `fmt` write them.

use std::io::Write;

use super::integer::append_decimal;
use super::spec::Spec;

/// The most digits that a `f64` has after the point (or in all) before nothing but zeros follow.
const MOST_DIGITS: usize = 1100;

/// Appends the `%v` form: the fewest digits that read back as the same number, scientific where the exponent is below
/// -4 or at least 6 (`100000`, but `1e+06`).
///
/// # Source
/// spec/rendering.md 1.10.
pub fn append_float_g(out: &mut Vec<u8>, f: f64) {
    if f.abs() < 1e6 && f.fract() == 0.0 && (f != 0.0 || f.is_sign_positive()) {
        append_decimal(out, f.abs() as u64, f < 0.0);
        return;
    }
    append_float(out, f, b'g', None);
}

/// Appends a number as Go's `strconv.FormatFloat` writes it with 64 bits.
///
/// `format`: one of `b e E f g G x X` (anything else writes nothing); `precision`: digits after the point (all digits
/// for `g`), none for as few as needed. Infinities are `+Inf` and `-Inf`.
pub fn append_float(out: &mut Vec<u8>, f: f64, format: u8, precision: Option<usize>) {
    if f.is_nan() {
        out.extend_from_slice(b"NaN");
        return;
    }
    if f.is_infinite() {
        out.extend_from_slice(if f > 0.0 { b"+Inf" } else { b"-Inf" });
        return;
    }
    if f.is_sign_negative() {
        out.push(b'-');
    }
    let f = f.abs();
    match format {
        b'e' | b'E' => {
            let digits = match precision {
                Some(precision) => Digits::rounded(f, precision + 1),
                None => Digits::shortest(f),
            };
            let count = precision.unwrap_or(digits.len().saturating_sub(1));
            append_scientific(out, &digits, count, format);
        }
        b'f' => match precision {
            Some(precision) => append_fixed(out, f, precision),
            None => Digits::shortest(f).append_plain(out),
        },
        b'g' | b'G' => append_general(out, f, format, precision),
        b'b' => append_binary(out, f),
        b'x' | b'X' => append_hexadecimal(out, f, format, precision),
        _ => {}
    }
}

/// Significant decimal digits without trailing zeros; the value is `0.DIGITS × 10^point`. Zero has no digits.
struct Digits {
    bytes: Vec<u8>,
    point: i32,
}

impl Digits {
    /// The fewest digits that read back as `f`.
    fn shortest(f: f64) -> Digits {
        let mut digits = Digits::from_scientific(&format!("{f:e}"));
        // Where two shortest candidates are equally near, Rust takes the larger and Go the even one. That needs
        // neighbouring decimals of this length to be closer than neighbouring floats, so 16 digits or more.
        if digits.len() >= 16 && digits.bytes.last().is_some_and(|d| d % 2 == 1) {
            let half = |d: &Digits| d.len() == digits.len() + 1 && d.bytes.last() == Some(&b'5');
            let even = if half(&Digits::rounded(f, 30)) {
                Some(Digits::rounded(f, MOST_DIGITS))
            } else {
                None
            };
            if let Some(mut exact) = even.filter(half) {
                exact.bytes.pop();
                if exact.bytes.last().is_some_and(|d| d % 2 == 0) {
                    digits.bytes = exact.bytes;
                }
            }
        }
        digits
    }

    /// `count` digits, correctly rounded.
    fn rounded(f: f64, count: usize) -> Digits {
        Digits::from_scientific(&format!("{f:.*e}", count.clamp(1, MOST_DIGITS) - 1))
    }

    fn from_scientific(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut bytes: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        while bytes.last() == Some(&b'0') {
            bytes.pop();
        }
        let point = if bytes.is_empty() {
            0
        } else {
            exponent.parse::<i32>().unwrap_or(0) + 1
        };
        Digits { bytes, point }
    }

    fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The digit at a place, zero beyond the last.
    fn at(&self, place: usize) -> u8 {
        self.bytes.get(place).copied().unwrap_or(b'0')
    }

    /// All digits without an exponent.
    fn append_plain(&self, out: &mut Vec<u8>) {
        if self.point <= 0 {
            out.push(b'0');
        }
        for place in 0..self.point.max(0) as usize {
            out.push(self.at(place));
        }
        let fraction = self.len() as i32 - self.point;
        if fraction > 0 && self.len() > 0 {
            out.push(b'.');
            out.resize(out.len() + (-self.point).max(0) as usize, b'0');
            out.extend_from_slice(&self.bytes[self.point.max(0) as usize..]);
        }
    }
}

fn append_scientific(out: &mut Vec<u8>, digits: &Digits, fraction: usize, letter: u8) {
    out.push(digits.at(0));
    if fraction > 0 {
        out.push(b'.');
        let present = fraction.min(digits.len().saturating_sub(1));
        out.extend_from_slice(digits.bytes.get(1..=present).unwrap_or_default());
        out.resize(out.len() + fraction - present, b'0');
    }
    let exponent = if digits.len() == 0 { 0 } else { digits.point - 1 };
    out.push(letter);
    append_exponent(out, exponent);
}

/// A sign and at least two digits.
fn append_exponent(out: &mut Vec<u8>, exponent: i32) {
    out.push(if exponent < 0 { b'-' } else { b'+' });
    if exponent.abs() < 10 {
        out.push(b'0');
    }
    append_decimal(out, u64::from(exponent.unsigned_abs()), false);
}

fn append_fixed(out: &mut Vec<u8>, f: f64, precision: usize) {
    let exact = precision.min(MOST_DIGITS);
    // Writing to a vector does not fail.
    let _ = write!(out, "{f:.exact$}");
    out.resize(out.len() + precision - exact, b'0');
}

fn append_general(out: &mut Vec<u8>, f: f64, letter: u8, precision: Option<usize>) {
    let (digits, threshold) = match precision {
        None => (Digits::shortest(f), 6),
        Some(precision) => {
            let precision = precision.max(1);
            let digits = Digits::rounded(f, precision);
            let all_integral_digits_shown = precision > digits.len() && digits.len() as i64 >= i64::from(digits.point);
            let threshold = if all_integral_digits_shown {
                digits.len()
            } else {
                precision
            };
            (digits, threshold)
        }
    };
    let exponent = digits.point - 1;
    if exponent < -4 || i64::from(exponent) >= threshold as i64 {
        append_scientific(out, &digits, digits.len().saturating_sub(1), letter + b'e' - b'g');
    } else {
        digits.append_plain(out);
    }
}

/// Mantissa (with its implicit bit) and binary exponent: the value is `mantissa × 2^(exponent - 52)`.
fn binary_parts(f: f64) -> (u64, i32) {
    let bits = f.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52 & 0x7ff) as i32 {
        0 => (fraction, -1022),
        biased => (fraction | 1 << 52, biased - 1023),
    }
}

fn append_binary(out: &mut Vec<u8>, f: f64) {
    let (mantissa, exponent) = binary_parts(f);
    append_decimal(out, mantissa, false);
    out.push(b'p');
    let exponent = exponent - 52;
    if exponent >= 0 {
        out.push(b'+');
    }
    append_decimal(out, u64::from(exponent.unsigned_abs()), exponent < 0);
}

fn append_hexadecimal(out: &mut Vec<u8>, f: f64, letter: u8, precision: Option<usize>) {
    let (mut mantissa, mut exponent) = binary_parts(f);
    if mantissa == 0 {
        exponent = 0;
    } else {
        // Normalise: the leading one at bit 52, so that 13 hexadecimal digits follow it.
        let shift = mantissa.leading_zeros() - 11;
        mantissa <<= shift;
        exponent -= shift as i32;
    }
    if let Some(precision) = precision
        && precision < 13
    {
        // Round half to even at the last digit kept.
        let dropped = 52 - 4 * precision as u32;
        let half = 1_u64 << (dropped - 1);
        let rest = mantissa & ((1 << dropped) - 1);
        mantissa >>= dropped;
        if rest > half || (rest == half && mantissa & 1 == 1) {
            mantissa += 1;
        }
        mantissa <<= dropped;
        if mantissa >> 53 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let table: &[u8; 16] = if letter == b'X' {
        b"0123456789ABCDEF"
    } else {
        b"0123456789abcdef"
    };
    out.extend_from_slice(&[b'0', letter, b'0' + (mantissa >> 52) as u8]);
    let mut fraction = mantissa << 12;
    let count = precision.unwrap_or((64 - fraction.trailing_zeros() as usize).div_ceil(4));
    if count > 0 && (fraction != 0 || precision.is_some()) {
        out.push(b'.');
        for _ in 0..count.min(16) {
            out.push(table[(fraction >> 60) as usize]);
            fraction <<= 4;
        }
        out.resize(out.len() + count.saturating_sub(16), b'0');
    }
    out.push(if letter == b'X' { b'P' } else { b'p' });
    append_exponent(out, exponent);
}

/// Appends a number under a verb of `fmt`: precision, sign, `#`, padding.
///
/// `format` is what [`append_float`] takes; `precision` what holds where the directive gives none.
pub(super) fn append_formatted(out: &mut Vec<u8>, spec: &Spec, f: f64, format: u8, precision: Option<usize>) {
    let precision = spec.precision.or(precision);
    let mut text = Vec::with_capacity(32);
    append_float(&mut text, f, format, precision);
    let sign = match text.first() {
        Some(&sign @ (b'+' | b'-')) => {
            text.remove(0);
            sign
        }
        _ => b'+',
    };
    let sign = if sign == b'+' && spec.space && !spec.plus {
        b' '
    } else {
        sign
    };
    if !f.is_finite() {
        let bare = f.is_nan() && !spec.space && !spec.plus;
        // `+Inf` shows its sign only where it was asked for.
        if !bare && (spec.plus || sign != b'+') {
            text.insert(0, sign);
        } else if f == f64::INFINITY && !bare {
            text.insert(0, b'+');
        }
        spec.without_zero().pad(out, &text);
        return;
    }
    if spec.sharp && format != b'b' {
        keep_point_and_zeros(&mut text, format, precision);
    }
    if !spec.plus && sign == b'+' {
        spec.pad(out, &text);
        return;
    }
    match spec.width {
        Some(width) if spec.zero && !spec.minus && width > text.len() + 1 => {
            out.push(sign);
            spec.padding(out, width - text.len() - 1);
            out.extend_from_slice(&text);
        }
        _ => {
            text.insert(0, sign);
            spec.pad(out, &text);
        }
    }
}

/// The `#` flag: a decimal point always, and for `%g` the trailing zeros that were dropped.
fn keep_point_and_zeros(text: &mut Vec<u8>, format: u8, precision: Option<usize>) {
    let hexadecimal = matches!(format, b'x' | b'X');
    let tail_at = text
        .iter()
        .position(|&b| matches!(b, b'p' | b'P') || (!hexadecimal && matches!(b, b'e' | b'E')))
        .unwrap_or(text.len());
    let tail = text.split_off(tail_at);
    let mut wanted = match format {
        b'g' | b'G' | b'x' => precision.map_or(6, |p| p as i64),
        _ => 0,
    };
    let significant = text.iter().filter(|&&b| b != b'.').skip_while(|&&b| b == b'0').count();
    wanted -= significant as i64;
    if !text.contains(&b'.') {
        if text == b"0" {
            wanted -= 1;
        }
        text.push(b'.');
    }
    text.resize(text.len() + wanted.max(0) as usize, b'0');
    text.extend_from_slice(&tail);
}
