//! Regular expressions in Go's syntax and with Go's results.
//!
//! [`Pattern`] is a compiled pattern: the Go syntax is read by `translate` (with Go's error messages) into the form that
//! the `regex-automata` engine runs; [`compiled`] keeps patterns that were used before. Matches are what Go finds: the
//! leftmost, by the order of alternatives.

mod class;
mod pattern;
mod translate;

pub use class::unicode_class;
pub use pattern::{Groups, Pattern, Subject, compiled};

/// The first character and its length in bytes; an invalid byte is U+FFFD of length 1, the end has length 0.
fn first_rune(text: &[u8]) -> (char, usize) {
    match text.first() {
        None => (char::REPLACEMENT_CHARACTER, 0),
        Some(&first) if first.is_ascii() => (first.into(), 1),
        Some(_) => {
            let head = &text[..text.len().min(4)];
            let valid = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
            valid
                .chars()
                .next()
                .map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, c.len_utf8()))
        }
    }
}
