//! `html`, `js` and `urlquery`.
//!
//! # Source
//! spec/rendering.md 1.9.

use skeg_value::{Value, quote};

use crate::print::{self, decode_rune};

/// The text of all arguments; nil is `<no value>`, as in an action.
fn joined(args: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    match args {
        [Value::String(text)] => out.extend_from_slice(text),
        _ => {
            let shown: Vec<Value> = args
                .iter()
                .map(|arg| {
                    if arg.is_null() {
                        Value::from("<no value>")
                    } else {
                        arg.clone()
                    }
                })
                .collect();
            print::append_sprint(&mut out, &shown);
        }
    }
    out
}

/// Escapes what HTML gives a meaning.
pub(super) fn html(args: &[Value]) -> Value {
    let text = joined(args);
    let mut out = Vec::with_capacity(text.len());
    for b in text {
        match b {
            0 => out.extend_from_slice("\u{fffd}".as_bytes()),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            _ => out.push(b),
        }
    }
    Value::String(out.into())
}

/// Escapes what a JavaScript string gives a meaning, and what does not print.
pub(super) fn js(args: &[Value]) -> Value {
    let text = joined(args);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = &text[..];
    while !rest.is_empty() {
        let (c, length) = decode_rune(rest);
        match c {
            Some(c @ ('\\' | '\'' | '"')) => out.extend_from_slice(&[b'\\', c as u8]),
            Some(c @ ('<' | '>' | '&' | '=' | '\0'..='\x1f')) => append_unicode(&mut out, c),
            Some('\x7f') => out.push(0x7f),
            Some(c) if !quote::is_print(c) => append_unicode(&mut out, c),
            // An invalid byte decodes to a character that prints, and is copied as it is.
            _ => out.extend_from_slice(&rest[..length]),
        }
        rest = &rest[length..];
    }
    Value::String(out.into())
}

fn append_unicode(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(format!("\\u{:04X}", c as u32).as_bytes());
}

/// Escapes for the query of a URL.
pub(super) fn url_query(args: &[Value]) -> Value {
    let text = joined(args);
    let mut out = Vec::with_capacity(text.len());
    for b in text {
        match b {
            b' ' => out.push(b'+'),
            b'-' | b'_' | b'.' | b'~' => out.push(b),
            _ if b.is_ascii_alphanumeric() => out.push(b),
            _ => out.extend_from_slice(format!("%{b:02X}").as_bytes()),
        }
    }
    Value::String(out.into())
}
