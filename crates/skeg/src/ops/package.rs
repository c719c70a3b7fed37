//! `package`: makes chart archives.

use std::path::Path;
use std::time::SystemTime;

use skeg_chart::process;
use skeg_fetch::archive;
use skeg_fetch::provenance::{self, Keyring};
use skeg_value::semver::Version;

use super::chart_ref::Credentials;
use super::passphrase::Passphrases;
use super::{dependency, load, source_date};
use crate::error::{CommandError, go_text};
use crate::output::Output;
use crate::settings::Settings;
use crate::settings::paths::clean;

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
/// Helm's message when a chart cannot be loaded, packed or signed. An archive that could not be signed stays.
///
/// # Source
/// spec/rendering.md 6.8; spec/lifecycle.md 9.8.
pub fn run(options: &PackageOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let times = source_date::times(&settings.env)?;
    if options.sign && options.key.is_empty() {
        return Err(CommandError::new("--key is required for signing a package"));
    }
    if options.sign && options.keyring.is_empty() {
        return Err(CommandError::new("--keyring is required for signing a package"));
    }
    let mut passphrases = Passphrases::new(&options.passphrase_file);
    for given in &options.paths {
        let path = std::path::absolute(given).map_err(|error| CommandError::new(go_text(&error)))?;
        let path = clean(&path.to_string_lossy());
        if let Err(error) = std::fs::metadata(given) {
            return Err(CommandError::new(format!("stat {given}: {}", go_text(&error))));
        }
        if options.dependency_update {
            let fetch = dependency::FetchOptions {
                chart_path: path.clone(),
                keyring: options.keyring.clone(),
                ..dependency::FetchOptions::default()
            };
            dependency::update_quietly(&fetch, settings, out)?;
        }
        let saved = one(&path, options, &times, out)?;
        if options.sign {
            sign(&saved, options, &mut passphrases, out)?;
        }
        out.line(format!("Successfully packaged chart and saved it to: {saved}"));
    }
    Ok(())
}

/// Packs one chart; gives the archive's path.
fn one(path: &str, options: &PackageOptions, times: &archive::Times, out: &mut Output) -> Result<String, CommandError> {
    let loaded =
        skeg_fetch::load::load_directory(Path::new(path)).map_err(|error| CommandError::new(error.to_string()))?;
    load::log_all(&loaded.log, out);
    let mut chart = loaded.chart;
    if chart.metadata.api_version == "v3" {
        return Err(CommandError::new("invalid chart apiVersion"));
    }
    if !options.version.is_empty() {
        chart.metadata.version.clone_from(&options.version);
    }
    Version::parse(&chart.metadata.version).map_err(|error| CommandError::new(error.to_string()))?;
    if !options.app_version.is_empty() {
        chart.metadata.app_version.clone_from(&options.app_version);
    }
    let missing = process::missing(&chart).join(", ");
    if !missing.is_empty() {
        return Err(CommandError::new(format!(
            "found in Chart.yaml, but missing in charts/ directory: {missing}"
        )));
    }
    let folder = match options.destination.as_str() {
        "." => std::env::current_dir()
            .map_err(|error| CommandError::new(go_text(&error)))?
            .to_string_lossy()
            .into_owned(),
        other => clean(other),
    };
    let saved = archive::save(&chart, Path::new(&folder), times)
        .map_err(|error| CommandError::new(format!("failed to save: {error}")))?;
    let saved = saved.to_string_lossy();
    Ok(saved.strip_prefix("./").unwrap_or(&saved).to_owned())
}

/// Writes the provenance file of an archive next to it.
fn sign(
    archive: &str,
    options: &PackageOptions,
    passphrases: &mut Passphrases,
    out: &mut Output,
) -> Result<(), CommandError> {
    let failed = |error: skeg_fetch::FetchError| CommandError::new(error.to_string());
    let ring = Keyring::open(Path::new(&options.keyring)).map_err(failed)?;
    let key = ring.find(&options.key).map_err(failed)?;
    passphrases.prepare().map_err(CommandError::new)?;
    let key = key.ok_or_else(|| CommandError::new("private key not found"))?;
    let key = key.unlock(&mut |owner| passphrases.get(owner, out)).map_err(failed)?;
    // What is signed is what others will find in the archive, not the folder that it was made of.
    let loaded = skeg_fetch::load(Path::new(archive))
        .map_err(|error| CommandError::new(format!("failed to load chart for signing: {error}")))?;
    load::log_all(&loaded.log, out);
    let metadata = loaded
        .chart
        .metadata
        .to_yaml()
        .map_err(|error| CommandError::new(format!("failed to marshal chart metadata: {error}")))?;
    let open = |path: &str, error: &std::io::Error| format!("open {path}: {}", go_text(error));
    let bytes = std::fs::read(archive)
        .map_err(|error| CommandError::new(format!("failed to read chart archive: {}", open(archive, &error))))?;
    let name = Path::new(archive).file_name().unwrap_or_default().to_string_lossy();
    let text = provenance::sign(&bytes, &name, &metadata, &key, SystemTime::now()).map_err(failed)?;
    let path = format!("{archive}.prov");
    std::fs::write(&path, text).map_err(|error| CommandError::new(open(&path, &error)))
}
