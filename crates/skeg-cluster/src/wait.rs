//! Waiting until objects are ready, gone, or have run to their end, and saying what is missing if they are not.
//!
//! In goes a list of [`Target`]s in the order in which they are to be told; out comes nothing, or a [`NotReady`] whose text is
//! Helm's and whose [`Diagnosis`] says why. Objects are followed by list and watch, filtered to the objects that are waited
//! for; a user who may not watch or list is served by reading the objects again and again. No wait outlives its timeout, and
//! each may be stopped by its [`Cancel`].
//!
//! # Source
//! spec/lifecycle.md 6; Kubernetes API concepts, "Efficient detection of changes".

mod board;
mod children;
mod diagnosis;
mod engine;
mod error;
mod follow;
mod pods;
mod scope;
mod stuck;
pub mod tree;

use std::time::Duration;

use serde_json::Value;
pub use skeg_kinds::readiness::{Readiness, Rules, State, Strategy};
use skeg_release::object::ObjectKey;

use crate::cancel::Cancel;
use crate::client::Client;
use crate::discovery::Resource;
use crate::progress::Observer;
pub use diagnosis::Diagnosis;
pub use error::{End, NotReady, Unready, Verb};

/// An object that is waited for.
#[derive(Clone, Debug)]
pub struct Target {
    /// Which object; its namespace filled in.
    pub key: ObjectKey,
    /// Where the cluster serves it.
    pub resource: Resource,
    /// What the server answered when the object was last written, if that is known: kinds that are ready as soon as they are
    /// there are then not asked about again. In a wait for its deletion, an object of another `uid` is not this one.
    pub live: Option<Value>,
}

/// How long pods may be in trouble before a wait gives up on them. Only with [`Rules::Skeg`]; Helm waits.
///
/// Trouble may pass by itself: a database comes up, a Secret is made, a registry answers again. The times are therefore long
/// beside that; what cannot pass (an invalid image name, an image that must not be pulled and is not there) fails at once.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// An image cannot be pulled.
    pub pull: Duration,
    /// A container ends again and again.
    pub crash: Duration,
    /// A container cannot be made, for want of a Secret or ConfigMap mostly.
    pub config: Duration,
    /// Pods are refused: a quota, an admission plugin.
    pub refused: Duration,
    /// A custom resource of a kind that reports its readiness has not yet been given a status by anybody; afterwards it
    /// counts as ready, and a warning says so.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            pull: Duration::from_secs(120),
            crash: Duration::from_secs(180),
            config: Duration::from_secs(120),
            refused: Duration::from_secs(120),
            silence: Duration::from_secs(60),
        }
    }
}

/// How to wait.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Which of Helm's readers of readiness.
    pub strategy: Strategy,
    /// Helm's rules, or those with the gaps closed.
    pub rules: Rules,
    /// Whether Jobs have to complete (`--wait-for-jobs`).
    pub wait_for_jobs: bool,
    /// How long. Zero means 30 s with the watching strategy, as in Helm.
    pub timeout: Duration,
    /// Whether conditions that objects name in annotations decide about them (an ordered wait).
    pub own_conditions: bool,
    /// When to give up earlier.
    pub patience: Patience,
    /// How often objects are read where they cannot be watched, and how often pods of unready objects are looked at.
    pub poll: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            strategy: Strategy::Watcher,
            rules: Rules::Skeg,
            wait_for_jobs: false,
            timeout: Duration::from_secs(300),
            own_conditions: false,
            patience: Patience::default(),
            poll: Duration::from_secs(1),
        }
    }
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Ready,
    Complete,
    Deleted,
}

/// Waits until all `targets` are ready at the same time.
///
/// # Errors
/// [`NotReady`]: the time is up, an object has failed, or the wait was cancelled. Failures of single requests are not errors:
/// they are tried again until the time is up, and then told.
pub async fn wait_ready(
    client: &Client,
    targets: &[Target],
    options: &Options,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<(), Box<NotReady>> {
    engine::run(client, targets, Goal::Ready, options, observer, cancel).await
}

/// Waits until all `targets` are gone.
///
/// # Errors
/// As [`wait_ready`].
pub async fn wait_deleted(
    client: &Client,
    targets: &[Target],
    options: &Options,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<(), Box<NotReady>> {
    engine::run(client, targets, Goal::Deleted, options, observer, cancel).await
}

/// Waits until CustomResourceDefinitions are Established. That the server also serves the new kinds shows in discovery only a
/// moment later.
///
/// # Errors
/// As [`wait_ready`].
pub async fn wait_established(
    client: &Client,
    definitions: &[Target],
    options: &Options,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<(), Box<NotReady>> {
    engine::run(client, definitions, Goal::Ready, options, observer, cancel).await
}

/// Waits until hooks have run to their end: Jobs complete, Pods succeed; other kinds have ended as soon as they are there.
///
/// # Errors
/// As [`wait_ready`]; a failed Job or Pod ends the wait at once.
pub async fn wait_complete(
    client: &Client,
    hooks: &[Target],
    options: &Options,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<(), Box<NotReady>> {
    engine::run(client, hooks, Goal::Complete, options, observer, cancel).await
}
