//! `time.Time` as templates see it: a moment, the zone it is shown in, and its methods.

use std::any::Any;
use std::rc::Rc;

use skeg_value::toml::{TomlDateTime, Zone};
use skeg_value::{Object, ObjectError, Value};

use super::civil::{Civil, DAY, seconds_of};
use super::duration::{self, SECOND};
use super::layout;
use super::objects::{CalendarName, GoDuration, GoLocation, append_running, wrong_type};
use super::zone::Location;

/// A moment in a zone.
#[derive(Clone, Debug)]
pub(crate) struct GoTime {
    /// Seconds since 1970-01-01 UTC.
    pub(crate) seconds: i64,
    /// Nanoseconds after that, below 1,000,000,000.
    pub(crate) nanoseconds: u32,
    pub(super) location: Rc<Location>,
    /// The zone of the machine, for `.Local`.
    pub(super) home: Rc<Location>,
    /// Nanoseconds since the program started, where the moment was read from the running clock.
    pub(super) running: Option<i64>,
}

/// The first moment of the year 1, which Go calls zero.
const ZERO: i64 = -719_162 * DAY;

/// RFC 3339 with as many decimals as it takes.
const RFC3339: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

impl GoTime {
    /// A moment in UTC.
    pub(super) fn new(seconds: i64, nanoseconds: u32, location: Rc<Location>, home: Rc<Location>) -> GoTime {
        GoTime {
            seconds,
            nanoseconds,
            location,
            home,
            running: None,
        }
    }

    /// Go's zero time.
    pub(super) fn zero(home: Rc<Location>) -> GoTime {
        GoTime::new(ZERO, 0, Location::utc(), home)
    }

    /// The time that a value is, that of a TOML document included.
    pub(super) fn of(value: &Value, home: &Rc<Location>) -> Option<GoTime> {
        let Value::Object(object) = value else { return None };
        GoTime::of_object(&**object, home)
    }

    pub(super) fn of_object(object: &dyn Object, home: &Rc<Location>) -> Option<GoTime> {
        if let Some(time) = object.as_any().downcast_ref::<GoTime>() {
            return Some(time.clone());
        }
        let time = object.as_any().downcast_ref::<TomlDateTime>()?;
        let location = match time.zone {
            Zone::Utc => Location::utc(),
            Zone::Offset(seconds) => Location::fixed("", seconds),
            Zone::LocalDatetime => Location::fixed("datetime-local", 0),
            Zone::LocalDate => Location::fixed("date-local", 0),
            Zone::LocalTime => Location::fixed("time-local", 0),
        };
        Some(GoTime::new(time.seconds, time.nanoseconds, location, Rc::clone(home)))
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(Rc::new(self))
    }

    fn civil(&self) -> Civil {
        let offset = self.location.at(self.seconds).offset;
        Civil::of(self.seconds.wrapping_add(offset.into()))
    }

    /// The time by a Go layout.
    pub(super) fn format(&self, layout: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(layout.len() + 10);
        let period = self.location.at(self.seconds);
        let civil = Civil::of(self.seconds.wrapping_add(period.offset.into()));
        layout::append(&mut out, layout, &civil, self.nanoseconds, &period);
        out
    }

    fn format_text(&self, layout: &[u8]) -> String {
        String::from_utf8_lossy(&self.format(layout)).into_owned()
    }

    /// The same moment in another zone.
    pub(super) fn shown_in(&self, location: Rc<Location>) -> GoTime {
        GoTime {
            location,
            running: None,
            ..self.clone()
        }
    }

    /// A moment so many nanoseconds later.
    pub(super) fn add(&self, nanoseconds: i64) -> GoTime {
        let sum = i64::from(self.nanoseconds) + nanoseconds % SECOND;
        GoTime {
            seconds: self
                .seconds
                .wrapping_add(nanoseconds / SECOND)
                .wrapping_add(sum.div_euclid(SECOND)),
            nanoseconds: sum.rem_euclid(SECOND) as u32,
            running: self.running.and_then(|running| running.checked_add(nanoseconds)),
            ..self.clone()
        }
    }

