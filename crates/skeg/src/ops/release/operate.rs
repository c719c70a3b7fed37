//! What all operations on releases share: the clock, who they are, how the cluster part is called and its errors told.

use std::time::{Duration, SystemTime};

use skeg_cluster::Discovery;
use skeg_cluster::apply::Built;
use skeg_cluster::lease::Holder;
use skeg_cluster::operation::{Context, Guard, OperationError, Options, guard};
use skeg_cluster::progress::Observer;
use skeg_cluster::wait;
use skeg_release::object::ObjectKey;
use skeg_release::record::{Record, Time};

use super::Store;
use super::options::{ReleaseOptions, Strategy};
use super::store::local_zone;
use crate::error::CommandError;
use crate::output::Output;
use crate::output::release::View;
use crate::settings::Settings;

/// Now, as records have it.
pub fn now() -> Time {
    Time::from(SystemTime::now())
}

/// Who this process is, for a Lease.
pub fn holder(settings: &Settings, command: &str) -> Holder {
    let env = &settings.env;
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|text| text.trim().to_owned())
        .unwrap_or_else(|_| env.text("HOSTNAME"));
    let user = ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .map(|name| env.text(name))
        .find(|user| !user.is_empty())
        .unwrap_or_else(|| "somebody".to_owned());
    Holder {
        who: format!("{user}@{machine}"),
        machine,
        process: std::process::id(),
        command: command.to_owned(),
        since: String::new(),
    }
}

/// The cluster's side of an operation.
pub fn context<'c>(
    store: &'c Store,
    discovery: &'c Discovery,
    observer: &'c dyn Observer,
    namespace: &'c str,
) -> Context<'c> {
    Context {
        client: store.session.client(),
        discovery,
        storage: &store.storage,
        observer,
        cancel: store.session.cancel(),
        namespace,
        now: &now,
        pretend: store.is_memory,
    }
}

/// The cluster's part of the options.
pub fn options(options: &ReleaseOptions, server_side: bool) -> Options {
    let strategy = match options.wait {
        // Going back when something fails only makes sense if it is found out whether it does.
        Strategy::HookOnly if options.rollback_on_failure && !options.wait_given => Strategy::Watcher,
        strategy => strategy,
    };
    Options {
        server_side,
        migrate: false,
        force_conflicts: options.force_conflicts,
        force_replace: options.force_replace,
        take_ownership: options.take_ownership,
        no_hooks: options.no_hooks,
        wait: strategy != Strategy::HookOnly,
        order: Vec::new(),
        waiting: waiting(strategy, options.wait_for_jobs, options.timeout),
        timeout: options.timeout,
        description: options.description.clone(),
        cleanup_on_fail: options.cleanup_on_fail,
        history_max: usize::try_from(options.history_max).unwrap_or(0),
        rollback_on_failure: options.rollback_on_failure,
    }
}

/// Parts of a manifest, given by the places of their objects, by those objects.
pub fn ordered(order: &[Vec<usize>], objects: &[Built]) -> Vec<Vec<ObjectKey>> {
    let part = |places: &Vec<usize>| {
        places
            .iter()
            .filter_map(|&place| objects.get(place))
            .map(Built::key)
            .collect()
    };
    order.iter().map(part).collect()
}

/// How to wait.
pub fn waiting(strategy: Strategy, wait_for_jobs: bool, timeout: Duration) -> wait::Options {
    wait::Options {
        strategy: match strategy {
            Strategy::Legacy => wait::Strategy::Legacy,
            _ => wait::Strategy::Watcher,
        },
        wait_for_jobs,
        own_conditions: strategy == Strategy::Ordered,
        timeout,
        ..wait::Options::default()
    }
}

/// The error of an operation as that of a command: Helm's text, and below it what there is to say beyond it.
pub fn failed(error: OperationError) -> CommandError {
    let mut story = error.story.trim_end().to_owned();
    if !error.source_file.is_empty() {
        let place = format!("in {}", error.source_file);
        story = if story.is_empty() {
            place
        } else {
            format!("{place}\n{story}")
        };
    }
    CommandError::new(error.message).with_story(story)
}

/// Why an operation under a guard failed.
pub(super) struct Failed {
    /// What is told.
    pub(super) error: Box<CommandError>,
    /// The record could not be brought to its end. Its Lease is then left to run out, which tells the next operation so.
    pub(super) abandoned: bool,
}

impl From<CommandError> for Failed {
    fn from(error: CommandError) -> Self {
        Failed {
            error: Box::new(error),
            abandoned: false,
        }
    }
}

impl From<OperationError> for Failed {
    fn from(error: OperationError) -> Self {
        Failed {
            abandoned: error.abandoned,
            error: Box::new(failed(error)),
        }
    }
}

/// Becomes the only one who works on a release. Records that live in memory are this process's alone.
///
/// # Errors
/// Who else is at work, or what the cluster said.
pub(super) fn guarded<'s>(
    store: &'s Store,
    namespace: &str,
    name: &str,
    command: &str,
    patience: Duration,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<Guard<'s>, CommandError> {
    if store.is_memory {
        return Ok(Guard::none());
    }
    let session = &store.session;
    let holder = holder(settings, command);
    let work = guard(
        session.client(),
        namespace,
        name,
        &holder,
        patience,
        session.cancel(),
        observer,
    );
    let guard = session.run(work).map_err(failed)?;
    if guard.predecessor().is_some() {
        // Who may not look is told so by what comes next.
        let _ = session.block_on(store.storage.tidy(name));
    }
    Ok(guard)
}

/// Gives the release free, unless its record could not be brought to its end.
pub(super) fn ended<T>(store: &Store, guard: Guard<'_>, outcome: Result<T, Failed>) -> Result<T, CommandError> {
    if !outcome.as_ref().is_err_and(|failed| failed.abandoned) {
        store.session.block_on(guard.release());
    }
    outcome.map_err(|failed| *failed.error)
}

/// Prints a release as `install` and `upgrade` do.
///
/// # Errors
/// Values that cannot be shown.
pub fn print(
    record: &Record,
    options: &ReleaseOptions,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), CommandError> {
    let view = View {
        record,
        resources: None,
        chart: false,
        everything: settings.debug,
        hide_notes: options.hide_notes,
        color: out.colors_out(),
        zone: local_zone(settings),
    };
    let text = view.write(options.output, true, None)?;
    out.print(text);
    Ok(())
}
