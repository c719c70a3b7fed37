//! `get all|hooks|manifest|metadata|notes|values NAME`: parts of a stored revision.

use super::releases;
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::release::get::{self, GetOptions, Part};
use crate::output::Output;
use crate::output::json::{Format, OUTPUT};

/// The commands.
pub static GET: Command = Command {
    name: "get",
    short: "print what is stored of a release",
    long: "\
Prints what is stored of a release: the values it was made with, its objects, its hooks,
its notes, and what it is. The cluster's objects themselves are not looked at;
'{program} status' does that.",
    args: ArgsRule::None,
    subcommands: &[&ALL, &VALUES, &MANIFEST, &HOOKS, &NOTES, &METADATA],
    ..Command::BASE
};

const FLAGS: &[Flag] = &[releases::revision("revision to print instead of the newest one")];

static ALL_FLAGS: &[Flag] = &[Flag::string(
    "template",
    "Go template to print the release with, such as {{.Release.Name}}",
)];

static METADATA_FLAGS: &[Flag] = &[OUTPUT];

static VALUES_FLAGS: &[Flag] = &[
    Flag::bool("all", "print the chart's values too, as they were completed").short('a'),
    OUTPUT,
];

/// What the six have in common.
const PART: Command = Command {
    arguments: "RELEASE_NAME",
    flags: &[FLAGS],
    args: ArgsRule::Exactly(1),
    complete: Some(releases::complete_name),
    ..Command::BASE
};

static ALL: Command = Command {
    name: "all",
    short: "print everything that is stored of a release",
    long: "\
Prints everything that is stored of a release: its state, its values as given and as
completed, its hooks, its objects and its notes.",
    flags: &[FLAGS, ALL_FLAGS],
    run: Some(|invocation, out| {
        let template = invocation.text("template");
        run(Part::All { template }, invocation, out)
    }),
    ..PART
};

static HOOKS: Command = Command {
    name: "hooks",
    short: "print the hooks of a release",
    long: "\
Prints the hooks of a release, the objects that are made at certain events of its life,
as YAML with lines of --- between them.",
    run: Some(|invocation, out| run(Part::Hooks, invocation, out)),
    ..PART
};

static MANIFEST: Command = Command {
    name: "manifest",
    short: "print the objects of a release",
    long: "\
Prints the objects of a release as they were rendered, as YAML with lines of --- between
them. Hooks are not among them.",
    run: Some(|invocation, out| run(Part::Manifest, invocation, out)),
    ..PART
};

static METADATA: Command = Command {
    name: "metadata",
    short: "print what a release is",
    long: "\
Prints what a release is: its chart, versions, labels and state, and how its objects were
sent to the cluster.",
    flags: &[FLAGS, METADATA_FLAGS],
    run: Some(|invocation, out| run(Part::Metadata(format(invocation)), invocation, out)),
    ..PART
};

static NOTES: Command = Command {
    name: "notes",
    short: "print the notes of a release",
    long: "Prints the notes that the chart made for a release.",
    run: Some(|invocation, out| run(Part::Notes, invocation, out)),
    ..PART
};

static VALUES: Command = Command {
    name: "values",
    short: "print the values of a release",
    long: "\
Prints the values that a release was made with: those that were given, or with --all those
that its templates saw.",
    flags: &[FLAGS, VALUES_FLAGS],
    run: Some(|invocation, out| {
        let all = invocation.bool("all");
        let format = format(invocation);
        run(Part::Values { all, format }, invocation, out)
    }),
    ..PART
};

fn format(invocation: &Invocation) -> Format {
    Format::of(&invocation.text("output")).unwrap_or_default()
}

fn run(part: Part, invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = GetOptions {
        name: invocation.args()[0].clone(),
        revision: invocation.int("revision"),
        part,
    };
    get::run(&options, &invocation.settings, out)
}
