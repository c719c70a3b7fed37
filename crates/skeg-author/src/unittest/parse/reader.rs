//! Nodes of a suite file read as what they should be; what they are not is remembered with its place.

use skeg_value::yaml::{self, NodeId, Tree, TreeEntry, TreeKind};
use skeg_value::{Int, IntType, List, Map, Str, Value};

use crate::unittest::path::Path;
use crate::unittest::suite::{Place, Problem};

/// Reads one document.
pub(crate) struct Reader<'t> {
    tree: &'t Tree<'t>,
    text: &'t [u8],
    lines_before: usize,
    /// Where each line begins.
    lines: Vec<usize>,
    /// Whether unknown keys are mistakes.
    pub(crate) strict: bool,
    /// What is wrong, in the order found.
    pub(crate) problems: Vec<Problem>,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(tree: &'t Tree<'t>, text: &'t [u8], lines_before: usize, strict: bool) -> Self {
        Reader {
            tree,
            text,
            lines_before,
            lines: std::iter::once(0)
                .chain(
                    text.iter()
                        .enumerate()
                        .filter(|&(_, &b)| b == b'\n')
                        .map(|(at, _)| at + 1),
                )
                .collect(),
            strict,
            problems: Vec::new(),
        }
    }

    /// Where a node begins.
    pub(crate) fn place(&self, node: NodeId) -> Place {
        self.place_at(self.tree.span(node).start)
    }

    fn place_at(&self, offset: usize) -> Place {
        let line = self.lines.partition_point(|&start| start <= offset);
        Place {
            line: self.lines_before + line,
            column: offset - self.lines[line - 1] + 1,
        }
    }

    /// Notes a mistake.
    pub(crate) fn problem(&mut self, node: NodeId, message: impl Into<String>) {
        let place = self.place(node);
        self.problem_at(place, message);
    }

    /// Notes a mistake at a place.
    pub(crate) fn problem_at(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem {
            place,
            message: message.into(),
        });
    }

    pub(crate) fn is_null(&self, node: NodeId) -> bool {
        self.tree.is_null(node)
    }

    pub(crate) fn is_map(&self, node: NodeId) -> bool {
        matches!(self.tree.kind(node), TreeKind::Map(_))
    }

    /// The entries of a map, of equal keys the last one; none for null. `known` are the keys that there may be, all if
    /// it is empty.
    pub(crate) fn entries(&mut self, node: NodeId, what: &str, known: &[&str]) -> Vec<(String, NodeId)> {
        let keyed = self.keyed(node, what);
        if self.strict && !known.is_empty() {
            for (key, _, place) in &keyed {
                if !known.contains(&key.as_str()) {
                    self.problem_at(*place, format!("{what} has no key `{key}`"));
                }
            }
        }
        keyed.into_iter().map(|(key, value, _)| (key, value)).collect()
    }

    /// The entries of a map with the places of their keys.
    pub(crate) fn keyed(&mut self, node: NodeId, what: &str) -> Vec<(String, NodeId, Place)> {
        let tree = self.tree;
        match tree.kind(node) {
            TreeKind::Null => Vec::new(),
            TreeKind::Map(entries) => {
                let mut found: Vec<(String, NodeId, Place)> = Vec::with_capacity(entries.len());
                for entry in entries {
                    let key = String::from_utf8_lossy(self.key(entry)).into_owned();
                    let place = self.place_at(tree.key_span(entry).start);
                    if let Some(earlier) = found.iter().position(|(name, ..)| *name == key) {
                        if !entry.merged {
                            self.problem_at(place, format!("key `{key}` is set twice"));
                        }
                        found.remove(earlier);
                    }
                    found.push((key, entry.value, place));
                }
                found
            }
            _ => {
                self.problem(node, format!("`{what}` must be a map, not {}", self.sort_of(node)));
                Vec::new()
            }
        }
    }

    /// The items of a list; none for null.
    pub(crate) fn items(&mut self, node: NodeId, what: &str) -> Vec<NodeId> {
        match self.tree.kind(node) {
            TreeKind::Null => Vec::new(),
            TreeKind::List(items) => items.to_vec(),
            _ => {
                self.problem(node, format!("`{what}` must be a list, not {}", self.sort_of(node)));
                Vec::new()
            }
        }
    }

    /// The text of a scalar as it is written; empty for null.
    pub(crate) fn text(&mut self, node: NodeId, what: &str) -> String {
        match self.tree.kind(node) {
            TreeKind::Null => String::new(),
            TreeKind::Text(text) => String::from_utf8_lossy(text).into_owned(),
            TreeKind::List(_) | TreeKind::Map(_) => {
                self.problem(node, format!("`{what}` must be text, not {}", self.sort_of(node)));
                String::new()
            }
            _ => String::from_utf8_lossy(self.source(node)).into_owned(),
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, node: NodeId, what: &str) -> Vec<String> {
        let items = self.items(node, what);
        items.into_iter().map(|item| self.text(item, what)).collect()
    }

    pub(crate) fn bool(&mut self, node: NodeId, what: &str) -> bool {
        match self.tree.kind(node) {
            TreeKind::Bool(value) => value,
            TreeKind::Null => false,
            _ => {
                let sort = self.sort_of(node);
                self.problem(node, format!("`{what}` must be true or false, not {sort}"));
                false
            }
        }
    }

    pub(crate) fn optional_int(&mut self, node: NodeId, what: &str) -> Option<i64> {
        match self.tree.kind(node) {
            TreeKind::Int(value) => Some(value),
            TreeKind::Null => None,
            _ => {
                let sort = self.sort_of(node);
                self.problem(node, format!("`{what}` must be an integer, not {sort}"));
                None
            }
        }
    }

    /// A path into a document.
    pub(crate) fn path(&mut self, node: NodeId, what: &str) -> Option<Path> {
        match self.tree.kind(node) {
            TreeKind::List(_) | TreeKind::Map(_) => {
                let sort = self.sort_of(node);
                self.problem(node, format!("`{what}` must be text, not {sort}"));
                None
            }
            // What is wrong with a path is said where it is used: `not` may be there to expect it.
            _ => Some(Path::new(&self.text(node, what))),
        }
    }

    /// A key as go-yaml v3 reads it: `n`, `on` and the like are text.
    fn key(&self, entry: &'t TreeEntry) -> &'t [u8] {
        let key = self.tree.key(entry);
        let source = &self.text[self.tree.key_span(entry)];
        let is_word =
            matches!(key, b"true" | b"false") && source.len() <= 3 && source.iter().all(u8::is_ascii_alphabetic);
        if is_word { source } else { key }
    }

    fn source(&self, node: NodeId) -> &'t [u8] {
        &self.text[self.tree.span(node)]
    }

    /// The node as a value, as go-yaml v3 would read it.
    pub(crate) fn value(&self, node: NodeId) -> Value {
        match self.tree.kind(node) {
            TreeKind::Null => Value::Null,
            TreeKind::Bool(value) => {
                let source = self.source(node);
                if yaml::v3_bool(source) || source.starts_with(b"!") || source.starts_with(b"*") {
                    Value::Bool(value)
                } else {
                    Value::String(Str::from_bytes(source))
                }
            }
            TreeKind::Int(value) => Value::int(value),
            TreeKind::Uint(value) => Value::Int(Int {
                value: value as i64,
                ty: IntType::Uint64,
            }),
            TreeKind::Float(value) => Value::Float(value),
            TreeKind::Text(text) => Value::String(Str::from_bytes(text)),
            TreeKind::List(items) => Value::List(List::new(items.iter().map(|&item| self.value(item)).collect())),
            TreeKind::Map(entries) => Value::Map(
                entries
                    .iter()
                    .map(|entry| (Str::from_bytes(self.key(entry)), self.value(entry.value)))
                    .collect::<Map>(),
            ),
        }
    }

    fn sort_of(&self, node: NodeId) -> &'static str {
        match self.tree.kind(node) {
            TreeKind::Null => "null",
            TreeKind::Bool(_) => "a truth value",
            TreeKind::Int(_) | TreeKind::Uint(_) | TreeKind::Float(_) => "a number",
            TreeKind::Text(_) => "text",
            TreeKind::List(_) => "a list",
            TreeKind::Map(_) => "a map",
        }
    }
}
