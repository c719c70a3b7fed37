//! `dependency update [CHART]`: fetches the newest dependencies that `Chart.yaml` allows.

use super::{FETCH_FLAGS, fetch_options};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::invocation::Invocation;
use crate::commands::chart_ref::CREDENTIALS;
use crate::error::CommandError;
use crate::ops::dependency;
use crate::output::Output;

/// The command.
pub(super) static UPDATE: Command = Command {
    name: "update",
    aliases: &["up"],
    arguments: "CHART",
    short: "fetch the newest dependencies that Chart.yaml allows",
    long: "\
Fetches, for each dependency in Chart.yaml, the newest version that fits into the
charts/ folder, and writes the versions down in Chart.lock, from which
'{program} dependency build' restores them.

Other versions of these charts are removed from charts/; charts that Chart.yaml does
not mention stay.",
    flags: &[FETCH_FLAGS, CREDENTIALS],
    args: ArgsRule::AtMost(1),
    run: Some(run),
    ..Command::BASE
};

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    dependency::update(&fetch_options(invocation), &invocation.settings, out)
}
