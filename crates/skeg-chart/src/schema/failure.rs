//! Why a value does not fit a schema: a tree of failures, printed in the reference's words.

use skeg_value::quote::quote;

use super::node::Node;

/// One failure and those that caused it.
#[derive(Clone, Debug, Default)]
pub(super) struct Failure {
    /// JSON pointer of the value.
    pub(super) path: String,
    pub(super) kind: Kind,
    pub(super) causes: Vec<Failure>,
}

#[derive(Clone, Debug, Default)]
pub(super) enum Kind {
    /// Nobody asked why.
    #[default]
    Untold,
    /// Several failures of one schema.
    Group,
    /// The schema that a reference leads to failed.
    Reference,
    /// Anything else, said already.
    Said(String),
}

impl Failure {
    /// Itself, or what it groups.
    pub(super) fn ungrouped(self) -> Vec<Failure> {
        if matches!(self.kind, Kind::Group) {
            self.causes
        } else {
            vec![self]
        }
    }

    /// Appends `\n- at '/path': message` and below it the causes, indented.
    pub(super) fn print(&self, out: &mut String, indent: usize) {
        let is_transparent = matches!(self.kind, Kind::Reference) && self.causes.len() == 1;
        let below = if is_transparent {
            indent
        } else {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", indent));
            let message = match &self.kind {
                Kind::Said(message) => message,
                _ => "validation failed",
            };
            out.push_str(&format!("- at {}: {message}", quoted(&self.path)));
            indent + 1
        };
        for cause in &self.causes {
            cause.print(out, below);
        }
    }
}

/// A text in single quotes, escaped as Go does.
pub(super) fn quoted(text: &str) -> String {
    let escaped = quote(text.as_bytes());
    let inner = &escaped[1..escaped.len() - 1];
    format!("'{}'", inner.replace("\\\"", "\"").replace('\'', "\\'"))
}

/// Texts in single quotes with commas between.
pub(super) fn quoted_list<T: AsRef<[u8]>>(texts: &[T]) -> String {
    let quoted: Vec<String> = texts
        .iter()
        .map(|text| quoted(&String::from_utf8_lossy(text.as_ref())))
        .collect();
    quoted.join(", ")
}

/// A value as messages show it.
pub(super) fn shown(node: &Node) -> String {
    match node {
        Node::Null => "<nil>".to_owned(),
        Node::Bool(b) => b.to_string(),
        Node::Number(text) => text.to_string(),
        Node::String(text) => quoted(&text.to_str_lossy()),
        Node::Array(_) | Node::Object(_) => "value".to_owned(),
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node, Node::Array(_) | Node::Object(_))
}

/// What `const` wanted.
pub(super) fn wanted_constant(want: &Node) -> String {
    if is_scalar(want) {
        format!("value must be {}", shown(want))
    } else {
        "'const' failed".to_owned()
    }
}

/// What `enum` wanted.
pub(super) fn wanted_one_of(want: &[Node]) -> String {
    if !want.iter().all(is_scalar) {
        return "'enum' failed".to_owned();
    }
    let shown: Vec<String> = want.iter().map(shown).collect();
    let among = if want.len() == 1 { "" } else { "one of " };
    format!("value must be {among}{}", shown.join(", "))
}
