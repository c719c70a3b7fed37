//! The character classes of YAML 1.1, on UTF-8 bytes. The text holds no NUL, so 0 stands for its end.

pub(super) const BLANK: u8 = 1;
pub(super) const BREAK: u8 = 2;
pub(super) const END: u8 = 4;
/// Bytes that may begin one of the longer line breaks U+0085, U+2028 and U+2029.
pub(super) const WIDE: u8 = 8;
/// Indicators that end a plain scalar in flow context.
pub(super) const FLOW: u8 = 16;
pub(super) const COLON: u8 = 32;
/// Letters, digits, `_` and `-`: names of anchors and tag handles.
pub(super) const WORD: u8 = 64;
/// Bytes at which a quoted scalar needs a closer look.
pub(super) const QUOTE: u8 = 128;

/// The classes of each byte.
pub(super) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut b = 0usize;
    while b < 256 {
        table[b] = match b as u8 {
            0 => END,
            b' ' | b'\t' => BLANK,
            b'\n' | b'\r' => BREAK,
            0xC2 | 0xE2 => WIDE,
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => FLOW,
            b':' => COLON,
            b'"' | b'\'' | b'\\' => QUOTE,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => WORD,
            _ => 0,
        };
        b += 1;
    }
    table
}

/// The byte at an offset, 0 past the end.
#[inline(always)]
pub(super) fn byte(text: &[u8], at: usize) -> u8 {
    if at < text.len() { text[at] } else { 0 }
}

/// The length of the line break at an offset, 0 where there is none.
#[inline(always)]
pub(super) fn break_len(text: &[u8], at: usize) -> usize {
    match byte(text, at) {
        b'\n' => 1,
        b'\r' => 1 + usize::from(byte(text, at + 1) == b'\n'),
        0xC2 => 2 * usize::from(byte(text, at + 1) == 0x85),
        0xE2 => 3 * usize::from(byte(text, at + 1) == 0x80 && matches!(byte(text, at + 2), 0xA8 | 0xA9)),
        _ => 0,
    }
}

/// Whether a line break or the end of the text is at an offset.
#[inline(always)]
pub(super) fn is_breakz(text: &[u8], at: usize) -> bool {
    let class = CLASS[byte(text, at) as usize];
    class & (BREAK | END) != 0 || class & WIDE != 0 && break_len(text, at) > 0
}

/// Whether a space, a tab, a line break or the end of the text is at an offset.
#[inline(always)]
pub(super) fn is_blankz(text: &[u8], at: usize) -> bool {
    let class = CLASS[byte(text, at) as usize];
    class & (BLANK | BREAK | END) != 0 || class & WIDE != 0 && break_len(text, at) > 0
}

/// The offset of the next line break or of the end of the text.
#[inline]
pub(super) fn line_end(text: &[u8], mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        let mut skipped = 0;
        // Sixteen bytes at a time, in a form that compilers turn into vector instructions.
        for chunk in rest.chunks_exact(16) {
            let hit = chunk.iter().fold(false, |hit, &b| {
                hit | (b == b'\n') | (b == b'\r') | (b == 0xC2) | (b == 0xE2)
            });
            if hit {
                break;
            }
            skipped += 16;
        }
        let stop = rest[skipped..]
            .iter()
            .position(|&b| CLASS[b as usize] & (BREAK | WIDE | END) != 0);
        match stop {
            None => return text.len(),
            Some(offset) => {
                at += skipped + offset;
                if is_breakz(text, at) {
                    return at;
                }
                at += 1;
            }
        }
    }
}

/// The offset after the next `\n`, or the end of the text.
pub(super) fn next_line(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    let chunks = rest
        .chunks_exact(16)
        .take_while(|chunk| !chunk.iter().fold(false, |hit, &b| hit | (b == b'\n')));
    let skipped = chunks.count() * 16;
    let found = rest[skipped..].iter().position(|&b| b == b'\n');
    found.map_or(text.len(), |offset| at + skipped + offset + 1)
}

/// The width of the UTF-8 character that a byte begins.
#[inline(always)]
pub(super) fn width(first: u8) -> usize {
    match first {
        0..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    }
}

/// How a line break reads in a scalar: `\n`, except that U+2028 and U+2029 stay.
pub(super) fn break_text(text: &[u8], at: usize) -> &[u8] {
    if text[at] == 0xE2 { &text[at..at + 3] } else { b"\n" }
}
