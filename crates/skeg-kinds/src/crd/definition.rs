//! What is wrong with a custom resource definition beyond its own schema.
//!
//! # Source
//! Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions": "Specifying a structural schema"
//! and the rules on names and versions.

use skeg_value::Str;
use skeg_value::regex;
use skeg_value::yaml::{NodeId, Tree, TreeKind};

use crate::validate::{Step, Walk, describe, start_of};

const CODE: &str = "bad-crd";

/// Keywords that structural schemas must not use, at any place.
const FORBIDDEN: &[&str] = &[
    "$ref",
    "definitions",
    "dependencies",
    "deprecated",
    "discriminator",
    "id",
    "patternProperties",
    "readOnly",
    "writeOnly",
    "xml",
];

/// Keywords that must not be used below `allOf`, `anyOf`, `oneOf` and `not`.
const NOT_IN_LOGIC: &[&str] = &["description", "type", "default", "additionalProperties", "nullable"];

const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

/// Checks a definition. Those of v1beta1 need not be structural, and are checked for names only.
pub(crate) fn check(walk: &mut Walk<'_>, node: NodeId, api_version: &str) {
    let tree = walk.tree;
    name(walk, node);
    if !api_version.ends_with("/v1") {
        return;
    }
    let Some(spec) = tree.get(node, "spec") else { return };
    walk.path.push(Step::Key(b"spec"));
    if let Some(preserve) = tree.get(spec, "preserveUnknownFields")
        && tree.bool(preserve) == Some(true)
    {
        let hint = Some("use x-kubernetes-preserve-unknown-fields in the schema".to_owned());
        let message = "`preserveUnknownFields` must not be true in v1".to_owned();
        walk.error(CODE, tree.span(preserve), message, hint);
    }
    let versions = tree.get(spec, "versions");
    let items = versions.map(|versions| tree.items(versions)).unwrap_or_default();
    walk.path.push(Step::Key(b"versions"));
    let stored = items
        .iter()
        .filter(|version| tree.get(**version, "storage").and_then(|storage| tree.bool(storage)) == Some(true))
        .count();
    if let (Some(versions), true) = (versions, stored != 1) {
        let message = format!("must have one version with `storage: true`, not {stored}");
        walk.error(CODE, start_of_list(tree, versions), message, None);
    }
    for (index, version) in items.iter().enumerate() {
        walk.path.push(Step::Index(index));
        match tree.at(*version, &["schema", "openAPIV3Schema"]) {
            Some(schema) if !tree.is_null(schema) => {
                walk.path.push(Step::Key(b"schema"));
                walk.path.push(Step::Key(b"openAPIV3Schema"));
                let mut structure = Structure { walk };
                structure.root(schema);
                walk.path.truncate(walk.path.len() - 2);
            }
            _ => {
                let message = "`schema.openAPIV3Schema` is required and missing".to_owned();
                walk.error(CODE, start_of(tree, *version), message, None);
            }
        }
        walk.path.pop();
    }
    walk.path.truncate(walk.path.len() - 2);
}

/// The name must be `<plural>.<group>`.
fn name(walk: &mut Walk<'_>, node: NodeId) {
    let tree = walk.tree;
    let text = |path: &[&str]| tree.at(node, path).and_then(|node| tree.str(node)).unwrap_or_default();
    let (plural, group) = (text(&["spec", "names", "plural"]), text(&["spec", "group"]));
    let Some(found) = tree.at(node, &["metadata", "name"]) else {
        return;
    };
    let expected = format!("{plural}.{group}");
    if !plural.is_empty() && !group.is_empty() && tree.str(found).is_some_and(|found| found != expected) {
        let message = format!("`metadata.name` must be {expected}: the plural and the group");
        walk.error(CODE, tree.span(found), message, None);
    }
}

fn start_of_list(tree: &Tree<'_>, list: NodeId) -> std::ops::Range<usize> {
    match tree.items(list).first() {
        Some(first) => start_of(tree, *first),
        None => tree.span(list),
    }
}

struct Structure<'a, 'w> {
    walk: &'a mut Walk<'w>,
}

impl Structure<'_, '_> {
    fn fault(&mut self, node: NodeId, message: impl Into<String>) {
        let span = start_of(self.walk.tree, node);
        self.walk.error(CODE, span, message.into(), None);
    }

    fn flag(&self, node: NodeId, key: &str) -> bool {
        let tree = self.walk.tree;
        tree.get(node, key).and_then(|value| tree.bool(value)) == Some(true)
    }

    fn root(&mut self, schema: NodeId) {
        let tree = self.walk.tree;
        let ty = tree.get(schema, "type").and_then(|ty| tree.str(ty));
        if ty != Some("object") {
            self.fault(schema, "must have `type: object`: a custom resource is one");
        }
        self.schema(schema, true, false);
    }

