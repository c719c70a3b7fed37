//! Where schemas are: URLs, JSON pointers and fragments, joined and printed as the reference does.

use std::borrow::Cow;

use skeg_value::quote::quote;
use skeg_value::url::Url;

/// A reference after resolution: the document's URL and the fragment, decoded.
pub(super) struct Target {
    pub(super) url: String,
    pub(super) fragment: String,
}

/// What a fragment names.
pub(super) enum Fragment<'f> {
    /// A JSON pointer, empty or beginning with a slash.
    Pointer(&'f str),
    /// A name that a schema has given itself.
    Anchor(&'f str),
}

pub(super) fn fragment_kind(fragment: &str) -> Fragment<'_> {
    if fragment.is_empty() || fragment.starts_with('/') {
        Fragment::Pointer(fragment)
    } else {
        Fragment::Anchor(fragment)
    }
}

/// Cuts at the first `#`.
pub(super) fn split(text: &str) -> (&str, &str) {
    text.split_once('#').unwrap_or((text, ""))
}

/// Cuts at the first `#` and decodes what follows.
///
/// # Errors
/// `error in parsing "…": …` for a broken percent sequence.
pub(super) fn split_decoded(text: &str) -> Result<(&str, String), String> {
    let (url, fragment) = split(text);
    match decode(fragment) {
        Ok(fragment) => Ok((url, fragment)),
        Err(reason) => Err(parse_error(text, &reason)),
    }
}

fn parse_error(url: &str, reason: &str) -> String {
    format!("error in parsing {}: {reason}", quote(url.as_bytes()))
}

fn decode(text: &str) -> Result<String, String> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let digit = |index: usize| bytes.get(index).and_then(|&b| char::from(b).to_digit(16));
        let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else {
            return Err(format!(
                "invalid URL escape {}",
                quote(&bytes[at..bytes.len().min(at + 3)])
            ));
        };
        out.push((high * 16 + low) as u8);
        at += 3;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Resolves a reference against the URL of the resource that holds it.
///
/// # Errors
/// `error in parsing "…": …`.
pub(super) fn join(base: &str, reference: &str) -> Result<Target, String> {
    let (reference, fragment) = split_decoded(reference)?;
    Url::parse(reference.as_bytes()).map_err(|reason| parse_error(reference, &reason))?;
    Ok(Target {
        url: resolve(base, reference),
        fragment,
    })
}

/// Scheme, authority (with its slashes), path and query (with its question mark) of a URL without a fragment.
pub(super) fn parts(url: &str) -> (&str, &str, &str, &str) {
    let scheme_end = url
        .find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
        .filter(|&end| end > 0 && url[end..].starts_with(':'))
        .map_or(0, |end| end + 1);
    let (scheme, rest) = url.split_at(scheme_end);
    let query_at = rest.find('?').unwrap_or(rest.len());
    let (rest, query) = rest.split_at(query_at);
    let authority_end = rest
        .strip_prefix("//")
        .map_or(0, |after| after.find('/').map_or(rest.len(), |at| at + 2));
    let (authority, path) = rest.split_at(authority_end);
    (scheme, authority, path, query)
}

fn resolve(base: &str, reference: &str) -> String {
    let (scheme, authority, path, query) = parts(base);
    let (own_scheme, own_authority, own_path, own_query) = parts(reference);
    if !own_scheme.is_empty() {
        let path = if own_path.starts_with('/') {
            without_dots(own_path)
        } else {
            own_path.to_owned()
        };
        return format!("{}{own_authority}{path}{own_query}", own_scheme.to_ascii_lowercase());
    }
    // `urn:name` has no path to be relative to.
    let is_opaque = !scheme.is_empty() && authority.is_empty() && !path.starts_with('/');
    if is_opaque {
        let query = if own_query.is_empty() && own_path.is_empty() {
            query
        } else {
            own_query
        };
        return format!("{scheme}{path}{query}");
    }
    if !own_authority.is_empty() {
        return format!("{scheme}{own_authority}{}{own_query}", without_dots(own_path));
    }
    if own_path.is_empty() {
        let query = if own_query.is_empty() { query } else { own_query };
        return format!("{scheme}{authority}{}{query}", without_dots(path));
    }
    let whole = if own_path.starts_with('/') {
        own_path.to_owned()
    } else {
        let folder = path.rfind('/').map_or("/", |slash| &path[..=slash]);
        format!("{folder}{own_path}")
    };
    format!("{scheme}{authority}{}{own_query}", without_dots(&whole))
}

/// A path without `.` and `..`.
fn without_dots(path: &str) -> String {
    if !path.contains("/.") {
        return path.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut elements = path.split('/').skip(usize::from(path.starts_with('/'))).peekable();
    while let Some(element) = elements.next() {
        let is_last = elements.peek().is_none();
        match element {
            "." if is_last => kept.push(""),
            "." => {}
            ".." => {
                kept.pop();
                if is_last {
                    kept.push("");
                }
            }
            element => kept.push(element),
        }
    }
    format!("/{}", kept.join("/"))
}

/// A member's name as one element of a pointer.
pub(super) fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        token.replace('~', "~0").replace('/', "~1").into()
    } else {
        token.into()
    }
}

/// The reverse of [`escape`]; none for a `~` that stands for nothing.
pub(super) fn unescape(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('~') {
        return Some(token.into());
    }
    let mut out = String::with_capacity(token.len());
    let mut rest = token;
    while let Some(tilde) = rest.find('~') {
        out.push_str(&rest[..tilde]);
        out.push(match rest.as_bytes().get(tilde + 1)? {
            b'0' => '~',
            b'1' => '/',
            _ => return None,
        });
        rest = &rest[tilde + 2..];
    }
    out.push_str(rest);
    Some(out.into())
}

/// `URL#pointer` with the pointer percent-encoded where a URL needs it.
pub(super) fn location(url: &str, pointer: &str) -> String {
    let mut out = format!("{url}#");
    for byte in pointer.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~$&+:=@/".contains(&byte) {
            out.push(byte.into());
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_as_urls_do() {
        for (base, reference, expected) in [
            ("file:///values.schema.json", "nope.json", "file:///nope.json"),
            ("file:///values.schema.json", "#/a", "file:///values.schema.json"),
            ("file:///a/b.json", "../c.json", "file:///c.json"),
            ("http://x/a/b", "/c?d", "http://x/c?d"),
            ("http://x/a/b", "//y/c", "http://y/c"),
            ("http://x", "a", "http://x/a"),
            ("http://x/a/b/", "./../c/.", "http://x/a/c/"),
            ("urn:uuid:1", "#x", "urn:uuid:1"),
            ("http://x/y", "URN:z", "urn:z"),
        ] {
            assert_eq!(join(base, reference).unwrap().url, expected, "{base} {reference}");
        }
        assert_eq!(
            join("http://x", "%zz").err().unwrap(),
            r#"error in parsing "%zz": parse "%zz": invalid URL escape "%zz""#
        );
    }

    #[test]
    fn pointers_are_escaped_twice() {
        assert_eq!(location("u", "/a~1b/c d%"), "u#/a~1b/c%20d%25");
        assert_eq!(unescape("a~1b~0").as_deref(), Some("a/b~"));
        assert_eq!(unescape("a~2"), None);
    }
}
