//! `__complete`: what the shells' completion scripts ask.
//!
//! In: the words of a command line, the last one unfinished. Out, on stdout: candidates, one a line, each with a
//! description after a TAB, then `:` and a [`directive`] number; on stderr the directive in words. The protocol is
//! cobra's, so that scripts made for Helm work with skeg and the other way round.
//!
//! # Source
//! spf13/cobra 1.10.2, by experiment with Helm 4.3.1; lifecycle spec 1.7.

use super::command::{ArgsRule, Command, CommandPath};
use super::find::find;
use super::flag::{Flag, FlagTable, ValueCompletion};
use super::invocation::Invocation;
use super::parse::{ParseError, Unknown, parse};
use crate::commands::global;
use crate::error::CommandError;
use crate::output::Output;
use crate::settings::parse_bool;

/// What the shell is to do with the candidates; numbers can be added up.
pub mod directive {
    /// Nothing special; files when there are no candidates.
    pub const DEFAULT: u8 = 0;
    /// Something went wrong, no candidates.
    pub const ERROR: u8 = 1;
    /// No space after the only candidate.
    pub const NO_SPACE: u8 = 2;
    /// No files.
    pub const NO_FILES: u8 = 4;

    /// The names of the numbers that make up a directive.
    pub fn names(directive: u8) -> String {
        let all = [
            (ERROR, "Error"),
            (NO_SPACE, "NoSpace"),
            (NO_FILES, "NoFileComp"),
            (8, "FilterFileExt"),
        ]
        .into_iter()
        .chain([(16, "FilterDirs"), (32, "KeepOrder")]);
        let set: Vec<String> = all
            .filter(|(bit, _)| directive & bit != 0)
            .map(|(_, name)| format!("ShellCompDirective{name}"))
            .collect();
        if set.is_empty() {
            "ShellCompDirectiveDefault".to_owned()
        } else {
            set.join(", ")
        }
    }
}

/// Candidates and what to do with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The candidates, each with an optional description after a TAB.
    pub candidates: Vec<String>,
    /// The sum of [`directive`] numbers.
    pub directive: u8,
}

impl Completions {
    /// Nothing, not even files.
    pub fn none() -> Self {
        Completions {
            candidates: Vec::new(),
            directive: directive::NO_FILES,
        }
    }

    /// Files.
    pub fn files() -> Self {
        Completions {
            candidates: Vec::new(),
            directive: directive::DEFAULT,
        }
    }

    /// These, and no files.
    pub fn words(words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Completions {
            candidates: words.into_iter().map(Into::into).collect(),
            directive: directive::NO_FILES,
        }
    }

    /// Nothing but a remark, for shells that show remarks, that there can be no further argument.
    pub fn no_more_arguments() -> Self {
        Completions::words([format!(
            "{ACTIVE_HELP}This command does not take any more arguments (but may accept flags)."
        )])
    }
}

/// What marks a candidate as a remark.
const ACTIVE_HELP: &str = "_activeHelp_ ";

/// Computes candidates for an argument of a command or of a flag: the invocation so far, and the unfinished word.
/// Candidates that don't start with the word are sorted out by the shell.
pub type Completer = fn(&Invocation, &str) -> Completions;

/// The command that completion scripts call.
pub static COMPLETE: Command = Command {
    name: "__complete",
    aliases: &["__completeNoDesc"],
    arguments: "[command-line]",
    short: "Answer a shell that asks how a command line may go on",
    long: "\
Prints how a command line may go on. It is what the scripts of '{program} completion'
call: the words typed so far are its arguments, the last one unfinished or empty.",
    args: ArgsRule::Any,
    hidden: true,
    raw_flags: true,
    run: Some(run),
    ..Command::BASE
};

fn run(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let Some((word, words)) = invocation.args().split_last() else {
        return Err(CommandError::new("requires at least 1 arg(s), only received 0"));
    };
    let completions = complete(invocation, words, word, out);
    let env = &invocation.settings.env;
    let setting = |name: &str| {
        let own = env.text(&format!("HELM_{name}"));
        if own.is_empty() {
            env.text(&format!("COBRA_{name}"))
        } else {
            own
        }
    };
    let bare =
        invocation.called_as == "__completeNoDesc" || parse_bool(&setting("COMPLETION_DESCRIPTIONS")) == Some(false);
    let no_remarks = env.text("COBRA_ACTIVE_HELP") == "0" || env.text("HELM_ACTIVE_HELP") == "0";
    for candidate in &completions.candidates {
        if no_remarks && candidate.starts_with(ACTIVE_HELP) {
            continue;
        }
        let shown = if bare {
            candidate.split('\t').next()
        } else {
            Some(candidate.as_str())
        };
        out.line(shown.and_then(|text| text.lines().next()).unwrap_or_default().trim());
    }
    out.line(format!(":{}", completions.directive));
    out.eline(&format!(
        "Completion ended with directive: {}",
        directive::names(completions.directive)
    ));
    Ok(())
}

