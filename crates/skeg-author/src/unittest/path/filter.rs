//! Conditions on nodes: what stands between `[?(` and `)]`.

use std::cmp::Ordering;
use std::rc::Rc;

use skeg_value::comparison::Comparison;
use skeg_value::regex::{Pattern, Subject};
use skeg_value::{Str, Value};

use super::{Step, find};

/// A condition.
#[derive(Clone, Debug)]
pub(crate) enum Filter {
    /// A path that leads somewhere.
    Exists(Term),
    /// `true` or `false`.
    Constant(bool),
    /// `!`.
    Not(Box<Filter>),
    /// `&&`.
    And(Box<Filter>, Box<Filter>),
    /// `||`.
    Or(Box<Filter>, Box<Filter>),
    /// `==` and its kin: all pairs must fit, and there must be one.
    Compare(Term, Comparison, Term),
    /// `=~`.
    Matches(Term, Rc<Regex>),
}

/// A pattern, with a form for messages.
pub(crate) struct Regex(pub(crate) Pattern);

impl std::fmt::Debug for Regex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Regex")
    }
}

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    /// `@…`: from the node in question.
    Here(Rc<[Step]>),
    /// `$…`: from the document.
    Root(Rc<[Step]>),
    /// A literal.
    Literal(Value),
}

impl Filter {
    /// Whether the condition holds for a node.
    pub(crate) fn accepts(&self, node: &Value, root: &Value) -> bool {
        match self {
            Filter::Exists(term) => !term.values(node, root).is_empty(),
            Filter::Constant(value) => *value,
            Filter::Not(inner) => !inner.accepts(node, root),
            Filter::And(a, b) => a.accepts(node, root) && b.accepts(node, root),
            Filter::Or(a, b) => a.accepts(node, root) || b.accepts(node, root),
            Filter::Compare(a, comparison, b) => {
                let (a, b) = (a.values(node, root), b.values(node, root));
                let mut pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
                !a.is_empty() && !b.is_empty() && pairs.all(|(x, y)| comparison.accepts(compare(x, y)))
            }
            Filter::Matches(term, pattern) => {
                let values = term.values(node, root);
                let fits = |value: &Value| {
                    value
                        .as_string()
                        .is_some_and(|text| pattern.0.is_match(&Subject::new(text)))
                };
                !values.is_empty() && values.iter().all(fits)
            }
        }
    }
}

impl Term {
    fn values(&self, node: &Value, root: &Value) -> Vec<Value> {
        let mut found = Vec::new();
        match self {
            Term::Here(steps) => find::walk(steps, node, node, &mut found),
            Term::Root(steps) => find::walk(steps, root, root, &mut found),
            Term::Literal(value) => found.push(value.clone()),
        }
        found
    }
}

/// The order of two scalars of one sort; none where they cannot be compared. Booleans and nulls are only equal or not.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::String(a), Value::String(b)) => Some(Str::as_bytes(a).cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => (a == b).then_some(Ordering::Equal),
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Int(a), Value::Int(b)) => Some(a.as_i128().cmp(&b.as_i128())),
        _ => number(a)?.partial_cmp(&number(b)?),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(int) => Some(int.as_i128() as f64),
        Value::Float(float) => Some(*float),
        _ => None,
    }
}
