//! `index`, `slice` and `len`.
//!
//! # Source
//! spec/rendering.md 1.9.

use skeg_value::{Int, IntType, List, Str, Value};

use crate::exec::slot::{Slot, Static};

/// An index into something of this length, which itself is let through (Go's caller then finds it out of range).
fn position(index: &Slot, length: usize) -> Result<usize, String> {
    let number = match &index.value {
        _ if index.is_nothing() => return Err("cannot index slice/array with nil".to_owned()),
        // `slice` doesn't look into interfaces, unlike `index`, whose operands are unwrapped before.
        _ if index.known == Static::Interface => {
            return Err("cannot index slice/array with type interface {}".to_owned());
        }
        Value::Int(int) => int.value,
        Value::Object(object) if object.as_i64().is_some() => object.as_i64().unwrap_or_default(),
        _ => return Err(format!("cannot index slice/array with type {}", index.static_type())),
    };
    match usize::try_from(number) {
        Ok(position) if position <= length => Ok(position),
        _ => Err(format!("index out of range: {number}")),
    }
}

/// `index c k…`: the item at a place of a list or string, the value of a key of a map, and so on into it.
pub(super) fn index(args: &[Slot]) -> Result<Slot, String> {
    let mut item = args[0].clone().unwrapped();
    if item.is_nothing() {
        return Err("index of untyped nil".to_owned());
    }
    for index in &args[1..] {
        let index = index.clone().unwrapped();
        if item.is_nil_interface() {
            return Err("index of nil pointer".to_owned());
        }
        item = match &item.value {
            Value::String(text) => {
                let byte = text.get(position(&index, text.len())?);
                byte_slot(byte).ok_or("reflect: string index out of range")?
            }
            Value::Bytes(bytes) => {
                let byte = bytes.get(position(&index, bytes.len())?);
                byte_slot(byte).ok_or("reflect: slice index out of range")?
            }
            Value::List(list) => list_item(list, &index)?,
            Value::Map(map) => match &index.value {
                Value::String(key) => match map.get(key) {
                    Some(value) => Slot::entry(value, map.ty()),
                    None => Slot::missing_entry(map.ty()),
                },
                Value::Null => return Err("value is nil; should be of type string".to_owned()),
                other => return Err(format!("value has type {}; should be string", other.type_name())),
            },
            Value::Object(object) => match object.to_json() {
                Value::List(list) if object.kind() == "slice" => list_item(&list, &index)?,
                _ => return Err(cannot_index(&item.value)),
            },
            other => return Err(cannot_index(other)),
        };
    }
    Ok(item)
}

fn cannot_index(value: &Value) -> String {
    format!("can't index item of type {}", value.type_name())
}

fn byte_slot(byte: Option<&u8>) -> Option<Slot> {
    byte.map(|&b| {
        Slot::concrete(Value::Int(Int {
            value: i64::from(b),
            ty: IntType::Uint8,
        }))
    })
}

fn list_item(list: &List, index: &Slot) -> Result<Slot, String> {
    let item = list.as_slice().get(position(index, list.len())?);
    let item = item.ok_or("reflect: slice index out of range")?;
    Ok(Slot::item(item.clone(), list.ty()))
}

/// `slice x i j k`: Go's `x[i:j:k]`.
pub(super) fn slice(args: &[Slot]) -> Result<Slot, String> {
    let item = args[0].clone().unwrapped();
    if item.is_nothing() {
        return Err("slice of untyped nil".to_owned());
    }
    let indexes = &args[1..];
    if indexes.len() > 3 {
        return Err(format!("too many slice indexes: {}", indexes.len()));
    }
    let length = match &item.value {
        Value::String(_) if indexes.len() == 3 => return Err("cannot 3-index slice a string".to_owned()),
        Value::String(text) | Value::Bytes(text) => text.len(),
        Value::List(list) => list.len(),
        other => return Err(format!("can't slice item of type {}", other.type_name())),
    };
    let mut bounds = [0, length, length];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        *bound = position(index, length)?;
    }
    let [from, to, capacity] = bounds;
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}"));
    }
    if to > capacity {
        return Err(format!("invalid slice index: {to} > {capacity}"));
    }
    Ok(Slot::concrete(match &item.value {
        Value::String(text) => Value::String(Str::from(&text[from..to])),
        Value::Bytes(bytes) => Value::Bytes(Str::from(&bytes[from..to])),
        Value::List(list) => Value::List(List::typed(list.ty(), list.as_slice()[from..to].to_vec())),
        other => other.clone(),
    }))
}

/// `len x`.
pub(super) fn len(args: &[Slot]) -> Result<Slot, String> {
    let length = match &args[0].value {
        Value::Null if args[0].is_nothing() => {
            return Err("reflect: call of reflect.Value.Type on zero Value".to_owned());
        }
        Value::Null => return Err("len of nil pointer".to_owned()),
        Value::String(text) | Value::Bytes(text) => text.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Object(object) => match object.to_json() {
            Value::List(list) if object.kind() == "slice" => list.len(),
            _ => return Err(format!("len of type {}", object.type_name())),
        },
        other => return Err(format!("len of type {}", other.type_name())),
    };
    Ok(Slot::concrete(Value::int(length as i64)))
}
