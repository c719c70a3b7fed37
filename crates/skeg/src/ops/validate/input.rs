//! What is checked: texts with the versions that they are checked for.

use std::cell::OnceCell;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::places::Place;
use crate::error::{CommandError, go_text};

/// A text of YAML documents.
#[derive(Debug)]
pub(super) struct Unit {
    /// The file as it is shown.
    pub(super) shown: String,
    /// The name of the template that rendered to it; none for files.
    pub(super) template: Option<String>,
    /// The text.
    pub(super) text: Arc<Vec<u8>>,
    /// The versions it is checked for, by their places in the list.
    pub(super) versions: Vec<usize>,
    /// Where its lines start, once somebody asked.
    lines: OnceCell<Vec<usize>>,
}

impl Unit {
    pub(super) fn new(shown: String, template: Option<String>, text: Arc<Vec<u8>>, versions: Vec<usize>) -> Self {
        Unit {
            shown,
            template,
            text,
            versions,
            lines: OnceCell::new(),
        }
    }

    /// The place of bytes of the text itself.
    pub(super) fn place(&self, bytes: Range<usize>) -> Place {
        let lines = self.lines.get_or_init(|| {
            let ends = self.text.iter().enumerate().filter(|(_, b)| **b == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
        });
        let line = lines.partition_point(|start| *start <= bytes.start).max(1);
        let start = lines[line - 1];
        let end = lines.get(line).map_or(self.text.len(), |next| next - 1);
        let bytes = bytes.start.clamp(start, end) - start..bytes.end.clamp(start, end) - start;
        let mut place = Place::of(&self.shown, &self.text[start..end], bytes);
        place.line = line;
        place
    }
}

/// The files and folders named by `--manifests`; `-` is standard input.
///
/// # Errors
/// A file or folder that cannot be read.
pub(super) fn manifests(paths: &[String], versions: usize) -> Result<Vec<Unit>, CommandError> {
    let mut units = Vec::new();
    for path in paths {
        for (shown, text) in texts(path)? {
            units.push(Unit::new(shown, None, Arc::new(text), (0..versions).collect()));
        }
    }
    Ok(units)
}

/// The text of a file, or of all YAML and JSON files below a folder, each with its path.
///
/// # Errors
/// What cannot be read.
pub(super) fn texts(path: &str) -> Result<Vec<(String, Vec<u8>)>, CommandError> {
    if path == "-" {
        let mut text = Vec::new();
        std::io::stdin()
            .read_to_end(&mut text)
            .map_err(|error| CommandError::new(format!("read standard input: {}", go_text(&error))))?;
        return Ok(vec![("stdin".to_owned(), text)]);
    }
    let mut files = Vec::new();
    if Path::new(path).is_dir() {
        below(Path::new(path), &mut files)?;
    } else {
        files.push(PathBuf::from(path));
    }
    files
        .into_iter()
        .map(|file| {
            let text = std::fs::read(&file).map_err(|error| unreadable(&file, &error))?;
            Ok((file.to_string_lossy().into_owned(), text))
        })
        .collect()
}

fn unreadable(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::new(format!("open {}: {}", path.display(), go_text(error)))
}

/// The YAML and JSON files below a folder, in order of path. Links to folders are not followed: they may lead back.
fn below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), CommandError> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let is_folder = entry.file_type().is_ok_and(|ty| ty.is_dir());
        entries.push((entry.path(), is_folder));
    }
    entries.sort();
    for (path, is_folder) in entries {
        let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
        if is_folder {
            below(&path, files)?;
        } else if extension.is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known)) {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_a_unit_are_those_of_its_text() {
        let text = "a: é\n\nbc: [1,\n 2]\n";
        let unit = Unit::new("f".to_owned(), None, Arc::new(text.as_bytes().to_vec()), Vec::new());
        for bytes in [0..1, 3..5, 5..6, 6..6, 7..9, 11..18, text.len()..text.len(), 99..100] {
            assert_eq!(
                unit.place(bytes.clone()),
                Place::of("f", text.as_bytes(), bytes.clone()),
                "{bytes:?}"
            );
        }
    }
}
