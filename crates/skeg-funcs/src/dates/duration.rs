//! Go's durations: nanoseconds in 64 bits, `1h30m0s`.

use std::fmt::Write as _;

/// A second in nanoseconds.
pub(super) const SECOND: i64 = 1_000_000_000;
/// A minute.
pub(super) const MINUTE: i64 = 60 * SECOND;
/// An hour.
pub(super) const HOUR: i64 = 60 * MINUTE;

/// Go's `time.ParseDuration`: nanoseconds.
///
/// # Errors
/// Go's text, such as `time: unknown unit "d" in duration "1d"`.
pub(super) fn parse(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quote(text.as_bytes()));
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    // The smallest number has no positive counterpart, so sums may reach 2^63.
    const LIMIT: u64 = 1 << 63;
    let mut sum: u64 = 0;
    while !rest.is_empty() {
        if !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return Err(invalid());
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, after) = rest.split_at(digits);
        let mut amount: u64 = 0;
        for digit in whole.bytes() {
            amount = amount
                .checked_mul(10)
                .and_then(|amount| amount.checked_add(u64::from(digit - b'0')))
                .filter(|&amount| amount <= LIMIT)
                .ok_or_else(invalid)?;
        }
        let fraction = match after.strip_prefix('.') {
            Some(after) => &after[..after.bytes().take_while(u8::is_ascii_digit).count()],
            None => "",
        };
        let point = usize::from(after.starts_with('.'));
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let after = &after[point + fraction.len()..];
        let end = after
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {}", quote(text.as_bytes())));
        }
        let nanoseconds = unit_of(unit).ok_or_else(|| {
            format!(
                "time: unknown unit {} in duration {}",
                quote(unit.as_bytes()),
                quote(text.as_bytes())
            )
        })?;
        amount = amount
            .checked_mul(nanoseconds)
            .filter(|&amount| amount <= LIMIT)
            .ok_or_else(invalid)?;
        amount += fraction_of(fraction, nanoseconds);
        sum = sum
            .checked_add(amount)
            .filter(|&sum| sum <= LIMIT)
            .ok_or_else(invalid)?;
        rest = after;
    }
    match negative {
        true => Ok((sum as i64).wrapping_neg()),
        false => i64::try_from(sum).map_err(|_| invalid()),
    }
}

fn unit_of(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1000,
        "ms" => 1_000_000,
        "s" => SECOND as u64,
        "m" => MINUTE as u64,
        "h" => HOUR as u64,
        _ => return None,
    })
}

/// The digits after a point as nanoseconds of a unit: computed in floating point, as Go does.
fn fraction_of(digits: &str, unit: u64) -> u64 {
    let (mut number, mut scale) = (0u64, 1f64);
    for digit in digits.bytes() {
        match number
            .checked_mul(10)
            .and_then(|number| number.checked_add(u64::from(digit - b'0')))
            .filter(|&number| number <= i64::MAX as u64)
        {
            Some(next) => number = next,
            None => break,
        }
        scale *= 10.0;
    }
    if number == 0 {
        return 0;
    }
    (number as f64 * (unit as f64 / scale)) as u64
}

/// Go's `String`: `1h30m0s`, `1.5µs`, `0s`.
pub(super) fn print(nanoseconds: i64) -> String {
    let mut out = String::new();
    let size = nanoseconds.unsigned_abs();
    if nanoseconds < 0 {
        out.push('-');
    }
    let second = SECOND as u64;
    // Writing to a string cannot fail.
    let _ = match size {
        0 => return "0s".to_owned(),
        1..1000 => write!(out, "{size}ns"),
        1000..1_000_000 => write!(out, "{}µs", decimal(size, 1000)),
        1_000_000..1_000_000_000 => write!(out, "{}ms", decimal(size, 1_000_000)),
        _ => {
            let (minutes, seconds) = (size / second / 60, size % (60 * second));
            if minutes >= 60 {
                let _ = write!(out, "{}h", minutes / 60);
            }
            if minutes > 0 {
                let _ = write!(out, "{}m", minutes % 60);
            }
            write!(out, "{}s", decimal(seconds, second))
        }
    };
    out
}

/// A number of units, a power of ten, with as many decimals as it takes.
fn decimal(size: u64, unit: u64) -> String {
    let (whole, rest) = (size / unit, size % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    format!("{whole}.{}", format!("{rest:0width$}").trim_end_matches('0'))
}

/// Go's `Duration.Truncate`: towards zero, to a multiple of `unit`; unchanged unless that is positive.
pub(super) fn truncate(nanoseconds: i64, unit: i64) -> i64 {
    if unit <= 0 {
        nanoseconds
    } else {
        nanoseconds - nanoseconds % unit
    }
}

/// Go's `Duration.Round`: to the nearest multiple, halves away from zero; the nearest limit where it overflows.
pub(super) fn round(nanoseconds: i64, unit: i64) -> i64 {
    if unit <= 0 {
        return nanoseconds;
    }
    let rest = nanoseconds % unit;
    let below_half = i128::from(rest.unsigned_abs()) * 2 < i128::from(unit);
    if below_half {
        return nanoseconds - rest;
    }
    let limit = if nanoseconds < 0 { i64::MIN } else { i64::MAX };
    let step = if nanoseconds < 0 { -unit } else { unit };
    (nanoseconds - rest).checked_add(step).unwrap_or(limit)
}

/// How the `time` package quotes: everything outside printable ASCII byte by byte.
pub(super) fn quote(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=0x7f => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}
