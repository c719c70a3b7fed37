//! How a command fails: what is printed on stderr and which exit status the process ends with.
//!
//! Operations return a [`CommandError`]; [`crate::cli::run`] prints it. Most are one of Helm's messages, printed as
//! `Error: <message>` with status 1. Diagnostics that come along are drawn below it when `--diagnostics` asks for them.

use std::fmt;
use std::sync::Arc;

use skeg_value::{Diagnostic, Sources};

use crate::output::log::Level;

/// The exit status of a process whose standard output was closed by its reader, as shells report it for SIGPIPE.
pub const BROKEN_PIPE: u8 = 141;

/// How the failure is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// `Error: <text>`; the text may have several lines.
    Message(String),
    /// `Error: <text>`, then a line that tells where to read more: only for a command that does not exist.
    WithUsageHint {
        /// The text after `Error: `.
        text: String,
        /// The line after it, such as ``Run 'helm --help' for usage.``
        hint: String,
    },
    /// A log line instead of `Error: …`: what Helm prints when it gives up before the command starts.
    Logged {
        /// The level of the line.
        level: Level,
        /// The text of the line.
        text: String,
        /// Further `key=value` pairs.
        attributes: Vec<(&'static str, String)>,
    },
    /// Nothing: everything was already said.
    Silent,
}

/// The failure of a command.
#[derive(Clone, Debug)]
pub struct CommandError {
    /// The exit status, 1 unless said otherwise.
    pub code: u8,
    /// What is printed.
    pub report: Report,
    /// What a person may want to know beyond the message, printed below it; empty if there is nothing.
    pub story: String,
    /// What is known about the failure beyond the message. They may repeat it; the first one is the main one.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics' spans point into.
    pub sources: Option<Arc<Sources>>,
}

impl CommandError {
    /// A failure told as `Error: <message>`, with status 1.
    pub fn new(message: impl Into<String>) -> Self {
        CommandError::from_report(Report::Message(message.into()))
    }

    /// A failure told by a log line, with status 1.
    pub fn logged(level: Level, text: impl Into<String>, attributes: Vec<(&'static str, String)>) -> Self {
        CommandError::from_report(Report::Logged {
            level,
            text: text.into(),
            attributes,
        })
    }

    /// A failure about which everything was already printed.
    pub fn silent(code: u8) -> Self {
        CommandError {
            code,
            ..CommandError::from_report(Report::Silent)
        }
    }

    /// A failure with this report and status 1.
    pub fn from_report(report: Report) -> Self {
        CommandError {
            code: 1,
            report,
            story: String::new(),
            diagnostics: Vec::new(),
            sources: None,
        }
    }

    /// The same failure with diagnostics and the files they point into.
    #[must_use]
    pub fn with_diagnostics(mut self, diagnostics: Vec<Diagnostic>, sources: Arc<Sources>) -> Self {
        self.diagnostics = diagnostics;
        self.sources = Some(sources);
        self
    }

    /// The same failure with a story.
    #[must_use]
    pub fn with_story(mut self, story: impl Into<String>) -> Self {
        self.story = story.into();
        self
    }

    /// The same failure with `prefix` before its message, as in `INSTALLATION FAILED: `.
    #[must_use]
    pub fn prefixed(mut self, prefix: &str) -> Self {
        if let Report::Message(text) = &mut self.report {
            text.insert_str(0, prefix);
        }
        self
    }

    /// The message without `Error: `; empty when nothing is to be printed.
    pub fn message(&self) -> &str {
        match &self.report {
            Report::Message(text) | Report::WithUsageHint { text, .. } | Report::Logged { text, .. } => text,
            Report::Silent => "",
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for CommandError {}

impl From<String> for CommandError {
    fn from(message: String) -> Self {
        CommandError::new(message)
    }
}

impl From<&str> for CommandError {
    fn from(message: &str) -> Self {
        CommandError::new(message)
    }
}

/// What Go says for an error of the operating system: without Rust's `(os error 2)`, in lower case.
pub fn go_text(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}
