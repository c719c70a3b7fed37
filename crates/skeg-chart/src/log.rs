//! Log lines as data: `level=WARN msg="text" key=value`, the form in which Helm writes to standard error.

use std::fmt;

/// How important a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each variant is the level of its name")]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

/// One line: a message and its attributes, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// How important it is.
    pub level: Level,
    /// What happened.
    pub message: String,
    /// Keys and values.
    pub attributes: Vec<(&'static str, String)>,
}

impl LogLine {
    /// A line of a level.
    pub fn new(level: Level, message: impl Into<String>, attributes: &[(&'static str, &str)]) -> Self {
        let attributes = attributes
            .iter()
            .map(|(key, value)| (*key, (*value).to_owned()))
            .collect();
        LogLine {
            level,
            message: message.into(),
            attributes,
        }
    }

    /// An `INFO` line.
    pub fn info(message: impl Into<String>, attributes: &[(&'static str, &str)]) -> Self {
        LogLine::new(Level::Info, message, attributes)
    }

    /// A `WARN` line.
    pub fn warn(message: impl Into<String>, attributes: &[(&'static str, &str)]) -> Self {
        LogLine::new(Level::Warn, message, attributes)
    }

    /// An `ERROR` line.
    pub fn error(message: impl Into<String>, attributes: &[(&'static str, &str)]) -> Self {
        LogLine::new(Level::Error, message, attributes)
    }
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
        };
        write!(f, "level={level} msg={}", quoted(&self.message))?;
        for (key, value) in &self.attributes {
            write!(f, " {key}={}", quoted(value))?;
        }
        Ok(())
    }
}

/// Go's structured logger quotes a value that is empty or has spaces, quotes, `=` or unprintable characters, but for DEL.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| match c {
        ' ' | '"' | '=' | char::REPLACEMENT_CHARACTER => false,
        '\x7f' => true,
        c => skeg_value::quote::is_print(c),
    };
    let plain = !text.is_empty() && text.chars().all(is_plain);
    if plain {
        text.to_owned()
    } else {
        skeg_value::quote::quote(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// spec 6.2: values are quoted only when needed.
    #[test]
    fn lines_read_as_helm_writes_them() {
        let line = LogLine::warn("returned non-bool value", &[("tag", "t1"), ("chart", "a b"), ("x", "")]);
        assert_eq!(
            line.to_string(),
            r#"level=WARN msg="returned non-bool value" tag=t1 chart="a b" x="""#
        );
        assert_eq!(LogLine::info("ok", &[]).to_string(), "level=INFO msg=ok");
        for (value, expected) in [
            ("a\x7fb", "a\x7fb"),
            (r"a\b", r"a\b"),
            ("a\u{a0}b", r#""a\u00a0b""#),
            ("a\tb", r#""a\tb""#),
            ("\u{fffd}", "\"\u{fffd}\""),
            ("x'<&>é", "x'<&>é"),
        ] {
            assert_eq!(quoted(value), expected);
        }
    }
}
