//! Helm's runs are kept in `target/lifecycle`, so that a scenario that has not changed is played with skeg alone.
//!
//! A run is kept under the hash of the scenario and of all fixture charts. What was kept is masked already.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::play::{Answer, Trace};
use super::scenario::Scenario;
use super::snapshot::Snapshot;

const FOLDER: &str = "target/lifecycle";

/// The file of a scenario.
fn file(scenario: &Scenario) -> PathBuf {
    let Scenario {
        name,
        steps,
        also,
        crds,
        has_no_namespace,
        noise,
        files,
        ..
    } = scenario;
    let mut identity = format!("{name} {steps:?} {also:?} {crds:?} {has_no_namespace} {files:?}").into_bytes();
    if !noise.is_empty() {
        identity.extend(format!("{noise:?}").into_bytes());
    }
    charts(Path::new(super::play::CHARTS), &mut identity);
    // The masks decide what a kept run looks like.
    identity.extend(include_bytes!("mask.rs"));
    identity.extend(include_bytes!("snapshot.rs"));
    Path::new(FOLDER).join(format!("{:016x}.json", crate::control_plane::hash(&identity)))
}

/// All files of the charts, in order of name.
fn charts(folder: &Path, identity: &mut Vec<u8>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            charts(&path, identity);
        } else {
            identity.extend(path.as_os_str().as_encoded_bytes());
            identity.extend(fs::read(&path).unwrap_or_default());
        }
    }
}

/// Helm's run of the scenario, if it is kept.
pub(crate) fn recall(scenario: &Scenario) -> Option<Trace> {
    let kept: Value = serde_json::from_slice(&fs::read(file(scenario)).ok()?).ok()?;
    let text = |value: &Value, key: &str| value[key].as_str().map(str::to_owned);
    let answer = |value: &Value| match value {
        Value::Null => Some(None),
        value => Some(Some(Answer {
            exit: text(value, "exit")?,
            stdout: text(value, "stdout")?,
            error: text(value, "error")?,
        })),
    };
    Some(Trace {
        answers: kept["answers"].as_array()?.iter().map(answer).collect::<Option<_>>()?,
        end: Snapshot {
            objects: text(&kept, "objects")?,
            records: text(&kept, "records")?,
        },
    })
}

/// Keeps Helm's run of the scenario.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn keep(scenario: &Scenario, trace: &Trace) -> Result<(), String> {
    let answer = |answer: &Answer| json!({"exit": answer.exit, "stdout": answer.stdout, "error": answer.error});
    let answers: Vec<_> = trace.answers.iter().map(|one| one.as_ref().map(answer)).collect();
    let kept = json!({"answers": answers, "objects": trace.end.objects, "records": trace.end.records});
    let path = file(scenario);
    fs::create_dir_all(FOLDER)
        .and_then(|()| fs::write(&path, kept.to_string()))
        .map_err(|e| format!("{}: {e}", path.display()))
}
