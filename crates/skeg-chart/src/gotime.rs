//! Dates and times checked as Go's `time.Parse` does, with its errors.

/// A part of a layout: its text there, and what a value has in its place.
#[derive(Clone)]
enum Element {
    /// A number of so many digits, between two bounds; what it is called if it is not.
    Number(&'static str, usize, std::ops::RangeInclusive<u32>, &'static str),
    /// These characters.
    Literal(&'static str),
    /// Perhaps decimals of a second.
    Decimals,
    /// `Z`, or hours and minutes with a sign.
    Zone(&'static str),
}

use Element::{Decimals, Literal, Number, Zone};

const DATE: &[Element] = &[
    Number("2006", 4, 0..=9999, "year"),
    Literal("-"),
    Number("01", 2, 1..=12, "month"),
    Literal("-"),
    // The length of the month is looked at when all has been read.
    Number("02", 2, 0..=99, "day"),
];

const TIME: &[Element] = &[
    Literal("T"),
    Number("15", 2, 0..=23, "hour"),
    Literal(":"),
    Number("04", 2, 0..=59, "minute"),
    Literal(":"),
    Number("05", 2, 0..=59, "second"),
    Decimals,
    Zone("Z07:00"),
];

/// Checks `2006-01-02`.
///
/// # Errors
/// Go's text, `parsing time "…" …`.
pub(crate) fn check_date(text: &str) -> Result<(), String> {
    check(text, "2006-01-02", DATE)
}

/// Checks RFC 3339.
///
/// # Errors
/// Go's text, `parsing time "…" …`.
pub(crate) fn check_rfc3339(text: &str) -> Result<(), String> {
    check(text, "2006-01-02T15:04:05Z07:00", &[DATE, TIME].concat())
}

fn check(text: &str, layout: &str, elements: &[Element]) -> Result<(), String> {
    let fail = |message: String| Err(format!("parsing time {}{message}", quoted(text)));
    let cannot = |rest: &str, element: &str| {
        let [layout, rest, element] = [layout, rest, element].map(quoted);
        fail(format!(" as {layout}: cannot parse {rest} as {element}"))
    };
    let mut rest = text;
    let mut numbers = Vec::new();
    for element in elements {
        match element {
            Literal(literal) => match rest.strip_prefix(literal) {
                Some(after) => rest = after,
                None => return cannot(rest, literal),
            },
            Number(shown, length, bounds, name) => {
                if digits(rest) < *length {
                    return cannot(rest, shown);
                }
                let (number, after) = rest.split_at(*length);
                let number = number.parse().unwrap_or(u32::MAX);
                if !bounds.contains(&number) {
                    return fail(format!(": {name} out of range"));
                }
                numbers.push(number);
                rest = after;
            }
            Decimals => {
                let count = rest.strip_prefix(['.', ',']).map_or(0, digits);
                if count > 0 {
                    rest = &rest[1 + count..];
                }
            }
            Zone(shown) => match rest.strip_prefix('Z') {
                Some(after) => rest = after,
                None => match offset(rest) {
                    Some(after) => rest = after,
                    None => return cannot(rest, shown),
                },
            },
        }
    }
    if !rest.is_empty() {
        return fail(format!(": extra text: {}", quoted(rest)));
    }
    if numbers[2] < 1 || numbers[2] > days_in(numbers[0], numbers[1]) {
        return fail(": day out of range".to_owned());
    }
    Ok(())
}

/// What follows `+07:00`; none where there is no such thing.
fn offset(text: &str) -> Option<&str> {
    let after = text.strip_prefix(['+', '-'])?;
    let is_clock = digits(after) == 2 && after[2..].starts_with(':') && digits(&after[3..]) >= 2;
    if !is_clock || !after.is_char_boundary(5) {
        return None;
    }
    let (hours, minutes) = (after[..2].parse::<u32>().ok()?, after[3..5].parse::<u32>().ok()?);
    (hours <= 24 && minutes < 60).then(|| &after[5..])
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A text as the errors of Go's `time` quote it: bytes, not characters.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', byte.into()]),
            b' '..0x80 => out.push(byte.into()),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Helm 4.3.1 and Go's time.Parse.
    #[test]
    fn times_fail_in_go_words() {
        let rfc = r#" as "2006-01-02T15:04:05Z07:00": cannot parse "#;
        for (text, expected) in [
            ("2020-01-01T00:00:00Z", None),
            ("2020-01-01T00:00:00.123456+02:00", None),
            ("2020-02-29T23:59:59-11:30", None),
            ("x", Some(format!(r#"{rfc}"x" as "2006""#))),
            ("2020-01-01", Some(format!(r#"{rfc}"" as "T""#))),
            ("2020-01-01T00:00:00", Some(format!(r#"{rfc}"" as "Z07:00""#))),
            ("2020-13-01T00:00:00Z", Some(": month out of range".to_owned())),
            ("2020-01-01T24:00:00Z", Some(": hour out of range".to_owned())),
            ("2021-02-29T00:00:00Z", Some(": day out of range".to_owned())),
            ("2020-01-01T00:00:00Zx", Some(r#": extra text: "x""#.to_owned())),
        ] {
            let expected = expected.map(|message| format!("parsing time {text:?}{message}"));
            assert_eq!(check_rfc3339(text).err(), expected, "{text}");
        }
        assert_eq!(
            check_date("2020-1-01").unwrap_err(),
            r#"parsing time "2020-1-01" as "2006-01-02": cannot parse "1-01" as "01""#
        );
        assert_eq!(
            check_date("é").unwrap_err(),
            r#"parsing time "\xc3\xa9" as "2006-01-02": cannot parse "\xc3\xa9" as "2006""#
        );
    }
}
