//! The comments of a values file: what they say of the keys below them.

use std::collections::BTreeMap;

use skeg_value::{Map, Value, yaml};

use super::DocsError;

/// What the comment above a key says.
#[derive(Clone, Debug, Default)]
pub(super) struct Note {
    pub(super) description: Option<String>,
    /// `# -- (kind) …`.
    pub(super) kind: Option<String>,
    /// `# @default -- …`.
    pub(super) default: Option<String>,
    /// `# @section -- …`.
    pub(super) section: Option<String>,
    /// `# @ignored`.
    pub(super) is_ignored: bool,
    /// `# @schema …`: keywords of JSON Schema.
    pub(super) schema: Map,
}

/// All comments of a file.
pub(super) struct Comments<'t> {
    /// Where each line starts.
    starts: Vec<usize>,
    text: &'t [u8],
    /// By the line of the key below.
    notes: BTreeMap<usize, Note>,
    /// Descriptions of the old style, by the path that they name.
    named: BTreeMap<String, String>,
}

impl<'t> Comments<'t> {
    /// Reads all comments.
    ///
    /// # Errors
    /// A `@schema` that is no list of JSON Schema's keywords.
    pub(super) fn read(text: &'t [u8]) -> Result<Self, DocsError> {
        let mut comments = Comments {
            starts: vec![0],
            text,
            notes: BTreeMap::new(),
            named: BTreeMap::new(),
        };
        comments
            .starts
            .extend(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
        let mut block: Vec<(usize, String)> = Vec::new();
        for line in 0..comments.starts.len() {
            let content = comments.line(line);
            match content.trim_start().strip_prefix('#') {
                Some(comment) => block.push((line, comment.strip_prefix(' ').unwrap_or(comment).trim_end().to_owned())),
                None => {
                    if !block.is_empty() {
                        comments.block(&std::mem::take(&mut block), line, content.trim().is_empty())?;
                    }
                }
            }
        }
        Ok(comments)
    }

    fn line(&self, line: usize) -> String {
        let start = self.starts[line];
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        String::from_utf8_lossy(&self.text[start..end]).into_owned()
    }

    /// The text of the file.
    pub(super) fn text(&self) -> &'t [u8] {
        self.text
    }

    /// The 0-based line of an offset.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }

    /// What is said of the key in a line, at a path.
    pub(super) fn above(&self, line: usize, path: &str) -> Note {
        let mut note = self.notes.get(&line).cloned().unwrap_or_default();
        if note.description.is_none() {
            note.description = self.named.get(path).cloned();
        }
        note
    }

    /// Takes in comment lines in a row; `below` is the line after them, which holds a key unless it is blank.
    fn block(&mut self, lines: &[(usize, String)], below: usize, blank: bool) -> Result<(), DocsError> {
        let mut note = Note::default();
        let mut named: Option<(String, String)> = None;
        let mut rest = lines.iter();
        while let Some((line, text)) = rest.next() {
            if let Some(words) = text.strip_prefix("-- ").or((text == "--").then_some("")) {
                // The last description counts: what is above it belongs to what is above.
                note.description = Some(String::new());
                named = None;
                let words = words.trim();
                let (kind, words) = match words.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
                    Some((kind, rest)) if !kind.contains(' ') => (Some(kind.to_owned()), rest.trim()),
                    _ => (None, words),
                };
                note.kind = kind;
                append(&mut note.description, words);
            } else if let Some(words) = text.strip_prefix("@default -- ") {
                note.default = Some(words.trim().to_owned());
            } else if let Some(words) = text.strip_prefix("@section -- ") {
                note.section = Some(words.trim().to_owned());
            } else if matches!(text.as_str(), "@ignored" | "@ignore") {
                note.is_ignored = true;
            } else if text == "@schema" {
                let inside: Vec<&str> = rest
                    .by_ref()
                    .map(|(_, text)| text.as_str())
                    .take_while(|text| *text != "@schema")
                    .collect();
                keywords(&inside.join("\n"), *line, &note.schema)?;
            } else if let Some(words) = text.strip_prefix("@schema ") {
                for part in split(words) {
                    // A keyword alone is a flag.
                    let part = if part.contains(':') {
                        part
                    } else {
                        format!("{part}: true")
                    };
                    keywords(&spaced(&part), *line, &note.schema)?;
                }
            } else if let Some((path, words)) = old_style(text) {
                named = Some((path.to_owned(), words.to_owned()));
            } else if let Some((_, description)) = &mut named {
                description.push(' ');
                description.push_str(text.trim());
            } else if !text.starts_with('@') {
                append(&mut note.description, text.trim());
            }
            if let Some((path, description)) = &named {
                self.named.insert(path.clone(), description.trim().to_owned());
            }
        }
        if !blank {
            self.notes.insert(below, note);
        }
        Ok(())
    }
}

