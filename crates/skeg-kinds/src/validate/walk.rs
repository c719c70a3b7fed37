//! Walking a value along its schema.

use std::ops::Range;

use skeg_value::yaml::{NodeId, Tree, TreeKind};
use skeg_value::{Severity, nearest};

use super::{Finding, enums, formats, metadata, start_of};
use crate::schemas::{Definition, NodeRef, Pack, Shape};

/// One step from a value into it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'w> {
    Key(&'w [u8]),
    Index(usize),
}

/// A walk through one object, collecting findings.
pub(crate) struct Walk<'w> {
    pub(crate) tree: &'w Tree<'w>,
    pub(crate) pack: Pack,
    pub(crate) minor: u32,
    pub(crate) path: Vec<Step<'w>>,
    pub(crate) findings: Vec<Finding>,
    /// Nodes that may still be visited: aliases can make a small text very large.
    budget: usize,
}

/// Most nodes visited for one object.
const MOST_NODES: usize = 10_000_000;

impl<'w> Walk<'w> {
    pub(crate) fn new(tree: &'w Tree<'w>, pack: Pack, minor: u32) -> Self {
        Walk {
            tree,
            pack,
            minor,
            path: Vec::new(),
            findings: Vec::new(),
            budget: MOST_NODES,
        }
    }

    pub(crate) fn error(&mut self, code: &'static str, span: Range<usize>, message: String, hint: Option<String>) {
        self.find(Severity::Error, code, span, message, hint);
    }

    pub(crate) fn warning(&mut self, code: &'static str, span: Range<usize>, message: String, hint: Option<String>) {
        self.find(Severity::Warning, code, span, message, hint);
    }

    fn find(
        &mut self,
        severity: Severity,
        code: &'static str,
        span: Range<usize>,
        message: String,
        hint: Option<String>,
    ) {
        self.findings.push(Finding {
            code,
            severity,
            path: path_text(&self.path),
            span,
            message,
            hint,
        });
    }

    /// The value at the current path is not what it must be.
    pub(crate) fn wrong_type(&mut self, node: NodeId, wanted: &str) {
        let kind = self.tree.kind(node);
        let hint = match kind {
            TreeKind::Bool(_) | TreeKind::Int(_) | TreeKind::Float(_) if wanted == "text" => {
                Some("quote it".to_owned())
            }
            TreeKind::Text(text) if is_spelled(text, wanted) => Some("remove the quotes".to_owned()),
            _ => None,
        };
        let message = format!("must be {wanted}, not {}", describe(kind));
        self.error("wrong-type", self.tree.span(node), message, hint);
    }

    /// Whether the walk may go on; each node costs one.
    pub(crate) fn spend(&mut self) -> bool {
        self.budget = self.budget.saturating_sub(1);
        self.budget > 0
    }

    /// Checks a map against the fields of a definition.
    pub(crate) fn object(&mut self, node: NodeId, definition: Definition) {
        let tree = self.tree;
        if !self.spend() {
            return;
        }
        let entries = match tree.kind(node) {
            TreeKind::Map(entries) => entries,
            // Nothing is what an empty map is.
            TreeKind::Null => &[],
            _ => return self.wrong_type(node, "a map"),
        };
        let name = self.pack.name(definition);
        let words = enums::of(name);
        for entry in entries {
            let key = tree.key(entry);
            self.path.push(Step::Key(key));
            match self.pack.field(definition, key, self.minor) {
                None => self.unknown_field(tree.key_span(entry), definition, key),
                Some(field) if tree.is_null(entry.value) => {
                    if field.required {
                        let message = "is required and must not be null".to_owned();
                        self.error("missing-field", tree.key_span(entry), message, None);
                    }
                }
                Some(field) => {
                    self.value(entry.value, field.node);
                    enums::check(self, entry.value, words, field.name);
                }
            }
            self.path.pop();
        }
        for required in self.pack.required(definition, self.minor) {
            if !entries.iter().any(|entry| tree.key(entry) == required.as_bytes()) {
                let message = format!("`{required}` is required and missing");
                self.error("missing-field", start_of(tree, node), message, None);
            }
        }
        metadata::of_definition(self, node, name);
    }

