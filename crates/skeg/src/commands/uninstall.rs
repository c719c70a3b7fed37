//! `uninstall RELEASE...`: removes releases.

use super::{release_flags, releases};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::{Flag, ValueCompletion};
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::release::uninstall::{self, UninstallOptions};
use crate::output::Output;
use skeg_cluster::apply::remove::Cascade;

/// The command.
pub static UNINSTALL: Command = Command {
    name: "uninstall",
    arguments: "RELEASE_NAME [...]",
    aliases: &["del", "delete", "un"],
    short: "remove a release and its objects",
    long: "\
Deletes the objects of releases, but those whose annotation helm.sh/resource-policy is
'keep', and forgets the releases. With --keep-history the revisions stay, and a
rollback can bring the release back.

What could not be deleted, or not even be looked at, is told, and the release is then
not forgotten: the same command again goes on from there.",
    flags: &[FLAGS],
    args: ArgsRule::AtLeast(1),
    run: Some(run),
    complete: Some(|invocation, _| releases::complete_names(invocation, invocation.args())),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::string(
        "cascade",
        "what becomes of objects that belong to deleted ones: deleted after them (background), before them (foreground), \
         or kept (orphan)",
    )
    .default("background")
    .complete(ValueCompletion::Words(&["background", "orphan", "foreground"])),
    Flag::string("description", "with --keep-history: description of the last revision"),
    Flag::bool("dry-run", "change nothing, only tell what would stay"),
    Flag::bool("ignore-not-found", "count a release that is not there as removed"),
    Flag::bool("keep-history", "keep the revisions, marked as uninstalled"),
    Flag::bool("no-hooks", "run no hooks"),
    release_flags::TIMEOUT,
    release_flags::WAIT_FLAG,
    release_flags::LOCK_TIMEOUT,
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let word = invocation.text("cascade");
    let cascade = Cascade::of(&word).ok_or_else(|| {
        CommandError::new(format!(
            "invalid cascade value ({word}). Must be \"background\", \"foreground\", or \"orphan\""
        ))
    })?;
    let options = UninstallOptions {
        names: invocation.args().to_vec(),
        cascade,
        description: invocation.text("description"),
        dry_run: invocation.bool("dry-run"),
        ignore_not_found: invocation.bool("ignore-not-found"),
        keep_history: invocation.bool("keep-history"),
        no_hooks: invocation.bool("no-hooks"),
        wait: release_flags::wait(invocation),
        timeout: release_flags::duration(invocation, "timeout"),
        lock_timeout: release_flags::duration(invocation, "lock-timeout"),
    };
    uninstall::run(&options, &invocation.settings, out)
}
