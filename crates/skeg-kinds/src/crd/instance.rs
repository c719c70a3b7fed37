//! Whether a custom resource fits the schema of its definition.
//!
//! # Source
//! Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions": validation, pruning (a field that
//! would be pruned is an unknown field), nullable (a null that may not be there is dropped), defaulting.

use std::ops::Range;

use skeg_value::nearest;
use skeg_value::regex::{self, Subject};
use skeg_value::yaml::{NodeId, Tree, TreeEntry, TreeKind};
use skeg_value::{Str, regex::Pattern};

use super::{CustomKind, formats};
use crate::validate::{Finding, Step, Walk, describe, formats as scalars, start_of};

/// Checks an object.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId, custom: &CustomKind) {
    let Some(schema) = custom.schema else { return };
    let mut check = Check {
        walk,
        schemas: &custom.tree,
        preserves: custom.preserves,
    };
    check.head(node);
    check.value(node, schema, Part::Object, true);
}

/// Whether a map is an object with a head of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Object,
    Plain,
}

struct Check<'a, 'w, 's> {
    walk: &'a mut Walk<'w>,
    schemas: &'s Tree<'static>,
    /// Whether unknown fields are kept everywhere.
    preserves: bool,
}

/// The head of an object, which schemas need not name.
const HEAD: &[&[u8]] = &[b"apiVersion", b"kind", b"metadata"];

impl<'s> Check<'_, '_, 's> {
    fn keyword(&self, schema: NodeId, key: &str) -> Option<NodeId> {
        let found = self.schemas.get(schema, key)?;
        (!self.schemas.is_null(found)).then_some(found)
    }

    fn flag(&self, schema: NodeId, key: &str) -> bool {
        self.keyword(schema, key).and_then(|value| self.schemas.bool(value)) == Some(true)
    }

