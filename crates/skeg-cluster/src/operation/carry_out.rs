//! Carrying out a plan: objects are created, changed and deleted, and waited for.
//!
//! # Source
//! spec/lifecycle.md 3.1 step 12, 3.2 steps 11 to 13, 7.

use futures_util::stream::{self, StreamExt};
use serde_json::Value;
use skeg_release::object::ObjectKey;
use skeg_release::ownership;
use skeg_release::plan::{Plan, Step};

use super::{Context, OperationError, Options};
use crate::apply::live::AT_ONCE;
use crate::apply::remove::{Cascade, delete};
use crate::apply::unchanged::unchanged;
use crate::apply::{ApplyError, Built, conflict, csa, immutable, migrate, ssa};
use crate::discovery::Resource;
use crate::progress::Level;
use crate::wait::{self, Target};

/// An object that was sent.
#[derive(Clone, Debug)]
pub struct Change {
    /// Which one.
    pub key: ObjectKey,
    /// Its kind.
    pub resource: Resource,
    /// What the server answered; null where nobody waits for it.
    pub live: Value,
    /// It was not there before.
    pub created: bool,
}

impl Change {
    fn target(&self) -> Target {
        Target {
            key: self.key.clone(),
            resource: self.resource.clone(),
            live: Some(self.live.clone()),
        }
    }
}

/// What was done before it failed, and why.
pub(crate) struct Stopped {
    pub(crate) changes: Vec<Change>,
    pub(crate) error: OperationError,
}

/// What a failing object does to those after it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnError {
    /// The batch is finished, and no other one begun: installing.
    Stop,
    /// All are tried, and all errors told: upgrading, or installing over objects that are there.
    GoOn,
}

