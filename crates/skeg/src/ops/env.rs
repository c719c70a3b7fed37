//! `env`: prints the settings as variables.

use crate::output::Output;
use crate::settings::Settings;

/// Prints all variables as `NAME="value"` lines, or the value of the one named; an unknown name has an empty value.
/// `program` is the path that skeg was started with.
///
/// # Source
/// lifecycle spec 1.4.
pub fn run(name: Option<&str>, program: &str, settings: &Settings, out: &mut Output) {
    let variables = settings.variables(program);
    match name {
        None => {
            for (name, value) in variables {
                out.line(format!("{name}=\"{value}\""));
            }
        }
        Some(wanted) => {
            let value = variables
                .into_iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value);
            out.line(value.unwrap_or_default());
        }
    }
}
