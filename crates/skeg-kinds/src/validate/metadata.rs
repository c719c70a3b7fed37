//! Names, labels and annotations.
//!
//! # Source
//! Kubernetes documentation, "Object Names and IDs", "Labels and Selectors", "Annotations".

use std::ops::Range;

use skeg_value::yaml::{NodeId, TreeKind};

use super::walk::{Step, Walk};
use crate::names;
use crate::schemas::Served;

/// Kinds whose names have rules of their own.
const FREE_NAMES: &[&str] = &["ClusterTrustBundle", "IPAddress", "StorageVersion"];

/// Reviews are asked, not stored, and need no name.
const NAMELESS_GROUPS: &[&str] = &["authentication.k8s.io/", "authorization.k8s.io/"];

/// Checks that an object has a name, and that it is one its kind may have.
pub(super) fn of_object(walk: &mut Walk<'_>, node: NodeId, served: Served, kind: &str) {
    let has_metadata = walk
        .pack
        .field(served.definition, b"metadata", walk.minor)
        .map(|field| walk.pack.shape(field.node));
    let is_object = match has_metadata {
        Some(crate::schemas::Shape::Object(definition)) => walk.pack.name(definition) == OBJECT_META,
        _ => false,
    };
    if is_object
        && !NAMELESS_GROUPS
            .iter()
            .any(|group| served.api_version.starts_with(group))
    {
        name(walk, node, kind);
    }
}

/// Checks the name of an object that must have one.
pub(crate) fn name(walk: &mut Walk<'_>, node: NodeId, kind: &str) {
    let tree = walk.tree;
    walk.path.push(Step::Key(b"metadata"));
    let metadata = tree.get(node, "metadata");
    let name = metadata.and_then(|metadata| tree.get(metadata, "name"));
    let generate = metadata.and_then(|metadata| tree.get(metadata, "generateName"));
    let text = |node: Option<NodeId>| node.and_then(|node| tree.str(node)).filter(|text| !text.is_empty());
    match (text(name), name) {
        (Some(text), Some(node)) => {
            let mut broken = names::check(kind, text);
            // The API server's examples and expressions are longer than what they explain.
            for rule in &mut broken {
                rule.truncate(rule.find(" (e.g.").unwrap_or(rule.len()));
            }
            if !broken.is_empty() && !FREE_NAMES.contains(&kind) {
                walk.path.push(Step::Key(b"name"));
                let message = format!("`{text}` is no name for a {kind}: {}", broken.join("; "));
                walk.error("bad-name", tree.span(node), message, None);
                walk.path.pop();
            }
        }
        // A name of another type is reported by its schema.
        (None, Some(node)) if !matches!(tree.kind(node), TreeKind::Text(_) | TreeKind::Null) => {}
        _ if text(generate).is_some() => {}
        _ => {
            let span = match (name, metadata) {
                (Some(name), _) => tree.span(name),
                (None, Some(metadata)) => super::start_of(tree, metadata),
                (None, None) => super::start_of(tree, node),
            };
            let message = "`name` is missing: every object needs one, or a `generateName`".to_owned();
            walk.error("missing-name", span, message, None);
        }
    }
    walk.path.pop();
}

const OBJECT_META: &str = "meta.v1.ObjectMeta";

/// Checks what the fields of a definition hold beyond their types.
pub(super) fn of_definition(walk: &mut Walk<'_>, node: NodeId, definition: &str) {
    match definition {
        OBJECT_META => {
            labels(walk, node, "labels");
            annotations(walk, node);
        }
        "meta.v1.LabelSelector" => labels(walk, node, "matchLabels"),
        _ => {}
    }
}

