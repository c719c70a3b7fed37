//! `dependency list`, `build` and `update`: the charts that a chart depends on.

use std::fs;
use std::path::{Path, PathBuf};

use skeg_chart::{Chart, Dependency};
use skeg_fetch::dependencies::{Event, Manager, Repository, declares_dependencies};
use skeg_value::Value;
use skeg_value::semver::{Constraint, Version};

use super::chart_ref::Credentials;
use super::{load, source_date};
use crate::error::CommandError;
use crate::output::Output;
use crate::output::quote::go_quote;
use crate::output::table::Table;
use crate::settings::Settings;
use crate::settings::paths::join;
use crate::settings::yaml_file;

/// What `dependency list` was asked for.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// The chart's folder or archive, cleaned; `.` by default.
    pub chart_path: String,
    /// `--max-col-width`: longer cells are cut; in characters.
    pub max_column_width: u64,
}

/// What `dependency build` and `dependency update` were asked for.
#[derive(Clone, Debug, Default)]
pub struct FetchOptions {
    /// The chart's folder, cleaned; `.` by default.
    pub chart_path: String,
    /// `--verify`: check the signatures of what is fetched.
    pub verify: bool,
    /// `--keyring`: path of the public keys for that.
    pub keyring: String,
    /// `--skip-refresh`: use the repository indexes as they are.
    pub skip_refresh: bool,
    /// How to speak with the servers.
    pub credentials: Credentials,
}

