//! The report as SARIF, which code scanning reads.
//!
//! # Source
//! OASIS SARIF 2.1.0.

use std::collections::BTreeSet;

use super::json::{list, object};
use super::places::{Place, Setting};
use super::report::{Problem, Report, severity_name};
use super::text::value_text;
use crate::output::diagnostics::json_string;

/// Writes the report.
pub(super) fn write(report: &Report) -> String {
    let rules: BTreeSet<&str> = report.problems.iter().map(|problem| problem.finding.code).collect();
    let driver = object([
        ("name", json_string("skeg")),
        ("version", json_string(env!("CARGO_PKG_VERSION"))),
        (
            "rules",
            list(rules.iter().map(|rule| object([("id", json_string(rule))]))),
        ),
    ]);
    let run = object([
        ("tool", object([("driver", driver)])),
        ("columnKind", json_string("unicodeCodePoints")),
        (
            "results",
            list(report.problems.iter().map(|problem| result(report, problem))),
        ),
    ]);
    let root = object([
        ("version", json_string("2.1.0")),
        ("$schema", json_string("https://json.schemastore.org/sarif-2.1.0.json")),
        ("runs", list(std::iter::once(run))),
    ]);
    root + "\n"
}

fn result(report: &Report, problem: &Problem) -> String {
    let mut words = report.sentence(problem);
    if let Some(hint) = &problem.finding.hint {
        words.push_str(&format!("; {hint}"));
    }
    if let Some(versions) = report.only_in(problem) {
        words.push_str(&format!(" (only in Kubernetes {versions})"));
    }
    let mut related: Vec<String> = Vec::new();
    for place in &problem.located.trail {
        related.push(location(place, Some("included from here")));
    }
    for value in &problem.located.values {
        if let Some(Setting::File(place)) = &value.set {
            related.push(location(place, Some(&value_text(value))));
        }
    }
    let mut fields = vec![
        ("ruleId", json_string(problem.finding.code)),
        ("level", json_string(severity_name(problem.finding.severity))),
        ("message", object([("text", json_string(&words))])),
        (
            "locations",
            list(std::iter::once(location(&problem.located.place, None))),
        ),
    ];
    if !related.is_empty() {
        fields.push(("relatedLocations", list(related.into_iter())));
    }
    object(fields)
}

fn location(place: &Place, words: Option<&str>) -> String {
    let region = object([
        ("startLine", place.line.to_string()),
        ("startColumn", place.column.to_string()),
        ("endColumn", place.end_column.to_string()),
    ]);
    let artifact = object([("uri", json_string(&uri(&place.file)))]);
    let mut fields = vec![(
        "physicalLocation",
        object([("artifactLocation", artifact), ("region", region)]),
    )];
    if let Some(words) = words {
        fields.push(("message", object([("text", json_string(words))])));
    }
    object(fields)
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte as char),
            b'\\' => uri.push('/'),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
