//! What there is to run: charts, and the suite files of each.

use std::path::{Component, Path, PathBuf};

use skeg_author::unittest::SuiteFile;
use skeg_chart::values::{Nulls, coalesce};
use skeg_chart::{Capabilities, Chart, ChartFile, Dependency, archive, load, process};
use skeg_render::{Release, Request, render_files};
use skeg_template::NoTrace;
use skeg_value::{Map, Value, yaml};

use super::UnittestOptions;
use crate::error::{CommandError, go_text};
use crate::settings::Settings;
use crate::settings::paths::clean;
use crate::world::Machine;

/// Where suites are, unless told otherwise.
pub(super) const DEFAULT_FILES: &str = "tests/*_test.yaml";

/// Everything that is to be run.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) charts: Vec<PlannedChart>,
    pub(super) tasks: Vec<Task>,
    /// Values files for all tests, absolute.
    pub(super) values: Vec<String>,
}

/// One chart: its files, from which each thread makes its own.
#[derive(Debug, Default)]
pub(super) struct PlannedChart {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) files: Vec<ChartFile>,
    /// Why it cannot be tested.
    pub(super) error: Option<String>,
}

/// One suite file.
#[derive(Debug)]
pub(super) struct Task {
    /// Which chart of the plan.
    pub(super) chart: usize,
    pub(super) file: SuiteFile,
    /// The length of the suite file in bytes: about how long it will take.
    pub(super) size: u64,
}

/// Finds charts and suites.
///
/// # Errors
/// Wrong patterns. Charts that cannot be loaded are part of the plan.
pub(super) fn make(options: &UnittestOptions, settings: &Settings) -> Result<Plan, CommandError> {
    let mut plan = Plan::default();
    for pattern in deduplicated(&options.values) {
        let found = find("", pattern)?;
        if found.is_empty() {
            return Err(CommandError::new(format!("no values file is named {pattern:?}")));
        }
        for path in found {
            let absolute = std::path::absolute(&path).unwrap_or_else(|_| PathBuf::from(&path));
            plan.values.push(clean(&absolute.to_string_lossy()));
        }
    }
    for path in &options.charts {
        let index = plan.charts.len();
        let mut planned = PlannedChart {
            path: path.clone(),
            ..PlannedChart::default()
        };
        let loaded = files(path).and_then(|files| {
            let chart = load::load_files(&files, &mut Vec::new()).map_err(|error| error.to_string())?;
            Ok((files, chart))
        });
        match loaded {
            Err(reason) => planned.error = Some(reason),
            Ok((files, chart)) => {
                planned.name = chart.name().to_owned();
                planned.files = files;
                let values = values_for_conditions(&chart, &plan.values);
                let found = suites(options, settings, path, chart.name(), &chart, &values)?;
                plan.tasks.extend(found.into_iter().map(|file| Task {
                    chart: index,
                    size: size(&file),
                    file,
                }));
            }
        }
        let stop = planned.error.is_some() && options.fail_fast;
        plan.charts.push(planned);
        if stop {
            break;
        }
    }
    Ok(plan)
}

fn size(file: &SuiteFile) -> u64 {
    match &file.rendered {
        Some(text) => text.len() as u64,
        None => std::fs::metadata(&file.path).map_or(0, |metadata| metadata.len()),
    }
}

/// The files of a chart folder or archive.
fn files(path: &str) -> Result<Vec<ChartFile>, String> {
    let target = Path::new(path);
    let metadata = std::fs::metadata(target).map_err(|error| format!("stat {path}: {}", go_text(&error)))?;
    if metadata.is_dir() {
        let chart_yaml = target.join("Chart.yaml");
        if !chart_yaml.is_file() {
            return Err(format!("{path} is no chart: {} is missing", chart_yaml.display()));
        }
        return skeg_fetch::directory::read(target)
            .map(|directory| directory.files)
            .map_err(|error| error.to_string());
    }
    let bytes = std::fs::read(target).map_err(|error| format!("open {path}: {}", go_text(&error)))?;
    archive::read(&bytes).map_err(|error| format!("{path}: {}", error.in_full()))
}

/// The suites of a chart and, if asked for, of its enabled subcharts.
fn suites(
    options: &UnittestOptions,
    settings: &Settings,
    path: &str,
    route: &str,
    chart: &Chart,
    values: &Map,
) -> Result<Vec<SuiteFile>, CommandError> {
    let defaults = [DEFAULT_FILES.to_owned()];
    let patterns: &[String] = if options.files.is_empty() {
        &defaults
    } else {
        &options.files
    };
    let mut found = Vec::new();
    for pattern in deduplicated(patterns) {
        for file in find(path, pattern)? {
            found.push(SuiteFile {
                path: shown(&file),
                route: route.to_owned(),
                rendered: None,
            });
        }
    }
    if !options.chart_tests_path.is_empty() {
        let folder = format!("{path}/{}", options.chart_tests_path);
        if Path::new(&folder).exists() {
            found.extend(rendered(&folder, route, settings).map_err(CommandError::new)?);
        }
    }
    if options.with_subcharts {
        for subchart in &chart.dependencies {
            let name = subchart.name();
            let declared = chart
                .metadata
                .declared()
                .find(|declared| declared.alias_or_name() == name);
            if declared.is_none_or(|declared| is_enabled(declared, values)) {
                let (path, route) = (format!("{path}/charts/{name}"), format!("{route}/charts/{name}"));
                found.extend(suites(options, settings, &path, &route, subchart, values)?);
            }
        }
    }
    Ok(found)
}

