//! The command line: from the process's arguments to a command's `run`, and from its failure to stderr and a status.
//!
//! One static tree of [`command::Command`]s with tables of [`flag::Flag`]s is the source of everything: reading
//! ([`parse`], [`find`]), [`help`], completion ([`complete`], [`completion`]), the manuals ([`docs`]). The rules and
//! messages are those of the libraries that Helm is built with, because scripts depend on them.

pub mod command;
pub mod complete;
pub mod completion;
pub mod csv;
pub mod docs;
pub mod duration;
pub mod find;
pub mod flag;
pub mod help;
pub mod invocation;
pub mod number;
pub mod parse;
pub mod suggest;
pub mod value;

use command::Command;
use flag::FlagTable;
use invocation::Invocation;
use parse::{ParseError, Parsed, Unknown};
use value::{CustomKind, Kind};

use skeg_cluster::storage::Driver;

use crate::commands::global;
use crate::error::{BROKEN_PIPE, CommandError, Report, go_text};
use crate::output::live::{Progress, Viewer};
use crate::output::log::Level;
use crate::output::quote::go_quote;
use crate::output::{DiagnosticStyle, Output, diagnostics};
use crate::settings::Settings;
use crate::settings::environment::Environment;
use crate::settings::expired;

/// Under which name skeg runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    path: String,
    as_helm: bool,
}

impl Program {
    /// The program started by this path. Under a name that starts with `helm` it calls itself `helm` and lists only
    /// what Helm has.
    pub fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        let file = path.rsplit(['/', std::path::MAIN_SEPARATOR]).next().unwrap_or_default();
        Program {
            as_helm: file.starts_with("helm"),
            path,
        }
    }

    /// The name in usage lines and messages: `skeg` or `helm`.
    pub fn name(&self) -> &'static str {
        if self.as_helm { "helm" } else { "skeg" }
    }

    /// The path it was started by.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether commands and flags that Helm has not are listed. They work in any case.
    pub fn shows_extras(&self) -> bool {
        !self.as_helm
    }

    /// A text of the tree, with the name for `{program}`.
    pub fn fill(&self, text: &str) -> String {
        text.replace("{program}", self.name())
    }
}

/// Runs a command line and gives the exit status.
///
/// `args` are the words after the program's name. Everything the run says goes to `out`.
pub fn run(root: &'static Command, args: &[String], program: Program, env: &Environment, out: &mut Output) -> u8 {
    let code = match dispatch(root, args, program, env, out) {
        Ok(()) => 0,
        Err(error) => {
            tell(&error, out);
            error.code
        }
    };
    match out.finish() {
        Ok(()) => code,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => BROKEN_PIPE,
        Err(error) => {
            out.eline(&format!("Error: writing the output: {}", go_text(&error)));
            code.max(1)
        }
    }
}

fn dispatch(
    root: &'static Command,
    args: &[String],
    program: Program,
    env: &Environment,
    out: &mut Output,
) -> Result<(), CommandError> {
    let mut settings = Settings::from_environment(env);
    let mut parsed = Parsed::default();
    // The global flags are read first, wherever they stand and whatever else is wrong with the command line: how to
    // report the rest depends on them.
    let globals = FlagTable {
        local: &[],
        inherited: root.flags.first().copied().unwrap_or(&[]),
        help: false,
    };
    let _ = parse::parse(&globals, args, Unknown::Skip, &mut parsed, &mut String::new(), out);
    global::apply(&mut settings, &parsed);
    apply_to_output(&settings, &program, out);
    if !matches!(settings.color_mode.as_str(), "never" | "auto" | "always") {
        let why = format!(
            "invalid color mode {}: must be one of: never, auto, always",
            go_quote(&settings.color_mode)
        );
        return Err(CommandError::logged(
            Level::Warn,
            "command failed",
            vec![("error", why)],
        ));
    }
    let warning = expired::warning(&settings.repository_config);
    if !warning.is_empty() {
        out.eprint(warning);
    }
    let root = crate::plugins::commands::with_plugins(root, &settings, out);
    let (path, rest) = find::find(root, args, &program)?;
    let called_as = called_as(args, path.command());
    execute(
        Invocation {
            program,
            path,
            called_as,
            parsed,
            settings,
        },
        rest,
        out,
    )
}

fn apply_to_output(settings: &Settings, program: &Program, out: &mut Output) {
    out.debug = settings.debug;
    out.color = settings.color();
    out.diagnostics = settings.diagnostics;
    let variable = |name: &str| settings.env.text(name);
    out.progress = Progress::choose(Viewer {
        wish: &variable("SKEG_PROGRESS"),
        terminal: out.err_is_terminal() && !matches!(variable("TERM").as_str(), "" | "dumb"),
        ci: !matches!(variable("CI").as_str(), "" | "false"),
        as_helm: !program.shows_extras(),
    });
}