impl Context<'_> {
    /// Checks that objects which exist already are the release's.
    ///
    /// # Errors
    /// Helm's text after `unable to continue with …: `.
    pub async fn check_owned(&self, release: &str, objects: &[&Built]) -> Result<(), OperationError> {
        self.owned(release, objects, false).await.map(|_| ())
    }

    /// Checks that objects which exist already are the release's, or may be taken.
    ///
    /// Gives for each object whether it exists.
    ///
    /// # Errors
    /// Helm's text after `unable to continue with …: `.
    pub(crate) async fn owned(
        &self,
        release: &str,
        objects: &[&Built],
        take: bool,
    ) -> Result<Vec<bool>, OperationError> {
        if self.pretend {
            return Ok(vec![false; objects.len()]);
        }
        let found = crate::apply::live::existing(self.client, objects).await;
        let found = found.map_err(|(index, error)| OperationError {
            source_file: objects[index].source.clone(),
            ..OperationError::new(format!(
                "could not get information about the resource {}: {error}",
                describe(objects[index])
            ))
        })?;
        for (built, live) in objects.iter().zip(&found) {
            let Some(live) = live else { continue };
            if take {
                continue;
            }
            if let Err(problem) = ownership::check(live, release, self.namespace) {
                // Lists of metadata leave the kind out.
                let mut named = live.clone();
                named["kind"] = built.object["kind"].clone();
                return Err(OperationError {
                    source_file: built.source.clone(),
                    ..OperationError::new(ownership::refusal(&named, &problem))
                }
                .with_story("--take-ownership makes it part of this release."));
            }
        }
        Ok(found.iter().map(Option::is_some).collect())
    }

    /// Creates and updates what the plan says; part after part where the chart orders its parts and that is asked for.
    pub(crate) async fn apply_in_order(
        &self,
        release: &str,
        plan: &Plan,
        exists: &dyn Fn(&Step) -> bool,
        options: &Options,
        on_error: OnError,
    ) -> Result<Vec<Change>, Box<Stopped>> {
        if options.order.is_empty() {
            return self.apply(release, &plan.apply, exists, options, on_error).await;
        }
        let mut changes = Vec::new();
        let mut rest = plan.apply.clone();
        let mut parts: Vec<Vec<Vec<Step>>> = options.order.iter().map(|part| taken(&mut rest, part)).collect();
        parts.push(rest);
        for part in &parts {
            let failed = match self.apply(release, part, exists, options, on_error).await {
                Ok(done) => {
                    let waited = self.wait_for(&done, options).await;
                    changes.extend(done);
                    waited.err()
                }
                Err(stopped) => {
                    changes.extend(stopped.changes);
                    Some(stopped.error)
                }
            };
            if let Some(error) = failed {
                return Err(Box::new(Stopped { changes, error }));
            }
        }
        Ok(changes)
    }

    /// Creates and updates objects, batch by batch, those of a batch at once.
    async fn apply(
        &self,
        release: &str,
        batches: &[Vec<Step>],
        exists: &dyn Fn(&Step) -> bool,
        options: &Options,
        on_error: OnError,
    ) -> Result<Vec<Change>, Box<Stopped>> {
        let mut changes = Vec::new();
        let mut errors: Vec<OperationError> = Vec::new();
        if self.pretend {
            return Ok(changes);
        }
        for batch in batches {
            if let Err(error) = self.check_cancelled() {
                return Err(Box::new(Stopped { changes, error }));
            }
            let sent = stream::iter(batch.iter().enumerate().map(|(index, step)| async move {
                let outcome = self.apply_one(release, step, exists(step), options, on_error).await;
                (index, outcome)
            }));
            let mut outcomes: Vec<_> = sent.buffer_unordered(AT_ONCE).collect().await;
            outcomes.sort_by_key(|(index, _)| *index);
            for (_, outcome) in outcomes {
                match outcome {
                    Ok(change) => changes.push(change),
                    Err(error) => errors.push(error),
                }
            }
            if on_error == OnError::Stop && !errors.is_empty() {
                break;
            }
            // An upgrade goes on after what cannot be changed, but not after what cannot be made; then that is the error.
            if let Some(first) = errors.iter().position(|error| error.not_created) {
                let mut told = errors.split_off(first);
                told.append(&mut errors);
                let error = joined(told, OnError::Stop);
                return Err(Box::new(Stopped { changes, error }));
            }
        }
        match errors.len() {
            0 => Ok(changes),
            _ => Err(Box::new(Stopped {
                changes,
                error: joined(errors, on_error),
            })),
        }
    }

    async fn apply_one(
        &self,
        release: &str,
        step: &Step,
        exists: bool,
        options: &Options,
        on_error: OnError,
    ) -> Result<Change, OperationError> {
        let key = step.key();
        let resource = self.discovery.resource(&key.api_version, &key.kind)?.clone();
        let path = resource.path(&key.namespace, &key.name);
        let mut object = step.object.clone();
        ownership::mark(&mut object, release, self.namespace);
        // A key that the API server would refuse.
        skeg_release::sequence::strip(&mut object);
        let baseline = (!step.baseline.is_null()).then_some(&step.baseline);
        let sent = if options.server_side {
            if options.migrate && exists {
                let migrated = migrate::migrate(self.client, &path, &object).await;
                migrated.map_err(|error| explained(&error, &step.source))?;
            }
            match unchanged(self.client, &path, &step.object, &step.baseline, &object).await {
                Some(sent) => Ok(sent),
                None if options.wait => ssa::apply(self.client, &path, &object, options.force_conflicts).await,
                None => ssa::apply_unseen(self.client, &path, &object, options.force_conflicts).await,
            }
        } else if exists || baseline.is_some() {
            let way = if options.force_replace {
                csa::Way::Replace
            } else {
                csa::Way::Patch
            };
            csa::update(self.client, &resource, baseline, &object, way).await
        } else {
            csa::create(self.client, &resource, &object).await
        };
        // Of an install Helm tells the bare error, of an upgrade what it was about to do.
        let is_new = !exists && baseline.is_none();
        match sent {
            Ok(sent) => Ok(Change {
                key,
                resource,
                live: sent.object,
                created: sent.created,
            }),
            Err(mut error) => {
                // What the revision before only wanted, or what somebody deleted, was about to be created as well.
                let not_created =
                    on_error == OnError::GoOn && (is_new || (options.server_side && self.is_absent(&path).await));
                if not_created {
                    error = error.within("failed to create resource");
                }
                let mut story = conflict::story(self.client, &path, &error, &step.source).await;
                if story.is_empty() {
                    story = immutable::story(self.client, &path, &error).await;
                }
                Err(OperationError {
                    not_created,
                    ..explained(&error, &step.source).with_story(story)
                })
            }
        }
    }

    async fn is_absent(&self, path: &str) -> bool {
        matches!(self.client.find(path).await, Ok(None))
    }

    /// Deletes what the release has no longer; what its policy keeps stays. Gives what was deleted.
    pub(crate) async fn remove_gone(&self, release: &str, plan: &Plan) -> Result<(), OperationError> {
        if self.pretend {
            return Ok(());
        }
        for batch in &plan.remove {
            self.check_cancelled()?;
            let removed = stream::iter(batch.iter().map(|step| self.remove_one(release, step)));
            let outcomes: Vec<_> = removed.buffer_unordered(AT_ONCE).collect().await;
            for outcome in outcomes {
                outcome?;
            }
        }
        Ok(())
    }

    async fn remove_one(&self, release: &str, step: &Step) -> Result<(), OperationError> {
        let key = step.key();
        // A kind that the cluster no longer serves has taken its objects along.
        let Ok(resource) = self.discovery.resource(&key.api_version, &key.kind) else {
            return Ok(());
        };
        let path = resource.path(&key.namespace, &key.name);
        let live = match self.client.find(&path).await {
            Ok(Some(live)) => live,
            Ok(None) => return Ok(()),
            Err(error) => {
                let name = format!("{}/{}", key.kind, key.name);
                self.observer.log(
                    Level::Debug,
                    "unable to get resource",
                    &[("object", &name), ("error", &error.to_string())],
                );
                return Ok(());
            }
        };
        if skeg_release::plan::policy(&live) == Some(skeg_release::plan::KEEP) {
            self.observer.log(
                Level::Debug,
                "skipping delete due to annotation",
                &[("object", &key.name)],
            );
            return Ok(());
        }
        if step.leftover && ownership::check(&live, release, self.namespace).is_err() {
            return Ok(());
        }
        delete(self.client, &path, Cascade::Background)
            .await
            .map_err(|error| OperationError {
                source_file: step.source.clone(),
                ..OperationError::new(format!(
                    "failed to delete resource namespace={}, name={}, kind={}: {error}",
                    key.namespace, key.name, key.kind
                ))
            })?;
        Ok(())
    }

    /// Waits until what was sent is ready, if that is asked for.
    pub(crate) async fn wait_for(&self, changes: &[Change], options: &Options) -> Result<(), OperationError> {
        if !options.wait || self.pretend {
            return Ok(());
        }
        let targets: Vec<Target> = changes.iter().map(Change::target).collect();
        wait::wait_ready(self.client, &targets, &options.waiting, self.observer, self.cancel).await?;
        Ok(())
    }

    /// Deletes what this operation created (`--cleanup-on-fail`).
    pub(crate) async fn clean_up(&self, changes: &[Change]) -> Result<(), OperationError> {
        for change in changes.iter().filter(|change| change.created) {
            let path = change.resource.path(&change.key.namespace, &change.key.name);
            delete(self.client, &path, Cascade::Background).await.map_err(|error| {
                OperationError::new(format!("unable to delete resource {}: {error}", change.key.name))
            })?;
        }
        Ok(())
    }
}

