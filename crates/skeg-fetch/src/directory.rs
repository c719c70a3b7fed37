//! A chart directory read into chart files.
//!
//! In: a path. Out: the files in Helm's order, ignore rules applied, symbolic links followed, with log lines. Most files of
//! a chart are never looked at (custom resource definitions, documents, dashboards of parts that are off), so
//! [`list`] leaves them on the disk until they are.
//!
//! # Source
//! spec/rendering.md 4.1, 4.3.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use skeg_chart::files::{ChartFile, MAX_CHART_SIZE};
use skeg_chart::ignore::IgnoreRules;
use skeg_chart::log::LogLine;

use crate::error::FetchError;

/// Symbolic links may lead in circles; deeper than this is one.
const MAX_DEPTH: usize = 256;

/// What a chart directory holds.
#[derive(Debug, Default)]
pub struct Directory {
    /// The files, names relative to the directory with `/` between components, depth first in bytewise order.
    pub files: Vec<ChartFile>,
    /// What Helm says while it reads.
    pub log: Vec<LogLine>,
    /// What goes wrong with files that are read later.
    pub late: LateErrors,
}

/// The first file that could not be read when somebody looked at it: it was empty then, so what was made of it is wrong.
/// Clones share it.
#[derive(Clone, Debug, Default)]
pub struct LateErrors(Arc<Mutex<Option<FetchError>>>);

impl LateErrors {
    /// The error, once; to be asked before anything that was made of the files is used.
    ///
    /// # Errors
    /// `open …` or `read …` with the reason.
    pub fn check(&self) -> Result<(), FetchError> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    fn note(&self, error: FetchError) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(error);
    }
}

/// Reads the files of a chart directory, less those that its `.helmignore` names.
///
/// # Errors
/// An unreadable or irregular file, a broken symbolic link, a bad ignore pattern, or more than
/// [`MAX_CHART_SIZE`] bytes in all.
pub fn read(path: &Path) -> Result<Directory, FetchError> {
    walk(path, false, &mut |_| {})
}

/// The same, but files that can be read are only read when they are looked at. `found` is told of each as it is found, so
/// that work on it can begin on another thread.
///
/// # Errors
/// As [`read`]; what fails later is in [`Directory::late`].
pub fn list(path: &Path, found: &mut dyn FnMut(&ChartFile)) -> Result<Directory, FetchError> {
    walk(path, true, found)
}

fn walk(path: &Path, later: bool, notice: &mut dyn FnMut(&ChartFile)) -> Result<Directory, FetchError> {
    let mut walk = Walk {
        root: path,
        rules: rules(path)?,
        left: MAX_CHART_SIZE,
        later,
        notice,
        found: Directory::default(),
    };
    walk.directory(path, "", 0)?;
    Ok(walk.found)
}

fn rules(path: &Path) -> Result<IgnoreRules, FetchError> {
    let file = path.join(".helmignore");
    match fs::read(&file) {
        Ok(text) => IgnoreRules::parse(&text).map_err(|error| FetchError::Ignore {
            path: file,
            message: error.to_string(),
        }),
        Err(_) => Ok(IgnoreRules::default()),
    }
}

struct Walk<'p> {
    root: &'p Path,
    rules: IgnoreRules,
    /// Bytes that may still be read.
    left: u64,
    /// Whether reading waits until somebody looks.
    later: bool,
    notice: &'p mut dyn FnMut(&ChartFile),
    found: Directory,
}

