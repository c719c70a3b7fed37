//! From schema documents to [`Schema`]s: references resolved to numbers, patterns and numbers read once.

use std::collections::HashMap;
use std::sync::Arc;

use skeg_value::Str;
use skeg_value::quote::quote;
use skeg_value::regex::compiled;

use super::compiled::{Additional, Dependency, Id, Items, Named, Schema, Types};
use super::draft::{Dialect, Draft};
use super::format;
use super::node::Node;
use super::number::Decimal;
use super::place::{Fragment, escape, fragment_kind, location, split_decoded};
use super::roots::{Outside, Roots, lookup};

/// Schemas, and the documents that they are from.
#[derive(Default)]
pub(super) struct Compiled {
    pub(super) schemas: Vec<Schema>,
    pub(super) roots: Roots,
}

impl Compiled {
    /// Where a schema is, for messages.
    pub(super) fn location(&self, id: Id) -> String {
        let schema = &self.schemas[id];
        match self.roots.all.get(schema.root) {
            Some(root) => location(&root.url, &schema.pointer),
            None => "urn:mem:metaschema".to_owned(),
        }
    }
}

/// Compiles schemas and keeps them.
pub(super) struct Compiler<'o> {
    pub(super) compiled: Compiled,
    by_place: HashMap<(usize, Arc<str>), Id>,
    pub(super) outside: Option<Outside<'o>>,
    /// The compiler of the drafts' own schemas, made when the first document is checked.
    pub(super) drafts: Option<Box<Compiler<'static>>>,
    /// The schemas of dialects, in the compiler of drafts.
    dialects: Vec<(Dialect, Id)>,
    /// Whether `format` counts in every draft, as it does in the drafts' own schemas.
    asserts_formats: bool,
}

impl<'o> Compiler<'o> {
    pub(super) fn new(outside: Outside<'o>) -> Self {
        Compiler {
            outside: Some(outside),
            ..Compiler::empty(false)
        }
    }

    /// What was compiled.
    pub(super) fn finished(self) -> Compiled {
        self.compiled
    }

    fn empty(asserts_formats: bool) -> Self {
        Compiler {
            compiled: Compiled::default(),
            by_place: HashMap::new(),
            outside: None,
            drafts: None,
            dialects: Vec::new(),
            asserts_formats,
        }
    }

