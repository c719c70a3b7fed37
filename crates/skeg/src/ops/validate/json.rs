//! The report as one JSON object.
//!
//! Keys: `kubernetesVersions`; `summary` (`valid`, `invalid`, `noSchema`, `skipped`, `errors`, `warnings`); `objects`
//! (`file`, `apiVersion`, `kind`, `namespace`, `name`, `outcomes` by version: `valid`, `invalid`, `skipped`, `no-schema`);
//! `findings` (`code`, `severity`, `message`, `hint`, `path`, `object` as an index into `objects`, `kubernetesVersions`,
//! `location`, `includedFrom`, `values`). A location has `file`, `line`, `column` and `endColumn`, all from 1. What is
//! not known is left out.

use skeg_kinds::validate::Outcome;

use super::places::{Place, Setting, ValueUse};
use super::report::{ObjectReport, Problem, Report, severity_name};
use crate::output::diagnostics::json_string;

/// Writes the report.
pub(super) fn write(report: &Report) -> String {
    let totals = report.totals();
    let versions = |versions: &mut dyn Iterator<Item = &str>| list(versions.map(json_string));
    let summary = object([
        ("valid", totals.valid.to_string()),
        ("invalid", totals.invalid.to_string()),
        ("noSchema", totals.no_schema.to_string()),
        ("skipped", totals.skipped.to_string()),
        ("errors", totals.errors.to_string()),
        ("warnings", totals.warnings.to_string()),
    ]);
    let fields = [
        (
            "kubernetesVersions",
            versions(&mut report.versions.iter().map(String::as_str)),
        ),
        ("summary", summary),
        (
            "objects",
            list(report.objects.iter().map(|object| object_json(report, object))),
        ),
        (
            "findings",
            list(report.problems.iter().map(|problem| finding_json(report, problem))),
        ),
    ];
    object(fields) + "\n"
}

fn object_json(report: &Report, found: &ObjectReport) -> String {
    let outcomes = found.outcomes.iter().map(|(version, outcome)| {
        let name = match outcome {
            Outcome::Valid => "valid",
            Outcome::Invalid => "invalid",
            Outcome::Skipped => "skipped",
            Outcome::NoSchema => "no-schema",
        };
        (report.versions[*version].as_str(), json_string(name))
    });
    let outcomes = object(outcomes);
    object([
        ("file", json_string(&found.file)),
        ("apiVersion", json_string(&found.api_version)),
        ("kind", json_string(&found.kind)),
        ("namespace", json_string(&found.namespace)),
        ("name", json_string(&found.name)),
        ("outcomes", outcomes),
    ])
}

fn finding_json(report: &Report, problem: &Problem) -> String {
    let finding = &problem.finding;
    let versions = problem.versions.iter().map(|&v| json_string(&report.versions[v]));
    let mut fields = vec![
        ("code", json_string(finding.code)),
        ("severity", json_string(severity_name(finding.severity))),
        ("message", json_string(&finding.message)),
        ("path", json_string(&finding.path)),
        ("kubernetesVersions", list(versions)),
        ("location", place_json(&problem.located.place)),
    ];
    if let Some(hint) = &finding.hint {
        fields.push(("hint", json_string(hint)));
    }
    if let Some(object) = problem.object {
        fields.push(("object", object.to_string()));
    }
    if !problem.located.trail.is_empty() {
        fields.push(("includedFrom", list(problem.located.trail.iter().map(place_json))));
    }
    if !problem.located.values.is_empty() {
        fields.push(("values", list(problem.located.values.iter().map(value_json))));
    }
    object(fields)
}

fn value_json(value: &ValueUse) -> String {
    let mut fields = vec![("expression", json_string(&value.expression))];
    if let Some(shown) = &value.value {
        fields.push(("value", json_string(shown)));
    }
    match &value.set {
        Some(Setting::File(place)) => fields.push(("location", place_json(place))),
        Some(Setting::Flag(flag)) => fields.push(("flag", json_string(flag))),
        None => {}
    }
    object(fields)
}

fn place_json(place: &Place) -> String {
    object([
        ("file", json_string(&place.file)),
        ("line", place.line.to_string()),
        ("column", place.column.to_string()),
        ("endColumn", place.end_column.to_string()),
    ])
}

/// A JSON object of values that are JSON already.
pub(super) fn object<'k>(fields: impl IntoIterator<Item = (&'k str, String)>) -> String {
    let fields: Vec<String> = fields
        .into_iter()
        .map(|(key, value)| format!("{}:{value}", json_string(key)))
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// A JSON array of values that are JSON already.
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}
