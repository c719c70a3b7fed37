//! Schema documents: loading them, finding the resources and anchors inside, checking them against their drafts.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use skeg_value::quote::quote;
use skeg_value::url::Url;

use super::compile::Compiler;
use super::compiled::Id;
use super::draft::{Below, Dialect, Draft, known_document};
use super::node::Node;
use super::place::{self, Fragment, escape, fragment_kind, join, location, split, split_decoded};
use super::plain::is_certainly_valid;
use super::validate;
use crate::log::LogLine;

/// The documents that a run of the compiler knows.
#[derive(Default)]
pub(super) struct Roots {
    pub(super) all: Vec<Root>,
    by_url: HashMap<Arc<str>, usize>,
    documents: HashMap<String, Arc<Node>>,
}

/// One document.
pub(super) struct Root {
    pub(super) url: Arc<str>,
    pub(super) document: Arc<Node>,
    /// By JSON pointer; the document itself is at the empty one.
    resources: BTreeMap<String, Resource>,
    /// Pointers of the schemas inside that were looked at.
    processed: HashSet<String>,
}

/// A schema with a URL of its own.
pub(super) struct Resource {
    pub(super) pointer: String,
    pub(super) id: String,
    pub(super) dialect: Dialect,
    pub(super) anchors: BTreeMap<String, String>,
    pub(super) dynamic_anchors: Vec<String>,
}

/// What is beyond the compiler: other documents, and who hears of warnings.
pub(super) struct Outside<'o> {
    pub(super) load: &'o mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    pub(super) log: &'o mut Vec<LogLine>,
}

impl Root {
    /// The resource that a place belongs to.
    pub(super) fn resource(&self, pointer: &str) -> &Resource {
        let mut pointer = pointer;
        if self.resources.len() > 1 {
            loop {
                if let Some(found) = self.resources.get(pointer) {
                    return found;
                }
                let Some(slash) = pointer.rfind('/') else { break };
                pointer = &pointer[..slash];
            }
        }
        &self.resources[""]
    }

    fn by_id(&self, id: &str) -> Option<&Resource> {
        self.resources.values().find(|resource| resource.id == id)
    }

    fn owner(&mut self, pointer: &str) -> &mut Resource {
        self.resources
            .get_mut(pointer)
            .expect("resources are only asked for by their own pointers")
    }

    /// The pointer that a fragment names inside of a resource.
    fn fragment(&self, resource: &Resource, fragment: &str) -> Result<String, String> {
        match fragment_kind(fragment) {
            Fragment::Pointer(pointer) => Ok(format!("{}{pointer}", resource.pointer)),
            Fragment::Anchor(name) => resource.anchors.get(name).cloned().ok_or_else(|| {
                let reference = location(&resource.id, fragment);
                format!(
                    "anchor in {} not found in schema {}",
                    quote(reference.as_bytes()),
                    quote(self.url.as_bytes())
                )
            }),
        }
    }

    fn collect_anchors(&mut self, node: &Node, pointer: &str, owner: &str) -> Result<(), String> {
        let draft = self.owner(owner).dialect.draft;
        let mut names: Vec<(String, bool)> = Vec::new();
        if draft < Draft::Year2019 {
            if node.get("$ref").is_some() {
                return Ok(());
            }
            if let Some(id) = node.text(draft.id_keyword()) {
                let (_, fragment) = split_decoded(id).map_err(|_| {
                    format!(
                        "error in parsing anchor at {}",
                        quote(location(&self.url, pointer).as_bytes())
                    )
                })?;
                if let Fragment::Anchor(name) = fragment_kind(&fragment) {
                    names.push((name.to_owned(), false));
                }
            }
        } else if let Some(name) = node.text("$anchor") {
            names.push((name.to_owned(), false));
        }
        if draft >= Draft::Year2020
            && let Some(name) = node.text("$dynamicAnchor")
        {
            names.push((name.to_owned(), true));
        }
        for (name, is_dynamic) in names {
            let url = Arc::clone(&self.url);
            let owner = self.owner(owner);
            match owner.anchors.get(&name) {
                Some(known) if known != pointer => {
                    let [name, url, first, second] = [&name, &*url, known, pointer].map(|text| quote(text.as_bytes()));
                    return Err(format!("duplicate anchor {name} in {url} at {first} and {second}"));
                }
                Some(_) => {}
                None => {
                    owner.anchors.insert(name.clone(), pointer.to_owned());
                }
            }
            if is_dynamic {
                owner.dynamic_anchors.push(name);
            }
        }
        Ok(())
    }
}

