//! `dependency list|build|update`: the charts that a chart depends on.

mod build;
mod list;
mod update;

use super::chart_ref;
use crate::cli::command::{ArgsRule, Command};
use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::ops::dependency::FetchOptions;
use crate::settings::paths::clean;

/// The commands.
pub static DEPENDENCY: Command = Command {
    name: "dependency",
    aliases: &["dep", "dependencies"],
    arguments: "update|build|list",
    short: "manage the charts that a chart depends on",
    long: "\
Manages the charts that a chart depends on. They are declared in Chart.yaml and kept
in the folder charts/, from where they are rendered and packaged:

    # Chart.yaml
    dependencies:
    - name: nginx
      version: ~1.2.0
      repository: https://example.com/charts
    - name: common
      version: 0.4.0
      repository: file://../common

The name is that of the dependency's own Chart.yaml. The version is a semantic version
or a range. The repository is the address of a chart repository (what is found at
ADDRESS/index.yaml says which charts it has), of a registry (oci://...), '@' or 'alias:'
with the name that a repository was added under, or a folder, relative to the chart.

'update' finds the newest versions that fit and writes them down in Chart.lock;
'build' brings charts/ to exactly what Chart.lock says.",
    args: ArgsRule::None,
    subcommands: &[&list::LIST, &update::UPDATE, &build::BUILD],
    ..Command::BASE
};

/// The flags of `build` and `update`.
static FETCH_FLAGS: &[Flag] = &[
    chart_ref::keyring("keyring with the public keys to check signatures with"),
    Flag::bool(
        "skip-refresh",
        "use the indexes of repositories as they were fetched last",
    ),
    Flag::bool("verify", "check the signatures of the charts"),
];

/// The chart that is meant: the argument, else the current folder.
fn chart_path(invocation: &Invocation) -> String {
    clean(invocation.args().first().map_or(".", String::as_str))
}

fn fetch_options(invocation: &Invocation) -> FetchOptions {
    FetchOptions {
        chart_path: chart_path(invocation),
        verify: invocation.bool("verify"),
        keyring: invocation.text("keyring"),
        skip_refresh: invocation.bool("skip-refresh"),
        credentials: chart_ref::credentials(invocation),
    }
}
