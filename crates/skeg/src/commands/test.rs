//! `test RELEASE`: runs the tests of a release.

use super::{release_flags, releases};
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::ops::release::test::{self, Filter, TestOptions};
use crate::output::Output;

/// The command.
pub static TEST: Command = Command {
    name: "test",
    arguments: "[RELEASE]",
    short: "run the tests of a release",
    long: "\
Runs the tests that came with a release's chart: its hooks of the event 'test', one
after the other. A test is a Pod or a Job, and has passed when it has ended well. The
first one that fails ends the run, and the exit status is 1.

    $ {program} test web --filter name=smoke,name=login
    $ {program} test web --filter '!name=slow' --logs",
    flags: &[FLAGS],
    args: ArgsRule::Exactly(1),
    run: Some(run),
    complete: Some(releases::complete_name),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::string_slice(
        "filter",
        "tests to run, as name=TEST, or to leave out, as !name=TEST (can be repeated, or separated by commas)",
    ),
    Flag::bool(
        "logs",
        "print what the containers of tests that are Pods said, once all have run",
    ),
    Flag::duration("timeout", "5m0s", "how long a single test may take"),
    release_flags::LOCK_TIMEOUT,
];

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let options = TestOptions {
        name: invocation.args()[0].clone(),
        filter: Filter::parse(&invocation.list("filter")),
        logs: invocation.bool("logs"),
        timeout: release_flags::duration(invocation, "timeout"),
        lock_timeout: release_flags::duration(invocation, "lock-timeout"),
    };
    test::run(&options, &invocation.settings, out)
}
