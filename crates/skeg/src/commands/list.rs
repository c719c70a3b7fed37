//! `list`: the releases of a namespace or of all.

use skeg_release::record::Status;

use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::Completions;
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::release::list::{self, ListOptions};
use crate::output::Output;
use crate::output::json::{Format, OUTPUT};

/// The command.
pub static LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    short: "list releases",
    long: "\
Lists the releases of a namespace, or of all with --all-namespaces: the newest revision
of each, by name.

Releases in every state are listed; flags such as --deployed and --failed, which can be
combined, leave only those in certain states. --superseded alone lists the revisions
that others have replaced.

--filter leaves the releases whose name fits a regular expression, --selector those
whose record in the cluster has certain labels:

    $ {program} list --filter '^web-[0-9]+$' --selector team=red

At most 256 releases are listed, or as many as --max says, 0 meaning all; --offset
leaves out the first ones.",
    flags: &[FLAGS],
    args: ArgsRule::None,
    run: Some(run),
    complete: Some(|_, _| Completions::no_more_arguments()),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::bool("all-namespaces", "list the releases of all namespaces").short('A'),
    Flag::bool("date", "order by the time of the last deployment").short('d'),
    Flag::bool("deployed", "list deployed releases"),
    Flag::bool("failed", "list failed releases"),
    Flag::string("filter", "list only releases whose name fits this regular expression").short('f'),
    Flag::int("max", "256", "most releases to list; 0 for all").short('m'),
    Flag::bool("no-headers", "print the table without headings"),
    Flag::int("offset", "0", "how many of the first releases to leave out"),
    OUTPUT,
    Flag::bool(
        "pending",
        "list releases that are being installed, upgraded or rolled back",
    ),
    Flag::bool("reverse", "the other way round").short('r'),
    Flag::string(
        "selector",
        "list only releases whose labels fit, as in team=red,tier!=test or 'tier in (a, b)'",
    )
    .short('l'),
    Flag::bool("short", "print only the names").short('q'),
    Flag::bool("superseded", "list superseded releases"),
    Flag::string(
        "time-format",
        "how to print times, as a layout of Go such as \"2006-01-02 15:04:05Z0700\"",
    ),
    Flag::bool("uninstalled", "list releases of which only the history is left"),
    Flag::bool("uninstalling", "list releases that are being uninstalled"),
];

/// The states that flags stand for.
const STATES: [(&str, &[Status]); 6] = [
    ("deployed", &[Status::Deployed]),
    ("failed", &[Status::Failed]),
    (
        "pending",
        &[Status::PendingInstall, Status::PendingUpgrade, Status::PendingRollback],
    ),
    ("superseded", &[Status::Superseded]),
    ("uninstalled", &[Status::Uninstalled]),
    ("uninstalling", &[Status::Uninstalling]),
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let wanted = STATES.iter().filter(|(flag, _)| invocation.bool(flag));
    let options = ListOptions {
        all_namespaces: invocation.bool("all-namespaces"),
        states: wanted.flat_map(|(_, states)| states.iter().cloned()).collect(),
        filter: invocation.text("filter"),
        selector: invocation.text("selector"),
        by_date: invocation.bool("date"),
        reverse: invocation.bool("reverse"),
        max: invocation.int("max"),
        offset: invocation.int("offset"),
        short: invocation.bool("short"),
        no_headers: invocation.bool("no-headers"),
        time_format: invocation.text("time-format"),
        format: Format::of(&invocation.text("output")).unwrap_or_default(),
    };
    list::run(&options, &invocation.settings, out)
}
