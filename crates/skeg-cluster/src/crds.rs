//! Custom resource definitions of charts: installing them as Helm does, and upgrading them safely, which it does not.
//!
//! [`install`] is Helm's step: every object below `crds/` is applied, then waited for. [`plan`] says what a chart's
//! definitions would change on the cluster and what that does to existing objects; [`upgrade`] does it, unless it does more
//! than the caller allows. `storage` writes objects again so that a version can be given up.
//!
//! # Source
//! spec/lifecycle.md 3.1 step 4, 6, 15; Kubernetes documentation, "Versions in CustomResourceDefinitions".

mod install;
mod objects;
mod plan;
mod ready;
mod storage;
mod upgrade;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use skeg_kinds::crd::change::{Change, Effect};
use skeg_release::{object, split};

use crate::error::ApiError;

pub use install::{InstallOptions, install};
pub use plan::{CrdPlan, Managed, Objects, State, inspect, plan};
pub use storage::Migration;
pub use upgrade::{Action, CrdOutcome, Mode, UpgradeOptions, upgrade};

/// A file below a chart's `crds/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrdFile {
    /// Its path in its own chart: `crds/widgets.yaml`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A definition that a chart brings.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartCrd {
    /// The `CustomResourceDefinition`.
    pub object: Value,
    /// Where it stands: `crds/widgets.yaml`, with the chart before it where there are several.
    pub source: String,
}

impl ChartCrd {
    /// Its name, such as `widgets.shop.example.com`.
    pub fn name(&self) -> &str {
        self.object["metadata"]["name"].as_str().unwrap_or_default()
    }
}

/// What went wrong with definitions.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CrdError {
    /// A file of the chart could not be read or was refused.
    #[error("failed to install CRD {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// Helm's words for what happened.
        reason: String,
    },
    /// The API server never came to offer a definition.
    #[error("{0}")]
    NotReady(String),
    /// Changes go further than was allowed; nothing was changed.
    #[error("{}", refusals(.0))]
    Unsafe(Vec<Refusal>),
    /// The API server, asked beforehand, refuses definitions; nothing was changed.
    #[error("{}", rejections(.0))]
    Rejected(Vec<(String, String)>),
    /// A request failed.
    #[error("{doing}: {error}")]
    Api {
        /// What was being done, such as `cannot read the definition widgets.shop.example.com`.
        doing: String,
        /// The failure.
        error: ApiError,
    },
    /// Objects could not be written again, so the old version stays.
    #[error("{0}")]
    Migration(String),
    /// The operation was told to stop.
    #[error("context canceled")]
    Cancelled,
}

/// A definition whose changes go too far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The definition.
    pub name: String,
    /// Where the chart has it.
    pub source: String,
    /// What all its changes together do.
    pub effect: Effect,
    /// Those that are not allowed.
    pub changes: Vec<Change>,
}

fn refusals(refusals: &[Refusal]) -> String {
    let mut text = match refusals {
        [_] => "a custom resource definition would change in a way that is not safe; nothing was changed".to_owned(),
        all => format!(
            "{} custom resource definitions would change in ways that are not safe; nothing was changed",
            all.len()
        ),
    };
    for refusal in refusals {
        text.push_str(&format!("\n{refusal}"));
    }
    text
}

/// The definition, and below it each change, why it is a problem, and what to do.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More than these tell nothing new.
        const SHOWN: usize = 10;
        write!(f, "{} ({}): {}", self.name, self.source, self.effect)?;
        let mut told: BTreeMap<&str, ()> = BTreeMap::new();
        for change in self.changes.iter().take(SHOWN) {
            write!(f, "\n  {change}")?;
            // The same reason again and again would hide the changes.
            if told.insert(&change.why, ()).is_none() {
                write!(f, "\n    {}", change.why)?;
                if let Some(remedy) = &change.remedy {
                    write!(f, "\n    to do: {remedy}")?;
                }
            }
        }
        match self.changes.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  … and {more} more"),
        }
    }
}

fn rejections(rejections: &[(String, String)]) -> String {
    let mut text = "the API server refuses custom resource definitions; nothing was changed".to_owned();
    for (name, reason) in rejections {
        text.push_str(&format!("\n{name}: {reason}"));
    }
    text
}

/// The definitions in files of `crds/`, each name once: as Helm applies file after file, the last one counts. Objects of
/// other kinds are left out.
///
/// # Errors
/// The first file that is not YAML or has something that is no object, in Helm's words.
pub fn definitions(files: &[CrdFile]) -> Result<Vec<ChartCrd>, CrdError> {
    let mut found: Vec<ChartCrd> = Vec::new();
    for file in files {
        for object in read(file)? {
            if is_definition(&object) {
                let crd = ChartCrd {
                    object,
                    source: file.path.clone(),
                };
                found.retain(|other| other.name() != crd.name());
                found.push(crd);
            }
        }
    }
    Ok(found)
}

/// Whether an object is a `CustomResourceDefinition`.
pub fn is_definition(object: &Value) -> bool {
    let api_version = object["apiVersion"].as_str().unwrap_or_default();
    object["kind"] == "CustomResourceDefinition" && api_version.starts_with("apiextensions.k8s.io/")
}

/// The objects of a file; none is not an error here.
fn read(file: &CrdFile) -> Result<Vec<Value>, CrdError> {
    let wrong = |reason: String| CrdError::File {
        path: file.path.clone(),
        reason,
    };
    let mut objects = Vec::new();
    for range in split::documents(file.text.as_bytes()) {
        let object = object::to_json(&file.text[range]).map_err(wrong)?;
        match &object {
            Value::Null => {}
            Value::Object(_) if object["items"].is_array() && is_list(&object) => {
                objects.extend(object["items"].as_array().into_iter().flatten().cloned());
            }
            Value::Object(_) => objects.push(object),
            Value::Array(_) => {
                let reason = "json: cannot unmarshal array into Go value of type unstructured.detector";
                return Err(wrong(format!("unable to decode \"\": {reason}")));
            }
            _ => {
                let reason = "json: cannot unmarshal string into Go value of type unstructured.detector";
                return Err(wrong(format!("unable to decode \"\": {reason}")));
            }
        }
    }
    match objects
        .iter()
        .find(|object| object["kind"].as_str().is_none_or(str::is_empty))
    {
        Some(object) => Err(wrong(format!(
            "unable to decode \"\": Object 'Kind' is missing in '{object}'"
        ))),
        None => Ok(objects),
    }
}

fn is_list(object: &Value) -> bool {
    object["kind"].as_str().is_some_and(|kind| kind.ends_with("List"))
}

#[cfg(test)]
mod tests;
