//! Hosts, IP addresses and mail addresses.

use skeg_value::netip::{self, Address};

use super::{Outcome, atoi, invalid_character, refuse};

pub(super) fn ipv4(text: &str) -> Outcome {
    let groups: Vec<&str> = text.split('.').collect();
    if groups.len() != 4 {
        return refuse("expected four decimals");
    }
    for group in groups {
        if group.len() > 1 && group.starts_with('0') {
            return refuse("leading zeros");
        }
        if !(0..=255).contains(&atoi(group)?) {
            return refuse("decimal must be between 0 and 255");
        }
    }
    Ok(())
}

pub(super) fn ipv6(text: &str) -> Outcome {
    if !text.contains(':') {
        return refuse("missing colon");
    }
    match netip::parse(text)? {
        Address::V6 { has_zone: true } => refuse("zone id is not a part of ipv6 address"),
        _ => Ok(()),
    }
}

pub(super) fn hostname(text: &str) -> Outcome {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.len() > 253 {
        return refuse("more than 253 characters long");
    }
    for label in text.split('.') {
        if label.is_empty() || label.len() > 63 {
            return refuse("label must be 1 to 63 characters long");
        }
        if label.starts_with('-') {
            return refuse("label starts with hyphen");
        }
        if label.ends_with('-') {
            return refuse("label ends with hyphen");
        }
        if let Some(other) = label.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
            return Err(invalid_character(other));
        }
    }
    Ok(())
}

pub(super) fn email(text: &str) -> Outcome {
    if text.len() > 254 {
        return refuse("more than 255 characters long");
    }
    let Some((local, domain)) = text.rsplit_once('@') else {
        return refuse("missing @");
    };
    if local.len() > 64 {
        return refuse("local part more than 64 characters long");
    }
    let quoted = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match quoted {
        Some(inner) if inner.contains(['\\', '"']) => {
            return refuse("backslash and quote are not allowed within quoted local part");
        }
        Some(_) => {}
        None => local_part(local)?,
    }
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match literal.map(|literal| (literal, literal.strip_prefix("IPv6:"))) {
        Some((_, Some(address))) => ipv6(address).map_err(|reason| format!("invalid ipv6 address: {reason}")),
        Some((address, None)) => ipv4(address).map_err(|reason| format!("invalid ipv4 address: {reason}")),
        None => hostname(domain).map_err(|reason| format!("invalid domain: {reason}")),
    }
}

fn local_part(local: &str) -> Outcome {
    if local.starts_with('.') {
        return refuse("starts with dot");
    }
    if local.ends_with('.') {
        return refuse("ends with dot");
    }
    if local.contains("..") {
        return refuse("consecutive dots");
    }
    match local
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !".!#$%&'*+-/=?^_`{|}~".contains(*c))
    {
        Some(other) => Err(invalid_character(other)),
        None => Ok(()),
    }
}
