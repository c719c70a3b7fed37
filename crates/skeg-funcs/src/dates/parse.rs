//! Texts back to moments, by Go's layouts and with Go's complaints.

use std::rc::Rc;

use super::civil::{days_before, days_in, is_leap, seconds_of};
use super::duration::quote;
use super::layout::{self, Element, MONTHS, OffsetForm, WEEKDAYS};
use super::zone::Location;

/// A moment and the zone that its text was in.
#[derive(Debug)]
pub(super) struct Parsed {
    /// Seconds since 1970.
    pub(super) seconds: i64,
    pub(super) nanoseconds: u32,
    pub(super) location: Rc<Location>,
}

/// Why an element did not fit.
enum Misfit {
    /// The text is not of that form.
    Form,
    /// The named thing has no such value: `month`.
    Range(&'static str),
}

type Fit<T> = Result<T, Misfit>;

/// What has been read so far.
#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanoseconds: u32,
    /// Whether it was said to be after noon.
    afternoon: Option<bool>,
    utc: bool,
    offset: Option<i32>,
    abbreviation: String,
}

/// Reads a text; where it does not say its zone, it is in `local`.
///
/// # Errors
/// Go's text: `parsing time "x" as "2006": cannot parse "x" as "2006"`.
pub(super) fn parse(whole_layout: &[u8], whole: &[u8], local: &Rc<Location>) -> Result<Parsed, String> {
    let complain = |what: String| Err(format!("parsing time {}{what}", quote(whole)));
    let unfit = |text: &[u8], element: &[u8]| {
        let (layout, text, element) = (quote(whole_layout), quote(text), quote(element));
        Err(format!(
            "parsing time {} as {layout}: cannot parse {text} as {element}",
            quote(whole)
        ))
    };
    let (mut layout, mut text) = (whole_layout, whole);
    let mut fields = Fields::default();
    loop {
        let Some((before, element, rest)) = layout::first(layout) else {
            if let Err(left) = skip(&mut text, layout) {
                return unfit(left, layout);
            }
            if !text.is_empty() {
                return complain(format!(": extra text: {}", quote(text)));
            }
            break;
        };
        let written = &layout[before.len()..layout.len() - rest.len()];
        if let Err(left) = skip(&mut text, before) {
            return unfit(left, before);
        }
        layout = rest;
        let held = text;
        match fields.read(element, &mut text, layout) {
            Ok(()) => {}
            Err(Misfit::Form) => return unfit(held, written),
            Err(Misfit::Range(what)) => return complain(format!(": {what} out of range")),
        }
    }
    match fields.moment(local) {
        Ok(parsed) => Ok(parsed),
        Err(what) => complain(format!(": {what}")),
    }
}

/// Passes over plain text of a layout; a space stands for any number of them. The error is what was left.
fn skip<'a>(text: &mut &'a [u8], plain: &[u8]) -> Result<(), &'a [u8]> {
    let mut plain = plain;
    while let Some((&first, rest)) = plain.split_first() {
        if first == b' ' {
            if text.first().is_some_and(|&byte| byte != b' ') {
                return Err(text);
            }
            plain = plain.trim_ascii_start_spaces();
            *text = text.trim_ascii_start_spaces();
            continue;
        }
        if text.first() != Some(&first) {
            return Err(text);
        }
        plain = rest;
        *text = &text[1..];
    }
    Ok(())
}

trait Spaces {
    fn trim_ascii_start_spaces(&self) -> &Self;
}

impl Spaces for [u8] {
    /// The text without spaces (and nothing but spaces) at its start.
    fn trim_ascii_start_spaces(&self) -> &[u8] {
        let spaces = self.iter().take_while(|&&byte| byte == b' ').count();
        &self[spaces..]
    }
}

fn is_digit(text: &[u8], position: usize) -> bool {
    text.get(position).is_some_and(u8::is_ascii_digit)
}

fn take<'a>(text: &mut &'a [u8], length: usize) -> Fit<&'a [u8]> {
    let (taken, rest) = text.split_at_checked(length).ok_or(Misfit::Form)?;
    *text = rest;
    Ok(taken)
}

/// A number with an optional sign and nothing else.
fn signed(text: &[u8]) -> Fit<i64> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', digits)) => (true, digits),
        Some((b'+', digits)) => (false, digits),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Misfit::Form);
    }
    let number = digits
        .iter()
        .try_fold(0i64, |sum, digit| {
            sum.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
        })
        .ok_or(Misfit::Form)?;
    Ok(if negative { -number } else { number })
}

/// One or two digits, where not `fixed`.
fn number(text: &mut &[u8], fixed: bool) -> Fit<i64> {
    if !is_digit(text, 0) || (fixed && !is_digit(text, 1)) {
        return Err(Misfit::Form);
    }
    let length = 1 + usize::from(is_digit(text, 1));
    signed(take(text, length)?)
}

fn in_range(number: i64, range: std::ops::Range<i64>, what: &'static str) -> Fit<i64> {
    if range.contains(&number) {
        Ok(number)
    } else {
        Err(Misfit::Range(what))
    }
}

