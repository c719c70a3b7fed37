//! A short cut: most schemas are seen to be valid without reading the schema of their draft, which costs more than all
//! the rest of a check.
//!
//! Answers only "certainly valid" or "don't know"; what is wrong with a schema is for the draft's schema to say.

use std::collections::HashSet;

use skeg_value::regex::compiled;

use super::draft::Draft;
use super::node::Node;

/// Whether a schema is certainly one of the draft.
pub(super) fn is_certainly_valid(node: &Node, draft: Draft) -> bool {
    Look::new(draft).is_certainly_valid(node)
}

/// What a look at a schema finds besides.
pub(super) struct Look<'n> {
    draft: Draft,
    /// Whether it holds only keywords whose meaning lies in themselves (see `quick`).
    pub(super) is_plain: bool,
    /// How many `$schema` there are.
    pub(super) names: usize,
    /// The pointers of its references.
    pub(super) references: Vec<&'n str>,
    depth: usize,
}

impl<'n> Look<'n> {
    pub(super) fn new(draft: Draft) -> Self {
        Look {
            draft,
            is_plain: true,
            names: 0,
            references: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn is_certainly_valid(&mut self, node: &'n Node) -> bool {
        let members = match node {
            Node::Bool(_) => return self.draft >= Draft::Six,
            Node::Object(members) => members,
            _ => return false,
        };
        self.depth += 1;
        let is_valid = members.iter().all(|(keyword, value)| {
            keyword
                .as_str()
                .is_some_and(|keyword| self.keyword_is_valid(keyword, value))
        });
        self.depth -= 1;
        is_valid
    }

    fn all(&mut self, items: &'n [Node]) -> bool {
        items.iter().all(|item| self.is_certainly_valid(item))
    }

    fn members(&mut self, value: &'n Node) -> bool {
        matches!(value, Node::Object(members) if members.iter().all(|(_, value)| self.is_certainly_valid(value)))
    }

    fn keyword_is_valid(&mut self, keyword: &str, value: &'n Node) -> bool {
        let draft = self.draft;
        match keyword {
            "title" | "description" | "$comment" | "format" | "contentEncoding" | "contentMediaType" => {
                matches!(value, Node::String(_))
            }
            "default" | "const" => true,
            "examples" => matches!(value, Node::Array(_)),
            "deprecated" | "readOnly" | "writeOnly" | "uniqueItems" => matches!(value, Node::Bool(_)),
            "type" => is_type(value) || is_list(value, is_type),
            "enum" => is_list(value, |item| {
                matches!(item, Node::String(_) | Node::Bool(_) | Node::Null)
            }),
            "required" => {
                (draft >= Draft::Six && matches!(value, Node::Array(items) if items.is_empty()))
                    || is_list(value, |item| matches!(item, Node::String(_)))
            }
            "minimum" | "maximum" => matches!(value, Node::Number(_)),
            "exclusiveMinimum" | "exclusiveMaximum" => draft >= Draft::Six && matches!(value, Node::Number(_)),
            "multipleOf" => is_count(value) && !matches!(value, Node::Number(text) if text.bytes().all(|b| b == b'0')),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => is_count(value),
            "pattern" => matches!(value, Node::String(text) if compiled(text).is_ok()),
            "properties" | "definitions" | "$defs" => self.members(value),
            "patternProperties" => {
                self.members(value)
                    && matches!(value, Node::Object(members) if members.iter().all(|(name, _)| compiled(name).is_ok()))
            }
            "additionalProperties" => self.is_certainly_valid_or_bool(value),
            "items" => match value {
                Node::Array(items) => {
                    self.is_plain = false;
                    draft < Draft::Year2020 && !items.is_empty() && self.all(items)
                }
                value => self.is_certainly_valid(value),
            },
            "not" | "if" | "then" | "else" => self.is_certainly_valid(value),
            "allOf" | "anyOf" | "oneOf" => {
                matches!(value, Node::Array(items) if !items.is_empty() && self.all(items))
            }
            "additionalItems" => {
                self.is_plain = false;
                self.is_certainly_valid_or_bool(value)
            }
            "contains" | "propertyNames" | "unevaluatedProperties" | "unevaluatedItems" => {
                self.is_plain = false;
                self.is_certainly_valid(value)
            }
            "prefixItems" => {
                self.is_plain = false;
                matches!(value, Node::Array(items) if !items.is_empty() && self.all(items))
            }
            "dependentSchemas" => {
                self.is_plain = false;
                self.members(value)
            }
            "$schema" | "$id" | "id" => match value {
                Node::String(text) if text.as_str().is_some_and(is_simple_url) => {
                    self.names += usize::from(keyword == "$schema");
                    // A name of one's own is harmless where all references begin: at the top. Steps like `..` would change it.
                    if keyword != "$schema" && (self.depth > 1 || text.as_str().is_some_and(|text| text.contains("/.")))
                    {
                        self.is_plain = false;
                    }
                    true
                }
                _ => false,
            },
            "$ref" => match value {
                Node::String(text) => {
                    let pointer = text.as_str().filter(|text| is_simple_reference(text));
                    self.references.extend(pointer.map(|pointer| &pointer[1..]));
                    pointer.is_some()
                }
                _ => false,
            },
            "dependencies" | "dependentRequired" | "$vocabulary" | "$recursiveRef" | "$recursiveAnchor"
            | "$dynamicRef" | "$dynamicAnchor" | "$anchor" | "contentSchema" | "minContains" | "maxContains" => false,
            _ => true,
        }
    }

    fn is_certainly_valid_or_bool(&mut self, value: &'n Node) -> bool {
        matches!(value, Node::Bool(_)) || self.is_certainly_valid(value)
    }
}

fn is_type(value: &Node) -> bool {
    matches!(value, Node::String(name)
        if matches!(&**name, b"null" | b"boolean" | b"number" | b"integer" | b"string" | b"array" | b"object"))
}

/// At least one item, none twice: what every draft allows where it allows such a list. Numbers are left to the draft's own
/// schema, as one may be written in many ways.
fn is_list(value: &Node, is_item: impl Fn(&Node) -> bool) -> bool {
    let Node::Array(items) = value else { return false };
    let mut seen: HashSet<(u8, &[u8])> = HashSet::new();
    !items.is_empty()
        && items.iter().all(is_item)
        && items.iter().all(|item| match item {
            Node::Null => seen.insert((0, b"")),
            Node::Bool(value) => seen.insert((1, if *value { b"true" } else { b"false" })),
            Node::String(text) => seen.insert((2, text)),
            Node::Number(_) | Node::Array(_) | Node::Object(_) => false,
        })
}

fn is_count(value: &Node) -> bool {
    matches!(value, Node::Number(text) if text.bytes().all(|b| b.is_ascii_digit()))
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._/$".contains(&b))
}

/// `https://host/path`, perhaps with an empty fragment.
fn is_simple_url(text: &str) -> bool {
    let text = text.strip_suffix('#').unwrap_or(text);
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.starts_with('/') && is_plain(rest))
}

/// `#/definitions/name`.
fn is_simple_reference(text: &str) -> bool {
    text.strip_prefix("#/").is_some_and(is_plain)
}
