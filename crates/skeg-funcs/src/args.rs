//! Reading arguments that the executor has already checked against the function's signature.
//!
//! A wrong type here means that a table line and its function disagree, which the examples of the table would show.

use skeg_value::{List, Map, MapType, Str, Value};

const CHECKED: &str = "the executor checks arguments against the signature";

/// A `string` parameter.
pub(crate) fn string(args: &[Value], position: usize) -> &Str {
    args[position].as_string().expect(CHECKED)
}

/// A `bool` parameter.
pub(crate) fn boolean(args: &[Value], position: usize) -> bool {
    args[position].as_bool().expect(CHECKED)
}

/// An `int` parameter.
pub(crate) fn int(args: &[Value], position: usize) -> i64 {
    match &args[position] {
        Value::Int(int) => int.value,
        _ => unreachable!("{CHECKED}"),
    }
}

/// A `float64` parameter.
pub(crate) fn float(args: &[Value], position: usize) -> f64 {
    match &args[position] {
        Value::Float(float) => *float,
        _ => unreachable!("{CHECKED}"),
    }
}

/// A `map[string]interface {}` parameter. The handle has that Go type even where `common.Values` was given, so that it
/// can be returned as it is.
pub(crate) fn map(args: &[Value], position: usize) -> Map {
    args[position].as_map().expect(CHECKED).with_type(MapType::Any)
}

/// What Go says when a nil interface is used where its type is needed.
pub(crate) const NIL_POINTER: &str = "runtime error: invalid memory address or nil pointer dereference";

/// The items of anything that Go's reflection calls a slice, with the list itself; `Err` holds the kind of anything
/// else, or none for nil.
pub(crate) fn slice(value: &Value) -> Result<List, Option<&'static str>> {
    match value {
        Value::Null => Err(None),
        Value::List(list) => Ok(list.clone()),
        Value::Bytes(bytes) => Ok(bytes.iter().map(|&byte| uint8(byte)).collect()),
        Value::Object(object) if object.kind() == "slice" => match object.to_json() {
            Value::List(list) => Ok(list),
            _ => Ok(List::new(Vec::new())),
        },
        other => Err(Some(other.kind())),
    }
}

fn uint8(byte: u8) -> Value {
    Value::Int(skeg_value::Int {
        value: byte.into(),
        ty: skeg_value::IntType::Uint8,
    })
}
