//! What happens to a string on `toYaml`'s way through JSON text and back through the YAML reader.
//!
//! In: the bytes of a Go string; out: the text that the emitter sees, or why the whole document fails. Each invalid byte
//! becomes U+FFFD; U+0085 is a line break to the reader and is folded; control characters that JSON leaves raw are
//! refused.
//!
//! # Source
//! spec/rendering.md 3.4 (side effects of the JSON step).

use std::borrow::Cow;

/// Why the YAML reader refuses the JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    ControlCharacter,
    /// `---` or `...` at the start of a line inside a string.
    DocumentIndicator,
}

/// The text after the JSON step. Only called for text with DEL or non-ASCII bytes.
pub(super) fn through_json(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(replace_invalid(bytes)),
    };
    let mut next_lines = false;
    for c in text.chars() {
        match c {
            '\u{85}' => next_lines = true,
            '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => return Err(Refusal::ControlCharacter),
            _ => {}
        }
    }
    if next_lines {
        return Ok(Cow::Owned(fold_next_lines(&text)?.into_bytes()));
    }
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
}

/// Each invalid byte becomes U+FFFD.
fn replace_invalid(bytes: &[u8]) -> String {
    let mut result = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        result.push_str(chunk.valid());
        result.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    result
}

/// Folds as the YAML reader does inside double quotes: the spaces around a break go, the first break of a run becomes a
/// space if it is alone, else the others become newlines. Only spaces count as blanks, since JSON escapes tabs.
fn fold_next_lines(text: &str) -> Result<String, Refusal> {
    let mut result = String::with_capacity(text.len());
    let mut lines = text.split('\u{85}').peekable();
    let mut breaks = 0;
    let mut first = true;
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        // Blanks after a break are skipped, those before the next one are dropped with it.
        let content = if first { line } else { line.trim_start_matches(' ') };
        if !first && starts_with_indicator(line, is_last) {
            return Err(Refusal::DocumentIndicator);
        }
        let content = if is_last {
            content
        } else {
            content.trim_end_matches(' ')
        };
        if !first {
            breaks += 1;
            if !content.is_empty() || is_last {
                match breaks {
                    1 => result.push(' '),
                    more => result.extend(std::iter::repeat_n('\n', more - 1)),
                }
                breaks = 0;
            }
        }
        result.push_str(content);
        first = false;
    }
    Ok(result)
}

/// A blank or line break must follow the indicator; a closing quote or an escape does not count.
fn starts_with_indicator(line: &str, is_last: bool) -> bool {
    let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
    rest.is_some_and(|rest| rest.starts_with(' ') || (rest.is_empty() && !is_last))
}

/// The length in characters of the JSON text of a key, quotes included. The YAML reader looks no further than 1024
/// characters for the colon after it.
pub(super) fn json_length(bytes: &[u8]) -> usize {
    let mut length = 2;
    for chunk in bytes.utf8_chunks() {
        length += chunk.invalid().len();
        for c in chunk.valid().chars() {
            length += match c {
                '"' | '\\' | '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' => 2,
                '\0'..'\u{20}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
                _ => 1,
            };
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_lines_fold() {
        // Answers of sigs.k8s.io/yaml 1.6.0.
        for (text, expected) in [
            ("a\u{85}b", "a b"),
            ("a\u{85}---", "a ---"),
            ("a  \u{85}  b \u{85}\u{85} c\u{85}", "a b\nc "),
            ("\u{85} c\u{85}", " c "),
            ("\u{85}\u{85}\u{85}", "\n\n"),
        ] {
            assert_eq!(through_json(text.as_bytes()).unwrap(), expected.as_bytes(), "{text:?}");
        }
        assert_eq!(through_json("a\u{85}--- b".as_bytes()), Err(Refusal::DocumentIndicator));
        assert_eq!(
            through_json("a\u{85}---\u{85}b".as_bytes()),
            Err(Refusal::DocumentIndicator)
        );
    }

    #[test]
    fn invalid_bytes_are_replaced_one_by_one() {
        assert_eq!(
            through_json(b"a\xe2\x82b").unwrap().as_ref(),
            "a\u{fffd}\u{fffd}b".as_bytes()
        );
        assert_eq!(through_json(b"a\x7f"), Err(Refusal::ControlCharacter));
        assert_eq!(through_json("\u{ffff}".as_bytes()), Err(Refusal::ControlCharacter));
    }
}
