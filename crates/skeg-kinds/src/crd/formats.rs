//! The string formats that the API server checks in custom resources; others count as text.
//!
//! # Source
//! Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions", "Validation": the formats listed
//! there, as far as they say more than "text".

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::validate::formats;

/// Whether a text is of a format.
pub(super) fn fits(format: &str, text: &str) -> bool {
    match format {
        "byte" => formats::is_base64(text.as_bytes()),
        "date" => text.len() == 10 && formats::is_date_time(format!("{text}T00:00:00Z").as_bytes()),
        "date-time" | "datetime" => formats::is_date_time(text.as_bytes()),
        "duration" => is_duration(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => is_cidr(text),
        "mac" => is_mac(text),
        "uuid" | "uuid3" | "uuid4" | "uuid5" => is_uuid(format, text),
        _ => true,
    }
}

/// Go's form, `1h30m`, or words such as `2 days`; a bare zero too.
fn is_duration(text: &str) -> bool {
    const UNITS: &[&str] = &[
        "ns",
        "us",
        "µs",
        "μs",
        "ms",
        "s",
        "m",
        "h",
        "d",
        "w",
        "nano",
        "nanosecond",
        "micro",
        "microsecond",
        "milli",
        "millisecond",
        "sec",
        "second",
        "min",
        "minute",
        "hr",
        "hour",
        "day",
        "week",
    ];
    let mut rest = text.trim_start_matches(['+', '-']);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let number = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (digits, after) = rest.split_at(number);
        let after = after.trim_start();
        let unit = after
            .find(|c: char| c.is_ascii_digit() || c == ' ' || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let known = UNITS.contains(&unit) || unit.strip_suffix('s').is_some_and(|unit| UNITS.contains(&unit));
        if !known || !digits.contains(|c: char| c.is_ascii_digit()) || digits.matches('.').count() > 1 {
            return false;
        }
        rest = after.trim_start();
    }
    true
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let most = match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(_), _) => 32,
        (_, Ok(_)) => 128,
        _ => return false,
    };
    !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit()) && bits.parse().is_ok_and(|bits: u32| bits <= most)
}

fn is_mac(text: &str) -> bool {
    let parts: Vec<&str> = text.split([':', '-']).collect();
    parts.len() == 6
        && parts
            .iter()
            .all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Hexadecimal digits in groups of 8, 4, 4, 4 and 12, with or without dashes; the version is the third group's first.
fn is_uuid(format: &str, text: &str) -> bool {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let dashes = text.len() - digits.len();
    let version = format.strip_prefix("uuid").unwrap_or_default();
    digits.len() == 32
        && digits.bytes().all(|b| b.is_ascii_hexdigit())
        && dashes <= 4
        && (version.is_empty() || digits[12..].starts_with(version))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn formats_tell_texts_apart() {
        for (format, text, fine) in [
            ("byte", "YQ==", true),
            ("byte", "a b", false),
            ("date", "2026-01-31", true),
            ("date", "2026-02-31", false),
            ("duration", "1h30m", true),
            ("duration", "2 days", true),
            ("duration", "0", true),
            ("duration", "30", false),
            ("duration", "P1D", false),
            ("ipv4", "10.0.0.1", true),
            ("ipv4", "10.0.0.256", false),
            ("ipv6", "::1", true),
            ("cidr", "10.0.0.0/8", true),
            ("cidr", "10.0.0.0/33", false),
            ("mac", "00:1b:63:84:45:e6", true),
            ("mac", "00:1b", false),
            ("uuid", "123e4567-e89b-12d3-a456-426614174000", true),
            ("uuid4", "123e4567-e89b-12d3-a456-426614174000", false),
            ("anything", "else", true),
        ] {
            assert_eq!(fits(format, text), fine, "{format} {text}");
        }
    }
}
