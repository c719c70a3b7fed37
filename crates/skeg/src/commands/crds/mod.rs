//! `crds list|diff|upgrade`: the custom resource definitions of charts.

mod diff;
mod list;
mod upgrade;

use super::{chart_ref, repositories, values};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::Completions;
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::ops::crds::ChartOptions;

/// The commands.
pub static CRDS: Command = Command {
    name: "crds",
    arguments: "list|diff|upgrade",
    short: "list, compare and upgrade the custom resource definitions of charts",
    long: "\
Looks after the custom resource definitions (CRDs) that charts bring in their folder
crds/. They are installed with a release, but later releases leave them as they are:
changing a definition may make objects that exist invalid, or lose parts of them.

These commands tell what a newer chart would change, judge each change, and apply what is
safe. Every change is one of

- safe             every object and every client goes on as before
- needs-migration  nothing is lost by itself, but objects or clients have to change with it
- loses-data       something that is stored is dropped or can no longer be read

    $ {program} crds list ./operator
    $ {program} crds diff ./operator
    $ {program} crds upgrade ./operator --dry-run
    $ {program} crds upgrade ./operator",
    args: ArgsRule::None,
    extra: true,
    subcommands: &[&list::LIST, &diff::DIFF, &upgrade::UPGRADE],
    ..Command::BASE
};

fn chart(invocation: &Invocation) -> ChartOptions {
    ChartOptions {
        chart_ref: invocation.args().first().cloned().unwrap_or_default(),
        chart: chart_ref::options(invocation),
        values: values::options(invocation),
    }
}

/// `--version` and `--devel`.
static VERSION: &[Flag] = &[chart_ref::DEVEL, chart_ref::version(complete_version)];

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
