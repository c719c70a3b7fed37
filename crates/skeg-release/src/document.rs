//! One rendered document and what its head says of it.

use std::borrow::Cow;
use std::ops::Range;

use skeg_value::{Str, yaml};

/// What a template rendered.
#[derive(Clone, Debug)]
pub struct RenderedFile {
    /// The template's name, `<chart path>/templates/<file>`.
    pub name: String,
    /// The whole output.
    pub text: Vec<u8>,
}

/// One document of a rendered file. The text itself stays in the file and is never re-serialised.
#[derive(Clone, Debug)]
pub struct Document {
    /// Index of the file in the list that was sorted.
    pub file: usize,
    /// Where in the file's text the document stands.
    pub range: Range<usize>,
    /// `apiVersion`, `kind`, `metadata.name` and `metadata.annotations`.
    pub head: yaml::Head,
}

impl Document {
    /// The document's bytes.
    pub fn text<'f>(&self, files: &'f [RenderedFile]) -> &'f [u8] {
        &files[self.file].text[self.range.clone()]
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<Cow<'_, str>> {
        self.head.annotation(key).map(Str::to_str_lossy)
    }

    /// `kind`, empty where the document has none.
    pub fn kind(&self) -> Cow<'_, str> {
        self.head.kind.to_str_lossy()
    }
}

/// A rendered file that is not YAML, or not the YAML of a Kubernetes object.
#[derive(Clone, Debug, thiserror::Error)]
#[error("YAML parse error on {file}: {message}")]
pub struct DocumentError {
    /// The template's name.
    pub file: String,
    /// The decoder's message, for example `error converting YAML to JSON: yaml: line 2: …`.
    pub message: String,
    /// Where in the rendered file the broken document stands.
    pub range: Range<usize>,
    /// The annotations of documents before it that were dropped because they name an unknown hook event.
    pub unknown_hooks: Vec<String>,
}
