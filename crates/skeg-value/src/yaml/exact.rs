//! The exact builder: nodes with YAML's own types, for documents whose keys or numbers have no place in JSON, for strict
//! decoding, and for the messages that print such values. Slower than [`super::value`], and rarely needed.
//!
//! The nodes lie in one list, children before parents, so nothing here recurses however deep the document is.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;
use std::fmt::Write;

use super::compose::{Build, Entry, Stop};
use super::error::YamlError;
use super::resolve::Meaning;
use super::value::{self, MAX_DEPTH, Numbers};
use crate::list::List;
use crate::map::{Entries, Map};
use crate::quote;
use crate::string::Str;
use crate::value::Value;

/// The index of a node.
type Index = u32;

#[derive(Debug)]
enum Node {
    Scalar(Meaning, Str),
    List(Vec<Index>),
    Map(Vec<(Index, Index)>),
    /// A collection deeper than JSON allows; its content is out of reach.
    TooDeep,
}

/// What makes a key equal to another one: Go's type and value. NaN equals nothing.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(u64),
    Text(Str),
}

/// The builder, which also keeps the nodes.
#[derive(Debug, Default)]
pub(super) struct ExactBuilder {
    nodes: Vec<Node>,
    /// Whether a key that is already set is an error.
    strict: bool,
    /// Those errors, with the moment at which each key was set.
    pub(super) duplicates: Vec<(u32, String)>,
}

impl ExactBuilder {
    pub(super) fn new(strict: bool) -> Self {
        ExactBuilder {
            strict,
            ..ExactBuilder::default()
        }
    }

    fn add(&mut self, node: Node) -> Index {
        self.nodes.push(node);
        self.nodes.len() as Index - 1
    }

    fn identity(&self, key: Index) -> Option<Identity> {
        let Node::Scalar(meaning, text) = &self.nodes[key as usize] else {
            return None;
        };
        Some(match meaning {
            Meaning::Null => Identity::Null,
            Meaning::Bool(b) => Identity::Bool(*b),
            Meaning::Int(int) => Identity::Int(*int),
            Meaning::Uint(uint) => Identity::Uint(*uint),
            Meaning::Float(float) if float.is_nan() => return None,
            Meaning::Float(float) => Identity::Float((float + 0.0).to_bits()),
            Meaning::Text => Identity::Text(text.clone()),
            Meaning::Bytes(bytes) => Identity::Text(Str::from_bytes(bytes)),
        })
    }
}

impl Build for ExactBuilder {
    type Key = Index;
    type Node = Index;

    fn scalar(&mut self, meaning: Meaning, text: &[u8]) -> Result<Index, Stop> {
        let text = if meaning == Meaning::Text {
            Str::from_bytes(text)
        } else {
            Str::default()
        };
        Ok(self.add(Node::Scalar(meaning, text)))
    }

    fn key(&mut self, meaning: Meaning, text: &[u8]) -> Result<Index, Stop> {
        self.scalar(meaning, text)
    }

    fn collection_key(&mut self, node: Index) -> Stop {
        Stop::Decode(format!("invalid map key: {}", self.go_syntax(node)))
    }

    fn list(&mut self, items: std::vec::Drain<'_, Index>, depth: usize) -> Result<Index, Stop> {
        let list = if depth > MAX_DEPTH {
            Node::TooDeep
        } else {
            Node::List(items.collect())
        };
        Ok(self.add(list))
    }

    fn map(&mut self, entries: std::vec::Drain<'_, Entry<Index, Index>>, depth: usize) -> Result<Index, Stop> {
        let mut map: Vec<(Index, Index)> = Vec::with_capacity(entries.len());
        let mut places: BTreeMap<Identity, usize> = BTreeMap::new();
        for entry in entries {
            match self.identity(entry.key).map(|identity| places.entry(identity)) {
                Some(Place::Occupied(_)) if self.strict => {
                    let key = self.go_syntax(entry.key);
                    let message = format!("line {}: key {key} already set in map", entry.line + 1);
                    self.duplicates.push((entry.order, message));
                }
                Some(Place::Occupied(at)) => map[*at.get()].1 = entry.value,
                Some(Place::Vacant(place)) => {
                    place.insert(map.len());
                    map.push((entry.key, entry.value));
                }
                None => map.push((entry.key, entry.value)),
            }
        }
        Ok(self.add(if depth > MAX_DEPTH {
            Node::TooDeep
        } else {
            Node::Map(map)
        }))
    }
}

