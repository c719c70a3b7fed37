//! Dates and times of TOML as Go's `time.Time`.
//!
//! In: the text of a date, or seconds since 1970; out: an [`Object`] that prints and encodes as Go's does.

use std::any::Any;
use std::fmt::Write as _;

use crate::object::{Object, ObjectError};
use crate::value::Value;

/// What a TOML date says about its zone. Local dates are taken as UTC: nothing here knows the machine's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// `Z`, or an offset of zero.
    Utc,
    /// Another offset, in seconds east of UTC.
    Offset(i32),
    /// A date with a time but no offset.
    LocalDatetime,
    /// A date alone.
    LocalDate,
    /// A time alone, on the first day of the year 0.
    LocalTime,
}

/// A point in time from a TOML document: `time.Time` to templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TomlDateTime {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Nanoseconds after that, below 1,000,000,000.
    pub nanoseconds: u32,
    /// The zone it is shown in.
    pub zone: Zone,
}

/// A calendar day and the seconds in it.
struct Civil {
    year: i64,
    month: u32,
    day: u32,
    second_of_day: i64,
}

impl TomlDateTime {
    /// Reads a date in one of TOML's forms, with `T` and `Z` in upper case.
    pub(super) fn parse(text: &str) -> Option<TomlDateTime> {
        let bytes = text.as_bytes();
        if bytes.get(2) == Some(&b':') {
            let (second_of_day, nanoseconds, rest) = time_of_day(bytes)?;
            let seconds = days_from_civil(0, 1, 1) * 86_400 + second_of_day;
            return rest.is_empty().then_some(TomlDateTime {
                seconds,
                nanoseconds,
                zone: Zone::LocalTime,
            });
        }
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = bytes else {
            return None;
        };
        let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
        let (month, day) = (two(*m1, *m2)?, two(*d1, *d2)?);
        if !(1..=12).contains(&month) || day < 1 || day > days_in(month, year) {
            return None;
        }
        let midnight = days_from_civil(i64::from(year), month, day) * 86_400;
        let [b'T', rest @ ..] = rest else {
            return rest.is_empty().then_some(TomlDateTime {
                seconds: midnight,
                nanoseconds: 0,
                zone: Zone::LocalDate,
            });
        };
        let (second_of_day, nanoseconds, rest) = time_of_day(rest)?;
        let seconds = midnight + second_of_day;
        match rest {
            [] => Some(TomlDateTime {
                seconds,
                nanoseconds,
                zone: Zone::LocalDatetime,
            }),
            b"Z" => Some(TomlDateTime {
                seconds,
                nanoseconds,
                zone: Zone::Utc,
            }),
            [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
                let (hours, minutes) = (two(*h1, *h2)?, two(*m1, *m2)?);
                // Go allows both ends of these ranges.
                if hours > 24 || minutes > 60 {
                    return None;
                }
                let size = (hours * 3600 + minutes * 60) as i32;
                let offset = if *sign == b'-' { -size } else { size };
                let zone = if offset == 0 { Zone::Utc } else { Zone::Offset(offset) };
                Some(TomlDateTime {
                    seconds: seconds - i64::from(offset),
                    nanoseconds,
                    zone,
                })
            }
            _ => None,
        }
    }

    /// Seconds east of UTC.
    pub fn offset(&self) -> i32 {
        match self.zone {
            Zone::Offset(seconds) => seconds,
            _ => 0,
        }
    }

    fn civil(&self) -> Civil {
        let local = self.seconds + i64::from(self.offset());
        let (year, month, day) = civil_from_days(local.div_euclid(86_400));
        Civil {
            year,
            month,
            day,
            second_of_day: local.rem_euclid(86_400),
        }
    }

