//! PEM: Base64 between lines that name what it is.

use crate::encoding::{decode64, encode_base64};

/// A block: its type, such as `RSA PRIVATE KEY`, and its bytes.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: String,
    pub(super) bytes: Vec<u8>,
}

/// The block as text, in lines of 64 characters.
pub(super) fn encode(kind: &str, bytes: &[u8]) -> String {
    let mut out = format!("-----BEGIN {kind}-----\n");
    for line in encode_base64(bytes).chunks(64) {
        out.extend(line.iter().copied().map(char::from));
        out.push('\n');
    }
    out.push_str("-----END ");
    out.push_str(kind);
    out.push_str("-----\n");
    out
}

/// The first block in a text. What stands before it is skipped, and so are blocks that are damaged.
pub(super) fn decode(text: &[u8]) -> Option<Block> {
    let mut rest = text;
    loop {
        let start = find_line(rest, b"-----BEGIN ")?;
        rest = &rest[start + b"-----BEGIN ".len()..];
        if let Some(block) = block(rest) {
            return Some(block);
        }
    }
}

/// A block, from its type on.
fn block(text: &[u8]) -> Option<Block> {
    let end = text.iter().position(|&byte| byte == b'\n')?;
    let kind = text[..end].trim_ascii_end().strip_suffix(b"-----")?;
    let body = &text[end + 1..];
    let last = [b"-----END ", kind, b"-----"].concat();
    let body = &body[..find_line(body, &last)?];
    let mut characters = Vec::with_capacity(body.len());
    for line in body.split(|&byte| byte == b'\n') {
        // Headers such as `Proc-Type: 4,ENCRYPTED` come before the Base64.
        if !line.contains(&b':') {
            characters.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
        }
    }
    Some(Block {
        kind: String::from_utf8(kind.to_vec()).ok()?,
        bytes: decode64(&characters).ok()?,
    })
}

/// Where a line begins that begins with this.
fn find_line(text: &[u8], start: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(text, start).find(|&at| at == 0 || text[at - 1] == b'\n')
}
