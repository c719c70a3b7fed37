//! `docs`: writes the manual of every command.

use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::no_arguments;
use crate::cli::flag::{Flag, ValueCompletion};
use crate::ops::docs::{self, DocsOptions};
use crate::settings::Settings;
use crate::settings::environment::Environment;

/// The command.
pub static DOCS: Command = Command {
    name: "docs",
    short: "write the manual as Markdown or man pages",
    long: "\
Writes the manual of every command into a folder: a Markdown file or a man page each,
or one script that completes command lines in bash.",
    flags: &[FLAGS],
    args: ArgsRule::None,
    hidden: true,
    run: Some(|invocation, out| {
        let options = DocsOptions {
            folder: invocation.text("dir"),
            kind: invocation.text("type"),
            headers: invocation.bool("generate-headers"),
        };
        // Equal trees give equal manuals, whoever writes them.
        let defaults = Settings::from_environment(&Environment::fixed([("HOME", "$HOME")]));
        docs::run(&options, &invocation.program, &defaults, out)
    }),
    complete: Some(no_arguments),
    ..Command::BASE
};

static FLAGS: &[Flag] = &[
    Flag::string("dir", "folder to write to").default("./"),
    Flag::bool(
        "generate-headers",
        "begin Markdown files with a header that holds their title",
    ),
    Flag::string("type", "what to write (markdown, man, bash)")
        .default("markdown")
        .complete(ValueCompletion::Words(&["bash", "man", "markdown"])),
];
