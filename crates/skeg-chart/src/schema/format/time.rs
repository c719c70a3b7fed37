//! Dates, times and durations.

use skeg_value::quote::quote_char;

use super::{Outcome, atoi, digits, refuse};

/// `2006-01-02`, in the words of Go's `time.Parse`.
pub(super) fn date(text: &str) -> Outcome {
    crate::gotime::check_date(text)
}

/// Numbers with colons between, none of them negative.
fn clock(text: &str, what: &str) -> Result<Vec<i64>, String> {
    let mut numbers = Vec::new();
    for part in text.split(':') {
        match atoi(part) {
            Err(_) => return Err(format!("invalid {what}")),
            Ok(..0) => return Err(format!("non-positive {what}")),
            Ok(number) => numbers.push(number),
        }
    }
    Ok(numbers)
}

pub(super) fn time(text: &str) -> Outcome {
    let bytes = text.as_bytes();
    if bytes.len() < 9 {
        return refuse("less than 9 characters long");
    }
    if bytes[2] != b':' || bytes[5] != b':' {
        return refuse("missing colon in correct place");
    }
    let (Some(head), Some(rest)) = (text.get(..8), text.get(8..)) else {
        return refuse("invalid hour/min/sec");
    };
    let numbers = clock(head, "hour/min/sec")?;
    let [hour, minute, second] = numbers[..] else {
        return refuse("invalid hour/min/sec");
    };
    if hour > 23 || minute > 59 || second > 60 {
        return refuse("hour/min/sec out of range");
    }
    let zone = match rest.strip_prefix('.') {
        Some(fraction) if digits(fraction) == 0 => return refuse("no digits in second fraction"),
        Some(fraction) => &fraction[digits(fraction)..],
        None => rest,
    };
    let east = if zone == "z" || zone == "Z" { 0 } else { offset(zone)? };
    // A leap second is the last one of a day in UTC.
    let utc = (hour * 60 + minute - east).rem_euclid(24 * 60);
    if second == 60 && utc != 23 * 60 + 59 {
        return refuse("invalid leap second");
    }
    Ok(())
}

/// Minutes east of UTC.
fn offset(zone: &str) -> Result<i64, String> {
    if zone.len() != 6 {
        return Err("offset must be 6 characters long".to_owned());
    }
    let sign = match zone.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return Err("offset must begin with plus/minus".to_owned()),
    };
    let zone = &zone[1..];
    if zone.as_bytes()[2] != b':' {
        return Err("missing colon in offset in correct place".to_owned());
    }
    let numbers = clock(zone, "hour/min in offset")?;
    match numbers[..] {
        [hour, minute] if hour <= 23 && minute <= 59 => Ok(sign * (hour * 60 + minute)),
        [_, _] => Err("hour/min in offset out of range".to_owned()),
        _ => Err("invalid hour/min in offset".to_owned()),
    }
}

pub(super) fn date_time(text: &str) -> Outcome {
    if text.len() < 20 {
        return refuse("less than 20 characters long");
    }
    let (Some(day), Some(clock)) = (text.get(..10), text.get(11..)) else {
        return refuse("11th character must be t or T");
    };
    if !matches!(text.as_bytes()[10], b't' | b'T') {
        return refuse("11th character must be t or T");
    }
    date(day).map_err(|reason| format!("invalid date element: {reason}"))?;
    time(clock).map_err(|reason| format!("invalid time element: {reason}"))
}

/// ISO 8601: `P3Y6M4DT12H30M5S`, `P2W`.
pub(super) fn duration(text: &str) -> Outcome {
    let Some(rest) = text.strip_prefix('P') else {
        return refuse("must start with P");
    };
    if rest.is_empty() {
        return refuse("nothing after P");
    }
    if let Some(weeks) = rest.strip_suffix('W') {
        return match weeks {
            "" => refuse("no number in week"),
            weeks if digits(weeks) < weeks.len() => refuse("invalid week"),
            _ => Ok(()),
        };
    }
    for (index, part) in rest.split('T').enumerate() {
        match (index, part) {
            (0, part) => units(part, "YMD")?,
            (_, "") => return refuse("no time elements"),
            (1, part) => units(part, "HMS")?,
            _ => return refuse("more than one T"),
        }
    }
    Ok(())
}

/// Numbers with units, each unit at most once and in order.
fn units(text: &str, all: &str) -> Outcome {
    let mut left = all;
    let mut rest = text;
    while !rest.is_empty() {
        let count = digits(rest);
        if count == 0 {
            return refuse("missing number");
        }
        let Some(unit) = rest[count..].chars().next() else {
            return refuse("missing unit");
        };
        match left.find(unit) {
            Some(at) => left = &left[at + 1..],
            None if all.contains(unit) => return Err(format!("unit {} out of order", quote_char(unit))),
            None => return Err(format!("invalid unit {}", quote_char(unit))),
        }
        rest = &rest[count + unit.len_utf8()..];
    }
    Ok(())
}

/// Two ends with a slash between; one of them may be a duration.
pub(super) fn period(text: &str) -> Outcome {
    let Some((start, end)) = text.split_once('/') else {
        return refuse("missing slash");
    };
    let moment = |text: &str, which: &str| date_time(text).map_err(|why| format!("invalid {which} date-time: {why}"));
    let span = |text: &str, which: &str| duration(text).map_err(|why| format!("invalid {which} duration: {why}"));
    if start.starts_with('P') {
        span(start, "start")?;
        return moment(end, "end");
    }
    moment(start, "start")?;
    if end.starts_with('P') {
        span(end, "end")
    } else {
        moment(end, "end")
    }
}
