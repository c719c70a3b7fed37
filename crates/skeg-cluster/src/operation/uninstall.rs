//! The end of a release.
//!
//! # Source
//! spec/lifecycle.md 3.4; 15 items 4 and 7 for what is better here: what could not be deleted keeps its record.

use futures_util::stream::{self, StreamExt};
use skeg_release::HookEvent;
use skeg_release::object::ObjectKey;
use skeg_release::ownership;
use skeg_release::plan::{Action, Plan, Step};
use skeg_release::record::{Head, Record, Status, history};

use super::{Context, OperationError, Options, placed};
use crate::apply::live::AT_ONCE;
use crate::apply::remove::{Cascade, delete};
use crate::progress::Level;
use crate::storage::StorageError;
use crate::wait::{self, Target};

/// What the description of a release begins with that could not be removed altogether. Nobody is at work on it any more.
pub(crate) const INCOMPLETE: &str = "Uninstallation incomplete";

/// How to uninstall.
#[derive(Clone, Debug)]
pub struct Uninstalling {
    /// `--keep-history`.
    pub keep_history: bool,
    /// `--description`; empty for Helm's words.
    pub description: String,
    /// `--cascade`.
    pub cascade: Cascade,
    /// Whether to wait until everything is gone.
    pub wait: bool,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The last revision.
    pub record: Record,
    /// What stays, as Helm tells it; empty if nothing does.
    pub info: String,
}

/// Uninstalls.
///
/// # Errors
/// Helm's text.
pub async fn uninstall(
    context: &Context<'_>,
    name: &str,
    uninstalling: &Uninstalling,
    options: &Options,
) -> Result<Removed, OperationError> {
    perform(context, name, uninstalling, options).await
}

pub(crate) async fn perform(
    context: &Context<'_>,
    name: &str,
    uninstalling: &Uninstalling,
    options: &Options,
) -> Result<Removed, OperationError> {
    let history = context
        .storage
        .history(name, true)
        .await
        .and_then(|history| match history.is_empty() {
            true => Err(StorageError::NotFound),
            false => Ok(history),
        });
    let history =
        history.map_err(|error| OperationError::new(format!("uninstall: Release not loaded: {name}: {error}")))?;
    let newest = history::newest(&history).map_or(0, |head| head.version);
    let mut record = context.storage.get(name, newest).await?;
    if record.info.status == Status::Uninstalled {
        if uninstalling.keep_history {
            return Err(OperationError::new(format!(
                "the release named {name:?} is already deleted"
            )));
        }
        purge(context, name, &history).await?;
        return Ok(Removed {
            record,
            info: String::new(),
        });
    }
    context.check_cancelled()?;
    let planned = plan(context, &record, &history).await?;
    let events = [HookEvent::PreDelete, HookEvent::PostDelete];
    context
        .check_rights("uninstall", &planned, &|_| true, (&record, &events), options)
        .await?;
    record.info.deleted = (context.now)();
    record.info.status = Status::Uninstalling;
    record.info.description = "Deletion in progress (or silently failed)".to_owned();
    context.storage.update(&mut record, (context.now)()).await?;
    let Gone { info, problem } = match take_away(context, &mut record, &planned, uninstalling, options).await {
        Ok(gone) => gone,
        Err(left) => return Err(incomplete(context, record, left).await),
    };
    record.info.status = Status::Uninstalled;
    record.info.description = match uninstalling.description.as_str() {
        "" => "Uninstallation complete".to_owned(),
        text => text.to_owned(),
    };
    if uninstalling.keep_history {
        context.storage.update(&mut record, (context.now)()).await?;
        context.supersede(&record, None, &history).await?;
    } else {
        purge(context, name, &history).await?;
    }
    match problem {
        None => Ok(Removed { record, info }),
        Some(problem) => Err(problem),
    }
}

/// What is left to say when all objects are gone.
struct Gone {
    info: String,
    /// A hook after the deletion that failed: nothing is left to be done again.
    problem: Option<OperationError>,
}

/// Something may be left, or it is unknown whether.
struct Left {
    error: OperationError,
    /// The same for the record: what exactly.
    why: String,
}

