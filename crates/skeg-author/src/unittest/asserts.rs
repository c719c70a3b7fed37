//! What asserts check, and the words in which they say what they found.
//!
//! [`table`] lists all types; a type is a struct with its parameters in one of the modules and its [`Check`].
//! The words are those of the plugin, so that logs read the same whichever of the two ran.

mod documents;
mod failed;
mod lists;
mod order;
mod raw;
mod snapshot;
pub mod table;
mod values;

use skeg_value::yaml::pretty::encode_pretty;
use skeg_value::{List, Map, Str, Value};

use super::path::Path;
use super::snapshot::Compare;

/// What an assert looks at.
pub struct Context<'c> {
    /// All documents of the template.
    pub all: &'c [Value],
    /// Those that index or selector chose.
    pub chosen: &'c [Value],
    /// Whether the opposite is wanted: `not`, or a type that negates.
    pub negative: bool,
    /// Compares with stored snapshots.
    pub snapshots: &'c mut dyn Compare,
    /// Why the chart did not render, where nothing else is known of it.
    pub render_error: Option<&'c str>,
    /// Whether to stop at the first thing that is wrong.
    pub fail_fast: bool,
}

/// What an assert found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds.
    pub passed: bool,
    /// What is wrong, line by line.
    pub info: Vec<String>,
}

/// The parameters of an assert, ready to check.
pub trait Check {
    /// Looks at the documents of one template.
    fn check(&self, context: &mut Context<'_>) -> Verdict;
}

/// The outcome for one value: the lines that tell what is wrong.
type Outcome = Result<(), Vec<String>>;

/// Which document and which of the values of a path are talked about.
#[derive(Clone, Copy, Debug, Default)]
struct At {
    document: Option<usize>,
    value: Option<usize>,
}

impl At {
    fn document(index: usize) -> Self {
        At {
            document: Some(index),
            value: None,
        }
    }
}

/// Lines being put together.
struct Words(Vec<String>);

impl Words {
    /// Starts with where it is.
    fn at(at: At) -> Self {
        let mut lines = Vec::new();
        if let Some(index) = at.document {
            lines.push(format!("DocumentIndex:\t{index}"));
        }
        if let Some(index) = at.value {
            lines.push(format!("ValuesIndex:\t{index}"));
        }
        Words(lines)
    }

    /// `Path:`.
    fn path(mut self, path: &Path) -> Self {
        self.0.push(format!("Path:\t{}", indented(path.text()).trim_start()));
        self
    }

    /// A heading and what is below it.
    fn section(mut self, heading: &str, body: &str) -> Self {
        self.0.push(format!("{heading}:"));
        self.0
            .extend(format!("\t{}", indented(body)).split('\n').map(str::to_owned));
        self
    }

    /// `Expected to …:` or `Expected NOT to …:`.
    fn expected(self, negative: bool, what: &str, body: &str) -> Self {
        let not = if negative { " NOT" } else { "" };
        self.section(&format!("Expected{not} {what}"), body)
    }
}

/// Each further line moved in by a tab, blanks at both ends cut.
fn indented(text: &str) -> String {
    text.replace('\n', "\n\t").trim_matches(['\n', '\t', ' ']).to_owned()
}

/// `Error:` and a message.
fn error(at: At, message: &str) -> Vec<String> {
    Words::at(at).section("Error", message).0
}

/// The YAML that messages and snapshots show: without the line breaks that strings begin with.
pub(crate) fn shown(value: &Value) -> String {
    let mut out = Vec::new();
    if encode_pretty(&without_leading_breaks(value), &mut out).is_err() {
        return "(nested too deeply)\n".to_owned();
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn without_leading_breaks(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with(b"\n") => {
            let kept = text.iter().position(|&b| b != b'\n').unwrap_or(text.len());
            Value::String(Str::from_bytes(&text[kept..]))
        }
        Value::List(list) => Value::List(List::new(list.iter().map(without_leading_breaks).collect())),
        Value::Map(map) => Value::Map(
            map.borrow()
                .iter()
                .map(|(key, value)| (key.clone(), without_leading_breaks(value)))
                .collect::<Map>(),
        ),
        other => other.clone(),
    }
}

/// A text as comparisons see it: without blanks before line breaks, and without line breaks at its start.
fn uniform(text: &[u8]) -> Str {
    let mut kept = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|&b| b == b'\n') {
        let (body, end): (&[u8], &[u8]) = if let Some(body) = line.strip_suffix(b"\r\n") {
            (body, b"\r\n")
        } else if let Some(body) = line.strip_suffix(b"\n") {
            (body, b"\n")
        } else {
            (line, b"")
        };
        let blanks = body.iter().rev().take_while(|&&b| b == b' ').count();
        kept.extend_from_slice(&body[..body.len() - blanks]);
        // Where blanks go, a carriage return goes with them.
        kept.extend_from_slice(if blanks > 0 && !end.is_empty() { b"\n" } else { end });
    }
    let start = kept.iter().position(|&b| b != b'\n').unwrap_or(kept.len());
    Str::from_bytes(&kept[start..])
}

/// Goes through the chosen documents and the values that a path leads to in each.
///
/// `missing`: how a path that leads nowhere is quoted. `nothing` tells that there is no document at all.
fn each_value(
    context: &mut Context<'_>,
    path: &Path,
    missing: &str,
    nothing: impl FnOnce() -> Vec<String>,
    mut check: impl FnMut(&Value, At, &mut Context<'_>) -> Outcome,
) -> Verdict {
    each_document(context, nothing, |document, at, context| {
        let found = match path.find(document) {
            Ok(found) => found,
            Err(reason) => return Err(error(at, reason)),
        };
        if found.is_empty() && !context.negative {
            return Err(error(at, &format!("unknown path {missing}{}{missing}", path.text())));
        }
        let mut wrong = Vec::new();
        for (index, value) in found.iter().enumerate() {
            let at = At {
                value: Some(index),
                ..at
            };
            if let Err(mut lines) = check(value, at, context) {
                wrong.append(&mut lines);
                if context.fail_fast {
                    break;
                }
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    })
}

/// Goes through the chosen documents; without any, only the opposite of what is checked holds.
fn each_document(
    context: &mut Context<'_>,
    nothing: impl FnOnce() -> Vec<String>,
    mut check: impl FnMut(&Value, At, &mut Context<'_>) -> Outcome,
) -> Verdict {
    let documents = context.chosen;
    if documents.is_empty() {
        return if context.negative {
            Verdict {
                passed: true,
                info: Vec::new(),
            }
        } else {
            Verdict {
                passed: false,
                info: nothing(),
            }
        };
    }
    let mut verdict = Verdict {
        passed: true,
        info: Vec::new(),
    };
    for (index, document) in documents.iter().enumerate() {
        if let Err(mut lines) = check(document, At::document(index), context) {
            verdict.passed = false;
            verdict.info.append(&mut lines);
            if context.fail_fast {
                break;
            }
        }
    }
    verdict
}

/// The text of a template that is no YAML, such as the notes.
fn raw_text(document: &Value) -> Str {
    match document.as_map().and_then(|map| map.get(b"raw")) {
        Some(Value::String(text)) => uniform(&text),
        Some(other) => uniform(shown(&other).trim_end().as_bytes()),
        None => Str::from("<nil>"),
    }
}
