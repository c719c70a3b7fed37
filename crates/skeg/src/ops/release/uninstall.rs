//! `uninstall`: the end of releases.
//!
//! # Source
//! spec/lifecycle.md 3.4.

use std::time::Duration;

use skeg_cluster::apply::remove::Cascade;
use skeg_cluster::operation::{self, Guard, Options, Removed, Uninstalling};

use super::Store;
use super::install::discovery;
use super::operate::{context, failed, guarded, waiting};
use super::options::Strategy;
use crate::error::CommandError;
use crate::ops::session::Console;
use crate::output::Output;
use crate::settings::Settings;

/// What is uninstalled, and how.
#[derive(Clone, Debug, Default)]
pub struct UninstallOptions {
    /// The releases.
    pub names: Vec<String>,
    /// `--cascade`.
    pub cascade: Cascade,
    /// `--description`.
    pub description: String,
    /// `--dry-run`.
    pub dry_run: bool,
    /// `--ignore-not-found`.
    pub ignore_not_found: bool,
    /// `--keep-history`.
    pub keep_history: bool,
    /// `--no-hooks`.
    pub no_hooks: bool,
    /// `--wait`.
    pub wait: Strategy,
    /// `--timeout`.
    pub timeout: Duration,
    /// `--lock-timeout`.
    pub lock_timeout: Duration,
}

/// Uninstalls, one release after the other.
///
/// # Errors
/// Helm's message for the first that fails.
pub fn run(options: &UninstallOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let store = Store::open(settings)?;
    store.reach()?;
    for name in &options.names {
        let removed = one(name, options, &store, settings, out)?;
        if let Some(removed) = removed
            && !removed.info.is_empty()
        {
            out.line(&removed.info);
        }
        out.line(format!("release {name:?} uninstalled"));
    }
    Ok(())
}

/// None where there is no such release and that is fine.
fn one(
    name: &str,
    options: &UninstallOptions,
    store: &Store,
    settings: &Settings,
    out: &mut Output,
) -> Result<Option<Removed>, CommandError> {
    let session = &store.session;
    let namespace = settings.namespace();
    if crate::ops::release_name::check(name).is_err() {
        return Err(CommandError::new(format!("uninstall: Release name is invalid: {name}")));
    }
    let guard = if options.dry_run {
        Guard::none()
    } else {
        guarded(
            store,
            &namespace,
            name,
            "uninstall",
            options.lock_timeout,
            settings,
            &Console::new(out),
        )?
    };
    let discovery = discovery(store)?;
    let outcome = {
        let console = Console::new(out);
        let context = context(store, &discovery, &console, &namespace);
        let uninstalling = Uninstalling {
            keep_history: options.keep_history,
            description: options.description.clone(),
            cascade: options.cascade,
            wait: options.wait != Strategy::HookOnly,
        };
        let cluster_options = Options {
            server_side: true,
            migrate: false,
            force_conflicts: false,
            force_replace: false,
            take_ownership: false,
            no_hooks: options.no_hooks,
            wait: options.wait != Strategy::HookOnly,
            order: Vec::new(),
            waiting: waiting(options.wait, false, options.timeout),
            timeout: options.timeout,
            description: options.description.clone(),
            cleanup_on_fail: false,
            history_max: 0,
            rollback_on_failure: false,
        };
        let work = async {
            if options.dry_run {
                operation::rehearse(&context, name).await
            } else {
                guard
                    .during(operation::uninstall(&context, name, &uninstalling, &cluster_options))
                    .await
            }
        };
        session.run(work)
    };
    // A Lease that is left to run out tells the next operation that this one never came to its end.
    if !matches!(&outcome, Err(error) if error.abandoned) {
        session.block_on(guard.release());
    }
    session.print_warnings(out);
    match outcome {
        Ok(removed) => Ok(Some(removed)),
        Err(error) if options.ignore_not_found && error.message.ends_with("release: not found") => Ok(None),
        Err(error) => Err(failed(error)),
    }
}
