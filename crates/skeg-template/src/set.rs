//! Template sets: which text a template name stands for.

use std::sync::Arc;

use skeg_value::{FileId, Str};

use crate::error::ParseError;
use crate::functions::Functions;
use crate::hash::NameMap;
use crate::program::ParsedFile;

/// What a key reads as that a map doesn't have: Go's option `missingkey`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// `zero`: the zero value of the map's element type, so a nil interface in most maps; a field of that is an error.
    #[default]
    Zero,
    /// `default`, also called `invalid`: no value; a field of that is no value again.
    Invalid,
    /// `error`: nothing, the run ends.
    Error,
}

/// Templates by name, from any number of texts.
///
/// A later definition replaces an earlier one of the same name, unless it is blank (nothing but white space and
/// comments). Two definitions in one text are an error, unless one of them is blank.
///
/// # Source
/// spec/rendering.md 1.1.
#[derive(Clone, Debug)]
pub struct TemplateSet {
    functions: Arc<Functions>,
    root: Str,
    files: Vec<Arc<ParsedFile>>,
    templates: NameMap<Str, Place>,
    missing_key: MissingKey,
}

/// Where a template is: file and place in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) file: u32,
    pub(crate) template: u32,
}

impl TemplateSet {
    /// An empty set whose templates may call these functions.
    pub fn new(functions: &Functions) -> Self {
        TemplateSet::shared(Arc::new(functions.clone()))
    }

    /// The same without copying the functions.
    pub fn shared(functions: Arc<Functions>) -> Self {
        TemplateSet {
            functions,
            root: Str::from("gotpl"),
            files: Vec::new(),
            templates: NameMap::default(),
            missing_key: MissingKey::default(),
        }
    }

    /// Changes the name of the set itself, which only shows in `no template "x" associated with template "gotpl"`.
    pub fn set_root_name(&mut self, name: impl Into<Str>) {
        self.root = name.into();
    }

    /// Changes what missing keys of maps read as ([`MissingKey::Zero`] unless set).
    pub fn set_missing_key(&mut self, missing_key: MissingKey) {
        self.missing_key = missing_key;
    }

    pub(crate) fn missing_key(&self) -> MissingKey {
        self.missing_key
    }

    /// The functions that its templates may call.
    pub fn functions(&self) -> &Functions {
        &self.functions
    }

    pub(crate) fn root_name(&self) -> &Str {
        &self.root
    }

    /// Parses a text and adds it, with what it defines.
    ///
    /// # Errors
    /// The first mistake in the text; its span has the id that the file would have got, and the set is unchanged.
    pub fn add(&mut self, name: &str, text: impl Into<Arc<[u8]>>) -> Result<FileId, ParseError> {
        match ParsedFile::parse(name, text, &self.functions) {
            Ok(file) => Ok(self.add_parsed(Arc::new(file))),
            Err(mut error) => {
                error.span.file = FileId(self.files.len() as u32);
                Err(error)
            }
        }
    }

    /// Adds a text that was parsed before, with the same functions.
    pub fn add_parsed(&mut self, file: Arc<ParsedFile>) -> FileId {
        let id = self.files.len() as u32;
        for (index, template) in file.program().templates.iter().enumerate() {
            let name = file.template_name(index);
            let place = Place {
                file: id,
                template: index as u32,
            };
            if template.blank && self.templates.contains_key(name) {
                continue;
            }
            self.templates.insert(name.clone(), place);
        }
        self.files.push(file);
        FileId(id)
    }

    /// Whether a template of this name can be executed.
    pub fn contains(&self, name: &[u8]) -> bool {
        self.templates.contains_key(name)
    }

    /// The names of all templates, in no particular order.
    pub fn template_names(&self) -> impl Iterator<Item = &Str> {
        self.templates.keys()
    }

    /// The texts in the order they were added; a span's [`FileId`] counts them.
    pub fn files(&self) -> &[Arc<ParsedFile>] {
        &self.files
    }

    /// The file that a template is defined in.
    pub fn file_of(&self, name: &[u8]) -> Option<FileId> {
        self.templates.get(name).map(|place| FileId(place.file))
    }

    pub(crate) fn place(&self, name: &[u8]) -> Option<Place> {
        self.templates.get(name).copied()
    }
}

/// A template with the file that it stands in, kept alive.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    pub(crate) file: Arc<ParsedFile>,
    pub(crate) id: FileId,
    pub(crate) index: usize,
}

impl Located {
    pub(crate) fn name(&self) -> &Str {
        self.file.template_name(self.index)
    }
}
