//! How Go prints the values that appear in this reader's keys and messages.

use std::fmt::Write;

use crate::string::Str;

/// Go's `strconv.FormatFloat(f, 'g', -1, 32)`: what the YAML to JSON step makes of a float that has to be a string.
///
/// # Source
/// spec/rendering.md 3.1.
pub fn float32_text(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value < 0.0 { "-Inf" } else { "+Inf" }.to_owned();
    }
    // The shortest digits that read back the same, for example `-1.25e-7`.
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |mantissa| ("-", mantissa));
    if !(-4..6).contains(&exponent) {
        let minus = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}e{minus}{:02}", exponent.abs());
    }
    let digits: String = mantissa.chars().filter(|&c| c != '.').collect();
    let mut text = sign.to_owned();
    if exponent < 0 {
        let _ = write!(text, "0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    } else {
        let whole = exponent as usize + 1;
        let _ = match digits.split_at_checked(whole) {
            Some((digits, "")) => write!(text, "{digits}"),
            Some((digits, fraction)) => write!(text, "{digits}.{fraction}"),
            None => write!(text, "{digits}{}", "0".repeat(whole - digits.len())),
        };
    }
    text
}

/// The text as Go's JSON encoder writes it: each byte that is not part of a UTF-8 character becomes U+FFFD.
pub(super) fn valid_utf8(bytes: &[u8]) -> Str {
    if std::str::from_utf8(bytes).is_ok() {
        return Str::from_bytes(bytes);
    }
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Str::from(text)
}
