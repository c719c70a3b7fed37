//! JSONPath templates as Kubernetes understands them: `{.items[*].name}`, text outside of braces printed as it is.
//!
//! In: a template and a value. Out: text. Reading and finding are in `skeg_value::jsonpath`; this file prints what was found.
//!
//! # Source
//! spec/rendering.md 6.7, and experiments with the reference: missing fields are errors, and an error while something
//! is looked for means that nothing is printed.

use skeg_template::print;
use skeg_value::Value;
use skeg_value::json::{self, JsonStyle};
use skeg_value::jsonpath::{Found, JsonPathError, Query};

/// A template that was read.
#[derive(Clone, Debug)]
pub struct JsonPath {
    query: Query,
}

impl JsonPath {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it, in the words of Kubernetes: `unclosed action`.
    pub fn parse(template: &str) -> Result<JsonPath, JsonPathError> {
        Ok(JsonPath {
            query: Query::parse(template)?,
        })
    }

    /// What the template makes of a value: several results of one action stand with a space between them, lists and
    /// maps as JSON.
    ///
    /// The text is what there is to print even if [`Printed::error`] is set: it ends before the value at fault.
    pub fn print(&self, value: &Value) -> Printed {
        let mut printed = Printed::default();
        match self.query.find(value) {
            Err(error) => printed.error = Some(error),
            Ok(groups) => {
                printed.error = groups
                    .iter()
                    .try_for_each(|group| append_all(&mut printed.text, group))
                    .err()
            }
        }
        printed
    }
}

/// The outcome of [`JsonPath::print`].
#[derive(Clone, Debug, Default)]
pub struct Printed {
    /// The text, up to the failure if there is one.
    pub text: Vec<u8>,
    /// What could not be found or printed.
    pub error: Option<JsonPathError>,
}

fn append_all(out: &mut Vec<u8>, group: &[Found]) -> Result<(), JsonPathError> {
    for (index, found) in group.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        append(out, found)?;
    }
    Ok(())
}

fn append(out: &mut Vec<u8>, found: &Found) -> Result<(), JsonPathError> {
    match found {
        Found::Nothing => {
            out.extend_from_slice(b"<no value>");
            Ok(())
        }
        Found::Value(Value::Null) => {
            out.extend_from_slice(b"null");
            Ok(())
        }
        Found::Value(value @ (Value::List(_) | Value::Map(_))) => {
            json::encode(value, out, JsonStyle::Compact, true).map_err(|error| JsonPathError::new(error.to_string()))
        }
        Found::Value(value) => {
            print::append_v(out, value);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
