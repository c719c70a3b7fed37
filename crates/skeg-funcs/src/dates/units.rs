//! Helm's functions over durations: `mustToDuration` and those that count in units.

use skeg_template::function::{CallError, Context};
use skeg_value::Value;
use skeg_value::quote::quote;

use super::duration::{self, HOUR, MINUTE, SECOND};
use super::objects::{GoDuration, in_units};
use crate::cast;

type Answer = Result<Value, CallError>;

/// The nanoseconds that a value means: a duration, a duration's text, or a number of seconds.
fn nanoseconds(value: &Value) -> Result<i64, String> {
    match value {
        Value::Null => Err("invalid duration".to_owned()),
        Value::String(text) => {
            let text = text.to_str_lossy();
            let text = text.trim();
            if text.is_empty() {
                return Err("empty duration".to_owned());
            }
            if let Ok(nanoseconds) = duration::parse(text) {
                return Ok(nanoseconds);
            }
            match cast::parse_float(text) {
                Some(seconds) => of_float(seconds),
                None => Err(format!("could not parse duration {}", quote(text.as_bytes()))),
            }
        }
        Value::Int(int) => of_integer(int.as_i128()),
        Value::Float(seconds) => of_float(*seconds),
        Value::Object(object) => match object.as_i64() {
            Some(number) if object.kind() == "int" => of_integer(number.into()),
            Some(number) => Ok(number),
            None => Err(unsupported(value)),
        },
        _ => Err(unsupported(value)),
    }
}

fn unsupported(value: &Value) -> String {
    format!("unsupported duration type {}", value.type_name())
}

fn of_integer(seconds: i128) -> Result<i64, String> {
    i64::try_from(seconds * i128::from(SECOND)).map_err(|_| format!("duration seconds overflow: {seconds}"))
}

fn of_float(seconds: f64) -> Result<i64, String> {
    let shown = || String::from_utf8_lossy(&skeg_template::print::sprint_v(&Value::Float(seconds))).into_owned();
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {}", shown()));
    }
    if seconds.abs() > i64::MAX as f64 / SECOND as f64 {
        return Err(format!("duration seconds overflow: {}", shown()));
    }
    Ok(cast::float_to_i64(seconds * SECOND as f64))
}

pub(super) fn must_to_duration(_: &mut dyn Context, args: &[Value]) -> Answer {
    match nanoseconds(&args[0]) {
        Ok(nanoseconds) => Ok(GoDuration::value(nanoseconds)),
        Err(complaint) => Err(CallError::new(complaint)),
    }
}

fn float(args: &[Value], unit: i64) -> Answer {
    Ok(Value::Float(in_units(nanoseconds(&args[0]).unwrap_or(0), unit)))
}

fn integer(args: &[Value], unit: i64) -> Answer {
    Ok(Value::int64(nanoseconds(&args[0]).unwrap_or(0) / unit))
}

pub(super) fn duration_seconds(_: &mut dyn Context, args: &[Value]) -> Answer {
    float(args, SECOND)
}

pub(super) fn duration_minutes(_: &mut dyn Context, args: &[Value]) -> Answer {
    float(args, MINUTE)
}

pub(super) fn duration_hours(_: &mut dyn Context, args: &[Value]) -> Answer {
    float(args, HOUR)
}

/// Hours are divided, as Helm does it: the last digit of the quotient can depend on that.
fn hours_by(args: &[Value], divisor: f64) -> Answer {
    Ok(Value::Float(
        in_units(nanoseconds(&args[0]).unwrap_or(0), HOUR) / divisor,
    ))
}

pub(super) fn duration_days(_: &mut dyn Context, args: &[Value]) -> Answer {
    hours_by(args, 24.0)
}

pub(super) fn duration_weeks(_: &mut dyn Context, args: &[Value]) -> Answer {
    hours_by(args, 24.0 * 7.0)
}

pub(super) fn duration_milliseconds(_: &mut dyn Context, args: &[Value]) -> Answer {
    integer(args, 1_000_000)
}

pub(super) fn duration_microseconds(_: &mut dyn Context, args: &[Value]) -> Answer {
    integer(args, 1000)
}

pub(super) fn duration_nanoseconds(_: &mut dyn Context, args: &[Value]) -> Answer {
    integer(args, 1)
}

/// The first argument changed by the second, where both are durations.
fn stepped(args: &[Value], change: fn(i64, i64) -> i64) -> Answer {
    let Ok(whole) = nanoseconds(&args[0]) else {
        return Ok(GoDuration::value(0));
    };
    let step = nanoseconds(&args[1]).unwrap_or(0);
    Ok(GoDuration::value(change(whole, step)))
}

pub(super) fn duration_round_to(_: &mut dyn Context, args: &[Value]) -> Answer {
    stepped(args, duration::round)
}

pub(super) fn duration_truncate_to(_: &mut dyn Context, args: &[Value]) -> Answer {
    stepped(args, duration::truncate)
}
