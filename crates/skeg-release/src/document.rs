//! One rendered document and what its head says of it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use skeg_value::{Str, yaml};

use crate::split;

/// What a template rendered. Clones share the text, and what was read of it.
#[derive(Clone, Debug)]
pub struct RenderedFile {
    /// The template's name, `<chart path>/templates/<file>`.
    pub name: String,
    /// The whole output.
    pub text: Arc<Vec<u8>>,
    pieces: Arc<OnceLock<Vec<Piece>>>,
}

/// A document in a file: where it stands, and its head or why it has none.
pub(crate) type Piece = (Range<usize>, Result<yaml::Head, String>);

impl RenderedFile {
    /// A file with its output.
    pub fn new(name: impl Into<String>, text: Vec<u8>) -> Self {
        RenderedFile {
            name: name.into(),
            text: Arc::new(text),
            pieces: Arc::default(),
        }
    }

    /// Reads the documents, once for all clones: on another thread where one has time, else when they are sorted.
    pub fn read(&self) {
        self.pieces();
    }

    /// The documents up to the first that does not parse.
    pub(crate) fn pieces(&self) -> &[Piece] {
        self.pieces.get_or_init(|| {
            let mut pieces = Vec::new();
            for range in split::documents(&self.text) {
                let head = yaml::check_head(&self.text[range.clone()]).map_err(|error| error.to_string());
                let is_broken = head.is_err();
                pieces.push((range, head));
                if is_broken {
                    break;
                }
            }
            pieces
        })
    }
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
