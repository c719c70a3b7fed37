//! What reports say of where and when they were made.

use std::time::{SystemTime, UNIX_EPOCH};

use skeg_author::unittest::report::Machine;

use crate::settings::Settings;

/// The present moment, in UTC, and this machine.
pub(super) fn describe(settings: &Settings) -> Machine {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    let of_day = seconds % 86_400;
    let locale = settings.env.text("LC_ALL");
    let locale = if locale.is_empty() {
        settings.env.text("LANG")
    } else {
        locale
    };
    let locale = locale.split('.').next().unwrap_or_default().replace('_', "-");
    Machine {
        date: format!("{year:04}-{month:02}-{day:02}"),
        time: format!("{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60),
        host: std::fs::read_to_string("/proc/sys/kernel/hostname")
            .map(|name| name.trim().to_owned())
            .unwrap_or_else(|_| settings.env.text("HOSTNAME")),
        user: settings.env.text("USER"),
        directory: std::env::current_dir().map_or_else(|_| String::new(), |path| path.to_string_lossy().into_owned()),
        language: locale.split('-').next().unwrap_or_default().to_owned(),
        locale,
        platform: format!(
            "skeg{}.{}-{}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ),
    }
}

/// The date of a day, counted from 1970-01-01. A year begins in March here, so that leap days come last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn days_are_dates() {
        for (days, expected) in [
            (0, (1970, 1, 1)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (20_778, (2026, 11, 21)),
        ] {
            assert_eq!(civil(days), expected, "{days}");
        }
    }
}
