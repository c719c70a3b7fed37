//! Paths into documents: `spec.ports[0].port`, `metadata.annotations["a.b/c"]`, `..image`, `x[?(@.name == "a")].value`.
//!
//! [`Path`] is a text and what it compiles to, or why it does not. [`parse`] reads it, [`find`] walks values.
//!
//! # Source
//! The path language of the helm-unittest plugin (a JSONPath for YAML): its grammar as documented, its answers as
//! compared by running both.

pub(crate) mod filter;
mod find;
mod parse;

use std::rc::Rc;

use skeg_value::{Str, Value};

use filter::Filter;

/// A compiled path.
#[derive(Clone, Debug)]
pub struct Path {
    text: Rc<str>,
    steps: Result<Rc<[Step]>, String>,
}

/// One step from nodes to nodes.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// `.name`, `['a', 'b']`.
    Children(Vec<Str>),
    /// `.*`, and `[*]` in lists.
    All,
    /// `[0]`, `[1:3]`, `[0,2]`, `[*]`.
    Elements(Vec<Slice>),
    /// `..`: a node and everything below it, children first.
    Descend,
    /// `[?(…)]`.
    Filter {
        /// What is kept.
        filter: Filter,
        /// Whether it came after `..`, where lists are not opened.
        after_descent: bool,
    },
    /// `.name~`, `['a']~`: the names instead of the values.
    Names(Vec<Str>),
    /// `[*]~`.
    AllNames,
}

/// Part of a subscript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slice {
    /// `*`.
    All,
    /// One element, from the end if negative.
    Index(i64),
    /// `from:to:step`.
    Range {
        /// First.
        from: Option<i64>,
        /// One past the last.
        to: Option<i64>,
        /// Never 0.
        step: i64,
    },
}

impl Path {
    /// Compiles a path; a wrong one says so when it is used.
    pub fn new(text: &str) -> Self {
        Path {
            text: text.into(),
            steps: parse::path(text).map(Into::into),
        }
    }

    /// The path as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The values that the path leads to, in the order of the document. An empty path leads to the document itself.
    ///
    /// # Errors
    /// Why the path is none.
    pub fn find(&self, document: &Value) -> Result<Vec<Value>, &str> {
        match &self.steps {
            Ok(steps) => Ok(find::find(steps, document)),
            Err(reason) => Err(reason),
        }
    }
}
