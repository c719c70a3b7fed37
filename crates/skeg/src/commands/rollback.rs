//! `rollback RELEASE [REVISION]`: brings an earlier revision back.

use super::{release_flags, releases};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::Completions;
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::release::rollback::{self, RollbackOptions};
use crate::output::Output;
use crate::output::quote::go_quote;

/// The command.
pub static ROLLBACK: Command = Command {
    name: "rollback",
    arguments: "<RELEASE> [REVISION]",
    short: "bring an earlier revision of a release back",
    long: "\
Changes the objects of a release back to what an earlier revision had rendered, and
keeps that as a new revision. Without REVISION, or with 0, it is the one before the
newest. Nothing is rendered, so neither the chart nor its values are needed.

'{program} history RELEASE' lists the revisions.",
    flags: &[FLAGS],
    exclusive: &[&["force-replace", "force-conflicts"], &["force", "force-conflicts"]],
    args: ArgsRule::AtLeast(1),
    run: Some(run),
    complete: Some(complete),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::bool("cleanup-on-fail", "delete what this rollback created when it fails"),
    Flag::string("description", "description of the revision, at most 256 characters"),
    release_flags::DRY_RUN,
    Flag::bool(
        "force-conflicts",
        "with server-side apply: take over fields that others manage",
    ),
    Flag::bool(
        "force-replace",
        "replace objects instead of patching them; not with server-side apply",
    ),
    release_flags::HISTORY_MAX,
    Flag::bool("no-hooks", "run no hooks"),
    Flag::string(
        "server-side",
        "whether the API server merges the changes: true, false, or auto for what the revision to go back to did",
    )
    .default("auto"),
    release_flags::TIMEOUT,
    release_flags::WAIT_FLAG,
    release_flags::WAIT_FOR_JOBS,
    release_flags::LOCK_TIMEOUT,
    Flag::bool("force", "").deprecated("use --force-replace instead"),
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let revision = match invocation.args().get(1) {
        None => 0,
        Some(text) => text.parse::<i64>().map_err(|_| {
            CommandError::new(format!(
                "could not convert revision to a number: strconv.Atoi: parsing {}: invalid syntax",
                go_quote(text)
            ))
        })?,
    };
    let options = RollbackOptions {
        name: invocation.args()[0].clone(),
        revision,
        dry_run: release_flags::dry_run(&invocation.text("dry-run"), out)?.is_dry(),
        cleanup_on_fail: invocation.bool("cleanup-on-fail"),
        description: invocation.text("description"),
        force_conflicts: invocation.bool("force-conflicts"),
        force_replace: invocation.bool("force-replace") || invocation.bool("force"),
        history_max: invocation.int("history-max"),
        no_hooks: invocation.bool("no-hooks"),
        server_side: release_flags::server_side(invocation)?,
        wait: release_flags::wait(invocation),
        wait_for_jobs: invocation.bool("wait-for-jobs"),
        timeout: release_flags::duration(invocation, "timeout"),
        lock_timeout: release_flags::duration(invocation, "lock-timeout"),
    };
    rollback::run(&options, &invocation.settings, out)
}

fn complete(invocation: &Invocation, word: &str) -> Completions {
    match invocation.args() {
        [] => releases::complete_name(invocation, word),
        [name] => releases::complete_revisions(invocation, name),
        _ => Completions::no_more_arguments(),
    }
}
