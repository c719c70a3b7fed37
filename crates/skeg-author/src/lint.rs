//! What `helm lint` examines, rule by rule, in its order.
//!
//! In: the files of one chart directory ([`Subject`]) and the user's values. Out: [`Finding`]s. Nothing is read here:
//! the caller brings the bytes.
//!
//! # Source
//! spec/rendering.md 6.5.

mod addresses;
mod chart_yaml;
mod crds;
mod dependencies;
mod manifest;
mod templates;
mod values;

use std::fmt;
use std::rc::Rc;

use skeg_chart::{Chart, KubeVersion, LogLine};
use skeg_funcs::world::World;
use skeg_render::Ahead;
use skeg_value::{Diagnostic, Map, Sources};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Works, but should be changed.
    Warning,
    /// Does not work.
    Error,
}

/// One thing that a rule found. `Display` is Helm's line: `[WARNING] templates/a.yaml: …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The file or folder it is about.
    pub subject: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Info => "INFO",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
        };
        write!(f, "[{severity}] {}: {}", self.subject, self.message)
    }
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry<T> {
    /// Nothing.
    Absent,
    /// Something of another sort: a folder for a file, a file for a folder.
    WrongSort,
    /// The thing itself.
    Found(T),
}

/// A chart directory, as far as lint looks at it.
#[derive(Debug)]
pub struct Subject {
    /// The directory's absolute path, as findings about it show it.
    pub path: String,
    /// `Chart.yaml`.
    pub chart_yaml: Entry<Vec<u8>>,
    /// `values.yaml`.
    pub values_yaml: Entry<Vec<u8>>,
    /// `values.schema.json`.
    pub schema: Option<Vec<u8>>,
    /// `templates/`.
    pub templates: Entry<()>,
    /// `crds/`.
    pub crds: Entry<()>,
    /// The loaded chart, or Helm's message why it cannot be loaded.
    pub chart: Result<Chart, String>,
}

/// Checks values against the schemas of a chart and its subcharts.
pub type SchemasCheck<'o> = dyn Fn(&Chart, &Map) -> Result<(), String> + 'o;

/// Checks values against one schema's text.
pub type SchemaCheck<'o> = dyn Fn(&[u8], &Map) -> Result<(), String> + 'o;

/// How to examine.
pub struct Options<'o> {
    /// The user's values.
    pub values: &'o Map,
    /// For `.Release.Namespace`.
    pub namespace: &'o str,
    /// For capabilities and deprecations.
    pub kube_version: KubeVersion,
    /// Whether to leave schemas out.
    pub skip_schema_validation: bool,
    /// Clock, entropy, network for template functions.
    pub world: Rc<dyn World>,
    /// The chart's templates, as far as they were offered for parsing while it was being loaded.
    pub ahead: Ahead,
    /// Checks values against the schemas of a chart and its subcharts; Helm's text of what is wrong.
    pub check_schemas: &'o SchemasCheck<'o>,
    /// Checks values against one schema; the list of what is wrong.
    pub check_schema: &'o SchemaCheck<'o>,
}

/// What the rules found, and what Helm says besides.
#[derive(Debug, Default)]
pub struct Report {
    /// In the order of the rules.
    pub findings: Vec<Finding>,
    /// Log lines of rendering.
    pub log: Vec<LogLine>,
}

impl Report {
    fn add(&mut self, severity: Severity, subject: &str, message: impl Into<String>) {
        self.findings.push(Finding {
            severity,
            subject: subject.to_owned(),
            message: message.into(),
        });
    }

    fn error(&mut self, subject: &str, message: impl Into<String>) {
        self.add(Severity::Error, subject, message);
    }

    /// Records the outcome of a check; whether it passed.
    fn check(&mut self, severity: Severity, subject: &str, outcome: Result<(), String>) -> bool {
        match outcome {
            Ok(()) => true,
            Err(message) => {
                self.add(severity, subject, message);
                false
            }
        }
    }
}

/// Everything that keeps the chart from rendering, explained: Helm's report has only the first of it.
pub fn explain(
    subject: &Subject,
    options: &Options<'_>,
    sources: &skeg_chart::values::Sources,
) -> (Vec<Diagnostic>, Sources) {
    let Ok(chart) = &subject.chart else {
        return Default::default();
    };
    templates::explain(chart, options, sources)
}

/// Runs all rules.
pub fn lint(subject: &Subject, options: &Options<'_>) -> Report {
    let mut report = Report::default();
    chart_yaml::check(subject, &mut report);
    values::check(subject, options, &mut report);
    templates::check(subject, options, &mut report);
    dependencies::check(subject, &mut report);
    crds::check(subject, &mut report);
    report
}
