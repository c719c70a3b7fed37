//! The exact builder: a tree with YAML's own types, for documents whose keys or numbers have no place in JSON, for
//! strict decoding, and for the messages that print such values. Slower than [`super::value`], and rarely needed.

use std::collections::HashMap;
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

/// A node with YAML's types.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Scalar(Meaning, Str),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    /// A collection deeper than JSON allows; its content is gone.
    TooDeep,
}

/// What makes a key equal to another one: Go's type and value. NaN equals nothing.
#[derive(PartialEq, Eq, Hash)]
enum Identity {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(u64),
    Text(Vec<u8>),
}

fn identity(key: &Node) -> Option<Identity> {
    let Node::Scalar(meaning, text) = key else { return None };
    Some(match meaning {
        Meaning::Null => Identity::Null,
        Meaning::Bool(b) => Identity::Bool(*b),
        Meaning::Int(int) => Identity::Int(*int),
        Meaning::Uint(uint) => Identity::Uint(*uint),
        Meaning::Float(float) if float.is_nan() => return None,
        Meaning::Float(float) => Identity::Float((float + 0.0).to_bits()),
        Meaning::Text => Identity::Text(text.to_vec()),
        Meaning::Bytes(bytes) => Identity::Text(bytes.clone()),
    })
}

/// The builder of [`Node`]s.
#[derive(Default)]
pub(super) struct ExactBuilder {
    /// Whether a key that is already set is an error.
    strict: bool,
    /// Those errors, with the moment at which each key was set.
    pub(super) duplicates: Vec<(u32, String)>,
}

impl ExactBuilder {
    pub(super) fn new(strict: bool) -> Self {
        ExactBuilder { strict, duplicates: Vec::new() }
    }
}

impl Build for ExactBuilder {
    type Key = Node;
    type Node = Node;

    fn scalar(&mut self, meaning: Meaning, text: &[u8]) -> Result<Node, Stop> {
        let text = if meaning == Meaning::Text { Str::from_bytes(text) } else { Str::default() };
        Ok(Node::Scalar(meaning, text))
    }

    fn key(&mut self, meaning: Meaning, text: &[u8]) -> Result<Node, Stop> {
        self.scalar(meaning, text)
    }

    fn collection_key(&mut self, node: Node) -> Stop {
        let mut message = "invalid map key: ".to_owned();
        write_go(&node, &mut message, true);
        Stop::Decode(message)
    }

    fn list(&mut self, items: std::vec::Drain<'_, Node>, depth: usize) -> Result<Node, Stop> {
        let items: Vec<Node> = items.collect();
        Ok(if depth > MAX_DEPTH { Node::TooDeep } else { Node::List(items) })
    }

    fn map(&mut self, entries: std::vec::Drain<'_, Entry<Node, Node>>, depth: usize) -> Result<Node, Stop> {
        let mut map: Vec<(Node, Node)> = Vec::with_capacity(entries.len());
        let mut index = HashMap::new();
        for entry in entries {
            let known = identity(&entry.key).map(|identity| index.entry(identity));
            match known {
                Some(std::collections::hash_map::Entry::Occupied(at)) if self.strict => {
                    let _: &usize = at.get();
                    let mut message = format!("line {}: key ", entry.line + 1);
                    write_go(&entry.key, &mut message, true);
                    message.push_str(" already set in map");
                    self.duplicates.push((entry.order, message));
                }
                Some(std::collections::hash_map::Entry::Occupied(at)) => map[*at.get()].1 = entry.value,
                Some(std::collections::hash_map::Entry::Vacant(place)) => {
                    place.insert(map.len());
                    map.push((entry.key, entry.value));
                }
                None => map.push((entry.key, entry.value)),
            }
        }
        Ok(if depth > MAX_DEPTH { Node::TooDeep } else { Node::Map(map) })
    }
}

/// Go's `%#v` of a node. `top`: not inside another one, where nil has its type.
fn write_go(node: &Node, out: &mut String, top: bool) {
    match node {
        Node::Scalar(Meaning::Null, _) if top => out.push_str("<nil>"),
        Node::Scalar(meaning, text) => {
            let _ = match meaning {
                Meaning::Null => write!(out, "interface {{}}(nil)"),
                Meaning::Bool(b) => write!(out, "{b}"),
                Meaning::Int(int) => write!(out, "{int}"),
                Meaning::Uint(uint) => write!(out, "{uint:#x}"),
                Meaning::Float(float) => {
                    let mut text = Vec::new();
                    crate::float::append_g(&mut text, *float);
                    write!(out, "{}", String::from_utf8_lossy(&text))
                }
                Meaning::Text => write!(out, "{}", quote::quote(text)),
                Meaning::Bytes(bytes) => write!(out, "{}", quote::quote(bytes)),
            };
        }
        Node::List(items) => {
            out.push_str("[]interface {}{");
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_go(item, out, false);
            }
            out.push('}');
        }
        Node::Map(entries) => {
            out.push_str("map[interface {}]interface {}{");
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|a, b| go_order(&a.0).partial_cmp(&go_order(&b.0)).unwrap_or(std::cmp::Ordering::Equal));
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_go(key, out, false);
                out.push(':');
                write_go(value, out, false);
            }
            out.push('}');
        }
        Node::TooDeep => out.push_str("..."),
    }
}

