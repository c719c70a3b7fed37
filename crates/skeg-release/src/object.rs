//! Kubernetes objects as JSON, and the objects of a manifest.
//!
//! # Source
//! Kubernetes API conventions, "Objects"; spec/lifecycle.md 2.3 (`manifest`), 7.

use std::fmt;

use serde_json::{Map, Value, json};
use skeg_value::json::{JsonStyle, encode};
use skeg_value::yaml;

use crate::split;

/// Which object: kind, namespace and name. The namespace is empty for kinds that live in none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    /// `apps/v1`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The namespace, or nothing.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl ObjectKey {
    /// The group of [`ObjectKey::api_version`]; empty for the core one.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// Whether both are the same object, whatever version each is written in.
    pub fn is_same_object(&self, other: &ObjectKey) -> bool {
        self.kind == other.kind
            && self.name == other.name
            && self.namespace == other.namespace
            && self.group() == other.group()
    }
}

/// `Deployment/default/web`, as Helm names objects in its errors; without a namespace `ClusterRole//web`.
impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.kind, self.namespace, self.name)
    }
}

/// An object of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestObject {
    /// The object; its namespace is filled in where the manifest leaves it out and the kind lives in one.
    pub object: Value,
    /// The path of its template, from the `# Source:` line; empty without one.
    pub source: String,
}

impl ManifestObject {
    /// Which object it is.
    pub fn key(&self) -> ObjectKey {
        key(&self.object)
    }
}

/// A document of a manifest that is no object.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct ObjectError {
    /// The path of its template; empty where it is not known.
    pub source_file: String,
    /// What is wrong with it.
    pub message: String,
}

/// Which object this is, as far as it says.
pub fn key(object: &Value) -> ObjectKey {
    ObjectKey {
        api_version: text(&object["apiVersion"]),
        kind: text(&object["kind"]),
        namespace: text(&object["metadata"]["namespace"]),
        name: text(&object["metadata"]["name"]),
    }
}

/// A label of an object.
pub fn label<'o>(object: &'o Value, key: &str) -> Option<&'o str> {
    object["metadata"]["labels"][key].as_str()
}

/// An annotation of an object.
pub fn annotation<'o>(object: &'o Value, key: &str) -> Option<&'o str> {
    object["metadata"]["annotations"][key].as_str()
}

/// Sets an entry of `metadata.labels` or `metadata.annotations`; what stands there and is no map is replaced.
pub fn set_metadata(object: &mut Value, map: &str, key: &str, value: &str) {
    let Some(object) = object.as_object_mut() else { return };
    let metadata = object.entry("metadata").or_insert_with(|| json!({}));
    if !metadata.is_object() {
        *metadata = json!({});
    }
    let entries = &mut metadata[map];
    if !entries.is_object() {
        *entries = Value::Object(Map::new());
    }
    entries[key] = Value::String(value.to_owned());
}

/// The objects of a manifest, in its order. Documents of kind `List` count as their items; empty ones are left out.
///
/// # Errors
/// The first document that is not YAML, or is no object with a kind.
pub fn parse_manifest(manifest: &str) -> Result<Vec<ManifestObject>, ObjectError> {
    let mut objects = Vec::new();
    for range in split::documents(manifest.as_bytes()) {
        let document = &manifest[range];
        let source = source_of(document);
        let object = to_json(document).map_err(|message| ObjectError {
            source_file: source.clone(),
            message,
        })?;
        if object.is_null() {
            continue;
        }
        take(object, &source, &mut objects)?;
    }
    Ok(objects)
}

fn take(object: Value, source: &str, objects: &mut Vec<ManifestObject>) -> Result<(), ObjectError> {
    let wrong = |message: String| ObjectError {
        source_file: source.to_owned(),
        message,
    };
    let mut missing = Vec::new();
    for field in ["apiVersion", "kind"] {
        if object[field].as_str().is_none_or(str::is_empty) {
            missing.push(format!("{field} not set"));
        }
    }
    if !missing.is_empty() {
        let list = match missing.as_slice() {
            [one] => one.clone(),
            all => format!("[{}]", all.join(", ")),
        };
        return Err(wrong(format!("error validating \"\": error validating data: {list}")));
    }
    let is_list = object["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) && object["items"].is_array();
    if is_list {
        for item in object["items"].as_array().into_iter().flatten() {
            take(item.clone(), source, objects)?;
        }
        return Ok(());
    }
    objects.push(ManifestObject {
        object,
        source: source.to_owned(),
    });
    Ok(())
}

/// A YAML document as JSON, as Helm's decoder understands it.
///
/// # Errors
/// The decoder's message.
pub fn to_json(document: &str) -> Result<Value, String> {
    let value = yaml::decode(document.as_bytes()).map_err(|error| format!("error parsing : {error}"))?;
    let mut text = Vec::new();
    encode(&value, &mut text, JsonStyle::Compact, false).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| error.to_string())
}

/// The path in the `# Source:` line that Helm puts before each document.
pub fn source_of(document: &str) -> String {
    document
        .lines()
        .take_while(|line| line.starts_with('#') || line.trim().is_empty())
        .find_map(|line| line.strip_prefix("# Source: "))
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// spec/lifecycle.md 2.3 (`manifest`): documents know their template; lists count as their items.
    #[test]
    fn manifests_are_read() {
        let manifest = "---\n# Source: demo/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  \
                        namespace: shop\ndata: {a: \"yes\", b: 1.0}\n---\n# Source: demo/templates/l.yaml\napiVersion: v1\n\
                        kind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: b}}\n---\n# nothing\n";
        let objects = parse_manifest(manifest).expect("it is well-formed");
        assert_eq!(objects.len(), 2);
        assert_eq!(objects[0].key().to_string(), "ConfigMap/shop/a");
        assert_eq!(objects[0].source, "demo/templates/a.yaml");
        assert_eq!(objects[0].object["data"], json!({"a": "yes", "b": 1}));
        assert_eq!(objects[1].key().to_string(), "Secret//b");
        assert_eq!(objects[1].source, "demo/templates/l.yaml");
    }

    #[test]
    fn what_is_no_object_is_named() {
        for (manifest, expected) in [
            (
                "kind: ConfigMap\n",
                "error validating \"\": error validating data: apiVersion not set",
            ),
            (
                "a: 1\n",
                "error validating \"\": error validating data: [apiVersion not set, kind not set]",
            ),
        ] {
            assert_eq!(parse_manifest(manifest).expect_err(manifest).to_string(), expected);
        }
    }

    #[test]
    fn metadata_is_made_where_it_is_missing() {
        let mut object = json!({"metadata": {"labels": null}});
        set_metadata(&mut object, "labels", "a", "b");
        set_metadata(&mut object, "annotations", "c", "d");
        assert_eq!(
            object["metadata"],
            json!({"labels": {"a": "b"}, "annotations": {"c": "d"}})
        );
    }
}
