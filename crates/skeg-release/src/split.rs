//! Cutting rendered text into YAML documents, textually, as Helm does it.
//!
//! # Source
//! spec/rendering.md 6.1 rule 3.

use std::ops::Range;

/// The byte ranges of the documents in a rendered file, in order.
///
/// A boundary is `---` at the start of a line together with the spaces and tabs after it, wherever it stands (inside a
/// block scalar too; `---foo` is a boundary followed by text). Pieces lose their leading white space, the first line's
/// indentation included; what follows the text is kept to the byte. Blank pieces are left out.
pub fn documents(text: &[u8]) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = skip_space(text, 0, text.len());
    // A boundary may be the very first thing; any other follows a newline.
    let first = text[start..].starts_with(b"---").then_some(start);
    let others = memchr::memmem::find_iter(&text[start..], b"\n---").map(|offset| start + offset + 1);
    for boundary in first.into_iter().chain(others.collect::<Vec<_>>()) {
        push(text, start..boundary, &mut pieces);
        start = boundary + 3;
        while matches!(text.get(start), Some(b' ' | b'\t')) {
            start += 1;
        }
    }
    push(text, start..text.len(), &mut pieces);
    pieces
}

fn push(text: &[u8], piece: Range<usize>, pieces: &mut Vec<Range<usize>>) {
    let start = skip_space(text, piece.start, piece.end);
    if start < piece.end {
        pieces.push(start..piece.end);
    }
}

/// The first offset in `start..end` that does not begin a Unicode white space character.
fn skip_space(text: &[u8], start: usize, end: usize) -> usize {
    let mut at = start;
    while at < end {
        at += match text[at] {
            b' ' | b'\t'..=b'\r' => 1,
            0xC2 if matches!(text.get(at + 1), Some(0x85 | 0xA0)) => 2,
            0xE1 if text[at..end].starts_with("\u{1680}".as_bytes()) => 3,
            0xE2 if wide_space(&text[at..end]) => 3,
            0xE3 if text[at..end].starts_with("\u{3000}".as_bytes()) => 3,
            _ => break,
        };
    }
    at
}

fn wide_space(text: &[u8]) -> bool {
    matches!(
        text,
        [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF, ..] | [0xE2, 0x81, 0x9F, ..]
    )
}

/// Whether a rendered file holds nothing but white space.
pub fn is_blank(text: &[u8]) -> bool {
    skip_space(text, 0, text.len()) == text.len()
}

/// The text without leading and trailing Unicode white space.
pub fn trim(text: &[u8]) -> &[u8] {
    let start = skip_space(text, 0, text.len());
    let mut end = text.len();
    while end > start {
        let before = (1..=3)
            .find(|&n| end - start >= n && skip_space(text, end - n, end) == end && is_char(&text[end - n..end]));
        match before {
            Some(n) => end -= n,
            None => break,
        }
    }
    &text[start..end]
}

fn is_char(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        documents(text.as_bytes())
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    /// spec 6.1 rule 3, each clause.
    #[test]
    fn boundaries_are_textual() {
        for (name, text, expected) in [
            ("one document", "a: 1\n", vec!["a: 1\n"]),
            ("leading boundary", "---\na: 1\n", vec!["a: 1\n"]),
            (
                "trailing text is kept",
                "a: 1\n\n---\nb: 1\n\n",
                vec!["a: 1\n\n", "b: 1\n\n"],
            ),
            ("text after the dashes", "---foo: 1\n", vec!["foo: 1\n"]),
            (
                "a comment after the dashes",
                "a: 1\n--- # c\nb: 1\n",
                vec!["a: 1\n", "# c\nb: 1\n"],
            ),
            ("four dashes", "----\n", vec!["-\n"]),
            ("six dashes", "------\n", vec!["---\n"]),
            ("indented dashes", "a:\n ---\n", vec!["a:\n ---\n"]),
            ("blank pieces", "---\n---\n \n---\na: 1", vec!["a: 1"]),
            (
                "indentation of the first line",
                "\n  a: 1\n  b: 2\n",
                vec!["a: 1\n  b: 2\n"],
            ),
            ("unicode space in front", "\u{3000}\u{a0}a: 1", vec!["a: 1"]),
            ("nothing", " \n\t", vec![]),
        ] {
            assert_eq!(pieces(text), expected, "{name}");
        }
    }

    /// spec 6.2: the main part of the output loses white space at both ends.
    #[test]
    fn trimming_knows_unicode_space() {
        assert_eq!(trim("\u{2003}\n a b\u{85}\u{3000} \n".as_bytes()), b"a b");
        assert_eq!(trim(b" \n"), b"");
        assert_eq!(trim("é".as_bytes()), "é".as_bytes());
    }
}
