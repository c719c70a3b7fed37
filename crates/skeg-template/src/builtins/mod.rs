//! The functions that the language brings along.
//!
//! Those that print get plain values; those that Go implements with reflection get [`Slot`]s, because they tell no
//! value from a nil interface. `and` and `or` are run by the executor, which stops at the deciding operand.
//!
//! # Source
//! spec/rendering.md 1.8–1.10.

mod compare;
mod escape;
mod index;

use skeg_value::Value;

use crate::exec::slot::Slot;
use crate::function::Param;
use crate::print;

/// A function of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builtin {
    And,
    Call,
    Eq,
    Ge,
    Gt,
    Html,
    Index,
    Js,
    Le,
    Len,
    Lt,
    Ne,
    Not,
    Or,
    Print,
    Printf,
    Println,
    Slice,
    UrlQuery,
}

/// How a built-in takes its arguments, and its code.
pub(crate) enum Style {
    /// Plain values: these fixed parameters, then any number of anything.
    Printing(fn(&[Value]) -> Value, &'static [Param]),
    /// Operands as they are; an error is the text of the error.
    Reflective {
        run: fn(&[Slot]) -> Result<Slot, String>,
        fixed: usize,
        variadic: bool,
    },
    /// `and` and `or`: stops at the first operand of this truth.
    Logic {
        until: bool,
    },
    Call,
}

impl Builtin {
    /// The built-in of this name.
    pub(crate) fn named(name: &str) -> Option<Builtin> {
        Some(match name {
            "and" => Builtin::And,
            "call" => Builtin::Call,
            "eq" => Builtin::Eq,
            "ge" => Builtin::Ge,
            "gt" => Builtin::Gt,
            "html" => Builtin::Html,
            "index" => Builtin::Index,
            "js" => Builtin::Js,
            "le" => Builtin::Le,
            "len" => Builtin::Len,
            "lt" => Builtin::Lt,
            "ne" => Builtin::Ne,
            "not" => Builtin::Not,
            "or" => Builtin::Or,
            "print" => Builtin::Print,
            "printf" => Builtin::Printf,
            "println" => Builtin::Println,
            "slice" => Builtin::Slice,
            "urlquery" => Builtin::UrlQuery,
            _ => return None,
        })
    }

    /// Its name in templates.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Builtin::And => "and",
            Builtin::Call => "call",
            Builtin::Eq => "eq",
            Builtin::Ge => "ge",
            Builtin::Gt => "gt",
            Builtin::Html => "html",
            Builtin::Index => "index",
            Builtin::Js => "js",
            Builtin::Le => "le",
            Builtin::Len => "len",
            Builtin::Lt => "lt",
            Builtin::Ne => "ne",
            Builtin::Not => "not",
            Builtin::Or => "or",
            Builtin::Print => "print",
            Builtin::Printf => "printf",
            Builtin::Println => "println",
            Builtin::Slice => "slice",
            Builtin::UrlQuery => "urlquery",
        }
    }

    /// How to call it.
    pub(crate) fn style(self) -> Style {
        let reflective = |run, fixed, variadic| Style::Reflective { run, fixed, variadic };
        match self {
            Builtin::And => Style::Logic { until: false },
            Builtin::Or => Style::Logic { until: true },
            Builtin::Call => Style::Call,
            Builtin::Eq => reflective(compare::eq, 1, true),
            Builtin::Ne => reflective(compare::ne, 2, false),
            Builtin::Lt => reflective(compare::lt, 2, false),
            Builtin::Le => reflective(compare::le, 2, false),
            Builtin::Gt => reflective(compare::gt, 2, false),
            Builtin::Ge => reflective(compare::ge, 2, false),
            Builtin::Not => reflective(not, 1, false),
            Builtin::Index => reflective(index::index, 1, true),
            Builtin::Slice => reflective(index::slice, 1, true),
            Builtin::Len => reflective(index::len, 1, false),
            Builtin::Html => Style::Printing(escape::html, &[]),
            Builtin::Js => Style::Printing(escape::js, &[]),
            Builtin::UrlQuery => Style::Printing(escape::url_query, &[]),
            Builtin::Print => Style::Printing(sprint, &[]),
            Builtin::Println => Style::Printing(sprintln, &[]),
            Builtin::Printf => Style::Printing(sprintf, &[Param::String]),
        }
    }
}

fn not(args: &[Slot]) -> Result<Slot, String> {
    Ok(boolean(!args[0].is_true()))
}

fn boolean(b: bool) -> Slot {
    Slot::concrete(Value::Bool(b))
}

fn sprint(args: &[Value]) -> Value {
    let mut out = Vec::new();
    print::append_sprint(&mut out, args);
    Value::String(out.into())
}

fn sprintln(args: &[Value]) -> Value {
    let mut out = Vec::new();
    print::append_sprintln(&mut out, args);
    Value::String(out.into())
}

fn sprintf(args: &[Value]) -> Value {
    let format = args.first().and_then(Value::as_string);
    Value::String(print::sprintf(format.map_or(&[], |f| f), args.get(1..).unwrap_or_default()).into())
}
