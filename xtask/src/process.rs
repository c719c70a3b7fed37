//! Running Helm or skeg in a clean world of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a run gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The exit status; -1 for a signal.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// The first line of standard error that is not a log line, or empty: the error that scripts read.
    pub(crate) error: String,
    /// Files that the run left in its folder outside the chart `c`, with their text, in order of path.
    pub(crate) files: Vec<(String, String)>,
    /// The log lines (`level=…`) of standard error, in order.
    pub(crate) log: Vec<String>,
}

/// Where Cargo puts a program of the release profile.
pub(crate) fn release(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    target.join("release").join(name)
}

/// Runs a command that has to succeed; what it prints is shown.
///
/// # Errors
/// The command in full, and why it did not.
pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|e| format!("{command:?}: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {status}"))
    }
}

/// A file of releases in the folder: there is no cluster, so they are what is stored.
const RELEASES: &str = "releases.yaml";

/// Runs `program args` in `folder`, with an empty home, no cluster and a fixed locale and time zone. Words such as `TZ=Asia/Tokyo`
/// before the arguments are variables.
pub(crate) fn run(program: &Path, args: &[String], folder: &Path, home: &Path) -> Result<Answer, String> {
    let is_variable = |word: &&String| {
        let name = word.split_once('=').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
    };
    let (variables, args) = args.split_at(args.iter().take_while(is_variable).count());
    let mut variables: Vec<(&str, &str)> = variables.iter().filter_map(|word| word.split_once('=')).collect();
    if folder.join(RELEASES).is_file() {
        variables.splice(..0, [("HELM_DRIVER", "memory"), ("HELM_MEMORY_DRIVER_DATA", RELEASES)]);
    }
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .env("KUBECONFIG", home.join("no-kubeconfig"))
        .env("HELM_CACHE_HOME", home.join("cache"))
        .env("HELM_CONFIG_HOME", home.join("config"))
        .env("HELM_DATA_HOME", home.join("data"))
        .envs(variables)
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    let stderr = String::from_utf8_lossy(&output.stderr).replace(&*folder.to_string_lossy(), "/FOLDER");
    // Each program calls itself by its own name.
    let stderr = stderr.replace("\"skeg ", "\"helm ");
    let (log, plain): (Vec<&str>, Vec<&str>) = stderr.lines().partition(|line| line.starts_with("level="));
    Ok(Answer {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).replace(&*folder.to_string_lossy(), "/FOLDER"),
        error: plain.first().copied().unwrap_or_default().to_owned(),
        files: Vec::new(),
        log: log.into_iter().map(str::to_owned).collect(),
    })
}
