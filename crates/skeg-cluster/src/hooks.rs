//! Runs the hooks of an event, one after the other.
//!
//! Each hook is stored as running before its object is created, so that whoever comes later sees where a dead process
//! stopped. In goes a record; its hooks' last runs come out changed, the last of them not yet stored.
//!
//! # Source
//! spec/lifecycle.md 5.

use std::time::Duration;

use serde_json::Value;
use skeg_release::HookEvent;
use skeg_release::hook::{DeletePolicy, execution_order};
use skeg_release::object::parse_manifest;
use skeg_release::record::{HookPhase, Record, Time};

use crate::apply::build::all_unknown;
use crate::apply::remove::{Cascade, delete};
use crate::apply::ssa::FIELD_MANAGER;
use crate::apply::{Built, build, ssa};
use crate::error::ApiError;
use crate::logs;
use crate::operation::{Context, OperationError};
use crate::progress::Level;
use crate::request::Request;
use crate::wait::{self, Target};

/// How hooks are run.
#[derive(Clone, Copy, Debug)]
pub struct HookOptions {
    /// Server-side apply; else hooks are created with a plain request.
    pub server_side: bool,
    /// How to wait for each of them.
    pub waiting: wait::Options,
    /// How long each of them may take.
    pub timeout: Duration,
    /// Whether the objects that succeeded hooks leave behind are waited for until they are gone.
    pub wait_deleted: bool,
}

/// Hooks that were run, and which of them failed: what [`tidy`] needs to know.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Places in the record of those that succeeded, in the order in which they ran.
    succeeded: Vec<usize>,
    /// The one that failed, if one did after it was begun.
    failed: Option<usize>,
}

impl Ran {
    /// Nothing was run.
    pub fn none() -> Self {
        Ran {
            succeeded: Vec::new(),
            failed: None,
        }
    }

    /// Whether the hook at this place in the record was run.
    pub fn includes(&self, index: usize) -> bool {
        self.failed == Some(index) || self.succeeded.contains(&index)
    }
}

/// Runs the hooks of an event, in the order of their weights and names, and tidies up after them.
///
/// # Errors
/// As [`run_all`] and [`tidy`].
pub async fn run_event(
    context: &Context<'_>,
    record: &mut Record,
    event: HookEvent,
    options: &HookOptions,
) -> Result<(), OperationError> {
    let order = execution_order(&record.hooks, event);
    let (ran, outcome) = run_all(context, record, &order, event, options).await;
    match (outcome, tidy(context, record, &ran, options).await) {
        (Ok(()), tidied) => tidied,
        (Err(error), Ok(())) => Err(error),
        (Err(error), Err(second)) => {
            let text = second.to_string();
            context
                .observer
                .log(Level::Warn, "hook objects were not deleted", &[("error", &text)]);
            Err(error)
        }
    }
}

/// Runs these hooks, one after the other, up to the first that fails. `order` are places in the record.
///
/// Before a hook is created, the object that an earlier run left is deleted where its policy says so, and waited for until it
/// is gone.
///
/// # Errors
/// The first hook that could not be created or did not succeed; the text is Helm's without what the command puts before it.
/// The record's hooks say which one it was; that is not yet stored.
pub async fn run_all(
    context: &Context<'_>,
    record: &mut Record,
    order: &[usize],
    event: HookEvent,
    options: &HookOptions,
) -> (Ran, Result<(), OperationError>) {
    let mut ran = Ran::none();
    for &index in order {
        let earlier = record.hooks[index].last_run.clone();
        if let Err(error) = run(context, record, index, event, options).await {
            // One that did not get as far as being created has nothing to tell or to delete.
            ran.failed = (record.hooks[index].last_run != earlier).then_some(index);
            return (ran, Err(error));
        }
        ran.succeeded.push(index);
    }
    (ran, Ok(()))
}

/// Tells the logs that were asked for, and deletes what is not to be kept: the objects of succeeded hooks, last first, and
/// that of the failed one, where their policies say so.
///
/// # Errors
/// An object could not be deleted.
pub async fn tidy(
    context: &Context<'_>,
    record: &Record,
    ran: &Ran,
    options: &HookOptions,
) -> Result<(), OperationError> {
    // Whoever asked to stop wants it tidy all the same, but does not want to wait for it.
    let options = HookOptions {
        wait_deleted: options.wait_deleted && !context.cancel.is_cancelled(),
        ..*options
    };
    let mut outcome = Ok(());
    if let Some(failed) = ran.failed {
        show_log(context, record, failed, false).await;
        outcome = remove(context, record, failed, DeletePolicy::Failed, &options).await;
    }
    for &index in ran.succeeded.iter().rev() {
        // After a failure, its log is the one that counts.
        if ran.failed.is_none() {
            show_log(context, record, index, true).await;
        }
        let removed = remove(context, record, index, DeletePolicy::Succeeded, &options).await;
        outcome = outcome.and(removed);
    }
    outcome
}

