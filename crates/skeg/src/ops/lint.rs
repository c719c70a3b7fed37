//! `lint`: examines charts and prints what is wrong with them.

use super::values::ValueOptions;
use crate::error::CommandError;
use crate::output::Output;
use crate::settings::Settings;

/// What `lint` was asked for.
#[derive(Clone, Debug, Default)]
pub struct LintOptions {
    /// The charts: at least one path of a folder or archive.
    pub paths: Vec<String>,
    /// The values to render with.
    pub values: ValueOptions,
    /// `--strict`: warnings count as failures.
    pub strict: bool,
    /// `--with-subcharts`: examine the charts in `charts/` on their own too.
    pub with_subcharts: bool,
    /// `--quiet`: print only warnings and errors.
    pub quiet: bool,
    /// `--skip-schema-validation`.
    pub skip_schema_validation: bool,
    /// `--kube-version`: for capabilities and deprecations; empty for the default.
    pub kube_version: String,
}

/// Examines the charts and prints the findings.
///
/// # Errors
/// The summary, when a chart failed; or why the values could not be read.
pub fn run(options: &LintOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let _ = (options, settings, out);
    Err(CommandError::new("linting charts is not part of this build yet"))
}
