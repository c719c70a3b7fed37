//! A failed render explained: the line of the template, the includes that led there, the value that was wrong, where it
//! was set, the nearest existing key, and what to do.
//!
//! In: a [`Failure`] and what was rendered. Out: a [`Diagnostic`] and the texts that its spans point into. Nothing here
//! is computed unless somebody wants to see it.

mod hints;

use skeg_chart::Chart;
use skeg_chart::values::{Origin, Sources as ValueSources, origin};
use skeg_release::DocumentError;
use skeg_template::{ExecCause, ExecError, ParseError};
use skeg_value::{Diagnostic, Map, Sources, Span, Value, nearest};

use crate::error::RenderError;
use crate::render::Failure;

/// What was rendered, as far as an explanation needs it.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'i> {
    /// The chart, its dependencies processed.
    pub chart: &'i Chart,
    /// The values that the templates saw: the very maps, so that a value can be recognised.
    pub values: &'i Map,
    /// What the user gave.
    pub sources: &'i ValueSources,
}

/// Explains a failure.
pub fn diagnose(failure: &Failure, inputs: Inputs<'_>) -> (Diagnostic, Sources) {
    let mut sources = failure.sources.clone();
    (explain(failure, inputs, &mut sources), sources)
}

/// Explains several failures of one chart; all spans point into one table.
pub fn diagnose_all(failures: &[Failure], inputs: Inputs<'_>) -> (Vec<Diagnostic>, Sources) {
    let mut sources = failures
        .first()
        .map_or_else(Sources::default, |failure| failure.sources.clone());
    (
        failures
            .iter()
            .map(|failure| explain(failure, inputs, &mut sources))
            .collect(),
        sources,
    )
}

fn explain(failure: &Failure, inputs: Inputs<'_>, sources: &mut Sources) -> Diagnostic {
    let diagnostic = match &failure.error {
        RenderError::Parse(error) => parse(error),
        RenderError::Exec(error) => exec(error, inputs, sources),
        RenderError::Document(error) => document(error, failure, sources),
    };
    Diagnostic {
        message: failure.error.to_string(),
        ..diagnostic
    }
}

fn parse(error: &ParseError) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("template/parse", String::new());
    diagnostic.primary = Some((error.span, error.message.clone()));
    diagnostic.hints = hints::of_parse(&error.message);
    diagnostic
}

fn exec(error: &ExecError, inputs: Inputs<'_>, sources: &mut Sources) -> Diagnostic {
    let innermost = error
        .links()
        .filter(|link| !matches!(link.cause, ExecCause::Bare(_)))
        .last()
        .unwrap_or(error);
    let own_words = error.fail_text();
    let mut diagnostic = Diagnostic::error(
        if own_words.is_some() {
            "template/fail"
        } else {
            "template/exec"
        },
        String::new(),
    );
    let label = own_words.map_or_else(|| error.innermost().message(), |_| "stopped by the chart".to_owned());
    diagnostic.primary = Some((innermost.span, label));
    let mut trail: Vec<&ExecError> = error
        .links()
        .take_while(|link| !std::ptr::eq(*link, innermost))
        .collect();
    trail.reverse();
    diagnostic.trail = trail.into_iter().map(|link| (link.span, String::new())).collect();
    if let Some((root, names)) = &innermost.path {
        blame(root, names, inputs, sources, &mut diagnostic);
    }
    diagnostic
        .hints
        .extend(hints::of_exec(&error.innermost().message(), innermost.culprit.as_ref()));
    diagnostic
}

