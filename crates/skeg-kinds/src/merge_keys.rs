//! How the lists and maps of built-in kinds are merged: by which key, as sets, keeping only stated keys, or not at all.
//!
//! In: a kind, then the names of fields on the way down. Out: the [`Rule`] of each. What merging then does is the business of
//! `skeg_release::merge`. Kinds of custom resources are not known here; they are merged as plain JSON.
//!
//! # Source
//! `x-kubernetes-patch-strategy` and `x-kubernetes-patch-merge-key` of the OpenAPI schemas that Kubernetes publishes; the
//! table is made by `cargo xtask schemas`.

mod table;

use crate::schemas::{Definition, FIRST_MINOR, LAST_MINOR, NodeRef, Pack, Shape};

/// How the value of a field is merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// What is done with a list.
    pub list: ListRule,
    /// A map is replaced as a whole, even where it could be merged.
    pub replace: bool,
    /// Keys that the new value doesn't state are removed from the map (of a list: from each element).
    pub retain_keys: bool,
}

/// How a list is merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListRule {
    /// Not at all: the new list takes the place of the old one.
    #[default]
    Atomic,
    /// Element by element; those whose value of this key is the same are one.
    Keyed(&'static str),
    /// As a set of plain values.
    Set,
}

/// A place in an object: what is known of the fields below it.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pack: Pack,
    kind: PlaceKind,
}

#[derive(Clone, Copy, Debug)]
enum PlaceKind {
    Fields(Definition),
    Values(NodeRef),
    Unknown,
}

/// Groups whose kinds the client's type registry lacks, so that they are merged as custom resources are.
const PLAIN_GROUPS: &[&str] = &["apiregistration.k8s.io"];

/// Where a strategic merge of a kind begins; none where the kind is merged as plain JSON: custom resources and API services.
///
/// # Source
/// spec/lifecycle.md 8.3. Found by experiment: API services are merged as plain JSON, and definitions of custom resources
/// are not, although 8.3 says so.
pub fn strategic(api_version: &str, kind: &str) -> Option<Place> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    if PLAIN_GROUPS.contains(&group) {
        return None;
    }
    let pack = Pack::get();
    let definition = pack.kind(api_version, kind)?.definition;
    Some(Place {
        pack,
        kind: PlaceKind::Fields(definition),
    })
}

impl Place {
    /// What is known of a field of the map (or of the elements of the list) at this place: its rule, and the place below it.
    ///
    /// A field that isn't known has the default rule, and nothing is known below it.
    pub fn field(&self, name: &str) -> (Rule, Place) {
        let place = |kind| Place { pack: self.pack, kind };
        match self.kind {
            PlaceKind::Fields(definition) => {
                let rule = rule(self.pack.name(definition), name);
                // The newest known type counts, as it does in a client of today.
                let field = (FIRST_MINOR..=LAST_MINOR)
                    .rev()
                    .find_map(|minor| self.pack.field(definition, name.as_bytes(), minor));
                (
                    rule,
                    place(field.map_or(PlaceKind::Unknown, |field| self.inner(field.node))),
                )
            }
            PlaceKind::Values(node) => (Rule::default(), place(self.inner(node))),
            PlaceKind::Unknown => (Rule::default(), *self),
        }
    }

    /// What is known below a value of a type; lists are looked through.
    fn inner(&self, node: NodeRef) -> PlaceKind {
        match self.pack.shape(node) {
            Shape::Object(definition) => PlaceKind::Fields(definition),
            Shape::List(item) => self.inner(item),
            Shape::Map(values) => PlaceKind::Values(values),
            _ => PlaceKind::Unknown,
        }
    }
}

/// The rule of a field of a definition.
fn rule(definition: &str, field: &str) -> Rule {
    let found = table::RULES.binary_search_by(|row| (row.0, row.1).cmp(&(definition, field)));
    let Some((_, _, strategies, key)) = found.ok().and_then(|at| table::RULES.get(at)) else {
        return Rule::default();
    };
    let has = |wanted: &str| strategies.split(',').any(|strategy| strategy == wanted);
    Rule {
        list: match (has("merge"), *key) {
            (false, _) => ListRule::Atomic,
            (true, "") => ListRule::Set,
            (true, key) => ListRule::Keyed(key),
        },
        replace: has("replace"),
        retain_keys: has("retainKeys"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_sorted_and_their_definitions_exist() {
        let keys: Vec<_> = table::RULES.iter().map(|row| (row.0, row.1)).collect();
        assert!(keys.is_sorted());
        let pack = Pack::get();
        for (definition, field) in keys {
            assert!(pack.definition(definition).is_some(), "{definition}.{field}");
        }
    }

    /// Kubernetes API reference, "patch strategy" and "patch merge key" of each field.
    #[test]
    fn fields_have_their_rules() {
        let keyed = |key| Rule {
            list: ListRule::Keyed(key),
            ..Rule::default()
        };
        let retain = Rule {
            retain_keys: true,
            ..Rule::default()
        };
        let table: &[(&str, &str, &str, Rule)] = &[
            ("apps/v1", "Deployment", "spec.template.spec.containers", keyed("name")),
            (
                "apps/v1",
                "Deployment",
                "spec.template.spec.containers.env",
                keyed("name"),
            ),
            (
                "apps/v1",
                "Deployment",
                "spec.template.spec.containers.ports",
                keyed("containerPort"),
            ),
            (
                "apps/v1",
                "Deployment",
                "spec.template.spec.containers.args",
                Rule::default(),
            ),
            (
                "apps/v1",
                "Deployment",
                "spec.template.spec.tolerations",
                Rule::default(),
            ),
            (
                "apps/v1",
                "Deployment",
                "spec.template.spec.volumes",
                Rule {
                    retain_keys: true,
                    ..keyed("name")
                },
            ),
            ("apps/v1", "Deployment", "spec.strategy", retain),
            (
                "batch/v1",
                "CronJob",
                "spec.jobTemplate.spec.template.spec.hostAliases",
                keyed("ip"),
            ),
            ("v1", "Service", "spec.ports", keyed("port")),
            (
                "v1",
                "Service",
                "metadata.finalizers",
                Rule {
                    list: ListRule::Set,
                    ..Rule::default()
                },
            ),
            ("v1", "ConfigMap", "metadata.labels.x", Rule::default()),
            ("v1", "ServiceAccount", "secrets", keyed("name")),
            ("v1", "ServiceAccount", "imagePullSecrets", Rule::default()),
            (
                "policy/v1",
                "PodDisruptionBudget",
                "spec.selector",
                Rule {
                    replace: true,
                    ..Rule::default()
                },
            ),
            ("networking.k8s.io/v1", "Ingress", "spec.rules", Rule::default()),
            (
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "spec.versions",
                Rule::default(),
            ),
        ];
        for (api_version, kind, path, expected) in table {
            let mut place = strategic(api_version, kind).expect("is known");
            let mut found = Rule::default();
            for name in path.split('.') {
                (found, place) = place.field(name);
            }
            assert_eq!(found, *expected, "{kind} {path}");
        }
    }

    /// spec/lifecycle.md 8.3.
    #[test]
    fn what_is_plain_json() {
        for (api_version, kind) in [
            ("example.com/v1", "Database"),
            ("apiregistration.k8s.io/v1", "APIService"),
            ("gateway.networking.k8s.io/v1", "Gateway"),
        ] {
            assert!(strategic(api_version, kind).is_none(), "{kind}");
        }
    }
}