/// Runs one hook and writes down how it ended.
async fn run(
    context: &Context<'_>,
    record: &mut Record,
    index: usize,
    event: HookEvent,
    options: &HookOptions,
) -> Result<(), OperationError> {
    context.check_cancelled()?;
    record.hooks[index].settle_policy();
    remove(context, record, index, DeletePolicy::BeforeCreation, options).await?;
    let path = record.hooks[index].path.clone();
    let objects = objects(context, record, index).map_err(|error| {
        error.map(|text| {
            format!(
                "unable to build kubernetes object for {} hook {path}: {text}",
                event.as_str()
            )
        })
    })?;
    let run = &mut record.hooks[index].last_run;
    run.started_at = (context.now)();
    run.completed_at = Time::default();
    run.phase = HookPhase::Running;
    context.storage.update(record, (context.now)()).await?;
    let outcome = match create(context, &objects, options).await {
        Err(error) => Err(error.map(|text| format!("warning: Hook {} {path} failed: {text}", event.as_str()))),
        Ok(targets) => complete(context, &targets, options).await,
    };
    let run = &mut record.hooks[index].last_run;
    match &outcome {
        Ok(()) => (run.phase, run.completed_at) = (HookPhase::Succeeded, (context.now)()),
        // It goes on without us, and nobody will know how it ends.
        Err(_) if context.cancel.is_cancelled() => run.phase = HookPhase::Unknown,
        Err(_) => (run.phase, run.completed_at) = (HookPhase::Failed, (context.now)()),
    }
    outcome.map_err(|error| OperationError {
        source_file: path,
        ..error
    })
}

/// The objects of a hook and where they live.
fn objects(context: &Context<'_>, record: &Record, index: usize) -> Result<Vec<Built>, OperationError> {
    if context.pretend {
        return Ok(Vec::new());
    }
    let objects =
        parse_manifest(&record.hooks[index].manifest).map_err(|error| OperationError::new(error.to_string()))?;
    build(context.discovery, &objects, context.namespace).map_err(|unknown| OperationError::new(all_unknown(&unknown)))
}

async fn create(
    context: &Context<'_>,
    objects: &[Built],
    options: &HookOptions,
) -> Result<Vec<Target>, OperationError> {
    let mut targets = Vec::with_capacity(objects.len());
    for built in objects {
        let live = if options.server_side {
            let sent = ssa::apply(context.client, &built.path(), &built.object, false).await;
            sent.map_err(|error| OperationError::from(&error))?.object
        } else {
            let collection = built.resource.collection(&built.key().namespace);
            let request = Request::post(collection)
                .query("fieldManager", FIELD_MANAGER)
                .json(&built.object);
            context.client.send_json(request).await?
        };
        targets.push(target(built, Some(live)));
    }
    Ok(targets)
}

fn target(built: &Built, live: Option<Value>) -> Target {
    Target {
        key: built.key(),
        resource: built.resource.clone(),
        live,
    }
}

fn waiting(options: &HookOptions) -> wait::Options {
    wait::Options {
        timeout: options.timeout,
        ..options.waiting
    }
}

async fn complete(context: &Context<'_>, targets: &[Target], options: &HookOptions) -> Result<(), OperationError> {
    let options = waiting(options);
    let waited = wait::wait_complete(context.client, targets, &options, context.observer, context.cancel).await;
    waited.map_err(|error| match error.end {
        // That the hook had not ended is no failure of it.
        wait::End::Cancelled => OperationError::cancelled().with_story(error.diagnosis.to_string()),
        _ => error.into(),
    })
}

/// Deletes a hook's objects, where its policies say so.
async fn remove(
    context: &Context<'_>,
    record: &Record,
    index: usize,
    when: DeletePolicy,
    options: &HookOptions,
) -> Result<(), OperationError> {
    let hook = &record.hooks[index];
    if !hook.is_deleted(when) {
        return Ok(());
    }
    let objects = objects(context, record, index).map_err(|error| {
        error.map(|text| {
            format!(
                "unable to build kubernetes object for deleting hook {}: {text}",
                hook.path
            )
        })
    })?;
    let mut deleted = Vec::new();
    for built in &objects {
        if delete(context.client, &built.path(), Cascade::Background).await? {
            deleted.push(target(built, None));
        }
    }
    // What comes next would otherwise be done to an object that is about to vanish.
    let must_be_gone = when == DeletePolicy::BeforeCreation || options.wait_deleted;
    if must_be_gone && !deleted.is_empty() {
        let options = waiting(options);
        wait::wait_deleted(context.client, &deleted, &options, context.observer, context.cancel).await?;
    }
    Ok(())
}

/// Tells what a hook's containers said, where its policies say so. That it cannot be read is only remarked upon.
async fn show_log(context: &Context<'_>, record: &Record, index: usize, succeeded: bool) {
    let hook = &record.hooks[index];
    if context.pretend || !hook.shows_log(succeeded) {
        return;
    }
    let namespace = match objects(context, record, index) {
        Ok(objects) => objects.first().map(|built| built.key().namespace),
        Err(_) => None,
    };
    let namespace = namespace.unwrap_or_else(|| context.namespace.to_owned());
    if let Err(error) = tell_log(context, &hook.kind, &namespace, &hook.name).await {
        let error = error.to_string();
        context.observer.log(
            Level::Warn,
            "the log of a hook cannot be read",
            &[("hook", &hook.name), ("error", &error)],
        );
    }
}

async fn tell_log(context: &Context<'_>, kind: &str, namespace: &str, name: &str) -> Result<(), ApiError> {
    for pod in logs::pods(context.client, kind, namespace, name).await? {
        let pod_name = pod["metadata"]["name"].as_str().unwrap_or_default();
        for container in logs::containers(&pod) {
            let text = logs::of_container(context.client, namespace, pod_name, &container).await?;
            context.observer.container_log(pod_name, &container, &text);
        }
    }
    Ok(())
}
