//! Texts in double quotes, with the escapes Go's `%q` uses: what most of Helm's messages put user input into.

/// `text` in double quotes.
///
/// Control characters are escaped (`\a \b \f \n \r \t \v`, else `\x1f` or `\u0085`), as are quotes and backslashes;
/// spaces other than U+0020 and invisible format characters become `\u00a0`; everything else stands as it is.
///
/// # Source
/// Go `strconv.Quote`.
pub fn go_quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if c == '"' {
            quoted.push('\\');
            quoted.push('"');
        } else {
            push_escaped(&mut quoted, c);
        }
    }
    quoted.push('"');
    quoted
}

/// `c` in single quotes, as Go's `%q` prints a rune.
pub fn go_quote_char(c: char) -> String {
    let mut quoted = String::from("'");
    if c == '\'' {
        quoted.push_str("\\'");
    } else {
        push_escaped(&mut quoted, c);
    }
    quoted.push('\'');
    quoted
}

/// `text` in backquotes when it can stand in them, else in double quotes: Go's `%#q`.
pub fn go_quote_raw(text: &str) -> String {
    let fits = text
        .chars()
        .all(|c| c != '`' && c != '\u{feff}' && (c == '\t' || !c.is_control()));
    if fits { format!("`{text}`") } else { go_quote(text) }
}

fn push_escaped(quoted: &mut String, c: char) {
    match c {
        '\\' => quoted.push_str("\\\\"),
        '\x07' => quoted.push_str("\\a"),
        '\x08' => quoted.push_str("\\b"),
        '\x0c' => quoted.push_str("\\f"),
        '\n' => quoted.push_str("\\n"),
        '\r' => quoted.push_str("\\r"),
        '\t' => quoted.push_str("\\t"),
        '\x0b' => quoted.push_str("\\v"),
        c if (c as u32) < 0x20 || c == '\x7f' => quoted.push_str(&format!("\\x{:02x}", c as u32)),
        c if printable(c) => quoted.push(c),
        c if (c as u32) < 0x1_0000 => quoted.push_str(&format!("\\u{:04x}", c as u32)),
        c => quoted.push_str(&format!("\\U{:08x}", c as u32)),
    }
}

/// Whether Go shows the character itself. Unassigned characters are not known here and count as printable.
fn printable(c: char) -> bool {
    let invisible = matches!(c as u32,
        0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
        | 0xe000..=0xf8ff | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe007f | 0xf_0000..=0x10_ffff);
    c == ' ' || !(c.is_control() || c.is_whitespace() || invisible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go_does() {
        let cases = [
            ("", r#""""#),
            ("plain ünï", r#""plain ünï""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("\n\t\x01\x7f", r#""\n\t\x01\x7f""#),
            ("\u{a0}\u{200b}\u{85}", r#""\u00a0\u200b\u0085""#),
            ("it's", r#""it's""#),
        ];
        for (text, expected) in cases {
            assert_eq!(go_quote(text), expected, "{text:?}");
        }
        assert_eq!(go_quote_char('\''), r"'\''");
        assert_eq!(go_quote_char('z'), "'z'");
        assert_eq!(go_quote_raw("nope"), "`nope`");
        assert_eq!(go_quote_raw("a`b"), "\"a`b\"");
    }
}
