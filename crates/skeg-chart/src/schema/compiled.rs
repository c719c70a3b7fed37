//! Compiled schemas: keywords ready to be checked, other schemas by number.

use std::sync::Arc;

use skeg_value::Str;
use skeg_value::regex::{Subject, compiled};

use super::draft::Draft;
use super::format::Format;
use super::node::Node;
use super::number::Decimal;

/// The number of a schema in its compiler.
pub(super) type Id = usize;

/// `additionalProperties`, `additionalItems`.
pub(super) enum Additional {
    Allowed(bool),
    Schema(Id),
}

/// `items` before 2020.
pub(super) enum Items {
    All(Id),
    Each(Vec<Id>),
}

/// A member of `dependencies`.
pub(super) enum Dependency {
    Names(Vec<Str>),
    Schema(Id),
}

/// A pattern that compiles. Its automaton belongs to the thread that searches, so it is made there and kept.
pub(super) struct Named<T> {
    pub(super) pattern: Str,
    pub(super) schema: T,
}

impl<T> Named<T> {
    /// Whether the pattern is found in a text.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        compiled(&self.pattern).is_ok_and(|pattern| pattern.is_match(&Subject::new(text)))
    }
}

/// One schema. Absent keywords are none, false or empty; lists of members are sorted.
pub(super) struct Schema {
    /// The number of its document.
    pub(super) root: usize,
    /// Where it is in that.
    pub(super) pointer: Arc<str>,
    pub(super) draft: Draft,
    /// The resource that it belongs to.
    pub(super) resource: Id,
    pub(super) dynamic_anchors: Vec<(String, Id)>,
    pub(super) evaluates_all_properties: bool,
    pub(super) evaluates_all_items: bool,
    pub(super) evaluated_items: usize,

    pub(super) boolean: Option<bool>,
    pub(super) reference: Option<Id>,
    pub(super) recursive_ref: Option<Id>,
    pub(super) recursive_anchor: bool,
    pub(super) dynamic_ref: Option<(Id, String)>,
    pub(super) dynamic_anchor: String,

    pub(super) types: Types,
    pub(super) constant: Option<Node>,
    pub(super) enumeration: Option<Vec<Node>>,
    pub(super) format: Option<&'static Format>,

    pub(super) not: Option<Id>,
    pub(super) all_of: Vec<Id>,
    pub(super) any_of: Vec<Id>,
    pub(super) one_of: Vec<Id>,
    pub(super) condition: Option<Id>,
    pub(super) then: Option<Id>,
    pub(super) otherwise: Option<Id>,

    pub(super) min_properties: Option<i64>,
    pub(super) max_properties: Option<i64>,
    pub(super) required: Vec<Str>,
    pub(super) properties: Vec<(Str, Id)>,
    pub(super) pattern_properties: Vec<Named<Id>>,
    pub(super) additional_properties: Option<Additional>,
    pub(super) property_names: Option<Id>,
    pub(super) dependencies: Vec<(Str, Dependency)>,
    pub(super) dependent_required: Vec<(Str, Vec<Str>)>,
    pub(super) dependent_schemas: Vec<(Str, Id)>,
    pub(super) unevaluated_properties: Option<Id>,

    pub(super) min_items: Option<i64>,
    pub(super) max_items: Option<i64>,
    pub(super) unique_items: bool,
    pub(super) items: Option<Items>,
    pub(super) additional_items: Option<Additional>,
    pub(super) prefix_items: Vec<Id>,
    pub(super) items_2020: Option<Id>,
    pub(super) contains: Option<Id>,
    pub(super) min_contains: Option<i64>,
    pub(super) max_contains: Option<i64>,
    pub(super) unevaluated_items: Option<Id>,

    pub(super) min_length: Option<i64>,
    pub(super) max_length: Option<i64>,
    pub(super) pattern: Option<Named<()>>,

    pub(super) minimum: Option<Decimal>,
    pub(super) maximum: Option<Decimal>,
    pub(super) exclusive_minimum: Option<Decimal>,
    pub(super) exclusive_maximum: Option<Decimal>,
    pub(super) multiple_of: Option<Decimal>,
}

impl Schema {
    /// A schema without keywords.
    pub(super) fn new(root: usize, pointer: Arc<str>, id: Id) -> Schema {
        Schema {
            root,
            pointer,
            draft: Draft::Year2020,
            resource: id,
            dynamic_anchors: Vec::new(),
            evaluates_all_properties: false,
            evaluates_all_items: false,
            evaluated_items: 0,
            boolean: None,
            reference: None,
            recursive_ref: None,
            recursive_anchor: false,
            dynamic_ref: None,
            dynamic_anchor: String::new(),
            types: Types::default(),
            constant: None,
            enumeration: None,
            format: None,
            not: None,
            all_of: Vec::new(),
            any_of: Vec::new(),
            one_of: Vec::new(),
            condition: None,
            then: None,
            otherwise: None,
            min_properties: None,
            max_properties: None,
            required: Vec::new(),
            properties: Vec::new(),
            pattern_properties: Vec::new(),
            additional_properties: None,
            property_names: None,
            dependencies: Vec::new(),
            dependent_required: Vec::new(),
            dependent_schemas: Vec::new(),
            unevaluated_properties: None,
            min_items: None,
            max_items: None,
            unique_items: false,
            items: None,
            additional_items: None,
            prefix_items: Vec::new(),
            items_2020: None,
            contains: None,
            min_contains: None,
            max_contains: None,
            unevaluated_items: None,
            min_length: None,
            max_length: None,
            pattern: None,
            minimum: None,
            maximum: None,
            exclusive_minimum: None,
            exclusive_maximum: None,
            multiple_of: None,
        }
    }
}

/// A set of JSON types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Types(u8);

/// In the order in which messages list them.
const TYPE_NAMES: [&str; 7] = ["null", "boolean", "number", "integer", "string", "array", "object"];

impl Types {
    pub(super) const INTEGER: Types = Types(1 << 3);
    const NUMBER: Types = Types(1 << 2);

    /// The type of that name; the empty set for any other name.
    pub(super) fn named(name: &str) -> Types {
        Types(
            TYPE_NAMES
                .iter()
                .position(|known| *known == name)
                .map_or(0, |index| 1 << index),
        )
    }

    /// The type of a value; every number is a `number`.
    pub(super) fn of(node: &Node) -> Types {
        match node {
            Node::Null => Types(1),
            Node::Bool(_) => Types(1 << 1),
            Node::Number(_) => Types::NUMBER,
            Node::String(_) => Types(1 << 4),
            Node::Array(_) => Types(1 << 5),
            Node::Object(_) => Types(1 << 6),
        }
    }

    pub(super) fn with(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    pub(super) fn has(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// `null or string`.
    pub(super) fn names(self) -> String {
        let names: Vec<&str> = TYPE_NAMES
            .iter()
            .enumerate()
            .filter(|(index, _)| self.0 & (1 << index) != 0)
            .map(|(_, name)| *name)
            .collect();
        names.join(" or ")
    }
}
