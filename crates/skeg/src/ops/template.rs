//! `template`: renders a chart without a cluster and prints the manifests.

use std::collections::BTreeMap;
use std::time::Duration;

use super::chart_ref::ChartPathOptions;
use super::values::ValueOptions;
use crate::error::CommandError;
use crate::output::Output;
use crate::settings::Settings;

/// Whether the cluster is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DryRun {
    /// No: capabilities are made up, `lookup` finds nothing.
    #[default]
    Client,
    /// Yes: capabilities, `lookup` and validation are the cluster's.
    Server,
}

/// What `template` was asked for. Flags that only matter to a cluster (`--wait`, `--timeout`, `--replace` …) have no
/// field: rendering does not depend on them.
#[derive(Clone, Debug, Default)]
pub struct TemplateOptions {
    /// The arguments: `[NAME] CHART`, at least one.
    pub args: Vec<String>,
    /// The values to render with.
    pub values: ValueOptions,
    /// How the chart is found.
    pub chart: ChartPathOptions,
    /// `--generate-name`: the release's name is made from the chart's, and no NAME is given.
    pub generate_name: bool,
    /// `--name-template`: a template that makes the release's name.
    pub name_template: String,
    /// `--description`.
    pub description: String,
    /// `--dependency-update`: fetch missing dependencies before rendering.
    pub dependency_update: bool,
    /// `--dry-run`, `--validate`.
    pub dry_run: DryRun,
    /// `--kube-version`; empty for the default.
    pub kube_version: String,
    /// `--api-versions`: added to the capabilities.
    pub api_versions: Vec<String>,
    /// `--is-upgrade`: `.Release.IsUpgrade` instead of `.Release.IsInstall`.
    pub is_upgrade: bool,
    /// `--no-hooks`: leave hooks out.
    pub no_hooks: bool,
    /// `--skip-tests`: leave test hooks out.
    pub skip_tests: bool,
    /// `--include-crds`: print the chart's CRDs too.
    pub include_crds: bool,
    /// `--skip-crds`.
    pub skip_crds: bool,
    /// `--skip-schema-validation`: do not check the values against the chart's schema.
    pub skip_schema_validation: bool,
    /// `--disable-openapi-validation`.
    pub disable_openapi_validation: bool,
    /// `--enable-dns`: let `getHostByName` ask the network.
    pub enable_dns: bool,
    /// `--show-only`: print only these templates.
    pub show_only: Vec<String>,
    /// `--output-dir`: write files below this folder instead of printing; empty to print.
    pub output_dir: String,
    /// `--release-name`: put the release's name into the path below `--output-dir`.
    pub use_release_name: bool,
    /// `--labels`: labels of the release.
    pub labels: BTreeMap<String, String>,
    /// `--post-renderer`: the plugin that the manifests go through; empty for none.
    pub post_renderer: String,
    /// `--post-renderer-args`: its arguments.
    pub post_renderer_args: Vec<String>,
    /// `--timeout`.
    pub timeout: Duration,
}

/// Renders the chart and prints, or writes, the manifests.
///
/// # Errors
/// Helm's message when the chart cannot be found, loaded or rendered.
pub fn run(options: &TemplateOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let _ = (options, settings, out);
    Err(CommandError::new("rendering charts is not part of this build yet"))
}
