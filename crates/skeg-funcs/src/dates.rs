//! Dates and durations.
//!
//! # Source
//! spec/rendering.md 2.2 (durations), 2.8.

use skeg_template::function::{CallError, Context, Function, Param, Purity};
use skeg_value::Value;

use crate::table::{fixed, impure};

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
        duration,
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

fn ago(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn date(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn date_in_zone(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn date_modify(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_days(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_hours(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_microseconds(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_milliseconds(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_minutes(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_nanoseconds(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_round(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_round_to(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_seconds(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_truncate_to(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn duration_weeks(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn html_date(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn html_date_in_zone(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn must_date_modify(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn must_to_date(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn must_to_duration(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn now(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn to_date(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn unix_epoch(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}
