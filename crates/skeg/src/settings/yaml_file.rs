//! Small YAML files of the user: kubeconfigs, the list of repositories.

use std::io::ErrorKind;

use skeg_value::{Value, yaml};

/// The most bytes that such a file may have; more is not read.
const LIMIT: u64 = 64 << 20;

/// Reads a file as YAML. None when it does not exist.
///
/// # Errors
/// Why it could not be read or understood, with its path.
pub fn read(path: &str) -> Result<Option<Value>, String> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Ok(metadata) if metadata.len() > LIMIT => return Err(format!("{path}: larger than {LIMIT} bytes")),
        _ => {}
    }
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    yaml::decode(&bytes)
        .map(Some)
        .map_err(|error| format!("{path}: {error}"))
}

/// The text of a string; none for anything else: these files' string fields take no numbers.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_str_lossy().into_owned()),
        _ => None,
    }
}