/// Takes the steps of some objects out of batches.
fn taken(batches: &mut Vec<Vec<Step>>, part: &[ObjectKey]) -> Vec<Vec<Step>> {
    let mut out = Vec::new();
    for batch in batches.iter_mut() {
        let (mine, others) = std::mem::take(batch)
            .into_iter()
            .partition(|step| part.contains(&step.key()));
        *batch = others;
        out.push(mine);
    }
    batches.retain(|batch| !batch.is_empty());
    out.retain(|batch: &Vec<Step>| !batch.is_empty());
    out
}

fn explained(error: &ApplyError, source: &str) -> OperationError {
    OperationError {
        source_file: source.to_owned(),
        ..OperationError::from(error)
    }
}

/// One error of many: those of an upgrade in a row, of an install the first.
fn joined(errors: Vec<OperationError>, on_error: OnError) -> OperationError {
    let message = match on_error {
        OnError::Stop => errors[0].message.clone(),
        OnError::GoOn => errors
            .iter()
            .map(|error| error.message.as_str())
            .collect::<Vec<_>>()
            .join(" && "),
    };
    let stories: Vec<&str> = errors
        .iter()
        .map(|error| error.story.as_str())
        .filter(|story| !story.is_empty())
        .collect();
    OperationError {
        source_file: errors[0].source_file.clone(),
        culprit: errors[0].culprit.clone(),
        ..OperationError::new(message)
    }
    .with_story(stories.join("\n"))
}

fn describe(built: &Built) -> String {
    let key = built.key();
    format!("{} \"{}\" in namespace \"{}\"", key.kind, key.name, key.namespace)
}
