//! `crds list RELEASE|CHART`: which definitions there are, and what the cluster has of them.

use super::{VERSION, chart, complete};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::commands::{chart_ref, values};
use crate::error::CommandError;
use crate::ops::crds::{self, ListOptions};
use crate::output::Output;
use crate::output::json::{Format, OUTPUT};

/// The command.
pub(super) static LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    arguments: "RELEASE|CHART",
    short: "list the custom resource definitions of a release or chart",
    long: "\
Lists the custom resource definitions that a chart brings: those below crds/, of enabled
subcharts too, and those that its templates make with the given values. Instead of a chart,
a release can be named; its own chart and manifest then count.

For each definition it tells its versions ('storage' is the one that objects are written
in, 'stored' one that some may still be written in), whether the cluster has it, who wrote
it there, how many objects of its kind there are, and what the chart would change.",
    flags: &[
        FLAGS,
        VERSION,
        values::FLAGS,
        chart_ref::LOCATION,
        chart_ref::CREDENTIALS,
    ],
    args: ArgsRule::Exactly(1),
    extra: true,
    complete: Some(complete),
    run: Some(run),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[OUTPUT];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = ListOptions {
        chart: chart(invocation),
        format: Format::of(&invocation.text("output")).unwrap_or_default(),
    };
    crds::list(&options, &invocation.settings, out)
}
