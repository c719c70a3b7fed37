//! `env [NAME]`: prints the settings as variables.

use crate::cli::command::{ArgsRule, Command};
use crate::cli::complete::Completions;
use crate::cli::invocation::Invocation;
use crate::ops::env;

/// The command.
pub static ENV: Command = Command {
    name: "env",
    short: "print the settings as environment variables",
    long: "\
Prints the settings in effect, from environment variables, flags and defaults, in the
form of environment variables. With the name of one, prints its value alone.",
    args: ArgsRule::AtMost(1),
    run: Some(|invocation, out| {
        env::run(
            invocation.args().first().map(String::as_str),
            invocation.program.path(),
            &invocation.settings,
            out,
        );
        Ok(())
    }),
    complete: Some(complete),
    ..Command::BASE
};

fn complete(invocation: &Invocation, _: &str) -> Completions {
    if !invocation.args().is_empty() {
        return Completions::no_more_arguments();
    }
    let variables = invocation.settings.variables(invocation.program.path());
    Completions::words(variables.into_iter().map(|(name, _)| name))
}
