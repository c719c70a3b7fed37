//! `history NAME`: the revisions of a release.

use super::releases;
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::release::history::{self, HistoryOptions};
use crate::output::Output;
use crate::output::json::{Format, OUTPUT};

/// The command.
pub static HISTORY: Command = Command {
    name: "history",
    aliases: &["hist"],
    arguments: "RELEASE_NAME",
    short: "list the revisions of a release",
    long: "\
Lists the revisions of a release that are kept, oldest first: when each was made, its
state, its chart, and what became of it.

    $ {program} history web
    REVISION  UPDATED                   STATUS      CHART      APP VERSION  DESCRIPTION
    1         Sat Nov 21 04:27:50 2026  superseded  web-0.1.0  1.0          Install complete
    2         Sat Nov 21 05:12:46 2026  deployed    web-0.2.0  1.1          Upgrade complete

'{program} rollback' returns to one of them.",
    flags: &[FLAGS],
    args: ArgsRule::Exactly(1),
    run: Some(run),
    complete: Some(releases::complete_name),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::int("max", "256", "most revisions to list; the newest ones are"),
    Flag::bool(
        "show-rollback-revision",
        "also show in the table which revision was rolled back to",
    ),
    OUTPUT,
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = HistoryOptions {
        name: invocation.args()[0].clone(),
        max: invocation.int("max"),
        format: Format::of(&invocation.text("output")).unwrap_or_default(),
        rollback: invocation.bool("show-rollback-revision"),
    };
    history::run(&options, &invocation.settings, out)
}