    fn append_date(&self, out: &mut String) {
        let civil = self.civil();
        // Writing to a string cannot fail.
        let _ = write!(out, "{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
    }

    fn append_time(&self, out: &mut String) {
        let second = self.civil().second_of_day;
        let _ = write!(out, "{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
        if self.nanoseconds > 0 {
            let digits = format!("{:09}", self.nanoseconds);
            out.push('.');
            out.push_str(digits.trim_end_matches('0'));
        }
    }

    fn append_offset(&self, out: &mut String, separator: &str) {
        let offset = self.offset();
        let minutes = offset.abs() / 60;
        let sign = if offset < 0 { '-' } else { '+' };
        let _ = write!(out, "{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60);
    }

    /// Go's `RFC3339Nano` form, which JSON uses: `2001-01-01T00:00:00Z`.
    pub fn rfc3339(&self) -> String {
        let mut out = String::new();
        self.append_date(&mut out);
        out.push('T');
        self.append_time(&mut out);
        if self.offset() == 0 {
            out.push('Z');
        } else {
            self.append_offset(&mut out, ":");
        }
        out
    }

    /// The form it had in TOML.
    pub(super) fn toml(&self) -> String {
        let mut out = String::new();
        match self.zone {
            Zone::Utc | Zone::Offset(_) => return self.rfc3339(),
            Zone::LocalDate => self.append_date(&mut out),
            Zone::LocalTime => self.append_time(&mut out),
            Zone::LocalDatetime => {
                self.append_date(&mut out);
                out.push('T');
                self.append_time(&mut out);
            }
        }
        out
    }
}

impl Object for TomlDateTime {
    fn type_name(&self) -> &str {
        "time.Time"
    }

    fn method_arity(&self, name: &str) -> Option<usize> {
        matches!(
            name,
            "String"
                | "Unix"
                | "UnixMilli"
                | "UnixNano"
                | "Year"
                | "Day"
                | "YearDay"
                | "Hour"
                | "Minute"
                | "Second"
                | "Nanosecond"
                | "IsZero"
        )
        .then_some(0)
    }

    fn call_method(&self, name: &str, _args: &[Value]) -> Result<Value, ObjectError> {
        let civil = self.civil();
        let nanoseconds = i64::from(self.nanoseconds);
        Ok(match name {
            "String" => Value::from(self.print()),
            "Unix" => Value::int64(self.seconds),
            "UnixMilli" => Value::int64(self.seconds * 1000 + nanoseconds / 1_000_000),
            // Go's result is undefined beyond what 64 bits hold; it wraps.
            "UnixNano" => Value::int64(self.seconds.wrapping_mul(1_000_000_000).wrapping_add(nanoseconds)),
            "Year" => Value::int(civil.year),
            "Day" => Value::int(i64::from(civil.day)),
            "YearDay" => {
                let day = days_from_civil(civil.year, civil.month, civil.day);
                Value::int(day - days_from_civil(civil.year, 1, 1) + 1)
            }
            "Hour" => Value::int(civil.second_of_day / 3600),
            "Minute" => Value::int(civil.second_of_day / 60 % 60),
            "Second" => Value::int(civil.second_of_day % 60),
            "Nanosecond" => Value::int(nanoseconds),
            "IsZero" => Value::Bool(self.nanoseconds == 0 && self.seconds == days_from_civil(1, 1, 1) * 86_400),
            _ => return Err(ObjectError(format!("no method {name}"))),
        })
    }

    fn print(&self) -> String {
        let mut out = String::new();
        self.append_date(&mut out);
        out.push(' ');
        self.append_time(&mut out);
        out.push(' ');
        self.append_offset(&mut out, "");
        out.push(' ');
        match self.zone {
            Zone::Utc => out.push_str("UTC"),
            // A zone without a name is shown by its offset again.
            Zone::Offset(_) => self.append_offset(&mut out, ""),
            Zone::LocalDatetime => out.push_str("datetime-local"),
            Zone::LocalDate => out.push_str("date-local"),
            Zone::LocalTime => out.push_str("time-local"),
        }
        out
    }

    fn is_stringer(&self) -> bool {
        true
    }

    fn to_json(&self) -> Value {
        Value::from(self.rfc3339())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<TomlDateTime>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `hh:mm`, seconds and a fraction optional: seconds of the day, nanoseconds, what follows.
fn time_of_day(text: &[u8]) -> Option<(i64, u32, &[u8])> {
    let [h1, h2, b':', m1, m2, rest @ ..] = text else {
        return None;
    };
    let (hour, minute) = (two(*h1, *h2)?, two(*m1, *m2)?);
    let (second, rest, seconds_given) = match rest {
        [b':', s1, s2, rest @ ..] => (two(*s1, *s2)?, rest, true),
        _ => (0, rest, false),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (nanoseconds, rest) = match rest {
        [b'.', fraction @ ..] if seconds_given => {
            let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if length == 0 {
                return None;
            }
            let digit = |at: usize| if at < length { u32::from(fraction[at] - b'0') } else { 0 };
            ((0..9).fold(0, |sum, at| sum * 10 + digit(at)), &fraction[length..])
        }
        _ => (0, rest),
    };
    Some((i64::from(hour * 3600 + minute * 60 + second), nanoseconds, rest))
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        2 => 28 + u32::from(is_leap(i64::from(year))),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01. Years are counted from March, so that the leap day comes last.
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let month = i64::from(month);
    let year = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}
