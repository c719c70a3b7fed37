//! Where the objects of a manifest live in the cluster.
//!
//! # Source
//! spec/lifecycle.md 3.1 step 6.

use serde_json::Value;
use skeg_release::object::{ManifestObject, ObjectKey};

use crate::discovery::{Discovery, Resource};

/// An object of a manifest and its place in the cluster.
#[derive(Clone, Debug)]
pub struct Built {
    /// The object; its namespace is filled in.
    pub object: Value,
    /// The path of its template.
    pub source: String,
    /// What kind it is.
    pub resource: Resource,
}

impl Built {
    /// Which object.
    pub fn key(&self) -> ObjectKey {
        skeg_release::object::key(&self.object)
    }

    /// Its path.
    pub fn path(&self) -> String {
        let key = self.key();
        self.resource.path(&key.namespace, &key.name)
    }
}

/// A kind that the cluster does not serve.
#[derive(Clone, Debug)]
pub struct UnknownKind {
    /// Helm's sentence.
    pub message: String,
    /// The object's template.
    pub source: String,
}

/// Looks up every object's kind, and puts those without a namespace into the release's.
///
/// # Errors
/// All objects whose kind is unknown.
pub fn build(
    discovery: &Discovery,
    objects: &[ManifestObject],
    namespace: &str,
) -> Result<Vec<Built>, Vec<UnknownKind>> {
    let mut built = Vec::with_capacity(objects.len());
    let mut unknown = Vec::new();
    for item in objects {
        let key = item.key();
        match discovery.resource(&key.api_version, &key.kind) {
            Ok(resource) => built.push(Built {
                object: placed(item.object.clone(), resource, namespace),
                source: item.source.clone(),
                resource: resource.clone(),
            }),
            Err(error) => unknown.push(UnknownKind {
                message: format!(
                    "resource mapping not found for name: \"{}\" namespace: \"{}\" from \"\": {error}\nensure CRDs are \
                     installed first",
                    key.name, key.namespace
                ),
                source: item.source.clone(),
            }),
        }
    }
    if unknown.is_empty() { Ok(built) } else { Err(unknown) }
}

/// The object with its namespace where its kind has one.
fn placed(mut object: Value, resource: &Resource, namespace: &str) -> Value {
    let has_one = object["metadata"]["namespace"]
        .as_str()
        .is_some_and(|namespace| !namespace.is_empty());
    if resource.namespaced && !has_one {
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("namespace".to_owned(), Value::String(namespace.to_owned()));
        }
    } else if !resource.namespaced
        && let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut)
    {
        metadata.remove("namespace");
    }
    object
}

/// Helm's list of errors: one as it is, several in brackets.
pub fn all_unknown(unknown: &[UnknownKind]) -> String {
    match unknown {
        [one] => one.message.clone(),
        all => format!(
            "[{}]",
            all.iter()
                .map(|unknown| unknown.message.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}