fn complain(out: &mut Output, message: &str) {
    out.eline(&format!("[Debug] [Error] {message}"));
}

fn complete(invocation: &Invocation, words: &[String], word: &str, out: &mut Output) -> Completions {
    let root = invocation.path.parent().unwrap_or_else(|| invocation.path.clone());
    let Ok((path, args)) = find(root.command(), words, &invocation.program) else {
        complain(
            out,
            &format!("unable to find a command for arguments: [{}]", words.join(" ")),
        );
        return Completions::files();
    };
    if let Command {
        raw_flags: true,
        complete: Some(completer),
        ..
    } = path.command()
    {
        // Whose flags are not known here.
        let mut inner = Invocation {
            path: path.clone(),
            ..invocation.clone()
        };
        inner.parsed.args = args;
        return completer(&inner, word);
    }
    let table = path.flags(true);
    let target = FlagTarget::find(&path, &table, &args, word, invocation);
    let (flag, args, word) = match &target {
        Ok(target) => (target.flag, target.args, target.word),
        Err(_) => (None, &args[..], word),
    };

    let mut inner = Invocation {
        path: path.clone(),
        parsed: invocation.parsed.clone(),
        ..invocation.clone()
    };
    let after_dashes = match read_flags(&table, args, &mut inner, out) {
        Ok(after_dashes) => after_dashes,
        Err(message) => {
            complain(
                out,
                &format!("Error while parsing flags from args [{}]: {message}", args.join(" ")),
            );
            return Completions::files();
        }
    };
    if let Err(message) = &target
        && !after_dashes
    {
        complain(out, message);
        return Completions::files();
    }
    if inner.changed("help") {
        return Completions::none();
    }
    if flag.is_none() && word.starts_with('-') && !word.contains('=') && !after_dashes {
        return flag_names(&inner, &table, word);
    }

    let mut completions = Completions::files();
    let completer = match flag.filter(|_| !after_dashes) {
        Some(flag) => match flag.complete {
            ValueCompletion::Shell => None,
            ValueCompletion::Words(words) => return Completions::words(words.iter().copied()),
            ValueCompletion::Computed(completer) => Some(completer),
        },
        None => {
            if flag.is_none() {
                add_subcommands(&mut completions, &inner, word);
            }
            path.command().complete
        }
    };
    if let Some(completer) = completer {
        let more = completer(&inner, word);
        completions.candidates.extend(more.candidates);
        completions.directive = more.directive;
    }
    completions
}

/// Reads the flags before the unfinished word into `inner`. Gives whether the word stands after `--`.
fn read_flags(table: &FlagTable, args: &[String], inner: &mut Invocation, out: &mut Output) -> Result<bool, String> {
    // As Helm does, this reads twice, first with `--` at the end: it only counts as an argument when there is one
    // already. A deprecated flag is therefore remarked upon three times, once after the first reading.
    let mut notes = String::new();
    let mut read = |args: &[String], out: &mut Output| {
        let before = notes.len();
        let result = parse(table, args, Unknown::Refuse, &mut inner.parsed, &mut notes, out);
        if result.is_ok() && notes.len() > before {
            out.eprint(&notes);
        }
        (result, inner.parsed.args.len())
    };
    let with_dashes: Vec<String> = args.iter().cloned().chain([String::from("--")]).collect();
    let (_, count_with_dashes) = read(&with_dashes, out);
    let (result, count) = read(args, out);
    match result {
        Err(ParseError::Message(message)) => return Err(message),
        Err(ParseError::Help) => return Err("help requested".to_owned()),
        Ok(()) => {}
    }
    global::apply(&mut inner.settings, &inner.parsed);
    Ok(count_with_dashes > count)
}

/// The flag whose argument is being completed, if one is; the arguments before it; the unfinished part.
struct FlagTarget<'a> {
    flag: Option<&'static Flag>,
    args: &'a [String],
    word: &'a str,
}

