//! Moments of records, which stand in JSON as RFC 3339, shown as Go's `time` package shows them.

use std::rc::Rc;

use skeg_value::Value;

use super::parse::parse;
use super::time::GoTime;
use super::zone::Location;

/// `time.ANSIC`: `Sat Nov 21 04:27:50 2026`.
pub const ANSIC: &str = "Mon Jan _2 15:04:05 2006";
/// `time.RFC3339`: whole seconds.
pub const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
/// `time.RFC3339Nano`: as many decimals as it takes.
pub const RFC3339_NANO: &str = "2006-01-02T15:04:05.999999999Z07:00";

/// The zone of the machine. It decides nothing but the abbreviation of a moment that has its offset.
#[derive(Clone, Debug)]
pub struct LocalZone(Rc<Location>);

impl LocalZone {
    /// The zone that a `TZ` variable means; UTC where it means none.
    pub fn of(tz: &str) -> LocalZone {
        LocalZone(Location::local(tz))
    }
}

/// A moment, in the offset that it was written with.
#[derive(Clone, Debug)]
pub struct Moment(GoTime);

impl Moment {
    /// Reads RFC 3339; none where the text is nothing of the kind.
    ///
    /// # Source
    /// Go `time.Time.UnmarshalJSON`: `Z` is UTC; another offset is the local zone where that has the same one then, else a
    /// zone without a name.
    pub fn parse(text: &str, local: &LocalZone) -> Option<Moment> {
        let parsed = parse(RFC3339_NANO.as_bytes(), text.as_bytes(), &local.0).ok()?;
        let home = Rc::clone(&local.0);
        Some(Moment(GoTime::new(
            parsed.seconds,
            parsed.nanoseconds,
            parsed.location,
            home,
        )))
    }

    /// So many seconds and nanoseconds after 1970-01-01, shown in the local zone.
    pub fn of_unix(seconds: i64, nanoseconds: u32, local: &LocalZone) -> Moment {
        Moment(GoTime::new(
            seconds,
            nanoseconds,
            Rc::clone(&local.0),
            Rc::clone(&local.0),
        ))
    }

    /// Go's zero time, the first moment of the year 1, which a record without the field has.
    pub fn zero() -> Moment {
        Moment(GoTime::zero(Location::utc()))
    }

    /// Whether it is the zero time.
    pub fn is_zero(&self) -> bool {
        let zero = GoTime::zero(Location::utc());
        (self.0.seconds, self.0.nanoseconds) == (zero.seconds, zero.nanoseconds)
    }

    /// Seconds since 1970-01-01.
    pub fn seconds(&self) -> i64 {
        self.0.seconds
    }

    /// Nanoseconds after [`Moment::seconds`].
    pub fn nanoseconds(&self) -> u32 {
        self.0.nanoseconds
    }

    /// The moment by a Go layout.
    pub fn format(&self, layout: &str) -> String {
        String::from_utf8_lossy(&self.0.format(layout.as_bytes())).into_owned()
    }

    /// Go's own form, `2026-11-21 04:27:56.959101087 +0000 UTC`.
    pub fn go_string(&self) -> String {
        self.format("2006-01-02 15:04:05.999999999 -0700 MST")
    }

    /// The `time.Time` that templates see.
    pub fn to_value(&self) -> Value {
        self.0.clone().into_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Helm 4.3.1 with records of these times: `list`, `history` and `history -o json`.
    #[test]
    fn moments_keep_the_offset_they_were_written_with() {
        let cases = [
            (
                "UTC",
                "2026-11-21T04:27:56.959101087+01:00",
                "2026-11-21 04:27:56.959101087 +0100 +0100",
                "Sat Nov 21 04:27:56 2026",
            ),
            (
                "Europe/Berlin",
                "2026-11-21T04:27:56.95+01:00",
                "2026-11-21 04:27:56.95 +0100 CET",
                "Sat Nov 21 04:27:56 2026",
            ),
            (
                "Europe/Berlin",
                "2026-11-01T04:27:56Z",
                "2026-11-01 04:27:56 +0000 UTC",
                "Sun Nov  1 04:27:56 2026",
            ),
            (
                "Europe/London",
                "2026-11-01T04:27:56+00:00",
                "2026-11-01 04:27:56 +0000 GMT",
                "Sun Nov  1 04:27:56 2026",
            ),
        ];
        for (zone, text, go, ansic) in cases {
            let moment = Moment::parse(text, &LocalZone::of(zone)).expect("a time");
            assert_eq!(moment.go_string(), go, "{zone} {text}");
            assert_eq!(moment.format(ANSIC), ansic, "{zone} {text}");
            assert!(!moment.is_zero());
        }
        assert!(Moment::parse("", &LocalZone::of("UTC")).is_none());
        assert!(Moment::zero().is_zero());
        assert_eq!(Moment::zero().format(ANSIC), "Mon Jan  1 00:00:00 0001");
    }
}
