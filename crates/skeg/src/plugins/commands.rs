//! Plugins of type `cli/v1` as commands below the root.
//!
//! The tree of commands is static; with plugins a copy of its root is made that lives as long as the process does.

use super::find::{find, named};
use super::manifest::{Plugin, PluginType};
use super::run::prepare;
use crate::cli::command::Command;
use crate::cli::flag::FlagTable;
use crate::cli::invocation::Invocation;
use crate::cli::parse::{self, ParseError, Parsed, Unknown};
use crate::commands::global;
use crate::error::CommandError;
use crate::output::Output;
use crate::output::log::Level;
use crate::settings::Settings;

/// The flags that are taken out of a plugin's arguments with the word after them.
const CONSUMED: [&str; 14] = [
    "--kube-context",
    "--namespace",
    "-n",
    "--kubeconfig",
    "--kube-apiserver",
    "--kube-token",
    "--kube-as-user",
    "--kube-as-group",
    "--kube-ca-file",
    "--registry-config",
    "--repository-cache",
    "--repository-config",
    "--kube-insecure-skip-tls-verify",
    "--kube-tls-server-name",
];

/// The root with the user's plugins below it; the root itself where there are none.
///
/// A plugin that has the name of a command is told about, and it and all after it are left out.
pub fn with_plugins(root: &'static Command, settings: &Settings, out: &mut Output) -> &'static Command {
    if settings.env.text("HELM_NO_PLUGINS") == "1" {
        return root;
    }
    let plugins = match find(PluginType::Cli, settings, out) {
        Ok(plugins) => plugins,
        Err(why) => {
            out.log(Level::Error, "failed to load plugins", &[("error", &why)]);
            return root;
        }
    };
    if plugins.is_empty() {
        return root;
    }
    let mut subcommands = root.subcommands.to_vec();
    for plugin in plugins {
        let taken = subcommands.iter().find(|command| command.answers_to(&plugin.name));
        // Helm knows nothing of commands that are additions: they go first, and say so, and the other plugins are loaded.
        if taken.is_some_and(|command| command.extra) {
            continue;
        }
        if taken.is_some() {
            out.log(
                Level::Error,
                "failed to load plugins: name conflicts",
                &[("name", &plugin.name)],
            );
            break;
        }
        subcommands.push(Box::leak(Box::new(command(plugin))));
    }
    Box::leak(Box::new(Command {
        subcommands: subcommands.leak(),
        ..*root
    }))
}

fn command(plugin: Plugin) -> Command {
    let usage = plugin.usage.split_once(' ');
    let arguments = match usage.map_or("", |(_, arguments)| arguments) {
        "" => "[flags]".to_owned(),
        with if with.contains("[flags]") => with.to_owned(),
        without => format!("{without} [flags]"),
    };
    Command {
        name: plugin.name.leak(),
        arguments: arguments.leak(),
        short: plugin.short.leak(),
        long: plugin.long.leak(),
        raw_flags: true,
        run: Some(run),
        complete: Some(super::complete::complete),
        ..Command::BASE
    }
}

/// Runs the plugin that has the command's name.
fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let (mut args, consumed) = consumed_and_rest(invocation.args());
    let settings = settings_of(invocation, &consumed, out)?;
    out.debug = settings.debug;
    // It was found once already, and what is wrong with others was said then.
    let mut silent = Output::to(Box::new(std::io::sink()), Box::new(std::io::sink()));
    let name = invocation.path.command().name;
    let plugin = named(PluginType::Cli, name, &invocation.settings, &mut silent).map_err(CommandError::new)?;
    if plugin.ignore_flags {
        args.clear();
    }
    let variables = settings.variables(invocation.program.path());
    let variables: Vec<(String, String)> = variables
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    prepare(&plugin, &args, &variables, &settings.env)
        .map_err(CommandError::new)?
        .run(out)
}

/// The settings that a plugin is given: those of the whole command line, and once more those taken out of its arguments,
/// which may stand behind `--`.
pub(super) fn settings_of(
    invocation: &Invocation,
    consumed: &[String],
    out: &mut Output,
) -> Result<Settings, CommandError> {
    let mut settings = invocation.settings.clone();
    global::apply(&mut settings, &read_globals(consumed, out)?);
    Ok(settings)
}

fn read_globals(words: &[String], out: &mut Output) -> Result<Parsed, CommandError> {
    let table = FlagTable {
        local: &[],
        inherited: global::GLOBAL,
        help: false,
    };
    let mut parsed = Parsed::default();
    match parse::parse(&table, words, Unknown::Refuse, &mut parsed, &mut String::new(), out) {
        Ok(()) | Err(ParseError::Help) => Ok(parsed),
        Err(ParseError::Message(message)) => Err(CommandError::new(message)),
    }
}

/// The plugin's arguments, and the global flags among them.
///
/// # Source
/// lifecycle spec 11.2: a flag is taken with the word after it, also the one that needs none; `--` ends nothing.
pub(super) fn consumed_and_rest(words: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut args, mut consumed) = (Vec::new(), Vec::new());
    let mut words = words.iter().cloned();
    while let Some(word) = words.next() {
        let with_value = |flag: &&str| word.strip_prefix(*flag).is_some_and(|rest| rest.starts_with('='));
        if word == "--debug" || CONSUMED.iter().any(with_value) {
            consumed.push(word);
        } else if CONSUMED.contains(&word.as_str()) {
            consumed.push(word);
            consumed.extend(words.next());
        } else {
            args.push(word);
        }
    }
    (args, consumed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// lifecycle spec 11.2; each case is what Helm 4.3.1 does.
    #[test]
    fn global_flags_are_taken_out() {
        for (words, expected) in [
            ("x --debug -n ns --foo -- bar --namespace z", "x --foo -- bar"),
            ("x --kube-insecure-skip-tls-verify word --kube-token=t", "x"),
            ("-n=foo -nbar --namespace=x --qps 3", "-nbar --qps 3"),
            ("--debug=true --namespaces y", "--debug=true --namespaces y"),
        ] {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            assert_eq!(consumed_and_rest(&words).0.join(" "), expected, "{words:?}");
        }
    }
}
