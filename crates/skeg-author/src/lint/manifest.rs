//! Documents of rendered templates and CRD files, as lint decodes them.

use skeg_value::{Value, yaml};

/// What lint looks at in a document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
}

/// The documents of a stream as Kubernetes' own reader cuts it: at lines that begin with `---`.
///
/// Only a comment may follow the dashes: anything else is an error, which takes the place of the document before it and
/// ends the stream.
pub(super) fn documents(text: &[u8]) -> Vec<Result<&[u8], String>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut line = 0;
    while line < text.len() {
        let end = text[line..]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(text.len(), |offset| line + offset + 1);
        if let Some(rest) = text[line..end].strip_prefix(b"---") {
            let rest = rest.trim_ascii();
            if !rest.is_empty() && !rest.starts_with(b"#") {
                let rest = String::from_utf8_lossy(rest);
                pieces.push(Err(format!("invalid Yaml document separator: {rest}")));
                return pieces;
            }
            pieces.push(Ok(&text[start..line]));
            start = end;
        }
        line = end;
    }
    pieces.push(Ok(&text[start..]));
    pieces
}

/// Decodes one document; none for an empty one.
///
/// # Errors
/// The decoder's text.
pub(super) fn decode(document: &[u8]) -> Result<Option<Manifest>, String> {
    let map = match yaml::decode_typed(document).map_err(|error| error.to_string())? {
        Value::Null => return Ok(None),
        Value::Map(map) => map,
        other => return Err(yaml::mismatch(&other, "", "rules.k8sYamlStruct").to_string()),
    };
    let mut manifest = Manifest::default();
    for (key, value) in map.snapshot() {
        if yaml::same_field("apiVersion", &key) {
            text(&value, ".apiVersion", &mut manifest.api_version)?;
        } else if yaml::same_field("kind", &key) {
            text(&value, ".kind", &mut manifest.kind)?;
        } else if yaml::same_field("metadata", &key) {
            metadata(&value, &mut manifest)?;
        }
    }
    Ok(Some(manifest))
}

fn metadata(value: &Value, manifest: &mut Manifest) -> Result<(), String> {
    let map = match value {
        Value::Null => return Ok(()),
        Value::Map(map) => map,
        other => return Err(yaml::mismatch(other, ".metadata", "rules.k8sYamlMetadata").to_string()),
    };
    for (key, value) in map.snapshot() {
        if yaml::same_field("name", &key) {
            text(&value, ".metadata.name", &mut manifest.name)?;
        } else if yaml::same_field("namespace", &key) {
            text(&value, ".metadata.namespace", &mut String::new())?;
        }
    }
    Ok(())
}

fn text(value: &Value, place: &str, field: &mut String) -> Result<(), String> {
    match yaml::scalar_text(value) {
        Some(text) => *field = text.to_string(),
        None if value.is_null() => {}
        None => return Err(yaml::mismatch(value, place, "string").to_string()),
    }
    Ok(())
}