    /// A compiler for the drafts' own schemas.
    pub(super) fn for_drafts() -> Compiler<'static> {
        Compiler::empty(true)
    }

    /// The schema that schemas of a dialect are checked against.
    pub(super) fn schema_of(&mut self, dialect: &Dialect) -> Result<Id, String> {
        if let Some((_, known)) = self.dialects.iter().find(|(known, _)| known == dialect) {
            return Ok(*known);
        }
        let id = match &dialect.vocabularies {
            None => self.compile(dialect.draft.url())?,
            Some(names) => {
                let folder = dialect.draft.url().trim_end_matches("schema");
                let mut parts = Vec::new();
                for name in names {
                    parts.push(self.compile(&format!("{folder}meta/{name}"))?);
                }
                self.join_vocabularies(dialect.draft, parts)
            }
        };
        self.dialects.push((dialect.clone(), id));
        Ok(id)
    }

    /// A schema that no document holds: all of these at once.
    fn join_vocabularies(&mut self, draft: Draft, parts: Vec<Id>) -> Id {
        let id = self.compiled.schemas.len();
        let mut schema = Schema::new(usize::MAX, "".into(), id);
        schema.draft = draft;
        schema.all_of = parts;
        if draft >= Draft::Year2020 {
            schema.dynamic_anchor = "meta".to_owned();
            schema.dynamic_anchors.push(("meta".to_owned(), id));
        }
        self.compiled.schemas.push(schema);
        id
    }

    /// Compiles the document at a URL and all that it refers to.
    ///
    /// # Errors
    /// The reference's text.
    pub(super) fn compile(&mut self, url: &str) -> Result<Id, String> {
        let root = self.root(url)?;
        let mut next = self.compiled.schemas.len();
        let id = self.enqueue(root, "");
        while next < self.compiled.schemas.len() {
            let (root, pointer) = (
                self.compiled.schemas[next].root,
                Arc::clone(&self.compiled.schemas[next].pointer),
            );
            if root != usize::MAX {
                self.ensure_schema(root, &pointer)?;
                self.compile_at(next, root, &pointer)?;
            }
            next += 1;
        }
        Ok(id)
    }

    fn enqueue(&mut self, root: usize, pointer: &str) -> Id {
        let pointer: Arc<str> = pointer.into();
        let id = self.compiled.schemas.len();
        let known = *self.by_place.entry((root, Arc::clone(&pointer))).or_insert(id);
        if known == id {
            self.compiled.schemas.push(Schema::new(root, pointer, id));
        }
        known
    }

    fn compile_at(&mut self, id: Id, root: usize, pointer: &Arc<str>) -> Result<(), String> {
        let document = Arc::clone(&self.compiled.roots.all[root].document);
        let node = lookup(&document, &self.compiled.roots.all[root].url, pointer)?;
        let resource = self.compiled.roots.all[root].resource(pointer);
        let dialect = resource.dialect.clone();
        let base: Arc<str> = resource.id.as_str().into();
        let owner = resource.pointer.clone();
        let mut schema = Schema::new(root, Arc::clone(pointer), id);
        schema.draft = dialect.draft;
        if dialect.draft >= Draft::Year2020 && *owner == **pointer {
            let anchors = resource
                .anchors
                .iter()
                .filter(|(name, _)| resource.dynamic_anchors.contains(name));
            let anchors: Vec<(String, String)> = anchors.map(|(name, place)| (name.clone(), place.clone())).collect();
            for (name, place) in anchors {
                schema.dynamic_anchors.push((name, self.enqueue(root, &place)));
            }
        }
        schema.resource = self.enqueue(root, &owner);
        match node {
            Node::Bool(allowed) => schema.boolean = Some(*allowed),
            Node::Object(members) if members.is_empty() => schema.boolean = Some(true),
            Node::Object(_) => Keywords {
                compiler: self,
                node,
                root,
                pointer,
                base,
                dialect,
            }
            .read(&mut schema)?,
            _ => {}
        }
        schema.evaluates_all_properties = schema.additional_properties.is_some();
        if schema.draft < Draft::Year2020 {
            schema.evaluates_all_items = schema.additional_items.is_some();
            match &schema.items {
                Some(Items::All(_)) => schema.evaluates_all_items = true,
                Some(Items::Each(items)) => schema.evaluated_items = items.len(),
                None => {}
            }
        } else {
            schema.evaluates_all_items = schema.items_2020.is_some();
            schema.evaluated_items = schema.prefix_items.len();
        }
        self.compiled.schemas[id] = schema;
        Ok(())
    }
}

/// The keywords of one schema object.
struct Keywords<'k, 'o> {
    compiler: &'k mut Compiler<'o>,
    node: &'k Node,
    root: usize,
    pointer: &'k str,
    /// The URL that references are relative to.
    base: Arc<str>,
    dialect: Dialect,
}

impl Keywords<'_, '_> {
    fn read(mut self, schema: &mut Schema) -> Result<(), String> {
        let draft = self.dialect.draft;
        schema.reference = self.reference("$ref")?;
        // Before 2019 nothing else counts beside a reference; only `const` is looked at nevertheless.
        if draft >= Draft::Year2019 || schema.reference.is_none() {
            if self.dialect.has("applicator") {
                self.applicators(schema)?;
            }
            if self.dialect.has("validation") {
                self.assertions(schema)?;
            }
            let format_counts = match draft {
                Draft::Year2019 => self.dialect.has("format"),
                Draft::Year2020 => self.dialect.has("format-assertion"),
                _ => true,
            };
            if format_counts || self.compiler.asserts_formats {
                schema.format = self.node.text("format").and_then(format::named);
            }
        }
        if draft >= Draft::Six && self.dialect.has("validation") {
            schema.constant = self.node.get("const").cloned();
        }
        if draft >= Draft::Year2019 {
            self.since_2019(schema)?;
        }
        if draft >= Draft::Year2020 {
            self.since_2020(schema)?;
        }
        Ok(())
    }