/// Finds the value on which a field chain failed: says what it is, where it was set, and which key is near.
fn blame(root: &Value, names: &[String], inputs: Inputs<'_>, sources: &mut Sources, diagnostic: &mut Diagnostic) {
    let Value::Map(root) = root else { return };
    let Some((missing, walked)) = names.split_last() else {
        return;
    };
    // The chain up to the last map, the names that led there, and the first name that could not be followed.
    let mut map = root.clone();
    let mut followed = 0;
    while let Some(Value::Map(next)) = walked.get(followed).and_then(|name| map.get(name.as_bytes())) {
        map = next;
        followed += 1;
    }
    let chain = names[..followed].join(".");
    let shown = if chain.is_empty() {
        "there".to_owned()
    } else {
        format!("in `{chain}`")
    };
    let broken = walked.get(followed).unwrap_or(missing);
    let found = map.get(broken.as_bytes());
    if found.is_none() || matches!(found, Some(Value::Null)) {
        let keys: Vec<String> = map.borrow().keys().map(ToString::to_string).collect();
        match nearest::of(broken, &keys) {
            Some(near) => diagnostic
                .hints
                .push(format!("there is no `{broken}` {shown}; the nearest key is `{near}`")),
            None if found.is_none() && !keys.is_empty() && keys.len() <= 12 => {
                diagnostic
                    .hints
                    .push(format!("there is no `{broken}` {shown}; it has: {}", keys.join(", ")));
            }
            None if found.is_none() => diagnostic.hints.push(format!("there is no `{broken}` {shown}")),
            None => diagnostic.hints.push(format!("`{broken}` {shown} is null")),
        }
    }
    let Some(mut path) = path_of(&map, inputs.values, &mut Vec::new(), &mut 0) else {
        return;
    };
    if found.is_some() {
        path.push(broken.clone());
    }
    let said = found.as_ref().map_or_else(
        || "set here".to_owned(),
        |value| format!("`{broken}` is {}", describe(value)),
    );
    match origin(inputs.chart, inputs.sources, &path) {
        Some(Origin::File { name, text, range }) => {
            let file = sources.add(name, std::sync::Arc::<[u8]>::from(text.as_bytes()));
            diagnostic.related.push((
                Span::new(file, range.start, line_end(&text, range.start, range.end)),
                said,
            ));
        }
        Some(Origin::Flag(flag)) => diagnostic.hints.push(format!("{said}, set by `{flag}`")),
        None => {}
    }
}

/// A span that is shown on one line ends with the line.
fn line_end(text: &[u8], start: usize, end: usize) -> usize {
    text[start..end]
        .iter()
        .position(|&b| b == b'\n')
        .map_or(end, |offset| start + offset)
}

/// Values visited before a search for a map gives up.
const MOST_VISITED: usize = 200_000;

/// The path of a map within the values, recognised by identity.
fn path_of(wanted: &Map, map: &Map, path: &mut Vec<String>, visited: &mut usize) -> Option<Vec<String>> {
    if map.ptr_eq(wanted) {
        return Some(path.clone());
    }
    if path.len() > 200 {
        return None;
    }
    for (key, value) in map.borrow().iter() {
        *visited += 1;
        if *visited > MOST_VISITED {
            return None;
        }
        if let Value::Map(inner) = value {
            path.push(key.to_string());
            let found = path_of(wanted, inner, path, visited);
            path.pop();
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// A value in a few words, for labels: `"demo"`, `a map with a, b`, `a list of 3`.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Map(map) => {
            let keys: Vec<String> = map.borrow().keys().take(5).map(ToString::to_string).collect();
            if keys.is_empty() {
                "an empty map".to_owned()
            } else {
                format!("a map with {}", keys.join(", "))
            }
        }
        Value::List(list) => format!("a list of {}", list.len()),
        Value::String(text) => {
            let text = text.to_string();
            let short: String = text.chars().take(40).collect();
            format!(
                "the text {:?}{}",
                short,
                if short.len() < text.len() { "…" } else { "" }
            )
        }
        Value::Bool(b) => format!("the boolean {b}"),
        Value::Int(int) => format!("the number {}", int.as_i128()),
        Value::Float(number) => format!("the number {number}"),
        Value::Bytes(_) => "bytes".to_owned(),
        Value::Object(object) => format!("a {}", object.type_name()),
    }
}

fn document(error: &DocumentError, failure: &Failure, sources: &mut Sources) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("manifest/yaml", String::new());
    if let Some(file) = failure.files.iter().find(|file| file.name == error.file) {
        let text = &file.text[error.range.clone()];
        let id = sources.add(format!("{} (rendered)", error.file), std::sync::Arc::<[u8]>::from(text));
        let line = line_number(&error.message).unwrap_or(1);
        let start: usize = text
            .split_inclusive(|&b| b == b'\n')
            .take(line - 1)
            .map(<[u8]>::len)
            .sum();
        let start = start.min(text.len());
        let end = line_end(text, start, text.len());
        diagnostic.primary = Some((Span::new(id, start, end), "the YAML is broken about here".to_owned()));
    }
    diagnostic.hints = hints::of_document(&error.message);
    diagnostic
}

/// The number in `yaml: line N: …`.
fn line_number(message: &str) -> Option<usize> {
    let (_, rest) = message.split_once("line ")?;
    rest.split(':').next()?.trim().parse().ok().filter(|&line| line > 0)
}