impl From<OperationError> for Left {
    fn from(error: OperationError) -> Self {
        let why = error.to_string();
        Left { error, why }
    }
}

/// Runs the hooks and deletes the objects.
///
/// # Errors
/// Whatever leaves an object or its fate open; Helm forgets the release in most of these cases all the same, and nobody
/// knows any more what is left of it.
async fn take_away(
    context: &Context<'_>,
    record: &mut Record,
    plan: &Plan,
    uninstalling: &Uninstalling,
    options: &Options,
) -> Result<Gone, Left> {
    context.run_hooks(record, HookEvent::PreDelete, options).await?;
    let outcome = remove_all(context, plan, &record.name, uninstalling.cascade).await?;
    let info = outcome.info(plan);
    if !outcome.failed.is_empty() {
        for failure in &outcome.failed {
            context
                .observer
                .log(Level::Error, "uninstall: Failed to delete", &[("error", failure)]);
        }
        let error = OperationError::new(format!("failed to delete release: {}", record.name));
        return Err(Left {
            error: error.with_story(outcome.failed.join("\n")),
            why: outcome.failed.join("; "),
        });
    }
    let mut problems: Vec<OperationError> = outcome.unverified_problem().into_iter().collect();
    if uninstalling.wait && !context.pretend {
        let waited = wait::wait_deleted(
            context.client,
            &outcome.targets,
            &options.waiting,
            context.observer,
            context.cancel,
        )
        .await;
        if let Err(error) = waited {
            problems.push(error.into());
        }
    }
    let is_left = !problems.is_empty();
    if let Err(error) = context.run_hooks(record, HookEvent::PostDelete, options).await {
        problems.push(error);
    }
    let problem = (!problems.is_empty()).then(|| combined(problems));
    match problem {
        Some(problem) if is_left => Err(problem.into()),
        problem => Ok(Gone { info, problem }),
    }
}

/// Writes down that it did not come to its end, and why: nobody is at work on it any more.
async fn incomplete(context: &Context<'_>, mut record: Record, left: Left) -> OperationError {
    let Left { error, why } = left;
    record.info.description = format!("{INCOMPLETE}: {why}");
    match context.storage.update(&mut record, (context.now)()).await {
        Ok(()) => error.with_record(&record),
        Err(lost) => {
            let text = lost.to_string();
            context
                .observer
                .log(Level::Error, "failed to record the release", &[("error", &text)]);
            error.abandoning()
        }
    }
}

fn combined(problems: Vec<OperationError>) -> OperationError {
    let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let stories: Vec<&str> = problems.iter().map(|problem| problem.story.as_str()).collect();
    OperationError::new(format!(
        "uninstallation completed with {} error(s): {}",
        problems.len(),
        texts.join("; ")
    ))
    .with_story(stories.join("\n"))
}

/// What would be removed, and what would stay. Changes nothing.
///
/// # Errors
/// Helm's text.
pub async fn rehearse(context: &Context<'_>, name: &str) -> Result<Removed, OperationError> {
    let history = context.storage.history(name, true).await?;
    let newest = history::newest(&history).map_or(0, |head| head.version);
    let record = context.storage.get(name, newest).await?;
    let plan = plan(context, &record, &history).await?;
    let info = Outcome::default().info(&plan);
    Ok(Removed { record, info })
}

/// The objects of the last revision; and those that only others had which never became superseded by a good one.
async fn plan(context: &Context<'_>, record: &Record, history: &[Head]) -> Result<Plan, OperationError> {
    let objects = placed(&context.known_objects(&record.manifest)?);
    let mut leftovers = Vec::new();
    let base = history::deployed(history).map_or(record.version, |head| head.version.min(record.version));
    for head in history
        .iter()
        .rev()
        .filter(|head| head.version >= base && head.version != record.version)
    {
        if let Ok(old) = context.storage.get(&head.name, head.version).await {
            leftovers.push(placed(&context.known_objects(&old.manifest)?));
        }
    }
    Ok(Plan::removal(&objects, &leftovers))
}

/// What happened to the objects.
#[derive(Default)]
struct Outcome {
    unowned: Vec<ObjectKey>,
    unverified: Vec<(ObjectKey, String)>,
    failed: Vec<String>,
    targets: Vec<Target>,
}

