//! [`Time`]: an instant as records hold it.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::de::{Deserialize, Deserializer, Error};

/// Go's zero time, the first second of the year 1, in seconds since 1970.
const GO_ZERO: i64 = -62_135_596_800;

/// An instant with the offset it was written with; the default is Go's zero time, which records leave out.
///
/// The text form is RFC 3339 with as many decimals as it takes, as Go prints it: `2026-11-21T14:09:34.3776+01:00`.
/// Order and equality are those of the instants.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    seconds: i64,
    nanoseconds: u32,
    offset_minutes: i16,
}

impl Default for Time {
    fn default() -> Self {
        Time::ZERO
    }
}

impl Time {
    /// Go's zero time: absent.
    pub const ZERO: Time = Time {
        seconds: GO_ZERO,
        nanoseconds: 0,
        offset_minutes: 0,
    };

    /// An instant in UTC; `seconds` since 1970, `nanoseconds` below a thousand million.
    pub fn utc(seconds: i64, nanoseconds: u32) -> Time {
        Time {
            seconds: seconds + i64::from(nanoseconds / 1_000_000_000),
            nanoseconds: nanoseconds % 1_000_000_000,
            offset_minutes: 0,
        }
    }

    /// The same instant, written with an offset from UTC (Helm writes that of the local time zone).
    #[must_use]
    pub fn with_offset_minutes(self, offset_minutes: i16) -> Time {
        let is_possible = offset_minutes.unsigned_abs() < 24 * 60;
        let offset_minutes = if is_possible { offset_minutes } else { 0 };
        Time { offset_minutes, ..self }
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// What is no RFC 3339 time with a four-digit year; the text is in the message.
    pub fn parse(text: &str) -> Result<Time, String> {
        parse(text).ok_or_else(|| format!("parsing time {text:?}"))
    }

    /// Whether it is Go's zero time, that is, absent.
    pub fn is_zero(self) -> bool {
        self.seconds == GO_ZERO && self.nanoseconds == 0
    }

    /// Whole seconds since 1970, rounded down.
    pub fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds after [`Time::unix_seconds`].
    pub fn nanoseconds(self) -> u32 {
        self.nanoseconds
    }

    /// The offset from UTC that it was written with.
    pub fn offset_minutes(self) -> i16 {
        self.offset_minutes
    }
}

impl From<SystemTime> for Time {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => Time::utc(since.as_secs().cast_signed(), since.subsec_nanos()),
            Err(before) => {
                let before = before.duration();
                let seconds = -(before.as_secs().cast_signed());
                match before.subsec_nanos() {
                    0 => Time::utc(seconds, 0),
                    nanoseconds => Time::utc(seconds - 1, 1_000_000_000 - nanoseconds),
                }
            }
        }
    }
}

impl Time {
    /// As the clock of the system has it; none for what lies outside of its range.
    pub fn system(self) -> Option<SystemTime> {
        let whole = Duration::from_secs(self.seconds.unsigned_abs());
        let base = match self.seconds {
            0.. => SystemTime::UNIX_EPOCH.checked_add(whole),
            _ => SystemTime::UNIX_EPOCH.checked_sub(whole),
        };
        base?.checked_add(Duration::from_nanos(self.nanoseconds.into()))
    }
}

impl PartialEq for Time {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Time {}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.seconds, self.nanoseconds).cmp(&(other.seconds, other.nanoseconds))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.seconds + i64::from(self.offset_minutes) * 60;
        let Ok(stamp) = jiff::Timestamp::new(local, 0) else {
            return f.write_str("0001-01-01T00:00:00Z");
        };
        let local = Offset::UTC.to_datetime(stamp);
        let (date, clock) = (local.date(), local.time());
        write!(f, "{:04}-{:02}-{:02}T", date.year(), date.month(), date.day())?;
        write!(f, "{:02}:{:02}:{:02}", clock.hour(), clock.minute(), clock.second())?;
        if self.nanoseconds > 0 {
            f.write_str(format!(".{:09}", self.nanoseconds).trim_end_matches('0'))?;
        }
        let offset = self.offset_minutes.unsigned_abs();
        match self.offset_minutes {
            0 => f.write_str("Z"),
            1.. => write!(f, "+{:02}:{:02}", offset / 60, offset % 60),
            _ => write!(f, "-{:02}:{:02}", offset / 60, offset % 60),
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    // Helm 3 wrote an empty text for a time that never came.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Option::<std::borrow::Cow<'de, str>>::deserialize(deserializer)? {
            None => Ok(Time::ZERO),
            Some(text) if text.is_empty() => Ok(Time::ZERO),
            Some(text) => Time::parse(&text).map_err(D::Error::custom),
        }
    }
}

