//! What the user gave: values files and `--set` flags, merged in Helm's order.
//!
//! # Source
//! spec/rendering.md 5.1.

use skeg_value::set::{self, SetKind};
use skeg_value::{Map, Str, Value, yaml};

use crate::error::ChartError;

/// One place that values come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A values file.
    File {
        /// As given with `-f`.
        name: String,
        /// What it holds.
        text: Str,
    },
    /// A flag of the `--set` family.
    Set {
        /// Which.
        kind: SetKind,
        /// Its text.
        text: String,
    },
}

/// All places, in the order of the command line.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The places.
    pub sources: Vec<Source>,
}

/// Flags take effect kind by kind, whatever their order on the command line.
const ORDER: [SetKind; 5] = [
    SetKind::Json,
    SetKind::Auto,
    SetKind::String,
    SetKind::File,
    SetKind::Literal,
];

impl Sources {
    /// Merges everything: files in order, then `--set-json`, `--set`, `--set-string`, `--set-file`, `--set-literal`.
    ///
    /// `read_file` is asked for the content of each path of `--set-file`. Maps merge deeply, anything else is replaced;
    /// a null stays a null.
    ///
    /// # Errors
    /// Helm's message for a file or flag that does not parse.
    pub fn merge(&self, read_file: &mut dyn FnMut(&str) -> Result<Str, String>) -> Result<Map, ChartError> {
        let values = Map::new();
        for source in &self.sources {
            if let Source::File { name, text } = source {
                let file = yaml::decode_values(text)
                    .map_err(|error| ChartError::Values(format!("failed to parse {name}: {error}")))?;
                merge(&values, &file);
            }
        }
        for wanted in ORDER {
            for source in &self.sources {
                if let Source::Set { kind, text } = source
                    && *kind == wanted
                {
                    set::parse_into(&values, *kind, text, read_file)
                        .map_err(|error| ChartError::Values(error.report().to_owned()))?;
                }
            }
        }
        Ok(values)
    }
}

/// Merges `other` into `into`: maps deeply, anything else replaces.
pub fn merge(into: &Map, other: &Map) {
    for (key, value) in other.snapshot() {
        match (into.get(&key), &value) {
            (Some(Value::Map(mine)), Value::Map(theirs)) => merge(&mine, theirs),
            _ => {
                into.insert(key, value.deep_clone());
            }
        }
    }
}
