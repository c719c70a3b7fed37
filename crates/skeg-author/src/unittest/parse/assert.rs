//! One entry of `asserts`: its type with parameters, and the keys that all types share.

use skeg_value::yaml::NodeId;
use skeg_value::{Value, nearest};

use super::read_selector;
use super::reader::Reader;
use crate::unittest::asserts::table::{self, AssertType};
use crate::unittest::path::Path;
use crate::unittest::suite::{Assert, Place};

/// Keys beside the type's own.
const SHARED: &[&str] = &["not", "template", "documentIndex", "documentSelector"];

/// Reads an assert; none where it is wrong, which the reader then knows.
pub(super) fn read(reader: &mut Reader<'_>, node: NodeId) -> Option<Assert> {
    let mut found: Option<(&'static AssertType, NodeId, Place)> = None;
    let mut unknown: Option<(String, Place)> = None;
    let (mut not, mut template, mut document_index, mut selector) = (false, String::new(), None, None);
    let problems = reader.problems.len();
    for (key, value, place) in reader.keyed(node, "an assert") {
        match key.as_str() {
            "not" => not = reader.bool(value, "not"),
            "template" => template = reader.text(value, "template"),
            "documentIndex" => document_index = reader.optional_int(value, "documentIndex"),
            "documentSelector" => selector = read_selector(reader, value),
            name => match (table::find(name), found) {
                (Some(kind), None) => found = Some((kind, value, place)),
                (Some(_), Some((first, ..))) => {
                    let message = format!("an assert has one type, here are two: `{}` and `{name}`", first.name);
                    reader.problem_at(place, message);
                }
                (None, _) => {
                    unknown.get_or_insert((key, place));
                }
            },
        }
    }
    let strange = unknown.filter(|_| found.is_none() || reader.strict);
    if let Some((name, place)) = strange {
        reader.problem_at(place, unknown_type(&name));
        return None;
    }
    let Some((kind, value, place)) = found else {
        if reader.problems.len() == problems {
            reader.problem(node, "no assertion type defined");
        }
        return None;
    };
    let mut params = Params {
        found: reader.keyed(value, kind.name),
        reader,
        kind,
    };
    let check = (kind.read)(&mut params);
    params.finish();
    Some(Assert {
        place,
        kind,
        check,
        not,
        template,
        document_index: document_index.filter(|&index| index != -1),
        selector,
    })
}

fn unknown_type(name: &str) -> String {
    let names: Vec<&str> = table::ASSERTS
        .iter()
        .map(|kind| kind.name)
        .chain(SHARED.iter().copied())
        .collect();
    match nearest::of(name, &names) {
        Some(close) => format!("unknown assert `{name}`: did you mean `{close}`?"),
        None => format!("unknown assert `{name}`"),
    }
}

/// The parameters of an assert, taken one by one by its type.
pub(crate) struct Params<'r, 't> {
    reader: &'r mut Reader<'t>,
    kind: &'static AssertType,
    found: Vec<(String, NodeId, Place)>,
}

impl Params<'_, '_> {
    /// Takes a parameter; its name is read without regard to case.
    fn take(&mut self, name: &str) -> Option<NodeId> {
        let at = self.found.iter().position(|(key, ..)| key.eq_ignore_ascii_case(name))?;
        Some(self.found.remove(at).1)
    }

    fn label(&self, name: &str) -> String {
        format!("{}.{name}", self.kind.name)
    }

    /// A text; empty where it is absent. Numbers are no texts: a pattern or kind that is one was meant otherwise.
    pub(crate) fn text(&mut self, name: &str) -> String {
        let Some(node) = self.take(name) else {
            return String::new();
        };
        match self.reader.value(node) {
            Value::String(text) => text.to_str_lossy().into_owned(),
            Value::Null => String::new(),
            _ => {
                let label = self.label(name);
                self.reader
                    .problem(node, format!("`{label}` must be text: put it in quotes"));
                String::new()
            }
        }
    }

    /// A path; the whole document where it is absent.
    pub(crate) fn path(&mut self, name: &str) -> Path {
        Path::new(&self.text(name))
    }

    /// Several texts.
    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        let label = self.label(name);
        self.take(name)
            .map(|node| self.reader.texts(node, &label))
            .unwrap_or_default()
    }

    /// Anything; null where it is absent.
    pub(crate) fn value(&mut self, name: &str) -> Value {
        self.take(name).map(|node| self.reader.value(node)).unwrap_or_default()
    }

    /// A truth value; false where it is absent.
    pub(crate) fn bool(&mut self, name: &str) -> bool {
        let label = self.label(name);
        self.take(name).is_some_and(|node| self.reader.bool(node, &label))
    }

    /// An integer.
    pub(crate) fn int(&mut self, name: &str) -> Option<i64> {
        let label = self.label(name);
        self.take(name).and_then(|node| self.reader.optional_int(node, &label))
    }

    /// `{pattern: …}` below a key; empty where it is absent.
    pub(crate) fn pattern_of(&mut self, name: &str) -> String {
        let label = self.label(name);
        let Some(node) = self.take(name) else {
            return String::new();
        };
        let entries = self.reader.entries(node, &label, &["pattern"]);
        let pattern = entries.into_iter().find(|(key, _)| key == "pattern");
        pattern.map_or_else(String::new, |(_, node)| self.reader.text(node, &label))
    }

    /// Says which parameters nobody took, if that is asked for.
    fn finish(self) {
        if self.reader.strict {
            for (key, _, place) in &self.found {
                self.reader
                    .problem_at(*place, format!("`{}` has no parameter `{key}`", self.kind.name));
            }
        }
    }
}
