//! Durations, months, weekdays and zones as templates see them.

use std::any::Any;
use std::fmt::Write as _;
use std::rc::Rc;

use skeg_value::{Object, ObjectError, Value};

use super::duration::{self, HOUR, MINUTE, SECOND};
use super::layout::{MONTHS, WEEKDAYS};
use super::zone::Location;

/// `time.Duration`: nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GoDuration(pub(crate) i64);

impl GoDuration {
    /// The duration as a value.
    pub(crate) fn value(nanoseconds: i64) -> Value {
        Value::Object(Rc::new(GoDuration(nanoseconds)))
    }

    /// The duration that an argument is; a plain integer in a template stands for nanoseconds.
    pub(super) fn argument(args: &[Value], position: usize) -> Result<i64, ObjectError> {
        match args.get(position) {
            Some(Value::Int(int)) if int.ty == skeg_value::IntType::Int => Ok(int.value),
            Some(Value::Object(object)) if object.type_name() == "time.Duration" => Ok(object.as_i64().unwrap_or(0)),
            other => Err(wrong_type("time.Duration", other)),
        }
    }
}

/// Go's words for an argument of another type than the method takes.
pub(super) fn wrong_type(expected: &str, found: Option<&Value>) -> ObjectError {
    let found = found.map_or_else(|| "<nil>".to_owned(), Value::type_name);
    ObjectError(format!("wrong type for value; expected {expected}; got {found}"))
}

/// Nanoseconds as a number of units with a fraction.
pub(super) fn in_units(nanoseconds: i64, unit: i64) -> f64 {
    (nanoseconds / unit) as f64 + (nanoseconds % unit) as f64 / unit as f64
}

impl Object for GoDuration {
    fn type_name(&self) -> &str {
        "time.Duration"
    }

    fn kind(&self) -> &'static str {
        "int64"
    }

    fn method_arity(&self, name: &str) -> Option<usize> {
        match name {
            "Abs" | "Hours" | "Microseconds" | "Milliseconds" | "Minutes" | "Nanoseconds" | "Seconds" | "String" => {
                Some(0)
            }
            "Round" | "Truncate" => Some(1),
            _ => None,
        }
    }

    fn call_method(&self, name: &str, args: &[Value]) -> Result<Value, ObjectError> {
        let nanoseconds = self.0;
        Ok(match name {
            "Abs" => GoDuration::value(nanoseconds.saturating_abs()),
            "Hours" => Value::Float(in_units(nanoseconds, HOUR)),
            "Minutes" => Value::Float(in_units(nanoseconds, MINUTE)),
            "Seconds" => Value::Float(in_units(nanoseconds, SECOND)),
            "Milliseconds" => Value::int64(nanoseconds / 1_000_000),
            "Microseconds" => Value::int64(nanoseconds / 1000),
            "Nanoseconds" => Value::int64(nanoseconds),
            "String" => self.print().into(),
            "Round" => GoDuration::value(duration::round(nanoseconds, GoDuration::argument(args, 0)?)),
            "Truncate" => GoDuration::value(duration::truncate(nanoseconds, GoDuration::argument(args, 0)?)),
            _ => return Err(ObjectError(format!("no method {name}"))),
        })
    }

    fn print(&self) -> String {
        duration::print(self.0)
    }

    fn is_stringer(&self) -> bool {
        true
    }

    fn as_i64(&self) -> Option<i64> {
        Some(self.0)
    }

    fn to_json(&self) -> Value {
        Value::int64(self.0)
    }

    /// YAML v3 knows durations and writes their text.
    fn to_yaml_pretty(&self) -> Value {
        self.print().into()
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<GoDuration>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `time.Month` and `time.Weekday`: numbers with names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CalendarName {
    /// 1 to 12.
    Month(u32),
    /// 0 is Sunday.
    Weekday(u32),
}

impl CalendarName {
    pub(super) fn into_value(self) -> Value {
        Value::Object(Rc::new(self))
    }

    fn number(self) -> u32 {
        match self {
            CalendarName::Month(number) | CalendarName::Weekday(number) => number,
        }
    }
}

impl Object for CalendarName {
    fn type_name(&self) -> &str {
        match self {
            CalendarName::Month(_) => "time.Month",
            CalendarName::Weekday(_) => "time.Weekday",
        }
    }

    fn kind(&self) -> &'static str {
        "int"
    }

    fn method_arity(&self, name: &str) -> Option<usize> {
        (name == "String").then_some(0)
    }

    fn call_method(&self, _: &str, _: &[Value]) -> Result<Value, ObjectError> {
        Ok(self.print().into())
    }

    fn print(&self) -> String {
        let name = match *self {
            CalendarName::Month(month) => MONTHS.get((month as usize).wrapping_sub(1)),
            CalendarName::Weekday(day) => WEEKDAYS.get(day as usize),
        };
        name.copied().unwrap_or_default().to_owned()
    }

    fn is_stringer(&self) -> bool {
        true
    }

    fn as_i64(&self) -> Option<i64> {
        Some(self.number().into())
    }

    fn to_json(&self) -> Value {
        Value::int(self.number().into())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<CalendarName>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `*time.Location`: a zone.
#[derive(Clone, Debug)]
pub(super) struct GoLocation(pub(super) Rc<Location>);

impl Object for GoLocation {
    fn type_name(&self) -> &str {
        "*time.Location"
    }

    fn kind(&self) -> &'static str {
        "ptr"
    }

    fn method_arity(&self, name: &str) -> Option<usize> {
        (name == "String").then_some(0)
    }

    fn call_method(&self, _: &str, _: &[Value]) -> Result<Value, ObjectError> {
        Ok(self.print().into())
    }

    fn print(&self) -> String {
        self.0.name.clone()
    }

    fn is_stringer(&self) -> bool {
        true
    }

    /// It has no exported fields.
    fn to_json(&self) -> Value {
        Value::Map(skeg_value::Map::new())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        let other = other.as_any().downcast_ref::<GoLocation>();
        other.is_some_and(|other| other.0.name == self.0.name)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Appends seconds with nine decimals, as the reading of a running clock is printed.
pub(super) fn append_running(out: &mut String, nanoseconds: i64) {
    let sign = if nanoseconds < 0 { '-' } else { '+' };
    let size = nanoseconds.unsigned_abs();
    let second = SECOND as u64;
    // Writing to a string cannot fail.
    let _ = write!(out, " m={sign}{}.{:09}", size / second, size % second);
}