fn labels(walk: &mut Walk<'_>, node: NodeId, field: &'static str) {
    let tree = walk.tree;
    let Some(labels) = tree.get(node, field) else { return };
    walk.path.push(Step::Key(field.as_bytes()));
    for entry in tree.entries(labels) {
        let key = tree.key(entry);
        walk.path.push(Step::Key(key));
        if let Some(reason) = key_fault(key, false) {
            bad(walk, tree.key_span(entry), format!("is no label key: {reason}"));
        }
        if let TreeKind::Text(value) = tree.kind(entry.value)
            && let Some(reason) = value_fault(value)
        {
            let value = String::from_utf8_lossy(value);
            bad(
                walk,
                tree.span(entry.value),
                format!("`{value}` is no label value: {reason}"),
            );
        }
        walk.path.pop();
    }
    walk.path.pop();
}

fn annotations(walk: &mut Walk<'_>, node: NodeId) {
    const MOST_BYTES: usize = 256 * 1024;
    let tree = walk.tree;
    let Some(annotations) = tree.get(node, "annotations") else {
        return;
    };
    walk.path.push(Step::Key(b"annotations"));
    let mut size = 0;
    for entry in tree.entries(annotations) {
        let key = tree.key(entry);
        size += key.len();
        if let TreeKind::Text(value) = tree.kind(entry.value) {
            size += value.len();
        }
        if let Some(reason) = key_fault(key, true) {
            walk.path.push(Step::Key(key));
            bad(walk, tree.key_span(entry), format!("is no annotation key: {reason}"));
            walk.path.pop();
        }
    }
    if size > MOST_BYTES {
        let message = format!("hold {size} bytes together; {MOST_BYTES} are the most");
        walk.error("too-long", tree.span(annotations), message, None);
    }
    walk.path.pop();
}

fn bad(walk: &mut Walk<'_>, span: Range<usize>, message: String) {
    walk.error("bad-label", span, message, None);
}

/// Whether letters, digits, `-`, `_` and `.` make up a text that begins and ends with a letter or digit.
fn is_word(text: &[u8]) -> bool {
    let ends = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    ends(text.first())
        && ends(text.last())
        && text
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// Why a text is no key of a label or annotation. `lenient`: the prefix of an annotation may have capitals.
fn key_fault(key: &[u8], lenient: bool) -> Option<&'static str> {
    let mut parts = key.splitn(2, |b| *b == b'/');
    let (prefix, name) = match (parts.next(), parts.next()) {
        (Some(prefix), Some(name)) => (Some(prefix), name),
        (name, _) => (None, name.unwrap_or_default()),
    };
    if let Some(prefix) = prefix {
        let prefix = String::from_utf8_lossy(prefix);
        let prefix = if lenient {
            prefix.to_lowercase()
        } else {
            prefix.into_owned()
        };
        if !names::check("ConfigMap", &prefix).is_empty() {
            return Some("what stands before the slash must be a DNS subdomain");
        }
    }
    if name.len() > 63 {
        return Some("the name is longer than 63 characters");
    }
    (!is_word(name))
        .then_some("the name must be letters, digits, `-`, `_` and `.`, with a letter or digit at both ends")
}

/// Why a text is no value of a label.
fn value_fault(value: &[u8]) -> Option<&'static str> {
    if value.len() > 63 {
        return Some("it is longer than 63 characters");
    }
    (!value.is_empty() && !is_word(value))
        .then_some("it must be letters, digits, `-`, `_` and `.`, with a letter or digit at both ends")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kubernetes documentation, "Labels and Selectors", "Syntax and character set".
    #[test]
    fn keys_and_values() {
        let long = "a".repeat(64);
        for (text, key, value) in [
            ("app", true, true),
            ("app.kubernetes.io/name", true, false),
            ("a_b.C-d", true, true),
            ("", false, true),
            ("-a", false, false),
            ("a-", false, false),
            ("1.2.3+build", false, false),
            ("two words", false, false),
            ("Upper.io/x", false, false),
            ("a/b/c", false, false),
            (&long, false, false),
        ] {
            assert_eq!(key_fault(text.as_bytes(), false).is_none(), key, "key {text:?}");
            assert_eq!(value_fault(text.as_bytes()).is_none(), value, "value {text:?}");
        }
        assert!(key_fault(b"Upper.io/x", true).is_none());
    }
}