    fn add_date(&self, years: i64, months: i64, days: i64) -> GoTime {
        let civil = self.civil();
        let second_of_day = i64::from((civil.hour * 60 + civil.minute) * 60 + civil.second);
        let wall = seconds_of(
            civil.year.wrapping_add(years),
            i64::from(civil.month).wrapping_add(months),
            i64::from(civil.day).wrapping_add(days),
            second_of_day,
        );
        GoTime {
            seconds: self.location.moment_of(wall),
            running: None,
            ..self.clone()
        }
    }

    /// Nanoseconds since another moment; the nearest limit where they do not fit.
    pub(super) fn since(&self, other: &GoTime) -> i64 {
        if let (Some(own), Some(others)) = (self.running, other.running) {
            return own.saturating_sub(others);
        }
        let difference = (i128::from(self.seconds) - i128::from(other.seconds)) * i128::from(SECOND)
            + i128::from(self.nanoseconds)
            - i128::from(other.nanoseconds);
        difference.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    /// How far the moment lies behind a multiple of `unit` nanoseconds, counted from the year 1.
    fn remainder(&self, unit: i64) -> i64 {
        let nanoseconds =
            (i128::from(self.seconds) - i128::from(ZERO)) * i128::from(SECOND) + i128::from(self.nanoseconds);
        nanoseconds.rem_euclid(unit.into()) as i64
    }

    fn truncate(&self, unit: i64) -> GoTime {
        let still = GoTime {
            running: None,
            ..self.clone()
        };
        if unit <= 0 {
            still
        } else {
            still.add(-self.remainder(unit))
        }
    }

    fn round(&self, unit: i64) -> GoTime {
        let still = GoTime {
            running: None,
            ..self.clone()
        };
        if unit <= 0 {
            return still;
        }
        let behind = self.remainder(unit);
        let below_half = i128::from(behind) * 2 < i128::from(unit);
        still.add(if below_half { -behind } else { unit - behind })
    }

    fn moment(&self) -> (i64, u32) {
        (self.seconds, self.nanoseconds)
    }

    /// The other time that a comparison is given.
    fn other(&self, args: &[Value]) -> Result<GoTime, ObjectError> {
        args.first()
            .and_then(|value| GoTime::of(value, &self.home))
            .ok_or_else(|| wrong_type("time.Time", args.first()))
    }
}

/// The parameters that a method takes, or none where times have no such method.
pub(super) fn method_arity(name: &str) -> Option<usize> {
    Some(match name {
        "Day" | "GoString" | "Hour" | "IsDST" | "IsZero" | "Local" | "Location" | "Minute" | "Month" | "Nanosecond"
        | "Second" | "String" | "UTC" | "Unix" | "UnixMicro" | "UnixMilli" | "UnixNano" | "Weekday" | "Year"
        | "YearDay" | "Clock" | "Date" | "ISOWeek" | "Zone" | "ZoneBounds" | "MarshalText" | "MarshalJSON" => 0,
        "Add" | "After" | "Before" | "Compare" | "Equal" | "Format" | "In" | "Round" | "Sub" | "Truncate" => 1,
        "AddDate" => 3,
        _ => return None,
    })
}

impl GoTime {
    pub(super) fn method(&self, name: &str, args: &[Value]) -> Result<Value, ObjectError> {
        let civil = || self.civil();
        let int = |number: u32| Value::int(number.into());
        let nanoseconds = i64::from(self.nanoseconds);
        // Go's results beyond 64 bits wrap.
        let since_1970 = |units: i64| {
            let part = nanoseconds / (SECOND / units);
            Value::int64(self.seconds.wrapping_mul(units).wrapping_add(part))
        };
        Ok(match name {
            "Year" => Value::int(civil().year),
            "Month" => CalendarName::Month(civil().month).into_value(),
            "Day" => int(civil().day),
            "Hour" => int(civil().hour),
            "Minute" => int(civil().minute),
            "Second" => int(civil().second),
            "Nanosecond" => Value::int(nanoseconds),
            "Weekday" => CalendarName::Weekday(civil().weekday).into_value(),
            "YearDay" => int(civil().year_day),
            "Unix" => Value::int64(self.seconds),
            "UnixMilli" => since_1970(1000),
            "UnixMicro" => since_1970(1_000_000),
            "UnixNano" => since_1970(SECOND),
            "String" => self.print().into(),
            "GoString" => self.expression().into(),
            "IsZero" => (self.moment() == (ZERO, 0)).into(),
            "IsDST" => self.location.at(self.seconds).daylight.into(),
            "UTC" => self.shown_in(Location::utc()).into_value(),
            "Local" => self.shown_in(Rc::clone(&self.home)).into_value(),
            "Location" => Value::Object(Rc::new(GoLocation(Rc::clone(&self.location)))),
            "MarshalText" => Value::Bytes(self.format(RFC3339).into()),
            "MarshalJSON" => Value::Bytes(format!("\"{}\"", self.format_text(RFC3339)).into()),
            "Format" => match args.first() {
                Some(Value::String(layout)) => Value::string(self.format(layout)),
                other => return Err(wrong_type("string", other)),
            },
            "In" => match args.first() {
                Some(Value::Object(object)) => match object.as_any().downcast_ref::<GoLocation>() {
                    Some(location) => self.shown_in(Rc::clone(&location.0)).into_value(),
                    None => return Err(wrong_type("*time.Location", args.first())),
                },
                other => return Err(wrong_type("*time.Location", other)),
            },
            "Add" => self.add(GoDuration::argument(args, 0)?).into_value(),
            "Round" => self.round(GoDuration::argument(args, 0)?).into_value(),
            "Truncate" => self.truncate(GoDuration::argument(args, 0)?).into_value(),
            "AddDate" => {
                let mut numbers = [0; 3];
                for (number, arg) in numbers.iter_mut().zip(args) {
                    *number = match arg {
                        Value::Int(int) if int.ty == skeg_value::IntType::Int => int.value,
                        other => return Err(wrong_type("int", Some(other))),
                    };
                }
                let [years, months, days] = numbers;
                self.add_date(years, months, days).into_value()
            }
            "Sub" => GoDuration::value(self.since(&self.other(args)?)),
            "Before" => (self.moment() < self.other(args)?.moment()).into(),
            "After" => (self.moment() > self.other(args)?.moment()).into(),
            "Equal" => (self.moment() == self.other(args)?.moment()).into(),
            "Compare" => Value::int(self.moment().cmp(&self.other(args)?.moment()) as i64),
            "Clock" | "Date" => return Err(three_results(name)),
            "ISOWeek" | "Zone" => return Err(two_results(name, "int")),
            "ZoneBounds" => return Err(two_results(name, "time.Time")),
            _ => return Err(ObjectError(format!("no method {name}"))),
        })
    }