    fn unknown_field(&mut self, span: Range<usize>, definition: Definition, key: &[u8]) {
        let key = String::from_utf8_lossy(key);
        let minor = self.minor;
        let mut message = "is no field".to_owned();
        let mut code = "unknown-field";
        let mut hint = None;
        match self.pack.field_minors(definition, key.as_bytes()) {
            Some((first, _)) if first > minor => {
                code = "future-field";
                message = format!("is a field from Kubernetes 1.{first} on, not in 1.{minor}");
            }
            Some((_, last)) => {
                code = "removed-field";
                message = format!("is no field any more since Kubernetes 1.{}", last + 1);
            }
            None => {
                let names: Vec<&str> = self.pack.fields(definition, minor).map(|field| field.name).collect();
                hint = match nearest::of(&key, &names) {
                    Some(near) => Some(format!("did you mean `{near}`?")),
                    None if names.len() <= 8 => Some(format!("there are: {}", names.join(", "))),
                    None => None,
                };
            }
        }
        self.error(code, span, message, hint);
    }

    /// Checks a value that is not null against a node of the pack.
    pub(crate) fn value(&mut self, node: NodeId, schema: NodeRef) {
        if !self.spend() {
            return;
        }
        let tree = self.tree;
        match self.pack.shape(schema) {
            Shape::Any => {}
            Shape::Object(definition) => self.object(node, definition),
            Shape::Free => {
                if !matches!(tree.kind(node), TreeKind::Map(_)) {
                    self.wrong_type(node, "a map");
                }
            }
            Shape::List(item) => {
                let TreeKind::List(items) = tree.kind(node) else {
                    return self.wrong_type(node, "a list");
                };
                for (index, inner) in items.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    self.nullable(*inner, item);
                    self.path.pop();
                }
            }
            Shape::Map(inner) => {
                let TreeKind::Map(entries) = tree.kind(node) else {
                    return self.wrong_type(node, "a map");
                };
                for entry in entries {
                    self.path.push(Step::Key(tree.key(entry)));
                    self.nullable(entry.value, inner);
                    self.path.pop();
                }
            }
            Shape::OneOf(words) => {
                let TreeKind::Text(text) = tree.kind(node) else {
                    return self.wrong_type(node, "text");
                };
                if !self.pack.words(words).any(|word| word.as_bytes() == text) {
                    let words: Vec<&str> = self.pack.words(words).collect();
                    self.not_one_of(node, &words);
                }
            }
            scalar => self.scalar(node, scalar),
        }
    }

    /// Items and values of maps may be null where that means something: an empty map, or nothing.
    fn nullable(&mut self, node: NodeId, schema: NodeRef) {
        match (self.tree.is_null(node), self.pack.shape(schema)) {
            (true, Shape::Object(definition)) => self.object(node, definition),
            (true, _) => {}
            (false, _) => self.value(node, schema),
        }
    }

    fn scalar(&mut self, node: NodeId, shape: Shape) {
        let kind = self.tree.kind(node);
        match (shape, kind) {
            (Shape::Bool, TreeKind::Bool(_)) | (Shape::Text, TreeKind::Text(_)) => {}
            (Shape::Bool, _) => self.wrong_type(node, "true or false"),
            (Shape::Text, _) => self.wrong_type(node, "text"),
            (Shape::Integer | Shape::Int32 | Shape::Int64, _) => match formats::whole(kind) {
                Some(number) => self.in_range(node, shape, number),
                None => self.wrong_type(node, "a whole number"),
            },
            (Shape::Number, TreeKind::Int(_) | TreeKind::Uint(_)) => {}
            (Shape::Number, TreeKind::Float(number)) if number.is_finite() => {}
            (Shape::Number, _) => self.wrong_type(node, "a number"),
            (Shape::Base64, TreeKind::Text(text)) if formats::is_base64(text) => {}
            (Shape::Base64, TreeKind::Text(_)) => {
                let hint = Some("encode it with b64enc, or use `stringData`".to_owned());
                self.error("bad-format", self.tree.span(node), "must be base64".to_owned(), hint);
            }
            (Shape::DateTime, TreeKind::Text(text)) if formats::is_date_time(text) => {}
            (Shape::DateTime, TreeKind::Text(_)) => {
                let message = "must be a time such as 2026-01-31T12:00:00Z".to_owned();
                self.error("bad-format", self.tree.span(node), message, None);
            }
            (Shape::Base64 | Shape::DateTime, _) => self.wrong_type(node, "text"),
            (Shape::IntOrText, TreeKind::Text(_)) => {}
            (Shape::IntOrText, _) => match formats::whole(kind) {
                Some(number) => self.in_range(node, Shape::Int32, number),
                None => self.wrong_type(node, "a whole number or text"),
            },
            (Shape::Quantity, TreeKind::Int(_) | TreeKind::Uint(_)) => {}
            (Shape::Quantity, TreeKind::Float(number)) if number.is_finite() => {}
            (Shape::Quantity, TreeKind::Text(text)) if formats::is_quantity(text) => {}
            (Shape::Quantity, TreeKind::Text(_)) => {
                let message = format!("must be a quantity such as 250m, 1.5 or 2Gi, not {}", describe(kind));
                self.error("bad-quantity", self.tree.span(node), message, None);
            }
            (Shape::Quantity, _) => self.wrong_type(node, "a quantity"),
            _ => {}
        }
    }

    fn in_range(&mut self, node: NodeId, shape: Shape, number: i128) {
        let (fits, name) = match shape {
            Shape::Int32 => (i32::try_from(number).is_ok(), "32"),
            _ => (i64::try_from(number).is_ok(), "64"),
        };
        if !fits {
            let message = format!("must fit into {name} bits, which {number} does not");
            self.error("out-of-range", self.tree.span(node), message, None);
        }
    }

    /// The text at the current path is none of the words that may stand there.
    pub(crate) fn not_one_of(&mut self, node: NodeId, words: &[&str]) {
        let found = describe(self.tree.kind(node));
        let near = (self.tree.str(node)).and_then(|text| nearest::of(text, words));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        let message = format!("must be one of {}, not {found}", words.join(", "));
        self.error("bad-word", self.tree.span(node), message, hint);
    }

    /// Reports every key that is set twice in one map, wherever it is.
    pub(crate) fn repeated(&mut self, node: NodeId) {
        if !self.tree.has_repeated_keys() || !self.spend() {
            return;
        }
        let tree = self.tree;
        for (index, item) in tree.items(node).iter().enumerate() {
            self.path.push(Step::Index(index));
            self.repeated(*item);
            self.path.pop();
        }
        for entry in tree.entries(node) {
            self.path.push(Step::Key(tree.key(entry)));
            if entry.repeated {
                let message = "is set twice".to_owned();
                self.error("duplicate-key", tree.key_span(entry), message, None);
            }
            self.repeated(entry.value);
            self.path.pop();
        }
    }
}

