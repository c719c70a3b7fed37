//! What it means to replace an installed custom resource definition by another one.
//!
//! [`compare`] takes two `CustomResourceDefinition` objects as JSON: the one on the cluster, with its status, and the one a
//! chart brings. It yields a [`Change`] for every difference that matters, each with its [`Effect`] on objects that exist
//! and on clients that use them, a sentence for people, and what to do about it. What the API server adds by itself
//! (defaults, status, managed fields, an injected certificate bundle) is no difference. `schema` compares the schemas of a
//! version, `shape` brings old and new forms of a definition into one.
//!
//! # Source
//! Kubernetes documentation, "Versions in CustomResourceDefinitions" and "Extend the Kubernetes API with
//! CustomResourceDefinitions"; what the API server refuses was tried on 1.36.

mod schema;
mod shape;

use std::fmt;

use serde_json::Value;

use shape::{Definition, Version};

/// What a change does to objects that exist, least harm first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Every object and every client goes on as before.
    #[default]
    Safe,
    /// Nothing is lost by itself, but objects or clients have to change with it.
    NeedsMigration,
    /// Something that is stored is dropped or can no longer be read.
    LosesData,
}

impl Effect {
    /// The word of command lines and reports: `safe`, `needs-migration`, `loses-data`.
    pub fn word(self) -> &'static str {
        match self {
            Effect::Safe => "safe",
            Effect::NeedsMigration => "needs-migration",
            Effect::LosesData => "loses-data",
        }
    }

    /// The effect with that word.
    pub fn parse(word: &str) -> Option<Effect> {
        [Effect::Safe, Effect::NeedsMigration, Effect::LosesData]
            .into_iter()
            .find(|effect| effect.word() == word)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One difference between two definitions. Displays as `path: what`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where: `spec.scope`, `spec.versions[v1].schema.spec.replicas`; items of a list are `[]`, values of a map `.*`.
    pub path: String,
    /// What differs, short: `type integer -> string`.
    pub what: String,
    /// What it does.
    pub effect: Effect,
    /// Whether the API server refuses the definition because of it, whatever one allows.
    pub refused: bool,
    /// Whether it is about the version that objects are stored in, so that writing every object again settles it.
    pub is_storage: bool,
    /// Why it has this effect: one sentence without a final full stop.
    pub why: String,
    /// What to do about it; nothing for what is safe.
    pub remedy: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// The worst of some changes; [`Effect::Safe`] when there are none.
pub fn worst(changes: &[Change]) -> Effect {
    changes.iter().map(|change| change.effect).max().unwrap_or_default()
}

/// Every difference between the definition on the cluster and the one that is to replace it: those of the whole
/// definition first, then version by version.
///
/// `installed`, `wanted`: `CustomResourceDefinition` objects of `apiextensions.k8s.io/v1`, or `v1beta1` as old charts have
/// them. `installed.status.storedVersions` is believed; without it, the version that is stored is taken to be the only one.
/// What is malformed in either counts as absent.
pub fn compare(installed: &Value, wanted: &Value) -> Vec<Change> {
    let (installed, wanted) = (Definition::read(installed), Definition::read(wanted));
    let mut changes = Changes::default();
    names(&installed, &wanted, &mut changes);
    conversion(&installed, &wanted, &mut changes);
    storage(&installed, &wanted, &mut changes);
    for old in &installed.versions {
        match wanted.version(old.name) {
            Some(new) => version(&installed, &wanted, old, new, &mut changes),
            None => version_gone(&installed, old, &mut changes),
        }
    }
    for new in &wanted.versions {
        if installed.version(new.name).is_none() {
            let what = if new.served {
                "new version"
            } else {
                "new version, not served"
            };
            changes.safe(format!("spec.versions[{}]", new.name), what, "nothing uses it yet");
        }
    }
    metadata(&installed, &wanted, &mut changes);
    changes.list
}

/// The differences found so far.
#[derive(Debug, Default)]
struct Changes {
    list: Vec<Change>,
}

impl Changes {
    fn safe(&mut self, path: impl Into<String>, what: impl Into<String>, why: &str) {
        self.list.push(Change {
            path: path.into(),
            what: what.into(),
            effect: Effect::Safe,
            refused: false,
            is_storage: false,
            why: why.to_owned(),
            remedy: None,
        });
    }

    fn migration(&mut self, path: impl Into<String>, what: impl Into<String>, why: &str, remedy: &str) {
        self.list.push(Change {
            path: path.into(),
            what: what.into(),
            effect: Effect::NeedsMigration,
            refused: false,
            is_storage: false,
            why: why.to_owned(),
            remedy: Some(remedy.to_owned()),
        });
    }

    fn loss(&mut self, path: impl Into<String>, what: impl Into<String>, why: &str, remedy: &str) {
        self.list.push(Change {
            path: path.into(),
            what: what.into(),
            effect: Effect::LosesData,
            refused: false,
            is_storage: false,
            why: why.to_owned(),
            remedy: Some(remedy.to_owned()),
        });
    }

    fn refused(&mut self, path: impl Into<String>, what: impl Into<String>, why: &str, remedy: &str) {
        self.loss(path, what, why, remedy);
        if let Some(last) = self.list.last_mut() {
            last.refused = true;
        }
    }

    /// Marks what was told last as a matter of storage.
    fn is_storage(&mut self) {
        if let Some(last) = self.list.last_mut() {
            last.is_storage = true;
        }
    }
}

const REBUILD: &str = "save the objects, delete the definition, which deletes them all, install the new one and create \
                       them again";

fn names(installed: &Definition<'_>, wanted: &Definition<'_>, changes: &mut Changes) {
    let fixed = [
        ("spec.group", installed.group, wanted.group),
        ("spec.scope", installed.scope, wanted.scope),
        ("spec.names.kind", installed.kind, wanted.kind),
        ("spec.names.plural", installed.plural, wanted.plural),
    ];
    for (path, old, new) in fixed {
        if old != new {
            let why = "the API server refuses to change it, because objects are stored under it";
            changes.refused(path, arrow(old, new), why, REBUILD);
        }
    }
    // After another kind or plural the rest of the names follows by itself.
    if installed.kind != wanted.kind || installed.plural != wanted.plural {
        return;
    }
    let (old, new) = (installed.list_kind(), wanted.list_kind());
    if old != new {
        let why = "typed clients no longer recognise lists of these objects";
        changes.migration(
            "spec.names.listKind",
            arrow(&old, &new),
            why,
            "update the clients first",
        );
    }
    let (old, new) = (installed.singular(), wanted.singular());
    if old != new {
        changes.safe(
            "spec.names.singular",
            arrow(&old, &new),
            "only what people type changes",
        );
    }
    for (path, old, new) in [
        ("spec.names.shortNames", &installed.short_names, &wanted.short_names),
        ("spec.names.categories", &installed.categories, &wanted.categories),
    ] {
        let gone = old
            .iter()
            .filter(|name| !new.contains(name))
            .map(|name| format!("-{name}"));
        let come = new
            .iter()
            .filter(|name| !old.contains(name))
            .map(|name| format!("+{name}"));
        let differences: Vec<String> = gone.chain(come).collect();
        if !differences.is_empty() {
            changes.safe(path, differences.join(" "), "only what people type changes");
        }
    }
}

fn conversion(installed: &Definition<'_>, wanted: &Definition<'_>, changes: &mut Changes) {
    const CONVERT: &str = "run the converter of the new strategy before, and read an object of each version afterwards";
    let path = "spec.conversion.strategy";
    match (installed.strategy, wanted.strategy) {
        (old, new) if old != new => {
            let why = if new == "None" {
                "objects are handed out in another version with nothing but their apiVersion changed"
            } else {
                "reading objects in another version fails while the webhook does not answer"
            };
            changes.migration(path, arrow(old, new), why, CONVERT);
        }
        _ => {
            if let Some((old, new)) = shape::other_webhook(installed.webhook, wanted.webhook) {
                let why = "objects of other versions can be read only while the new webhook answers";
                changes.migration("spec.conversion.webhook.clientConfig", arrow(&old, &new), why, CONVERT);
            }
        }
    }
    match (installed.preserves, wanted.preserves) {
        (true, false) => changes.migration(
            "spec.preserveUnknownFields",
            "true -> false",
            "fields that no schema describes are dropped when an object is next written",
            "look for such fields in the objects, and describe them in the schema or move them",
        ),
        (false, true) => changes.safe(
            "spec.preserveUnknownFields",
            "false -> true",
            "more is kept than before",
        ),
        _ => {}
    }
}

/// The version that objects are stored in: when it moves without a converter, what the new one does not describe is lost.
fn storage(installed: &Definition<'_>, wanted: &Definition<'_>, changes: &mut Changes) {
    let (Some(old), Some(new)) = (installed.storage(), wanted.storage()) else {
        return;
    };
    if old.name == new.name {
        return;
    }
    changes.migration(
        "spec.versions",
        format!("storage version {} -> {}", old.name, new.name),
        "objects stay stored in the old version until each is written again",
        "upgrade with --migrate-storage, which writes every object again and then strikes the old version off \
         status.storedVersions",
    );
    changes.is_storage();
    if wanted.strategy == "Webhook" {
        return;
    }
    // Nothing is converted but the apiVersion, so the new schema prunes what the old one let in.
    let mut crossing = Changes::default();
    let path = format!("spec.versions[{} -> {}].schema", old.name, new.name);
    let context = schema::Context::stored(wanted.preserves);
    schema::compare(old.schema, new.schema, &path, &context, &mut crossing);
    let lost = crossing
        .list
        .into_iter()
        .filter(|change| change.effect == Effect::LosesData);
    changes.list.extend(lost);
}

fn version_gone(installed: &Definition<'_>, old: &Version<'_>, changes: &mut Changes) {
    let path = format!("spec.versions[{}]", old.name);
    if installed.is_stored(old.name) {
        changes.refused(
            path,
            "version removed",
            "objects may still be stored in it (status.storedVersions), so the API server refuses to drop it",
            "upgrade with --migrate-storage, which writes every object again in a version that stays",
        );
        changes.is_storage();
    } else if old.served {
        changes.migration(
            path,
            "version removed",
            "clients and manifests that use it fail, those of stored releases too",
            "change what uses this version first",
        );
    } else {
        changes.safe(path, "version removed", "it is neither served nor stored");
    }
}

fn version(
    installed: &Definition<'_>,
    wanted: &Definition<'_>,
    old: &Version<'_>,
    new: &Version<'_>,
    changes: &mut Changes,
) {
    let path = format!("spec.versions[{}]", old.name);
    match (old.served, new.served) {
        (true, false) => {
            let why = if installed.is_stored(old.name) {
                "clients and manifests that use it fail, and objects may still be stored in it"
            } else {
                "clients and manifests that use it fail, those of stored releases too"
            };
            changes.migration(
                format!("{path}.served"),
                "true -> false",
                why,
                "change what uses this version first",
            );
        }
        (false, true) => changes.safe(
            format!("{path}.served"),
            "false -> true",
            "one more version can be used",
        ),
        _ => {}
    }
    if old.deprecated != new.deprecated || old.deprecation_warning != new.deprecation_warning {
        let what = if new.deprecated {
            "deprecated"
        } else {
            "no longer deprecated"
        };
        changes.safe(format!("{path}.deprecated"), what, "only warnings change");
    }
    subresources(old, new, &path, changes);
    if old.columns != new.columns {
        let path = format!("{path}.additionalPrinterColumns");
        changes.safe(path, "changed", "only what `kubectl get` prints changes");
    }
    let context = schema::Context {
        is_stored: installed.is_stored(old.name) || wanted.storage().is_some_and(|stored| stored.name == new.name),
        preserves: wanted.preserves,
        has_status: old.subresources.contains_key("status"),
    };
    schema::compare(old.schema, new.schema, &format!("{path}.schema"), &context, changes);
}

fn subresources(old: &Version<'_>, new: &Version<'_>, path: &str, changes: &mut Changes) {
    for name in ["status", "scale"] {
        let path = format!("{path}.subresources.{name}");
        match (old.subresources.get(name), new.subresources.get(name)) {
            (None, Some(_)) => changes.safe(path, "new", "clients can use it; nothing else changes"),
            (Some(_), None) => changes.migration(
                path,
                "removed",
                "controllers and autoscalers that use it fail",
                "update what uses it first",
            ),
            (Some(old), Some(new)) if old != new => changes.migration(
                path,
                arrow(&shape::brief(old), &shape::brief(new)),
                "autoscalers read and write other fields from now on",
                "check the fields in the objects that are scaled",
            ),
            _ => {}
        }
    }
    let path = format!("{path}.selectableFields");
    for field in &new.selectable_fields {
        if !old.selectable_fields.contains(field) {
            changes.safe(&path, format!("+{field}"), "clients can select by one more field");
        }
    }
    for field in &old.selectable_fields {
        if !new.selectable_fields.contains(field) {
            let why = "clients that select by this field fail";
            changes.migration(&path, format!("-{field}"), why, "update the clients first");
        }
    }
}

/// Labels and annotations that the chart sets; further ones on the cluster belong to others.
fn metadata(installed: &Definition<'_>, wanted: &Definition<'_>, changes: &mut Changes) {
    for part in ["labels", "annotations"] {
        for (key, new) in wanted.metadata(part) {
            let old = installed
                .metadata(part)
                .find(|(name, _)| *name == key)
                .map(|(_, old)| old);
            if old != Some(new) {
                let what = match old {
                    None => format!("new, {}", shape::brief(new)),
                    Some(old) => arrow(&shape::brief(old), &shape::brief(new)),
                };
                changes.safe(
                    format!("metadata.{part}[{key}]"),
                    what,
                    "nothing in the API depends on it",
                );
            }
        }
    }
}

fn arrow(old: &str, new: &str) -> String {
    let shown = |text: &str| {
        if text.is_empty() {
            "(none)".to_owned()
        } else {
            text.to_owned()
        }
    };
    format!("{} -> {}", shown(old), shown(new))
}

#[cfg(test)]
mod tests;
