//! Running again whenever files of the charts change.
//!
//! Files are looked at a few times a second instead of being told about by the system: that works on every file system,
//! network drives and containers included, and a chart has few files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use super::UnittestOptions;
use crate::error::{CommandError, Report};
use crate::output::Output;

/// How often files are looked at.
const PAUSE: Duration = Duration::from_millis(300);

/// Folders inside folders deeper than this are not looked at.
const DEEPEST: usize = 32;

/// What files look like: time of change and size.
type Look = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Runs `once` now and after each change, until the process is ended.
///
/// # Errors
/// Only what cannot get better by changing files: standard output that is gone.
pub(super) fn run(
    options: &UnittestOptions,
    once: &mut dyn FnMut(&mut Output) -> Result<(), CommandError>,
    out: &mut Output,
) -> Result<(), CommandError> {
    loop {
        if let Err(error) = once(out)
            && let Report::Message(text) = &error.report
        {
            out.eline(&format!("Error: {text}"));
        }
        out.eline("waiting for changes; Ctrl-C ends");
        if out.finish().is_err() {
            return Err(CommandError::silent(crate::error::BROKEN_PIPE));
        }
        // Snapshots that the run itself stored are no change.
        let before = look(options);
        while look(options) == before {
            thread::sleep(PAUSE);
        }
    }
}

fn look(options: &UnittestOptions) -> Look {
    let mut seen = Look::new();
    for path in options.charts.iter().chain(&options.values) {
        visit(Path::new(path), 0, &mut seen);
    }
    seen
}

fn visit(path: &Path, depth: usize, seen: &mut Look) {
    let Ok(metadata) = fs::metadata(path) else { return };
    if !metadata.is_dir() {
        seen.insert(path.to_owned(), (metadata.modified().ok(), metadata.len()));
        return;
    }
    if depth < DEEPEST {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            visit(&entry.path(), depth + 1, seen);
        }
    }
}
