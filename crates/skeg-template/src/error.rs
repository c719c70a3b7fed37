//! What can go wrong when templates are parsed or run.
//!
//! An [`ExecError`] is a chain: each template that another asked for adds a link. [`ExecError::to_go_string`] gives
//! Go's one line for the whole of it, [`ExecError::links`] its parts.
//!
//! # Source
//! spec/rendering.md 1.12.

use skeg_value::{FileId, Span, Value, quote};

use crate::function::CallError;

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
        error: Box<CallError>,
    },
    /// An error without a location of its own: Go's text from `template: ` on
    /// (`no template "x" associated with template "gotpl"`).
    Bare(String),
}

impl ExecError {
    /// An error that has no location: its whole text.
    pub fn bare(text: String) -> Self {
        ExecError {
            file: String::new(),
            line: 0,
            column: 0,
            template: String::new(),
            context: String::new(),
            span: Span {
                file: FileId::default(),
                start: 0,
                end: 0,
            },
            cause: ExecCause::Bare(text),
            culprit: None,
            path: None,
        }
    }

    /// Go's text of the whole chain, on one line unless a message has more:
    /// `template: t:1:3: executing "t" at <include "x" .>: error calling include: template: …`.
    pub fn to_go_string(&self) -> String {
        let mut text = String::new();
        for link in self.links() {
            text.push_str(&link.own_text());
        }
        text
    }

    /// `file:line:column`; empty for an error without a location.
    pub fn location(&self) -> String {
        match self.cause {
            ExecCause::Bare(_) => String::new(),
            _ => format!("{}:{}:{}", self.file, self.line, self.column),
        }
    }

    /// `executing "name" at <context>`; empty for an error without a location.
    pub fn executing(&self) -> String {
        match self.cause {
            ExecCause::Bare(_) => String::new(),
            _ => format!(
                "executing {} at <{}>",
                quote::quote(self.template.as_bytes()),
                self.context
            ),
        }
    }

    /// What this link says itself, without location and without the links below:
    /// `nil pointer evaluating interface {}.x`, `error calling include: `, `error calling eq: incompatible types …`.
    pub fn message(&self) -> String {
        match &self.cause {
            ExecCause::Message(text) | ExecCause::Bare(text) => text.clone(),
            ExecCause::Call { function, error } => {
                let said = match &**error {
                    CallError::Message(text) | CallError::Fail(text) | CallError::Parse(text) => text,
                    CallError::Exec(_) => "",
                    CallError::Wrapped { prefix, .. } => prefix,
                };
                format!("error calling {function}: {said}")
            }
        }
    }

    fn own_text(&self) -> String {
        match self.cause {
            ExecCause::Bare(_) => self.message(),
            _ => format!(
                "template: {}: {}: {}",
                self.location(),
                self.executing(),
                self.message()
            ),
        }
    }

    /// The error that this one was caused by, where that is a failed run.
    pub fn inner(&self) -> Option<&ExecError> {
        match &self.cause {
            ExecCause::Call { error, .. } => match &**error {
                CallError::Exec(inner) | CallError::Wrapped { source: inner, .. } => Some(inner),
                _ => None,
            },
            _ => None,
        }
    }

    /// The chain from this error, the outermost, to the innermost.
    pub fn links(&self) -> impl Iterator<Item = &ExecError> {
        std::iter::successors(Some(self), |link| link.inner())
    }

    /// The innermost error, where things went wrong first.
    pub fn innermost(&self) -> &ExecError {
        self.links().last().unwrap_or(self)
    }

    /// The text with which the template stopped itself ([`CallError::Fail`]), if it did.
    pub fn fail_text(&self) -> Option<&str> {
        match &self.innermost().cause {
            ExecCause::Call { error, .. } => match &**error {
                CallError::Fail(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }
}

impl std::fmt::Display for ExecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_go_string())
    }
}

impl std::error::Error for ExecError {}
