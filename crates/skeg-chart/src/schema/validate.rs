//! Checking values against compiled schemas, keyword by keyword, in the reference's order.

mod array;
mod object;
mod scalar;

use std::collections::BTreeSet;

use skeg_value::Str;
use skeg_value::quote::quote;

use super::compile::Compiled;
use super::compiled::{Id, Schema, Types};
use super::draft::Draft;
use super::failure::{Failure, Kind, quoted, shown, wanted_constant, wanted_one_of};
use super::node::Node;
use super::number::Decimal;
use super::place::escape;

/// Schemas inside of schemas, through references and values, beyond which checking stops.
const MAX_DEPTH: usize = 3000;

/// Checks a value; the failures, one line each, or none.
///
/// # Errors
/// `- at '/a': got number, want string`, one line for each failure, each after a newline.
pub(super) fn validate_value(compiled: &Compiled, schema: Id, value: &Node) -> Result<(), String> {
    run(compiled, schema, None, &[], value).map_err(|causes| {
        let mut out = String::new();
        causes.iter().for_each(|cause| cause.print(&mut out, 0));
        out
    })
}

/// Checks a schema against the schema of its draft; `resources` says which places inside have a draft of their own.
///
/// # Errors
/// `jsonschema validation failed with '…'` and the failures.
pub(super) fn validate_schema(
    drafts: &Compiled,
    meta: Id,
    resources: &[(&str, Id)],
    schema: &Node,
) -> Result<(), String> {
    run(drafts, meta, Some(meta), resources, schema).map_err(|causes| {
        let mut out = format!("jsonschema validation failed with {}", quoted(&drafts.location(meta)));
        causes.iter().for_each(|cause| cause.print(&mut out, 0));
        out
    })
}

fn run(
    compiled: &Compiled,
    schema: Id,
    meta: Option<Id>,
    resources: &[(&str, Id)],
    value: &Node,
) -> Result<(), Vec<Failure>> {
    let mut validator = Validator {
        compiled,
        schemas: &compiled.schemas,
        resources,
        path: String::new(),
    };
    validator.alone(schema, meta, value)
}

/// What all checks of a run share.
struct Validator<'v> {
    compiled: &'v Compiled,
    schemas: &'v [Schema],
    /// While a schema is checked: pointers of the schemas inside with a dialect of their own, and their schemas.
    resources: &'v [(&'v str, Id)],
    /// JSON pointer of the value that is looked at.
    path: String,
}

/// How a schema was reached.
struct Scope<'s> {
    schema: Id,
    /// The keyword of the reference that was followed; empty where none was.
    keyword: &'static str,
    /// How many values deep it is: equal for schemas of one value.
    level: usize,
    depth: usize,
    parent: Option<&'s Scope<'s>>,
}

/// One schema against one value.
struct Check<'c> {
    schema: &'c Schema,
    node: &'c Node,
    scope: &'c Scope<'c>,
    unevaluated: Unevaluated,
    failures: Vec<Failure>,
    /// Only whether it fits is wanted.
    quiet: bool,
    /// The schema of schemas that is checked against, if a schema is the value.
    meta: Option<Id>,
}

/// Members and items that no keyword has looked at yet; kept only where somebody will ask.
#[derive(Default)]
struct Unevaluated {
    properties: BTreeSet<Str>,
    items: BTreeSet<usize>,
}

impl Unevaluated {
    fn of(node: &Node, schema: &Schema, is_wanted: bool) -> Unevaluated {
        let mut all = Unevaluated::default();
        match node {
            Node::Object(members)
                if !schema.evaluates_all_properties && (is_wanted || schema.unevaluated_properties.is_some()) =>
            {
                all.properties = members.iter().map(|(name, _)| name.clone()).collect();
            }
            Node::Array(items) if !schema.evaluates_all_items && (is_wanted || schema.unevaluated_items.is_some()) => {
                all.items = (schema.evaluated_items..items.len()).collect();
            }
            _ => {}
        }
        all
    }

    fn is_empty(&self) -> bool {
        self.properties.is_empty() && self.items.is_empty()
    }

