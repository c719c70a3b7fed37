//! The first revision of a release.
//!
//! # Source
//! spec/lifecycle.md 3.1.

use skeg_release::HookEvent;
use skeg_release::object::ObjectKey;
use skeg_release::plan::{Plan, Step};
use skeg_release::record::{Record, Status};

use super::carry_out::OnError;
use super::{Context, OperationError, Options, placed, uninstall};
use crate::apply::Built;
use crate::apply::remove::Cascade;
use crate::progress::Level;

/// What is installed.
pub struct Installation {
    /// The record to store; its number is 1, or one more than that of the release whose name is taken again.
    pub record: Record,
    /// The objects of its manifest.
    pub objects: Vec<Built>,
    /// The last revision of the release whose name is taken again (`--replace`).
    pub replaced: Option<Record>,
}

impl Installation {
    /// Checks that nobody else owns an object of that name. Changes nothing. Gives for each object whether it exists.
    ///
    /// # Errors
    /// `unable to continue with install: …`; a record that could not be stored.
    pub async fn check(&self, context: &Context<'_>, options: &Options) -> Result<Vec<bool>, OperationError> {
        let objects: Vec<&Built> = self.objects.iter().collect();
        let owned = context.owned(&self.record.name, &objects, options.take_ownership).await;
        let exists = owned.map_err(|error| error.map(|text| format!("unable to continue with install: {text}")))?;
        context.storage.check_size(&self.record)?;
        Ok(exists)
    }
}

/// Installs, after [`Installation::check`]. Gives the record as it was stored at last.
///
/// # Errors
/// Helm's text; from the moment when the record is there, it is marked as failed and comes with the error.
pub async fn install(
    context: &Context<'_>,
    installation: Installation,
    exists: &[bool],
    options: &Options,
) -> Result<Record, OperationError> {
    let Installation {
        mut record,
        objects,
        replaced,
    } = installation;
    context.check_cancelled()?;
    let plan = Plan::new(&[], &placed(&objects));
    let adopted: Vec<_> = objects
        .iter()
        .zip(exists)
        .filter(|(_, exists)| **exists)
        .map(|(built, _)| built.key())
        .collect();
    let is_there = |step: &Step| adopted.contains(&step.key());
    let events = [HookEvent::PreInstall, HookEvent::PostInstall];
    context
        .check_rights("install", &plan, &is_there, (&record, &events), options)
        .await?;
    if let Some(mut last) = replaced
        && last.info.status != Status::Failed
    {
        last.info.status = Status::Superseded;
        last.info.description = "superseded by new release".to_owned();
        context.storage.update(&mut last, (context.now)()).await?;
    }
    record.info.status = Status::PendingInstall;
    record.info.description = "Initial install underway".to_owned();
    context.storage.create(&mut record, (context.now)()).await?;
    match perform(context, &mut record, &plan, &adopted, options).await {
        Ok(()) => Ok(record),
        Err(error) => Err(failed(context, record, error, options).await),
    }
}

async fn perform(
    context: &Context<'_>,
    record: &mut Record,
    plan: &Plan,
    adopted: &[ObjectKey],
    options: &Options,
) -> Result<(), OperationError> {
    context.run_hooks(record, HookEvent::PreInstall, options).await?;
    let taken = options.clone();
    let options = if adopted.is_empty() {
        // What is only created can have no conflicts that are worth forcing.
        &Options {
            force_conflicts: false,
            migrate: false,
            ..taken
        }
    } else {
        &Options { migrate: true, ..taken }
    };
    let is_there = |step: &Step| adopted.contains(&step.key());
    let on_error = match adopted {
        [] => OnError::Stop,
        // With what is there already it is carried out, and told, as an upgrade.
        _ => OnError::GoOn,
    };
    let changes = context
        .apply_in_order(&record.name, plan, &is_there, options, on_error)
        .await
        .map_err(|stopped| stopped.error)?;
    context.wait_for(&changes, options).await?;
    context.run_hooks(record, HookEvent::PostInstall, options).await?;
    context.record_deployed(record, options, "Install complete").await
}

/// Writes down that it failed, and takes everything away again where that is asked for.
async fn failed(context: &Context<'_>, mut record: Record, error: OperationError, options: &Options) -> OperationError {
    let description = format!("Release {:?} failed: {error}", record.name);
    let error = match context.record_failed(&mut record, description, error).await {
        Ok(error) => error,
        Err(abandoned) => return abandoned,
    };
    if !options.rollback_on_failure {
        return error;
    }
    let text = format!(
        "Install failed and rollback-on-failure is set, uninstalling release {}",
        record.name
    );
    context.observer.log(Level::Debug, &text, &[]);
    let uninstalling = uninstall::Uninstalling {
        keep_history: false,
        description: String::new(),
        cascade: Cascade::Background,
        wait: false,
    };
    // Whoever asked to stop wants it taken away all the same.
    let never = crate::cancel::Cancel::never();
    let calm = Context {
        cancel: &never,
        ..*context
    };
    match uninstall::perform(&calm, &record.name, &uninstalling, options).await {
        Ok(_) => error.map(|text| {
            format!(
                "release {} failed, and has been uninstalled due to rollback-on-failure being set: {text}",
                record.name
            )
        }),
        Err(second) => error.map(|text| {
            format!("an error occurred while uninstalling the release. original install error: {text}: {second}")
        }),
    }
}
