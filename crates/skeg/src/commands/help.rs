//! `help [COMMAND]`: the same as `COMMAND --help`.

use crate::cli::command::{Command, CommandPath};
use crate::cli::complete::help_topics;
use crate::cli::find::find;
use crate::cli::help::{help, usage};
use crate::cli::invocation::Invocation;
use crate::error::CommandError;
use crate::output::Output;
use crate::output::quote::go_quote_raw;
use crate::settings::Settings;

/// The command.
pub static HELP: Command = Command {
    name: "help",
    arguments: "[command]",
    short: "explain a command",
    long: "Explains a command: what it does, how it is used, and its flags.",
    run: Some(run),
    complete: Some(help_topics),
    ..Command::BASE
};

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let defaults = Settings::from_environment(&invocation.settings.env);
    let root = invocation.path.top();
    match find(root, invocation.args(), &invocation.program) {
        Ok((path, _)) => out.print(help(&path, &invocation.program, &defaults)),
        Err(_) => {
            // Not a failure in Helm: the usage goes to stderr and the status is 0.
            let topics: Vec<String> = invocation.args().iter().map(|topic| go_quote_raw(topic)).collect();
            out.eline(&format!("Unknown help topic [{}]", topics.join(" ")));
            out.eprint(usage(&CommandPath::root(root), &invocation.program, &defaults));
        }
    }
    Ok(())
}