impl Walk<'_> {
    fn directory(&mut self, path: &Path, prefix: &str, depth: usize) -> Result<(), FetchError> {
        if depth > MAX_DEPTH {
            return Err(FetchError::TooDeep { path: path.to_owned() });
        }
        let mut entries: Vec<fs::DirEntry> = fs::read_dir(path)
            .and_then(Iterator::collect)
            .map_err(|e| FetchError::io("open", path, &e))?;
        entries.sort_by_cached_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let relative = match prefix {
                "" => name.to_string_lossy().into_owned(),
                _ => format!("{prefix}/{}", name.to_string_lossy()),
            };
            let file_type = entry
                .file_type()
                .map_err(|e| FetchError::io("lstat", &entry.path(), &e))?;
            self.entry(&entry, relative, file_type, depth)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        entry: &fs::DirEntry,
        relative: String,
        file_type: fs::FileType,
        depth: usize,
    ) -> Result<(), FetchError> {
        let is_link = file_type.is_symlink();
        let (path, file_type) = if is_link {
            self.resolve(entry.path())?
        } else {
            (entry.path(), file_type)
        };
        if file_type.is_dir() {
            if self.rules.ignores(&relative, true) {
                return Ok(());
            }
            return self.directory(&path, &relative, depth + 1);
        }
        if self.rules.ignores(&relative, false) {
            return Ok(());
        }
        if !file_type.is_file() {
            debug_assert!(file_type.is_fifo() || file_type.is_socket() || !file_type.is_file());
            return Err(FetchError::Irregular { path });
        }
        let metadata = match (self.later, is_link) {
            (false, _) => None,
            // Without a walk over the whole path again.
            (true, false) => Some(entry.metadata()),
            (true, true) => Some(fs::metadata(&path)),
        };
        let metadata = metadata.transpose().map_err(|e| FetchError::io("open", &path, &e))?;
        let file = self.file(path, relative, metadata)?;
        (self.notice)(&file);
        self.found.files.push(file);
        Ok(())
    }

    /// Follows a symbolic link to its end, and says so as Helm does.
    fn resolve(&mut self, path: PathBuf) -> Result<(PathBuf, fs::FileType), FetchError> {
        let resolved = fs::canonicalize(&path).map_err(|_| FetchError::BrokenLink {
            target: fs::read_link(&path).map_or_else(|_| path.clone(), |t| path.parent().unwrap_or(self.root).join(t)),
            path: path.clone(),
        })?;
        let message = "found symbolic link in path. Contents of linked file included and used";
        self.found.log.push(LogLine::info(
            message,
            &[
                ("path", &path.to_string_lossy()),
                ("resolved", &resolved.to_string_lossy()),
            ],
        ));
        let file_type = fs::metadata(&resolved)
            .map_err(|e| FetchError::io("stat", &resolved, &e))?
            .file_type();
        Ok((resolved, file_type))
    }

    /// A file, read now unless its metadata are given and say that it can be read later.
    fn file(
        &mut self,
        path: PathBuf,
        relative: String,
        metadata: Option<fs::Metadata>,
    ) -> Result<ChartFile, FetchError> {
        if let Some(metadata) = metadata
            // Anything else may be refused, and Helm says so here.
            && metadata.permissions().mode() & READABLE == READABLE
        {
            let size = metadata.len();
            self.take(size, &relative)?;
            let late = self.found.late.clone();
            let read = move || {
                read_file(&path, Some(size)).map_or_else(
                    |error| {
                        late.note(error);
                        Arc::default()
                    },
                    |(text, _)| text,
                )
            };
            return Ok(ChartFile::later(relative, size, metadata.modified().ok(), read));
        }
        let (text, modified) = read_file(&path, None)?;
        self.take(text.len() as u64, &relative)?;
        Ok(ChartFile::new(relative, text, modified))
    }

    /// Counts a file's bytes.
    fn take(&mut self, bytes: u64, name: &str) -> Result<(), FetchError> {
        if bytes >= self.left {
            return Err(FetchError::TooLarge {
                name: name.to_owned(),
                limit: MAX_CHART_SIZE,
            });
        }
        self.left -= bytes;
        Ok(())
    }
}

/// Everybody may read.
const READABLE: u32 = 0o444;

/// The contents of a file and its time of change, which is looked up together with the size unless that is known.
fn read_file(path: &Path, size: Option<u64>) -> Result<(Arc<[u8]>, Option<SystemTime>), FetchError> {
    let mut file = fs::File::open(path).map_err(|e| FetchError::io("open", path, &e))?;
    let (size, modified) = match size {
        Some(size) => (size, None),
        None => {
            let metadata = file.metadata().map_err(|e| FetchError::io("stat", path, &e))?;
            (metadata.len(), metadata.modified().ok())
        }
    };
    if size >= MAX_CHART_SIZE {
        return Err(FetchError::TooLarge {
            name: path.display().to_string(),
            limit: MAX_CHART_SIZE,
        });
    }
    let text = contents(&mut file, size as usize).map_err(|e| FetchError::io("read", path, &e))?;
    Ok((text, modified))
}

/// Reads a file whose size is known, with as few system calls and copies as that allows; a file that shrinks meanwhile
/// is short.
fn contents(file: &mut fs::File, size: usize) -> std::io::Result<Arc<[u8]>> {
    let mut text: Arc<[u8]> = std::iter::repeat_n(0, size).collect();
    let mut filled = 0;
    if let Some(buffer) = Arc::get_mut(&mut text) {
        while filled < size {
            match file.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(if filled < size {
        Arc::from(&text[..filled])
    } else {
        text
    })
}
