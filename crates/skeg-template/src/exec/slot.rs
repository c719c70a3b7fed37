//! A value with what Go's reflection knows beside it: whether it is there at all, and whether its static type is
//! `interface {}`.
//!
//! The difference decides what nil means. A missing key reads as a nil *interface*, on which a field access is an
//! error; a pipeline unwraps it into *no value*, on which a field access is fine and yields no value again.
//!
//! # Source
//! spec/rendering.md 1.3, 1.6.

use skeg_value::{ListType, MapType, Value};

use crate::print::Complex;

/// What is known about a value beside itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Static {
    /// There is no value (Go's zero `reflect.Value`); the value is null.
    Nothing,
    /// Its static type is `interface {}`; null is a nil interface.
    Interface,
    /// Its static type is its own.
    Concrete,
    /// The same, and it can be pointed at: methods of its pointer type are reached.
    Addressable,
}

/// A value during evaluation.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) value: Value,
    pub(crate) known: Static,
}

impl Slot {
    /// No value.
    pub(crate) const NOTHING: Slot = Slot {
        value: Value::Null,
        known: Static::Nothing,
    };

    /// What a host hands over: nil is no value.
    pub(crate) fn given(value: Value) -> Slot {
        let known = if value.is_null() {
            Static::Nothing
        } else {
            Static::Concrete
        };
        Slot { value, known }
    }

    /// What a function or an `interface {}` container yields, nil being a nil interface.
    pub(crate) fn result(value: Value) -> Slot {
        let known = if value.is_null() {
            Static::Interface
        } else {
            Static::Concrete
        };
        Slot { value, known }
    }

    /// Something of static type `interface {}`.
    pub(crate) fn interface(value: Value) -> Slot {
        Slot {
            value,
            known: Static::Interface,
        }
    }

    pub(crate) fn concrete(value: Value) -> Slot {
        Slot {
            value,
            known: Static::Concrete,
        }
    }

    /// An element of a list.
    pub(crate) fn item(value: Value, list: ListType) -> Slot {
        if list == ListType::Any {
            Slot::interface(value)
        } else {
            Slot::concrete(value)
        }
    }

    /// A value of a map.
    pub(crate) fn entry(value: Value, map: MapType) -> Slot {
        match map {
            MapType::Any | MapType::Values => Slot::interface(value),
            MapType::String | MapType::Files => Slot::concrete(value),
        }
    }

    /// What a map yields for a key that isn't there.
    pub(crate) fn missing_entry(map: MapType) -> Slot {
        match map {
            MapType::Any | MapType::Values => Slot::interface(Value::Null),
            MapType::String => Slot::concrete(Value::String(Default::default())),
            MapType::Files => Slot::concrete(Value::Bytes(Default::default())),
        }
    }

    /// The thing inside an interface, as each stage of a pipeline takes it out.
    pub(crate) fn unwrapped(mut self) -> Slot {
        if self.known == Static::Interface {
            self.known = if self.value.is_null() {
                Static::Nothing
            } else {
                Static::Concrete
            };
        }
        self
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.known == Static::Nothing
    }

    /// Whether it is a nil of static type `interface {}`.
    pub(crate) fn is_nil_interface(&self) -> bool {
        self.known == Static::Interface && self.value.is_null()
    }

    /// The name of the static type.
    pub(crate) fn static_type(&self) -> String {
        if self.known == Static::Interface {
            "interface {}".to_owned()
        } else {
            self.value.type_name()
        }
    }

    /// Go's truth.
    pub(crate) fn is_true(&self) -> bool {
        is_true(&self.value)
    }
}

/// Go's truth, that of named slices and complex numbers (which are objects here) included.
pub(crate) fn is_true(value: &Value) -> bool {
    match value {
        Value::Object(object) if object.kind() == "slice" => {
            !matches!(object.to_json(), Value::List(items) if items.is_empty())
        }
        Value::Object(_) if Complex::of(value) == Some(Complex { re: 0.0, im: 0.0 }) => false,
        _ => value.is_true(),
    }
}
