//! What a command is: one [`Command`] in the static tree is the source of dispatch, help, completion and the manuals.

use super::complete::Completer;
use super::flag::{Flag, FlagTable};
use super::invocation::Invocation;
use crate::error::CommandError;
use crate::output::Output;

/// Runs a command.
pub type Run = fn(&Invocation, &mut Output) -> Result<(), CommandError>;

/// How many arguments a command takes beside its flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgsRule {
    /// Any number.
    Any,
    /// None.
    None,
    /// So many.
    Exactly(usize),
    /// At least so many.
    AtLeast(usize),
    /// At most so many.
    AtMost(usize),
}

/// A command of the tree.
#[derive(Debug)]
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// Other names it answers to.
    pub aliases: &'static [&'static str],
    /// Words that are no names of it but for which it is suggested.
    pub suggest_for: &'static [&'static str],
    /// What follows the name in the usage line, such as `[NAME] [CHART]`.
    pub arguments: &'static str,
    /// What it does, in a few words, for lists of commands. `{program}` stands for the program's name.
    pub short: &'static str,
    /// What it does, in full. `{program}` stands for the program's name.
    pub long: &'static str,
    /// Its own flags.
    pub flags: &'static [&'static [Flag]],
    /// Groups of flags of which only one may be set.
    pub exclusive: &'static [&'static [&'static str]],
    /// How many arguments it takes.
    pub args: ArgsRule,
    /// Not listed.
    pub hidden: bool,
    /// Flags are handed to the command unread.
    pub raw_flags: bool,
    /// An addition to Helm's commands: not listed when skeg runs under the name `helm`.
    pub extra: bool,
    /// Its arguments are an addition: under the name `helm` it takes none.
    pub extra_arguments: bool,
    /// The commands below it, in the order in which they are suggested.
    pub subcommands: &'static [&'static Command],
    /// What it does; a command without is only a place for others, and shows its help.
    pub run: Option<Run>,
    /// How its arguments are completed; without, by the shell: files.
    pub complete: Option<Completer>,
}

impl Command {
    /// The fields that most commands leave as they are.
    pub const BASE: Command = Command {
        name: "",
        aliases: &[],
        suggest_for: &[],
        arguments: "",
        short: "",
        long: "",
        flags: &[],
        exclusive: &[],
        args: ArgsRule::Any,
        hidden: false,
        raw_flags: false,
        extra: false,
        extra_arguments: false,
        subcommands: &[],
        run: None,
        complete: None,
    };

    /// Whether it is listed and suggested.
    pub fn is_available(&self) -> bool {
        // `help` is listed by those who list it, and never suggested.
        !self.hidden && self.name != "help" && (self.run.is_some() || self.subcommands.iter().any(|c| c.is_available()))
    }

    /// Whether it answers to this name.
    pub fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// The commands to list under the program's name `helm` or `skeg`, sorted by name.
    pub fn listed(&self, program: &super::Program) -> Vec<&'static Command> {
        let mut listed = self.subcommands.to_vec();
        listed.retain(|command| command.is_available() || command.name == "help");
        listed.retain(|command| program.shows_extras() || !command.extra);
        listed.sort_by_key(|command| command.name);
        listed
    }
}

/// A command and the way to it.
#[derive(Clone, Debug)]
pub struct CommandPath {
    /// From the root down to the command itself; never empty.
    commands: Vec<&'static Command>,
}

impl CommandPath {
    /// The root of a tree.
    pub fn root(root: &'static Command) -> Self {
        CommandPath { commands: vec![root] }
    }

    /// The command itself.
    pub fn command(&self) -> &'static Command {
        self.commands[self.commands.len() - 1]
    }

    /// The root of the tree that it is in.
    pub fn top(&self) -> &'static Command {
        self.commands[0]
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.commands.len() == 1
    }

    /// The path to one of its subcommands.
    #[must_use]
    pub fn child(&self, command: &'static Command) -> Self {
        let mut commands = self.commands.clone();
        commands.push(command);
        CommandPath { commands }
    }

    /// The path to the command above it.
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.commands.split_last()?;
        (!above.is_empty()).then(|| CommandPath {
            commands: above.to_vec(),
        })
    }

    /// The names from the program down, such as `helm show chart`.
    pub fn names(&self, program: &super::Program) -> String {
        let below = self.commands[1..].iter().map(|command| command.name);
        std::iter::once(program.name())
            .chain(below)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The usage line, such as `helm template [NAME] [CHART] [flags]`.
    pub fn usage_line(&self, program: &super::Program) -> String {
        let mut line = self.names(program);
        let command = self.command();
        if !command.arguments.is_empty() && self.takes_arguments(program) {
            line.push(' ');
            line.push_str(command.arguments);
        }
        // Every command has the flag --help.
        if !command.raw_flags && !line.contains("[flags]") {
            line.push_str(" [flags]");
        }
        line
    }

    /// Whether its arguments, if it has any, are accepted under the program's name.
    pub fn takes_arguments(&self, program: &super::Program) -> bool {
        program.shows_extras() || !self.command().extra_arguments
    }

    /// The flags it accepts: its own, and the root's.
    pub fn flags(&self, help: bool) -> FlagTable {
        if self.is_root() {
            FlagTable {
                local: self.command().flags,
                inherited: &[],
                help,
            }
        } else {
            FlagTable {
                local: self.command().flags,
                inherited: self.inherited(),
                help,
            }
        }
    }

    /// The root's flags, which hold for all commands below it.
    fn inherited(&self) -> &'static [Flag] {
        self.commands[0].flags.first().copied().unwrap_or(&[])
    }

    /// Checks the number of arguments.
    ///
    /// # Errors
    /// Helm's message, with the usage line.
    pub fn check_args(&self, count: usize, program: &super::Program) -> Result<(), CommandError> {
        let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
        let rule = if self.takes_arguments(program) {
            self.command().args
        } else {
            ArgsRule::None
        };
        let complaint = match rule {
            ArgsRule::Any => return Ok(()),
            ArgsRule::None if count == 0 => return Ok(()),
            ArgsRule::None => "accepts no arguments".to_owned(),
            ArgsRule::Exactly(n) if count == n => return Ok(()),
            ArgsRule::Exactly(n) => format!("requires {n} {}", plural(n)),
            ArgsRule::AtLeast(n) if count >= n => return Ok(()),
            ArgsRule::AtLeast(n) => format!("requires at least {n} {}", plural(n)),
            ArgsRule::AtMost(n) if count <= n => return Ok(()),
            ArgsRule::AtMost(n) => format!("accepts at most {n} {}", plural(n)),
        };
        Err(CommandError::new(format!(
            "\"{}\" {complaint}\n\nUsage:  {}",
            self.names(program),
            self.usage_line(program)
        )))
    }
}
