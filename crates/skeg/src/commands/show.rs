//! `show all|chart|crds|readme|values CHART`: prints parts of a chart.

use super::{chart_ref, repositories};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::Completions;
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::show::{self, Part, ShowOptions};
use crate::output::Output;

/// The commands.
pub static SHOW: Command = Command {
    name: "show",
    aliases: &["inspect"],
    short: "print parts of a chart",
    long: "\
Prints what a chart contains: its definition, its values, its README or its custom
resource definitions. CHART is a folder, an archive, a URL, or REPOSITORY/NAME.",
    args: ArgsRule::None,
    subcommands: &[&ALL, &README, &VALUES, &CHART, &CRDS],
    ..Command::BASE
};

const FLAGS: &[Flag] = &[chart_ref::DEVEL, chart_ref::version(complete_version)];

static VALUES_FLAGS: &[Flag] = &[Flag::string(
    "jsonpath",
    "JSONPath expression; only what it selects is printed",
)];

/// What the five have in common.
const PART: Command = Command {
    arguments: "[CHART]",
    flags: &[FLAGS, chart_ref::LOCATION, chart_ref::CREDENTIALS],
    args: ArgsRule::Exactly(1),
    complete: Some(complete),
    ..Command::BASE
};

static ALL: Command = Command {
    name: "all",
    short: "print everything about a chart",
    long: "\
Prints a chart's definition, values, README and custom resource definitions, with
lines of --- between them.",
    run: Some(|invocation, out| run(Part::All, invocation, out)),
    ..PART
};

static CHART: Command = Command {
    name: "chart",
    short: "print a chart's definition",
    long: "Prints a chart's Chart.yaml: its name, version, description and dependencies.",
    run: Some(|invocation, out| run(Part::Chart, invocation, out)),
    ..PART
};

static VALUES: Command = Command {
    name: "values",
    short: "print a chart's values",
    long: "\
Prints a chart's values.yaml, with its comments: the settings that can be given with
--values and --set, and their defaults.",
    flags: &[FLAGS, VALUES_FLAGS, chart_ref::LOCATION, chart_ref::CREDENTIALS],
    run: Some(|invocation, out| run(Part::Values, invocation, out)),
    ..PART
};

static README: Command = Command {
    name: "readme",
    short: "print a chart's README",
    long: "Prints a chart's README.",
    run: Some(|invocation, out| run(Part::Readme, invocation, out)),
    ..PART
};

static CRDS: Command = Command {
    name: "crds",
    short: "print a chart's custom resource definitions",
    long: "Prints the custom resource definitions in a chart's crds/ folder.",
    run: Some(|invocation, out| run(Part::Crds, invocation, out)),
    ..PART
};

fn run(part: Part, invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = ShowOptions {
        part,
        chart_ref: invocation.args()[0].clone(),
        chart: chart_ref::options(invocation),
        json_path: if part == Part::Values {
            invocation.text("jsonpath")
        } else {
            String::new()
        },
    };
    show::run(&options, &invocation.settings, out)
}

fn complete(invocation: &Invocation, word: &str) -> Completions {
    if !invocation.args().is_empty() {
        return Completions::no_more_arguments();
    }
    repositories::complete_charts(invocation, word, true)
}

fn complete_version(invocation: &Invocation, _: &str) -> Completions {
    match invocation.args() {
        [chart] => repositories::complete_versions(invocation, chart),
        _ => Completions::none(),
    }
}