    fn applicators(&mut self, schema: &mut Schema) -> Result<(), String> {
        schema.all_of = self.list("allOf");
        schema.any_of = self.list("anyOf");
        schema.one_of = self.list("oneOf");
        schema.not = self.one("not");
        if schema.draft < Draft::Year2020 {
            if self.node.array("items").is_some() {
                schema.items = Some(Items::Each(self.list("items")));
                schema.additional_items = self.additional("additionalItems");
            } else {
                schema.items = self.one("items").map(Items::All);
            }
        }
        schema.properties = self.members("properties");
        for (text, id) in self.members("patternProperties") {
            compiled(&text).map_err(|reason| self.bad_pattern("patternProperties", &text, &reason))?;
            schema.pattern_properties.push(Named {
                pattern: text,
                schema: id,
            });
        }
        schema.additional_properties = self.additional("additionalProperties");
        let node = self.node;
        for (name, value) in node.object("dependencies").unwrap_or_default() {
            let dependency = match value {
                Node::Array(names) => Dependency::Names(texts(names)),
                _ => Dependency::Schema(self.below("dependencies", &name.to_str_lossy())),
            };
            schema.dependencies.push((name.clone(), dependency));
        }
        if schema.draft >= Draft::Six {
            schema.contains = self.one("contains");
            schema.property_names = self.one("propertyNames");
        }
        if schema.draft >= Draft::Seven {
            schema.condition = self.one("if");
            let constant = match node.get("if") {
                Some(Node::Bool(constant)) => Some(*constant),
                _ => None,
            };
            if schema.condition.is_some() && constant != Some(false) {
                schema.then = self.one("then");
            }
            if schema.condition.is_some() && constant != Some(true) {
                schema.otherwise = self.one("else");
            }
        }
        Ok(())
    }

    fn assertions(&self, schema: &mut Schema) -> Result<(), String> {
        schema.types = match self.node.get("type") {
            Some(Node::String(name)) => Types::named(&name.to_str_lossy()),
            Some(Node::Array(names)) => texts(names).iter().fold(Types::default(), |types, name| {
                types.with(Types::named(&name.to_str_lossy()))
            }),
            _ => Types::default(),
        };
        schema.enumeration = self.node.array("enum").map(<[Node]>::to_vec);
        schema.multiple_of = self.number("multipleOf");
        schema.maximum = self.number("maximum");
        schema.exclusive_maximum = if self.node.is_true("exclusiveMaximum") {
            schema.maximum.take()
        } else {
            self.number("exclusiveMaximum")
        };
        schema.minimum = self.number("minimum");
        schema.exclusive_minimum = if self.node.is_true("exclusiveMinimum") {
            schema.minimum.take()
        } else {
            self.number("exclusiveMinimum")
        };
        schema.min_length = self.count("minLength");
        schema.max_length = self.count("maxLength");
        if let Some(Node::String(text)) = self.node.get("pattern") {
            compiled(text).map_err(|reason| self.bad_pattern("pattern", text, &reason))?;
            schema.pattern = Some(Named {
                pattern: text.clone(),
                schema: (),
            });
        }
        schema.min_items = self.count("minItems");
        schema.max_items = self.count("maxItems");
        schema.unique_items = self.node.is_true("uniqueItems");
        schema.max_properties = self.count("maxProperties");
        schema.min_properties = self.count("minProperties");
        schema.required = self.node.array("required").map(texts).unwrap_or_default();
        Ok(())
    }

