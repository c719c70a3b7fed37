//! How the command line of a plugin may go on: by its `completion.yaml`, or by its program `plugin.complete`.
//!
//! # Source
//! lifecycle spec 11.2; by experiment with Helm 4.3.1.

use std::path::Path;
use std::process::{Command, Stdio};

use skeg_value::{Map, Value, yaml};

use super::commands::{consumed_and_rest, settings_of};
use super::find::named;
use super::manifest::{Plugin, PluginType};
use crate::cli::complete::{Completions, directive, flag_names};
use crate::cli::flag::FlagTable;
use crate::cli::invocation::Invocation;
use crate::commands::global;
use crate::output::Output;

/// Completes a command that is a plugin; its words are the invocation's arguments, flags and all.
pub fn complete(invocation: &Invocation, word: &str) -> Completions {
    // Whatever is wrong with other plugins was said when they were loaded.
    let mut silent = Output::to(Box::new(std::io::sink()), Box::new(std::io::sink()));
    let name = invocation.path.command().name;
    let Ok(plugin) = named(PluginType::Cli, name, &invocation.settings, &mut silent) else {
        return Completions::files();
    };
    if let Some(tree) = tree(&plugin) {
        return by_tree(&tree, invocation, word);
    }
    if Path::new(&plugin.folder).join("plugin.complete").is_file() {
        return by_program(&plugin, invocation, word);
    }
    if word.starts_with('-') {
        let mut flags = flag_names(invocation, &globals(), word);
        flags.directive = directive::DEFAULT;
        return flags;
    }
    Completions::files()
}

fn globals() -> FlagTable {
    FlagTable {
        local: &[],
        inherited: global::GLOBAL,
        help: false,
    }
}

/// What `completion.yaml` says; none where there is none, or none that can be read.
fn tree(plugin: &Plugin) -> Option<Map> {
    let text = std::fs::read(format!("{}/completion.yaml", plugin.folder)).ok()?;
    match yaml::decode_v3(&text).ok()? {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

fn texts(map: &Map, key: &str) -> Vec<String> {
    match map.get(key.as_bytes()) {
        Some(Value::List(list)) => list
            .iter()
            .filter_map(|item| match item {
                Value::String(text) => Some(text.to_str_lossy().into_owned()),
                other => yaml::scalar_text(other).map(|text| text.to_string()),
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn subcommands(map: &Map) -> Vec<(String, Map)> {
    let Some(Value::List(list)) = map.get(b"commands") else {
        return Vec::new();
    };
    let named = list.iter().filter_map(|item| {
        let map = item.as_map()?;
        let name = map.get(b"name")?;
        Some((name.as_str()?.to_owned(), map.clone()))
    });
    named.collect()
}

fn by_tree(tree: &Map, invocation: &Invocation, word: &str) -> Completions {
    let (words, _) = consumed_and_rest(invocation.args());
    let mut here = tree.clone();
    let mut has_arguments = false;
    for typed in words.iter().filter(|word| !word.starts_with('-')) {
        match subcommands(&here).into_iter().find(|(name, _)| name == typed) {
            Some((_, below)) if !has_arguments => here = below,
            _ => has_arguments = true,
        }
    }
    if word.starts_with('-') {
        let mut flags = flag_names(invocation, &globals(), word);
        let own = texts(&here, "flags")
            .into_iter()
            .map(|name| match name.chars().count() {
                1 => format!("-{name}"),
                _ => format!("--{name}"),
            });
        let mut own: Vec<String> = own.filter(|name| name.starts_with(word)).collect();
        // Long names before letters, as where flags are defined properly.
        own.sort_by_key(|name| !name.starts_with("--"));
        flags.candidates.append(&mut own);
        return flags;
    }
    if has_arguments {
        return Completions::files();
    }
    let mut names: Vec<String> = subcommands(&here).into_iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names.extend(texts(&here, "validArgs"));
    if names.is_empty() {
        return Completions::files();
    }
    names.retain(|name| name.starts_with(word));
    Completions::words(names)
}

/// Asks the plugin: its answer are candidates, a line each, and perhaps a directive on the last line.
fn by_program(plugin: &Plugin, invocation: &Invocation, word: &str) -> Completions {
    let (mut words, consumed) = consumed_and_rest(invocation.args());
    words.push(word.to_owned());
    let mut silent = Output::to(Box::new(std::io::sink()), Box::new(std::io::sink()));
    let Ok(settings) = settings_of(invocation, &consumed, &mut silent) else {
        return Completions::files();
    };
    let mut command = Command::new(format!("{}/plugin.complete", plugin.folder));
    command
        .args(&words)
        .envs(settings.variables(invocation.program.path()))
        .env("HELM_PLUGIN_NAME", &plugin.name)
        .env("HELM_PLUGIN_DIR", &plugin.folder)
        .stdin(Stdio::null());
    let answer = match command.output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => return Completions::files(),
    };
    let mut lines: Vec<String> = answer.lines().map(str::to_owned).collect();
    let last = lines.last().and_then(|line| line.strip_prefix(':')?.parse::<u8>().ok());
    if last.is_some() {
        lines.pop();
    }
    Completions {
        candidates: lines.into_iter().filter(|line| !line.is_empty()).collect(),
        directive: last.unwrap_or(directive::DEFAULT),
    }
}
