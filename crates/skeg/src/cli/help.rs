//! The help of a command, in the layout that Helm's has: text, usage, aliases, commands, flags.
//!
//! In: the static tree. Out: text. The manuals ([`super::docs`]) are made of the same parts.

use super::Program;
use super::command::{Command, CommandPath};
use super::flag::Flag;
use super::value::Kind;
use crate::output::quote::go_quote;
use crate::settings::Settings;

/// The help of a command: what it does, then [`usage`].
pub fn help(path: &CommandPath, program: &Program, defaults: &Settings) -> String {
    let command = path.command();
    let words = if command.long.is_empty() {
        command.short
    } else {
        command.long
    };
    let mut text = program.fill(words.trim_end());
    text.push_str("\n\n");
    text.push_str(&usage(path, program, defaults));
    text
}

/// How to use a command: usage line, aliases, subcommands, flags.
///
/// `defaults` are the settings of the environment alone: they are shown as the defaults of flags.
pub fn usage(path: &CommandPath, program: &Program, defaults: &Settings) -> String {
    let command = path.command();
    let names = path.names(program);
    let listed = command.listed(program);
    let mut text = String::from("Usage:");
    if command.run.is_some() {
        text.push_str("\n  ");
        text.push_str(&path.usage_line(program));
    }
    if !listed.is_empty() {
        text.push_str(&format!("\n  {names} [command]"));
    }
    if !command.aliases.is_empty() {
        text.push_str(&format!(
            "\n\nAliases:\n  {}, {}",
            command.name,
            command.aliases.join(", ")
        ));
    }
    if !listed.is_empty() {
        text.push_str("\n\nAvailable Commands:");
        let width = command
            .subcommands
            .iter()
            .map(|c| c.name.len())
            .max()
            .unwrap_or(0)
            .max(11);
        for subcommand in &listed {
            text.push_str(&format!(
                "\n  {:width$} {}",
                subcommand.name,
                program.fill(subcommand.short)
            ));
        }
    }
    let table = path.flags(true);
    for (title, flags) in [
        ("Flags", shown(table.local(), program)),
        ("Global Flags", shown(table.inherited, program)),
    ] {
        if !flags.is_empty() {
            text.push_str(&format!(
                "\n\n{title}:\n{}",
                flag_list(&flags, command, program, defaults).trim_end()
            ));
        }
    }
    if !listed.is_empty() {
        text.push_str(&format!(
            "\n\nUse \"{names} [command] --help\" for more information about a command."
        ));
    }
    text.push('\n');
    text
}

/// The flags that are shown under this name of the program, sorted by name.
pub fn shown(flags: impl IntoIterator<Item = &'static Flag>, program: &Program) -> Vec<&'static Flag> {
    let visible = |flag: &&Flag| !flag.hidden && (program.shows_extras() || !flag.extra);
    let mut flags: Vec<_> = flags.into_iter().filter(visible).collect();
    flags.sort_by_key(|flag| flag.name);
    flags
}

/// One line a flag: letter and name, kind, what it does, default; in columns.
pub fn flag_list(flags: &[&'static Flag], command: &Command, program: &Program, defaults: &Settings) -> String {
    let lines: Vec<(String, String)> = flags
        .iter()
        .map(|flag| {
            let usage = flag_usage(flag, command, program);
            let words = format!("{}{}", without_marks(&usage), default_note(flag, defaults));
            (flag_head(flag, &usage), words)
        })
        .collect();
    let width = lines.iter().map(|(head, _)| head.len()).max().unwrap_or(0) + 3;
    lines
        .iter()
        .map(|(head, words)| format!("{head:width$}{words}\n"))
        .collect()
}

/// What a flag does; for the help flag this depends on the command.
pub fn flag_usage(flag: &Flag, command: &Command, program: &Program) -> String {
    if flag.name == "help" && flag.usage.is_empty() {
        return format!(
            "help for {}",
            if command.name.is_empty() {
                program.name()
            } else {
                command.name
            }
        );
    }
    flag.usage.to_owned()
}

/// The usage without the backquotes that mark the name of the argument.
fn without_marks(usage: &str) -> String {
    if named_argument(usage).is_some() {
        usage.replacen('`', "", 2)
    } else {
        usage.to_owned()
    }
}

/// The word in backquotes, which names the argument.
fn named_argument(usage: &str) -> Option<&str> {
    let (_, rest) = usage.split_once('`')?;
    rest.split_once('`').map(|(name, _)| name)
}

/// Letter, name and argument of a flag: `  -n, --namespace string`.
fn flag_head(flag: &Flag, usage: &str) -> String {
    let mut head = match flag.short {
        Some(letter) => format!("  -{letter}, --{}", flag.name),
        None => format!("      --{}", flag.name),
    };
    let argument = named_argument(usage).unwrap_or(flag.kind.type_name());
    if !argument.is_empty() {
        head.push(' ');
        head.push_str(argument);
    }
    match (flag.no_opt_default, flag.kind) {
        (Some(alone), Kind::String) => head.push_str(&format!("[=\"{alone}\"]")),
        (Some("true"), Kind::Bool) | (None, _) => {}
        (Some(alone), _) => head.push_str(&format!("[={alone}]")),
    }
    head
}

fn default_note(flag: &Flag, defaults: &Settings) -> String {
    let default = flag.default_text(defaults);
    if flag.kind.is_zero(&default) {
        return String::new();
    }
    match flag.kind {
        Kind::String => format!(" (default {})", go_quote(&default)),
        _ => format!(" (default {default})"),
    }
}
