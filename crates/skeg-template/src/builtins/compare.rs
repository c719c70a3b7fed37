//! `eq ne lt le gt ge`.
//!
//! # Source
//! spec/rendering.md 1.8.

use std::cmp::Ordering;
use std::rc::Rc;

use skeg_value::Value;

use super::boolean;
use crate::exec::slot::Slot;
use crate::print::{self, Complex};

/// A value of a kind that can be compared by value.
enum Basic<'a> {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Complex(Complex),
    String(&'a [u8]),
}

impl<'a> Basic<'a> {
    fn of(value: &'a Value) -> Option<Basic<'a>> {
        Some(match value {
            Value::Bool(b) => Basic::Bool(*b),
            Value::Int(int) if int.ty.is_unsigned() => Basic::Uint(int.as_u64()),
            Value::Int(int) => Basic::Int(int.value),
            Value::Float(f) => Basic::Float(*f),
            Value::String(text) => Basic::String(text),
            Value::Object(object) => match Complex::of(value) {
                Some(complex) => Basic::Complex(complex),
                None => Basic::Int(object.as_i64()?),
            },
            Value::Null | Value::Bytes(_) | Value::List(_) | Value::Map(_) => return None,
        })
    }

    /// How two values of one kind (or integers of any) compare; none where the kinds differ. The inner none: NaN.
    fn compare(&self, other: &Basic<'_>) -> Option<Option<Ordering>> {
        Some(match (self, other) {
            (Basic::Bool(a), Basic::Bool(b)) => Some(a.cmp(b)),
            (Basic::Int(a), Basic::Int(b)) => Some(a.cmp(b)),
            (Basic::Uint(a), Basic::Uint(b)) => Some(a.cmp(b)),
            (Basic::Int(a), Basic::Uint(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
            (Basic::Uint(a), Basic::Int(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
            (Basic::Float(a), Basic::Float(b)) => a.partial_cmp(b),
            (Basic::String(a), Basic::String(b)) => Some(a.cmp(b)),
            (Basic::Complex(a), Basic::Complex(b)) => (a == b).then_some(Ordering::Equal),
            _ => return None,
        })
    }
}

fn incompatible(a: &Value, b: &Value) -> String {
    format!(
        "incompatible types for comparison: {} and {}",
        a.type_name(),
        b.type_name()
    )
}

/// `eq a b c…`: whether the first equals any of the others.
pub(super) fn eq(args: &[Slot]) -> Result<Slot, String> {
    let first = &args[0].value;
    if args.len() == 1 {
        return Err("missing argument for comparison".to_owned());
    }
    for other in &args[1..] {
        if equal(first, &other.value)? {
            return Ok(boolean(true));
        }
    }
    Ok(boolean(false))
}

fn equal(a: &Value, b: &Value) -> Result<bool, String> {
    match (Basic::of(a), Basic::of(b)) {
        (Some(x), Some(y)) => match x.compare(&y) {
            Some(order) => Ok(order == Some(Ordering::Equal)),
            None => Err(incompatible(a, b)),
        },
        (None, None) => equal_containers(a, b),
        // Nil differs from every value; containers can't be asked about.
        _ if a.is_null() || b.is_null() => Ok(false),
        _ => Err(incompatible(a, b)),
    }
}

/// Values that are nil, containers or structs.
fn equal_containers(a: &Value, b: &Value) -> Result<bool, String> {
    if !a.is_null() && !b.is_null() && a.kind() != b.kind() {
        let (first, second) = (shown(a), String::from_utf8_lossy(&print::sprint_v(b)).into_owned());
        return Err(format!(
            "non-comparable types {first}: {}, {}: {second}",
            a.type_name(),
            b.type_name()
        ));
    }
    if is_nil(a) || is_nil(b) {
        return Ok(is_nil(a) == is_nil(b));
    }
    match (a, b) {
        (Value::Object(x), Value::Object(y)) if !matches!(y.kind(), "slice" | "map") => {
            let same_type = x.type_name() == y.type_name();
            Ok(same_type && (Rc::ptr_eq(x, y) || (y.kind() != "ptr" && x.equals(&**y))))
        }
        _ => Err(format!("non-comparable type {}: {}", shown(b), b.type_name())),
    }
}

fn shown(value: &Value) -> String {
    String::from_utf8_lossy(&print::sprintf(b"%s", std::slice::from_ref(value))).into_owned()
}

fn is_nil(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::List(list) => list.is_nil(),
        Value::Map(map) => map.is_nil(),
        _ => false,
    }
}

/// Whether the first operand is less than the second.
fn less(args: &[Slot]) -> Result<bool, String> {
    let bad = || "invalid type for comparison".to_owned();
    let (a, b) = (&args[0].value, &args[1].value);
    let x = Basic::of(a).ok_or_else(bad)?;
    let y = Basic::of(b).ok_or_else(bad)?;
    match (&x, x.compare(&y)) {
        (_, None) => Err(incompatible(a, b)),
        (Basic::Bool(_) | Basic::Complex(_), _) => Err(bad()),
        (_, Some(order)) => Ok(order == Some(Ordering::Less)),
    }
}

fn less_or_equal(args: &[Slot]) -> Result<bool, String> {
    Ok(less(args)? || equal(&args[0].value, &args[1].value)?)
}

/// `ne a b`.
pub(super) fn ne(args: &[Slot]) -> Result<Slot, String> {
    equal(&args[0].value, &args[1].value).map(|equal| boolean(!equal))
}

/// `lt a b`.
pub(super) fn lt(args: &[Slot]) -> Result<Slot, String> {
    less(args).map(boolean)
}

/// `le a b`: less or equal.
pub(super) fn le(args: &[Slot]) -> Result<Slot, String> {
    less_or_equal(args).map(boolean)
}

/// `gt a b`: not `le`, which matters for NaN.
pub(super) fn gt(args: &[Slot]) -> Result<Slot, String> {
    less_or_equal(args).map(|le| boolean(!le))
}

/// `ge a b`: not `lt`.
pub(super) fn ge(args: &[Slot]) -> Result<Slot, String> {
    less(args).map(|lt| boolean(!lt))
}
