//! IP addresses as Go's `net/netip` reads them, with its reasons for refusing.

use std::net::Ipv6Addr;

use crate::quote::quote;

/// What kind of address a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// Four decimals.
    V4,
    /// Hexadecimal fields, perhaps with a zone.
    V6 {
        /// Whether `%zone` follows.
        has_zone: bool,
    },
}

/// Reads an address.
///
/// # Errors
/// Go's text, `ParseAddr("…"): …`.
pub fn parse(text: &str) -> Result<Address, String> {
    let fail = |reason: &str| Err(format!("ParseAddr({}): {reason}", quote(text.as_bytes())));
    // The first of these decides what kind of address it is.
    match text.find([':', '.', '%']).map(|at| text.as_bytes()[at]) {
        Some(b'.') => match &*ipv4_problem(text) {
            "" => Ok(Address::V4),
            problem => fail(problem),
        },
        Some(b':') => match text.split_once('%') {
            Some((_, "")) => fail("zone must be a non-empty string"),
            Some((address, _)) if address.parse::<Ipv6Addr>().is_ok() => Ok(Address::V6 { has_zone: true }),
            None if text.parse::<Ipv6Addr>().is_ok() => Ok(Address::V6 { has_zone: false }),
            zoned => fail(&ipv6_problem(zoned.map_or(text, |(address, _)| address))),
        },
        Some(_) => fail("missing IPv6 address"),
        None => fail("unable to parse IP"),
    }
}

/// What is wrong with an IPv6 address that does not parse, in the words of Go's `netip`.
fn ipv6_problem(address: &str) -> String {
    let at = |reason: &str, rest: &str| format!("{reason} (at {})", quote(rest.as_bytes()));
    let mut has_gap = address.starts_with("::");
    let mut rest = if has_gap { &address[2..] } else { address };
    let mut fields = 0;
    while fields < 8 {
        let length = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
        let after = &rest[length..];
        if length > 4 {
            return at("each group must have 4 or less digits", rest);
        }
        if length == 0 {
            return at("each colon-separated field must have at least one digit", rest);
        }
        if after.starts_with('.') {
            return if !has_gap && fields != 6 {
                at(
                    "embedded IPv4 address must replace the final 2 fields of the address",
                    rest,
                )
            } else if fields > 6 {
                at(
                    "too many hex fields to fit an embedded IPv4 at the end of the address",
                    rest,
                )
            } else if has_gap && ipv4_problem(rest).is_empty() {
                "the :: must expand to at least one field of zeros".to_owned()
            } else {
                ipv4_problem(rest)
            };
        }
        fields += 1;
        match after {
            "" => {
                rest = after;
                break;
            }
            ":" => return at("colon must be followed by more characters", after),
            _ => {}
        }
        let Some(next) = after.strip_prefix(':') else {
            return at("unexpected character, want colon", after);
        };
        rest = next;
        if let Some(behind) = next.strip_prefix(':') {
            if has_gap {
                return at("multiple :: in address", next);
            }
            has_gap = true;
            rest = behind;
            if behind.is_empty() {
                break;
            }
        }
    }
    if !rest.is_empty() {
        return at("trailing garbage after address", rest);
    }
    if has_gap {
        "the :: must expand to at least one field of zeros"
    } else {
        "address string too short"
    }
    .to_owned()
}

/// What is wrong with an IPv4 address; empty where nothing is.
fn ipv4_problem(text: &str) -> String {
    let mut dots = 0;
    let (mut value, mut length) = (0_u32, 0);
    for (index, byte) in text.bytes().enumerate() {
        let rest = || quote(&text.as_bytes()[index..]);
        match byte {
            b'0'..=b'9' => {
                if length == 1 && value == 0 {
                    return "IPv4 field has octet with leading zero".to_owned();
                }
                value = value * 10 + u32::from(byte - b'0');
                length += 1;
                if value > 255 {
                    return "IPv4 field has value >255".to_owned();
                }
            }
            b'.' if length == 0 || index + 1 == text.len() => {
                return format!("IPv4 field must have at least one digit (at {})", rest());
            }
            b'.' if dots == 3 => return "IPv4 address too long".to_owned(),
            b'.' => {
                dots += 1;
                (value, length) = (0, 0);
            }
            _ => return format!("unexpected character (at {})", rest()),
        }
    }
    if dots < 3 {
        "IPv4 address too short".to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Go's netip.ParseAddr.
    #[test]
    fn addresses_fail_in_go_words() {
        let reason = |text: &str| {
            parse(text)
                .err()
                .map(|error| error.split_once(": ").map_or(String::new(), |(_, why)| why.to_owned()))
        };
        for (text, expected) in [
            ("1.2.3.4", None),
            ("::1", None),
            ("fe80::1%eth0", None),
            ("::ffff:1.2.3.4", None),
            ("1.2.3", Some("IPv4 address too short")),
            ("01.2.3.4", Some("IPv4 field has octet with leading zero")),
            ("1.2.3.256", Some("IPv4 field has value >255")),
            ("::12345", Some(r#"each group must have 4 or less digits (at "12345")"#)),
            ("1:2", Some("address string too short")),
            ("1::2::3", Some(r#"multiple :: in address (at ":3")"#)),
            (
                "::g",
                Some(r#"each colon-separated field must have at least one digit (at "g")"#),
            ),
            ("1:2:3:4:5:6:7:8:9", Some(r#"trailing garbage after address (at "9")"#)),
            ("x", Some("unable to parse IP")),
        ] {
            assert_eq!(reason(text).as_deref(), expected, "{text}");
        }
    }
}
