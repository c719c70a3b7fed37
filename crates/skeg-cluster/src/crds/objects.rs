//! Paths and names of definitions and of the objects of their kinds.

use serde_json::Value;

/// The path of a definition, in the version of the API that it is written in.
pub(super) fn path(definition: &Value) -> String {
    let api_version = definition["apiVersion"].as_str().unwrap_or("apiextensions.k8s.io/v1");
    let name = definition["metadata"]["name"].as_str().unwrap_or_default();
    format!("/apis/{api_version}/customresourcedefinitions/{}", segment(name))
}

/// The path under which today's servers show a definition.
pub(super) fn path_v1(name: &str) -> String {
    format!(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{}",
        segment(name)
    )
}

/// A name in a path. Names come from charts, so nothing in them may lead elsewhere.
fn segment(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    name.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// The path of all objects of a kind on the cluster, in a version that is served, the stored one by preference.
pub(super) fn collection(installed: &Value) -> Option<String> {
    let spec = &installed["spec"];
    let versions = spec["versions"].as_array()?;
    let served = || versions.iter().filter(|version| version["served"] == true);
    let version = served()
        .find(|version| version["storage"] == true)
        .or_else(|| served().next())?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (group, plural) = (text(&spec["group"]), text(&spec["names"]["plural"]));
    Some(format!(
        "/apis/{}/{}/{}",
        segment(&group),
        segment(&text(&version["name"])),
        segment(&plural)
    ))
}

/// The path of one object of a list.
pub(super) fn object_path(collection: &str, metadata: &Value) -> String {
    let text = |key: &str| segment(metadata[key].as_str().unwrap_or_default());
    let (namespace, name) = (text("namespace"), text("name"));
    match (namespace.as_str(), collection.rsplit_once('/')) {
        ("", _) | (_, None) => format!("{collection}/{name}"),
        (namespace, Some((version, plural))) => format!("{version}/namespaces/{namespace}/{plural}/{name}"),
    }
}

/// `apiextensions.k8s.io/v1, Kind=CustomResourceDefinition`, as Go prints a kind; `/v1, Kind=ConfigMap` for a core one.
pub(super) fn gvk(object: &Value) -> String {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let api_version = text("apiVersion");
    let slash = if api_version.contains('/') { "" } else { "/" };
    format!("{slash}{api_version}, Kind={}", text("kind"))
}

/// The metadata of objects only: lists of large objects stay small.
pub(super) const METADATA_LIST: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