/// Go prints maps sorted: nil first, then by type (in an order of its own), then by value.
fn go_order(key: &Node) -> (u8, f64, &[u8]) {
    match key {
        Node::Scalar(Meaning::Null, _) => (0, 0.0, b""),
        Node::Scalar(Meaning::Bool(b), _) => (1, f64::from(*b), b""),
        Node::Scalar(Meaning::Float(float), _) => (2, *float, b""),
        Node::Scalar(Meaning::Int(int), _) => (3, *int as f64, b""),
        Node::Scalar(Meaning::Text, text) => (4, 0.0, text),
        Node::Scalar(Meaning::Bytes(bytes), _) => (4, 0.0, bytes),
        Node::Scalar(Meaning::Uint(uint), _) => (5, *uint as f64, b""),
        _ => (6, 0.0, b""),
    }
}

/// The node as the YAML to JSON step and Go's JSON decoder leave it.
///
/// # Errors
/// Go's message for a key that JSON cannot have and for nesting beyond JSON's limit. With [`Numbers::Float`] also for
/// infinite numbers; with [`Numbers::Typed`] they stay (see [`first_unsupported`]).
pub(super) fn to_value(node: Node, numbers: Numbers) -> Result<Value, YamlError> {
    let mut too_deep = false;
    let value = convert(node, &mut too_deep)?;
    if numbers == Numbers::Float
        && let Some(error) = first_unsupported(&value)
    {
        return Err(error);
    }
    if too_deep {
        return Err(YamlError::unmarshaling("exceeded max depth"));
    }
    Ok(if numbers == Numbers::Float { floats(value) } else { value })
}

/// `json: unsupported value: +Inf` for the first infinite number in a value, in the order of JSON text.
pub fn first_unsupported(value: &Value) -> Option<YamlError> {
    match value {
        Value::Float(float) if !float.is_finite() => {
            let name = if float.is_nan() {
                "NaN"
            } else if *float > 0.0 {
                "+Inf"
            } else {
                "-Inf"
            };
            Some(YamlError::converting(&format!("json: unsupported value: {name}")))
        }
        Value::List(list) => list.iter().find_map(first_unsupported),
        Value::Map(map) => map.borrow().values().find_map(first_unsupported),
        _ => None,
    }
}

fn convert(node: Node, too_deep: &mut bool) -> Result<Value, YamlError> {
    match node {
        Node::Scalar(meaning, text) => {
            Ok(value::scalar_value(meaning, &text, Numbers::Typed).unwrap_or_default())
        }
        Node::List(items) => {
            let items = items.into_iter().map(|item| convert(item, too_deep)).collect::<Result<Vec<_>, _>>()?;
            Ok(Value::List(List::new(items)))
        }
        Node::Map(entries) => {
            let mut map = Entries::new();
            for (key, value) in entries {
                map.insert(json_key(&key, &value)?, convert(value, too_deep)?);
            }
            Ok(Value::Map(Map::from_entries(map)))
        }
        Node::TooDeep => {
            *too_deep = true;
            Ok(Value::Null)
        }
    }
}

fn json_key(key: &Node, value: &Node) -> Result<Str, YamlError> {
    if let Node::Scalar(meaning, text) = key
        && let Some(key) = value::scalar_key(meaning, text)
    {
        return Ok(key);
    }
    let ty = if matches!(key, Node::Scalar(Meaning::Null, _)) { "%!s(<nil>)" } else { "uint64" };
    let mut message = format!("unsupported map key of type: {ty}, key: ");
    write_go(key, &mut message, true);
    message.push_str(", value: ");
    write_go(value, &mut message, true);
    Err(YamlError::converting(&message))
}

/// The same value with every number as `float64`.
fn floats(value: Value) -> Value {
    match value {
        Value::Int(int) => Value::Float(int.as_i128() as f64),
        Value::List(list) => Value::List(list.iter().cloned().map(floats).collect()),
        Value::Map(map) => Value::Map(map.borrow().iter().map(|(key, value)| (key.clone(), floats(value.clone()))).collect()),
        other => other,
    }
}
