//! A further revision of a release.
//!
//! # Source
//! spec/lifecycle.md 3.2.

use skeg_release::HookEvent;
use skeg_release::plan::{Action, Plan, Step};
use skeg_release::record::{Head, Record, Status};

use super::carry_out::{Change, OnError};
use super::rollback::{self, Rollback};
use super::{Context, OperationError, Options, placed};
use crate::apply::Built;
use crate::progress::Level;

/// What is upgraded.
pub struct Upgrade {
    /// The revision that the new one is compared with.
    pub current: Record,
    /// The record to store.
    pub record: Record,
    /// The objects of its manifest.
    pub objects: Vec<Built>,
    /// All revisions.
    pub history: Vec<Head>,
}

/// An upgrade that may be carried out.
pub struct Checked {
    upgrade: Upgrade,
    plan: Plan,
    /// Objects that are new in the release, but exist.
    adopted: Vec<skeg_release::object::ObjectKey>,
}

impl Upgrade {
    /// Finds out what is to be done, and that nobody else owns what is new. Changes nothing.
    ///
    /// # Errors
    /// `unable to continue with update: …`; a record that could not be stored.
    pub async fn check(self, context: &Context<'_>, options: &Options) -> Result<Checked, OperationError> {
        let before = context.known_objects(&self.current.manifest)?;
        let mut baselines = vec![placed(&before)];
        for record in context.leftovers(&self.current, &self.history).await? {
            baselines.push(placed(&context.known_objects(&record.manifest)?));
        }
        let plan = Plan::new(&baselines, &placed(&self.objects));
        let new: Vec<&Built> = self
            .objects
            .iter()
            .filter(|built| {
                let key = built.key();
                plan.apply
                    .iter()
                    .flatten()
                    .any(|step| step.action == Action::Create && step.key() == key)
            })
            .collect();
        let owned = context.owned(&self.record.name, &new, options.take_ownership).await;
        let exists = owned.map_err(|error| error.map(|text| format!("unable to continue with update: {text}")))?;
        let adopted = new
            .iter()
            .zip(exists)
            .filter(|(_, exists)| *exists)
            .map(|(built, _)| built.key())
            .collect();
        context.storage.check_size(&self.record)?;
        Ok(Checked {
            upgrade: self,
            plan,
            adopted,
        })
    }
}

impl Checked {
    /// The record that was not stored.
    pub fn into_record(self) -> Record {
        self.upgrade.record
    }

