//! Folders that vanish with the test, and copies of chart trees in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A new empty folder below the system's temporary folder; removed when dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// An empty folder whose name is in no other process or test.
    #[must_use]
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "skeg-testkit-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Self { path }
    }

    /// A scratch folder holding a copy of the folder `source` under `source`'s own name.
    #[must_use]
    pub fn with_copy(source: &Path) -> Self {
        let scratch = Self::new();
        copy(source, &scratch.path.join(source.file_name().unwrap_or_default()));
        scratch
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file (folders are made) and gives its path.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        }
        fs::write(&path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        path
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder left behind in /tmp harms nobody.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Copies a folder with its subfolders, modes and symbolic links.
///
/// # Panics
/// When something cannot be read or written.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap_or_else(|e| panic!("{}: {e}", to.display()));
    for path in entries(from) {
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_symlink() {
            let points_to = fs::read_link(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            std::os::unix::fs::symlink(points_to, &target).unwrap_or_else(|e| panic!("{}: {e}", target.display()));
        } else if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        }
    }
}

/// The entries of a folder, in order of name; none when there is no such folder.
#[must_use]
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// All files below a folder, in order of path.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder) {
        if path.is_dir() && !path.is_symlink() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// The text of a file.
///
/// # Panics
/// When it cannot be read; the message names it.
#[must_use]
#[track_caller]
pub fn read(path: &Path) -> String {
    match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}
