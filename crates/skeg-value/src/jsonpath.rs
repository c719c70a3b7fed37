//! JSONPath templates as Kubernetes understands them: `{.items[*].name}`, text outside of braces standing for itself.
//!
//! In: a template and a value. Out: what each part of the template selects. Parsing is in [`parse`], selecting in [`find`]; printing
//! what was found is left to whoever asks.
//!
//! # Source
//! spec/rendering.md 6.7; Kubernetes, "JSONPath Support"; experiments with Helm 4.3.1 and kubectl.

mod find;
mod parse;

use crate::Value;

pub use find::Found;
use parse::Node;

/// A template that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    nodes: Vec<Node>,
}

/// Why a template could not be read, or what it names not be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPathError(String);

impl std::fmt::Display for JsonPathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JsonPathError {}

impl JsonPathError {
    /// An error in these words.
    pub fn new(text: impl Into<String>) -> Self {
        JsonPathError(text.into())
    }
}

impl Query {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it, in the words of Kubernetes: `unclosed action`.
    pub fn parse(template: &str) -> Result<Query, JsonPathError> {
        Ok(Query {
            nodes: parse::template(template)?,
        })
    }

    /// Whether the template is one pair of braces and nothing else.
    pub fn is_one_action(&self) -> bool {
        matches!(self.nodes.as_slice(), [Node::Action(_)])
    }

    /// What each part of the template selects in a value: texts select themselves.
    ///
    /// # Errors
    /// A field that is not there, or a step that does not fit what it is taken in.
    pub fn find(&self, value: &Value) -> Result<Vec<Vec<Found>>, JsonPathError> {
        find::find(&self.nodes, value)
    }
}
