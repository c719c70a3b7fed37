//! Dates and durations.
//!
//! # Source
//! spec/rendering.md 2.2 (durations), 2.8.

mod civil;
mod duration;
mod layout;
pub mod moment;
mod objects;
mod parse;
mod time;
mod toml;
mod units;
mod zone;

use std::rc::Rc;

use skeg_template::function::{CallError, Context, Function, Param, Purity};
use skeg_value::{IntType, Value};

use crate::host::host;
use crate::table::{fixed, impure};
use crate::{args, cast};
pub(crate) use civil::Civil as Calendar;
use duration::{HOUR, MINUTE, SECOND};
use time::GoTime;
pub(crate) use toml::method as toml_method;
use units::{
    duration_days, duration_hours, duration_microseconds, duration_milliseconds, duration_minutes,
    duration_nanoseconds, duration_round_to, duration_seconds, duration_truncate_to, duration_weeks, must_to_duration,
};
use zone::Location;

type Answer = Result<Value, CallError>;

const TIME: Param = Param::Object("time.Time");

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    impure(
        Purity::Clock,
        fixed(
            "ago",
            &[Param::Any],
            ago,
            "How long ago the time was, rounded to seconds; anything else than a time is now.",
            (r#"ago (now)"#, "0s"),
        ),
    ),
    impure(
        Purity::Clock,
        fixed(
            "date",
            &[Param::String, Param::Any],
            date,
            "The time by a Go layout (`2006-01-02`) in the local zone. A time is a time or an integer, seconds since 1970; anything else is now.",
            (r#"date "2006" 0"#, "1970"),
        ),
    ),
    impure(
        Purity::Clock,
        fixed(
            "dateInZone",
            &[Param::String, Param::Any, Param::String],
            date_in_zone,
            "Like `date`, in a zone such as `Europe/Berlin`; an unknown zone is UTC.",
            (r#"dateInZone "15:04" 0 "Asia/Tokyo""#, "09:00"),
        ),
    ),
    fixed(
        "dateModify",
        &[Param::String, TIME],
        date_modify,
        "The time later by a duration such as `-1.5h`; the time itself where that is none.",
        (r#"(dateModify "2h" (toDate "15:04" "11:30")).Hour"#, "13"),
    ),
    impure(
        Purity::Clock,
        fixed(
            "date_in_zone",
            &[Param::String, Param::Any, Param::String],
            date_in_zone,
            "The same as `dateInZone`.",
            (r#"date_in_zone "2006" 0 "UTC""#, "1970"),
        ),
    ),
    fixed(
        "date_modify",
        &[Param::String, TIME],
        date_modify,
        "The same as `dateModify`.",
        (r#"(date_modify "2h" (toDate "15:04" "11:30")).Hour"#, "13"),
    ),
    fixed(
        "duration",
        &[Param::Any],
        duration_of,
        "Seconds, as an `int64` or a text, as a duration; `0s` for anything else.",
        (r#"duration "95""#, "1m35s"),
    ),
    fixed(
        "durationDays",
        &[Param::Any],
        duration_days,
        "A duration (see `mustToDuration`) in days; 0 where it is none.",
        (r#"durationDays "36h""#, "1.5"),
    ),
    fixed(
        "durationHours",
        &[Param::Any],
        duration_hours,
        "A duration in hours; 0 where it is none.",
        (r#"durationHours "90m""#, "1.5"),
    ),
    fixed(
        "durationMicroseconds",
        &[Param::Any],
        duration_microseconds,
        "A duration in whole microseconds; 0 where it is none.",
        (r#"durationMicroseconds "1ms""#, "1000"),
    ),
    fixed(
        "durationMilliseconds",
        &[Param::Any],
        duration_milliseconds,
        "A duration in whole milliseconds; 0 where it is none.",
        (r#"durationMilliseconds "1.5s""#, "1500"),
    ),
    fixed(
        "durationMinutes",
        &[Param::Any],
        duration_minutes,
        "A duration in minutes; 0 where it is none.",
        (r#"durationMinutes "90s""#, "1.5"),
    ),
    fixed(
        "durationNanoseconds",
        &[Param::Any],
        duration_nanoseconds,
        "A duration in nanoseconds; 0 where it is none.",
        (r#"durationNanoseconds "1us""#, "1000"),
    ),
    impure(
        Purity::Clock,
        fixed(
            "durationRound",
            &[Param::Any],
            duration_round,
            "A duration, or the time since a time, in its largest unit: `3mo`. A unit is used where more than one of it has passed.",
            (r#"durationRound "2h10m5s""#, "2h"),
        ),
    ),
    fixed(
        "durationRoundTo",
        &[Param::Any, Param::Any],
        duration_round_to,
        "A duration rounded to a multiple of another.",
        (r#"durationRoundTo "1h44m" "30m""#, "1h30m0s"),
    ),
    fixed(
        "durationSeconds",
        &[Param::Any],
        duration_seconds,
        "A duration in seconds; 0 where it is none.",
        (r#"durationSeconds "2.5""#, "2.5"),
    ),
    fixed(
        "durationTruncateTo",
        &[Param::Any, Param::Any],
        duration_truncate_to,
        "A duration cut off at a multiple of another.",
        (r#"durationTruncateTo "1h44m" "30m""#, "1h30m0s"),
    ),
    fixed(
        "durationWeeks",
        &[Param::Any],
        duration_weeks,
        "A duration in weeks; 0 where it is none.",
        (r#"durationWeeks "84h""#, "0.5"),
    ),
    impure(
        Purity::Clock,
        fixed(
            "htmlDate",
            &[Param::Any],
            html_date,
            "The day as `2006-01-02` in the local zone (see `date`).",
            (r#"htmlDate 0"#, "1970-01-01"),
        ),
    ),
    impure(
        Purity::Clock,
        fixed(
            "htmlDateInZone",
            &[Param::Any, Param::String],
            html_date_in_zone,
            "The day as `2006-01-02` in a zone (see `dateInZone`).",
            (r#"htmlDateInZone 0 "America/New_York""#, "1969-12-31"),
        ),
    ),
    fixed(
        "mustDateModify",
        &[Param::String, TIME],
        must_date_modify,
        "Like `dateModify`, but fails where the duration is none.",
        (r#"(mustDateModify "2h" (toDate "15:04" "11:30")).Hour"#, "13"),
    ),
    impure(
        Purity::Clock,
        fixed(
            "mustToDate",
            &[Param::String, Param::String],
            must_to_date,
            "Like `toDate`, but fails where the text does not have the layout.",
            (r#"(mustToDate "2006-01-02" "2017-12-31").Year"#, "2017"),
        ),
    ),
    fixed(
        "mustToDuration",
        &[Param::Any],
        must_to_duration,
        "A duration of a duration text (`1h30m`), or of a number or its text, in seconds; fails on anything else.",
        (r#"mustToDuration "90""#, "1m30s"),
    ),
    fixed(
        "must_date_modify",
        &[Param::String, TIME],
        must_date_modify,
        "The same as `mustDateModify`.",
        (r#"(must_date_modify "2h" (toDate "15:04" "11:30")).Hour"#, "13"),
    ),
    impure(
        Purity::Clock,
        fixed("now", &[], now, "The present time.", (r#"now.Year"#, "1970")),
    ),
    impure(
        Purity::Clock,
        fixed(
            "toDate",
            &[Param::String, Param::String],
            to_date,
            "The time that a text names by a Go layout, in the local zone; year 1 where it does not have the layout.",
            (r#"(toDate "2006-01-02" "2017-12-31").YearDay"#, "365"),
        ),
    ),
    fixed(
        "unixEpoch",
        &[TIME],
        unix_epoch,
        "The seconds since 1970 as a text.",
        (r#"unixEpoch (toDate "2006" "1970")"#, "0"),
    ),
];

/// The zone of the machine.
fn home(context: &mut dyn Context) -> Rc<Location> {
    match host(context) {
        Some(host) => Location::local(&host.world.local_zone()),
        None => Location::utc(),
    }
}

fn present(context: &mut dyn Context, home: &Rc<Location>) -> GoTime {
    let (seconds, nanoseconds) = host(context).map_or((0, 0), |host| host.world.now());
    let started = host(context).map_or((0, 0), |host| host.started);
    let mut time = GoTime::new(seconds, nanoseconds, Rc::clone(home), Rc::clone(home));
    let start = GoTime::new(started.0, started.1, Rc::clone(home), Rc::clone(home));
    time.running = Some(time.since(&start));
    time
}

/// What a UTC clock shows now, and after so many days. The span is counted in 64 bits of nanoseconds and wraps.
pub(crate) fn validity(context: &mut dyn Context, days: i64) -> (Calendar, Calendar) {
    let from = present(context, &Location::utc());
    let until = from.add(days.wrapping_mul(24 * HOUR));
    (Calendar::of(from.seconds), Calendar::of(until.seconds))
}

fn now(context: &mut dyn Context, _: &[Value]) -> Answer {
    let home = home(context);
    Ok(present(context, &home).into_value())
}

/// The time that an argument means: a time, or seconds since 1970 in one of the integer types; anything else is now.
fn time_of(context: &mut dyn Context, value: &Value, integers: &[IntType], home: &Rc<Location>) -> GoTime {
    match value {
        Value::Int(int) if integers.contains(&int.ty) => GoTime::new(int.value, 0, Rc::clone(home), Rc::clone(home)),
        _ => GoTime::of(value, home).unwrap_or_else(|| present(context, home)),
    }
}

const SIGNED: &[IntType] = &[IntType::Int, IntType::Int32, IntType::Int64];

fn formatted(context: &mut dyn Context, layout: &[u8], value: &Value, zone: &[u8]) -> Answer {
    let home = home(context);
    let location = match std::str::from_utf8(zone) {
        Ok("Local") => Rc::clone(&home),
        Ok(zone) => Location::named(zone).unwrap_or_else(Location::utc),
        Err(_) => Location::utc(),
    };
    let time = time_of(context, value, SIGNED, &home);
    Ok(Value::string(time.shown_in(location).format(layout)))
}

fn date(context: &mut dyn Context, args: &[Value]) -> Answer {
    formatted(context, args::string(args, 0), &args[1], b"Local")
}

fn date_in_zone(context: &mut dyn Context, args: &[Value]) -> Answer {
    formatted(context, args::string(args, 0), &args[1], args::string(args, 2))
}

fn html_date(context: &mut dyn Context, args: &[Value]) -> Answer {
    formatted(context, b"2006-01-02", &args[0], b"Local")
}

fn html_date_in_zone(context: &mut dyn Context, args: &[Value]) -> Answer {
    formatted(context, b"2006-01-02", &args[0], args::string(args, 1))
}

fn modified(context: &mut dyn Context, args: &[Value]) -> Result<Value, String> {
    let home = home(context);
    let nanoseconds = duration::parse(&args::string(args, 0).to_str_lossy())?;
    let time = GoTime::of(&args[1], &home).unwrap_or_else(|| GoTime::zero(home));
    Ok(time.add(nanoseconds).into_value())
}

fn date_modify(context: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(modified(context, args).unwrap_or_else(|_| args[1].clone()))
}

fn must_date_modify(context: &mut dyn Context, args: &[Value]) -> Answer {
    modified(context, args).map_err(CallError::new)
}

fn parsed(context: &mut dyn Context, args: &[Value]) -> Result<GoTime, (String, Rc<Location>)> {
    let home = home(context);
    match parse::parse(args::string(args, 0), args::string(args, 1), &home) {
        Ok(parsed) => Ok(GoTime::new(parsed.seconds, parsed.nanoseconds, parsed.location, home)),
        Err(complaint) => Err((complaint, home)),
    }
}

fn to_date(context: &mut dyn Context, args: &[Value]) -> Answer {
    let time = parsed(context, args).unwrap_or_else(|(_, home)| GoTime::zero(home));
    Ok(time.into_value())
}

fn must_to_date(context: &mut dyn Context, args: &[Value]) -> Answer {
    match parsed(context, args) {
        Ok(time) => Ok(time.into_value()),
        Err((complaint, _)) => Err(CallError::new(complaint)),
    }
}

fn unix_epoch(context: &mut dyn Context, args: &[Value]) -> Answer {
    let home = home(context);
    let seconds = GoTime::of(&args[0], &home).map_or(0, |time| time.seconds);
    Ok(seconds.to_string().into())
}

fn ago(context: &mut dyn Context, args: &[Value]) -> Answer {
    let home = home(context);
    let time = time_of(context, &args[0], &[IntType::Int, IntType::Int64], &home);
    let passed = present(context, &home).since(&time);
    Ok(duration::print(duration::round(passed, SECOND)).into())
}

fn duration_of(_: &mut dyn Context, args: &[Value]) -> Answer {
    let seconds = match &args[0] {
        Value::String(text) => limited_int(&text.to_str_lossy()),
        Value::Int(int) if int.ty == IntType::Int64 => int.value,
        _ => 0,
    };
    Ok(duration::print(seconds.wrapping_mul(SECOND)).into())
}

/// A decimal number, the nearest limit where it does not fit, 0 for anything else.
fn limited_int(text: &str) -> i64 {
    if let Some(number) = cast::parse_int(text, 10) {
        return number;
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        0
    } else if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    }
}

fn duration_round(context: &mut dyn Context, args: &[Value]) -> Answer {
    let nanoseconds = match &args[0] {
        Value::String(text) => duration::parse(&text.to_str_lossy()).unwrap_or(0),
        Value::Int(int) if int.ty == IntType::Int64 => int.value,
        value => {
            let home = home(context);
            match GoTime::of(value, &home) {
                Some(time) => present(context, &home).since(&time),
                None => 0,
            }
        }
    };
    let size = nanoseconds.unsigned_abs();
    let units = [
        (24 * 365 * HOUR, "y"),
        (24 * 30 * HOUR, "mo"),
        (24 * HOUR, "d"),
        (HOUR, "h"),
        (MINUTE, "m"),
        (SECOND, "s"),
    ];
    let fitting = units.iter().find(|&&(unit, _)| size > unit.unsigned_abs());
    Ok(match fitting {
        Some((unit, name)) => format!("{}{name}", size / unit.unsigned_abs()).into(),
        None => "0s".into(),
    })
}
