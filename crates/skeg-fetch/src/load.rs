//! A chart from a path: a directory or an archive.
//!
//! # Source
//! spec/rendering.md 4.1.

use std::fs;
use std::path::Path;

use skeg_chart::files::ChartFile;
use skeg_chart::{Chart, LogLine, archive, load};

use crate::directory::{self, Directory, LateErrors};
use crate::error::{FetchError, reason};

/// A loaded chart and what Helm says while loading it.
#[derive(Debug)]
pub struct Loaded {
    /// The chart.
    pub chart: Chart,
    /// Log lines, in order.
    pub log: Vec<LogLine>,
    /// What goes wrong with files that are read later; nothing does unless the chart was loaded so.
    pub late: LateErrors,
}

/// Loads the chart at a path, leaving the files of a folder on the disk until they are looked at, which most never are:
/// [`Loaded::late`] has to be asked before anything made of the chart is used. `found` is told of each file of a folder as
/// it is found, under its path in the chart.
///
/// # Errors
/// Helm's message for a path that is no chart or a chart that is broken.
pub fn load_late(path: &Path, found: &mut dyn FnMut(&ChartFile)) -> Result<Loaded, FetchError> {
    let metadata = fs::metadata(path).map_err(|e| FetchError::io("stat", path, &e))?;
    if !metadata.is_dir() {
        return load_archive(path);
    }
    check_folder(path)?;
    of_directory(directory::list(path, found)?)
}

/// The same without asking for the version of the chart's format first.
///
/// # Errors
/// As [`load_late`], but a folder without Chart.yaml is `Chart.yaml file is missing`.
pub fn load_late_untyped(path: &Path, found: &mut dyn FnMut(&ChartFile)) -> Result<Loaded, FetchError> {
    let metadata = fs::metadata(path).map_err(|e| FetchError::io("stat", path, &e))?;
    if metadata.is_dir() {
        of_directory(directory::list(path, found)?)
    } else {
        load_archive(path)
    }
}

/// Loads the chart at a path.
///
/// # Errors
/// Helm's message for a path that is no chart or a chart that is broken.
pub fn load(path: &Path) -> Result<Loaded, FetchError> {
    let metadata = fs::metadata(path).map_err(|e| FetchError::io("stat", path, &e))?;
    if metadata.is_dir() {
        load_directory(path)
    } else {
        load_archive(path)
    }
}

/// Loads the chart at a path without asking for the version of its format first.
///
/// # Errors
/// As [`load`], but a folder without Chart.yaml is `Chart.yaml file is missing`.
pub fn load_untyped(path: &Path) -> Result<Loaded, FetchError> {
    let metadata = fs::metadata(path).map_err(|e| FetchError::io("stat", path, &e))?;
    if metadata.is_dir() {
        of_directory(directory::read(path)?)
    } else {
        load_archive(path)
    }
}

fn of_directory(directory: Directory) -> Result<Loaded, FetchError> {
    let Directory { files, mut log, late } = directory;
    let chart = load::load_files(&files, &mut log);
    // A chart whose file could not be read is wrong in that way first.
    late.check()?;
    Ok(Loaded {
        chart: chart?,
        log,
        late,
    })
}

/// Loads the chart in a folder.
///
/// # Errors
/// As [`load`].
pub fn load_directory(path: &Path) -> Result<Loaded, FetchError> {
    check_folder(path)?;
    of_directory(directory::read(path)?)
}

/// Helm reads the version of the chart's format before anything else, so this error comes first.
fn check_folder(path: &Path) -> Result<(), FetchError> {
    let file = path.join("Chart.yaml");
    let text = fs::read(&file).map_err(|e| {
        FetchError::Message(format!(
            "unable to detect chart at {0}: open {0}: {1}",
            file.display(),
            reason(&e)
        ))
    })?;
    Ok(load::check_version(&text)?)
}

fn load_archive(path: &Path) -> Result<Loaded, FetchError> {
    let bytes = fs::read(path).map_err(|e| FetchError::io("open", path, &e))?;
    // Fewer bytes than a header are told from an archive only by what Helm says of them.
    if !archive::is_gzip(&bytes) || bytes.len() < 3 {
        return Err(FetchError::Message(not_an_archive(path, &bytes)));
    }
    let mut log = Vec::new();
    let chart = archive::load_archive(&bytes, &mut log)?;
    Ok(Loaded {
        chart,
        log,
        late: LateErrors::default(),
    })
}

fn not_an_archive(path: &Path, bytes: &[u8]) -> String {
    let name = path.display();
    if path.extension().is_some_and(|e| e == "yml" || e == "yaml") {
        return format!("file '{name}' seems to be a YAML file, but expected a gzipped archive");
    }
    format!(
        "file '{name}' does not appear to be a gzipped archive; got '{}'",
        content_type(bytes)
    )
}

/// What Go's content sniffing calls bytes that are no archive, as far as they are likely here.
fn content_type(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(512)];
    let is_binary = |&b: &u8| matches!(b, 0..=8 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F);
    let start = head.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(head.len());
    let upper: Vec<u8> = head[start..].iter().take(16).map(u8::to_ascii_uppercase).collect();
    match head {
        _ if upper.starts_with(b"<!DOCTYPE HTML") || upper.starts_with(b"<HTML") => "text/html; charset=utf-8",
        _ if upper.starts_with(b"<?XML") => "text/xml; charset=utf-8",
        [b'P', b'K', 3, 4, ..] => "application/zip",
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        // Helm looks at 512 bytes whether or not the file has them: what is missing counts as zeros.
        _ if head.len() < 512 || head.iter().any(is_binary) => "application/octet-stream",
        _ => "text/plain; charset=utf-8",
    }
}