    /// Keeps what neither has looked at.
    fn merge(&mut self, other: &Unevaluated) {
        if !self.is_empty() {
            self.properties.retain(|name| other.properties.contains(name));
            self.items.retain(|index| other.items.contains(index));
        }
    }
}

impl Validator<'_> {
    /// A value by itself, with paths that begin at it.
    fn alone(&mut self, schema: Id, meta: Option<Id>, value: &Node) -> Result<(), Vec<Failure>> {
        let path = std::mem::take(&mut self.path);
        let scope = Scope {
            schema,
            keyword: "",
            level: 0,
            depth: 0,
            parent: None,
        };
        let unevaluated = Unevaluated::of(value, &self.schemas[schema], false);
        let found = self.check(schema, value, &scope, unevaluated, false, meta);
        self.path = path;
        found.map(|_| ()).map_err(Failure::ungrouped)
    }

    /// The same value against another schema.
    fn same(&mut self, check: &mut Check<'_>, id: Id, keyword: &'static str, quiet: bool) -> Result<(), Failure> {
        let scope = Scope {
            schema: id,
            keyword,
            level: check.scope.level,
            depth: check.scope.depth + 1,
            parent: Some(check.scope),
        };
        let unevaluated = Unevaluated::of(check.node, &self.schemas[id], !check.unevaluated.is_empty());
        let (id, meta) = self.dialect(id, check.meta);
        let unevaluated = self.check(id, check.node, &scope, unevaluated, check.quiet || quiet, meta)?;
        check.unevaluated.merge(&unevaluated);
        Ok(())
    }

    /// A value inside of the value.
    fn inside(&mut self, check: &Check<'_>, id: Id, value: &Node, token: &str) -> Result<(), Failure> {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(&escape(token));
        let scope = Scope {
            schema: id,
            keyword: "",
            level: check.scope.level + 1,
            depth: check.scope.depth + 1,
            parent: Some(check.scope),
        };
        let unevaluated = Unevaluated::of(value, &self.schemas[id], false);
        let (id, meta) = self.dialect(id, check.meta);
        let found = self.check(id, value, &scope, unevaluated, check.quiet, meta);
        self.path.truncate(length);
        found.map(|_| ())
    }

    /// Where a schema is checked and a schema with a dialect of its own begins: that dialect's schema instead.
    fn dialect(&self, id: Id, meta: Option<Id>) -> (Id, Option<Id>) {
        if meta != Some(id) {
            return (id, meta);
        }
        match self.resources.iter().find(|(place, _)| *place == self.path) {
            Some((_, own)) => (*own, Some(*own)),
            None => (id, meta),
        }
    }

    fn failure(&self, quiet: bool, say: impl FnOnce() -> String) -> Failure {
        if quiet {
            return Failure::default();
        }
        Failure {
            path: self.path.clone(),
            kind: Kind::Said(say()),
            causes: Vec::new(),
        }
    }

    #[inline(never)]
    fn check(
        &mut self,
        id: Id,
        node: &Node,
        scope: &Scope<'_>,
        unevaluated: Unevaluated,
        quiet: bool,
        meta: Option<Id>,
    ) -> Result<Unevaluated, Failure> {
        let schemas = self.schemas;
        let schema = &schemas[id];
        match schema.boolean {
            Some(true) => return Ok(unevaluated),
            Some(false) => return Err(self.failure(quiet, || "false schema".to_owned())),
            None => {}
        }
        if let Some(before) = scope.cycle() {
            return Err(self.failure(quiet, || {
                let url = quote(self.compiled.location(id).as_bytes());
                let (first, second) = (self.keywords(scope), self.keywords(before));
                format!("both {first} and {second} resolve to {url} causing reference cycle")
            }));
        }
        if scope.depth > MAX_DEPTH {
            return Err(self.failure(quiet, || format!("schemas are nested more than {MAX_DEPTH} deep")));
        }
        let mut check = Check {
            schema,
            node,
            scope,
            unevaluated,
            failures: Vec::new(),
            quiet,
            meta,
        };
        self.before_all(&check)?;
        if let Some(target) = schema.reference {
            let found = self.reference(&mut check, target, "$ref");
            if schema.draft < Draft::Year2019 {
                return found.map(|()| check.unevaluated);
            }
            check.failures.extend(found.err());
        }
        match node {
            Node::Object(members) => self.object(&mut check, members),
            Node::Array(items) => self.array(&mut check, items),
            Node::String(text) => self.string(&mut check, text),
            Node::Number(text) => self.number(&mut check, text),
            Node::Null | Node::Bool(_) => {}
        }
        if check.failures.is_empty() || !quiet {
            if schema.draft >= Draft::Year2019 {
                self.dynamic_references(&mut check);
            }
            self.combinations(&mut check);
            if schema.draft >= Draft::Year2019 {
                self.unevaluated(&mut check);
            }
        }
        let mut failures = check.failures;
        match failures.len() {
            0 => Ok(check.unevaluated),
            1 => Err(failures.remove(0)),
            _ => Err(Failure {
                path: if quiet { String::new() } else { self.path.clone() },
                kind: if quiet { Kind::Untold } else { Kind::Group },
                causes: failures,
            }),
        }
    }

    /// The keywords that end the check when they fail.
    fn before_all(&self, check: &Check<'_>) -> Result<(), Failure> {
        let (schema, node) = (check.schema, check.node);
        let own = Types::of(node);
        if !schema.types.is_empty() && !schema.types.has(own) {
            let is_integer = schema.types.has(Types::INTEGER)
                && matches!(node, Node::Number(text) if Decimal::parse(text).is_integer());
            if !is_integer {
                return Err(self.failure(check.quiet, || {
                    format!("got {}, want {}", own.names(), schema.types.names())
                }));
            }
        }
        if let Some(want) = &schema.constant
            && !node.equals(want)
        {
            return Err(self.failure(check.quiet, || wanted_constant(want)));
        }
        if let Some(want) = &schema.enumeration
            && !want.iter().any(|item| node.equals(item))
        {
            return Err(self.failure(check.quiet, || wanted_one_of(want)));
        }
        if let (Some(format), Node::String(text)) = (schema.format, node)
            && let Err(reason) = format.check(text)
        {
            return Err(self.failure(check.quiet, || {
                format!("{} is not valid {}: {reason}", shown(node), format.name)
            }));
        }
        Ok(())
    }

    fn reference(&mut self, check: &mut Check<'_>, id: Id, keyword: &'static str) -> Result<(), Failure> {
        self.same(check, id, keyword, false).map_err(|failure| {
            if check.quiet {
                return Failure::default();
            }
            Failure {
                path: self.path.clone(),
                kind: Kind::Reference,
                causes: failure.ungrouped(),
            }
        })
    }

    /// `$recursiveRef`, `$dynamicRef`: what they lead to depends on the schemas that were passed on the way.
    fn dynamic_references(&mut self, check: &mut Check<'_>) {
        let schemas = self.schemas;
        if let Some(first) = check.schema.recursive_ref {
            let mut id = first;
            if schemas[id].recursive_anchor {
                for scope in check.scope.upwards() {
                    if schemas[schemas[scope.schema].resource].recursive_anchor {
                        id = scope.schema;
                    }
                }
            }
            let found = self.reference(check, id, "$recursiveRef");
            check.failures.extend(found.err());
        }
        if let Some((first, anchor)) = &check.schema.dynamic_ref {
            let mut id = *first;
            if !anchor.is_empty() && schemas[id].dynamic_anchor == *anchor {
                for scope in check.scope.upwards() {
                    let anchors = &schemas[schemas[scope.schema].resource].dynamic_anchors;
                    if let Some((_, place)) = anchors.iter().find(|(name, _)| name == anchor) {
                        id = *place;
                    }
                }
            }
            let found = self.reference(check, id, "$dynamicRef");
            check.failures.extend(found.err());
        }
    }

    /// `not`, `allOf`, `anyOf`, `oneOf`, `if`.
    fn combinations(&mut self, check: &mut Check<'_>) {
        let schema = check.schema;
        if let Some(not) = schema.not
            && self.same(check, not, "", true).is_ok()
        {
            self.fail(check, || "'not' failed".to_owned());
        }
        let mut causes = Vec::new();
        for &id in &schema.all_of {
            if let Err(failure) = self.same(check, id, "", false) {
                causes.push(failure);
                if check.quiet {
                    break;
                }
            }
        }
        if !causes.is_empty() {
            self.fail_because(check, causes, || "'allOf' failed".to_owned());
        }
        if !schema.any_of.is_empty() {
            self.any_of(check);
        }
        if !schema.one_of.is_empty() {
            self.one_of(check);
        }
        if let Some(condition) = schema.condition {
            let branch = if self.same(check, condition, "", true).is_ok() {
                schema.then
            } else {
                schema.otherwise
            };
            if let Some(branch) = branch {
                let found = self.same(check, branch, "", false);
                check.failures.extend(found.err());
            }
        }
    }

    fn any_of(&mut self, check: &mut Check<'_>) {
        let mut matched = false;
        let mut causes = Vec::new();
        for &id in &check.schema.any_of {
            match self.same(check, id, "", false) {
                Err(failure) => causes.push(failure),
                Ok(()) => {
                    matched = true;
                    // All must be tried where it matters which members they look at.
                    if check.unevaluated.is_empty() {
                        break;
                    }
                }
            }
        }
        if !matched {
            self.fail_because(check, causes, || "'anyOf' failed".to_owned());
        }
    }

    fn one_of(&mut self, check: &mut Check<'_>) {
        let mut matched = None;
        let mut causes = Vec::new();
        for (index, &id) in check.schema.one_of.iter().enumerate() {
            match (self.same(check, id, "", matched.is_some()), matched) {
                (Err(failure), None) => causes.push(failure),
                (Err(_), Some(_)) => {}
                (Ok(()), None) => matched = Some(index),
                (Ok(()), Some(first)) => {
                    self.fail(check, || format!("'oneOf' failed, subschemas {first}, {index} matched"));
                    break;
                }
            }
        }
        if matched.is_none() {
            self.fail_because(check, causes, || "'oneOf' failed, none matched".to_owned());
        }
    }

    /// `unevaluatedProperties`, `unevaluatedItems`.
    fn unevaluated(&mut self, check: &mut Check<'_>) {
        if let (Some(id), Node::Object(members)) = (check.schema.unevaluated_properties, check.node) {
            for name in std::mem::take(&mut check.unevaluated.properties) {
                if let Some(value) = super::node::member(members, &name) {
                    let found = self.inside(check, id, value, &name.to_str_lossy());
                    check.failures.extend(found.err());
                }
            }
        }
        if let (Some(id), Node::Array(items)) = (check.schema.unevaluated_items, check.node) {
            for index in std::mem::take(&mut check.unevaluated.items) {
                let found = self.inside(check, id, &items[index], &index.to_string());
                check.failures.extend(found.err());
            }
        }
    }

    fn fail(&self, check: &mut Check<'_>, say: impl FnOnce() -> String) {
        let failure = self.failure(check.quiet, say);
        check.failures.push(failure);
    }

    fn fail_because(&self, check: &mut Check<'_>, causes: Vec<Failure>, say: impl FnOnce() -> String) {
        let failure = Failure {
            causes,
            ..self.failure(check.quiet, say)
        };
        check.failures.push(failure);
    }

    /// The keywords on the way from the root to a schema.
    fn keywords(&self, scope: &Scope<'_>) -> String {
        let mut out = String::new();
        let mut scope = scope;
        while let Some(parent) = scope.parent {
            let step = if scope.keyword.is_empty() {
                let (own, above) = (
                    self.compiled.location(scope.schema),
                    self.compiled.location(parent.schema),
                );
                own.get(above.len()..).unwrap_or_default().to_owned()
            } else {
                format!("/{}", scope.keyword)
            };
            out.insert_str(0, &step);
            scope = parent;
        }
        out
    }
}

impl<'s> Scope<'s> {
    /// This scope and those around it.
    fn upwards(&self) -> impl Iterator<Item = &Scope<'s>> {
        std::iter::successors(Some(self), |scope| scope.parent)
    }

    /// The scope in which this schema is being checked against this value already.
    fn cycle(&self) -> Option<&Scope<'s>> {
        self.upwards()
            .skip(1)
            .take_while(|scope| scope.level == self.level)
            .find(|scope| scope.schema == self.schema)
    }
}
