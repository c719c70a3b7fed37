//! Go's `strconv.Quote`: text between double quotes with Go's escapes, as `%q` and error messages show it.

use crate::string::Str;

/// Whether Go's `strconv.IsPrint` holds: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    // The standard library's Debug tables are made from the same Unicode categories as Go's. They are asked about a
    // character that is not the first one, because a combining mark at the start would be escaped for other reasons.
    let mut buffer = [b'a'; 5];
    let length = c.encode_utf8(&mut buffer[1..]).len();
    let text = std::str::from_utf8(&buffer[..=length]).unwrap_or_default();
    text.escape_debug().nth(1) != Some('\\')
}

/// Appends `text` in double quotes with Go's escapes: `\a \b \f \n \r \t \v \\ \"`, `\x01` for other ASCII control
/// characters and for each invalid byte, `\u00a0` and `\U000e0001` for characters that do not print.
pub fn append_quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    for chunk in text.utf8_chunks() {
        let mut rest = chunk.valid();
        // Most texts are plain: whole runs are copied, and only what stands between them is looked at closely.
        while !rest.is_empty() {
            let plain = rest
                .bytes()
                .take_while(|b| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\'))
                .count();
            out.extend_from_slice(&rest.as_bytes()[..plain]);
            let mut chars = rest[plain..].chars();
            if let Some(c) = chars.next() {
                append_escaped(out, c);
            }
            rest = chars.as_str();
        }
        for byte in chunk.invalid() {
            append_hex(out, b'x', u32::from(*byte), 2);
        }
    }
    out.push(b'"');
}

/// The quoted form as a string. See [`append_quoted`].
pub fn quote(text: &[u8]) -> String {
    let mut out = Vec::new();
    append_quoted(&mut out, text);
    // Valid characters are copied whole and everything else is escaped to ASCII.
    String::from_utf8(out).unwrap_or_default()
}

/// The quoted form as a template string. See [`append_quoted`].
pub fn quote_str(text: &[u8]) -> Str {
    let mut out = Vec::new();
    append_quoted(&mut out, text);
    Str::from(out)
}

/// One character between single quotes, Go's `strconv.QuoteRune`.
pub fn quote_char(c: char) -> String {
    match c {
        '\'' => r"'\''".to_owned(),
        '"' => "'\"'".to_owned(),
        _ => {
            let mut out = vec![b'\''];
            append_escaped(&mut out, c);
            out.push(b'\'');
            String::from_utf8(out).unwrap_or_default()
        }
    }
}

fn append_escaped(out: &mut Vec<u8>, c: char) {
    let short = match c {
        '"' => b'"',
        '\\' => b'\\',
        '\x07' => b'a',
        '\x08' => b'b',
        '\x0c' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\x0b' => b'v',
        _ if is_print(c) => {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return;
        }
        _ => {
            match c as u32 {
                code @ (0..0x20 | 0x7f) => append_hex(out, b'x', code, 2),
                code @ 0..0x1_0000 => append_hex(out, b'u', code, 4),
                code => append_hex(out, b'U', code, 8),
            }
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

fn append_hex(out: &mut Vec<u8>, letter: u8, code: u32, digits: u32) {
    out.extend_from_slice(&[b'\\', letter]);
    for position in (0..digits).rev() {
        out.push(b"0123456789abcdef"[(code >> (4 * position)) as usize & 15]);
    }
}

#[cfg(test)]
mod tests {
    use super::{quote, quote_char};

    #[test]
    fn single_characters_stand_in_single_quotes() {
        for (c, expected) in [
            ('x', "'x'"),
            ('\'', r"'\''"),
            ('"', "'\"'"),
            ('\n', r"'\n'"),
            ('\u{feff}', r"'\ufeff'"),
        ] {
            assert_eq!(quote_char(c), expected);
        }
    }

    // spec 2.4, row `quote`.
    #[test]
    fn escapes_as_go_does() {
        for (text, expected) in [
            (&b"plain"[..], r#""plain""#),
            (b"a\"b\\c", r#""a\"b\\c""#),
            (b"\x07\x08\x0c\n\r\t\x0b", r#""\a\b\f\n\r\t\v""#),
            (b"\x01\x7f\xff", r#""\x01\x7f\xff""#),
            ("\u{2028}\u{ad}\u{a0}".as_bytes(), r#""\u2028\u00ad\u00a0""#),
            ("\u{e0001}".as_bytes(), r#""\U000e0001""#),
            ("é😀e\u{301}".as_bytes(), "\"é😀e\u{301}\""),
            ("\u{301}".as_bytes(), "\"\u{301}\""),
        ] {
            assert_eq!(quote(text), expected);
        }
    }
}
