//! Finds the charts of the repository and what each of them promises.

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Component, Path, PathBuf};

use skeg_value::{Value, yaml};

/// The newest Kubernetes minor that is promised, after `1.`.
const NEWEST: u32 = 37;

/// Minors before the general promise that a chart for older clusters is checked with too.
const OLD: &[u32] = &[20, 22, 25];

/// The first minor that every chart promises.
const GENERAL: u32 = 28;

/// A chart's folder and what its Chart.yaml says.
pub(crate) struct Chart {
    /// Relative to the repository.
    pub(crate) folder: PathBuf,
    /// Folders of the charts it depends on.
    pub(crate) dependencies: Vec<PathBuf>,
    /// Whether it is a library.
    pub(crate) is_library: bool,
    /// The oldest minor that `kubeVersion` lets in.
    oldest: u32,
}

impl Chart {
    /// Whether it only serves the tests of another chart.
    pub(crate) fn is_fixture(&self) -> bool {
        self.folder.components().any(|part| part.as_os_str() == "tests")
    }

    /// The Kubernetes minors it is checked with.
    pub(crate) fn promised(&self) -> impl Iterator<Item = u32> {
        let oldest = self.oldest;
        let general: RangeInclusive<u32> = GENERAL.max(oldest)..=NEWEST;
        OLD.iter().copied().filter(move |minor| *minor >= oldest).chain(general)
    }
}

/// All charts below `charts/` that are no vendored copies, each after those it depends on.
///
/// # Errors
/// A Chart.yaml that cannot be read, or charts that depend on each other.
pub(crate) fn charts() -> Result<Vec<Chart>, String> {
    let mut folders = Vec::new();
    find(Path::new("charts"), &mut folders);
    folders.sort();
    let mut waiting = folders.into_iter().map(chart).collect::<Result<Vec<_>, _>>()?;
    let mut sorted: Vec<Chart> = Vec::new();
    while !waiting.is_empty() {
        let ready = |chart: &Chart| {
            let known = |folder: &PathBuf| sorted.iter().any(|done| done.folder == *folder);
            chart.dependencies.iter().all(known)
        };
        let Some(next) = waiting.iter().position(ready) else {
            let stuck: Vec<String> = waiting.iter().map(|chart| chart.folder.display().to_string()).collect();
            return Err(format!(
                "these charts wait for each other or for a chart that is not there: {}",
                stuck.join(", ")
            ));
        };
        sorted.push(waiting.remove(next));
    }
    Ok(sorted)
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("Chart.yaml").is_file() {
        found.push(folder.to_owned());
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // Below a chart, `charts/` holds copies.
        let vendored = path.ends_with("charts") && folder.join("Chart.yaml").is_file();
        if path.is_dir() && !vendored {
            find(&path, found);
        }
    }
}

fn chart(folder: PathBuf) -> Result<Chart, String> {
    let path = folder.join("Chart.yaml");
    let bytes = fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let value = yaml::decode(&bytes).map_err(|e| format!("{}: {}", path.display(), e.message()))?;
    let text = |map: &Value, key: &str| {
        let found = map.as_map().and_then(|map| map.get(key.as_bytes()));
        found
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let list = value.as_map().and_then(|map| map.get(b"dependencies"));
    let list = list
        .as_ref()
        .and_then(Value::as_list)
        .map(|list| list.as_slice().to_vec())
        .unwrap_or_default();
    let local = |dependency: &Value| {
        let repository = text(dependency, "repository");
        repository
            .strip_prefix("file://")
            .map(|relative| normal(&folder.join(relative)))
    };
    Ok(Chart {
        dependencies: list.iter().filter_map(local).collect(),
        is_library: text(&value, "type") == "library",
        oldest: oldest(&text(&value, "kubeVersion")),
        folder,
    })
}

/// The minor in `>=1.28.0-0`; 0 when the constraint is another.
fn oldest(constraint: &str) -> u32 {
    let minor = constraint.strip_prefix(">=1.").and_then(|rest| rest.split('.').next());
    minor.and_then(|minor| minor.parse().ok()).unwrap_or(0)
}

/// A path without `..`, by its text alone.
fn normal(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}
