//! From bytes to text: byte order marks, UTF-16, and the characters that YAML forbids.
//!
//! The reference reads its input in pages of 512 bytes and refuses a bad byte when its page is loaded, which may be
//! before or after another error is met. [`Pages`] replays that, only for texts where it can matter.

use std::borrow::Cow;

/// A text that holds only allowed characters, all of them valid UTF-8, none of them NUL.
pub(super) struct Input<'a> {
    /// The text up to the first page that could not be read.
    pub(super) text: Cow<'a, [u8]>,
    /// Bytes of byte order mark before the text.
    pub(super) base: usize,
    /// The reader's state, for texts with faults or with inner byte order marks.
    pub(super) pages: Option<Pages>,
}

/// The page-wise reader: what has been loaded, and what happens beyond.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    /// Offsets in the text at which each page ends.
    ends: Vec<usize>,
    /// The fault that loading one page more would raise.
    fault: Option<&'static str>,
    loaded: usize,
    past_end: usize,
    /// Where the buffer began at the last load.
    front: usize,
}

const PAGE: usize = 512;
const BOM: &[u8] = b"\xEF\xBB\xBF";

impl Pages {
    /// Makes sure that `count` characters from `at` are loaded.
    pub(super) fn need(&mut self, text: &[u8], at: usize, count: usize) -> Result<(), &'static str> {
        let end = self.loaded.checked_sub(1).map_or(0, |last| self.ends[last]);
        let mut unread = self.past_end + characters(text, at, end, count);
        if unread >= count {
            return Ok(());
        }
        self.front = at;
        let mut from = at.max(end);
        while unread < count {
            if let Some(&end) = self.ends.get(self.loaded) {
                unread += characters(text, from, end, count);
                from = from.max(end);
                self.loaded += 1;
            } else if let Some(fault) = self.fault {
                return Err(fault);
            } else {
                self.past_end += 1;
                break;
            }
        }
        Ok(())
    }

    /// Whether the buffer begins with a byte order mark: the reference looks there, not at its current position.
    pub(super) fn front_is_mark(&self, text: &[u8]) -> bool {
        text[self.front.min(text.len())..].starts_with(BOM)
    }

    /// Called when a character past the end of the text was skipped.
    pub(super) fn skip_past_end(&mut self) {
        self.past_end = self.past_end.saturating_sub(1);
    }
}

/// How many characters stand between two offsets, counted up to a maximum.
fn characters(text: &[u8], from: usize, to: usize, most: usize) -> usize {
    if from >= to {
        return 0;
    }
    text[from..to].iter().filter(|&&b| b & 0xC0 != 0x80).take(most).count()
}

impl<'a> Input<'a> {
    /// Finds the encoding and checks every character.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        match bytes {
            // Go reads an empty text as one empty line.
            [] => Input {
                text: Cow::Borrowed(b"\n"),
                base: 0,
                pages: None,
            },
            [0xFF, 0xFE, ..] => Input::wide(bytes, u16::from_le_bytes),
            [0xFE, 0xFF, ..] => Input::wide(bytes, u16::from_be_bytes),
            _ => Input::narrow(bytes),
        }
    }

    fn narrow(bytes: &'a [u8]) -> Self {
        let base = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
        if all_fine(&bytes[base..]) {
            return Input {
                text: Cow::Borrowed(&bytes[base..]),
                base,
                pages: None,
            };
        }
        let mut pages = Pages::default();
        let mut window = 0;
        let mut at = base;
        'pages: while at < bytes.len() {
            let end = (window + PAGE).min(bytes.len());
            while at < end {
                match narrow_character(&bytes[at..end]) {
                    Ok(width) => at += width,
                    Err(Flaw::Incomplete) if end < bytes.len() || at > window.max(base) => break,
                    Err(Flaw::Incomplete) => {
                        pages.fault = Some("incomplete UTF-8 octet sequence");
                        break 'pages;
                    }
                    Err(Flaw::Wrong(fault)) => {
                        pages.fault = Some(fault);
                        break 'pages;
                    }
                }
            }
            pages.ends.push(at - base);
            window = at;
        }
        let end = pages.ends.last().map_or(base, |end| base + end);
        Input {
            text: Cow::Borrowed(&bytes[base..end]),
            base,
            pages: Some(pages),
        }
    }

    fn wide(bytes: &'a [u8], unit: fn([u8; 2]) -> u16) -> Self {
        let mut text = Vec::with_capacity(bytes.len());
        let mut pages = Pages::default();
        let (mut window, mut at) = (0, 2);
        'pages: while at < bytes.len() {
            let end = (window + PAGE).min(bytes.len());
            let page_start = text.len();
            while at < end {
                match wide_character(&bytes[at..end], unit) {
                    Ok((character, width)) => {
                        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                        at += width;
                    }
                    Err(Flaw::Incomplete) if end < bytes.len() || at > window.max(2) => break,
                    Err(flaw) => {
                        pages.fault = Some(match flaw {
                            Flaw::Wrong(fault) => fault,
                            Flaw::Incomplete if end - at < 2 => "incomplete UTF-16 character",
                            Flaw::Incomplete => "incomplete UTF-16 surrogate pair",
                        });
                        text.truncate(page_start);
                        break 'pages;
                    }
                }
            }
            pages.ends.push(text.len());
            window = at;
        }
        Input {
            text: Cow::Owned(text),
            base: 2,
            pages: Some(pages),
        }
    }
}

