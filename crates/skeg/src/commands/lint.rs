//! `lint PATH...`: looks for mistakes in charts.

use super::values;
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::lint::{self, LintOptions};
use crate::output::Output;

/// The command.
pub static LINT: Command = Command {
    name: "lint",
    arguments: "PATH",
    short: "look for mistakes in a chart",
    long: "\
Looks for mistakes in charts, given as folders or archives: in Chart.yaml, in the
values, in the templates and in what they render to.

[ERROR] is said of what makes an installation fail, [WARNING] of what breaks a rule
or will stop working, [INFO] of what could be better. The command fails if there is
an error, with --strict also if there is a warning.",
    flags: &[FLAGS, values::FLAGS],
    args: ArgsRule::AtLeast(1),
    run: Some(run),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::string(
        "kube-version",
        "Kubernetes version to check for: capabilities and outdated APIs",
    ),
    Flag::bool("quiet", "print only errors and warnings"),
    Flag::bool(
        "skip-schema-validation",
        "do not check the values against the chart's values.schema.json",
    ),
    Flag::bool("strict", "fail on warnings too"),
    Flag::bool("with-subcharts", "check the charts in charts/ on their own too"),
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = LintOptions {
        paths: invocation.args().to_vec(),
        values: values::options(invocation),
        strict: invocation.bool("strict"),
        with_subcharts: invocation.bool("with-subcharts"),
        quiet: invocation.bool("quiet"),
        skip_schema_validation: invocation.bool("skip-schema-validation"),
        kube_version: invocation.text("kube-version"),
    };
    lint::run(&options, &invocation.settings, out)
}
