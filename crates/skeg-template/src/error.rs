//! What can go wrong when templates are parsed or run.

use skeg_value::{Span, Value};

/// A template text that is not a template.
#[derive(Clone, Debug)]
pub struct ParseError {
    /// The name of the template being parsed.
    pub name: String,
    /// 1-based line, as Go reports it.
    pub line: usize,
    /// Go's message without `template: NAME:LINE: `.
    pub message: String,
    /// Where in the text.
    pub span: Span,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "template: {}:{}: {}", self.name, self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

/// A run that failed: the place, what was being evaluated, and why.
#[derive(Clone, Debug)]
pub struct ExecError {
    /// The file (parse name) that holds the failing node, 1-based line, 0-based byte column.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// 0-based byte column.
    pub column: usize,
    /// The template being executed (`executing "name"`).
    pub template: String,
    /// The node, printed as Go prints it and shortened as Go shortens it (`at <...>`).
    pub context: String,
    /// Where in the text.
    pub span: Span,
    /// Why.
    pub cause: ExecCause,
    /// The value that a field was asked of, or that had the wrong type, for diagnostics.
    pub culprit: Option<Value>,
    /// The map or dot that the failing field chain began at, with the names that led to the failure.
    pub path: Option<(Value, Vec<String>)>,
}

/// Why a run failed.
#[derive(Clone, Debug)]
pub enum ExecCause {
    /// The engine's own message, for example `nil pointer evaluating interface {}.x`.
    Message(String),
    /// `error calling NAME: ` and what the function said.
    Call {
        /// The function's name.
        function: String,
        /// Its failure.
        error: Box<crate::function::CallError>,
    },
    /// An error without a location of its own: Go's text from `template: ` on
    /// (`no template "x" associated with template "gotpl"`).
    Bare(String),
}