/// The values that decide which subcharts are tested: the defaults of the chart, and the files of the command line.
fn values_for_conditions(chart: &Chart, files: &[String]) -> Map {
    let values = chart.values.deep_clone();
    for file in files {
        // A file that cannot be read is a failure of each test, where it is told.
        let read = std::fs::read(file).ok().and_then(|text| yaml::decode_v3(&text).ok());
        if let Some(Value::Map(map)) = read {
            skeg_chart::values::merge(&values, &map);
        }
    }
    values
}

/// Whether a subchart's suites are run: its condition decides, without one its tags.
fn is_enabled(declared: &Dependency, values: &Map) -> bool {
    if !declared.condition.is_empty() {
        let mut value = Value::Map(values.clone());
        for part in declared.condition.split('.') {
            let next = value.as_map().and_then(|map| map.get(part.as_bytes()));
            let Some(next) = next else { return true };
            value = next;
        }
        return value.as_bool().unwrap_or(true);
    }
    let Some(Value::Map(tags)) = values.get(b"tags") else {
        return true;
    };
    declared.tags.is_empty()
        || declared
            .tags
            .iter()
            .any(|tag| tags.get(tag.as_bytes()).and_then(|v| v.as_bool()) == Some(true))
}

/// The suites that a chart of suites renders.
fn rendered(folder: &str, route: &str, settings: &Settings) -> Result<Vec<SuiteFile>, String> {
    let files = files(folder)?;
    let mut log = Vec::new();
    let mut chart = load::load_files(&files, &mut log).map_err(|error| error.to_string())?;
    process::process(&mut chart, &Map::new(), &mut log).map_err(|error| error.to_string())?;
    let values = coalesce(&chart, &Map::new(), Nulls::Delete, &mut log).map_err(|error| error.to_string())?;
    let release = Release {
        name: "TEST-SUITE-RELEASE".to_owned(),
        namespace: "NAMESPACE".to_owned(),
        is_upgrade: false,
        is_install: false,
        revision: 1,
    };
    let capabilities = Capabilities::default();
    let request = Request {
        chart: &chart,
        values: &values,
        release: &release,
        capabilities: &capabilities,
        world: std::rc::Rc::new(Machine::new(settings.time_zone())),
        enable_dns: false,
        lint: false,
        ahead: skeg_render::Ahead::new(),
    };
    let output = render_files(&request, NoTrace).map_err(|failure| format!("{folder}: {}", failure.error))?;
    let mut outputs: Vec<_> = output.files.into_iter().chain(output.notes).collect();
    outputs.sort_by(|a, b| a.name.cmp(&b.name));
    outputs
        .into_iter()
        .map(|file| {
            if file.text.trim_ascii().is_empty() {
                return Err(format!(
                    "test suite template ({}) file did not render a manifest",
                    file.name
                ));
            }
            let inside = file.name.strip_prefix(chart.name()).unwrap_or(&file.name);
            Ok(SuiteFile {
                path: shown(&format!("{folder}{inside}")),
                route: route.to_owned(),
                rendered: Some(file.text.to_vec()),
            })
        })
        .collect()
}

/// The patterns, without one that repeats the one before it.
fn deduplicated(patterns: &[String]) -> Vec<&str> {
    let mut patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    patterns.dedup();
    patterns
}

/// The files that a pattern names below a folder, sorted. An absolute path is itself, pattern or not.
fn find(folder: &str, pattern: &str) -> Result<Vec<String>, CommandError> {
    if pattern.starts_with('/') {
        return Ok(vec![pattern.to_owned()]);
    }
    let base = format!("{folder}/");
    let whole = if folder.is_empty() || pattern.contains(&base) {
        pattern.to_owned()
    } else {
        // The folder is no pattern, whatever characters it has.
        format!("{}/{pattern}", glob::Pattern::escape(&clean(folder)))
    };
    let paths =
        glob::glob(&whole).map_err(|error| CommandError::new(format!("bad pattern {pattern:?}: {}", error.msg)))?;
    Ok(paths
        .filter_map(Result::ok)
        .filter(|path| !path.is_dir())
        .map(|path| path.to_string_lossy().into_owned())
        .collect())
}

/// A path as results show it: relative to the working directory.
fn shown(path: &str) -> String {
    let Ok(here) = std::env::current_dir() else {
        return clean(path);
    };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
    let absolute = PathBuf::from(clean(&absolute.to_string_lossy()));
    let names = |path: &Path| -> Vec<String> {
        path.components()
            .filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
                _ => None,
            })
            .collect()
    };
    let (from, to) = (names(&here), names(&absolute));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut parts = vec!["..".to_owned(); from.len() - common];
    parts.extend_from_slice(&to[common..]);
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}