    /// What would be done.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// Upgrades. Gives the record as it was stored at last.
///
/// # Errors
/// Helm's text; from the moment when the record is there, it is marked as failed and comes with the error.
pub async fn upgrade(context: &Context<'_>, checked: Checked, options: &Options) -> Result<Record, OperationError> {
    let Checked { upgrade, plan, adopted } = checked;
    let Upgrade {
        mut record,
        history,
        current,
        ..
    } = upgrade;
    context.check_cancelled()?;
    let is_there = |step: &Step| step.action == Action::Update || adopted.contains(&step.key());
    let events = [HookEvent::PreUpgrade, HookEvent::PostUpgrade];
    context
        .check_rights("update", &plan, &is_there, (&record, &events), options)
        .await?;
    record.info.status = Status::PendingUpgrade;
    record.info.description = "Preparing upgrade".to_owned();
    context
        .storage
        .create_pruned(&mut record, (context.now)(), options.history_max)
        .await?;
    let mut changes = Vec::new();
    match perform(context, &mut record, &plan, &adopted, options, &mut changes).await {
        Ok(()) => {
            context.supersede(&record, Some(current.version), &history).await?;
            Ok(record)
        }
        Err(error) => Err(failed(context, record, error, &changes, options).await),
    }
}

async fn perform(
    context: &Context<'_>,
    record: &mut Record,
    plan: &Plan,
    adopted: &[skeg_release::object::ObjectKey],
    options: &Options,
    changes: &mut Vec<Change>,
) -> Result<(), OperationError> {
    context.run_hooks(record, HookEvent::PreUpgrade, options).await?;
    let is_there = |step: &Step| step.action == Action::Update || adopted.contains(&step.key());
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
    context.wait_for(changes, options).await?;
    context.run_hooks(record, HookEvent::PostUpgrade, options).await?;
    context.record_deployed(record, options, "Upgrade complete").await
}

async fn failed(
    context: &Context<'_>,
    mut record: Record,
    error: OperationError,
    changes: &[Change],
    options: &Options,
) -> OperationError {
    let text = error.to_string();
    context.observer.log(
        Level::Warn,
        "upgrade failed",
        &[("name", &record.name), ("error", &text)],
    );
    let description = format!("Upgrade {:?} failed: {text}", record.name);
    let mut error = match context.record_failed(&mut record, description, error).await {
        Ok(error) => error,
        Err(abandoned) => return abandoned,
    };
    let never = crate::cancel::Cancel::never();
    let calm = Context {
        cancel: &never,
        ..*context
    };
    if options.cleanup_on_fail && !changes.is_empty() {
        context.observer.log(Level::Debug, "cleanup on fail set", &[]);
        if let Err(second) = calm.clean_up(changes).await {
            return error.map(|text| {
                format!("an error occurred while cleaning up resources. original upgrade error: {text}: {second}")
            });
        }
    }
    if options.rollback_on_failure {
        context.observer.log(
            Level::Debug,
            "Upgrade failed and rollback-on-failure is set, rolling back to previous successful release",
            &[],
        );
        error = match roll_back(&calm, &record, options).await {
            Ok(true) => error.map(|text| {
                format!(
                    "release {} failed, and has been rolled back due to rollback-on-failure being set: {text}",
                    record.name
                )
            }),
            Ok(false) => error.map(|text| {
                format!(
                    "unable to find a previously successful release when attempting to rollback. original upgrade error: {text}"
                )
            }),
            Err(second) => error.map(|text| {
                format!("an error occurred while rolling back the release. original upgrade error: {text}: {second}")
            }),
        };
    }
    error
}

/// Goes back to the newest revision that was ever deployed; false where none was.
async fn roll_back(context: &Context<'_>, failed: &Record, options: &Options) -> Result<bool, OperationError> {
    let history = context.storage.history(&failed.name, true).await?;
    let good = history
        .iter()
        .filter(|head| {
            head.version < failed.version && matches!(head.info.status, Status::Superseded | Status::Deployed)
        })
        .map(|head| head.version)
        .max();
    let Some(good) = good else {
        return Ok(false);
    };
    let target = context.storage.get(&failed.name, good).await?;
    let rollback = Rollback::new(context, failed.clone(), target, history, None, "").await?;
    let mut options = options.clone();
    options.wait = true;
    options.cleanup_on_fail = false;
    options.rollback_on_failure = false;
    // What failed is to be seen in the history: only the next upgrade prunes.
    options.history_max = 0;
    options.description = String::new();
    rollback::rollback(context, rollback, &options).await?;
    Ok(true)
}

impl Context<'_> {
    /// Revisions after the one that an operation compares with, which failed: what they made is the release's as well.
    pub(crate) async fn leftovers(&self, current: &Record, history: &[Head]) -> Result<Vec<Record>, OperationError> {
        let mut found = Vec::new();
        for head in history.iter().filter(|head| head.version > current.version) {
            match self.storage.get(&head.name, head.version).await {
                Ok(record) => found.push(record),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(found)
    }

    /// All revisions but the new one that still count as deployed are superseded, and whatever the one that it was compared
    /// with was. The new one counts already: a crash in between leaves two, of which the newer is taken, and never none.
    pub(crate) async fn supersede(
        &self,
        record: &Record,
        baseline: Option<i64>,
        history: &[Head],
    ) -> Result<(), OperationError> {
        let old = history.iter().filter(|head| {
            head.version != record.version && (head.info.status == Status::Deployed || Some(head.version) == baseline)
        });
        for head in old {
            let mut old = match self.storage.get(&head.name, head.version).await {
                Ok(old) => old,
                Err(error) if error.is_not_found() => continue,
                Err(error) => return Err(error.into()),
            };
            old.info.status = Status::Superseded;
            self.storage.update(&mut old, (self.now)()).await?;
        }
        Ok(())
    }
}
