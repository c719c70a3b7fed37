//! `dependency list`, `build` and `update`: the charts that a chart depends on.

use super::chart_ref::Credentials;
use crate::error::CommandError;
use crate::output::Output;
use crate::settings::Settings;

/// What `dependency list` was asked for.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// The chart's folder or archive, cleaned; `.` by default.
    pub chart_path: String,
    /// `--max-col-width`: longer cells are cut; in characters.
    pub max_column_width: u64,
}

/// What `dependency build` and `dependency update` were asked for.
#[derive(Clone, Debug, Default)]
pub struct FetchOptions {
    /// The chart's folder, cleaned; `.` by default.
    pub chart_path: String,
    /// `--verify`: check the signatures of what is fetched.
    pub verify: bool,
    /// `--keyring`: path of the public keys for that.
    pub keyring: String,
    /// `--skip-refresh`: use the repository indexes as they are.
    pub skip_refresh: bool,
    /// How to speak with the servers.
    pub credentials: Credentials,
}

/// Prints the dependencies and whether they are there.
///
/// # Errors
/// Helm's message when the chart cannot be loaded.
pub fn list(options: &ListOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let _ = (options, settings, out);
    Err(CommandError::new("listing dependencies is not part of this build yet"))
}

/// Fetches the dependencies that `Chart.lock` names, or, without one, does as [`update`] does.
///
/// # Errors
/// Helm's message when the chart, the lock file or a dependency cannot be loaded, or they do not belong together.
pub fn build(options: &FetchOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let _ = (options, settings, out);
    Err(CommandError::new("fetching dependencies is not part of this build yet"))
}

/// Fetches the newest dependencies that `Chart.yaml` allows and writes `Chart.lock`.
///
/// # Errors
/// Helm's message when the chart or a dependency cannot be loaded, or no version fits.
pub fn update(options: &FetchOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let _ = (options, settings, out);
    Err(CommandError::new("updating dependencies is not part of this build yet"))
}
