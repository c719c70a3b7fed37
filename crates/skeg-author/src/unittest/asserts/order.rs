//! `greaterOrEqual` and `lessOrEqual`.

use std::cmp::Ordering;

use skeg_value::Value;

use super::{At, Check, Context, Verdict, Words, each_value, error};
use crate::unittest::parse::assert::Params;
use crate::unittest::path::Path;

/// `greaterOrEqual`.
pub(super) struct Greater(Bound);

/// `lessOrEqual`.
pub(super) struct Less(Bound);

struct Bound {
    path: Path,
    value: Value,
    word: &'static str,
    refused: Ordering,
}

impl Greater {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(Greater(Bound {
            path: params.path("path"),
            value: params.value("value"),
            word: "greater",
            refused: Ordering::Less,
        }))
    }
}

impl Less {
    pub(super) fn read(params: &mut Params<'_, '_>) -> Box<dyn Check> {
        Box::new(Less(Bound {
            path: params.path("path"),
            value: params.value("value"),
            word: "less",
            refused: Ordering::Greater,
        }))
    }
}

impl Check for Greater {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        self.0.check(context)
    }
}

impl Check for Less {
    fn check(&self, context: &mut Context<'_>) -> Verdict {
        self.0.check(context)
    }
}

impl Bound {
    fn wrong(&self, what: &str, at: At, negative: bool) -> Vec<String> {
        Words::at(at)
            .path(&self.path)
            .expected(negative, &format!("to be {} then or equal to, got", self.word), what)
            .0
    }

    fn check(&self, context: &mut Context<'_>) -> Verdict {
        let nothing = || self.wrong("no manifests found", At::default(), false);
        each_value(context, &self.path, "'", nothing, |actual, at, context| {
            let (actual_type, wanted_type) = (type_of(actual), type_of(&self.value));
            if actual_type != wanted_type {
                let message = format!("actual '{actual_type}' and expected '{wanted_type}' types do not match");
                return Err(error(at, &message));
            }
            let Some(order) = compare(actual, &self.value) else {
                return Err(self.wrong(&format!("unsupported type '{wanted_type}'"), at, context.negative));
            };
            // `notGreaterOrEqual` never fails in the original once the types agree, and suites have come to rely on that.
            let is_lenient = context.negative && self.refused == Ordering::Less;
            if is_lenient || (order == self.refused) == context.negative {
                return Ok(());
            }
            let (actual, wanted) = (plain(actual), plain(&self.value));
            let what = format!(
                "the actual '{actual}' is not {} or equal to the expected '{wanted}'",
                self.word
            );
            Err(self.wrong(&what, at, context.negative))
        })
    }
}

fn type_of(value: &Value) -> String {
    value.type_name()
}

fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.as_i128().cmp(&b.as_i128())),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::String(a), Value::String(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        _ => None,
    }
}

/// The value as Go prints it.
fn plain(value: &Value) -> String {
    match value {
        Value::Int(int) => int.as_i128().to_string(),
        Value::String(text) => text.to_str_lossy().into_owned(),
        Value::Float(float) => {
            let mut out = Vec::new();
            skeg_value::float::append_g(&mut out, *float);
            String::from_utf8_lossy(&out).into_owned()
        }
        other => other.type_name(),
    }
}