impl Outcome {
    /// Helm's paragraphs on what stays.
    fn info(&self, plan: &Plan) -> String {
        let mut text = String::new();
        let kept: Vec<&Step> = plan
            .remove
            .iter()
            .flatten()
            .filter(|step| step.action == Action::Keep)
            .collect();
        if !kept.is_empty() {
            text.push_str("These resources were kept due to the resource policy:\n");
            for step in kept {
                let key = step.key();
                text.push_str(&format!("[{}] {}\n", key.kind, key.name));
            }
        }
        if !self.unowned.is_empty() {
            text.push_str(&format!(
                "\n{} resource(s) were not deleted because they are not owned by this release:\n",
                self.unowned.len()
            ));
            for key in &self.unowned {
                text.push_str(&format!("[{}] {}\n", key.kind, key.name));
            }
        }
        if !self.unverified.is_empty() {
            text.push_str(&format!(
                "{} resource(s) were not deleted because their ownership could not be verified:\n",
                self.unverified.len()
            ));
            for (key, reason) in &self.unverified {
                text.push_str(&format!("[{}] {}: {reason}\n", key.kind, key.name));
            }
        }
        text
    }
}

impl Outcome {
    /// Objects that could not even be looked at may still be there.
    fn unverified_problem(&self) -> Option<OperationError> {
        let (key, reason) = self.unverified.first()?;
        Some(OperationError::new(format!(
            "{} object(s) could not be looked at and may still be there, the first is {key}: {reason}",
            self.unverified.len()
        )))
    }
}

enum Fate {
    Deleted(Box<Target>),
    Gone,
    Unowned(ObjectKey),
    Unverified(ObjectKey, String),
    Failed(String),
}

async fn remove_all(
    context: &Context<'_>,
    plan: &Plan,
    release: &str,
    cascade: Cascade,
) -> Result<Outcome, OperationError> {
    let mut outcome = Outcome::default();
    if context.pretend {
        return Ok(outcome);
    }
    for batch in &plan.remove {
        context.check_cancelled()?;
        let going = batch.iter().filter(|step| step.action == Action::Delete);
        let fates = stream::iter(going.map(|step| remove_one(context, step, release, cascade)));
        let fates: Vec<Fate> = fates.buffered(AT_ONCE).collect().await;
        for fate in fates {
            match fate {
                Fate::Deleted(target) => outcome.targets.push(*target),
                Fate::Gone => {}
                Fate::Unowned(key) => outcome.unowned.push(key),
                Fate::Unverified(key, reason) => outcome.unverified.push((key, reason)),
                Fate::Failed(reason) => outcome.failed.push(reason),
            }
        }
    }
    Ok(outcome)
}

async fn remove_one(context: &Context<'_>, step: &Step, release: &str, cascade: Cascade) -> Fate {
    let key = step.key();
    let Ok(resource) = context.discovery.resource(&key.api_version, &key.kind) else {
        return Fate::Gone;
    };
    let path = resource.path(&key.namespace, &key.name);
    let live = match context.client.find(&path).await {
        Ok(Some(live)) => live,
        Ok(None) => return Fate::Gone,
        Err(error) => return Fate::Unverified(key, error.to_string()),
    };
    if ownership::check(&live, release, context.namespace).is_err() {
        // What only a failed revision named, and somebody else has, was never ours.
        return if step.leftover { Fate::Gone } else { Fate::Unowned(key) };
    }
    match delete(context.client, &path, cascade).await {
        Ok(_) => Fate::Deleted(Box::new(Target {
            key,
            resource: resource.clone(),
            live: Some(live),
        })),
        Err(error) => Fate::Failed(error.to_string()),
    }
}

/// Deletes all records, the newest last: it says until the end what is going on.
async fn purge(context: &Context<'_>, name: &str, history: &[Head]) -> Result<(), OperationError> {
    let mut revisions: Vec<i64> = history.iter().map(|head| head.version).collect();
    revisions.sort_unstable();
    let purged = context.storage.delete_all(name, &revisions).await;
    purged.map_err(|error| OperationError::new(format!("uninstall: Failed to purge the release: {error}")))
}