/// Which of the names the text begins with, in whatever case.
fn name(text: &mut &[u8], names: &[&str], short: bool) -> Fit<i64> {
    for (position, name) in names.iter().enumerate() {
        let length = if short { 3 } else { name.len() };
        if text.len() >= length && text[..length].eq_ignore_ascii_case(&name.as_bytes()[..length]) {
            *text = &text[length..];
            return Ok(position as i64);
        }
    }
    Err(Misfit::Form)
}

/// A separator and digits, as nanoseconds. Digits beyond the ninth do not count.
fn nanoseconds(text: &mut &[u8], length: usize) -> Fit<u32> {
    let taken = take(text, length)?;
    if !matches!(taken.first(), Some(b'.' | b',')) {
        return Err(Misfit::Form);
    }
    let digits = &taken[1..taken.len().min(10)];
    let number = in_range(signed(digits)?, 0..1_000_000_000, "fractional second")?;
    Ok(number as u32 * 10u32.pow(9 - digits.len() as u32))
}

impl Fields {
    /// Reads one element. `layout` is what follows it there.
    fn read(&mut self, element: Element, text: &mut &[u8], layout: &[u8]) -> Fit<()> {
        match element {
            Element::Year => {
                let year = signed(take(text, 2)?)?;
                self.year = year + if year >= 69 { 1900 } else { 2000 };
            }
            Element::LongYear => {
                if !is_digit(text, 0) {
                    return Err(Misfit::Form);
                }
                self.year = signed(take(text, 4)?)?;
            }
            Element::Month => self.month = Some(name(text, &MONTHS, true)? + 1),
            Element::LongMonth => self.month = Some(name(text, &MONTHS, false)? + 1),
            Element::NumMonth | Element::ZeroMonth => {
                let month = number(text, element == Element::ZeroMonth)?;
                self.month = Some(in_range(month, 1..13, "month")?);
            }
            Element::Weekday => {
                name(text, &WEEKDAYS, true)?;
            }
            Element::LongWeekday => {
                name(text, &WEEKDAYS, false)?;
            }
            Element::Day | Element::UnderDay | Element::ZeroDay => {
                if element == Element::UnderDay {
                    *text = text.strip_prefix(b" ").unwrap_or(text);
                }
                self.day = Some(number(text, element == Element::ZeroDay)?);
            }
            Element::UnderYearDay | Element::ZeroYearDay => {
                if element == Element::UnderYearDay {
                    for _ in 0..2 {
                        *text = text.strip_prefix(b" ").unwrap_or(text);
                    }
                }
                let digits = text.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
                if digits == 0 || (element == Element::ZeroYearDay && digits != 3) {
                    return Err(Misfit::Form);
                }
                self.year_day = Some(signed(take(text, digits)?)?);
            }
            Element::Hour => self.hour = in_range(number(text, false)?, 0..24, "hour")?,
            Element::Hour12 | Element::ZeroHour12 => {
                self.hour = in_range(number(text, element == Element::ZeroHour12)?, 0..13, "hour")?;
            }
            Element::Minute | Element::ZeroMinute => {
                self.minute = in_range(number(text, element == Element::ZeroMinute)?, 0..60, "minute")?;
            }
            Element::Second | Element::ZeroSecond => self.read_second(element, text, layout)?,
            Element::HalfDay { upper } => {
                let half = take(text, 2)?;
                let (before, after) = if upper { (b"AM", b"PM") } else { (b"am", b"pm") };
                if half != before && half != after {
                    return Err(Misfit::Form);
                }
                // "PM" outweighs "AM" where a layout has both.
                self.afternoon = Some(half == after || self.afternoon == Some(true));
            }
            Element::Offset(form) => self.read_offset(form, text)?,
            Element::Abbreviation => {
                if let Some(rest) = text.strip_prefix(b"UTC") {
                    self.utc = true;
                    *text = rest;
                } else {
                    let length = abbreviation_length(text).ok_or(Misfit::Form)?;
                    self.abbreviation = String::from_utf8_lossy(take(text, length)?).into_owned();
                }
            }
            Element::Fraction { digits, .. } => self.nanoseconds = nanoseconds(text, 1 + digits)?,
            Element::ShortFraction { .. } => {
                if matches!(text.first(), Some(b'.' | b',')) && is_digit(text, 1) {
                    self.nanoseconds = nanoseconds(text, fraction_length(text))?;
                }
            }
        }
        Ok(())
    }

    /// A second takes a fraction with it that the layout does not mention.
    fn read_second(&mut self, element: Element, text: &mut &[u8], layout: &[u8]) -> Fit<()> {
        self.second = in_range(number(text, element == Element::ZeroSecond)?, 0..60, "second")?;
        let mentioned = matches!(
            layout::first(layout),
            Some((_, Element::Fraction { .. } | Element::ShortFraction { .. }, _))
        );
        if !mentioned && matches!(text.first(), Some(b'.' | b',')) && is_digit(text, 1) {
            self.nanoseconds = nanoseconds(text, fraction_length(text))?;
        }
        Ok(())
    }

