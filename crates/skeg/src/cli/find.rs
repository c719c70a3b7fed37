//! Finds the command that a command line is for.
//!
//! Flags may stand before the command's name, so this has to know which of them take the next word as their argument.
//!
//! # Source
//! cobra's `Find`: a word after an unknown flag, or after `--help`, counts as that flag's argument.

use super::Program;
use super::command::{Command, CommandPath};
use super::flag::FlagTable;
use super::suggest::suggestions;
use crate::error::{CommandError, Report};
use crate::output::quote::go_quote;

/// The command and what is left for it: its flags and arguments, the names of the commands taken out.
///
/// # Errors
/// The first word is no command, with suggestions.
pub fn find(
    root: &'static Command,
    args: &[String],
    program: &Program,
) -> Result<(CommandPath, Vec<String>), CommandError> {
    let mut path = CommandPath::root(root);
    let mut rest = args.to_vec();
    loop {
        let table = path.flags(false);
        let Some(at) = first_word(&rest, &table) else {
            return Ok((path, rest));
        };
        let Some(next) = path
            .command()
            .subcommands
            .iter()
            .find(|command| command.answers_to(&rest[at]))
        else {
            if path.is_root() && !root.subcommands.is_empty() {
                return Err(unknown_command(root, &rest[at], program));
            }
            return Ok((path, rest));
        };
        path = path.child(next);
        rest.remove(at);
    }
}

/// Where the first word stands that is neither a flag nor a flag's argument.
fn first_word(args: &[String], table: &FlagTable) -> Option<usize> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        if arg == "--" {
            return None;
        }
        if takes_next(arg, table) {
            // cobra gives up when nothing follows.
            if at + 1 >= args.len() {
                return None;
            }
            at += 1;
        } else if !arg.is_empty() && !arg.starts_with('-') {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Whether the next word is this one's argument.
fn takes_next(arg: &str, table: &FlagTable) -> bool {
    if arg.contains('=') {
        return false;
    }
    let flag = match arg.strip_prefix("--") {
        Some(name) => table.named(name),
        None => match arg.strip_prefix('-') {
            Some(letter) if letter.len() == 1 => table.lettered(letter.chars().next().unwrap_or('-')),
            _ => return false,
        },
    };
    flag.is_none_or(|flag| flag.no_opt_default.is_none())
}

fn unknown_command(root: &Command, word: &str, program: &Program) -> CommandError {
    let mut text = format!("unknown command {} for {}", go_quote(word), go_quote(program.name()));
    let names = suggestions(root, word);
    if !names.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        for name in names {
            text.push_str(&format!("\t{name}\n"));
        }
    }
    let hint = format!("Run '{} --help' for usage.", program.name());
    CommandError::from_report(Report::WithUsageHint { text, hint })
}
