//! A command line that was understood: what a command's `run` is handed.

use std::collections::BTreeMap;

use super::Program;
use super::command::CommandPath;
use super::parse::Parsed;
use super::value::FlagValue;
use crate::settings::Settings;

/// One use of a command.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// Under which name and path skeg was started.
    pub program: Program,
    /// The command.
    pub path: CommandPath,
    /// The name it was called by: its own or an alias.
    pub called_as: String,
    /// The flags that were set and the other arguments.
    pub parsed: Parsed,
    /// The environment and the global flags.
    pub settings: Settings,
}

impl Invocation {
    /// The arguments that are no flags.
    pub fn args(&self) -> &[String] {
        &self.parsed.args
    }

    /// Whether a flag was set on the command line.
    pub fn changed(&self, name: &str) -> bool {
        self.parsed.changed(name)
    }

    /// The value of a flag, or its default.
    ///
    /// # Panics
    /// When the command has no such flag: a mistake in the command's definition, which its tests find.
    pub fn value(&self, name: &str) -> FlagValue {
        if let Some(value) = self.parsed.get(name) {
            return value.clone();
        }
        let flag = self.path.flags(true).named(name);
        flag.expect("a command asks only for flags that it defines")
            .default_value(&self.settings)
    }

    /// The value of a flag of kind bool.
    pub fn bool(&self, name: &str) -> bool {
        matches!(self.value(name), FlagValue::Bool(true))
    }

    /// The value of a flag of kind string or of a custom kind.
    pub fn text(&self, name: &str) -> String {
        match self.value(name) {
            FlagValue::Text(text) => text,
            _ => String::new(),
        }
    }

    /// The values of a flag that can be given many times.
    pub fn list(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            FlagValue::List(list) => list,
            _ => Vec::new(),
        }
    }

    /// The pairs of a flag of kind string-to-string.
    pub fn map(&self, name: &str) -> BTreeMap<String, String> {
        match self.value(name) {
            FlagValue::Map(map) => map,
            _ => BTreeMap::new(),
        }
    }

    /// The value of a flag of kind int, or a duration in nanoseconds.
    pub fn int(&self, name: &str) -> i64 {
        match self.value(name) {
            FlagValue::Int(value) => value,
            _ => 0,
        }
    }

    /// The value of a flag of kind uint.
    pub fn uint(&self, name: &str) -> u64 {
        match self.value(name) {
            FlagValue::Uint(value) => value,
            _ => 0,
        }
    }
}
