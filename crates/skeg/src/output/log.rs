//! Log lines on stderr, in the form Helm prints them: `level=WARN msg="…" key=value`, without a time.
//!
//! In: a level, a text and pairs. Out: one line. Whether DEBUG lines are shown is decided by [`super::Output`].

use super::quote::go_quote;

/// How important a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Only with `--debug`.
    Debug,
    /// Worth knowing.
    Info,
    /// Works, but should be changed.
    Warn,
    /// Did not work.
    Error,
}

impl Level {
    /// The word in the line.
    pub fn name(self) -> &'static str {
        match self {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
        }
    }
}

/// The line for a text and its pairs, with the line feed.
///
/// # Source
/// Go `log/slog` text handler; lifecycle spec 1.5.
pub fn line(level: Level, text: &str, attributes: &[(&str, &str)]) -> String {
    let mut line = String::with_capacity(32 + text.len());
    line.push_str("level=");
    line.push_str(level.name());
    line.push_str(" msg=");
    push_value(&mut line, text);
    for (key, value) in attributes {
        line.push(' ');
        push_value(&mut line, key);
        line.push('=');
        push_value(&mut line, value);
    }
    line.push('\n');
    line
}

fn push_value(line: &mut String, value: &str) {
    if needs_quotes(value) {
        line.push_str(&go_quote(value));
    } else {
        line.push_str(value);
    }
}

/// Whether a value cannot stand bare: empty, or with a space, a quote, an equals sign or anything unprintable.
fn needs_quotes(value: &str) -> bool {
    value.is_empty()
        || value.chars().any(|c| {
            matches!(c, ' ' | '"' | '=')
                || c.is_control()
                || (!c.is_ascii() && (c.is_whitespace() || c == char::REPLACEMENT_CHARACTER))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// lifecycle spec 1.5
    #[test]
    fn a_line_is_quoted_only_where_it_must_be() {
        let cases = [
            (line(Level::Warn, "a b", &[]), "level=WARN msg=\"a b\"\n"),
            (
                line(Level::Info, "plain", &[("n", "1"), ("s", "x y")]),
                "level=INFO msg=plain n=1 s=\"x y\"\n",
            ),
            (
                line(Level::Debug, "", &[("a=b", "")]),
                "level=DEBUG msg=\"\" \"a=b\"=\"\"\n",
            ),
            (
                line(
                    Level::Warn,
                    "command failed",
                    &[("error", "invalid color mode \"bad\"")],
                ),
                "level=WARN msg=\"command failed\" error=\"invalid color mode \\\"bad\\\"\"\n",
            ),
        ];
        for (got, expected) in cases {
            assert_eq!(got, expected);
        }
    }
}
