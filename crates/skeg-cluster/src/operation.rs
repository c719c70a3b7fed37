//! Install, upgrade, rollback, uninstall: four ways to make a plan, and one way to carry it out.
//!
//! Rendering is not done here: an operation gets a record to store and the objects of its manifest. Each step is written into
//! the record before it is taken, so that whoever comes later can see where a dead process stopped.
//!
//! # Source
//! spec/lifecycle.md 3 and 4.

mod carry_out;
mod guard;
mod hooks;
mod install;
mod namespace;
mod recover;
mod rights;
mod rollback;
mod uninstall;
mod upgrade;

use std::time::Duration;

use skeg_release::object::{ManifestObject, ObjectKey, parse_manifest};
use skeg_release::record::{Record, Status, Time};

use crate::apply::{ApplyError, Built, build};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::discovery::Discovery;
use crate::error::ApiError;
use crate::progress::{Level, Observer};
use crate::storage::{Storage, StorageError};
use crate::wait::{self, End, NotReady};

pub use carry_out::Change;
pub use guard::{Guard, guard};
pub use install::{Installation, install};
pub use recover::{PENDING_AGE, Recovery, recover};
pub use rollback::{Rollback, rollback, target as rollback_target};
pub use uninstall::{Removed, Uninstalling, rehearse, uninstall};
pub use upgrade::{Checked, Upgrade, upgrade};

/// What every operation needs of the world.
pub struct Context<'c> {
    /// The connection.
    pub client: &'c Client,
    /// The kinds of the cluster.
    pub discovery: &'c Discovery,
    /// The records.
    pub storage: &'c Storage,
    /// Who is told.
    pub observer: &'c dyn Observer,
    /// Whether to stop.
    pub cancel: &'c Cancel,
    /// The release's namespace.
    pub namespace: &'c str,
    /// The clock.
    pub now: &'c dyn Fn() -> Time,
    /// Nothing is sent and everything succeeds: records that live in memory have no cluster (`HELM_DRIVER=memory`).
    pub pretend: bool,
}

/// How objects are sent, and what is waited for.
#[derive(Clone, Debug)]
pub struct Options {
    /// Server-side apply; else patches computed here.
    pub server_side: bool,
    /// Fields may still be owned by an earlier client-side apply; see [`crate::apply::migrate`].
    pub migrate: bool,
    /// `--force-conflicts`.
    pub force_conflicts: bool,
    /// `--force-replace`.
    pub force_replace: bool,
    /// `--take-ownership`.
    pub take_ownership: bool,
    /// `--no-hooks`.
    pub no_hooks: bool,
    /// Whether resources are waited for (hooks always are).
    pub wait: bool,
    /// The parts that are applied one after the other, each being waited for (`--wait=ordered`), by their objects; what is in
    /// none comes last. Empty for no order but that of kinds.
    pub order: Vec<Vec<ObjectKey>>,
    /// How to wait.
    pub waiting: wait::Options,
    /// `--timeout`, for each wait.
    pub timeout: Duration,
    /// `--description`; empty for Helm's words.
    pub description: String,
    /// `--cleanup-on-fail`.
    pub cleanup_on_fail: bool,
    /// `--history-max`; 0 for no limit.
    pub history_max: usize,
    /// `--rollback-on-failure`.
    pub rollback_on_failure: bool,
}

/// Why an operation failed. The text is Helm's, without the prefix of the command.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct OperationError {
    /// Helm's text.
    pub message: String,
    /// What people may want to know beyond it, as text of several lines; empty if there is nothing.
    pub story: String,
    /// The template that the failing object came from; empty if unknown or none.
    pub source_file: String,
    /// The object that the server refused, if it was that.
    pub culprit: Option<Box<Culprit>>,
    /// An object could not be made: an upgrade goes no further then.
    pub(crate) not_created: bool,
    /// The record as it was stored at last, if there is one.
    pub record: Option<Box<Record>>,
    /// The record could not be brought to its end: it still says that the operation is under way.
    pub abandoned: bool,
}

/// An object that the server refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Culprit {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The first field that is wrong, as the server names it: `spec.ports[0].port`; empty if it names none.
    pub field: String,
}

impl OperationError {
    /// An error with Helm's text and no more to say.
    pub fn new(message: impl Into<String>) -> Self {
        OperationError {
            message: message.into(),
            story: String::new(),
            source_file: String::new(),
            culprit: None,
            not_created: false,
            record: None,
            abandoned: false,
        }
    }

    /// The same error with other words around its text.
    #[must_use]
    pub fn map(mut self, words: impl FnOnce(String) -> String) -> Self {
        self.message = words(std::mem::take(&mut self.message));
        self
    }