    fn text(&self, schema: NodeId, key: &str) -> Option<&'s str> {
        let schemas = self.schemas;
        self.keyword(schema, key).and_then(|value| schemas.str(value))
    }

    fn number(&self, schema: NodeId, key: &str) -> Option<f64> {
        self.keyword(schema, key)
            .and_then(|value| as_number(self.schemas.kind(value)))
    }

    fn count(&self, schema: NodeId, key: &str) -> Option<usize> {
        match self.schemas.kind(self.keyword(schema, key)?) {
            TreeKind::Int(value) => usize::try_from(value).ok(),
            _ => None,
        }
    }

    fn error(&mut self, code: &'static str, span: Range<usize>, message: String) {
        self.walk.error(code, span, message, None);
    }

    /// `apiVersion`, `kind` and `metadata` of the object itself or of one inside it.
    fn head(&mut self, node: NodeId) {
        let tree = self.walk.tree;
        let pack = self.walk.pack;
        if let (Some(metadata), Some(definition)) = (tree.get(node, "metadata"), pack.definition("meta.v1.ObjectMeta"))
        {
            self.walk.path.push(Step::Key(b"metadata"));
            self.walk.object(metadata, definition);
            self.walk.path.pop();
        }
    }

    /// `structural`: whether unknown fields count; below `anyOf` and the like they do not.
    fn value(&mut self, node: NodeId, schema: NodeId, part: Part, structural: bool) {
        let tree = self.walk.tree;
        if !self.walk.spend() {
            return;
        }
        let kind = tree.kind(node);
        if matches!(kind, TreeKind::Null) {
            let fine = self.flag(schema, "nullable") || self.keyword(schema, "type").is_none();
            if !fine {
                let wanted = self.text(schema, "type").map_or("something", type_words);
                self.error("wrong-type", tree.span(node), format!("must be {wanted}, not null"));
            }
            return;
        }
        if !self.fits_type(node, schema) {
            return;
        }
        self.enumerated(node, schema);
        match kind {
            TreeKind::Text(text) => self.string(node, text, schema),
            TreeKind::List(items) => self.list(node, items, schema, structural),
            TreeKind::Map(entries) => self.map(node, entries, schema, part, structural),
            _ => {
                if let Some(number) = as_number(kind) {
                    self.numeric(node, number, schema);
                }
            }
        }
        self.logic(node, schema, part);
    }

    /// Whether the type is right; where it is not, nothing else need be said.
    fn fits_type(&mut self, node: NodeId, schema: NodeId) -> bool {
        let kind = self.walk.tree.kind(node);
        if self.flag(schema, "x-kubernetes-int-or-string") {
            if matches!(kind, TreeKind::Text(_)) || scalars::whole(kind).is_some() {
                return true;
            }
            self.walk.wrong_type(node, "a whole number or text");
            return false;
        }
        let Some(ty) = self.text(schema, "type") else {
            return true;
        };
        let fits = match ty {
            "object" => matches!(kind, TreeKind::Map(_)),
            "array" => matches!(kind, TreeKind::List(_)),
            "string" => matches!(kind, TreeKind::Text(_)),
            "boolean" => matches!(kind, TreeKind::Bool(_)),
            "integer" => scalars::whole(kind).is_some(),
            "number" => as_number(kind).is_some(),
            _ => true,
        };
        if !fits {
            self.walk.wrong_type(node, type_words(ty));
        }
        fits
    }

    fn enumerated(&mut self, node: NodeId, schema: NodeId) {
        let Some(list) = self.keyword(schema, "enum") else {
            return;
        };
        let tree = self.walk.tree;
        let allowed = self.schemas.items(list);
        if allowed.iter().any(|word| equal(tree, node, self.schemas, *word)) {
            return;
        }
        let words: Vec<String> = allowed.iter().map(|word| plain(self.schemas.kind(*word))).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.walk.not_one_of(node, &words);
    }

    fn string(&mut self, node: NodeId, text: &[u8], schema: NodeId) {
        let span = self.walk.tree.span(node);
        let characters = || String::from_utf8_lossy(text).chars().count();
        if let Some(least) = self.count(schema, "minLength")
            && characters() < least
        {
            self.error(
                "too-short",
                span.clone(),
                format!("must have {least} characters or more"),
            );
        }
        if let Some(most) = self.count(schema, "maxLength")
            && characters() > most
        {
            self.error(
                "too-long",
                span.clone(),
                format!("must have {most} characters or fewer"),
            );
        }
        if let Some(source) = self.text(schema, "pattern")
            && let Ok(pattern) = regex::compiled(&Str::from(source))
            && !matches(&pattern, text)
        {
            let found = describe(TreeKind::Text(text));
            self.error(
                "bad-format",
                span.clone(),
                format!("must match `{source}`, which {found} does not"),
            );
        }
        if let Some(format) = self.text(schema, "format")
            && !formats::fits(format, &String::from_utf8_lossy(text))
        {
            let found = describe(TreeKind::Text(text));
            self.error(
                "bad-format",
                span,
                format!("must be of the format {format}, not {found}"),
            );
        }
    }

    fn numeric(&mut self, node: NodeId, number: f64, schema: NodeId) {
        let span = self.walk.tree.span(node);
        if let Some(least) = self.number(schema, "minimum") {
            let exclusive = self.flag(schema, "exclusiveMinimum");
            if number < least || exclusive && number == least {
                let words = if exclusive { "more than" } else { "at least" };
                self.error(
                    "out-of-range",
                    span.clone(),
                    format!("must be {words} {least}, not {number}"),
                );
            }
        }
        if let Some(most) = self.number(schema, "maximum") {
            let exclusive = self.flag(schema, "exclusiveMaximum");
            if number > most || exclusive && number == most {
                let words = if exclusive { "less than" } else { "at most" };
                self.error(
                    "out-of-range",
                    span.clone(),
                    format!("must be {words} {most}, not {number}"),
                );
            }
        }
        if let Some(step) = self.number(schema, "multipleOf")
            && step > 0.0
            && ((number / step).round() * step - number).abs() > 1e-9 * number.abs().max(1.0)
        {
            self.error(
                "out-of-range",
                span.clone(),
                format!("must be a multiple of {step}, not {number}"),
            );
        }
        let fits = match self.text(schema, "format") {
            Some("int32") => number >= f64::from(i32::MIN) && number <= f64::from(i32::MAX),
            _ => true,
        };
        if !fits {
            self.error(
                "out-of-range",
                span,
                format!("must fit into 32 bits, which {number} does not"),
            );
        }
    }

    fn list(&mut self, node: NodeId, items: &[NodeId], schema: NodeId, structural: bool) {
        let tree = self.walk.tree;
        let span = tree.span(node);
        if let Some(least) = self.count(schema, "minItems")
            && items.len() < least
        {
            self.error(
                "too-short",
                span.clone(),
                format!("must have {least} items or more, not {}", items.len()),
            );
        }
        if let Some(most) = self.count(schema, "maxItems")
            && items.len() > most
        {
            self.error(
                "too-long",
                span,
                format!("must have {most} items or fewer, not {}", items.len()),
            );
        }
        if let Some(inner) = self.keyword(schema, "items") {
            for (index, item) in items.iter().enumerate() {
                self.walk.path.push(Step::Index(index));
                self.value(*item, inner, Part::Plain, structural);
                self.walk.path.pop();
            }
        }
        self.unique(items, schema);
    }

    /// Items of a set differ, those of a map differ in their keys.
    fn unique(&mut self, items: &[NodeId], schema: NodeId) {
        let tree = self.walk.tree;
        let keys: Vec<&str> = match self.text(schema, "x-kubernetes-list-type") {
            Some("set") => Vec::new(),
            Some("map") => {
                let keys = self.keyword(schema, "x-kubernetes-list-map-keys");
                let keys = keys.map(|keys| self.schemas.items(keys)).unwrap_or_default();
                keys.iter().filter_map(|key| self.schemas.str(*key)).collect()
            }
            _ => return,
        };
        const MOST_COMPARED: usize = 2000;
        let same = |a: NodeId, b: NodeId| match keys.as_slice() {
            [] => equal(tree, a, tree, b),
            keys => keys.iter().all(|key| match (tree.get(a, key), tree.get(b, key)) {
                (Some(a), Some(b)) => equal(tree, a, tree, b),
                (None, None) => true,
                _ => false,
            }),
        };
        for (index, item) in items.iter().enumerate().take(MOST_COMPARED) {
            if items[..index].iter().any(|earlier| same(*earlier, *item)) {
                self.walk.path.push(Step::Index(index));
                let message = match keys.as_slice() {
                    [] => "is in the list twice".to_owned(),
                    keys => format!("has the same {} as an item before", keys.join(", ")),
                };
                self.error("duplicate-item", start_of(tree, *item), message);
                self.walk.path.pop();
            }
        }
    }

    fn map(&mut self, node: NodeId, entries: &[TreeEntry], schema: NodeId, part: Part, structural: bool) {
        let tree = self.walk.tree;
        let is_embedded = self.flag(schema, "x-kubernetes-embedded-resource");
        let preserves = self.preserves || self.flag(schema, "x-kubernetes-preserve-unknown-fields");
        let properties = self.keyword(schema, "properties");
        let additional = self.keyword(schema, "additionalProperties");
        let has_head = part == Part::Object || is_embedded;
        if is_embedded && structural {
            self.embedded(node);
        }
        for entry in entries {
            let key = tree.key(entry);
            let known = std::str::from_utf8(key)
                .ok()
                .and_then(|key| self.schemas.get(properties?, key));
            if let Some(inner) = known.or(additional)
                && tree.is_null(entry.value)
                && !self.flag(inner, "nullable")
            {
                // Such a null is dropped before anything looks at it.
                continue;
            }
            self.walk.path.push(Step::Key(key));
            match (known, additional) {
                // The head is checked as what it is; schemas may only narrow names.
                (Some(inner), _) if has_head && key == b"metadata" => {
                    self.value(entry.value, inner, Part::Plain, false)
                }
                (Some(inner), _) => self.value(entry.value, inner, Part::Plain, structural),
                (None, _) if has_head && HEAD.contains(&key) => {}
                (None, Some(inner)) => match self.schemas.kind(inner) {
                    TreeKind::Map(_) => self.value(entry.value, inner, Part::Plain, structural),
                    TreeKind::Bool(false) if structural => self.unknown(entry, properties),
                    _ => {}
                },
                (None, None) if structural && !preserves => self.unknown(entry, properties),
                (None, None) => {}
            }
            self.walk.path.pop();
        }
        self.sizes(node, entries.len(), schema);
        let required = self.keyword(schema, "required");
        for name in required.map(|list| self.schemas.items(list)).unwrap_or_default() {
            let Some(name) = self.schemas.str(*name) else { continue };
            let has_default = || {
                let inner = self.schemas.get(properties?, name)?;
                self.keyword(inner, "default")
            };
            let is_nullable = || {
                let inner = self.schemas.get(properties?, name)?;
                Some(self.flag(inner, "nullable"))
            };
            let (span, message) = match tree.get(node, name) {
                None => (start_of(tree, node), format!("`{name}` is required and missing")),
                Some(value) if tree.is_null(value) && is_nullable() == Some(false) => (
                    start_of(tree, node),
                    format!("`{name}` is required and must not be null"),
                ),
                Some(_) => continue,
            };
            if has_default().is_none() {
                self.error("missing-field", span, message);
            }
        }
    }

    fn sizes(&mut self, node: NodeId, count: usize, schema: NodeId) {
        let span = self.walk.tree.span(node);
        if let Some(least) = self.count(schema, "minProperties")
            && count < least
        {
            self.error(
                "too-short",
                span.clone(),
                format!("must have {least} entries or more, not {count}"),
            );
        }
        if let Some(most) = self.count(schema, "maxProperties")
            && count > most
        {
            self.error(
                "too-long",
                span,
                format!("must have {most} entries or fewer, not {count}"),
            );
        }
    }

    /// An object inside an object needs a head.
    fn embedded(&mut self, node: NodeId) {
        let tree = self.walk.tree;
        for key in ["apiVersion", "kind"] {
            let text = tree
                .get(node, key)
                .and_then(|value| tree.str(value))
                .unwrap_or_default();
            if text.is_empty() {
                let message = format!("`{key}` is required and missing");
                self.error("missing-field", start_of(tree, node), message);
            }
        }
        self.head(node);
    }

    fn unknown(&mut self, entry: &TreeEntry, properties: Option<NodeId>) {
        let tree = self.walk.tree;
        let key = String::from_utf8_lossy(tree.key(entry));
        let known = properties
            .map(|properties| self.schemas.entries(properties))
            .unwrap_or_default();
        let names: Vec<String> = known
            .iter()
            .map(|entry| String::from_utf8_lossy(self.schemas.key(entry)).into_owned())
            .collect();
        let hint = match nearest::of(&key, &names) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if (1..=8).contains(&names.len()) => Some(format!("there are: {}", names.join(", "))),
            None => None,
        };
        self.walk
            .error("unknown-field", tree.key_span(entry), "is no field".to_owned(), hint);
    }

    /// `allOf`, `anyOf`, `oneOf`, `not`.
    fn logic(&mut self, node: NodeId, schema: NodeId, part: Part) {
        let span = self.walk.tree.span(node);
        let schemas = self.schemas;
        if let Some(list) = self.keyword(schema, "allOf") {
            for inner in schemas.items(list) {
                self.value(node, *inner, part, false);
            }
        }
        if let Some(list) = self.keyword(schema, "anyOf") {
            let mut first = None;
            let fits = schemas.items(list).iter().any(|inner| {
                let findings = self.apart(node, *inner, part);
                let fits = findings.is_empty();
                first = first.take().or_else(|| findings.into_iter().next());
                fits
            });
            if !fits && !schemas.items(list).is_empty() {
                let why = first
                    .map(|first| format!("; the first: {}", inside(&first)))
                    .unwrap_or_default();
                self.error(
                    "no-match",
                    span.clone(),
                    format!("fits none of the schemas of anyOf{why}"),
                );
            }
        }
        if let Some(list) = self.keyword(schema, "oneOf") {
            let fitting = schemas
                .items(list)
                .iter()
                .filter(|inner| self.apart(node, **inner, part).is_empty())
                .count();
            if fitting != 1 {
                self.error(
                    "no-match",
                    span.clone(),
                    format!("must fit one of the schemas of oneOf, and fits {fitting}"),
                );
            }
        }
        if let Some(inner) = self.keyword(schema, "not")
            && self.apart(node, inner, part).is_empty()
        {
            self.error("no-match", span, "must not fit the schema of not, and does".to_owned());
        }
    }

    /// What is wrong with a value by another schema, without telling.
    fn apart(&mut self, node: NodeId, schema: NodeId, part: Part) -> Vec<Finding> {
        let before = std::mem::take(&mut self.walk.findings);
        self.value(node, schema, part, false);
        std::mem::replace(&mut self.walk.findings, before)
    }
}

