//! `version`: prints which Helm this program stands in for.

use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::no_arguments;
use crate::cli::flag::Flag;
use crate::ops::version::{self, Form};

/// The command.
pub static VERSION: Command = Command {
    name: "version",
    short: "print the version",
    long: "\
Prints the version of Helm whose behaviour this program has, in Helm's own form, so
that scripts which ask for it find what they expect:

- Version is the version of Helm
- GitCommit and GitTreeState are those it was built from
- GoVersion is that of the compiler it was built with
- KubeClientVersion is the version of Kubernetes it is made for

With --template, a Go template prints them: --template='{{.Version}}'.",
    flags: &[FLAGS],
    args: ArgsRule::None,
    run: Some(|invocation, out| {
        let template = invocation.text("template");
        let form = match (template.is_empty(), invocation.bool("short")) {
            (false, _) => Form::Template(&template),
            (true, true) => Form::Short,
            (true, false) => Form::Full,
        };
        version::run(form, out)
    }),
    complete: Some(no_arguments),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::bool("short", "print the version and the commit only"),
    Flag::string("template", "Go template that prints the version"),
];
