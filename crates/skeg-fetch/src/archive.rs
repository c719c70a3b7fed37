//! Charts written to archives, as `package` makes them.
//!
//! In: a chart and a folder. Out: `NAME-VERSION.tgz` in it, written beside its final name and moved there when it is
//! complete: there is never half a file.
//!
//! # Source
//! spec/rendering.md 6.8.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use skeg_chart::{Chart, lock};
use skeg_value::json;

use crate::error::{FetchError, reason};
use crate::{gzip, tar};

/// Charts inside charts: the loader goes no deeper either.
const MAX_NESTING: usize = 64;

/// Which times the files in an archive get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// Each file its own, this one where it has none.
    Own(SystemTime),
    /// All the same, in seconds since 1970: `SOURCE_DATE_EPOCH`.
    Fixed(i64),
}

impl Times {
    /// Each file its own time, now where it has none.
    pub fn now() -> Self {
        Times::Own(SystemTime::now())
    }

    fn of(self, modified: Option<SystemTime>) -> i64 {
        match self {
            Times::Own(now) => rounded(modified.unwrap_or(now)),
            Times::Fixed(seconds) => seconds,
        }
    }

    fn of_lock(self, generated: &str) -> i64 {
        match self {
            Times::Own(now) => lock::seconds(generated).unwrap_or_else(|| rounded(now)),
            Times::Fixed(seconds) => seconds,
        }
    }
}

/// To the nearest second, halves upwards.
fn rounded(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX) + i64::from(since.subsec_millis() >= 500),
        Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
    }
}

/// The name of a chart's archive.
pub fn file_name(chart: &Chart) -> String {
    format!("{}-{}.tgz", chart.name(), chart.metadata.version)
}

/// Writes the archive of a chart into a folder, which is made if it is not there. Gives the archive's path.
///
/// # Errors
/// Something that is no folder in the way, a file that cannot be written, a schema that is no JSON.
pub fn save(chart: &Chart, folder: &Path, times: &Times) -> Result<PathBuf, FetchError> {
    match fs::metadata(folder) {
        Ok(metadata) if !metadata.is_dir() => {
            return Err(FetchError::Message(format!("is not a directory: {}", folder.display())));
        }
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            fs::create_dir_all(folder).map_err(|e| FetchError::io("mkdir", folder, &e))?;
        }
        Err(error) => {
            return Err(FetchError::Message(format!(
                "stat {0}: stat {0}: {1}",
                folder.display(),
                reason(&error)
            )));
        }
    }
    let bytes = pack(chart, *times)?;
    let path = folder.join(file_name(chart));
    let part = folder.join(format!(".{}.{}.part", file_name(chart), std::process::id()));
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, &path));
    if let Err(error) = written {
        let _ = fs::remove_file(&part);
        return Err(FetchError::io("open", &path, &error));
    }
    Ok(path)
}

/// The bytes of a chart's archive.
///
/// # Errors
/// A schema that is no JSON, a chart whose name is a path.
pub fn pack(chart: &Chart, times: Times) -> Result<Vec<u8>, FetchError> {
    gzip::compress(|out| {
        contents(out, chart, "", times, 0)?;
        tar::finish(out).map_err(|error| FetchError::Message(error.to_string()))
    })
}

fn contents(out: &mut impl Write, chart: &Chart, prefix: &str, times: Times, depth: usize) -> Result<(), FetchError> {
    if depth > MAX_NESTING {
        return Err(FetchError::Message(format!(
            "charts are nested more than {MAX_NESTING} deep"
        )));
    }
    let name = chart.name();
    if name.is_empty() || name.contains('/') {
        return Err(FetchError::Message(format!("invalid chart name '{name}'")));
    }
    let base = format!("{prefix}{name}");
    let mut put = |path: &str, data: &[u8], seconds: i64| {
        tar::append(out, &format!("{base}/{path}"), data, seconds)
            .map_err(|error| FetchError::Message(error.to_string()))
    };
    let is_v1 = chart.metadata.api_version == "v1";
    let mut metadata = chart.metadata.clone();
    if is_v1 {
        // They stand in requirements.yaml, which is one of the files.
        metadata.dependencies.clear();
    }
    let metadata_time = times.of(chart.metadata_file.as_ref().and_then(|file| file.modified));
    put(
        "Chart.yaml",
        &metadata.to_yaml().map_err(FetchError::Message)?,
        metadata_time,
    )?;
    if let Some(lock) = chart.lock.as_ref().filter(|_| !is_v1) {
        let mut lock = lock.clone();
        if let Times::Fixed(seconds) = times {
            lock.generated = lock::timestamp(seconds, 0);
        }
        put(
            "Chart.lock",
            &lock.to_yaml().map_err(FetchError::Message)?,
            times.of_lock(&lock.generated),
        )?;
    }
    if let Some(file) = &chart.values_file {
        put("values.yaml", file.data(), times.of(file.modified))?;
    }
    if let Some(schema) = &chart.schema {
        json::decode(schema.data())
            .map_err(|_| FetchError::Message("invalid JSON in values.schema.json".to_owned()))?;
        put("values.schema.json", schema.data(), times.of(schema.modified))?;
    }
    for file in chart.templates.iter().chain(&chart.files) {
        put(&file.name, file.data(), times.of(file.modified))?;
    }
    let prefix = format!("{base}/charts/");
    chart
        .dependencies
        .iter()
        .try_for_each(|dependency| contents(out, dependency, &prefix, times, depth + 1))
}
