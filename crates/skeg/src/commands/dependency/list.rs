//! `dependency list [CHART]`: whether the dependencies are there.

use super::chart_path;
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::dependency::{self, ListOptions};
use crate::output::Output;

/// The command.
pub(super) static LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    arguments: "CHART",
    short: "list the charts that a chart depends on",
    long: "\
Lists the dependencies that a chart declares, and whether each of them is in charts/
in a version that fits. CHART is a folder or an archive, the current folder by default;
nothing in it is changed.",
    flags: &[FLAGS],
    args: ArgsRule::AtMost(1),
    run: Some(run),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[Flag::uint(
    "max-col-width",
    "80",
    "width at which columns of the table are cut",
)];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = ListOptions {
        chart_path: chart_path(invocation),
        max_column_width: invocation.uint("max-col-width"),
    };
    dependency::list(&options, &invocation.settings, out)
}
