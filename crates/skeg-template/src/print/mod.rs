//! How values become text: Go's `fmt` for the values that templates know.
//!
//! In go values, a format and its operands; out come bytes, appended to a buffer. `{{ v }}`, `print` and `%v` share
//! [`append_v`]; [`sprintf`] knows every verb and flag and words its complaints as Go does (`%!d(string=x)`).
//! Numbers are written by `float` and `integer`, quoted text by `text`.
//!
//! # Source
//! spec/rendering.md 1.10.

pub mod complex;
mod float;
mod format;
mod integer;
mod operand;
mod spec;
mod text;

pub use complex::Complex;
pub use float::{append_float, append_float_g};
pub use format::{append_sprintf, sprintf};
pub use text::decode_rune;

use skeg_value::Value;

use operand::Printer;

/// Appends what `%v` and `Sprint` write for one operand; nil is `<nil>`.
pub fn append_v(out: &mut Vec<u8>, v: &Value) {
    match v {
        Value::String(s) => out.extend_from_slice(s),
        Value::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
        Value::Int(int) => integer::append_plain(out, *int),
        Value::Float(f) => append_float_g(out, *f),
        Value::Null => out.extend_from_slice(b"<nil>"),
        _ => Printer::new(out).value(v, 'v', 0),
    }
}

/// What `%v` and `Sprint` write for one operand. See [`append_v`].
pub fn sprint_v(v: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    append_v(&mut out, v);
    out
}

/// Go's `Sprint`: a space stands between two operands only where neither is a string.
pub fn append_sprint(out: &mut Vec<u8>, operands: &[Value]) {
    let mut after_string = true;
    for operand in operands {
        let is_string = operand.kind() == "string";
        if !is_string && !after_string {
            out.push(b' ');
        }
        append_v(out, operand);
        after_string = is_string;
    }
}

/// Go's `Sprintln`: a space between any two operands and a newline at the end.
pub fn append_sprintln(out: &mut Vec<u8>, operands: &[Value]) {
    for (position, operand) in operands.iter().enumerate() {
        if position > 0 {
            out.push(b' ');
        }
        append_v(out, operand);
    }
    out.push(b'\n');
}

/// Go's `strconv.Quote`.
pub fn quote(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    skeg_value::quote::append_quoted(&mut out, bytes);
    out
}
