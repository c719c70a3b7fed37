//! OpenPGP packets, one after the other, with Helm's opinion of what is skipped and what is an error.
//!
//! # Source
//! spec/lifecycle.md 9.7; RFC 9580, section 4.

use pgp::crypto::hash::HashAlgorithm;
use pgp::errors::Error;
use pgp::packet::{Packet, PacketParser, Signature, SignatureVersion, SubpacketData};
use pgp::types::{KeyVersion, PublicParams};

/// Why packets could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The key that they belong to is unusable; others may be fine.
    Key(String),
    /// Nothing after this can be read.
    All(String),
}

impl Fault {
    /// Data that break a rule.
    pub(super) fn invalid(reason: &str) -> Self {
        Fault::Key(format!("openpgp: invalid data: {reason}"))
    }

    /// The message.
    pub(super) fn message(self) -> String {
        match self {
            Fault::Key(message) | Fault::All(message) => message,
        }
    }
}

/// Reads packets from bytes.
pub(super) struct Packets<'a> {
    rest: &'a [u8],
    back: Option<Packet>,
}

/// One packet as it stands in the bytes.
struct Raw<'a> {
    tag: u8,
    /// Header and body.
    whole: &'a [u8],
}

impl<'a> Packets<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Packets {
            rest: bytes,
            back: None,
        }
    }

    /// Gives a packet back: it is the next one again.
    pub(super) fn unread(&mut self, packet: Packet) {
        self.back = Some(packet);
    }

    /// The next packet that is known; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Packet>, Fault> {
        if self.back.is_some() {
            return Ok(self.back.take());
        }
        while !self.rest.is_empty() {
            let raw = self.split()?;
            match raw.tag {
                // Trust, padding and markers say nothing; what is private or from the future may be skipped.
                10 | 12 | 21 | 40.. => continue,
                0 | 15 | 16 | 19 | 22..40 => {
                    return Err(Fault::All(format!(
                        "openpgp: unknown critical packet type: {}",
                        raw.tag
                    )));
                }
                _ => {}
            }
            match PacketParser::new(raw.whole).next() {
                None | Some(Err(Error::Unsupported { .. })) => {}
                Some(Err(error)) => return Err(Fault::invalid(&error.to_string())),
                Some(Ok(packet)) if is_supported(&packet) => return Ok(Some(packet)),
                Some(Ok(_)) => {}
            }
        }
        Ok(None)
    }

    fn split(&mut self) -> Result<Raw<'a>, Fault> {
        let bytes = self.rest;
        let cut = || Fault::All("unexpected EOF".to_owned());
        let first = *bytes.first().ok_or_else(cut)?;
        if first & 0x80 == 0 {
            return Err(Fault::invalid("tag byte does not have MSB set"));
        }
        let (tag, end) = if first & 0x40 == 0 {
            let tag = (first & 0x3f) >> 2;
            let end = match first & 3 {
                3 => Some(bytes.len()),
                kind => {
                    let width = 1 << kind;
                    let length = bytes.get(1..1 + width).ok_or_else(cut)?;
                    (1 + width).checked_add(big_endian(length))
                }
            };
            (tag, end)
        } else {
            (first & 0x3f, new_format_end(bytes))
        };
        let end = end.filter(|end| *end <= bytes.len()).ok_or_else(cut)?;
        let (whole, rest) = bytes.split_at(end);
        self.rest = rest;
        Ok(Raw { tag, whole })
    }
}

/// Where a packet with the newer kind of header ends, in bytes; none if that is beyond the end.
fn new_format_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        let first = usize::from(*bytes.get(at)?);
        let (width, length, is_last) = match first {
            0..192 => (1, first, true),
            192..224 => (2, ((first - 192) << 8) + usize::from(*bytes.get(at + 1)?) + 192, true),
            224..255 => (1, 1 << (first & 0x1f), false),
            _ => (5, big_endian(bytes.get(at + 1..at + 5)?), true),
        };
        at = at.checked_add(width)?.checked_add(length)?;
        if is_last {
            return Some(at);
        }
    }
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte))
}

/// Whether Helm knows the version and the algorithms of a packet; it passes over others.
fn is_supported(packet: &Packet) -> bool {
    use pgp::types::KeyDetails;
    let knows_key = |version: KeyVersion, params: &PublicParams| {
        matches!(version, KeyVersion::V4 | KeyVersion::V6) && !matches!(params, PublicParams::Unknown { .. })
    };
    match packet {
        Packet::PublicKey(key) => knows_key(key.version(), key.public_params()),
        Packet::PublicSubkey(key) => knows_key(key.version(), key.public_params()),
        Packet::SecretKey(key) => knows_key(key.version(), key.public_params()),
        Packet::SecretSubkey(key) => knows_key(key.version(), key.public_params()),
        Packet::Signature(signature) => knows_signature(signature),
        _ => true,
    }
}

fn knows_signature(signature: &Signature) -> bool {
    let Some(config) = signature.config() else { return false };
    let is_unknown = |data: &SubpacketData| matches!(data, SubpacketData::Other(..) | SubpacketData::Experimental(..));
    matches!(signature.version(), SignatureVersion::V4 | SignatureVersion::V6)
        && matches!(
            config.hash_alg,
            HashAlgorithm::Sha1
                | HashAlgorithm::Sha224
                | HashAlgorithm::Sha256
                | HashAlgorithm::Sha384
                | HashAlgorithm::Sha512
                | HashAlgorithm::Sha3_256
                | HashAlgorithm::Sha3_512
        )
        && !config
            .hashed_subpackets()
            .chain(config.unhashed_subpackets())
            .any(|subpacket| subpacket.is_critical && is_unknown(&subpacket.data))
}
