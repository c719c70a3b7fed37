//! What a flag is: one [`Flag`] in a static table is the source of parsing, help, completion and the manuals.
//!
//! Tables are `&'static [Flag]`; a command lists the tables it accepts ([`FlagTable`]). Nothing is built at start.

use super::value::{FlagValue, Kind};
use crate::output::Output;
use crate::settings::Settings;

/// Computes a default that depends on the environment.
pub type ComputedDefault = fn(&Settings) -> String;

/// A flag of a command line.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// The name after `--`.
    pub name: &'static str,
    /// The letter after `-`.
    pub short: Option<char>,
    /// What its argument is.
    pub kind: Kind,
    /// The default as it would be written on the command line; empty for the kind's empty value.
    pub default: &'static str,
    /// The default where it depends on the environment; it then replaces [`Flag::default`].
    pub computed_default: Option<ComputedDefault>,
    /// The argument it has when it stands alone, as `--wait` does. Such a flag takes its argument only after `=`.
    pub no_opt_default: Option<&'static str>,
    /// What it does, in one line; a word in backquotes names its argument.
    pub usage: &'static str,
    /// Not shown anywhere.
    pub hidden: bool,
    /// What to do instead; printed when it is used. Not shown in help either.
    pub deprecated: Option<&'static str>,
    /// An addition to Helm's flags: not shown when skeg runs under the name `helm`.
    pub extra: bool,
    /// How its argument is completed.
    pub complete: ValueCompletion,
}

/// How a flag's argument is completed.
#[derive(Clone, Copy, Debug)]
pub enum ValueCompletion {
    /// By the shell: files.
    Shell,
    /// One of these; each may have a description after a TAB.
    Words(&'static [&'static str]),
    /// By a function that looks at the rest of the command line.
    Computed(super::complete::Completer),
}

impl Flag {
    const fn new(name: &'static str, kind: Kind, usage: &'static str) -> Self {
        Flag {
            name,
            short: None,
            kind,
            default: "",
            computed_default: None,
            no_opt_default: None,
            usage,
            hidden: false,
            deprecated: None,
            extra: false,
            complete: ValueCompletion::Shell,
        }
    }

    /// `--name`, or `--name=false`.
    pub const fn bool(name: &'static str, usage: &'static str) -> Self {
        Flag {
            default: "false",
            no_opt_default: Some("true"),
            ..Flag::new(name, Kind::Bool, usage)
        }
    }

    /// A text.
    pub const fn string(name: &'static str, usage: &'static str) -> Self {
        Flag::new(name, Kind::String, usage)
    }

    /// A text for each use of the flag.
    pub const fn string_array(name: &'static str, usage: &'static str) -> Self {
        Flag {
            default: "[]",
            ..Flag::new(name, Kind::StringArray, usage)
        }
    }

    /// Texts separated by commas, collected over all uses of the flag.
    pub const fn string_slice(name: &'static str, usage: &'static str) -> Self {
        Flag {
            default: "[]",
            ..Flag::new(name, Kind::StringSlice, usage)
        }
    }

    /// `key=value` pairs separated by commas, collected over all uses of the flag.
    pub const fn string_to_string(name: &'static str, usage: &'static str) -> Self {
        Flag {
            default: "[]",
            ..Flag::new(name, Kind::StringToString, usage)
        }
    }

    /// A whole number.
    pub const fn int(name: &'static str, default: &'static str, usage: &'static str) -> Self {
        Flag {
            default,
            ..Flag::new(name, Kind::Int, usage)
        }
    }

    /// A whole number from 0.
    pub const fn uint(name: &'static str, default: &'static str, usage: &'static str) -> Self {
        Flag {
            default,
            ..Flag::new(name, Kind::Uint, usage)
        }
    }

    /// A number with a fraction.
    pub const fn float32(name: &'static str, usage: &'static str) -> Self {
        Flag {
            default: "0",
            ..Flag::new(name, Kind::Float32, usage)
        }
    }

    /// A duration such as `5m0s`.
    pub const fn duration(name: &'static str, default: &'static str, usage: &'static str) -> Self {
        Flag {
            default,
            ..Flag::new(name, Kind::Duration, usage)
        }
    }