/// What is still to be written of a value in Go's syntax.
enum Pending {
    Text(&'static str),
    Node(Index),
}

impl ExactBuilder {
    /// Go's `%#v` of a node.
    fn go_syntax(&self, node: Index) -> String {
        if let Node::Scalar(Meaning::Null, _) = self.nodes[node as usize] {
            return "<nil>".to_owned();
        }
        let mut out = String::new();
        let mut pending = vec![Pending::Node(node)];
        while let Some(next) = pending.pop() {
            let node = match next {
                Pending::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Pending::Node(node) => &self.nodes[node as usize],
            };
            match node {
                Node::Scalar(meaning, text) => write_scalar(meaning, text, &mut out),
                Node::List(items) => {
                    out.push_str("[]interface {}{");
                    pending.push(Pending::Text("}"));
                    for (place, &item) in items.iter().enumerate().rev() {
                        pending.push(Pending::Node(item));
                        if place > 0 {
                            pending.push(Pending::Text(", "));
                        }
                    }
                }
                Node::Map(entries) => {
                    out.push_str("map[interface {}]interface {}{");
                    pending.push(Pending::Text("}"));
                    let mut entries = entries.clone();
                    entries.sort_by(|a, b| {
                        self.go_order(a.0)
                            .partial_cmp(&self.go_order(b.0))
                            .unwrap_or(std::cmp::Ordering::Equal)
                    });
                    for (place, &(key, value)) in entries.iter().enumerate().rev() {
                        pending.push(Pending::Node(value));
                        pending.push(Pending::Text(":"));
                        pending.push(Pending::Node(key));
                        if place > 0 {
                            pending.push(Pending::Text(", "));
                        }
                    }
                }
                Node::TooDeep => out.push_str("..."),
            }
        }
        out
    }

    /// Go prints maps sorted: nil first, then by type (in the order in which they lie in Helm's program), then by value.
    fn go_order(&self, key: Index) -> (u8, f64, &[u8]) {
        let Node::Scalar(meaning, text) = &self.nodes[key as usize] else {
            return (6, 0.0, b"");
        };
        match meaning {
            Meaning::Null => (0, 0.0, b""),
            Meaning::Text => (1, 0.0, text),
            Meaning::Bytes(bytes) => (1, 0.0, bytes),
            Meaning::Uint(uint) => (2, *uint as f64, b""),
            Meaning::Int(int) => (3, *int as f64, b""),
            Meaning::Float(float) => (4, *float, b""),
            Meaning::Bool(b) => (5, f64::from(*b), b""),
        }
    }

