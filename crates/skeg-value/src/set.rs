//! The grammar of `--set` and its family.
//!
//! In: the text of one flag and the map of values so far; out: the map with the text's values written into it. The five
//! kinds share the grammar of keys (`a.b[0].c`) and differ in what stands after the `=`.
//!
//! # Source
//! spec/rendering.md 5.3; Helm's `pkg/strvals` by experiment.

mod parser;
mod typing;

use crate::json::{Target, unmarshal};
use crate::map::Map;
use crate::string::Str;
use crate::value::Value;
use parser::{Parser, Stop};

/// Which flag the text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// `--set`: values become null, booleans, `int64` or strings.
    Auto,
    /// `--set-string`: values stay strings.
    String,
    /// `--set-file`: values are paths, replaced by what the files hold.
    File,
    /// `--set-literal`: one value, everything after the first `=`, without escapes.
    Literal,
    /// `--set-json`: values are JSON; or the whole text is one JSON object, which is merged.
    Json,
}

impl SetKind {
    /// The name of the flag without dashes.
    pub fn flag(self) -> &'static str {
        match self {
            SetKind::Auto => "set",
            SetKind::String => "set-string",
            SetKind::File => "set-file",
            SetKind::Literal => "set-literal",
            SetKind::Json => "set-json",
        }
    }
}

/// Why a text could not be written into the values.
///
/// Its `Display` is only the reason, such as `key "a" has no value`. What Helm prints is [`SetError::report`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SetError {
    reason: String,
    report: String,
}

impl SetError {
    /// Helm's whole message: `failed parsing --set data: key "a" has no value`. For `--set-json` it repeats the text
    /// instead of the reason.
    pub fn report(&self) -> &str {
        &self.report
    }
}

/// Writes the values of one flag into `map`, in place.
///
/// `read_file` is asked for the content of each path of [`SetKind::File`]; its error text becomes the reason. Text that
/// ends inside a key's index (`a[0`) is no error and sets nothing. On an error what was set before it stays.
///
/// # Errors
/// [`SetError`], see there for who adds Helm's prefix.
///
/// # Source
/// spec/rendering.md 5.3.
pub fn parse_into(
    map: &Map,
    kind: SetKind,
    text: &str,
    read_file: &mut dyn FnMut(&str) -> Result<Str, String>,
) -> Result<(), SetError> {
    if kind == SetKind::Json && text.trim_start().starts_with('{') {
        return match unmarshal(text.trim().as_bytes(), Target::Map) {
            (_, Some(error)) => {
                let report = format!("failed parsing --set-json data JSON: {text}");
                Err(SetError {
                    reason: error.to_string(),
                    report,
                })
            }
            (value, None) => {
                if let Value::Map(other) = value {
                    merge(map, &other);
                }
                Ok(())
            }
        };
    }
    let mut parser = Parser::new(kind, text, read_file);
    loop {
        match parser.key(map, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Failed(reason)) => {
                let report = match kind {
                    SetKind::Json => format!("failed parsing --set-json data {text}"),
                    _ => format!("failed parsing --{} data: {reason}", kind.flag()),
                };
                return Err(SetError { reason, report });
            }
        }
    }
}

/// Merges maps deeply, anything else replaces; the other map's values win.
fn merge(into: &Map, other: &Map) {
    for (key, value) in other.snapshot() {
        match (into.get(&key), value) {
            (Some(Value::Map(mine)), Value::Map(theirs)) => merge(&mine, &theirs),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests;