    fn read_offset(&mut self, form: OffsetForm, text: &mut &[u8]) -> Fit<()> {
        if form.z
            && let Some(rest) = text.strip_prefix(b"Z")
        {
            self.utc = true;
            *text = rest;
            return Ok(());
        }
        let colon = usize::from(form.colons);
        let length = 3 + (form.parts - 1) * (2 + colon);
        let taken = take(text, length)?;
        let mut parts = [0; 3];
        let mut rest = &taken[1..];
        for (position, part) in parts.iter_mut().enumerate().take(form.parts) {
            if position > 0 && form.colons {
                rest = rest.strip_prefix(b":").ok_or(Misfit::Form)?;
            }
            *part = number(&mut rest, true)?;
        }
        // Both ends of these ranges are allowed.
        for (part, most, what) in [
            (parts[0], 24, "time zone offset hour"),
            (parts[1], 60, "time zone offset minute"),
            (parts[2], 60, "time zone offset second"),
        ] {
            in_range(part, 0..most + 1, what)?;
        }
        let offset = ((parts[0] * 60 + parts[1]) * 60 + parts[2]) as i32;
        self.offset = Some(match taken[0] {
            b'+' => offset,
            b'-' => -offset,
            _ => return Err(Misfit::Form),
        });
        Ok(())
    }

    /// The moment that the fields amount to; the error is what is wrong with the day.
    fn moment(mut self, local: &Rc<Location>) -> Result<Parsed, &'static str> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        let (month, day) = self.month_and_day()?;
        let second_of_day = (self.hour * 60 + self.minute) * 60 + self.second;
        let wall = seconds_of(self.year, month, day, second_of_day);
        let (seconds, location) = if self.utc {
            (wall, Location::utc())
        // Go marks a missing offset by -1, so an offset of one second west is overlooked.
        } else if let Some(offset) = self.offset.filter(|&offset| offset != -1) {
            let seconds = wall - i64::from(offset);
            let here = local.at(seconds);
            let fits = self.abbreviation.is_empty() || self.abbreviation == here.abbreviation;
            let location = if here.offset == offset && fits {
                Rc::clone(local)
            } else {
                Location::fixed(&self.abbreviation, offset)
            };
            (seconds, location)
        } else if !self.abbreviation.is_empty() {
            match local.offset_of(&self.abbreviation, wall) {
                Some(offset) => (wall - i64::from(offset), Rc::clone(local)),
                None => {
                    let hours = self
                        .abbreviation
                        .strip_prefix("GMT")
                        .map(|hours| signed(hours.as_bytes()));
                    let offset = match hours {
                        Some(Ok(hours)) => hours as i32 * 3600,
                        _ => 0,
                    };
                    // The clock is taken as UTC's, in Go too: `15 GMT+3` is shown as 18.
                    (wall, Location::fixed(&self.abbreviation, offset))
                }
            }
        } else {
            (local.moment_of(wall), Rc::clone(local))
        };
        Ok(Parsed {
            seconds,
            nanoseconds: self.nanoseconds,
            location,
        })
    }

    fn month_and_day(&self) -> Result<(i64, i64), &'static str> {
        let (month, day) = match self.year_day {
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
            Some(year_day) => {
                let leap = is_leap(self.year);
                if !(1..=365 + i64::from(leap)).contains(&year_day) {
                    return Err("day-of-year out of range");
                }
                let before = |month: u32| i64::from(days_before(month, leap));
                let month = (1..=12).rev().find(|&month| before(month) < year_day).unwrap_or(1);
                let day = year_day - before(month);
                let month = i64::from(month);
                if self.month.is_some_and(|given| given != month) {
                    return Err("day-of-year does not match month");
                }
                if self.day.is_some_and(|given| given != day) {
                    return Err("day-of-year does not match day");
                }
                (month, day)
            }
        };
        if day < 1 || day > i64::from(days_in(month as u32, self.year)) {
            return Err("day out of range");
        }
        Ok((month, day))
    }
}

/// The length of a separator and the digits after it.
fn fraction_length(text: &[u8]) -> usize {
    1 + text[1..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// How much of a text looks like a zone's abbreviation.
fn abbreviation_length(text: &[u8]) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(rest) = text.strip_prefix(b"GMT") {
        return Some(3 + signed_hours_length(rest));
    }
    if matches!(text[0], b'+' | b'-') {
        return Some(signed_hours_length(text)).filter(|&length| length > 0);
    }
    let capitals = text.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    match capitals {
        5 if text[4] == b'T' => Some(5),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

/// The length of `+3` or `-11` at the start of a text; 0 where it is none, or over 23.
fn signed_hours_length(text: &[u8]) -> usize {
    if !matches!(text.first(), Some(b'+' | b'-')) {
        return 0;
    }
    let length = fraction_length(text);
    match signed(&text[1..length]) {
        Ok(hours) if hours <= 23 => length,
        _ => 0,
    }
}
