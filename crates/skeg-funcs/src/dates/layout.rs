//! Go's time layouts: texts such as `Mon Jan 2 15:04:05 MST 2006` cut into elements, and moments written by them.

use super::civil::Civil;
use super::zone::Period;

/// What a piece of a layout stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// `January`.
    LongMonth,
    /// `Jan`.
    Month,
    /// `1`.
    NumMonth,
    /// `01`.
    ZeroMonth,
    /// `Monday`.
    LongWeekday,
    /// `Mon`.
    Weekday,
    /// `2`.
    Day,
    /// `_2`.
    UnderDay,
    /// `02`.
    ZeroDay,
    /// `__2`.
    UnderYearDay,
    /// `002`.
    ZeroYearDay,
    /// `15`.
    Hour,
    /// `3`.
    Hour12,
    /// `03`.
    ZeroHour12,
    /// `4`.
    Minute,
    /// `04`.
    ZeroMinute,
    /// `5`.
    Second,
    /// `05`.
    ZeroSecond,
    /// `2006`.
    LongYear,
    /// `06`.
    Year,
    /// `PM`, or `pm`.
    HalfDay {
        /// Whether it is in upper case.
        upper: bool,
    },
    /// `MST`.
    Abbreviation,
    /// `-0700` and its kin.
    Offset(OffsetForm),
    /// `.000`: exactly so many digits after this separator.
    Fraction { separator: u8, digits: usize },
    /// `.999`: up to so many digits, none where they are zero.
    ShortFraction { separator: u8, digits: usize },
}

/// How an offset from UTC is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OffsetForm {
    /// Whether an offset of zero is `Z`.
    pub(super) z: bool,
    /// Whether colons stand between the parts.
    pub(super) colons: bool,
    /// 1: hours; 2: and minutes; 3: and seconds.
    pub(super) parts: usize,
}

/// The first element of a layout: what stands before it, what it is, what follows. None where all of it is plain text.
pub(super) fn first(layout: &[u8]) -> Option<(&[u8], Element, &[u8])> {
    (0..layout.len()).find_map(|start| {
        let (element, skipped, length) = element_at(&layout[start..])?;
        let start = start + skipped;
        Some((&layout[..start], element, &layout[start + length..]))
    })
}

/// The element that a text begins with: what it is, how many bytes of plain text stand before it after all, its length.
fn element_at(text: &[u8]) -> Option<(Element, usize, usize)> {
    let is = |element| move |length| Some((element, 0, length));
    let lower_follows = || text.get(3).is_some_and(u8::is_ascii_lowercase);
    match text {
        [b'J', b'a', b'n', ..] => match text {
            _ if text.starts_with(b"January") => is(Element::LongMonth)(7),
            _ if !lower_follows() => is(Element::Month)(3),
            _ => None,
        },
        [b'M', b'o', b'n', ..] => match text {
            _ if text.starts_with(b"Monday") => is(Element::LongWeekday)(6),
            _ if !lower_follows() => is(Element::Weekday)(3),
            _ => None,
        },
        [b'M', b'S', b'T', ..] => is(Element::Abbreviation)(3),
        [b'0', b'0', b'2', ..] => is(Element::ZeroYearDay)(3),
        [b'0', digit @ b'1'..=b'6', ..] => {
            let elements = [
                Element::ZeroMonth,
                Element::ZeroDay,
                Element::ZeroHour12,
                Element::ZeroMinute,
                Element::ZeroSecond,
                Element::Year,
            ];
            is(elements[usize::from(digit - b'1')])(2)
        }
        [b'1', b'5', ..] => is(Element::Hour)(2),
        [b'1', ..] => is(Element::NumMonth)(1),
        [b'2', b'0', b'0', b'6', ..] => is(Element::LongYear)(4),
        [b'2', ..] => is(Element::Day)(1),
        [b'_', b'2', b'0', b'0', b'6', ..] => Some((Element::LongYear, 1, 4)),
        [b'_', b'2', ..] => is(Element::UnderDay)(2),
        [b'_', b'_', b'2', ..] => is(Element::UnderYearDay)(3),
        [b'3', ..] => is(Element::Hour12)(1),
        [b'4', ..] => is(Element::Minute)(1),
        [b'5', ..] => is(Element::Second)(1),
        [b'P', b'M', ..] => is(Element::HalfDay { upper: true })(2),
        [b'p', b'm', ..] => is(Element::HalfDay { upper: false })(2),
        [sign @ (b'-' | b'Z'), b'0', b'7', rest @ ..] => {
            let (colons, parts, length) = match rest {
                [b'0', b'0', b'0', b'0', ..] => (false, 3, 7),
                [b':', b'0', b'0', b':', b'0', b'0', ..] => (true, 3, 9),
                [b'0', b'0', ..] => (false, 2, 5),
                [b':', b'0', b'0', ..] => (true, 2, 6),
                _ => (false, 1, 3),
            };
            let z = *sign == b'Z';
            is(Element::Offset(OffsetForm { z, colons, parts }))(length)
        }
        [separator @ (b'.' | b','), digit @ (b'0' | b'9'), ..] => {
            let digits = text[1..].iter().take_while(|byte| *byte == digit).count();
            if text.get(1 + digits).is_some_and(u8::is_ascii_digit) {
                return None;
            }
            let separator = *separator;
            let element = match digit {
                b'0' => Element::Fraction { separator, digits },
                _ => Element::ShortFraction { separator, digits },
            };
            is(element)(1 + digits)
        }
        _ => None,
    }
}

