//! The calendar: days and years.
//!
//! Moments are seconds since 1970-01-01 UTC; days are counted from there too.

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// A calendar day and the time in it, as a clock in some zone shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: u32,
    /// 1 to 31.
    pub(crate) day: u32,
    pub(crate) hour: u32,
    pub(crate) minute: u32,
    pub(crate) second: u32,
    /// 1 to 366.
    pub(crate) year_day: u32,
    /// 0 is Sunday.
    pub(crate) weekday: u32,
}

/// Days from Go's earliest representable day to 1970: it counts seconds from there in 64 bits without a sign, so
/// numbers that are out of range come around at the other end.
const DAYS_BEFORE_1970: i64 = 730_692_556 * 146_097 + 306 + 719_162;

impl Civil {
    /// What a clock shows at a moment that is already shifted by the zone's offset.
    pub(crate) fn of(local_seconds: i64) -> Civil {
        let absolute = local_seconds.wrapping_add(DAYS_BEFORE_1970.wrapping_mul(DAY)) as u64;
        let days = (absolute / DAY as u64) as i64 - DAYS_BEFORE_1970;
        let second_of_day = (absolute % DAY as u64) as u32;
        let (year, month, day) = civil_from_days(days);
        Civil {
            year,
            month,
            day,
            hour: second_of_day / 3600,
            minute: second_of_day / 60 % 60,
            second: second_of_day % 60,
            year_day: days_before(month, is_leap(year)) + day,
            weekday: weekday(days),
        }
    }
}

/// The day of the week of a day; 0 is Sunday.
fn weekday(days: i64) -> u32 {
    // 1970 began on a Thursday.
    (days + 4).rem_euclid(7) as u32
}

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The days of a month, 1 to 12.
pub(super) fn days_in(month: u32, year: i64) -> u32 {
    match month {
        2 => 28 + u32::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days of a year before the first of a month, 1 to 12.
pub(super) fn days_before(month: u32, leap: bool) -> u32 {
    const BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    BEFORE[month as usize - 1] + u32::from(leap && month > 2)
}

/// Days since 1970-01-01. Years are counted from March, so that the leap day comes last.
pub(super) fn days_from_civil(year: i64, month: u32, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    year.wrapping_mul(365)
        .wrapping_add(leap_days)
        .wrapping_add(day_of_year)
        .wrapping_sub(719_468)
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

/// The moment that a UTC clock shows so; months and days out of range are carried over, as Go's `Date` does.
pub(super) fn seconds_of(year: i64, month: i64, day: i64, second_of_day: i64) -> i64 {
    let months = month.wrapping_sub(1);
    let year = year.wrapping_add(months.div_euclid(12));
    let days = days_from_civil(
        year.clamp(-300_000_000_000, 300_000_000_000),
        months.rem_euclid(12) as u32 + 1,
        day,
    );
    days.wrapping_mul(DAY).wrapping_add(second_of_day)
}
