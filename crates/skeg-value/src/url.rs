//! URLs taken apart and put together, by the rules of Go's `net/url`.

use crate::netip::{self, Address};
use crate::quote::quote;

/// A URL or a reference, taken apart. Texts are bytes because what is decoded need not be UTF-8.
#[derive(Clone, Debug, Default)]
pub struct Url {
    /// In lower case, without its colon; empty where there is none.
    pub scheme: Vec<u8>,
    /// What follows the scheme where no slash does.
    pub opaque: Vec<u8>,
    /// Name and password.
    pub user: Option<User>,
    /// With port, decoded.
    pub host: Vec<u8>,
    /// Decoded.
    pub path: Vec<u8>,
    /// As written, without the question mark.
    pub query: Vec<u8>,
    /// Decoded.
    pub fragment: Vec<u8>,
}

/// Name and password, decoded.
#[derive(Clone, Debug)]
pub struct User {
    /// The name.
    pub name: Vec<u8>,
    /// The password; an empty one differs from none.
    pub password: Option<Vec<u8>>,
}

impl User {
    /// Both as text, escaped, a colon between.
    pub fn text(&self) -> Vec<u8> {
        let mut text = escape(&self.name, Part::User);
        if let Some(password) = &self.password {
            text.push(b':');
            text.extend(escape(password, Part::User));
        }
        text
    }
}

/// Splits at the first occurrence of a byte.
fn cut(text: &[u8], byte: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|&b| b == byte) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

impl Url {
    /// Parses a URL or a reference.
    ///
    /// # Errors
    /// Go's text, `parse "…": …`.
    pub fn parse(text: &[u8]) -> Result<Url, String> {
        let (main, fragment) = cut(text, b'#');
        let mut url = Url::parse_main(main).map_err(|error| format!("parse {}: {error}", quote(main)))?;
        url.fragment = unescape(fragment.unwrap_or_default(), Part::Fragment)
            .map_err(|error| format!("parse {}: {error}", quote(text)))?;
        Ok(url)
    }

    fn parse_main(text: &[u8]) -> Result<Url, String> {
        if text.iter().any(|&b| b < b' ' || b == 0x7f) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        let mut url = Url::default();
        if text == b"*" {
            url.path = text.to_vec();
            return Ok(url);
        }
        let (scheme, rest) = split_scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = cut(rest, b'?');
        url.query = query.unwrap_or_default().to_vec();
        if !rest.starts_with(b"/") {
            if !url.scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        let mut path = rest;
        let has_authority = !url.scheme.is_empty() || !rest.starts_with(b"///");
        if let (true, Some(after)) = (has_authority, rest.strip_prefix(b"//")) {
            let end = after.iter().position(|&b| b == b'/').unwrap_or(after.len());
            path = &after[end..];
            url.parse_authority(&after[..end])?;
        }
        url.path = unescape(path, Part::Path)?;
        Ok(url)
    }

    fn parse_authority(&mut self, authority: &[u8]) -> Result<(), String> {
        let at = authority.iter().rposition(|&b| b == b'@');
        let host = at.map_or(authority, |at| &authority[at + 1..]);
        self.host = parse_host(&self.scheme, host)?;
        let Some(at) = at else { return Ok(()) };
        let userinfo = &authority[..at];
        let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(b);
        if !userinfo.iter().all(allowed) {
            return Err("net/url: invalid userinfo".to_owned());
        }
        let (name, password) = cut(userinfo, b':');
        self.user = Some(User {
            name: unescape(name, Part::User)?,
            password: password.map(|password| unescape(password, Part::User)).transpose()?,
        });
        Ok(())
    }

    /// The host without port and brackets.
    pub fn hostname(&self) -> &[u8] {
        let mut host = &self.host[..];
        if let Some(colon) = host.iter().rposition(|&b| b == b':')
            && is_port(&host[colon..])
        {
            host = &host[..colon];
        }
        match host {
            [b'[', inside @ .., b']'] => inside,
            _ => host,
        }
    }

    /// The URL as text, every part escaped where it needs it.
    pub fn text(&self) -> Vec<u8> {
        let mut out = self.scheme.clone();
        if !self.scheme.is_empty() {
            out.push(b':');
        }
        if !self.opaque.is_empty() {
            out.extend_from_slice(&self.opaque);
        } else {
            let has_authority = !self.host.is_empty() || self.user.is_some();
            if has_authority || (!self.scheme.is_empty() && !self.path.is_empty()) {
                out.extend_from_slice(b"//");
            }
            if let Some(user) = &self.user {
                out.extend(user.text());
                out.push(b'@');
            }
            out.extend(escape(&self.host, Part::Host));
            let path = if self.path == b"*" {
                b"*".to_vec()
            } else {
                escape(&self.path, Part::Path)
            };
            if !path.is_empty() && path[0] != b'/' && !self.host.is_empty() {
                out.push(b'/');
            }
            // A colon in the first element of a relative path would look like a scheme.
            if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
                out.extend_from_slice(b"./");
            }
            out.extend(path);
        }
        if !self.query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(escape(&self.fragment, Part::Fragment));
        }
        out
    }
}

