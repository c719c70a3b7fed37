//! Characters as Go's `unicode` and `utf8` packages see them: decoding that never fails, simple case mapping, categories.

use std::cell::OnceCell;

/// U+FFFD, which Go reads in place of every byte that is not part of valid UTF-8.
pub(crate) const RUNE_ERROR: char = char::REPLACEMENT_CHARACTER;

/// The characters of a byte string; each invalid byte yields one U+FFFD.
pub(crate) fn runes(text: &[u8]) -> impl Iterator<Item = char> {
    text.utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars().chain(chunk.invalid().iter().map(|_| RUNE_ERROR)))
}

/// The first character and its length in bytes (0 for an empty text, 1 for an invalid byte).
pub(crate) fn first_rune(text: &[u8]) -> (char, usize) {
    let Some(&first) = text.first() else {
        return (RUNE_ERROR, 0);
    };
    if first.is_ascii() {
        return (first.into(), 1);
    }
    let head = &text[..text.len().min(4)];
    let valid = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    valid.chars().next().map_or((RUNE_ERROR, 1), |c| (c, c.len_utf8()))
}

/// The last character and its length in bytes.
pub(crate) fn last_rune(text: &[u8]) -> (char, usize) {
    for length in 1..=text.len().min(4) {
        let tail = &text[text.len() - length..];
        if let Some(c) = std::str::from_utf8(tail).ok().and_then(|tail| tail.chars().next()) {
            return (c, length);
        }
    }
    (RUNE_ERROR, text.len().min(1))
}

/// Maps every character; invalid bytes arrive as U+FFFD.
pub(crate) fn map_runes(text: &[u8], mut map: impl FnMut(char) -> char) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in runes(text) {
        push(&mut out, map(c));
    }
    out
}

/// Appends a character as UTF-8.
pub(crate) fn push(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// `unicode.ToUpper`: one character to one character, so `ß` stays.
pub(crate) fn to_upper(c: char) -> char {
    let mut full = c.to_uppercase();
    match (full.next(), full.next()) {
        (Some(upper), None) => upper,
        // Characters whose full mapping has several characters keep themselves, but for the Greek letters with
        // iota subscript, which have a capital of their own.
        _ => match c {
            '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => offset(c, 8),
            '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => offset(c, 9),
            _ => c,
        },
    }
}

/// `unicode.ToLower`: one character to one character, so `İ` becomes `i`.
pub(crate) fn to_lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// `unicode.ToTitle`: like [`to_upper`] but for digraphs such as `ǆ` and for Georgian.
pub(crate) fn to_title(c: char) -> char {
    match c {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => c,
        _ => to_upper(c),
    }
}

fn offset(c: char, distance: u32) -> char {
    char::from_u32(c as u32 + distance).unwrap_or(c)
}

/// `unicode.IsUpper`: category Lu.
pub(crate) fn is_upper(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_uppercase()
    } else {
        in_table(&UPPER, "Lu", c)
    }
}

/// `unicode.IsLower`: category Ll.
pub(crate) fn is_lower(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_lowercase()
    } else {
        in_table(&LOWER, "Ll", c)
    }
}

/// `unicode.IsTitle`: category Lt.
pub(crate) fn is_title(c: char) -> bool {
    !c.is_ascii() && in_table(&TITLE, "Lt", c)
}

/// `unicode.IsLetter`: categories L*.
pub(crate) fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphabetic()
    } else {
        in_table(&LETTER, "L", c)
    }
}

/// `unicode.IsDigit`: category Nd.
pub(crate) fn is_number_digit(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_digit()
    } else {
        in_table(&DIGIT, "Nd", c)
    }
}

/// `unicode.IsPunct`: categories P*, which leave out `$+<=>^|~` and the backquote.
pub(crate) fn is_punct(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation() && !matches!(c, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~');
    }
    in_table(&PUNCT, "P", c)
}

type Table = OnceCell<Vec<(char, char)>>;

thread_local! {
    static UPPER: Table = const { OnceCell::new() };
    static LOWER: Table = const { OnceCell::new() };
    static TITLE: Table = const { OnceCell::new() };
    static LETTER: Table = const { OnceCell::new() };
    static DIGIT: Table = const { OnceCell::new() };
    static PUNCT: Table = const { OnceCell::new() };
}

/// Whether a character is in a Unicode class. The tables are those of the regular expressions, looked up when the
/// first character beyond ASCII is asked about.
fn in_table(table: &'static std::thread::LocalKey<Table>, class: &str, c: char) -> bool {
    table.with(|table| {
        let ranges = table.get_or_init(|| skeg_value::regex::unicode_class(class));
        ranges
            .binary_search_by(|&(start, end)| {
                if end < c {
                    std::cmp::Ordering::Less
                } else if start > c {
                    std::cmp::Ordering::Greater
                } else {
                    std::cmp::Ordering::Equal
                }
            })
            .is_ok()
    })
}
