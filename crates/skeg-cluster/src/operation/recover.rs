//! Going on where another operation was cut off.
//!
//! # Source
//! spec/lifecycle.md 4, and 15 items 1 to 4: what Helm needs a human for.

use std::time::Duration;

use skeg_release::hook::DeletePolicy;
use skeg_release::record::{Head, HookPhase, Status, StoredHook};

use super::uninstall::INCOMPLETE;
use super::{Context, Guard, OperationError};
use crate::apply::remove::{Cascade, delete};

/// A revision that says that an operation is under way, and of which no Lease tells more (Helm makes none), is believed for so
/// long; `--force-pending` believes it not at all.
pub const PENDING_AGE: Duration = Duration::from_secs(15 * 60);

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// Nothing to recover.
    Clean,
    /// An operation had been cut off; its revision is now `failed`, and says so. One sentence for people.
    TakenOver(String),
}

/// Looks at the newest revision. If it says that an operation is under way although nobody works on it, the revision is
/// marked as failed, with the story, and the release can be worked on.
///
/// `uninstalling` revisions count too where `with_uninstalling` is set: an upgrade goes on from there.
///
/// # Errors
/// Helm's `another operation … is in progress`, where somebody may still be at work.
pub async fn recover(
    context: &Context<'_>,
    guard: &Guard<'_>,
    newest: Option<&Head>,
    force_pending: bool,
    with_uninstalling: bool,
) -> Result<Recovery, OperationError> {
    let Some(newest) = newest else {
        return Ok(Recovery::Clean);
    };
    if guard.predecessor().is_some() {
        clean_up_hooks(context, newest).await?;
    }
    let is_uninstalling = newest.info.status == Status::Uninstalling;
    if !(newest.info.status.is_pending() || with_uninstalling && is_uninstalling) {
        return Ok(Recovery::Clean);
    }
    let now = (context.now)();
    let age = Duration::from_secs(u64::try_from(now.unix_seconds().saturating_sub(touched(newest))).unwrap_or(0));
    let why = match guard.predecessor() {
        Some(holder) => format!("{} was cut off", holder.describe()),
        None if is_uninstalling && newest.info.description.starts_with(INCOMPLETE) => newest.info.description.clone(),
        None if force_pending => "--force-pending".to_owned(),
        None if age >= PENDING_AGE => format!("nobody has worked on it for {} minutes", age.as_secs() / 60),
        None => {
            return Err(refusal(newest, age));
        }
    };
    let was = newest.info.status.as_str().to_owned();
    let mut record = context.storage.get(&newest.name, newest.version).await?;
    record.info.status = Status::Failed;
    record.info.description = format!("Interrupted while {was}: {why}");
    context.storage.update(&mut record, now).await?;
    Ok(Recovery::TakenOver(format!(
        "revision {} was left {was} ({why}); it is marked as failed and this operation goes on from there",
        newest.version
    )))
}

/// Deletes the objects of hooks that were to be deleted after they had run, which the dead operation came to no more.
async fn clean_up_hooks(context: &Context<'_>, newest: &Head) -> Result<(), OperationError> {
    let record = context.storage.get(&newest.name, newest.version).await?;
    let over = |hook: &&StoredHook| match hook.last_run.phase {
        HookPhase::Running => hook.is_deleted(DeletePolicy::Succeeded) || hook.is_deleted(DeletePolicy::Failed),
        HookPhase::Succeeded => hook.is_deleted(DeletePolicy::Succeeded),
        HookPhase::Failed => hook.is_deleted(DeletePolicy::Failed),
        _ => false,
    };
    for hook in record.hooks.iter().filter(over) {
        for built in context.known_objects(&hook.manifest)? {
            delete(context.client, &built.path(), Cascade::Background).await?;
        }
    }
    Ok(())
}

/// When the record was last written, in seconds since 1970.
fn touched(head: &Head) -> i64 {
    let label = |key: &str| head.labels.get(key).and_then(|text| text.parse().ok());
    let modified: i64 = label("modifiedAt").unwrap_or(0);
    let created: i64 = label("createdAt").unwrap_or(0);
    modified.max(created).max(head.info.last_deployed.unix_seconds())
}

fn refusal(newest: &Head, age: Duration) -> OperationError {
    let left = PENDING_AGE.saturating_sub(age).as_secs().div_ceil(60);
    OperationError::new("another operation (install/upgrade/rollback) is in progress").with_story(format!(
        "Revision {} has been {} for {} s, and no Lease tells who is at work (Helm makes none). If nobody is, go on with \
         --force-pending; in {left} minutes that is no longer needed.",
        newest.version,
        newest.info.status.as_str(),
        age.as_secs()
    ))
}
