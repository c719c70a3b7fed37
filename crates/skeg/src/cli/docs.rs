//! The manual of a command, as Markdown or as a man page, from the same static tree as its help.
//!
//! In: a command, and the settings whose values are shown as defaults. Out: text, without dates, so that equal trees give
//! equal texts.

use super::Program;
use super::command::CommandPath;
use super::flag::Flag;
use super::help::{flag_list, flag_usage, shown};
use super::value::Kind;
use crate::output::quote::go_quote;
use crate::settings::Settings;

/// The name of a command's file without its ending: `skeg_show_chart` or, for man pages, `skeg-show-chart`.
pub fn file_stem(path: &CommandPath, program: &Program, separator: &str) -> String {
    path.names(program).replace(' ', separator)
}

/// The commands that have a manual, each before the one above it, as Helm writes them.
pub fn documented(path: &CommandPath, program: &Program) -> Vec<CommandPath> {
    let mut paths: Vec<CommandPath> = Vec::new();
    for command in path
        .command()
        .listed(program)
        .into_iter()
        .filter(|command| command.name != "help")
    {
        paths.extend(documented(&path.child(command), program));
    }
    paths.push(path.clone());
    paths
}

/// The manual in Markdown.
pub fn markdown(path: &CommandPath, program: &Program, defaults: &Settings) -> String {
    let command = path.command();
    let names = path.names(program);
    let mut text = format!("## {names}\n\n{}\n\n", program.fill(command.short));
    if !command.long.is_empty() {
        text.push_str(&format!("### Synopsis\n\n{}\n\n", program.fill(command.long)));
    }
    if command.run.is_some() {
        text.push_str(&format!("```\n{}\n```\n\n", path.usage_line(program)));
    }
    let table = path.flags(true);
    let inherited = shown(table.inherited, program);
    for (title, flags) in [
        ("Options", shown(table.local(), program)),
        ("Options inherited from parent commands", inherited),
    ] {
        if !flags.is_empty() {
            let list = flag_list(&flags, command, program, defaults);
            text.push_str(&format!("### {title}\n\n```\n{list}```\n\n"));
        }
    }
    let related = related(path, program);
    if !related.is_empty() {
        text.push_str("### SEE ALSO\n\n");
        for other in related {
            let stem = file_stem(&other, program, "_");
            let short = program.fill(other.command().short);
            text.push_str(&format!("* [{}]({stem}.md)\t - {short}\n", other.names(program)));
        }
        text.push('\n');
    }
    text
}

/// The manual as a man page of section 1.
pub fn man_page(path: &CommandPath, program: &Program, defaults: &Settings) -> String {
    let command = path.command();
    let stem = file_stem(path, program, "-");
    let mut text = format!(
        ".TH \"{}\" \"1\" \"\" \"{}\" \"\"\n",
        stem.to_uppercase(),
        program.name()
    );
    text.push_str(&format!(
        ".SH NAME\n{} \\- {}\n",
        roff(&stem),
        roff(&program.fill(command.short))
    ));
    text.push_str(&format!(".SH SYNOPSIS\n\\fB{}\\fR\n", roff(&path.usage_line(program))));
    text.push_str(".SH DESCRIPTION\n");
    text.push_str(&description(&program.fill(command.long)));
    let table = path.flags(true);
    let inherited = shown(table.inherited, program);
    for (title, flags) in [
        ("OPTIONS", shown(table.local(), program)),
        ("OPTIONS INHERITED FROM PARENT COMMANDS", inherited),
    ] {
        if !flags.is_empty() {
            text.push_str(&format!(".SH {title}\n"));
            for flag in flags {
                text.push_str(&man_option(flag, &flag_usage(flag, command, program), defaults));
            }
        }
    }
    let related: Vec<String> = related(path, program)
        .iter()
        .map(|other| format!("\\fB{}\\fR(1)", roff(&file_stem(other, program, "-"))))
        .collect();
    if !related.is_empty() {
        text.push_str(&format!(".SH SEE ALSO\n{}\n", related.join(", ")));
    }
    text
}

/// The commands above and below.
fn related(path: &CommandPath, program: &Program) -> Vec<CommandPath> {
    let below = path
        .command()
        .listed(program)
        .into_iter()
        .filter(|command| command.name != "help");
    path.parent()
        .into_iter()
        .chain(below.map(|command| path.child(command)))
        .collect()
}

fn man_option(flag: &Flag, usage: &str, defaults: &Settings) -> String {
    let letter = flag
        .short
        .map(|letter| format!("\\fB\\-{letter}\\fR, "))
        .unwrap_or_default();
    let default = flag.default_text(defaults);
    let value = match flag.kind {
        Kind::Bool => format!("[={default}]"),
        Kind::String => format!("={}", go_quote(&default)),
        _ => format!("={default}"),
    };
    format!(
        ".TP\n{letter}\\fB{}\\fR{}\n{}\n",
        roff(&format!("--{}", flag.name)),
        roff(&value),
        roff(usage)
    )
}

/// Paragraphs; indented and table lines stand as they are.
fn description(words: &str) -> String {
    let mut text = String::new();
    for paragraph in words.split("\n\n") {
        let verbatim = paragraph.lines().all(|line| line.starts_with([' ', '|', '-']));
        text.push_str(if verbatim { ".PP\n.nf\n" } else { ".PP\n" });
        for line in paragraph.lines() {
            text.push_str(&roff(line));
            text.push('\n');
        }
        text.push_str(if verbatim { ".fi\n" } else { "" });
    }
    text
}

/// `text` with what roff would take for itself escaped.
fn roff(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-");
    if escaped.starts_with(['.', '\'']) {
        format!("\\&{escaped}")
    } else {
        escaped
    }
}
