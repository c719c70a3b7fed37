//! `create NAME`: starts a new chart.

use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::Completions;
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::create::{self, CreateOptions};
use crate::output::Output;

/// The command.
pub static CREATE: Command = Command {
    name: "create",
    arguments: "NAME",
    short: "start a new chart",
    long: "\
Makes the folder of a new chart, ready to be rendered and changed:

    web/
    ├── .helmignore   # what stays out of archives
    ├── Chart.yaml    # name, version and description
    ├── values.yaml   # the settings and their defaults
    ├── charts/       # the charts it depends on
    └── templates/    # the templates
        └── tests/    # templates of tests

NAME is the path of the folder; its last part is the name of the chart. The folder
may exist already: files of the same names are overwritten, others are left alone.
With --starter, the chart is a copy of another one, in which <CHARTNAME> is replaced.",
    flags: &[FLAGS],
    args: ArgsRule::Exactly(1),
    run: Some(run),
    complete: Some(complete),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::string(
        "starter",
        "chart to start from: its name in the folder for starters, or its absolute path",
    )
    .short('p'),
    Flag::string("chart-api-version", "API version of the chart, v2 or v3")
        .default("v2")
        .hidden(),
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = CreateOptions {
        name: invocation.args()[0].clone(),
        starter: invocation.text("starter"),
        chart_api_version: invocation.text("chart-api-version"),
    };
    create::run(&options, &invocation.settings, out)
}

fn complete(invocation: &Invocation, _: &str) -> Completions {
    if invocation.args().is_empty() {
        Completions::files()
    } else {
        Completions::no_more_arguments()
    }
}