fn parse(text: &str) -> Option<Time> {
    let (clock, rest) = text.split_at_checked(19)?;
    let shape: &[u8; 19] = b"0000-00-00T00:00:00";
    let fits = |(byte, shape): (u8, u8)| {
        if shape == b'0' {
            byte.is_ascii_digit()
        } else {
            byte == shape
        }
    };
    if !clock.bytes().zip(*shape).all(fits) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| clock[range].parse::<i16>().ok();
    let small = |range: std::ops::Range<usize>| clock[range].parse::<i8>().ok();
    if small(17..19)? > 59 {
        return None;
    }
    let local = DateTime::new(
        number(0..4)?,
        small(5..7)?,
        small(8..10)?,
        small(11..13)?,
        small(14..16)?,
        small(17..19)?,
        0,
    )
    .ok()?;
    let zone_at = rest.find(['Z', '+', '-'])?;
    let (decimals, zone) = rest.split_at(zone_at);
    let nanoseconds = match decimals.strip_prefix('.') {
        None if decimals.is_empty() => 0,
        // Go drops what is finer than nanoseconds.
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{:0<9.9}", digits).parse().ok()?
        }
        _ => return None,
    };
    let offset_minutes = offset(zone)?;
    let seconds = Offset::UTC.to_timestamp(local).ok()?.as_second() - i64::from(offset_minutes) * 60;
    Some(Time {
        seconds,
        nanoseconds,
        offset_minutes,
    })
}

/// Minutes of `Z` or `+07:00`.
fn offset(zone: &str) -> Option<i16> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, clock) = zone.split_at_checked(1)?;
    let (hours, minutes) = clock.split_once(':')?;
    let two =
        |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<i16>().ok());
    let (hours, minutes) = (two(hours)??, two(minutes)??);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let offset = hours * 60 + minutes;
    Some(if sign == "-" { -offset } else { offset })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts as Helm 4.3.1 wrote them; what Go refuses is refused.
    #[test]
    fn times_read_and_print_alike() {
        for (text, seconds, nanoseconds) in [
            ("2026-11-21T13:09:33.759870568Z", 1_795_266_573, 759_870_568),
            ("2026-11-21T14:09:34.3776+01:00", 1_795_266_574, 377_600_000),
            ("2026-11-21T14:09:05-05:30", 1_795_289_945, 0),
            ("0001-01-01T00:00:00Z", GO_ZERO, 0),
            ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
        ] {
            let time = Time::parse(text).unwrap();
            assert_eq!(
                (time.unix_seconds(), time.nanoseconds()),
                (seconds, nanoseconds),
                "{text}"
            );
            assert_eq!(time.to_string(), text);
            assert_eq!(
                time.system().map(|system| Time::from(system).unix_seconds()),
                Some(seconds),
                "{text}"
            );
        }
        for bad in [
            "",
            "x",
            "2026-11-21",
            "2026-13-21T00:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T23:00:60Z",
            "2026-11-21T00:00:00",
            "2026-11-21T00:00:00.Z",
            "2026-11-21T00:00:00,5Z",
            "2026-11-21T00:00:00+1:00",
            "2026-11-21T00:00:00+24:00",
            "2026-11-21T00:00:00Zé",
            "é026-11-21T00:00:00Z",
        ] {
            assert!(Time::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(
            Time::parse("2026-11-21T14:00:00+01:00"),
            Time::parse("2026-11-21T13:00:00Z")
        );
        assert!(Time::ZERO.is_zero() && Time::default().is_zero());
    }
}
