//! The frame of a signed message that stays readable: the text, dashes at the beginning of its lines escaped, and the
//! signature in armor.
//!
//! # Source
//! spec/lifecycle.md 9.8; RFC 9580, section 7.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const BEGIN_MESSAGE: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
const BEGIN_SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const END_SIGNATURE: &str = "-----END PGP SIGNATURE-----";
/// Letters of a line of a signature.
const WIDTH: usize = 64;
/// Hashes that the header may name.
const HASHES: [&str; 9] = [
    "MD5",
    "SHA1",
    "RIPEMD160",
    "SHA224",
    "SHA256",
    "SHA384",
    "SHA512",
    "SHA3-256",
    "SHA3-512",
];

/// A message that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// What the signature is for: the lines without blanks at their ends, CRLF between them.
    pub signed: Vec<u8>,
    /// The same with LF.
    pub text: Vec<u8>,
    /// The packets of the signature, or why its armor could not be read.
    pub signature: Result<Vec<u8>, String>,
}

/// The lines of a text as they are signed: without blanks at their ends, with CRLF between them.
pub(super) fn canonical(text: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = text
        .split(|byte| *byte == b'\n')
        .map(|line| trim_end(line, b" \t\r"))
        .collect();
    lines.join(&b"\r\n"[..])
}

/// The whole message: `text`, of which [`canonical`] was signed, and the packets of the signature, in the hash `hash`.
pub(super) fn encode(text: &[u8], hash: &str, signature: &[u8]) -> Vec<u8> {
    let mut out = BEGIN_MESSAGE.to_vec();
    out.extend_from_slice(format!("\nHash: {hash}\n\n").as_bytes());
    for line in text.split(|byte| *byte == b'\n') {
        if line.starts_with(b"-") {
            out.extend_from_slice(b"- ");
        }
        out.extend_from_slice(trim_end(line, b" \t\r"));
        out.push(b'\n');
    }
    out.extend_from_slice(BEGIN_SIGNATURE.as_bytes());
    out.extend_from_slice(b"\n\n");
    for line in STANDARD.encode(signature).as_bytes().chunks(WIDTH) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.extend_from_slice(END_SIGNATURE.as_bytes());
    out
}

/// Reads the first message in `data`; none if there is no whole one.
pub(super) fn decode(data: &[u8]) -> Option<Message> {
    let begin = if data.starts_with(BEGIN_MESSAGE) {
        0
    } else {
        find(data, &[b"\n", BEGIN_MESSAGE].concat())? + 1
    };
    let (suffix, mut rest) = line_of(&data[begin + BEGIN_MESSAGE.len()..]);
    if !suffix.is_empty() {
        return None;
    }
    loop {
        if rest.is_empty() {
            return None;
        }
        let (line, after) = line_of(rest);
        rest = after;
        if line.trim_ascii().is_empty() {
            break;
        }
        let names = std::str::from_utf8(line).ok()?.strip_prefix("Hash:")?;
        if !names
            .split(',')
            .all(|name| HASHES.contains(&name.trim().to_ascii_uppercase().as_str()))
        {
            return None;
        }
    }
    let mut lines = Vec::new();
    loop {
        let (line, after) = line_of(rest);
        if line.is_empty() && after.is_empty() {
            return None;
        }
        if line == BEGIN_SIGNATURE.as_bytes() {
            break;
        }
        rest = after;
        lines.push(trim_end(line.strip_prefix(b"- ").unwrap_or(line), b" \t"));
    }
    let end = find(rest, format!("\n{END_SIGNATURE}").as_bytes())?;
    let armor: Vec<&[u8]> = rest[..end]
        .split(|byte| *byte == b'\n')
        .skip(1)
        .map(<[u8]>::trim_ascii)
        .collect();
    Some(Message {
        signed: lines.join(&b"\r\n"[..]),
        text: lines.join(&b'\n'),
        signature: unarmor(&armor),
    })
}

/// The bytes in armor: its lines without blanks around them, from the one after its beginning to the one before its end.
pub(super) fn unarmor(lines: &[&[u8]]) -> Result<Vec<u8>, String> {
    let mut letters = Vec::new();
    let mut is_body = false;
    for line in lines.iter().copied() {
        match (is_body, line) {
            (false, line) => is_body = line.is_empty(),
            // A sum of five letters ends the body.
            (true, [b'=', _, _, _, _]) => break,
            (true, line) => letters.extend_from_slice(line),
        }
    }
    STANDARD.decode(&letters).map_err(|error| {
        let at = match error {
            base64::DecodeError::InvalidByte(at, _) | base64::DecodeError::InvalidLastSymbol(at, _) => at,
            base64::DecodeError::InvalidLength(_) => return "unexpected EOF".to_owned(),
            base64::DecodeError::InvalidPadding => letters.len(),
        };
        format!("illegal base64 data at input byte {at}")
    })
}

/// The first line, without its end, and what follows it.
fn line_of(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == b'\n') {
        None => (data, &[]),
        Some(end) => (
            data[..end].strip_suffix(b"\r").unwrap_or(&data[..end]),
            &data[end + 1..],
        ),
    }
}

fn trim_end<'a>(line: &'a [u8], blanks: &[u8]) -> &'a [u8] {
    let end = line
        .iter()
        .rposition(|byte| !blanks.contains(byte))
        .map_or(0, |last| last + 1);
    &line[..end]
}

fn find(data: &[u8], wanted: &[u8]) -> Option<usize> {
    data.windows(wanted.len()).position(|window| window == wanted)
}