/// Goes on with a description that has begun.
fn append(description: &mut Option<String>, words: &str) {
    if let Some(description) = description
        && !words.is_empty()
    {
        if !description.is_empty() {
            description.push(' ');
        }
        description.push_str(words);
    }
}

/// `path.of.key -- words`.
fn old_style(text: &str) -> Option<(&str, &str)> {
    let (path, words) = text.split_once(" -- ")?;
    let is_path = !path.is_empty() && !path.contains(char::is_whitespace) && !path.starts_with('@');
    is_path.then_some((path, words.trim()))
}

/// Cuts `a: 1; b: [x; y]` at the semicolons outside of brackets and quotes.
fn split(words: &str) -> Vec<String> {
    let (mut parts, mut part, mut depth, mut quote) = (Vec::new(), String::new(), 0usize, None);
    for c in words.chars() {
        match (quote, c) {
            (None, ';') if depth == 0 => parts.push(std::mem::take(&mut part)),
            (None, _) => {
                match c {
                    '[' | '{' => depth += 1,
                    ']' | '}' => depth = depth.saturating_sub(1),
                    '"' | '\'' => quote = Some(c),
                    _ => {}
                }
                part.push(c);
            }
            (Some(open), _) => {
                if c == open {
                    quote = None;
                }
                part.push(c);
            }
        }
    }
    parts.push(part);
    parts.retain(|part| !part.trim().is_empty());
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

/// `minimum:1` as YAML wants it.
fn spaced(part: &str) -> String {
    match part.split_once(':') {
        Some((key, value)) => format!("{}: {}", key.trim(), value.trim()),
        None => part.to_owned(),
    }
}

/// Adds JSON Schema's keywords, written as YAML.
fn keywords(text: &str, line: usize, into: &Map) -> Result<(), DocsError> {
    let refuse = |message: String| DocsError::Comment {
        line: line + 1,
        message,
    };
    let decoded = yaml::decode_values(text.as_bytes()).map_err(|error| refuse(format!("@schema: {error}")))?;
    for (key, value) in decoded.snapshot() {
        let key = key.to_str_lossy().into_owned();
        if !KEYWORDS.contains(&key.as_str()) {
            return Err(refuse(format!("@schema: {key:?} is no keyword of JSON Schema")));
        }
        let value = match (key.as_str(), value) {
            // Alone it means the key itself.
            ("required", Value::Bool(true)) => Value::Bool(true),
            // YAML's null is a type's name here.
            ("type", Value::Null) => Value::from("null"),
            ("type", Value::List(types)) => Value::List(
                types
                    .iter()
                    .map(|name| {
                        if name.is_null() {
                            Value::from("null")
                        } else {
                            name.clone()
                        }
                    })
                    .collect(),
            ),
            (_, value) => value,
        };
        into.insert(key.as_str(), value);
    }
    Ok(())
}

/// The keywords of drafts 4 to 7 that may stand in a `@schema`.
const KEYWORDS: &[&str] = &[
    "$ref",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "default",
    "definitions",
    "dependencies",
    "deprecated",
    "description",
    "else",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "propertyNames",
    "readOnly",
    "required",
    "then",
    "title",
    "type",
    "uniqueItems",
];
