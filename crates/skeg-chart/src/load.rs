//! Files made into a chart: which file plays which role, subcharts included.
//!
//! # Source
//! spec/rendering.md 4.1, 4.2, 4.5.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use skeg_value::yaml;

use crate::archive;
use crate::chart::Chart;
use crate::error::ChartError;
use crate::files::ChartFile;
use crate::lock::Lock;
use crate::log::LogLine;
use crate::metadata::Metadata;

/// Charts inside charts inside charts: deeper than this is refused.
const MAX_NESTING: usize = 64;

/// Looks at the version of a chart's format, which Helm does before it loads a chart that it was asked for (not for
/// subcharts, and not in lint).
///
/// # Errors
/// `cannot load Chart.yaml: …`, or [`ChartError::UnsupportedVersion`].
pub fn check_version(chart_yaml: &[u8]) -> Result<(), ChartError> {
    let version = Metadata::decode_version(chart_yaml).map_err(|reason| bad("Chart.yaml", reason))?;
    if ["", "v1", "v2", "v3"].contains(&version.as_str()) {
        Ok(())
    } else {
        Err(ChartError::UnsupportedVersion)
    }
}

/// Makes a chart of its files, in their order. `log` receives what Helm says on the way.
///
/// # Errors
/// Helm's message for the first thing that is wrong.
pub fn load_files(files: &[ChartFile], log: &mut Vec<LogLine>) -> Result<Chart, ChartError> {
    nested(files, log, 0)
}

pub(crate) fn nested(files: &[ChartFile], log: &mut Vec<LogLine>, depth: usize) -> Result<Chart, ChartError> {
    let mut chart = Chart::default();
    let metadata_file = files.iter().rev().find(|file| &*file.name == "Chart.yaml");
    if let Some(file) = metadata_file {
        chart.metadata = Metadata::decode_as(file.data(), "v2.Metadata").map_err(|reason| bad("Chart.yaml", reason))?;
        if chart.metadata.api_version.is_empty() {
            chart.metadata.api_version = "v1".to_owned();
        }
        chart.metadata_file = Some(file.clone());
    }
    let mut found = Found::default();
    for file in files {
        assign(&mut chart, file, &mut found, log)?;
    }
    if metadata_file.is_none() {
        return Err(ChartError::NoMetadata);
    }
    chart.metadata.sanitise_and_validate().map_err(ChartError::Invalid)?;
    found.subcharts.retain(|entry, _| !entry.starts_with(['_', '.']));
    let mut unpacked = unpacked(&found.subcharts);
    for (entry, files) in found.subcharts {
        // Helm calls an archive that turns out to be a folder just so.
        let is_odd = entry.ends_with(".tgz") && files.first().is_some_and(|file| &*file.name != entry);
        let archive = unpacked.remove(entry);
        let subchart = subchart(entry, &files, archive, log, depth + 1).map_err(|reason| ChartError::Subchart {
            entry: if is_odd { "tar" } else { entry }.to_owned(),
            parent: chart.metadata.name.clone(),
            reason: Box::new(reason),
        })?;
        chart.dependencies.push(subchart);
    }
    Ok(chart)
}

fn bad(file: &str, reason: String) -> ChartError {
    ChartError::BadFile {
        file: file.to_owned(),
        reason,
    }
}

/// What was found among the files so far, by name.
#[derive(Default)]
struct Found<'f> {
    /// The files of each subchart, by its entry below `charts/`.
    subcharts: BTreeMap<&'f str, Vec<ChartFile>>,
    /// Which template has a name.
    templates: HashMap<&'f str, usize>,
}