/// The scheme (empty where there is none) and what follows its colon.
fn split_scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (position, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if position > 0 => {}
            b':' if position == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => return Ok((&text[..position], &text[position + 1..])),
            _ => break,
        }
    }
    Ok((b"", text))
}

/// Whether this is nothing, or a colon and digits.
fn is_port(text: &[u8]) -> bool {
    text.is_empty() || (text[0] == b':' && text[1..].iter().all(u8::is_ascii_digit))
}

fn parse_host(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, String> {
    let check_port = |port: &[u8]| match is_port(port) {
        true => Ok(()),
        false => Err(format!("invalid port {} after host", quote(port))),
    };
    match host.iter().rposition(|&b| b == b'[') {
        None => {}
        Some(0) => {
            let Some(close) = host.iter().rposition(|&b| b == b']') else {
                return Err("missing ']' in host".to_owned());
            };
            check_port(&host[close + 1..])?;
            let port = unescape(&host[close + 1..], Part::Host)?;
            let address = &host[1..close];
            let zone = address
                .windows(3)
                .position(|window| window == b"%25")
                .unwrap_or(address.len());
            let mut name = unescape(&address[..zone], Part::Host)?;
            name.extend(unescape(&address[zone..], Part::Zone)?);
            check_address(&name)?;
            return Ok([b"[", &name[..], b"]", &port[..]].concat());
        }
        Some(_) => return Err("invalid IP-literal".to_owned()),
    }
    if let Some(first) = host.iter().position(|&b| b == b':') {
        // Only http and https insist that a host has a single colon.
        let strict = matches!(scheme, b"http" | b"https");
        let last = host.iter().rposition(|&b| b == b':').unwrap_or(first);
        check_port(&host[if strict { first } else { last }..])?;
    }
    unescape(host, Part::Host)
}

/// What stands in brackets must be an IPv6 address, perhaps with a zone.
fn check_address(text: &[u8]) -> Result<(), String> {
    match netip::parse(&String::from_utf8_lossy(text)) {
        Ok(Address::V6 { .. }) => Ok(()),
        Ok(Address::V4) => Err("invalid IP-literal".to_owned()),
        Err(reason) => Err(format!("invalid host: {reason}")),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Path,
    User,
    Host,
    Zone,
    Fragment,
}

impl Part {
    /// Whether a byte stands for itself in this part.
    fn keeps(self, byte: u8) -> bool {
        let others: &[u8] = match self {
            Part::Path => b"$&+,/:;=@",
            Part::User => b"$&+,;=",
            Part::Host | Part::Zone => b"!\"$&'()*+,:;<=>[]",
            Part::Fragment => b"!$&()*+,/:;=?@",
        };
        byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || others.contains(&byte)
    }
}

fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if part.keeps(byte) {
            out.push(byte);
        } else {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    out
}

/// Replaces `%2f` and its like. In hosts only bytes beyond ASCII may be written so, and not every byte is allowed.
fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let in_host = matches!(part, Part::Host | Part::Zone);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            if in_host && byte.is_ascii() && !part.keeps(byte) {
                return Err(format!("invalid character {} in host name", quote(&[byte])));
            }
            out.push(byte);
            rest = after;
            continue;
        }
        let escape = &rest[..rest.len().min(3)];
        let invalid = || format!("invalid URL escape {}", quote(escape));
        let digit = |position: usize| escape.get(position).and_then(|&digit| char::from(digit).to_digit(16));
        let (Some(high), Some(low)) = (digit(1), digit(2)) else {
            return Err(invalid());
        };
        let decoded = (high * 16 + low) as u8;
        let refused = match part {
            Part::Host => high < 8 && escape != b"%25",
            Part::Zone => escape != b"%25" && decoded != b' ' && !Part::Host.keeps(decoded),
            _ => false,
        };
        if refused {
            return Err(invalid());
        }
        out.push(decoded);
        rest = &rest[3..];
    }
    Ok(out)
}