/// The name or alias by which the command was called.
fn called_as(args: &[String], command: &Command) -> String {
    let alias = args
        .iter()
        .find(|arg| command.aliases.contains(&arg.as_str()) || *arg == command.name);
    alias.map_or_else(|| command.name.to_owned(), Clone::clone)
}

/// Checks what was read of flags whose values depend on the environment.
fn settle(invocation: &mut Invocation, out: &mut Output) -> Result<(), CommandError> {
    for set in &invocation.parsed.set {
        if let Kind::Custom(CustomKind {
            settle: Some(settle), ..
        }) = set.flag.kind
        {
            settle(&set.value, &invocation.settings, out)?;
        }
    }
    Ok(())
}

fn execute(mut invocation: Invocation, rest: Vec<String>, out: &mut Output) -> Result<(), CommandError> {
    let command = invocation.path.command();
    if command.raw_flags {
        invocation.parsed.args = rest;
    } else {
        let mut notes = String::new();
        let table = invocation.path.flags(true);
        let read = parse::parse(&table, &rest, Unknown::Refuse, &mut invocation.parsed, &mut notes, out);
        if !matches!(read, Err(ParseError::Help)) {
            settle(&mut invocation, out)?;
        }
        match read {
            Err(ParseError::Message(message)) => return Err(CommandError::new(message)),
            Err(ParseError::Help) => return show_help(&invocation, out),
            Ok(()) => {}
        }
        if !notes.is_empty() {
            out.eprint(notes);
        }
        global::apply(&mut invocation.settings, &invocation.parsed);
        apply_to_output(&invocation.settings, &invocation.program, out);
        if invocation.bool("help") {
            return show_help(&invocation, out);
        }
    }
    let Some(run) = command.run else {
        return show_help(&invocation, out);
    };
    check_driver(&invocation.settings)?;
    invocation
        .path
        .check_args(invocation.args().len(), &invocation.program)?;
    if let Some(conflict) = parse::exclusive_conflict(command.exclusive, &invocation.parsed) {
        return Err(CommandError::new(conflict));
    }
    run(&invocation, out)
}

fn show_help(invocation: &Invocation, out: &mut Output) -> Result<(), CommandError> {
    let defaults = Settings::from_environment(&invocation.settings.env);
    out.print(help::help(&invocation.path, &invocation.program, &defaults));
    Ok(())
}

/// Helm looks at `HELM_DRIVER` before every command, also before those that need no storage.
fn check_driver(settings: &Settings) -> Result<(), CommandError> {
    let give_up = |why: String| Err(CommandError::logged(Level::Info, why, Vec::new()));
    let driver = settings.env.text("HELM_DRIVER");
    match Driver::of(&driver) {
        Ok(Driver::Memory) => {
            for path in settings.env.text("HELM_MEMORY_DRIVER_DATA").split(':') {
                if let Err(error) = std::fs::File::open(path) {
                    return give_up(format!(
                        "Unable to read memory driver dataopen {path}: {}",
                        go_text(&error)
                    ));
                }
            }
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(_) => give_up(format!("unknown driver {}", go_quote(&driver))),
    }
}

/// Puts a failure on stderr, in the form that `--diagnostics` asks for.
fn tell(error: &CommandError, out: &mut Output) {
    let style = out.diagnostic_style();
    if style == DiagnosticStyle::Json {
        return tell_as_json(error, out);
    }
    match &error.report {
        Report::Message(text) => out.eline(&format!("Error: {text}")),
        Report::WithUsageHint { text, hint } => out.eline(&format!("Error: {text}\n{hint}")),
        Report::Logged {
            level,
            text,
            attributes,
        } => {
            let attributes: Vec<(&str, &str)> = attributes.iter().map(|(key, value)| (*key, value.as_str())).collect();
            out.log(*level, text, &attributes);
        }
        Report::Silent => {}
    }
    for line in error.story.lines() {
        out.eline(&format!("  {line}"));
    }
    if let (DiagnosticStyle::Full, Some(sources)) = (style, &error.sources) {
        let color = out.colors_err();
        for diagnostic in &error.diagnostics {
            out.eprint(diagnostics::draw(diagnostic, sources, color));
        }
    }
}

fn tell_as_json(error: &CommandError, out: &mut Output) {
    let no_sources = skeg_value::Sources::default();
    let sources = error.sources.as_deref().unwrap_or(&no_sources);
    if error.diagnostics.is_empty() && error.report != Report::Silent {
        let plain = skeg_value::Diagnostic::error("command", error.message());
        out.eprint(diagnostics::json(&plain, sources));
    }
    for diagnostic in &error.diagnostics {
        out.eprint(diagnostics::json(diagnostic, sources));
    }
}
