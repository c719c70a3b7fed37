//! [`Value`]: what a template expression yields.

use crate::list::{List, ListType};
use crate::map::Map;
use crate::number::{Int, IntType};
use crate::object::ObjectRef;
use crate::string::Str;

/// One value of the data that templates see, with enough of its Go type to behave as it does in Helm.
///
/// Cloning is cheap: containers and strings are shared. Maps stay shared when cloned (see [`Map`]); use
/// [`Value::deep_clone`] for a copy of one's own.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Go's nil interface: a YAML null.
    #[default]
    Null,
    /// `bool`.
    Bool(bool),
    /// An integer of some Go type.
    Int(Int),
    /// `float64`: every number that comes from YAML or JSON.
    Float(f64),
    /// `string`.
    String(Str),
    /// `[]byte` (`[]uint8`).
    Bytes(Str),
    /// A slice.
    List(List),
    /// A map with string keys.
    Map(Map),
    /// A struct, pointer or named type.
    Object(ObjectRef),
}

impl Value {
    /// A Go `int`.
    pub fn int(value: i64) -> Self {
        Value::Int(Int {
            value,
            ty: IntType::Int,
        })
    }

    /// A Go `int64`.
    pub fn int64(value: i64) -> Self {
        Value::Int(Int {
            value,
            ty: IntType::Int64,
        })
    }

    /// A string.
    pub fn string(text: impl Into<Str>) -> Self {
        Value::String(text.into())
    }

    /// A `[]string`.
    pub fn strings<S: Into<Str>>(items: impl IntoIterator<Item = S>) -> Self {
        Value::List(List::typed(
            ListType::String,
            items.into_iter().map(|s| Value::String(s.into())).collect(),
        ))
    }

    /// Whether it is nil.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The map, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_string(&self) -> Option<&Str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string that is valid UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        self.as_string().and_then(Str::as_str)
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The Go type name: `<nil>`, `float64`, `[]interface {}`, …
    pub fn type_name(&self) -> String {
        match self {
            Value::Null => "<nil>".to_owned(),
            Value::Bool(_) => "bool".to_owned(),
            Value::Int(int) => int.ty.name().to_owned(),
            Value::Float(_) => "float64".to_owned(),
            Value::String(_) => "string".to_owned(),
            Value::Bytes(_) => "[]uint8".to_owned(),
            Value::List(list) => list.ty().name().to_owned(),
            Value::Map(map) => map.ty().name().to_owned(),
            Value::Object(object) => object.type_name().to_owned(),
        }
    }

    /// The Go kind: `invalid` for nil, `map`, `slice`, `string`, `float64`, …
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "invalid",
            Value::Bool(_) => "bool",
            Value::Int(int) => int.ty.name(),
            Value::Float(_) => "float64",
            Value::String(_) => "string",
            Value::Bytes(_) | Value::List(_) => "slice",
            Value::Map(_) => "map",
            Value::Object(object) => object.kind(),
        }
    }

    /// Go templates' truth: false for nil, zero numbers, and empty strings, lists and maps; structs are true.
    ///
    /// # Source
    /// spec/rendering.md 1.7.
    pub fn is_true(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Bool(b) => *b,
            Value::Int(int) => int.value != 0,
            Value::Float(f) => *f != 0.0,
            Value::String(s) | Value::Bytes(s) => !s.is_empty(),
            Value::List(list) => !list.is_empty(),
            Value::Map(map) => !map.is_empty(),
            Value::Object(object) => object.as_i64().is_none_or(|n| n != 0),
        }
    }

    /// A copy that shares no map with the original. Typed maps and lists keep their Go types.
    pub fn deep_clone(&self) -> Value {
        match self {
            // Lists don't change: one without maps is as good as a copy.
            Value::List(list) if list.iter().all(|item| !matches!(item, Value::List(_) | Value::Map(_))) => {
                self.clone()
            }
            Value::List(list) => Value::List(List::typed(list.ty(), list.iter().map(Value::deep_clone).collect())),
            Value::Map(map) if map.is_nil() => self.clone(),
            Value::Map(map) => Value::Map(map.deep_clone()),
            _ => self.clone(),
        }
    }

    /// Go's `reflect.DeepEqual`: types must agree, maps and lists are compared by content, NaN differs from itself.
    pub fn deep_equal(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::String(a), Value::String(b)) | (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::List(a), Value::List(b)) => {
                a.ty() == b.ty()
                    && a.is_nil() == b.is_nil()
                    && a.len() == b.len()
                    && a.iter().zip(b).all(|(x, y)| x.deep_equal(y))
            }
            (Value::Map(a), Value::Map(b)) => {
                a.ty() == b.ty()
                    && a.is_nil() == b.is_nil()
                    && (a.ptr_eq(b) || {
                        let (a, b) = (a.borrow(), b.borrow());
                        a.len() == b.len() && a.iter().zip(b.iter()).all(|((k, x), (l, y))| k == l && x.deep_equal(y))
                    })
            }
            (Value::Object(a), Value::Object(b)) => a.equals(&**b),
            _ => false,
        }
    }
}

impl Map {
    /// A copy of one's own, down to the leaves.
    pub fn deep_clone(&self) -> Map {
        let mut entries = self.borrow().clone();
        for value in entries.values_mut() {
            if let Value::Map(_) | Value::List(_) = value {
                *value = value.deep_clone();
            }
        }
        Map::from_entries(entries).with_type(self.ty())
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}

impl From<f64> for Value {
    fn from(f: f64) -> Self {
        Value::Float(f)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text.into())
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Self {
        Value::String(text)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::List(List::new(items))
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Value::List(list)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Value::Map(map)
    }
}

impl From<ObjectRef> for Value {
    fn from(object: ObjectRef) -> Self {
        Value::Object(object)
    }
}
