//! Base64, Base32 and checksums. Decoders answer bad input with Go's error text instead of failing.

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::Value;

use crate::args;
use crate::table::fixed;

type Answer = Result<Value, CallError>;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    fixed(
        "adler32sum",
        &[Param::String],
        adler32sum,
        "The Adler-32 checksum in decimal.",
        (r#"adler32sum "a""#, "6422626"),
    ),
    fixed(
        "b32dec",
        &[Param::String],
        b32dec,
        "The text that Base32 stands for, or the error's text.",
        (r#"b32dec "NBUQ====""#, "hi"),
    ),
    fixed(
        "b32enc",
        &[Param::String],
        b32enc,
        "The text in Base32 with padding.",
        (r#"b32enc "hi""#, "NBUQ===="),
    ),
    fixed(
        "b64dec",
        &[Param::String],
        b64dec,
        "The text that Base64 stands for (line breaks are ignored), or the error's text.",
        (r#"b64dec "aGVsbG8=""#, "hello"),
    ),
    fixed(
        "b64enc",
        &[Param::String],
        b64enc,
        "The text in Base64 with padding.",
        (r#"b64enc "hello""#, "aGVsbG8="),
    ),
    fixed(
        "sha1sum",
        &[Param::String],
        sha1sum,
        "The SHA-1 checksum in hexadecimal.",
        (r#"sha1sum "a""#, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
    ),
    fixed(
        "sha256sum",
        &[Param::String],
        sha256sum,
        "The SHA-256 checksum in hexadecimal.",
        (
            r#"sha256sum "a""#,
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        ),
    ),
    fixed(
        "sha512sum",
        &[Param::String],
        sha512sum,
        "The SHA-512 checksum in hexadecimal.",
        (r#"sha512sum "a" | trunc 32"#, "1f40fc92da241694750979ee6cf582f2"),
    ),
];

fn hexadecimal(bytes: &[u8]) -> Answer {
    let mut out = Vec::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.extend([byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]));
    }
    Ok(Value::string(out))
}

fn sha1sum(_: &mut dyn Context, args: &[Value]) -> Answer {
    hexadecimal(&Sha1::digest(args::string(args, 0)))
}

fn sha256sum(_: &mut dyn Context, args: &[Value]) -> Answer {
    hexadecimal(&Sha256::digest(args::string(args, 0)))
}

fn sha512sum(_: &mut dyn Context, args: &[Value]) -> Answer {
    hexadecimal(&Sha512::digest(args::string(args, 0)))
}

fn adler32sum(_: &mut dyn Context, args: &[Value]) -> Answer {
    const MODULUS: u32 = 65_521;
    let (mut low, mut high) = (1u32, 0u32);
    // 5552 bytes cannot overflow 32 bits, so the remainder is taken once for each such block.
    for block in args::string(args, 0).chunks(5552) {
        for &byte in block {
            low += u32::from(byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    Ok((high << 16 | low).to_string().into())
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Writes groups of `N` bytes as `M` digits of `bits` bits, filled up with `=`.
fn encode<const N: usize, const M: usize>(text: &[u8], alphabet: &[u8], bits: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len().div_ceil(N) * M);
    for group in text.chunks(N) {
        let mut number = 0u64;
        for position in 0..N {
            number = number << 8 | u64::from(group.get(position).copied().unwrap_or(0));
        }
        let written = (group.len() * 8).div_ceil(bits);
        for position in 0..M {
            let digit = (number >> (bits * (M - 1 - position))) as usize & (alphabet.len() - 1);
            out.push(if position < written { alphabet[digit] } else { b'=' });
        }
    }
    out
}

/// The bytes in Base64 with padding.
pub(crate) fn encode_base64(bytes: &[u8]) -> Vec<u8> {
    encode::<3, 4>(bytes, BASE64, 6)
}

fn b64enc(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::string(encode_base64(args::string(args, 0))))
}

fn b32enc(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::string(encode::<5, 8>(args::string(args, 0), BASE32, 5)))
}

fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

fn digit64(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

fn b64dec(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(match decode64(args::string(args, 0)) {
        Ok(bytes) => Value::string(bytes),
        Err(offset) => format!("illegal base64 data at input byte {offset}").into(),
    })
}

/// Decodes Base64, line breaks aside.
///
/// # Errors
/// The offset that Go reports.
pub fn decode64(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let skip_line_breaks = |mut at: usize| {
        while text.get(at).copied().is_some_and(is_line_break) {
            at += 1;
        }
        at
    };
    let (mut group, mut digits) = (0u32, 0);
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        if let Some(digit) = digit64(byte) {
            group = group << 6 | u32::from(digit);
            digits += 1;
            if digits == 4 {
                out.extend_from_slice(&group.to_be_bytes()[1..]);
                (group, digits) = (0, 0);
            }
        } else if !is_line_break(byte) {
            if byte != b'=' || digits < 2 {
                return Err(at);
            }
            let mut end = at + 1;
            if digits == 2 {
                end = skip_line_breaks(end);
                match text.get(end) {
                    None => return Err(text.len()),
                    Some(b'=') => end += 1,
                    Some(_) => return Err(end - 1),
                }
            }
            end = skip_line_breaks(end);
            if end < text.len() {
                return Err(end);
            }
            let bytes = (group << (6 * (4 - digits))).to_be_bytes();
            out.extend_from_slice(&bytes[1..digits]);
            return Ok(out);
        }
        at += 1;
    }
    if digits == 0 { Ok(out) } else { Err(text.len() - digits) }
}

fn digit32(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    }
}

fn b32dec(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text: Vec<u8> = args::string(args, 0)
        .iter()
        .copied()
        .filter(|&byte| !is_line_break(byte))
        .collect();
    Ok(match decode32(&text) {
        Ok(bytes) => Value::string(bytes),
        Err(offset) => format!("illegal base32 data at input byte {offset}").into(),
    })
}

/// Decodes Base32 without line breaks; the error is the offset that Go reports.
fn decode32(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len() / 8 * 5);
    let (mut group, mut digits) = (0u64, 0);
    for (at, &byte) in text.iter().enumerate() {
        let left = text.len() - at - 1;
        if byte == b'=' && digits >= 2 && left < 8 {
            // Padding must fill the group up, and only some lengths stand for whole bytes.
            let padding = 7 - digits;
            if left < padding {
                return Err(text.len());
            }
            if let Some(wrong) = text[at + 1..].iter().take(padding).position(|&byte| byte != b'=') {
                return Err(at + wrong);
            }
            if matches!(digits, 3 | 6) {
                return Err(at);
            }
            let bytes = (group << (5 * (8 - digits))).to_be_bytes();
            out.extend_from_slice(&bytes[3..3 + digits * 5 / 8]);
            return Ok(out);
        }
        group = group << 5 | u64::from(digit32(byte).ok_or(at)?);
        digits += 1;
        if digits == 8 {
            out.extend_from_slice(&group.to_be_bytes()[3..]);
            (group, digits) = (0, 0);
        }
    }
    if digits == 0 { Ok(out) } else { Err(text.len() - digits) }
}
