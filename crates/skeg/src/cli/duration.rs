//! Go's durations, the form `--timeout` takes and is shown in.

use crate::output::quote::go_quote;

/// Parses a Go duration.
///
/// `text`: optional sign, then number + unit pairs, fractions allowed (`90s`, `1.5h`, `-2m30s`); units
/// `ns us µs ms s m h`; a bare `0` needs no unit. Returns signed nanoseconds.
///
/// # Errors
/// Go's message: not a duration, a missing or unknown unit, or more than `i64` nanoseconds.
///
/// # Source
/// Go `time.ParseDuration`.
pub fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", go_quote(text));
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
    // The smallest value is one below the negated largest, hence the wider type.
    let mut total: u128 = 0;
    while !rest.is_empty() {
        let whole = digits(rest);
        rest = &rest[whole.len()..];
        let mut fraction = "";
        let mut dot = false;
        if let Some(after) = rest.strip_prefix('.') {
            dot = true;
            fraction = digits(after);
            rest = &after[fraction.len()..];
        }
        if whole.is_empty() && (!dot || fraction.is_empty()) {
            return Err(invalid());
        }
        let end = rest
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (unit, after) = rest.split_at(end);
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {}", go_quote(text)));
        }
        let Some(scale) = unit_nanos(unit) else {
            return Err(format!(
                "time: unknown unit {} in duration {}",
                go_quote(unit),
                go_quote(text)
            ));
        };
        rest = after;
        let whole: u128 = if whole.is_empty() {
            0
        } else {
            whole.parse().map_err(|_| invalid())?
        };
        total = whole
            .checked_mul(scale)
            .and_then(|nanos| total.checked_add(nanos))
            .ok_or_else(invalid)?;
        total += fraction_of(fraction, scale);
        if total > 1 << 63 {
            return Err(invalid());
        }
    }
    match (negative, i64::try_from(total)) {
        (true, Ok(nanos)) => Ok(-nanos),
        (true, Err(_)) => Ok(i64::MIN),
        (false, Ok(nanos)) => Ok(nanos),
        (false, Err(_)) => Err(invalid()),
    }
}

fn digits(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())]
}

fn unit_nanos(unit: &str) -> Option<u128> {
    Some(match unit {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// The nanoseconds of `0.<digits>` units; digits beyond what an `i64` holds are dropped.
fn fraction_of(digits: &str, scale: u128) -> u128 {
    let kept = &digits[..digits.len().min(18)];
    let value: u128 = kept.parse().unwrap_or(0);
    value * scale / 10_u128.pow(kept.len() as u32)
}

/// A duration as Go prints it: `5m0s`, `1h0m0.5s`, `100ms`, `0s`.
///
/// # Source
/// Go `time.Duration.String`.
pub fn format_duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let total = nanos.unsigned_abs();
    if total == 0 {
        return "0s".to_owned();
    }
    if total < 1_000_000_000 {
        let (unit, scale) = match total {
            0..1_000 => ("ns", 1),
            1_000..1_000_000 => ("\u{b5}s", 1_000),
            _ => ("ms", 1_000_000),
        };
        return format!("{sign}{}{unit}", decimal(total, scale));
    }
    let seconds = decimal(total % 60_000_000_000, 1_000_000_000);
    let minutes = total / 60_000_000_000;
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// `value / scale` without trailing zeros; `scale` is a power of ten.
fn decimal(value: u64, scale: u64) -> String {
    let (whole, fraction) = (value / scale, value % scale);
    if fraction == 0 {
        return whole.to_string();
    }
    let width = scale.ilog10() as usize;
    format!("{whole}.{}", format!("{fraction:0width$}").trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_as_go_does() {
        let cases = [
            ("0", Ok(0)),
            ("-0", Ok(0)),
            ("5m0s", Ok(300_000_000_000)),
            ("1.5h", Ok(5_400_000_000_000)),
            ("-2m30s", Ok(-150_000_000_000)),
            (".5s", Ok(500_000_000)),
            ("1.s", Ok(1_000_000_000)),
            ("1us", Ok(1_000)),
            ("-9223372036854775808ns", Ok(i64::MIN)),
            ("", Err("time: invalid duration \"\"")),
            ("-", Err("time: invalid duration \"-\"")),
            (".s", Err("time: invalid duration \".s\"")),
            ("5", Err("time: missing unit in duration \"5\"")),
            ("5x", Err("time: unknown unit \"x\" in duration \"5x\"")),
            ("5 s", Err("time: unknown unit \" s\" in duration \"5 s\"")),
            ("x", Err("time: invalid duration \"x\"")),
            (
                "9223372036854775808ns",
                Err("time: invalid duration \"9223372036854775808ns\""),
            ),
            ("99999999999h", Err("time: invalid duration \"99999999999h\"")),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_duration(text), expected.map_err(str::to_owned), "{text:?}");
        }
    }

    #[test]
    fn formats_as_go_does() {
        let cases = [
            (0, "0s"),
            (1, "1ns"),
            (1_500, "1.5µs"),
            (100_000_000, "100ms"),
            (300_000_000_000, "5m0s"),
            (3_600_500_000_000, "1h0m0.5s"),
            (-90_000_000_000, "-1m30s"),
        ];
        for (nanos, expected) in cases {
            assert_eq!(format_duration(nanos), expected);
            assert_eq!(parse_duration(expected), Ok(nanos));
        }
    }
}
