//! Chart.lock: which versions of its dependencies a chart was last resolved to.

use skeg_value::json::{self, JsonStyle};
use skeg_value::{List, Map, Value, yaml};

use crate::gotime;
use crate::metadata::{Dependency, Shape};

/// The contents of Chart.lock (or requirements.lock).
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// When it was made: RFC 3339, as it stands in the file; empty for Go's zero time.
    pub generated: String,
    /// Digest of requirements and resolved dependencies.
    pub digest: String,
    /// The resolved dependencies.
    pub dependencies: Vec<Option<Dependency>>,
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// The decoder's message.
    pub fn decode(text: &[u8]) -> Result<Lock, String> {
        let mut lock = Lock::default();
        let Some(map) = crate::metadata::document(text, "v2.Lock")? else {
            return Ok(lock);
        };
        let mut shape = Shape::default();
        for (key, value) in map.snapshot() {
            match key.to_string().to_lowercase().as_str() {
                "generated" => match &value {
                    Value::Null => {}
                    Value::String(text) => match gotime::check_rfc3339(&text.to_str_lossy()) {
                        Ok(()) => lock.generated = text.to_string(),
                        Err(error) => shape.fail(error),
                    },
                    other => shape.mismatch(other, ".generated", "time.Time"),
                },
                "digest" => shape.text(&value, ".digest", &mut lock.digest),
                "dependencies" => shape.dependencies(&value, ".dependencies", &mut lock.dependencies),
                _ => {}
            }
        }
        shape.finish()?;
        Ok(lock)
    }

    /// When it was made, as Go prints it: RFC 3339, Go's zero time where the file says nothing.
    pub fn generated_text(&self) -> String {
        if self.generated.is_empty() {
            "0001-01-01T00:00:00Z".to_owned()
        } else {
            shortest(&self.generated)
        }
    }

    /// The file's text: sorted keys, a final newline.
    ///
    /// # Errors
    /// A text that YAML cannot hold.
    pub fn to_yaml(&self) -> Result<Vec<u8>, String> {
        let dependencies: List = self
            .dependencies
            .iter()
            .map(|d| d.as_ref().map_or(Value::Null, Dependency::to_file_value))
            .collect();
        let generated = self.generated_text();
        let map: Map = [
            ("dependencies", dependencies.into()),
            ("digest", Value::from(self.digest.as_str())),
            ("generated", Value::from(generated.as_str())),
        ]
        .into_iter()
        .map(|(key, value)| (key.into(), value))
        .collect();
        let mut out = Vec::new();
        yaml::emit::encode(&map.into(), &mut out).map_err(|error| error.to_string())?;
        Ok(out)
    }
}

/// A time without decimals that say nothing, as Go writes it; at most nine of them, and `Z` for no offset.
fn shortest(time: &str) -> String {
    let Some((clock, rest)) = time.split_at_checked(19) else {
        return time.to_owned();
    };
    let Some(zone_at) = rest.find(['Z', '+', '-']) else {
        return time.to_owned();
    };
    let (decimals, zone) = rest.split_at(zone_at);
    let decimals = decimals
        .get(..10)
        .unwrap_or(decimals)
        .trim_end_matches('0')
        .trim_end_matches('.');
    let zone = if matches!(zone, "+00:00" | "-00:00") { "Z" } else { zone };
    format!("{clock}{decimals}{zone}")
}

fn is_rfc3339(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let at = |index: usize, b: u8| bytes.get(index) == Some(&b);
    digits(0..4)
        && at(4, b'-')
        && digits(5..7)
        && at(7, b'-')
        && digits(8..10)
        && at(10, b'T')
        && digits(11..13)
        && at(13, b':')
        && digits(14..16)
        && at(16, b':')
        && digits(17..19)
        && (text.ends_with('Z') || text.len() > 24)
}

/// When a lock file was made, in seconds since 1970, to the nearest; none for Go's zero time and what is no time.
pub fn seconds(generated: &str) -> Option<i64> {
    if !generated.is_ascii() || !is_rfc3339(generated) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| generated[range].parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let clock = number(11..13)? * 3600 + number(14..16)? * 60 + number(17..19)?;
    let rest = &generated[19..];
    let zone_at = rest.find(['Z', 'z', '+', '-'])?;
    let is_late = zone_at > 1 && rest.as_bytes()[1] >= b'5';
    let zone = &rest[zone_at..];
    let offset = match zone.split_at(1) {
        ("+", zone) => hours_and_minutes(zone)?,
        ("-", zone) => -hours_and_minutes(zone)?,
        _ => 0,
    };
    // Days since 1970, the year counted from March so that the odd day comes last.
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days =
        y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (m * 153 + 2) / 5 + day - 1 - 719_468;
    let seconds = days * 86_400 + clock - offset;
    (seconds != -62_135_596_800).then_some(seconds + i64::from(is_late))
}

