//! YAML, read and written as Helm does it.
//!
//! Reading: [`decode`] and its variants, [`check_head`] (a pass over rendered manifests without building a tree) and
//! [`locate`]. Writing: [`emit`] (`toYaml`) and [`pretty`] (`toYamlPretty`).
//!
//! The reader accepts and refuses what go-yaml v2 does, with its messages: `input` checks the characters, `scanner`
//! makes tokens, `parser` events, `compose` nodes; `value` and `exact` say what nodes are.

mod chars;
mod compose;
mod cursor;
mod documents;
pub mod editable;
pub mod emit;
mod error;
mod events;
mod exact;
mod gofmt;
mod head;
mod input;
mod keyorder;
mod locate;
mod loose;
mod parser;
pub mod pretty;
mod resolve;
mod scalar;
mod scanner;
mod tape;
mod tree;
mod typed;
mod value;

use compose::{Build, Composer, Failure};
pub use documents::decode_values;
pub use error::{Place, YamlError};
use events::with_events;
use exact::ExactBuilder;
pub use exact::first_unsupported;
pub use gofmt::float32_text;
pub use head::{Head, check_head};
use input::Input;
pub use keyorder::sort_v3;
pub use locate::{Location, PathSegment, locate};
pub use loose::{decode_v3, v3_bool};
pub use tree::{Entry as TreeEntry, Kind as TreeKind, NodeId, Tree};
pub use typed::{mismatch, same_field, scalar_text};
use value::{Numbers, ValueBuilder};

use crate::value::Value;

/// Reads the first document of a YAML text as `sigs.k8s.io/yaml` reads it into an `interface {}`: through JSON, so that
/// every number is a `float64` and every key a string. An empty text is null; of equal keys the last one counts.
///
/// # Errors
/// Go's exact text, see [`YamlError`].
///
/// # Source
/// spec/rendering.md 3.1-3.3.
pub fn decode(text: &[u8]) -> Result<Value, YamlError> {
    decode_as(text, Numbers::Float)
}

/// Like [`decode`], but integers stay [`Value::Int`] (`int64`, or `uint64` beyond that) and floats may be infinite: for
/// decoding into Go structs, whose string fields show the difference (see [`scalar_text`]).
///
/// # Errors
/// As for [`decode`]. Call [`first_unsupported`] for the infinite numbers that did not end up in a string.
pub fn decode_typed(text: &[u8]) -> Result<Value, YamlError> {
    decode_as(text, Numbers::Typed)
}

/// Like [`decode`], but a key that is set twice is an error: `yaml: unmarshal errors:\n  line 6: key "name" already set
/// in map`, one line for each.
///
/// # Errors
/// As for [`decode`], and duplicate keys.
pub fn decode_strict(text: &[u8]) -> Result<Value, YamlError> {
    decode_exactly(text, true, Numbers::Float)
}

/// [`decode_strict`] with the numbers of [`decode_typed`].
///
/// # Errors
/// As for [`decode_strict`].
pub fn decode_strict_typed(text: &[u8]) -> Result<Value, YamlError> {
    decode_exactly(text, true, Numbers::Typed)
}

fn decode_as(text: &[u8], numbers: Numbers) -> Result<Value, YamlError> {
    sized(text)?;
    match compose(text, ValueBuilder::new(numbers)) {
        Ok((value, _)) => Ok(value.unwrap_or_default()),
        Err(Failure::Fault(fault)) => Err(fault.into()),
        Err(Failure::Unsupported) => decode_exactly(text, false, numbers),
    }
}

fn compose<B: Build>(text: &[u8], build: B) -> Result<(Option<B::Node>, B), Failure> {
    let input = Input::new(text);
    let composed = with_events(&input, |events| Composer::new(&input.text, events, build).compose());
    composed.map_err(|failure| match failure {
        Failure::Fault(fault) => Failure::Fault(fault.shifted(input.base)),
        unsupported => unsupported,
    })
}

/// Refuses texts whose offsets would not fit into spans.
fn sized(text: &[u8]) -> Result<(), YamlError> {
    match u32::try_from(text.len()) {
        Ok(_) => Ok(()),
        Err(_) => Err(YamlError::converting("yaml: document is larger than 4 GiB")),
    }
}

/// Decodes with the builder that can express everything.
fn decode_exactly(text: &[u8], strict: bool, numbers: Numbers) -> Result<Value, YamlError> {
    sized(text)?;
    match compose(text, ExactBuilder::new(strict)) {
        Ok((root, build)) if build.duplicates.is_empty() => {
            root.map_or(Ok(Value::Null), |root| build.into_value(root, numbers))
        }
        Ok((_, mut build)) => {
            build.duplicates.sort_by_key(|(order, _)| *order);
            let lines: Vec<_> = build.duplicates.into_iter().map(|(_, line)| line).collect();
            Err(YamlError::converting(&format!(
                "yaml: unmarshal errors:\n  {}",
                lines.join("\n  ")
            )))
        }
        Err(Failure::Fault(fault)) => Err(fault.into()),
        Err(Failure::Unsupported) => Ok(Value::Null),
    }
}