    /// An argument with rules of its own.
    pub const fn custom(name: &'static str, kind: &'static super::value::CustomKind, usage: &'static str) -> Self {
        Flag::new(name, Kind::Custom(kind), usage)
    }

    /// With a letter.
    #[must_use]
    pub const fn short(self, short: char) -> Self {
        Flag {
            short: Some(short),
            ..self
        }
    }

    /// With a default.
    #[must_use]
    pub const fn default(self, default: &'static str) -> Self {
        Flag { default, ..self }
    }

    /// With a default that depends on the environment.
    #[must_use]
    pub const fn computed(self, default: ComputedDefault) -> Self {
        Flag {
            computed_default: Some(default),
            ..self
        }
    }

    /// With an argument for when it stands alone.
    #[must_use]
    pub const fn alone(self, argument: &'static str) -> Self {
        Flag {
            no_opt_default: Some(argument),
            ..self
        }
    }

    /// Hidden.
    #[must_use]
    pub const fn hidden(self) -> Self {
        Flag { hidden: true, ..self }
    }

    /// Deprecated, and therefore hidden.
    #[must_use]
    pub const fn deprecated(self, instead: &'static str) -> Self {
        Flag {
            hidden: true,
            deprecated: Some(instead),
            ..self
        }
    }

    /// An addition to Helm's flags.
    #[must_use]
    pub const fn extra(self) -> Self {
        Flag { extra: true, ..self }
    }

    /// With a completion for its argument.
    #[must_use]
    pub const fn complete(self, complete: ValueCompletion) -> Self {
        Flag { complete, ..self }
    }

    /// The default as text.
    pub fn default_text(&self, settings: &Settings) -> String {
        self.computed_default
            .map_or_else(|| self.default.to_owned(), |compute| compute(settings))
    }

    /// The default as a value.
    pub fn default_value(&self, settings: &Settings) -> FlagValue {
        FlagValue::of_default(self.kind, &self.default_text(settings))
    }

    /// Whether a second use adds to the first.
    pub fn accepts_many(&self) -> bool {
        match self.kind {
            Kind::StringArray | Kind::StringSlice | Kind::StringToString => true,
            Kind::Custom(custom) => custom.many,
            _ => false,
        }
    }

    /// Its name in messages: `-n, --namespace` or `--debug`.
    pub fn display_name(&self) -> String {
        match self.short {
            Some(short) => format!("-{short}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }

    /// Reads an argument into `into`, which holds the earlier uses of the same flag.
    ///
    /// # Errors
    /// pflag's message for an argument that cannot be read.
    pub fn read(&self, argument: &str, into: &mut Option<FlagValue>, out: &mut Output) -> Result<(), String> {
        self.kind.read(argument, into, out).map_err(|why| {
            let quoted = crate::output::quote::go_quote(argument);
            format!("invalid argument {quoted} for \"{}\" flag: {why}", self.display_name())
        })
    }
}

/// `-h`, `--help`, which every command has. Its usage names the command and is therefore made up where it is shown.
pub static HELP: Flag = Flag::bool("help", "").short('h');

/// The tables of flags that a command accepts.
#[derive(Clone, Copy, Debug)]
pub struct FlagTable {
    /// Its own.
    pub local: &'static [&'static [Flag]],
    /// Those of the commands above it.
    pub inherited: &'static [Flag],
    /// Whether [`HELP`] is among them: not while the command is still being looked for.
    pub help: bool,
}

impl FlagTable {
    /// Its own flags, the help flag included, in the order of definition.
    pub fn local(&self) -> impl Iterator<Item = &'static Flag> + use<> {
        let help = self.help.then_some(&HELP);
        self.local.iter().flat_map(|table| table.iter()).chain(help)
    }

    /// All flags: own, then inherited.
    pub fn all(&self) -> impl Iterator<Item = &'static Flag> + use<> {
        self.local().chain(self.inherited.iter())
    }

    /// The flag of this name.
    pub fn named(&self, name: &str) -> Option<&'static Flag> {
        self.all().find(|flag| flag.name == name)
    }

    /// The flag of this letter.
    pub fn lettered(&self, letter: char) -> Option<&'static Flag> {
        self.all().find(|flag| flag.short == Some(letter))
    }
}