impl<'a> FlagTarget<'a> {
    fn find(
        path: &CommandPath,
        table: &FlagTable,
        args: &'a [String],
        word: &'a str,
        invocation: &Invocation,
    ) -> Result<Self, String> {
        let nothing = FlagTarget { flag: None, args, word };
        let (name, before, word, attached) = if word.starts_with('-') {
            let Some((flag, value)) = word.split_once('=') else {
                return Ok(nothing);
            };
            (flag_name(flag), args, value, true)
        } else {
            let Some((last, before)) = args.split_last() else {
                return Ok(nothing);
            };
            let is_flag = (last.len() >= 3 && last.starts_with("--"))
                || (last.len() >= 2 && last.starts_with('-') && !last.starts_with("--"));
            if !is_flag || last.contains('=') {
                return Ok(nothing);
            }
            (flag_name(last), before, word, false)
        };
        if name.is_empty() {
            return Ok(FlagTarget {
                flag: None,
                args: before,
                word,
            });
        }
        let found = if name.chars().count() == 1 {
            name.chars().next().and_then(|c| table.lettered(c))
        } else {
            table.named(name)
        };
        match found {
            None => {
                let command = if path.is_root() {
                    invocation.program.name()
                } else {
                    path.command().name
                };
                Err(format!("Subcommand '{command}' does not support flag '{name}'"))
            }
            // What follows a flag that can stand alone is an argument of the command.
            Some(flag) if !attached && flag.no_opt_default.is_some() => Ok(nothing),
            Some(flag) => Ok(FlagTarget {
                flag: Some(flag),
                args: before,
                word,
            }),
        }
    }
}

/// `namespace` of `--namespace`; of joined letters, such as `-gn`, the last one.
fn flag_name(text: &str) -> &str {
    match text.strip_prefix("--") {
        Some(name) => name,
        None => text.char_indices().next_back().map_or("", |(at, _)| &text[at..]),
    }
}

/// The flags of a table that begin with the word.
pub fn flag_names(inner: &Invocation, table: &FlagTable, word: &str) -> Completions {
    let excluded = |flag: &Flag| {
        let groups = inner.path.command().exclusive.iter();
        groups.filter(|group| group.contains(&flag.name)).any(|group| {
            group
                .iter()
                .any(|other| *other != flag.name && inner.parsed.changed(other))
        })
    };
    let mut inherited: Vec<&Flag> = table.inherited.iter().collect();
    let mut local: Vec<&Flag> = table.local().collect();
    inherited.sort_by_key(|flag| flag.name);
    local.sort_by_key(|flag| flag.name);
    let mut completions = Completions::none();
    for flag in inherited.into_iter().chain(local) {
        let used_up = inner.parsed.changed(flag.name) && !flag.accepts_many();
        let unseen = flag.hidden || (flag.extra && !inner.program.shows_extras());
        if used_up || unseen || excluded(flag) {
            continue;
        }
        let usage = super::help::flag_usage(flag, inner.path.command(), &inner.program);
        let long = format!("--{}", flag.name);
        let short = flag.short.map(|letter| format!("-{letter}"));
        for name in std::iter::once(long).chain(short).filter(|name| name.starts_with(word)) {
            completions.candidates.push(format!("{name}\t{usage}"));
        }
    }
    completions
}

fn add_subcommands(completions: &mut Completions, inner: &Invocation, word: &str) {
    let command = inner.path.command();
    let own_flag_set = !inner.path.is_root()
        && inner
            .parsed
            .set
            .iter()
            .any(|set| inner.path.flags(true).local().any(|flag| flag.name == set.flag.name));
    if !inner.args().is_empty() || own_flag_set {
        return;
    }
    for subcommand in command.listed(&inner.program) {
        completions.directive = directive::NO_FILES;
        if subcommand.name.starts_with(word) {
            completions
                .candidates
                .push(format!("{}\t{}", subcommand.name, inner.program.fill(subcommand.short)));
        }
    }
}

/// The commands that `help` can be asked about: those below the ones already named.
pub fn help_topics(invocation: &Invocation, word: &str) -> Completions {
    let Ok((path, _)) = find(invocation.path.top(), invocation.args(), &invocation.program) else {
        return Completions::none();
    };
    let listed = path.command().listed(&invocation.program);
    let topics = listed.into_iter().filter(|command| command.name.starts_with(word));
    Completions::words(topics.map(|command| format!("{}\t{}", command.name, invocation.program.fill(command.short))))
}

/// Completes a command that takes no arguments.
pub fn no_arguments(_: &Invocation, _: &str) -> Completions {
    Completions::no_more_arguments()
}