    /// An expression of Go that yields the time.
    fn expression(&self) -> String {
        let civil = self.civil();
        let location = if Rc::ptr_eq(&self.location, &self.home) {
            "time.Local".to_owned()
        } else if self.location.is_utc() {
            "time.UTC".to_owned()
        } else {
            format!("time.Location({})", duration::quote(self.location.name.as_bytes()))
        };
        format!(
            "time.Date({}, time.{}, {}, {}, {}, {}, {}, {location})",
            civil.year,
            layout::MONTHS[civil.month as usize - 1],
            civil.day,
            civil.hour,
            civil.minute,
            civil.second,
            self.nanoseconds
        )
    }
}

/// Methods with several results cannot be called in templates.
fn three_results(name: &str) -> ObjectError {
    ObjectError(format!("function {name} has 3 return values; should be 1 or 2"))
}

fn two_results(name: &str, second: &str) -> ObjectError {
    ObjectError(format!(
        "invalid function signature for {name}: second return value should be error; is {second}"
    ))
}

impl Object for GoTime {
    fn type_name(&self) -> &str {
        "time.Time"
    }

    fn method_arity(&self, name: &str) -> Option<usize> {
        method_arity(name)
    }

    fn call_method(&self, name: &str, args: &[Value]) -> Result<Value, ObjectError> {
        self.method(name, args)
    }

    fn print(&self) -> String {
        let mut out = self.format_text(b"2006-01-02 15:04:05.999999999 -0700 MST");
        if let Some(running) = self.running {
            append_running(&mut out, running);
        }
        out
    }

    fn is_stringer(&self) -> bool {
        true
    }

    fn go_syntax(&self) -> Option<String> {
        Some(self.expression())
    }

    fn to_json(&self) -> Value {
        Value::string(self.format(RFC3339))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<GoTime>().is_some_and(|other| {
            self.moment() == other.moment()
                && self.running == other.running
                && self.location.name == other.location.name
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
#[test]
fn zero_is_the_first_of_january_of_the_year_1() {
    assert_eq!(super::civil::days_from_civil(1, 1, 1) * DAY, ZERO);
}
