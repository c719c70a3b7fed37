//! Why a chart could not be rendered, in Helm's words.
//!
//! # Source
//! spec/rendering.md 1.12.

use skeg_release::DocumentError;
use skeg_template::{CallError, ExecCause, ExecError, ParseError};

/// A failed render.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RenderError {
    /// A template text that is not a template.
    #[error("{}", parse_message(.0))]
    Parse(Box<ParseError>),
    /// A template that stopped while it ran.
    #[error("{}", exec_message(.0))]
    Exec(Box<ExecError>),
    /// A template's output that is not the YAML of a Kubernetes object.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

impl RenderError {
    /// The same failure in the words of Helm 3, which tools that were built on it match against: an error of a template
    /// is Go's one line.
    ///
    /// # Source
    /// Helm 3.21, `engine.cleanupExecError`.
    pub fn helm3_text(&self) -> String {
        match self {
            RenderError::Exec(error) if error.fail_text().is_none() => error.to_go_string(),
            other => other.to_string(),
        }
    }
}

/// `parse error at (<file>:<line>): <tail>`, where the tail is what follows the last `: ` of Go's message.
fn parse_message(error: &ParseError) -> String {
    let text = error.to_string();
    let tail = text.rsplit(": ").next().unwrap_or(&text);
    format!("parse error at ({}:{}): {tail}", error.name, error.line)
}

/// One of Helm's three shapes: a template's own `fail`, a chain of places, or Go's line as it is.
fn exec_message(error: &ExecError) -> String {
    if let Some(message) = error.fail_text() {
        return format!("execution error at ({}): {message}", error.location());
    }
    chain(error).unwrap_or_else(|| error.to_go_string())
}

/// A block for each distinct link of the chain, or none where a link is a function's plain error.
fn chain(error: &ExecError) -> Option<String> {
    let mut text = String::new();
    let mut last = String::new();
    for link in error.links() {
        let block = match &link.cause {
            ExecCause::Bare(message) => message.clone(),
            ExecCause::Message(_) => block(link),
            ExecCause::Call { error, .. } if matches!(**error, CallError::Exec(_)) => block(link),
            ExecCause::Call { .. } => return None,
        };
        if block != last {
            text.push_str(&block);
            text.push('\n');
            last = block;
        }
    }
    Some(text.trim_end().to_owned())
}

fn block(link: &ExecError) -> String {
    format!(
        "{}\n  {}:\n    {}",
        link.location(),
        link.executing(),
        link.message().trim_end()
    )
}