/// Gives one file its role.
fn assign<'f>(
    chart: &mut Chart,
    file: &'f ChartFile,
    found: &mut Found<'f>,
    log: &mut Vec<LogLine>,
) -> Result<(), ChartError> {
    let is_v1 = chart.metadata.api_version == "v1";
    match &*file.name {
        "Chart.yaml" => {}
        "Chart.lock" => {
            chart.lock = Some(Lock::decode(file.data()).map_err(|reason| bad("Chart.lock", reason))?);
            chart.lock_file = Some(file.clone());
        }
        "values.yaml" => {
            chart.values = yaml::decode_values(file.data()).map_err(|error| bad("values.yaml", error.to_string()))?;
            chart.values_file = Some(file.clone());
        }
        "values.schema.json" => {
            chart.schema = Some(file.clone());
        }
        "requirements.yaml" => {
            if is_v1 {
                chart.files.push(file.clone());
            } else {
                log.push(LogLine::info(
                    "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating \
                     dependencies to Chart.yaml.",
                    &[],
                ));
            }
            chart
                .metadata
                .decode_requirements(file.data())
                .map_err(|reason| bad("requirements.yaml", reason))?;
        }
        "requirements.lock" => {
            if is_v1 {
                chart.files.push(file.clone());
            } else {
                log.push(LogLine::info(
                    "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend \
                     migrating to Chart.lock.",
                    &[],
                ));
            }
            chart.lock = Some(Lock::decode(file.data()).map_err(|reason| bad("requirements.lock", reason))?);
        }
        name if name.starts_with("templates/") => {
            // An archive may hold a name twice; the last one counts.
            match found.templates.insert(name, chart.templates.len()) {
                Some(earlier) => chart.templates[earlier] = file.clone(),
                None => chart.templates.push(file.clone()),
            }
        }
        name if name.starts_with("charts/") && !name.ends_with(".prov") => {
            let rest = &name["charts/".len()..];
            let entry = rest.split('/').next().unwrap_or(rest);
            found.subcharts.entry(entry).or_default().push(file.renamed(rest));
        }
        _ => chart.files.push(file.clone()),
    }
    Ok(())
}

/// What an archive holds, or why it cannot be read.
type Unpacked = Result<Vec<ChartFile>, ChartError>;

/// Archives are worth a second thread from so many bytes on, in all.
const WORTH_A_THREAD: usize = 32 * 1024;

/// The archives among the subcharts, unpacked on two threads where there are several. Behind one that cannot be read none is
/// begun; all before it are there, so the caller finds errors in their order.
fn unpacked<'f>(subcharts: &BTreeMap<&'f str, Vec<ChartFile>>) -> HashMap<&'f str, Unpacked> {
    let archives: Vec<(&str, &ChartFile)> = subcharts
        .iter()
        .filter_map(|(entry, files)| match &files[..] {
            [file] if entry.ends_with(".tgz") && &*file.name == *entry => Some((*entry, file)),
            _ => None,
        })
        .collect();
    let bytes: usize = archives.iter().map(|(_, file)| file.data().len()).sum();
    if archives.len() < 2 || bytes < WORTH_A_THREAD {
        return HashMap::new();
    }
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        while let Some((entry, file)) = archives.get(next.fetch_add(1, Ordering::Relaxed)) {
            let unpacked = archive::read(file.data());
            if unpacked.is_err() {
                next.store(archives.len(), Ordering::Relaxed);
            }
            done.push((*entry, unpacked));
        }
        done
    };
    thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, some);
        let mut done: HashMap<&str, Unpacked> = some().into_iter().collect();
        match other.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(rest)) => done.extend(rest),
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // There is no second thread to be had: this one did it all.
            Err(_) => {}
        }
        done
    })
}

/// A subchart from the files below `charts/<entry>`, or from the archive of that name.
///
/// `unpacked`: what the archive holds, where that is known.
fn subchart(
    entry: &str,
    files: &[ChartFile],
    unpacked: Option<Unpacked>,
    log: &mut Vec<LogLine>,
    depth: usize,
) -> Result<Chart, ChartError> {
    if depth > MAX_NESTING {
        return Err(ChartError::Values(format!(
            "charts are nested more than {MAX_NESTING} deep"
        )));
    }
    if entry.ends_with(".tgz") {
        let archive = &files[0];
        if &*archive.name != entry {
            return Err(ChartError::Values(format!("expected {entry}, got {}", archive.name)));
        }
        let files = unpacked
            .unwrap_or_else(|| archive::read(archive.data()))
            .map_err(ChartError::in_full)?;
        return nested(&files, log, depth);
    }
    let inner: Vec<ChartFile> = files
        .iter()
        .filter_map(|file| file.name.split_once('/').map(|(_, rest)| file.renamed(rest)))
        .collect();
    nested(&inner, log, depth)
}