/// The node at a pointer.
///
/// # Errors
/// `json-pointer in "…" not found`, `invalid json-pointer "…"`.
pub(super) fn lookup<'n>(document: &'n Node, url: &str, pointer: &str) -> Result<&'n Node, String> {
    let mut node = document;
    let quoted = || quote(location(url, pointer).as_bytes());
    for token in pointer.split('/').skip(1) {
        let token = place::unescape(token).ok_or_else(|| format!("invalid json-pointer {}", quoted()))?;
        let next = match node {
            Node::Object(_) => node.get(&token),
            Node::Array(items) => token.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        };
        node = next.ok_or_else(|| format!("json-pointer in {} not found", quoted()))?;
    }
    Ok(node)
}

/// The URL that a schema gives itself, without fragment; empty where it gives none.
fn id_of(draft: Draft, node: &Node) -> &str {
    if draft < Draft::Year2019 && node.get("$ref").is_some() {
        return "";
    }
    node.text(draft.id_keyword()).map_or("", |id| split(id).0)
}

impl Compiler<'_> {
    /// Gives a document to the compiler under a URL.
    pub(super) fn add_document(&mut self, url: &str, document: Node) {
        self.compiled.roots.documents.insert(url.to_owned(), Arc::new(document));
    }

    fn load(&mut self, url: &str) -> Result<Arc<Node>, String> {
        if let Some(known) = self.compiled.roots.documents.get(url) {
            return Ok(Arc::clone(known));
        }
        let loaded = match known_document(url) {
            Some(text) => Node::parse(text.as_bytes()),
            None => self.load_from_outside(url),
        };
        let document = loaded.map_err(|reason| format!("failing loading {}: {reason}", quote(url.as_bytes())))?;
        let document = Arc::new(document);
        self.compiled
            .roots
            .documents
            .insert(url.to_owned(), Arc::clone(&document));
        Ok(document)
    }

    fn load_from_outside(&mut self, url: &str) -> Result<Node, String> {
        let scheme = Url::parse(url.as_bytes())?.scheme;
        let outside = self.outside.as_mut().ok_or("no URLLoader set")?;
        match &*scheme {
            b"file" | b"http" | b"https" => Node::parse(&(outside.load)(url)?),
            b"urn" => {
                let text = "unresolved URN reference ignored; using permissive schema";
                let warning = LogLine::warn(text, &[("urn", url)]);
                // Once is enough, also when several charts refer to it.
                if !outside.log.contains(&warning) {
                    outside.log.push(warning);
                }
                Ok(Node::Bool(true))
            }
            _ => Err(format!("no URLLoader registered for {}", quote(url.as_bytes()))),
        }
    }

    /// The number of the document at a URL, loaded and checked if it is not known.
    pub(super) fn root(&mut self, url: &str) -> Result<usize, String> {
        if let Some(&known) = self.compiled.roots.by_url.get(url) {
            return Ok(known);
        }
        let document = self.load(url)?;
        let mut root = Root {
            url: url.into(),
            document: Arc::clone(&document),
            resources: BTreeMap::new(),
            processed: HashSet::new(),
        };
        self.collect(&mut root, &document, url, String::new(), &Dialect::of(Draft::Year2020))?;
        if !url.starts_with("http://json-schema.org/") && !url.starts_with("https://json-schema.org/") {
            self.check(&root, &document, "")?;
        }
        let number = self.compiled.roots.all.len();
        self.compiled.roots.by_url.insert(Arc::clone(&root.url), number);
        self.compiled.roots.all.push(root);
        Ok(number)
    }

    /// The place that a reference in a resource leads to.
    pub(super) fn resolve(&mut self, from: usize, base: &str, reference: &str) -> Result<(usize, String), String> {
        let target = join(base, reference)?;
        let root = &self.compiled.roots.all[from];
        let inside = if target.url == *root.url {
            Some(&root.resources[""])
        } else {
            root.by_id(&target.url)
        };
        if let Some(resource) = inside {
            return Ok((from, root.fragment(resource, &target.fragment)?));
        }
        let number = self.root(&target.url)?;
        let root = &self.compiled.roots.all[number];
        Ok((number, root.fragment(&root.resources[""], &target.fragment)?))
    }

    /// Makes sure that a place was looked at as a schema: references may lead to where no keyword puts one.
    pub(super) fn ensure_schema(&mut self, number: usize, pointer: &str) -> Result<(), String> {
        if self.compiled.roots.all[number].processed.contains(pointer) {
            return Ok(());
        }
        let document = Arc::clone(&self.compiled.roots.all[number].document);
        let url = Arc::clone(&self.compiled.roots.all[number].url);
        let node = lookup(&document, &url, pointer)?;
        let placeholder = Root {
            url: Arc::clone(&url),
            document: Arc::clone(&document),
            resources: BTreeMap::new(),
            processed: HashSet::new(),
        };
        let mut root = std::mem::replace(&mut self.compiled.roots.all[number], placeholder);
        let found = self.look_at(&mut root, node, pointer);
        self.compiled.roots.all[number] = root;
        found
    }

    fn look_at(&mut self, root: &mut Root, node: &Node, pointer: &str) -> Result<(), String> {
        let base = root.resource(pointer);
        let (id, dialect) = (base.id.clone(), base.dialect.clone());
        self.collect(root, node, &id, pointer.to_owned(), &dialect)?;
        self.check(root, node, pointer)
    }

    /// Finds the resources and anchors in a schema and in the schemas below it.
    fn collect(
        &mut self,
        root: &mut Root,
        node: &Node,
        base: &str,
        pointer: String,
        fallback: &Dialect,
    ) -> Result<(), String> {
        if root.processed.contains(&pointer) {
            return Ok(());
        }
        let Node::Object(members) = node else {
            if pointer.is_empty() {
                root.resources
                    .insert(pointer.clone(), resource(&pointer, base, fallback.clone()));
            }
            root.processed.insert(pointer);
            return Ok(());
        };
        let mut names_schema = node.text("$schema").is_some();
        let mut draft = if names_schema {
            self.draft_of(&root.url, &pointer, node, fallback.draft, &mut Vec::new())?
        } else {
            fallback.draft
        };
        let mut id = id_of(draft, node);
        if id.is_empty() && !pointer.is_empty() {
            draft = fallback.draft;
            names_schema = false;
            id = id_of(draft, node);
        }
        let mut base = base.to_owned();
        if !id.is_empty() {
            base = match join(&base, id) {
                Ok(target) => target.url,
                Err(_) => {
                    return Err(format!(
                        "error in parsing id at {}",
                        quote(location(&root.url, &pointer).as_bytes())
                    ));
                }
            };
        }
        if !id.is_empty() || pointer.is_empty() {
            match root.by_id(&base) {
                Some(known) if known.pointer != pointer => {
                    let [id, url, first, second] =
                        [&base, &*root.url, &pointer, &known.pointer].map(|text| quote(text.as_bytes()));
                    return Err(format!("duplicate id {id} in {url} at {first} and {second}"));
                }
                Some(_) => {}
                None => {
                    let dialect = if names_schema {
                        self.dialect_of(node, draft)?
                    } else {
                        fallback.clone()
                    };
                    root.resources
                        .insert(pointer.clone(), resource(&pointer, &base, dialect));
                }
            }
        }
        let owner = root
            .by_id(&base)
            .map_or_else(String::new, |owner| owner.pointer.clone());
        root.collect_anchors(node, &pointer, &owner)?;
        let dialect = root.owner(&owner).dialect.clone();
        for (keyword, below) in draft.subschemas() {
            let Some(value) = super::node::member(members, keyword.as_bytes()) else {
                continue;
            };
            match (below, value) {
                (Below::Itself, value) => {
                    self.collect(root, value, &base, format!("{pointer}/{keyword}"), &dialect)?;
                }
                (Below::Members, Node::Object(members)) => {
                    for (name, value) in members {
                        let below = format!("{pointer}/{keyword}/{}", escape(&name.to_str_lossy()));
                        self.collect(root, value, &base, below, &dialect)?;
                    }
                }
                (Below::Items, Node::Array(items)) => {
                    for (index, value) in items.iter().enumerate() {
                        self.collect(root, value, &base, format!("{pointer}/{keyword}/{index}"), &dialect)?;
                    }
                }
                _ => {}
            }
        }
        root.processed.insert(pointer);
        Ok(())
    }

    /// The draft that a schema's `$schema` leads to, through schemas of one's own if need be.
    fn draft_of(
        &mut self,
        url: &str,
        pointer: &str,
        node: &Node,
        fallback: Draft,
        seen: &mut Vec<String>,
    ) -> Result<Draft, String> {
        let Some(named) = node.text("$schema") else {
            return Ok(fallback);
        };
        if let Some(draft) = Draft::of_url(named) {
            return Ok(draft);
        }
        let (named, _) = split(named);
        if let Err(reason) = Url::parse(named.as_bytes()) {
            return Err(format!(
                "invalid $schema in {}: {reason}",
                quote(location(url, pointer).as_bytes())
            ));
        }
        if pointer.is_empty() && named == url {
            return Err(format!("draft {} is not supported", quote(named.as_bytes())));
        }
        if seen.iter().any(|known| known == named) {
            return Err(format!("cycle in resolving $schema in {}", quote(named.as_bytes())));
        }
        seen.push(named.to_owned());
        let document = self.load(named)?;
        self.draft_of(named, "", &document, fallback, seen)
    }

    /// The dialect that a schema's `$schema` stands for.
    fn dialect_of(&mut self, node: &Node, draft: Draft) -> Result<Dialect, String> {
        let plain = Dialect::of(draft);
        let Some(named) = node.text("$schema") else {
            return Ok(plain);
        };
        if Draft::of_url(named).is_some() || draft < Draft::Year2019 {
            return Ok(plain);
        }
        let (named, _) = split(named);
        let document = self.load(named)?;
        let Some(listed) = document.object("$vocabulary") else {
            return Ok(plain);
        };
        let prefix = draft.url().replace("/schema", "/vocab/");
        let mut names: Vec<String> = Vec::new();
        for (vocabulary, _) in listed
            .iter()
            .filter(|(_, required)| matches!(required, Node::Bool(true)))
        {
            let vocabulary = vocabulary.to_str_lossy();
            match vocabulary
                .strip_prefix(&prefix)
                .filter(|name| draft.vocabularies().contains(name))
            {
                Some(name) => names.push(name.to_owned()),
                None => {
                    let [vocabulary, url] = [&*vocabulary, named].map(|text| quote(text.as_bytes()));
                    return Err(format!("unsupported vocabulary {vocabulary} in {url}"));
                }
            }
        }
        if !names.iter().any(|name| name == "core") {
            names.push("core".to_owned());
        }
        Ok(Dialect {
            draft,
            vocabularies: Some(names),
        })
    }

    /// Checks a schema against the schema of its draft.
    fn check(&mut self, root: &Root, node: &Node, pointer: &str) -> Result<(), String> {
        let dialect = &root.resource(pointer).dialect;
        let is_uniform =
            dialect.vocabularies.is_none() && root.resources.values().all(|other| other.dialect == *dialect);
        if is_uniform && is_certainly_valid(node, dialect.draft) {
            return Ok(());
        }
        let mut drafts = match self.drafts.take() {
            Some(drafts) => drafts,
            None => Box::new(Compiler::for_drafts()),
        };
        let found = check_with(&mut drafts, root, node, pointer);
        self.drafts = Some(drafts);
        found
    }
}

fn check_with(drafts: &mut Compiler<'static>, root: &Root, node: &Node, pointer: &str) -> Result<(), String> {
    // A schema may hold others of other dialects: each resource is checked against its own.
    let mut schemas: Vec<(&str, Id)> = Vec::new();
    for (place, resource) in &root.resources {
        schemas.push((place, drafts.schema_of(&resource.dialect)?));
    }
    let meta = drafts.schema_of(&root.resource(pointer).dialect)?;
    validate::validate_schema(&drafts.compiled, meta, &schemas, node).map_err(|error| {
        format!(
            "{} is not valid against metaschema: {error}",
            quote(location(&root.url, pointer).as_bytes())
        )
    })
}

fn resource(pointer: &str, id: &str, dialect: Dialect) -> Resource {
    Resource {
        pointer: pointer.to_owned(),
        id: id.to_owned(),
        dialect,
        anchors: BTreeMap::new(),
        dynamic_anchors: Vec::new(),
    }
}