/// Prints the dependencies and whether they are there.
///
/// # Errors
/// Helm's message when the chart cannot be loaded.
///
/// # Source
/// spec/lifecycle.md 3 and 9.9.
pub fn list(options: &ListOptions, _settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let path = &options.chart_path;
    // The list needs no templates, so they stay on the disk.
    let loaded = skeg_fetch::load::load_late_untyped(Path::new(path), &mut |_| {})
        .map_err(|error| CommandError::new(error.to_string()))?;
    load::log_all(&loaded.log, out);
    let chart = loaded.chart;
    let charts = PathBuf::from(join(&[path, "charts"]));
    if !declares_dependencies(&chart) {
        out.line(format!("WARNING: no dependencies at {}", charts.display()));
        return Ok(());
    }
    let mut table = Table {
        rows: vec![["NAME", "VERSION", "REPOSITORY", "STATUS"].map(str::to_owned).to_vec()],
        max_column_width: usize::try_from(options.max_column_width).unwrap_or(usize::MAX),
    };
    for dependency in chart.metadata.declared() {
        let status = status(dependency, &chart, &charts);
        let Dependency {
            name,
            version,
            repository,
            ..
        } = dependency;
        table
            .rows
            .push([name, version, repository, status].map(str::to_owned).to_vec());
    }
    out.line(table.render());
    out.line("");
    for entry in entries(&charts) {
        if !entry.is_dir() && entry.extension().is_none_or(|extension| extension != "tgz") {
            continue;
        }
        let shown = go_quote(&entry.to_string_lossy());
        match skeg_fetch::load::load_late_untyped(&entry, &mut |_| {}) {
            Err(_) => out.line(format!("WARNING: {shown} is not a chart.")),
            Ok(loaded)
                if chart
                    .metadata
                    .declared()
                    .all(|declared| declared.name != loaded.chart.name()) =>
            {
                out.line(format!("WARNING: {shown} is not in Chart.yaml."));
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

/// What there is in a folder, sorted; nothing when it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The word for what became of a dependency: its archive first, then what the chart was loaded with.
fn status(dependency: &Dependency, chart: &Chart, charts: &Path) -> &'static str {
    if is_bad_pattern(&dependency.name) {
        return "bad pattern";
    }
    let version_in = |path: &Path| {
        let name = path.file_name()?.to_str()?.strip_suffix(".tgz")?;
        name.strip_prefix(&dependency.name)?
            .strip_prefix('-')
            .map(str::to_owned)
    };
    let mut archives: Vec<PathBuf> = entries(charts)
        .into_iter()
        .filter(|path| version_in(path).is_some())
        .collect();
    if archives.len() > 1 {
        archives.retain(|path| version_in(path).is_some_and(|version| Version::parse_strict(&version).is_ok()));
        if archives.len() > 1 {
            return "too many matches";
        }
    }
    if let Some(archive) = archives.first().filter(|archive| archive.exists()) {
        return match skeg_fetch::load::load_untyped(archive) {
            Err(_) => "corrupt",
            Ok(loaded) if loaded.chart.name() != dependency.name => "misnamed",
            Ok(loaded) => misfit(dependency, &loaded.chart).unwrap_or("ok"),
        };
    }
    match chart.dependencies.iter().rfind(|found| found.name() == dependency.name) {
        None => "missing",
        Some(found) => misfit(dependency, found).unwrap_or("unpacked"),
    }
}

/// Why a chart's version is not the one that is wanted; none if it is.
fn misfit(dependency: &Dependency, chart: &Chart) -> Option<&'static str> {
    let version = &chart.metadata.version;
    if *version == dependency.version {
        return None;
    }
    match (Constraint::parse(&dependency.version), Version::parse(version)) {
        (Ok(constraint), Ok(version)) => (!constraint.check(&version)).then_some("wrong version"),
        _ => Some("invalid version"),
    }
}

/// Whether a name cannot be part of a glob pattern: a bracket that does not close, or a `\` at its end.
fn is_bad_pattern(name: &str) -> bool {
    name.ends_with('\\')
        || name
            .split_once('[')
            .is_some_and(|(_, rest)| !rest.contains(']') || rest.starts_with(']'))
}

/// Fetches the dependencies that `Chart.lock` names, or, without one, does as [`update`] does.
///
/// # Errors
/// Helm's message when the chart, the lock file or a dependency cannot be loaded, or they do not belong together.
pub fn build(options: &FetchOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    run(options, settings, Quiet(false), out, |manager| manager.build())
}

/// Fetches the newest dependencies that `Chart.yaml` allows and writes `Chart.lock`.
///
/// # Errors
/// Helm's message when the chart or a dependency cannot be loaded, or no version fits.
pub fn update(options: &FetchOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    run(options, settings, Quiet(false), out, |manager| manager.update())
}

/// As [`update`], without telling what is done.
///
/// # Errors
/// As [`update`].
pub fn update_quietly(options: &FetchOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    run(options, settings, Quiet(true), out, |manager| manager.update())
}

/// Whether nothing is said on standard output.
struct Quiet(bool);

fn run(
    options: &FetchOptions,
    settings: &Settings,
    quiet: Quiet,
    out: &mut Output,
    act: impl FnOnce(&mut Manager<'_>) -> Result<(), skeg_fetch::FetchError>,
) -> Result<(), CommandError> {
    let times = source_date::times(&settings.env)?;
    let repositories = repositories(settings)?;
    let mut hear = |event: Event<'_>| match event {
        Event::Text(text) if !quiet.0 => out.print(text),
        Event::Text(_) => {}
        Event::Log(line) => load::log_all(std::slice::from_ref(line), out),
    };
    let mut manager = Manager {
        chart_path: &options.chart_path,
        repositories: &repositories,
        skip_refresh: options.skip_refresh,
        debug: settings.debug,
        times,
        hear: &mut hear,
    };
    act(&mut manager).map_err(|error| CommandError::new(error.to_string()))
}

/// The repositories that the user has added.
fn repositories(settings: &Settings) -> Result<Vec<Repository>, CommandError> {
    let path = &settings.repository_config;
    let file = yaml_file::read(path).map_err(CommandError::new)?.unwrap_or_default();
    let list = file.as_map().and_then(|map| map.get(b"repositories"));
    let entries = list
        .as_ref()
        .and_then(Value::as_list)
        .map(|list| list.iter().collect::<Vec<_>>())
        .unwrap_or_default();
    let text = |entry: &Value, key: &str| {
        entry
            .as_map()
            .and_then(|map| map.get(key.as_bytes()))
            .and_then(|value| yaml_file::text_of(&value))
    };
    Ok(entries
        .into_iter()
        .map(|entry| Repository {
            name: text(entry, "name").unwrap_or_default(),
            url: text(entry, "url").unwrap_or_default(),
        })
        .collect())
}