/// Whether a text reads like what was wanted.
fn is_spelled(text: &[u8], wanted: &str) -> bool {
    match wanted {
        "true or false" => matches!(text, b"true" | b"false"),
        "a whole number" => !text.is_empty() && text.len() < 19 && text.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// A path such as `spec.containers[0].image`; keys that are no plain words stand in brackets.
pub(crate) fn path_text(path: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Key(key) => {
                let key = String::from_utf8_lossy(key);
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
                if key.is_empty() || !key.chars().all(plain) {
                    text.push_str(&format!("[{key:?}]"));
                } else {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(&key);
                }
            }
        }
    }
    text
}

/// A value in a few words: `the text "x"`, `a map`.
pub(crate) fn describe(kind: TreeKind<'_>) -> String {
    match kind {
        TreeKind::Null => "null".to_owned(),
        TreeKind::Bool(value) => format!("the boolean {value}"),
        TreeKind::Int(value) => format!("the number {value}"),
        TreeKind::Uint(value) => format!("the number {value}"),
        TreeKind::Float(value) => format!("the number {value}"),
        TreeKind::Text(text) => {
            let text = String::from_utf8_lossy(text);
            let short: String = text.chars().take(40).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            format!("the text {short:?}{more}")
        }
        TreeKind::List(_) => "a list".to_owned(),
        TreeKind::Map(_) => "a map".to_owned(),
    }
}
