//! `status NAME`: a release and what has become of its objects.

use super::releases;
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::release::status::{self, StatusOptions};
use crate::output::Output;
use crate::output::json::{Format, OUTPUT};

/// The command.
pub static STATUS: Command = Command {
    name: "status",
    arguments: "RELEASE_NAME",
    short: "show the state of a release",
    long: "\
Shows the state of a release: when it was deployed last, in which namespace, its
revision, what the cluster says of its objects and of the pods of its workloads, how
its tests went, and the notes of its chart.

The state is one of deployed, superseded, failed, uninstalled, uninstalling,
pending-install, pending-upgrade, pending-rollback and unknown.",
    flags: &[FLAGS],
    args: ArgsRule::Exactly(1),
    run: Some(run),
    complete: Some(releases::complete_name),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[releases::revision("revision to show instead of the newest one"), OUTPUT];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = StatusOptions {
        name: invocation.args()[0].clone(),
        revision: invocation.int("revision"),
        format: Format::of(&invocation.text("output")).unwrap_or_default(),
    };
    status::run(&options, &invocation.settings, out)
}
