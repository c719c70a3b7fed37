//! The forms in which a file holds keys: as they are, in armor, or in GnuPG's keybox.
//!
//! # Source
//! Helm 4.3.1 itself: spec/lifecycle.md 9.7 knows only the first form.

use std::borrow::Cow;

use super::cleartext;

/// The mark of a keybox, at the eighth byte.
const KEYBOX: &[u8] = b"KBXf";
/// The kind of the blob that a keybox begins with.
const HEADER_BLOB: u8 = 1;
/// The kind of a blob that holds an OpenPGP key.
const KEY_BLOB: u8 = 2;
/// Bytes of a key blob before anything of its key.
const KEY_BLOB_HEAD: usize = 16;

const BEGIN: &[u8] = b"-----BEGIN ";
const DASHES: &[u8] = b"-----";

/// Whether a file is a keybox.
pub(super) fn is_keybox(bytes: &[u8]) -> bool {
    bytes.get(4) == Some(&HEADER_BLOB) && bytes.get(8..12) == Some(KEYBOX)
}

/// Whether a file is in armor.
pub(super) fn is_armored(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(BEGIN)
}

/// The packets of the keys in a keybox; what else is in it is passed over.
pub(super) fn of_keybox(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let (mut at, mut packets, mut is_empty) = (0, Vec::new(), true);
    while at < bytes.len() {
        let rest = &bytes[at..];
        let Some((length, kind)) = number(rest, 0).zip(rest.get(4)) else {
            return Err(format!("truncated blob header at offset {at}"));
        };
        if length < 5 {
            return Err(format!("invalid blob length {length} at offset {at}"));
        }
        let blob = rest.get(..length).ok_or_else(|| {
            let left = rest.len();
            format!("blob at offset {at} has length {length} exceeding the {left} remaining bytes")
        })?;
        if *kind == KEY_BLOB {
            if blob.len() < KEY_BLOB_HEAD {
                return Err(format!("OpenPGP blob at offset {at} is too short"));
            }
            let place = number(blob, 8).zip(number(blob, 12));
            let key = place.and_then(|(start, size)| blob.get(start..start.checked_add(size)?));
            packets.extend_from_slice(
                key.ok_or_else(|| format!("OpenPGP blob at offset {at} has an out-of-range keyblock"))?,
            );
            is_empty = false;
        }
        at += length;
    }
    if is_empty {
        return Err("keybox contains no OpenPGP keys".to_owned());
    }
    Ok(packets)
}

/// The packets of the keys in each block of armor.
///
/// Helm may lose the blocks after the first one, depending on where they begin; here they all count. What is no key
/// is an error in the first block and passed over in others.
pub(super) fn of_armor(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        let kind = line
            .trim_ascii()
            .strip_prefix(BEGIN)
            .and_then(|line| line.strip_suffix(DASHES));
        let Some(kind) = kind.map(String::from_utf8_lossy) else {
            continue;
        };
        let is_key = matches!(kind, Cow::Borrowed("PGP PUBLIC KEY BLOCK" | "PGP PRIVATE KEY BLOCK"));
        if !is_key {
            if blocks.is_empty() {
                return Err(format!("expected a public or private key block, got \"{kind}\""));
            }
            continue;
        }
        let body: Vec<&[u8]> = lines
            .by_ref()
            .map(<[u8]>::trim_ascii)
            .take_while(|line| !line.starts_with(b"-----END "))
            .collect();
        blocks.push(cleartext::unarmor(&body)?);
    }
    Ok(blocks)
}

/// Four bytes at a place, the highest first.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(bytes)).ok()
}
