//! `--output-dir`: one file per template instead of one text.
//!
//! # Source
//! spec/rendering.md 6.2.

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use skeg_chart::Chart;
use skeg_render::{Rendered, print};

use super::TemplateOptions;
use crate::error::{CommandError, go_text};
use crate::output::Output;
use crate::settings::paths::join;

/// Writes every document below the folder, and tells of each.
///
/// # Errors
/// A folder or file that cannot be written, by its path.
pub(super) fn write(
    options: &TemplateOptions,
    release: &str,
    chart: &Chart,
    rendered: &Rendered,
    parts: print::Parts,
    out: &mut Output,
) -> Result<(), CommandError> {
    let mut writer = Writer {
        written: HashSet::new(),
        out,
    };
    if parts.crds {
        for (path, file) in chart.crds() {
            writer.document(&options.output_dir, &path, file.data(), false)?;
        }
    }
    let folder = if options.use_release_name {
        join(&[&options.output_dir, release])
    } else {
        options.output_dir.clone()
    };
    for document in &rendered.documents.manifests {
        let name = &rendered.files[document.file].name;
        writer.document(&folder, name, document.text(&rendered.files), false)?;
    }
    // Hooks are written by another part of Helm, which appends to whatever is there.
    for (name, text) in print::hooks(rendered, parts) {
        writer.document(&folder, name, text, true)?;
    }
    writer.out.print(b"\n");
    Ok(())
}

struct Writer<'o> {
    /// Files that this run has begun.
    written: HashSet<String>,
    out: &'o mut Output,
}

impl Writer<'_> {
    fn document(&mut self, folder: &str, name: &str, text: &[u8], append: bool) -> Result<(), CommandError> {
        let path = join(&[folder, name]);
        let append = !self.written.insert(path.clone()) || append;
        let mut content = Vec::new();
        print::append(&mut content, name, text);
        if let Some(parent) = Path::new(&path).parent() {
            make_folders(parent)?;
        }
        fs::OpenOptions::new()
            .create(true)
            .write(true)
            .append(append)
            .truncate(!append)
            .open(&path)
            .and_then(|mut file| file.write_all(&content))
            .map_err(|error| CommandError::new(format!("open {path}: {}", go_text(&error))))?;
        self.out.line(format!("wrote {path}"));
        Ok(())
    }
}

/// Creates a folder and those above it; the error names the first that cannot be made.
fn make_folders(folder: &Path) -> Result<(), CommandError> {
    let mut missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.is_dir()).collect();
    missing.retain(|folder| !folder.as_os_str().is_empty());
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder)
            .or_else(|error| if folder.is_dir() { Ok(()) } else { Err(error) })
            .map_err(|error| {
                let reason = if folder.exists() {
                    "not a directory".to_owned()
                } else {
                    go_text(&error)
                };
                CommandError::new(format!("mkdir {}: {reason}", folder.display()))
            })?;
    }
    Ok(())
}
