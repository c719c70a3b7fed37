//! URLs, in the words of Go's `net/url`.

use skeg_value::url::Url;

use super::super::place::split;
use super::{Outcome, address, refuse};

fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.as_bytes())?;
    let host = String::from_utf8_lossy(url.hostname());
    if host.contains(':') {
        if !url.host.contains(&b'[') || !url.host.contains(&b']') {
            return Err("ipv6 address not enclosed in brackets".to_owned());
        }
        address::ipv6(&host).map_err(|reason| format!("invalid ipv6 address: {reason}"))?;
    }
    Ok(url)
}

pub(super) fn uri(text: &str) -> Outcome {
    if parse(text)?.scheme.is_empty() {
        refuse("relative url")
    } else {
        Ok(())
    }
}

pub(super) fn reference(text: &str) -> Outcome {
    if text.contains('\\') {
        return refuse("contains \\");
    }
    parse(text).map(|_| ())
}

pub(super) fn template(text: &str) -> Outcome {
    let url = parse(text)?;
    let (rest, _) = split(text);
    let (_, _, path, _) = super::super::place::parts(rest);
    // Go keeps the path as written only where that differs from how it would write it; braces always do.
    let usual = Url {
        path: url.path.clone(),
        ..Url::default()
    };
    if !url.opaque.is_empty() || usual.text() == path.as_bytes() {
        return Ok(());
    }
    for element in path.split('/') {
        let decoded = Url::parse(element.as_bytes()).map_or_else(|_| element.as_bytes().to_vec(), |url| url.path);
        let mut is_open = false;
        for byte in decoded.into_iter().filter(|b| b"{}".contains(b)) {
            if (byte == b'{') == is_open {
                return refuse("nested curly braces");
            }
            is_open = !is_open;
        }
        if is_open {
            return refuse("no matching closing brace");
        }
    }
    Ok(())
}
