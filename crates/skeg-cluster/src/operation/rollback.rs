//! Back to an earlier revision, as a new one.
//!
//! # Source
//! spec/lifecycle.md 3.3; 15 items 3, 5 for what is better here: a pending revision is not left behind, a revision that failed
//! stays failed, and signals end the operation cleanly.

use skeg_release::HookEvent;
use skeg_release::plan::{Action, Plan, Step};
use skeg_release::record::{ApplyMethod, Head, Info, Record, Status, history};

use super::carry_out::{Change, OnError};
use super::{Context, OperationError, Options, placed};
use crate::progress::Level;

/// The longest description, in bytes.
const LONGEST_DESCRIPTION: usize = 256;

/// What is rolled back.
pub struct Rollback {
    /// The newest revision.
    pub current: Record,
    /// The record to store.
    pub record: Record,
    /// Whether fields may still be owned by client-side apply.
    migrate: bool,
    history: Vec<Head>,
}

/// The revision that a rollback goes to; 0 for the one before the newest.
///
/// # Errors
/// Helm's text for a number that is none, or of which there is no revision.
pub fn target(history: &[Head], revision: i64) -> Result<&Head, OperationError> {
    history::rollback_target(history, revision).map_err(|error| OperationError::new(error.to_string()))
}

impl Rollback {
    /// The new revision that brings an old one back. `server_side` overrides how the old one was applied.
    ///
    /// # Errors
    /// A description that is too long.
    pub async fn new(
        context: &Context<'_>,
        current: Record,
        target: Record,
        history: Vec<Head>,
        server_side: Option<bool>,
        description: &str,
    ) -> Result<Rollback, OperationError> {
        if description.len() > LONGEST_DESCRIPTION {
            return Err(OperationError::new(format!(
                "description must be {LONGEST_DESCRIPTION} characters or less, got {}",
                description.len()
            )));
        }
        let method = match server_side {
            Some(true) => ApplyMethod::ServerSide,
            Some(false) => ApplyMethod::ClientSide,
            None if target.is_server_side() => ApplyMethod::ServerSide,
            None => ApplyMethod::ClientSide,
        };
        let migrate = !current.is_server_side() || !target.is_server_side();
        let description = match description {
            "" => format!("Rollback to {}", target.version),
            text => text.to_owned(),
        };
        let record = Record {
            version: history::next_revision(&history),
            info: Info {
                first_deployed: current.info.first_deployed,
                last_deployed: (context.now)(),
                status: Status::PendingRollback,
                notes: target.info.notes.clone(),
                description,
                rollback_revision: target.version,
                ..Info::default()
            },
            apply_method: Some(method),
            labels: skeg_release::record::labels::custom(&target.labels),
            storage_version: None,
            ..target
        };
        Ok(Rollback {
            current,
            record,
            migrate,
            history,
        })
    }
}

/// Rolls back. Gives the record as it was stored at last.
///
/// # Errors
/// Helm's text; the record is marked as failed and comes with the error.
pub async fn rollback(context: &Context<'_>, rollback: Rollback, options: &Options) -> Result<Record, OperationError> {
    let Rollback {
        current,
        mut record,
        migrate,
        history,
    } = rollback;
    let options = &Options {
        server_side: record.is_server_side(),
        migrate,
        ..options.clone()
    };
    context.check_cancelled()?;
    let target = context.objects(&record.manifest).map_err(|error| {
        error.map(|text| format!("unable to build kubernetes objects from new release manifest: {text}"))
    })?;
    let before = context.known_objects(&current.manifest)?;
    let mut baselines = vec![placed(&before)];
    // If the newest revision failed, what the deployed one and others after it had may be there as well.
    if current.info.status != Status::Deployed {
        let base = history::deployed(&history).map_or(current.version, |head| head.version);
        for head in history
            .iter()
            .filter(|head| head.version >= base && head.version != current.version)
        {
            if let Ok(old) = context.storage.get(&head.name, head.version).await {
                baselines.push(placed(&context.known_objects(&old.manifest)?));
            }
        }
    }
    let plan = Plan::new(&baselines, &placed(&target));
    let is_there = |step: &Step| step.action == Action::Update;
    let events = [HookEvent::PreRollback, HookEvent::PostRollback];
    context
        .check_rights("rollback", &plan, &is_there, (&record, &events), options)
        .await?;
    context
        .storage
        .create_pruned(&mut record, (context.now)(), options.history_max)
        .await?;
    let mut changes = Vec::new();
    match perform(context, &mut record, &plan, options, &mut changes).await {
        Ok(()) => {
            context.supersede(&record, None, &history).await?;
            Ok(record)
        }
        Err(error) => Err(failed(context, record, error, &changes, options).await),
    }
}

async fn perform(
    context: &Context<'_>,
    record: &mut Record,
    plan: &Plan,
    options: &Options,
    changes: &mut Vec<Change>,
) -> Result<(), OperationError> {
    context.run_hooks(record, HookEvent::PreRollback, options).await?;
    let is_there = |step: &Step| step.action == Action::Update;
    match context
        .apply_in_order(&record.name, plan, &is_there, options, OnError::GoOn)
        .await
    {
        Ok(done) => *changes = done,
        Err(stopped) => {
            *changes = stopped.changes;
            return Err(stopped.error);
        }
    }
    context.remove_gone(&record.name, plan).await?;
    let name = record.name.clone();
    let waited = context.wait_for(changes, options).await;
    waited.map_err(|error| error.map(|text| format!("release {name} failed: {text}")))?;
    context.run_hooks(record, HookEvent::PostRollback, options).await?;
    record.info.status = Status::Deployed;
    context.storage.update(record, (context.now)()).await?;
    Ok(())
}

async fn failed(
    context: &Context<'_>,
    mut record: Record,
    error: OperationError,
    changes: &[Change],
    options: &Options,
) -> OperationError {
    let text = error.to_string();
    // A wait that fails is told in other words than an object that is refused.
    let (what, cause) = match text.strip_prefix(&format!("release {} failed: ", record.name)) {
        Some(cause) => ("Release", cause),
        None => ("Rollback", text.as_str()),
    };
    context.observer.log(
        Level::Warn,
        "rollback failed",
        &[("name", &record.name), ("error", cause)],
    );
    let description = format!("{what} {:?} failed: {cause}", record.name);
    let error = match context.record_failed(&mut record, description, error).await {
        Ok(error) => error,
        Err(abandoned) => return abandoned,
    };
    if options.cleanup_on_fail && !changes.is_empty() {
        let never = crate::cancel::Cancel::never();
        let calm = Context {
            cancel: &never,
            ..*context
        };
        if let Err(second) = calm.clean_up(changes).await {
            return error.map(|text| {
                format!("an error occurred while cleaning up resources. original rollback error: {text}: {second}")
            });
        }
    }
    error
}
