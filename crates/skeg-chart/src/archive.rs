//! Chart archives: gzip, tar, and the limits that keep hostile ones harmless.
//!
//! # Source
//! spec/rendering.md 4.1, 4.4.

use std::io::Read;
use std::time::{Duration, SystemTime};

use flate2::read::MultiGzDecoder;

use crate::chart::Chart;
use crate::error::ChartError;
use crate::files::{ChartFile, MAX_CHART_SIZE};
use crate::load;
use crate::log::LogLine;

/// More entries than any chart has; the reader stops there.
const MAX_ENTRIES: usize = 200_000;

fn refused(detail: impl Into<String>) -> ChartError {
    ChartError::Archive { detail: detail.into() }
}

/// Whether the bytes begin as gzip does.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Reads an archive into a chart.
///
/// # Errors
/// [`ChartError::Archive`] for anything wrong with the archive itself, [`ChartError::UndetectableArchive`] where it
/// holds no Chart.yaml, and the errors of [`load::load_files`].
pub fn load_archive(bytes: &[u8], log: &mut Vec<LogLine>) -> Result<Chart, ChartError> {
    let files = read(bytes)?;
    if !files.iter().any(|file| &*file.name == "Chart.yaml") {
        return Err(ChartError::UndetectableArchive);
    }
    load::load_files(&files, log)
}

/// The files of an archive, without the first component of their names.
///
/// Folders and extended headers are skipped; links become empty files; of equal names the last counts (in the chart
/// that is made of the files).
///
/// # Errors
/// [`ChartError::Archive`]: no gzip, a broken tar, a name that leads outside, too much data, or nothing in it.
pub fn read(bytes: &[u8]) -> Result<Vec<ChartFile>, ChartError> {
    if !is_gzip(bytes) {
        return Err(refused("not gzip"));
    }
    let mut left = MAX_CHART_SIZE;
    // One byte more than the limit tells "too large" from "just fits", whatever the headers claim.
    let mut archive = tar::Archive::new(MultiGzDecoder::new(bytes).take(2 * MAX_CHART_SIZE));
    let mut files = Vec::new();
    for (count, entry) in archive.entries().map_err(|e| refused(e.to_string()))?.enumerate() {
        if count >= MAX_ENTRIES {
            return Err(refused(format!("more than {MAX_ENTRIES} entries")));
        }
        let mut entry = entry.map_err(|e| refused(e.to_string()))?;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() || kind.is_pax_local_extensions() {
            continue;
        }
        let raw = entry.path_bytes().into_owned();
        let name = member_name(&String::from_utf8_lossy(&raw))?;
        let modified = entry
            .header()
            .mtime()
            .ok()
            .map(|secs| SystemTime::UNIX_EPOCH + Duration::from_secs(secs.min(1 << 40)));
        let size = if kind.is_file() || kind.is_gnu_sparse() {
            entry.size()
        } else {
            0
        };
        if size >= left {
            return Err(refused(format!("larger than {MAX_CHART_SIZE} bytes")));
        }
        let mut data = Vec::with_capacity(size.min(1 << 20) as usize);
        if size > 0 {
            entry
                .by_ref()
                .take(left)
                .read_to_end(&mut data)
                .map_err(|e| refused(e.to_string()))?;
        }
        left = left.saturating_sub(data.len() as u64);
        files.push(ChartFile::new(name, data, modified));
    }
    if files.is_empty() {
        return Err(refused("no files in chart archive"));
    }
    Ok(files)
}

/// The name of an entry inside the chart: its path without the first component, refused where it leads elsewhere.
fn member_name(raw: &str) -> Result<String, ChartError> {
    // Archives made on Windows separate with backslashes.
    let path = if raw.contains('\\') {
        raw.replace('\\', "/")
    } else {
        raw.to_owned()
    };
    let Some((_, rest)) = path.split_once('/') else {
        return Err(refused(if path == "Chart.yaml" {
            "chart yaml not in base directory"
        } else {
            "an entry outside a folder"
        }));
    };
    if rest.starts_with('/') {
        return Err(refused("an absolute path"));
    }
    let bytes = rest.as_bytes();
    if bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes.get(2), Some(b'/')) {
        return Err(refused("a path with a drive"));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Err(refused("a path that leads outside")),
            ".." => {}
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        return Err(refused("an empty path"));
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// spec 4.4: what becomes of entry names.
    #[test]
    fn names_stay_inside_the_chart() {
        for (raw, expected) in [
            ("c/Chart.yaml", Some("Chart.yaml")),
            ("other/templates/a.yaml", Some("templates/a.yaml")),
            ("c\\templates\\a.yaml", Some("templates/a.yaml")),
            ("c/./a/../b", Some("b")),
            ("c/../../etc/passwd", None),
            ("c/..", None),
            ("c//abs", None),
            ("c/c:/x", None),
            ("Chart.yaml", None),
            ("c/", None),
        ] {
            assert_eq!(member_name(raw).ok().as_deref(), expected, "{raw}");
        }
    }

    /// spec 4.1: anything wrong inside an archive is one message.
    #[test]
    fn broken_archives_are_refused() {
        for bytes in [
            &b""[..],
            b"plain",
            &[0x1f, 0x8b],
            &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3],
        ] {
            assert_eq!(read(bytes).unwrap_err().to_string(), "unable to load chart archive");
        }
    }
}
