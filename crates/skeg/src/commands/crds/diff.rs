//! `crds diff CHART`: what a chart would change about definitions.

use super::{VERSION, chart, complete};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::invocation::Invocation;
use crate::commands::{chart_ref, values};
use crate::error::CommandError;
use crate::ops::crds;
use crate::output::Output;

/// The command.
pub(super) static DIFF: Command = Command {
    name: "diff",
    arguments: "CHART",
    short: "show what a chart would change about custom resource definitions",
    long: "\
Compares the custom resource definitions of a chart with those on the cluster: for each
that differs, the changes with what they do and what to do about them, then a unified diff
from the cluster's definition to the chart's. What the API server and controllers have put
into a definition by themselves is no difference.

Definitions that templates make count too; an upgrade of the release applies those.
Nothing is changed.",
    flags: &[VERSION, values::FLAGS, chart_ref::LOCATION, chart_ref::CREDENTIALS],
    args: ArgsRule::Exactly(1),
    extra: true,
    complete: Some(complete),
    run: Some(run),
    ..Command::BASE
};

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    crds::diff(&chart(invocation), &invocation.settings, out)
}
