//! Texts in quotes, as Go's `%q` prints them: what most of Helm's messages put user input into.

use skeg_value::quote::quote;

/// `text` in double quotes.
///
/// # Source
/// Go `strconv.Quote`.
pub fn go_quote(text: &str) -> String {
    quote(text.as_bytes())
}

/// `c` in single quotes, as Go's `%q` prints a rune.
pub fn go_quote_char(c: char) -> String {
    match c {
        '\'' => r"'\''".to_owned(),
        '"' => "'\"'".to_owned(),
        c => {
            let quoted = go_quote(c.encode_utf8(&mut [0; 4]));
            format!("'{}'", &quoted[1..quoted.len() - 1])
        }
    }
}

/// `text` in backquotes when it can stand in them, else in double quotes: Go's `%#q`.
pub fn go_quote_raw(text: &str) -> String {
    let fits = text
        .chars()
        .all(|c| c != '`' && c != '\u{feff}' && (c == '\t' || !c.is_control()));
    if fits { format!("`{text}`") } else { go_quote(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go_does() {
        assert_eq!(go_quote("a\"b\\\n\u{a0}"), r#""a\"b\\\n\u00a0""#);
        for (c, expected) in [
            ('\'', r"'\''"),
            ('"', "'\"'"),
            ('z', "'z'"),
            ('\\', r"'\\'"),
            ('\u{c3}', "'\u{c3}'"),
        ] {
            assert_eq!(go_quote_char(c), expected);
        }
        assert_eq!(go_quote_raw("nope"), "`nope`");
        assert_eq!(go_quote_raw("a`b"), "\"a`b\"");
    }
}