    /// The node as the YAML to JSON step and Go's JSON decoder leave it.
    ///
    /// # Errors
    /// Go's message for a key that JSON cannot have and for nesting beyond JSON's limit. With [`Numbers::Float`] also
    /// for infinite numbers; with [`Numbers::Typed`] they stay (see [`first_unsupported`]).
    pub(super) fn into_value(self, root: Index, numbers: Numbers) -> Result<Value, YamlError> {
        let mut wanted = vec![false; root as usize + 1];
        wanted[root as usize] = true;
        for index in (0..wanted.len()).rev() {
            if !wanted[index] {
                continue;
            }
            match &self.nodes[index] {
                Node::List(items) => items.iter().for_each(|&item| wanted[item as usize] = true),
                Node::Map(entries) => entries.iter().for_each(|&(_, value)| wanted[value as usize] = true),
                _ => {}
            }
        }
        let mut too_deep = false;
        let mut infinite = false;
        let mut values: Vec<Value> = Vec::with_capacity(wanted.len());
        for (index, wanted) in wanted.into_iter().enumerate() {
            let value = match &self.nodes[index] {
                _ if !wanted => Value::Null,
                Node::Scalar(Meaning::Text, text) => Value::String(text.clone()),
                Node::Scalar(Meaning::Float(float), _) => {
                    infinite |= !float.is_finite();
                    Value::Float(*float)
                }
                Node::Scalar(meaning, text) => value::scalar_value(meaning.clone(), text, numbers).unwrap_or_default(),
                // Around a collection that is too deep nothing is kept: such a value would be deep itself.
                Node::List(_) if too_deep => Value::Null,
                Node::List(items) => {
                    Value::List(List::new(items.iter().map(|&item| taken(&mut values, item)).collect()))
                }
                Node::Map(entries) => {
                    let mut map = Entries::new();
                    for &(key, value) in entries {
                        let key = self.json_key(key, value)?;
                        if !too_deep {
                            map.insert(key, taken(&mut values, value));
                        }
                    }
                    Value::Map(Map::from_entries(map))
                }
                Node::TooDeep => {
                    too_deep = true;
                    Value::Null
                }
            };
            values.push(value);
        }
        let value = values.pop().unwrap_or_default();
        if infinite
            && numbers == Numbers::Float
            && let Some(error) = first_unsupported(&value)
        {
            return Err(error);
        }
        if too_deep {
            Err(YamlError::unmarshaling("exceeded max depth"))
        } else {
            Ok(value)
        }
    }

    fn json_key(&self, key: Index, value: Index) -> Result<Str, YamlError> {
        let mut ty = "uint64";
        if let Node::Scalar(meaning, text) = &self.nodes[key as usize] {
            if *meaning == Meaning::Text {
                return Ok(text.clone());
            }
            if let Some(key) = value::scalar_key(meaning, text) {
                return Ok(key);
            }
            if *meaning == Meaning::Null {
                ty = "%!s(<nil>)";
            }
        }
        let (key, value) = (self.go_syntax(key), self.go_syntax(value));
        Err(YamlError::converting(&format!(
            "unsupported map key of type: {ty}, key: {key}, value: {value}"
        )))
    }
}

/// The value of a child. Only long scalars have several parents.
fn taken(values: &mut [Value], index: Index) -> Value {
    match &mut values[index as usize] {
        Value::String(text) => Value::String(text.clone()),
        collection @ (Value::List(_) | Value::Map(_)) => std::mem::take(collection),
        other => other.clone(),
    }
}

fn write_scalar(meaning: &Meaning, text: &[u8], out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match meaning {
        Meaning::Null => write!(out, "interface {{}}(nil)"),
        Meaning::Bool(b) => write!(out, "{b}"),
        Meaning::Int(int) => write!(out, "{int}"),
        Meaning::Uint(uint) => write!(out, "{uint:#x}"),
        Meaning::Float(float) => {
            let mut number = Vec::new();
            crate::float::append_g(&mut number, *float);
            write!(out, "{}", String::from_utf8_lossy(&number))
        }
        Meaning::Text => write!(out, "{}", quote::quote(text)),
        Meaning::Bytes(bytes) => write!(out, "{}", quote::quote(bytes)),
    };
}

/// `json: unsupported value: +Inf` for the first infinite number in a value, in the order of JSON text.
pub fn first_unsupported(value: &Value) -> Option<YamlError> {
    let mut pending = vec![value.clone()];
    while let Some(value) = pending.pop() {
        match value {
            Value::Float(float) if !float.is_finite() => {
                let name = match float {
                    f64::INFINITY => "+Inf",
                    f64::NEG_INFINITY => "-Inf",
                    _ => "NaN",
                };
                return Some(YamlError::converting(&format!("json: unsupported value: {name}")));
            }
            Value::List(list) => pending.extend(list.iter().rev().cloned()),
            Value::Map(map) => pending.extend(map.borrow().values().rev().cloned()),
            _ => {}
        }
    }
    None
}