    /// The same error with a story.
    #[must_use]
    pub fn with_story(mut self, story: impl Into<String>) -> Self {
        self.story = story.into();
        self
    }

    pub(crate) fn with_record(mut self, record: &Record) -> Self {
        self.record = Some(Box::new(record.clone()));
        self
    }

    pub(crate) fn abandoning(mut self) -> Self {
        self.abandoned = true;
        self
    }

    /// Whether the operation was told to stop.
    pub(crate) fn cancelled() -> Self {
        OperationError::new(ApiError::Cancelled.to_string())
    }
}

impl From<ApiError> for OperationError {
    fn from(error: ApiError) -> Self {
        OperationError::new(error.to_string())
    }
}

impl From<StorageError> for OperationError {
    fn from(error: StorageError) -> Self {
        OperationError::new(error.to_string())
    }
}

impl From<Box<NotReady>> for OperationError {
    fn from(error: Box<NotReady>) -> Self {
        if error.end == End::Cancelled {
            return OperationError::cancelled().with_story(error.diagnosis.to_string());
        }
        OperationError::new(error.to_string()).with_story(error.diagnosis.to_string())
    }
}

impl From<&ApplyError> for OperationError {
    fn from(error: &ApplyError) -> Self {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let status = error.error.as_ref().and_then(ApiError::status);
        let culprit = Culprit {
            kind: text(&error.object["kind"]),
            name: text(&error.object["metadata"]["name"]),
            field: status.map_or_else(String::new, |status| text(&status.details["causes"][0]["field"])),
        };
        OperationError {
            culprit: Some(Box::new(culprit)),
            ..OperationError::new(error.to_string())
        }
    }
}

impl Context<'_> {
    /// The objects of a manifest and where they live.
    ///
    /// # Errors
    /// A document that is no object, or kinds that the cluster does not serve; the texts are those after `unable to build
    /// kubernetes objects from … manifest: `.
    pub fn objects(&self, manifest: &str) -> Result<Vec<Built>, OperationError> {
        let objects = parse_manifest(manifest).map_err(|error| OperationError {
            source_file: error.source_file.clone(),
            ..OperationError::new(error.to_string())
        })?;
        if self.pretend {
            return Ok(Vec::new());
        }
        build(self.discovery, &objects, self.namespace).map_err(|unknown| OperationError {
            source_file: unknown[0].source.clone(),
            ..OperationError::new(build::all_unknown(&unknown))
        })
    }

    /// The objects of a stored manifest that the cluster still has a place for: a kind that is gone took its objects along.
    pub fn known_objects(&self, manifest: &str) -> Result<Vec<Built>, OperationError> {
        let objects = parse_manifest(manifest).map_err(|error| OperationError::new(error.to_string()))?;
        if self.pretend {
            return Ok(Vec::new());
        }
        let known: Vec<ManifestObject> = objects
            .into_iter()
            .filter(|item| {
                let key = item.key();
                self.discovery.resource(&key.api_version, &key.kind).is_ok()
            })
            .collect();
        build(self.discovery, &known, self.namespace)
            .map_err(|unknown| OperationError::new(build::all_unknown(&unknown)))
    }

    /// Stores a record that came to its end well.
    pub(crate) async fn record_deployed(
        &self,
        record: &mut Record,
        options: &Options,
        description: &str,
    ) -> Result<(), OperationError> {
        record.info.status = Status::Deployed;
        record.info.description = match options.description.as_str() {
            "" => description.to_owned(),
            text => text.to_owned(),
        };
        Ok(self.storage.update(record, (self.now)()).await?)
    }

    /// Stores a record that failed, and puts it into the error.
    ///
    /// # Errors
    /// The same error, where the record could not be stored: it still says that the operation is under way.
    pub(crate) async fn record_failed(
        &self,
        record: &mut Record,
        description: String,
        error: OperationError,
    ) -> Result<OperationError, OperationError> {
        record.info.status = Status::Failed;
        record.info.description = description;
        match self.storage.update(record, (self.now)()).await {
            Ok(()) => Ok(error.with_record(record)),
            Err(lost) => {
                let text = lost.to_string();
                self.observer
                    .log(Level::Error, "failed to record the release", &[("error", &text)]);
                Err(error.abandoning())
            }
        }
    }

    pub(crate) fn check_cancelled(&self) -> Result<(), OperationError> {
        if self.cancel.is_cancelled() {
            Err(OperationError::cancelled())
        } else {
            Ok(())
        }
    }
}

/// As objects of a manifest, with their places filled in.
pub(crate) fn placed(objects: &[Built]) -> Vec<ManifestObject> {
    objects
        .iter()
        .map(|built| ManifestObject {
            object: built.object.clone(),
            source: built.source.clone(),
        })
        .collect()
}
