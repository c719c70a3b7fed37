//! `verify`, and `--verify` of what takes a chart: whether an archive is what its owner signed.

use std::path::Path;

use skeg_fetch::provenance::{self, Verified};

use crate::error::CommandError;
use crate::output::Output;
use crate::settings::Settings;

/// What `verify` was asked for.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// The archive's path; its provenance file is next to it.
    pub path: String,
    /// `--keyring`: path of the public keys.
    pub keyring: String,
}

/// Checks the archive and prints who signed it.
///
/// # Errors
/// Helm's message when there is no signature or it does not count.
///
/// # Source
/// spec/lifecycle.md 9.7.
pub fn run(options: &VerifyOptions, _settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let verified = archive(&options.path, &options.keyring)?;
    for owner in &verified.signed_by {
        out.line(format!("Signed by: {owner}"));
    }
    out.line(format!("Using Key With Fingerprint: {}", verified.fingerprint));
    out.line(format!("Chart Hash Verified: {}", verified.digest));
    Ok(())
}

/// Checks the archive at `path` with the keys in the file `keyring`.
///
/// # Errors
/// Helm's message.
pub fn archive(path: &str, keyring: &str) -> Result<Verified, CommandError> {
    let provenance = format!("{path}.prov");
    provenance::verify_files(Path::new(path), Path::new(&provenance), Path::new(keyring))
        .map_err(|error| CommandError::new(error.to_string()))
}