fn hours_and_minutes(zone: &str) -> Option<i64> {
    let (hours, minutes) = zone.split_once(':')?;
    Some(hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60)
}

/// A time as a lock file holds it: UTC, with as many decimals as it takes.
pub fn timestamp(seconds: i64, nanoseconds: u32) -> String {
    let (days, clock) = (seconds.div_euclid(86_400) + 719_468, seconds.rem_euclid(86_400));
    // From days to a date in years that begin with March, which are all alike but for their last day.
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let decimals = if nanoseconds == 0 {
        String::new()
    } else {
        format!(".{nanoseconds:09}")
    };
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{}Z",
        decimals.trim_end_matches('0')
    )
}

/// What Helm 2 made the digest of a requirements.lock over.
pub fn old_digest_input(requirements: &[Option<Dependency>]) -> Vec<u8> {
    let mut out = b"{\"dependencies\":".to_vec();
    go_json(requirements, &mut out);
    out.push(b'}');
    out
}

/// What the digest of a lock file is made over: the JSON of `[requirements, resolved]`, as Go writes the structs.
///
/// The digest itself is `sha256:` and the hexadecimal SHA-256 of these bytes.
pub fn digest_input(requirements: &[Option<Dependency>], resolved: &[Option<Dependency>]) -> Vec<u8> {
    let mut out = b"[".to_vec();
    go_json(requirements, &mut out);
    out.push(b',');
    go_json(resolved, &mut out);
    out.push(b']');
    out
}

/// Dependencies as Go's JSON encoder writes them, in digests and in records: fields in the order of the struct, absent
/// ones left out.
pub fn go_json(dependencies: &[Option<Dependency>], out: &mut Vec<u8>) {
    write_dependencies(dependencies, false, out);
}

/// The same with `depends-on` where there is one: Helm passes over it, and a rollback learns from it what comes after what.
pub fn go_json_with_order(dependencies: &[Option<Dependency>], out: &mut Vec<u8>) {
    write_dependencies(dependencies, true, out);
}

fn write_dependencies(dependencies: &[Option<Dependency>], with_order: bool, out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, dependency) in dependencies.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let Some(d) = dependency else {
            out.extend_from_slice(b"null");
            continue;
        };
        let mut fields: Vec<(&str, Value)> = vec![("name", d.name.as_str().into())];
        if !d.version.is_empty() {
            fields.push(("version", d.version.as_str().into()));
        }
        fields.push(("repository", d.repository.as_str().into()));
        if !d.condition.is_empty() {
            fields.push(("condition", d.condition.as_str().into()));
        }
        if !d.tags.is_empty() {
            fields.push(("tags", Value::strings(d.tags.iter().map(String::as_str))));
        }
        if d.enabled {
            fields.push(("enabled", true.into()));
        }
        if !d.import_values.is_empty() {
            fields.push(("import-values", List::new(d.import_values.clone()).into()));
        }
        if !d.alias.is_empty() {
            fields.push(("alias", d.alias.as_str().into()));
        }
        if with_order && !d.depends_on.is_empty() {
            fields.push(("depends-on", Value::strings(d.depends_on.iter().map(String::as_str))));
        }
        out.push(b'{');
        for (index, (key, value)) in fields.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(format!("{key:?}:").as_bytes());
            // A dependency holds texts, booleans and what JSON gave, all of which JSON can hold.
            let _ = json::encode(value, out, JsonStyle::Compact, true);
        }
        out.push(b'}');
    }
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// spec 6.8: archives hold the time of the lock file, to the nearest second.
    #[test]
    fn times_go_to_seconds_and_back() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2026-11-21T04:30:11.123456789Z", Some(1_795_235_411)),
            ("2026-11-21T04:30:11.5Z", Some(1_795_235_412)),
            ("2026-11-21T06:30:11+02:00", Some(1_795_235_411)),
            ("2024-02-29T12:00:00-05:30", Some(1_709_227_800)),
            ("0001-01-01T00:00:00Z", None),
            ("", None),
            ("yesterday", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
        assert_eq!(timestamp(1_795_235_411, 120_000_000), "2026-11-21T04:30:11.12Z");
        assert_eq!(timestamp(1_709_164_800, 0), "2024-02-29T00:00:00Z");
        assert_eq!(timestamp(0, 0), "1970-01-01T00:00:00Z");
        for (text, expected) in [
            ("2024-01-01T00:00:00.600+02:00", "2024-01-01T00:00:00.6+02:00"),
            ("2024-01-01T00:00:00.000+00:00", "2024-01-01T00:00:00Z"),
            ("2024-01-01T00:00:00.1234567891Z", "2024-01-01T00:00:00.123456789Z"),
        ] {
            assert_eq!(shortest(text), expected);
        }
    }
}