    /// `typed`: whether a type must be given; `logic`: whether it stands below `anyOf` and the like.
    fn schema(&mut self, schema: NodeId, typed: bool, logic: bool) {
        let tree = self.walk.tree;
        if !self.walk.spend() {
            return;
        }
        let entries = match tree.kind(schema) {
            TreeKind::Map(entries) => entries,
            TreeKind::Null => &[],
            // Reported by the schema of definitions, as far as it is one at all.
            other => {
                let message = format!("a schema must be a map, not {}", describe(other));
                return self.fault(schema, message);
            }
        };
        for entry in entries {
            let key = String::from_utf8_lossy(tree.key(entry));
            if FORBIDDEN.contains(&&*key) && !tree.is_null(entry.value) {
                let message = format!("`{key}` must not be used in a structural schema");
                self.walk.error(CODE, tree.key_span(entry), message, None);
            }
        }
        self.types(schema, typed, logic);
        self.patterns(schema);
        self.children(schema, logic);
    }

    fn types(&mut self, schema: NodeId, typed: bool, logic: bool) {
        let tree = self.walk.tree;
        let loose = self.flag(schema, "x-kubernetes-int-or-string");
        let preserves = self.flag(schema, "x-kubernetes-preserve-unknown-fields");
        let ty = tree.get(schema, "type").and_then(|ty| tree.str(ty)).unwrap_or_default();
        if logic {
            for key in NOT_IN_LOGIC {
                let allowed = loose || *key == "type" && matches!(ty, "integer" | "string");
                if tree.get(schema, key).is_some() && !allowed {
                    self.fault(
                        schema,
                        format!("`{key}` must not be used below allOf, anyOf, oneOf or not"),
                    );
                }
            }
        } else if ty.is_empty() && typed && !loose && !preserves {
            self.fault(schema, "`type` is required and missing");
        } else if !ty.is_empty() && loose {
            self.fault(schema, "`type` must not stand beside x-kubernetes-int-or-string");
        }
        if !ty.is_empty() && !TYPES.contains(&ty) {
            let message = format!("`type` must be one of {}, not {ty}", TYPES.join(", "));
            self.fault(schema, message);
        }
        let has = |key| tree.get(schema, key).is_some_and(|value| !tree.is_null(value));
        if ty == "array" && !has("items") {
            self.fault(schema, "`items` is required for an array and missing");
        }
        if has("properties") && has("additionalProperties") {
            self.fault(schema, "`properties` and `additionalProperties` exclude each other");
        }
        if self.flag(schema, "uniqueItems") {
            self.fault(schema, "`uniqueItems` must not be true");
        }
        if self.flag(schema, "x-kubernetes-embedded-resource") && ty != "object" {
            self.fault(schema, "x-kubernetes-embedded-resource needs `type: object`");
        }
        let list_type = tree.get(schema, "x-kubernetes-list-type").and_then(|ty| tree.str(ty));
        if list_type == Some("map") && !has("x-kubernetes-list-map-keys") {
            self.fault(schema, "x-kubernetes-list-map-keys is required for a list of type map");
        }
    }

    fn patterns(&mut self, schema: NodeId) {
        let tree = self.walk.tree;
        if let Some(node) = tree.get(schema, "pattern")
            && let TreeKind::Text(pattern) = tree.kind(node)
            && let Err(reason) = regex::compiled(&Str::from_bytes(pattern))
        {
            let message = format!("`pattern` is no regular expression: {reason}");
            self.walk.error(CODE, tree.span(node), message, None);
        }
    }

    fn children(&mut self, schema: NodeId, logic: bool) {
        let tree = self.walk.tree;
        if let Some(properties) = tree.get(schema, "properties") {
            self.walk.path.push(Step::Key(b"properties"));
            for entry in tree.entries(properties) {
                self.walk.path.push(Step::Key(tree.key(entry)));
                self.schema(entry.value, !logic, logic);
                self.walk.path.pop();
            }
            self.walk.path.pop();
        }
        for key in ["items", "additionalProperties", "not"] {
            if let Some(inner) = tree.get(schema, key)
                && matches!(tree.kind(inner), TreeKind::Map(_))
            {
                let logic = logic || key == "not";
                self.walk.path.push(Step::Key(key.as_bytes()));
                self.schema(inner, !logic, logic);
                self.walk.path.pop();
            } else if key == "items"
                && let Some(inner) = tree.get(schema, key)
                && matches!(tree.kind(inner), TreeKind::List(_))
            {
                self.fault(schema, "`items` must be one schema, not a list of them");
            }
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let Some(list) = tree.get(schema, key) else { continue };
            self.walk.path.push(Step::Key(key.as_bytes()));
            for (index, inner) in tree.items(list).iter().enumerate() {
                self.walk.path.push(Step::Index(index));
                self.schema(*inner, false, true);
                self.walk.path.pop();
            }
            self.walk.path.pop();
        }
    }
}
