//! Custom resources: kinds that charts and operators bring along with their own schemas.
//!
//! [`Crds`] collects definitions from manifests; `definition` says what is wrong with a definition, `instance` with an
//! object of such a kind. Schemas are not compiled: they are read where they stand, so that a large operator's
//! definitions cost only what is used of them. Rules in CEL (`x-kubernetes-validations`) are not evaluated.

pub mod change;
pub(crate) mod definition;
mod formats;
pub(crate) mod instance;

use std::collections::HashMap;
use std::rc::Rc;

use skeg_value::yaml::{NodeId, Tree};

/// A version of a custom kind.
#[derive(Clone, Debug)]
pub(crate) struct CustomKind {
    /// The document of its definition.
    pub(crate) tree: Rc<Tree<'static>>,
    /// Its schema; none where the definition has none, so that everything goes.
    pub(crate) schema: Option<NodeId>,
    /// Whether the API server offers it.
    pub(crate) served: bool,
    /// Whether fields that the schema does not know are kept: only definitions of v1beta1 may do that everywhere.
    pub(crate) preserves: bool,
}

/// The custom kinds that are known.
#[derive(Clone, Debug, Default)]
pub struct Crds {
    kinds: HashMap<(String, String), CustomKind>,
    /// Versions by group and kind, in the order of the definition.
    versions: HashMap<(String, String), Vec<String>>,
}

impl Crds {
    /// Takes over every definition in a document. What is broken in them is told by checking the document itself.
    pub fn add(&mut self, tree: &Tree<'_>) {
        let Some(root) = tree.root() else { return };
        let mut nodes = Vec::new();
        definitions(tree, root, &mut nodes);
        if nodes.is_empty() {
            return;
        }
        let tree = Rc::new(tree.to_owned_text());
        for node in nodes {
            self.add_definition(&tree, node);
        }
    }

    fn add_definition(&mut self, tree: &Rc<Tree<'static>>, node: NodeId) {
        let text = |path: &[&str]| tree.at(node, path).and_then(|node| tree.str(node)).unwrap_or_default();
        let (group, kind) = (text(&["spec", "group"]), text(&["spec", "names", "kind"]));
        if group.is_empty() || kind.is_empty() {
            return;
        }
        let is_beta = text(&["apiVersion"]).ends_with("v1beta1");
        let shared = tree.at(node, &["spec", "validation", "openAPIV3Schema"]);
        let preserve = tree.at(node, &["spec", "preserveUnknownFields"]);
        let preserves = is_beta && preserve.and_then(|node| tree.bool(node)) != Some(false);
        let listed = tree.at(node, &["spec", "versions"]);
        let listed = listed.map(|list| tree.items(list)).unwrap_or_default();
        let mut found: Vec<(String, CustomKind)> = Vec::new();
        for version in listed {
            let Some(name) = tree.get(*version, "name").and_then(|name| tree.str(name)) else {
                continue;
            };
            let served = tree.get(*version, "served").and_then(|served| tree.bool(served));
            let custom = CustomKind {
                tree: Rc::clone(tree),
                schema: tree.at(*version, &["schema", "openAPIV3Schema"]).or(shared),
                served: served.unwrap_or(true),
                preserves,
            };
            found.push((name.to_owned(), custom));
        }
        if found.is_empty() && !text(&["spec", "version"]).is_empty() {
            let custom = CustomKind {
                tree: Rc::clone(tree),
                schema: shared,
                served: true,
                preserves,
            };
            found.push((text(&["spec", "version"]).to_owned(), custom));
        }
        for (version, custom) in found {
            let versions = self.versions.entry((group.to_owned(), kind.to_owned())).or_default();
            if custom.served && !versions.contains(&version) {
                versions.push(version.clone());
            }
            // The first definition of a kind counts.
            self.kinds
                .entry((format!("{group}/{version}"), kind.to_owned()))
                .or_insert(custom);
        }
    }

    pub(crate) fn kind(&self, api_version: &str, kind: &str) -> Option<&CustomKind> {
        if self.kinds.is_empty() {
            return None;
        }
        self.kinds.get(&(api_version.to_owned(), kind.to_owned()))
    }

    /// The versions that are served of a kind whose group is known.
    pub(crate) fn versions(&self, api_version: &str, kind: &str) -> Option<&[String]> {
        let (group, _) = api_version.split_once('/')?;
        self.versions
            .get(&(group.to_owned(), kind.to_owned()))
            .map(Vec::as_slice)
    }
}

/// The definitions in a document: the root, or items of a list.
fn definitions(tree: &Tree<'_>, node: NodeId, found: &mut Vec<NodeId>) {
    let text = |key| tree.get(node, key).and_then(|node| tree.str(node)).unwrap_or_default();
    match text("kind") {
        "CustomResourceDefinition" if text("apiVersion").starts_with("apiextensions.k8s.io/") => found.push(node),
        "List" => {
            for item in tree
                .get(node, "items")
                .map(|items| tree.items(items))
                .unwrap_or_default()
            {
                definitions(tree, *item, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
