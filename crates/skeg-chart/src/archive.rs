//! Chart archives: gzip, tar, and the limits that keep hostile ones harmless.
//!
//! # Source
//! spec/rendering.md 4.1, 4.4.

mod tar;

use std::io::Read;
use std::time::{Duration, SystemTime};

use flate2::bufread::MultiGzDecoder;
use skeg_value::quote::quote;

use crate::chart::Chart;
use crate::error::ChartError;
use crate::files::{ChartFile, MAX_CHART_SIZE};
use crate::load;
use crate::log::LogLine;
use tar::{Entries, Kind};

/// More entries than any chart has; the reader stops there.
const MAX_ENTRIES: usize = 200_000;
/// The largest archive that is unpacked, in bytes: the files of a chart and as much again for headers.
const MAX_UNPACKED: u64 = 2 * MAX_CHART_SIZE;

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
    let (unpacked, cut_off_by) = unpack(bytes)?;
    let mut entries = Entries::new(&unpacked, cut_off_by);
    let mut left = MAX_CHART_SIZE;
    let mut files = Vec::new();
    let mut count = 0;
    while let Some(entry) = entries.next()? {
        count += 1;
        if count > MAX_ENTRIES {
            return Err(refused(format!("more than {MAX_ENTRIES} entries")));
        }
        if matches!(entry.kind, Kind::Directory | Kind::Global) {
            continue;
        }
        let name = member_name(&String::from_utf8_lossy(&entry.name))?;
        if entry.size >= left {
            return Err(refused(format!(
                "decompressed chart is larger than the maximum size {MAX_CHART_SIZE}"
            )));
        }
        left -= entry.size;
        // Times from before 1970 or after the year 36000 are nobody's.
        let seconds = u64::try_from(entry.modified).ok().map(|seconds| seconds.min(1 << 40));
        let modified = seconds.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        files.push(ChartFile::new(name, entries.contents(&entry)?, modified));
    }
    if files.is_empty() {
        return Err(refused("no files in chart archive"));
    }
    Ok(files)
}

/// The tar file inside, and why it ends where it does if it is not all there: that matters only to who reads so far.
fn unpack(bytes: &[u8]) -> Result<(Vec<u8>, Option<String>), ChartError> {
    match bytes.get(..10) {
        None if bytes.is_empty() => return Err(refused("EOF")),
        None => return Err(refused("unexpected EOF")),
        Some(head) if !is_gzip(head) || head[2] != 8 => return Err(refused("gzip: invalid header")),
        Some(_) => {}
    }
    // The last four bytes say how long it will be, if they are to be believed; nothing is as much smaller packed as a thousandth.
    let said = bytes
        .last_chunk::<4>()
        .map_or(0, |&said| u32::from_le_bytes(said) as usize);
    let mut unpacked = Vec::with_capacity(said.min(bytes.len() * 1000).min(1 << 24));
    let outcome = MultiGzDecoder::new(bytes).take(MAX_UNPACKED).read_to_end(&mut unpacked);
    let cut_off_by = match outcome {
        Ok(_) if unpacked.len() as u64 == MAX_UNPACKED => Some(format!(
            "decompressed chart is larger than the maximum size {MAX_CHART_SIZE}"
        )),
        Ok(_) => None,
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Some("unexpected EOF".to_owned()),
        Err(error) => Some(format!("flate: corrupt input: {error}")),
    };
    Ok((unpacked, cut_off_by))
}

/// The name of an entry inside the chart: its path without the first component, refused where it leads elsewhere.
fn member_name(raw: &str) -> Result<String, ChartError> {
    // Archives made on Windows separate with backslashes.
    let path = if raw.contains('\\') {
        raw.replace('\\', "/")
    } else {
        raw.to_owned()
    };
    let outside = || {
        let name = quote(raw.as_bytes());
        Err(refused(format!(
            "chart illegally contains content outside the base directory: {name}"
        )))
    };
    let Some((_, rest)) = path.split_once('/') else {
        return outside();
    };
    if rest.starts_with('/') {
        return Err(refused("chart illegally contains absolute paths"));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => {
                return Err(refused("chart illegally references parent directory"));
            }
            ".." => {}
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        return outside();
    }
    let bytes = parts[0].as_bytes();
    if bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' {
        return Err(refused("chart contains illegally named files"));
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
