//! `rollback`: back to an earlier revision, as a new one.
//!
//! # Source
//! spec/lifecycle.md 3.3.

use std::time::Duration;

use skeg_cluster::operation::{self, Guard, Options, Recovery, Rollback, recover};
use skeg_cluster::progress::{Level, Observer, Silent};
use skeg_release::object::{ObjectKey, parse_manifest};
use skeg_release::sequence::{Batch, sequence, with_subcharts};

use super::Store;
use super::install::{discovery, refuse_contradictions};
use super::operate::{Failed, context, ended, guarded, ordered, waiting};
use super::options::Strategy;
use crate::error::CommandError;
use crate::ops::session::Console;
use crate::output::Output;
use crate::settings::Settings;

/// What is rolled back, and how.
#[derive(Clone, Debug, Default)]
pub struct RollbackOptions {
    /// The release.
    pub name: String,
    /// The revision to go back to; 0 for the one before the newest.
    pub revision: i64,
    /// `--dry-run`.
    pub dry_run: bool,
    /// `--cleanup-on-fail`.
    pub cleanup_on_fail: bool,
    /// `--description`.
    pub description: String,
    /// `--force-conflicts`.
    pub force_conflicts: bool,
    /// `--force-replace`.
    pub force_replace: bool,
    /// `--history-max`.
    pub history_max: i64,
    /// `--no-hooks`.
    pub no_hooks: bool,
    /// `--server-side`: true, false, or none for what the target revision did.
    pub server_side: Option<bool>,
    /// `--wait`.
    pub wait: Strategy,
    /// `--wait-for-jobs`.
    pub wait_for_jobs: bool,
    /// `--timeout`.
    pub timeout: Duration,
    /// `--lock-timeout`.
    pub lock_timeout: Duration,
}

/// Rolls back.
///
/// # Errors
/// Helm's message.
pub fn run(options: &RollbackOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let store = Store::open(settings)?;
    store.reach()?;
    let session = &store.session;
    let namespace = settings.namespace();
    let name = options.name.as_str();
    let guard = if options.dry_run {
        Guard::none()
    } else {
        guarded(
            &store,
            &namespace,
            name,
            "rollback",
            options.lock_timeout,
            settings,
            &Console::new(out),
        )?
    };
    let result = locked(options, &store, &guard, &namespace, out);
    let result = ended(&store, guard, result);
    session.print_warnings(out);
    result?;
    out.line("Rollback was a success! Happy Helming!");
    Ok(())
}

/// The order in which the chart of the target wants its parts, as far as it is stored.
fn order(
    rollback: &Rollback,
    context: &operation::Context<'_>,
    options: &RollbackOptions,
    console: &Console<'_>,
) -> Result<Vec<Vec<ObjectKey>>, operation::OperationError> {
    if options.wait != Strategy::Ordered {
        return Ok(Vec::new());
    }
    let wrong = |text: String| operation::OperationError::new(text);
    let chart = rollback
        .record
        .chart
        .chart()
        .map_err(|error| wrong(error.to_string()))?;
    let objects = context.objects(&rollback.record.manifest)?;
    let parsed = parse_manifest(&rollback.record.manifest).map_err(|error| wrong(error.to_string()))?;
    let chart = with_subcharts(chart, &parsed);
    let sequence = sequence(&chart, &parsed).map_err(|error| wrong(error.to_string()))?;
    for warning in &sequence.warnings {
        console.log(Level::Warn, warning, &[]);
    }
    let order: Vec<Vec<usize>> = sequence.batches.iter().map(Batch::objects).collect();
    Ok(ordered(&order, &objects))
}

fn locked(
    options: &RollbackOptions,
    store: &Store,
    guard: &Guard<'_>,
    namespace: &str,
    out: &mut Output,
) -> Result<(), Failed> {
    let session = &store.session;
    let name = options.name.as_str();
    let heads = store.ask(store.storage.history(name, true))?;
    let target = operation::rollback_target(&heads, options.revision)?.version;
    let target = store.ask(store.storage.get(name, target))?;
    if options.dry_run {
        return Ok(());
    }
    let newest = skeg_release::record::history::newest(&heads);
    let discovery = discovery(store)?;
    let found = {
        let context = context(store, &discovery, &Silent, namespace);
        // Helm rolls back over anything, so a pending revision of unknown origin is no reason to refuse.
        session.run(recover(&context, guard, newest, true, true))?
    };
    let mut heads = heads;
    if let Recovery::TakenOver(story) = found {
        Console::new(out).log(Level::Warn, &story, &[]);
        heads = store.ask(store.storage.history(name, true))?;
    }
    let version = skeg_release::record::history::next_revision(&heads) - 1;
    let current = store.ask(store.storage.get(name, version))?;
    let console = Console::new(out);
    let context = context(store, &discovery, &console, namespace);
    let work = async {
        let rollback = Rollback::new(
            &context,
            current,
            target,
            heads,
            options.server_side,
            &options.description,
        )
        .await?;
        let cluster_options = Options {
            server_side: rollback.record.is_server_side(),
            migrate: false,
            force_conflicts: options.force_conflicts,
            force_replace: options.force_replace,
            take_ownership: false,
            no_hooks: options.no_hooks,
            wait: options.wait != Strategy::HookOnly,
            order: order(&rollback, &context, options, &console)?,
            waiting: waiting(options.wait, options.wait_for_jobs, options.timeout),
            timeout: options.timeout,
            description: options.description.clone(),
            cleanup_on_fail: options.cleanup_on_fail,
            history_max: usize::try_from(options.history_max).unwrap_or(0),
            rollback_on_failure: false,
        };
        refuse_contradictions(&cluster_options).map_err(|error| operation::OperationError::new(error.to_string()))?;
        guard
            .during(operation::rollback(&context, rollback, &cluster_options))
            .await
    };
    session.run(work).map(|_| ()).map_err(|error| error.into())
}