/// The names of the months.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The names of the days of the week.
pub(super) const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Appends a moment, given what the clock shows, the nanoseconds and the zone's state.
pub(super) fn append(out: &mut Vec<u8>, mut layout: &[u8], civil: &Civil, nanoseconds: u32, period: &Period) {
    while let Some((before, element, rest)) = first(layout) {
        out.extend_from_slice(before);
        layout = rest;
        let hour12 = (civil.hour + 11) % 12 + 1;
        match element {
            Element::LongYear => number(out, civil.year, 4),
            Element::Year => number(out, civil.year.max(0) % 100, 2),
            Element::LongMonth => out.extend_from_slice(MONTHS[civil.month as usize - 1].as_bytes()),
            Element::Month => out.extend_from_slice(&MONTHS[civil.month as usize - 1].as_bytes()[..3]),
            Element::NumMonth => number(out, civil.month.into(), 0),
            Element::ZeroMonth => number(out, civil.month.into(), 2),
            Element::LongWeekday => out.extend_from_slice(WEEKDAYS[civil.weekday as usize].as_bytes()),
            Element::Weekday => out.extend_from_slice(&WEEKDAYS[civil.weekday as usize].as_bytes()[..3]),
            Element::Day => number(out, civil.day.into(), 0),
            Element::UnderDay => padded(out, civil.day, 2),
            Element::ZeroDay => number(out, civil.day.into(), 2),
            Element::UnderYearDay => padded(out, civil.year_day, 3),
            Element::ZeroYearDay => number(out, civil.year_day.into(), 3),
            Element::Hour => number(out, civil.hour.into(), 2),
            Element::Hour12 => number(out, hour12.into(), 0),
            Element::ZeroHour12 => number(out, hour12.into(), 2),
            Element::Minute => number(out, civil.minute.into(), 0),
            Element::ZeroMinute => number(out, civil.minute.into(), 2),
            Element::Second => number(out, civil.second.into(), 0),
            Element::ZeroSecond => number(out, civil.second.into(), 2),
            Element::HalfDay { upper } => out.extend_from_slice(match (upper, civil.hour >= 12) {
                (true, true) => b"PM",
                (true, false) => b"AM",
                (false, true) => b"pm",
                (false, false) => b"am",
            }),
            Element::Offset(form) => offset(out, form, period.offset),
            Element::Abbreviation if period.abbreviation.is_empty() => {
                let form = OffsetForm {
                    z: false,
                    colons: false,
                    parts: 2,
                };
                offset(out, form, period.offset);
            }
            Element::Abbreviation => out.extend_from_slice(period.abbreviation.as_bytes()),
            Element::Fraction { separator, digits } => {
                out.push(separator);
                fraction(out, nanoseconds, digits);
            }
            Element::ShortFraction { separator, digits } => {
                let start = out.len();
                out.push(separator);
                fraction(out, nanoseconds, digits);
                while out.last() == Some(&b'0') {
                    out.pop();
                }
                if out.len() == start + 1 {
                    out.pop();
                }
            }
        }
    }
    out.extend_from_slice(layout);
}

/// A number with at least so many digits.
fn number(out: &mut Vec<u8>, number: i64, width: usize) {
    let sign = if number < 0 { "-" } else { "" };
    out.extend_from_slice(format!("{sign}{:0width$}", number.unsigned_abs()).as_bytes());
}

fn padded(out: &mut Vec<u8>, number: u32, width: usize) {
    out.extend_from_slice(format!("{number:width$}").as_bytes());
}

/// The first digits of a fraction of a second, of which there are nine.
fn fraction(out: &mut Vec<u8>, nanoseconds: u32, digits: usize) {
    let all = format!("{nanoseconds:09}");
    out.extend(all.bytes().take(digits));
}

fn offset(out: &mut Vec<u8>, form: OffsetForm, seconds: i32) {
    if form.z && seconds == 0 {
        return out.push(b'Z');
    }
    out.push(if seconds / 60 < 0 { b'-' } else { b'+' });
    let size = i64::from(seconds.unsigned_abs());
    for (position, part) in [size / 3600, size / 60 % 60, size % 60]
        .into_iter()
        .enumerate()
        .take(form.parts)
    {
        if position > 0 && form.colons {
            out.push(b':');
        }
        number(out, part, 2);
    }
}