    fn since_2019(&mut self, schema: &mut Schema) -> Result<(), String> {
        schema.recursive_ref = self.reference("$recursiveRef")?;
        schema.recursive_anchor = self.node.is_true("$recursiveAnchor");
        if self.dialect.has("validation") {
            if schema.contains.is_some() {
                schema.min_contains = self.count("minContains");
                schema.max_contains = self.count("maxContains");
            }
            for (name, value) in self.node.object("dependentRequired").unwrap_or_default() {
                if let Node::Array(names) = value {
                    schema.dependent_required.push((name.clone(), texts(names)));
                }
            }
        }
        if self.dialect.has("applicator") {
            schema.dependent_schemas = self.members("dependentSchemas");
        }
        if self.dialect.has(if schema.draft == Draft::Year2019 {
            "applicator"
        } else {
            "unevaluated"
        }) {
            schema.unevaluated_items = self.one("unevaluatedItems");
            schema.unevaluated_properties = self.one("unevaluatedProperties");
        }
        Ok(())
    }

    fn since_2020(&mut self, schema: &mut Schema) -> Result<(), String> {
        if let Some(target) = self.reference("$dynamicRef")? {
            let (_, fragment) = split_decoded(self.node.text("$dynamicRef").unwrap_or_default())?;
            let anchor = match fragment_kind(&fragment) {
                Fragment::Anchor(name) => name.to_owned(),
                Fragment::Pointer(_) => String::new(),
            };
            schema.dynamic_ref = Some((target, anchor));
        }
        schema.dynamic_anchor = self.node.text("$dynamicAnchor").unwrap_or_default().to_owned();
        if self.dialect.has("applicator") {
            schema.prefix_items = self.list("prefixItems");
            schema.items_2020 = self.one("items");
        }
        Ok(())
    }

    fn reference(&mut self, keyword: &str) -> Result<Option<Id>, String> {
        let Some(reference) = self.node.text(keyword) else {
            return Ok(None);
        };
        let (root, pointer) = self.compiler.resolve(self.root, &self.base, reference)?;
        Ok(Some(self.compiler.enqueue(root, &pointer)))
    }

    fn one(&mut self, keyword: &str) -> Option<Id> {
        self.node.get(keyword)?;
        Some(self.compiler.enqueue(self.root, &format!("{}/{keyword}", self.pointer)))
    }

    fn below(&mut self, keyword: &str, name: &str) -> Id {
        self.compiler
            .enqueue(self.root, &format!("{}/{keyword}/{}", self.pointer, escape(name)))
    }

    fn list(&mut self, keyword: &str) -> Vec<Id> {
        let count = self.node.array(keyword).map_or(0, <[Node]>::len);
        (0..count)
            .map(|index| self.below(keyword, &index.to_string()))
            .collect()
    }

    fn members(&mut self, keyword: &str) -> Vec<(Str, Id)> {
        let node = self.node;
        let members = node.object(keyword).unwrap_or_default();
        members
            .iter()
            .map(|(name, _)| (name.clone(), self.below(keyword, &name.to_str_lossy())))
            .collect()
    }

    fn additional(&mut self, keyword: &str) -> Option<Additional> {
        match self.node.get(keyword) {
            Some(Node::Bool(allowed)) => Some(Additional::Allowed(*allowed)),
            _ => self.one(keyword).map(Additional::Schema),
        }
    }

    fn number(&self, keyword: &str) -> Option<Decimal> {
        match self.node.get(keyword) {
            Some(Node::Number(text)) => Some(Decimal::parse(text)),
            _ => None,
        }
    }

    fn count(&self, keyword: &str) -> Option<i64> {
        self.number(keyword)?.as_count()
    }

    fn bad_pattern(&self, keyword: &str, pattern: &Str, reason: &str) -> String {
        let place = location(
            &self.compiler.compiled.roots.all[self.root].url,
            &format!("{}/{keyword}", self.pointer),
        );
        format!(
            "invalid regex {} at {}: {reason}",
            quote(pattern),
            quote(place.as_bytes())
        )
    }
}

/// The strings among the items.
fn texts(items: &[Node]) -> Vec<Str> {
    items
        .iter()
        .filter_map(|item| match item {
            Node::String(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}
