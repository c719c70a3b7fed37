//! DER, as far as keys and certificates need it: bytes from parts, and parts from bytes.

use num_bigint::BigUint;

/// An integer's tag.
pub(super) const INTEGER: u8 = 0x02;
/// A string of bits, beginning with the number of those unused.
pub(super) const BIT_STRING: u8 = 0x03;
/// A string of bytes.
pub(super) const OCTET_STRING: u8 = 0x04;
/// An object identifier.
pub(super) const OID: u8 = 0x06;
/// A sequence.
pub(super) const SEQUENCE: u8 = 0x30;
/// A set.
pub(super) const SET: u8 = 0x31;

/// A tag, a length, and the content.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 6);
    out.push(tag);
    if content.len() < 0x80 {
        out.push(content.len() as u8);
    } else {
        let length = content.len().to_be_bytes();
        let length = &length[length.iter().take_while(|&&byte| byte == 0).count()..];
        out.push(0x80 | length.len() as u8);
        out.extend_from_slice(length);
    }
    out.extend_from_slice(content);
    out
}

/// A sequence of finished elements.
pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

/// A number without a sign, given by its bytes from the highest on.
pub(super) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    let mut content = bytes[zeros..].to_vec();
    // A first bit that is set would make it negative.
    if content.first().is_none_or(|&byte| byte >= 0x80) {
        content.insert(0, 0);
    }
    element(INTEGER, &content)
}

/// A large number.
pub(super) fn number(number: &BigUint) -> Vec<u8> {
    unsigned(&number.to_bytes_be())
}

/// A small number.
pub(super) fn small(number: u8) -> Vec<u8> {
    unsigned(&[number])
}

/// Bits that fill whole bytes.
pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], bytes].concat())
}

/// Reads elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The tag of the next element.
    pub(super) fn tag(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element, whatever it is: all of its bytes, and its content.
    pub(super) fn any(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        let (&first, rest) = self.0.get(1..)?.split_first()?;
        let (length, head) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let count = usize::from(first & 0x7f);
            let bytes = rest.get(..count).filter(|_| (1..=4).contains(&count))?;
            let length = bytes.iter().fold(0usize, |sum, &byte| sum << 8 | usize::from(byte));
            (length, 2 + count)
        };
        let (whole, rest) = self.0.split_at_checked(head.checked_add(length)?)?;
        self.0 = rest;
        Some((whole, &whole[head..]))
    }

    /// The content of the next element, which has this tag.
    pub(super) fn content(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.tag() != Some(tag) {
            return None;
        }
        self.any().map(|(_, content)| content)
    }

    /// The next element as a sequence to be read.
    pub(super) fn sequence(&mut self) -> Option<Reader<'a>> {
        self.content(SEQUENCE).map(Reader)
    }

    /// The next element as a number that is not negative.
    pub(super) fn number(&mut self) -> Option<BigUint> {
        let content = self.content(INTEGER)?;
        let positive = content.first().is_some_and(|&byte| byte < 0x80);
        positive.then(|| BigUint::from_bytes_be(content))
    }
}
