//! Whether texts look like the addresses that Chart.yaml may hold: e-mail, web pages, request URLs.
//!
//! # Source
//! The verdicts of `helm lint` 4.3.1, recorded in the tests below.

/// `name@domain.tld`.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c) || !c.is_ascii();
    let local_fits = local
        .split('.')
        .all(|part| !part.is_empty() && part.chars().all(is_local));
    let quoted =
        local.len() > 1 && local.starts_with('"') && local.ends_with('"') && !local[1..local.len() - 1].contains('"');
    let labels: Vec<&str> = domain.trim_end_matches('.').split('.').collect();
    let is_label = |label: &&str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || "-_~".contains(c) || !c.is_ascii();
        let edge = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii();
        label.chars().all(inner) && label.chars().next().is_some_and(edge) && label.chars().last().is_some_and(edge)
    };
    let top_fits = labels.last().is_some_and(|top| {
        top.chars()
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || !c.is_ascii())
    });
    (local_fits || quoted) && labels.len() >= 2 && labels.iter().all(is_label) && top_fits
}

/// An absolute URL: a scheme and something well-formed after it.
pub(super) fn is_request_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let scheme_fits = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !scheme_fits || text.chars().any(|c| c.is_ascii_control()) {
        return false;
    }
    let Some(rest) = rest.strip_prefix("//") else {
        return true;
    };
    let host_end = rest.find(['/', '?']).unwrap_or(rest.len());
    authority_fits(&rest[..host_end]) && escapes_fit(&rest[host_end..])
}

fn authority_fits(authority: &str) -> bool {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (name, port) = match host.rfind(']') {
        Some(end) => (&host[..=end], &host[end + 1..]),
        None => host.find(':').map_or((host, ""), |colon| host.split_at(colon)),
    };
    let port_fits = port
        .strip_prefix(':')
        .is_none_or(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
        && (port.is_empty() || port.starts_with(':'));
    let brackets_fit = name.starts_with('[') == name.ends_with(']');
    port_fits
        && brackets_fit
        && !name.contains([' ', '<', '>', '"', '\\', '^', '`', '{', '|', '}'])
        && escapes_fit(name)
}

fn escapes_fit(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len()).filter(|&i| bytes[i] == b'%').all(|i| {
        bytes
            .get(i + 1..i + 3)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    })
}

/// A web address, scheme optional: `example.com`, `localhost:80`, `https://x/y`.
pub(super) fn is_url(text: &str) -> bool {
    if text.chars().count() >= 2083 || text.len() <= 3 || text.starts_with('.') || text.contains(char::is_whitespace) {
        return false;
    }
    let schemes = ["ftp", "tcp", "udp", "ws", "wss", "http", "https"];
    let rest = match text.split_once("://") {
        Some((scheme, _)) if !schemes.contains(&scheme) => return false,
        Some((_, rest)) => rest,
        None => text,
    };
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &rest[..host_end];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (name, port) = match host.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((address, port)) => return address.contains(':') && (port.is_empty() || is_port(port)),
        None => host
            .split_once(':')
            .map_or((host, None), |(name, port)| (name, Some(port))),
    };
    if port.is_some_and(|port| !is_port(&format!(":{port}"))) {
        return false;
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        let inner = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        !label.is_empty() && label.chars().all(inner) && label.ends_with(char::is_alphanumeric)
    };
    let has_scheme = text.contains("://");
    name.split('.').all(is_label)
        && (has_scheme || port.is_some() || name.contains('.') || host_end < rest.len() && name.contains('.'))
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|digits| {
        (1..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && digits != "0"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Helm 4.3.1: text, is it a URL, is it a request URL.
    #[test]
    fn addresses_are_judged_as_helm_judges_them() {
        for (text, url, request) in [
            ("a b", false, false),
            ("foo", false, false),
            ("foo.com", true, false),
            ("http://x", true, true),
            ("localhost:80", true, true),
            ("http://a b", false, false),
            ("/x", false, false),
            ("http://", false, true),
            ("a", false, false),
            ("ftp://x.y/z", true, true),
            ("mailto:x", false, true),
        ] {
            assert_eq!(is_url(text), url, "url {text}");
            assert_eq!(is_request_url(text), request, "request url {text}");
        }
    }

    /// Recorded from Helm 4.3.1.
    #[test]
    fn emails_are_judged_as_helm_judges_them() {
        for (text, expected) in [
            ("a@b", false),
            ("a@b.c", true),
            ("a.b@c.de", true),
            ("a b@c.de", false),
            ("a@b_c.de", true),
            ("@b.c", false),
            ("a@", false),
            ("ä@b.de", true),
            ("a@[1.2.3.4]", false),
            ("A <a@b.de>", false),
            ("a+b@c.co.uk", true),
        ] {
            assert_eq!(is_email(text), expected, "{text}");
        }
    }
}