enum Flaw {
    /// The character goes on past the given bytes.
    Incomplete,
    Wrong(&'static str),
}

const CONTROL: Flaw = Flaw::Wrong("control characters are not allowed");

fn allowed(code: u32) -> bool {
    matches!(code, 0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0x85 | 0xA0..=0xD7FF | 0xE000..=0xFFFD | 0x10000..=0x10FFFF)
}

/// The width of the UTF-8 character at the start of `bytes`, if it is a good one.
fn narrow_character(bytes: &[u8]) -> Result<usize, Flaw> {
    let first = bytes[0];
    let (width, bits) = match first {
        0x00..=0x7F => (1, first),
        0xC0..=0xDF => (2, first & 0x1F),
        0xE0..=0xEF => (3, first & 0x0F),
        0xF0..=0xF7 => (4, first & 0x07),
        _ => return Err(Flaw::Wrong("invalid leading UTF-8 octet")),
    };
    if width > bytes.len() {
        return Err(Flaw::Incomplete);
    }
    let mut code = u32::from(bits);
    for &octet in &bytes[1..width] {
        if octet & 0xC0 != 0x80 {
            return Err(Flaw::Wrong("invalid trailing UTF-8 octet"));
        }
        code = code << 6 | u32::from(octet & 0x3F);
    }
    let least = [0, 0, 0x80, 0x800, 0x10000][width];
    if code < least {
        return Err(Flaw::Wrong("invalid length of a UTF-8 sequence"));
    }
    if char::from_u32(code).is_none() {
        return Err(Flaw::Wrong("invalid Unicode character"));
    }
    if allowed(code) { Ok(width) } else { Err(CONTROL) }
}

/// The UTF-16 character at the start of `bytes` and its width in bytes.
fn wide_character(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<(char, usize), Flaw> {
    let [a, b, ..] = *bytes else {
        return Err(Flaw::Incomplete);
    };
    let first = u32::from(unit([a, b]));
    let (code, width) = match first & 0xFC00 {
        0xDC00 => return Err(Flaw::Wrong("unexpected low surrogate area")),
        0xD800 => {
            let [_, _, c, d, ..] = *bytes else {
                return Err(Flaw::Incomplete);
            };
            let second = u32::from(unit([c, d]));
            if second & 0xFC00 != 0xDC00 {
                return Err(Flaw::Wrong("expected low surrogate area"));
            }
            (0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF), 4)
        }
        _ => (first, 2),
    };
    match char::from_u32(code) {
        Some(character) if allowed(code) => Ok((character, width)),
        _ => Err(CONTROL),
    }
}

/// Whether the text needs no page-wise reading: every character allowed, and no byte order mark inside.
fn all_fine(mut text: &[u8]) -> bool {
    loop {
        let ascii = text.chunks_exact(WORD).take_while(|chunk| all_plain_ascii(chunk));
        text = &text[ascii.count() * WORD..];
        // The rest begins with a word that holds something else, or is short.
        let Some(at) = text.iter().position(|&b| !plain_ascii(b)) else {
            return true;
        };
        text = &text[at..];
        while !text.is_empty() && !plain_ascii(text[0]) {
            match narrow_character(text) {
                Ok(width) if !text.starts_with(BOM) => text = &text[width..],
                _ => return false,
            }
        }
    }
}

const WORD: usize = size_of::<u64>();

/// [`plain_ascii`] for eight bytes at once. By hand: what is built for size is not vectorised, and this looks at every byte
/// of every document.
#[inline(always)]
fn all_plain_ascii(chunk: &[u8]) -> bool {
    const EACH: u64 = u64::from_ne_bytes([1; WORD]);
    const TOP: u64 = EACH * 0x80;
    const REST: u64 = EACH * 0x7F;
    let Ok(bytes) = chunk.try_into() else {
        return false;
    };
    let word = u64::from_ne_bytes(bytes);
    let rest = word & REST;
    // In each of these the top bit of a byte tells; no sum carries into the next byte.
    let is = |byte: u8| !((rest ^ (EACH * u64::from(byte))) + REST);
    let printable = (rest + EACH * 0x60) & !(rest + EACH);
    let white = is(b'\n') | is(b'\t') | is(b'\r');
    (printable | white) & !word & TOP == TOP
}

/// Printable ASCII and the usual white space.
#[inline(always)]
fn plain_ascii(b: u8) -> bool {
    (b.wrapping_sub(0x20) < 0x5F) | (b == b'\n') | (b == b'\t') | (b == b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bytes_at_once_are_judged_as_each_alone() {
        for byte in 0..=u8::MAX {
            for at in 0..WORD {
                let mut word = [b'a', b'\n', b'~', b' ', b'\t', b'0', b'\r', b'}'];
                word[at] = byte;
                assert_eq!(all_plain_ascii(&word), plain_ascii(byte), "{byte:#x} at {at}");
            }
        }
    }
}
