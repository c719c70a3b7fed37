//! What can be wrong with a TOML document.

use crate::quote::quote;

/// Why a document could not be read. `Display` is the reference's text, such as
/// `toml: line 1 (last key "a"): unexpected EOF; expected value`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("toml: line {line}{}: {message}", last_key(.key))]
pub struct TomlError {
    /// 1-based; the reference may say 0 where the fault is right at the start.
    pub line: usize,
    /// The key whose value or table was being read; may be empty.
    pub key: String,
    /// What is wrong.
    pub message: String,
}

fn last_key(key: &str) -> String {
    if key.is_empty() {
        String::new()
    } else {
        format!(" (last key {})", quote(key.as_bytes()))
    }
}

/// A fault found by the lower layers, which don't know about keys.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn at(line: usize, message: impl Into<String>) -> Fault {
        Fault {
            line,
            message: message.into(),
        }
    }
}