fn inside(finding: &Finding) -> String {
    let last = finding.path.rsplit('.').next().unwrap_or_default();
    format!("{last} {}", finding.message).trim().to_owned()
}

fn matches(pattern: &Pattern, text: &[u8]) -> bool {
    pattern.is_match(&Subject::new(text))
}

fn type_words(ty: &str) -> &'static str {
    match ty {
        "object" => "a map",
        "array" => "a list",
        "string" => "text",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        _ => "something",
    }
}

fn as_number(kind: TreeKind<'_>) -> Option<f64> {
    match kind {
        TreeKind::Int(value) => Some(value as f64),
        TreeKind::Uint(value) => Some(value as f64),
        TreeKind::Float(value) if value.is_finite() => Some(value),
        _ => None,
    }
}

/// A scalar as it would be written.
fn plain(kind: TreeKind<'_>) -> String {
    match kind {
        TreeKind::Text(b"") => "\"\"".to_owned(),
        TreeKind::Text(text) => String::from_utf8_lossy(text).into_owned(),
        TreeKind::Bool(value) => value.to_string(),
        TreeKind::Int(value) => value.to_string(),
        TreeKind::Uint(value) => value.to_string(),
        TreeKind::Float(value) => value.to_string(),
        TreeKind::Null => "null".to_owned(),
        other => describe(other),
    }
}

/// Whether two values are the same: numbers by value, maps in any order.
fn equal(a_tree: &Tree<'_>, a: NodeId, b_tree: &Tree<'_>, b: NodeId) -> bool {
    match (a_tree.kind(a), b_tree.kind(b)) {
        (TreeKind::Null, TreeKind::Null) => true,
        (TreeKind::Bool(a), TreeKind::Bool(b)) => a == b,
        (TreeKind::Text(a), TreeKind::Text(b)) => a == b,
        (TreeKind::List(a), TreeKind::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a_tree, *a, b_tree, *b))
        }
        (TreeKind::Map(a), TreeKind::Map(b)) => {
            let of = |entry: &TreeEntry| {
                let key = a_tree.key(entry);
                let found = b.iter().rev().find(|other| b_tree.key(other) == key);
                found.is_some_and(|other| equal(a_tree, entry.value, b_tree, other.value))
            };
            a.len() == b.len() && a.iter().all(of)
        }
        (a, b) => matches!((as_number(a), as_number(b)), (Some(a), Some(b)) if a == b),
    }
}
