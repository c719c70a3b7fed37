//! `validate`: checks what a chart renders to, or manifest files, against the schemas of Kubernetes minors.
//!
//! The chart is loaded and parsed once and rendered for each version; what renders to the same bytes is read once.
//! Findings of several versions that are one and the same are told once. Where findings come from in the templates is
//! looked up only when there are findings.

mod chart;
mod github;
mod input;
mod json;
mod junit;
mod places;
mod report;
mod sarif;
mod text;

use skeg_chart::KubeVersion;
use skeg_kinds::schemas::{FIRST_MINOR, LAST_MINOR};
use skeg_kinds::validate::{Options, Validator};
use skeg_release::split;
use skeg_value::yaml::Tree;

use self::chart::RenderedChart;
use self::input::Unit;
use self::report::Report;
use super::values::ValueOptions;
use crate::error::CommandError;
use crate::output::Output;
use crate::settings::Settings;

/// The form of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Lines for people and editors: `file:line:column: error: …`.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for test reports.
    Junit,
    /// Workflow commands of GitHub Actions, shown as annotations.
    Github,
}

/// What `validate` was asked for.
#[derive(Clone, Debug, Default)]
pub struct ValidateOptions {
    /// The arguments: `[NAME] CHART`, or nothing with `manifests`.
    pub args: Vec<String>,
    /// The values to render with.
    pub values: ValueOptions,
    /// `--manifests`: files or folders to check instead of a chart, `-` for standard input.
    pub manifests: Vec<String>,
    /// `--kube-version`: the versions to check for; empty for the default.
    pub kube_versions: Vec<String>,
    /// `--api-versions`: added to the capabilities.
    pub api_versions: Vec<String>,
    /// `--strict`: warnings count as failures.
    pub strict: bool,
    /// `--ignore-missing-schemas`.
    pub ignore_missing_schemas: bool,
    /// `--skip`: kinds that are not checked.
    pub skip: Vec<String>,
    /// `--reject`: kinds that are refused.
    pub reject: Vec<String>,
    /// `--skip-schema-validation`: do not check the values against the chart's schema.
    pub skip_schema_validation: bool,
    /// `--output`.
    pub format: Format,
}

/// Checks and prints the report.
///
/// # Errors
/// Silent with status 1 when there are errors, with `strict` also warnings; a message when there is nothing to check:
/// a chart that cannot be rendered, a file that cannot be read.
pub fn run(options: &ValidateOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let versions = versions(&options.kube_versions)?;
    let chart = match (options.manifests.is_empty(), options.args.is_empty()) {
        (true, false) => Some(RenderedChart::render(options, &versions, settings, out)?),
        (false, true) => None,
        (true, true) => return Err(CommandError::new("a chart or --manifests is required")),
        (false, false) => return Err(CommandError::new("--manifests takes the place of a chart; give one of them")),
    };
    let units = match &chart {
        Some(chart) => chart.units(),
        None => input::manifests(&options.manifests, versions.len())?,
    };
    let report = check(options, &versions, &units, chart.as_ref());
    let written = match options.format {
        Format::Text => text::write(&report, out.colors_out()),
        Format::Json => json::write(&report),
        Format::Sarif => sarif::write(&report),
        Format::Junit => junit::write(&report),
        Format::Github => github::write(&report),
    };
    out.print(written);
    let failed = report.has_failed(options.strict);
    out.retire((report, units, chart));
    if failed { Err(CommandError::silent(1)) } else { Ok(()) }
}

/// The versions to check for.
fn versions(texts: &[String]) -> Result<Vec<KubeVersion>, CommandError> {
    let mut versions: Vec<KubeVersion> = Vec::new();
    for text in texts {
        let version = KubeVersion::parse(text)
            .map_err(|reason| CommandError::new(format!("invalid kube version '{text}': {reason}")))?;
        if version.major != "1" || !(FIRST_MINOR..=LAST_MINOR).contains(&version.minor_number()) {
            return Err(CommandError::new(format!(
                "no schemas of Kubernetes {text}: there are those of 1.{FIRST_MINOR} to 1.{LAST_MINOR}"
            )));
        }
        if !versions.contains(&version) {
            versions.push(version);
        }
    }
    if versions.is_empty() {
        versions.push(KubeVersion::default());
    }
    Ok(versions)
}

fn check(options: &ValidateOptions, versions: &[KubeVersion], units: &[Unit], chart: Option<&RenderedChart>) -> Report {
    let validators: Vec<Validator> = versions
        .iter()
        .map(|version| {
            Validator::new(Options {
                ignore_missing_schemas: options.ignore_missing_schemas,
                skip: options.skip.clone(),
                reject: options.reject.clone(),
                ..Options::new(version.minor_number())
            })
        })
        .collect();
    let mut report = Report::new(versions);
    let mut places = places::Places::new(chart);
    for unit in units {
        for document in split::documents(&unit.text) {
            let text = &unit.text[document.clone()];
            match Tree::parse(text) {
                Ok(tree) => {
                    for &version in &unit.versions {
                        let checked = validators[version].check(&tree);
                        report.add(unit, document.start, version, checked, &mut places);
                    }
                }
                Err(error) => report.add_broken(unit, document.clone(), &error, &mut places),
            }
        }
    }
    report
}
