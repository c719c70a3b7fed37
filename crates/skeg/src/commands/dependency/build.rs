//! `dependency build [CHART]`: brings `charts/` to what `Chart.lock` says.

use super::{FETCH_FLAGS, fetch_options};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::invocation::Invocation;
use crate::commands::chart_ref::CREDENTIALS;
use crate::error::CommandError;
use crate::ops::dependency;
use crate::output::Output;

/// The command.
pub(super) static BUILD: Command = Command {
    name: "build",
    arguments: "CHART",
    short: "fetch the dependencies that Chart.lock names",
    long: "\
Fetches the dependencies of a chart into its charts/ folder, in exactly the versions
that Chart.lock names. It fails if Chart.yaml was changed since Chart.lock was written.
Without a Chart.lock it does what '{program} dependency update' does.",
    flags: &[FETCH_FLAGS, CREDENTIALS],
    args: ArgsRule::AtMost(1),
    run: Some(run),
    ..Command::BASE
};

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    dependency::build(&fetch_options(invocation), &invocation.settings, out)
}
