//! `package`: makes chart archives.

use super::chart_ref::Credentials;
use crate::error::CommandError;
use crate::output::Output;
use crate::settings::Settings;

/// What `package` was asked for.
#[derive(Clone, Debug, Default)]
pub struct PackageOptions {
    /// The charts: paths of folders. With none, [`run`] fails.
    pub paths: Vec<String>,
    /// `--destination`: the folder the archives are written to.
    pub destination: String,
    /// `--version`: the version to give the chart; empty for its own.
    pub version: String,
    /// `--app-version`: the appVersion to give the chart; empty for its own.
    pub app_version: String,
    /// `--dependency-update`: fetch the dependencies before packaging.
    pub dependency_update: bool,
    /// `--sign`: write a signature next to the archive.
    pub sign: bool,
    /// `--key`: name of the key to sign with.
    pub key: String,
    /// `--keyring`: path of the keyring.
    pub keyring: String,
    /// `--passphrase-file`: path of the file with the key's passphrase, or `-` for standard input.
    pub passphrase_file: String,
    /// How to speak with the servers that dependencies come from.
    pub credentials: Credentials,
}

/// Makes the archives and prints where they are.
///
/// # Errors
/// Helm's message when a chart cannot be loaded or packed.
pub fn run(options: &PackageOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let _ = (options, settings, out);
    Err(CommandError::new("packaging charts is not part of this build yet"))
}
