//! `create`: makes a new chart.

use crate::error::CommandError;
use crate::output::Output;
use crate::settings::Settings;

/// What `create` was asked for.
#[derive(Clone, Debug, Default)]
pub struct CreateOptions {
    /// The path of the new chart's folder; its last part is the chart's name.
    pub name: String,
    /// `--starter`: name or absolute path of the chart to start from; empty for the built-in one.
    pub starter: String,
    /// `--chart-api-version`: `v2`, or `v3` where that experiment is on.
    pub chart_api_version: String,
}

/// Makes the chart.
///
/// # Errors
/// Helm's message for a bad name, an unknown starter or API version, or a file that cannot be written.
pub fn run(options: &CreateOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let _ = (options, settings, out);
    Err(CommandError::new("creating charts is not part of this build yet"))
}
