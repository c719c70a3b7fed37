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

use std::ops::Range;
use std::rc::Rc;

use skeg_chart::KubeVersion;
use skeg_kinds::crd::Crds;
use skeg_kinds::pod_security::Level;
use skeg_kinds::schemas::{FIRST_MINOR, LAST_MINOR};
use skeg_kinds::validate::{Options, Outcome, Validator};
use skeg_release::split;
use skeg_value::yaml::{Tree, YamlError};

use self::chart::RenderedChart;
use self::input::Unit;
use self::report::Report;
use super::load;
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
    /// `--crds`: files or folders with custom resource definitions.
    pub crds: Vec<String>,
    /// `--skip`: kinds that are not checked.
    pub skip: Vec<String>,
    /// `--reject`: kinds that are refused.
    pub reject: Vec<String>,
    /// `--pod-security`: the level of the Pod Security Standards that pods must pass.
    pub pod_security: Option<Level>,
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
        (false, false) => {
            return Err(CommandError::new(
                "--manifests takes the place of a chart; give one of them",
            ));
        }
    };
    let units = match &chart {
        Some(chart) => chart.units(),
        None => input::manifests(&options.manifests, versions.len())?,
    };
    let definitions = input::manifests(&options.crds, versions.len())?;
    let report = check(options, &versions, &definitions, &units, chart.as_ref());
    let written = match options.format {
        Format::Text => text::write(&report, out.colors_out()),
        Format::Json => json::write(&report),
        Format::Sarif => sarif::write(&report),
        Format::Junit => junit::write(&report),
        Format::Github => github::write(&report),
    };
    if let Some(chart) = &chart {
        load::settled(&chart.late)?;
    }
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

fn check(
    options: &ValidateOptions,
    versions: &[KubeVersion],
    definitions: &[Unit],
    units: &[Unit],
    chart: Option<&RenderedChart>,
) -> Report {
    let mut report = Report::new(versions);
    let mut places = places::Places::new(chart);
    // Definitions may come after the resources that need them.
    let (defined, parsed) = (parse(definitions), parse(units));
    let mut crds = Crds::default();
    for document in defined.iter().chain(&parsed) {
        if let Ok(tree) = &document.tree {
            crds.add(tree);
        }
    }
    let crds = Rc::new(crds);
    let validators: Vec<Validator> = versions
        .iter()
        .map(|version| validator(options, version).with_crds(Rc::clone(&crds)))
        .collect();
    for (document, is_definition) in (defined.iter().map(|d| (d, true))).chain(parsed.iter().map(|d| (d, false))) {
        let tree = match &document.tree {
            Ok(tree) => tree,
            Err(error) => {
                report.add_broken(document.unit, document.range.clone(), error, &mut places);
                continue;
            }
        };
        for &version in &document.unit.versions {
            let mut checked = validators[version].check(tree);
            if is_definition {
                // They are no part of what is checked, unless there is something wrong with them.
                checked.retain(|object| object.kind == CRD && object.outcome == Outcome::Invalid);
            }
            report.add(document.unit, document.range.start, version, checked, &mut places);
        }
    }
    report
}

const CRD: &str = "CustomResourceDefinition";

fn validator(options: &ValidateOptions, version: &KubeVersion) -> Validator {
    Validator::new(Options {
        ignore_missing_schemas: options.ignore_missing_schemas,
        skip: options.skip.clone(),
        reject: options.reject.clone(),
        pod_security: options.pod_security,
        ..Options::new(version.minor_number())
    })
}

/// A document of a unit.
struct Document<'u> {
    unit: &'u Unit,
    range: Range<usize>,
    tree: Result<Tree<'u>, YamlError>,
}

fn parse(units: &[Unit]) -> Vec<Document<'_>> {
    let mut documents = Vec::new();
    for unit in units {
        for range in split::documents(&unit.text) {
            let tree = Tree::parse(&unit.text[range.clone()]);
            documents.push(Document { unit, range, tree });
        }
    }
    documents
}
