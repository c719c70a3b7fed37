//! What `range` goes through: the items of a list, a map, or the numbers below an integer.

use skeg_value::{Int, IntType, List, MapType, Str, Value};

use super::slot::Slot;

/// The items that a loop still has before it.
#[derive(Debug)]
pub(super) enum Items {
    List {
        list: List,
        next: usize,
    },
    Bytes {
        bytes: Str,
        next: usize,
    },
    Map {
        entries: std::vec::IntoIter<(Str, Value)>,
        ty: MapType,
    },
    Numbers {
        next: u64,
        end: u64,
        ty: IntType,
    },
}

/// Why there is nothing to go through.
pub(super) enum NoItems {
    /// The value is of a type that can't be gone through.
    WrongType,
    /// An integer has no indexes for a second variable.
    TwoVariables,
}

impl Items {
    /// The items of a value; an absent one has none.
    pub(super) fn of(value: &Value, variables: usize) -> Result<Items, NoItems> {
        Ok(match value {
            Value::Null => Items::Numbers {
                next: 0,
                end: 0,
                ty: IntType::Int,
            },
            Value::List(list) => Items::List {
                list: list.clone(),
                next: 0,
            },
            Value::Bytes(bytes) => Items::Bytes {
                bytes: bytes.clone(),
                next: 0,
            },
            // A snapshot, as in Go: the body may change the map.
            Value::Map(map) => Items::Map {
                entries: map.snapshot().into_iter(),
                ty: map.ty(),
            },
            Value::Int(int) => Items::numbers(*int, variables)?,
            Value::Object(object) => match (object.kind(), object.as_i64(), object.to_json()) {
                ("slice", _, Value::List(list)) => Items::List { list, next: 0 },
                (_, Some(value), _) => Items::numbers(
                    Int {
                        value,
                        ty: IntType::Int64,
                    },
                    variables,
                )?,
                _ => return Err(NoItems::WrongType),
            },
            Value::Bool(_) | Value::Float(_) | Value::String(_) => return Err(NoItems::WrongType),
        })
    }

    fn numbers(int: Int, variables: usize) -> Result<Items, NoItems> {
        if variables > 1 {
            return Err(NoItems::TwoVariables);
        }
        let end = if int.ty.is_unsigned() {
            int.as_u64()
        } else {
            int.value.max(0) as u64
        };
        Ok(Items::Numbers {
            next: 0,
            end,
            ty: int.ty,
        })
    }

    /// The next item: index or key, and element.
    pub(super) fn next(&mut self) -> Option<(Slot, Slot)> {
        match self {
            Items::List { list, next } => {
                let item = list.as_slice().get(*next)?.clone();
                *next += 1;
                Some((index(*next - 1), Slot::item(item, list.ty())))
            }
            Items::Bytes { bytes, next } => {
                let byte = *bytes.get(*next)?;
                *next += 1;
                let element = Value::Int(Int {
                    value: i64::from(byte),
                    ty: IntType::Uint8,
                });
                Some((index(*next - 1), Slot::concrete(element)))
            }
            Items::Map { entries, ty } => {
                let (key, value) = entries.next()?;
                Some((Slot::concrete(Value::String(key)), Slot::entry(value, *ty)))
            }
            Items::Numbers { next, end, ty } => {
                if next >= end {
                    return None;
                }
                *next += 1;
                let element = Value::Int(Int {
                    value: *next as i64 - 1,
                    ty: *ty,
                });
                Some((Slot::NOTHING, Slot::concrete(element)))
            }
        }
    }
}

fn index(position: usize) -> Slot {
    Slot::concrete(Value::int(position as i64))
}
