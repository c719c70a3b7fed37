//! What went wrong, as data: rooms return diagnostics, the command line draws them.

use crate::span::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Works, but should be changed.
    Warning,
    /// Does not work.
    Error,
}

/// A message with the places it is about.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// A stable machine-readable name, for example `template/nil-pointer`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Helm's message for the same situation: the first line that is printed.
    pub message: String,
    /// The place itself, with a short label for the caret (may be empty).
    pub primary: Option<(Span, String)>,
    /// Further places, such as the line of the values file that set the offending value, each with its label.
    pub related: Vec<(Span, String)>,
    /// The includes that led there, innermost first: a span in the including template and what it says.
    pub trail: Vec<(Span, String)>,
    /// What to do about it, one sentence each.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error with nothing but its message.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: None,
            related: Vec::new(),
            trail: Vec::new(),
            hints: Vec::new(),
        }
    }
}
