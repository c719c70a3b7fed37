//! The line of the template that wrote what the API server refuses.
//!
//! The chart is rendered once more, as it is in the record, by a renderer that remembers what wrote what. Where that does not
//! lead to a line, the template alone is named.

use std::ops::Range;
use std::rc::Rc;

use skeg_chart::values::{Nulls, coalesce};
use skeg_chart::{Capabilities, process};
use skeg_cluster::operation::{Culprit, OperationError};
use skeg_funcs::world::World;
use skeg_release::record::{RawJson, Record};
use skeg_render::provenance::Recorder;
use skeg_render::{Ahead, Programs, Release, Request};
use skeg_value::yaml::{NodeId, Tree, TreeKind};
use skeg_value::{Map, Value};

/// What the templates were given besides chart and values.
pub(super) struct Surroundings<'s> {
    /// `.Release`.
    pub(super) release: &'s Release,
    /// `.Capabilities`.
    pub(super) capabilities: &'s Capabilities,
    /// What functions see of the world.
    pub(super) world: Rc<dyn World>,
    /// `--enable-dns`.
    pub(super) enable_dns: bool,
}

/// The same error with the line, if it is about an object of a template: `demo/templates/a.yaml:12`.
pub(super) fn located(mut error: OperationError, surroundings: &Surroundings<'_>) -> OperationError {
    if let (Some(culprit), Some(record)) = (&error.culprit, &error.record)
        && let Some(place) = place(culprit, record, &error.source_file, surroundings)
    {
        error.source_file = place;
    }
    error
}

fn place(culprit: &Culprit, record: &Record, template: &str, surroundings: &Surroundings<'_>) -> Option<String> {
    let mut chart = record.chart.chart().ok()?;
    let config = match record.config.as_ref().map(RawJson::value) {
        Some(Value::Map(map)) => map,
        _ => Map::new(),
    };
    let mut log = Vec::new();
    process::process(&mut chart, &config, &mut log).ok()?;
    let values = coalesce(&chart, &config, Nulls::Delete, &mut log).ok()?;
    let request = Request {
        chart: &chart,
        values: &values,
        release: surroundings.release,
        capabilities: surroundings.capabilities,
        world: Rc::clone(&surroundings.world),
        enable_dns: surroundings.enable_dns,
        lint: false,
        ahead: Ahead::new(),
    };
    let mut recorder = Recorder::default();
    let rendered = Programs::default().render(&request, &|_| true, &mut recorder).ok()?;
    let file = rendered.files.iter().find(|file| *file.name == *template)?;
    let found = recorder.provenance(template, &file.text, wrong_bytes(&file.text, culprit)?)?;
    let source = recorder.sources().get(found.span.file)?;
    let (line, _) = source.line_column(found.span.start);
    Some(format!("{}:{line}", source.name))
}

/// Where in a rendered file the field of the object stands, or what there is of the way to it.
fn wrong_bytes(text: &[u8], culprit: &Culprit) -> Option<Range<usize>> {
    documents(text).into_iter().find_map(|range| {
        let tree = Tree::parse(&text[range.clone()]).ok()?;
        let root = tree.root()?;
        let is = |path: &[&str], want: &str| tree.at(root, path).and_then(|node| tree.str(node)) == Some(want);
        if !is(&["kind"], &culprit.kind) || !is(&["metadata", "name"], &culprit.name) {
            return None;
        }
        let mut node = root;
        for step in steps(&culprit.field) {
            match child(&tree, node, &step) {
                Some(next) => node = next,
                None => break,
            }
        }
        let start = range.start + tree.span(node).start;
        Some(start..start + 1)
    })
}

fn child(tree: &Tree<'_>, node: NodeId, step: &str) -> Option<NodeId> {
    match tree.kind(node) {
        TreeKind::List(items) => items.get(step.parse::<usize>().ok()?).copied(),
        _ => tree.get(node, step),
    }
}

/// The steps of a field's path: `spec.ports[0].port`, `metadata.labels[a.b/c]`.
fn steps(field: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut is_within = false;
    for c in field.chars() {
        match c {
            '.' if !is_within => steps.push(String::new()),
            '[' if !is_within => {
                is_within = true;
                steps.push(String::new());
            }
            ']' if is_within => is_within = false,
            c => {
                if let Some(last) = steps.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    steps.retain(|step| !step.is_empty());
    steps
}

/// The documents of a text, by their bytes.
fn documents(text: &[u8]) -> Vec<Range<usize>> {
    let mut documents = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(b"---") {
            documents.push(start..at);
            start = at + line.len();
        }
        at += line.len();
    }
    documents.push(start..at);
    documents
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "kind: Service\nmetadata: {name: a}\n---\n# two\nkind: Service\nmetadata:\n  name: b\n  labels:\n    a.b/c: x\n\
                        spec:\n  ports:\n    - port: 1\n    - port: 99999\n";

    /// Paths as `field.Path` of Kubernetes prints them.
    #[test]
    fn a_field_is_found_in_its_document() {
        let table = [
            ("b", "spec.ports[1].port", Some("99999")),
            ("b", "spec.ports[0].nodePort", Some("port: 1")),
            ("b", "spec.type", Some("ports:")),
            ("b", "metadata.labels[a.b/c]", Some("x")),
            ("b", "", Some("kind: Service")),
            ("a", "spec", Some("kind: Service")),
            ("c", "spec", None),
        ];
        for (name, field, want) in table {
            let culprit = Culprit {
                kind: "Service".to_owned(),
                name: name.to_owned(),
                field: field.to_owned(),
            };
            let found = wrong_bytes(TEXT.as_bytes(), &culprit).map(|bytes| &TEXT[bytes.start..]);
            assert_eq!(found.is_some(), want.is_some(), "{name} {field}");
            assert!(
                found.unwrap_or_default().starts_with(want.unwrap_or_default()),
                "{name} {field}: {found:?}"
            );
        }
    }
}
