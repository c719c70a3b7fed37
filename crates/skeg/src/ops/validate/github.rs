//! The report as workflow commands, which GitHub Actions shows beside the lines they are about.
//!
//! # Source
//! GitHub's documentation, "Workflow commands for GitHub Actions".

use super::report::{Report, severity_name};
use super::text::value_text;

/// Writes the report, a line for each finding.
pub(super) fn write(report: &Report) -> String {
    let mut text = String::new();
    for problem in &report.problems {
        let place = &problem.located.place;
        let mut words = report.sentence(problem);
        for value in &problem.located.values {
            words.push_str(&format!("\n{}", value_text(value)));
        }
        if let Some(hint) = &problem.finding.hint {
            words.push_str(&format!("\n{hint}"));
        }
        if let Some(versions) = report.only_in(problem) {
            words.push_str(&format!("\nonly in Kubernetes {versions}"));
        }
        text.push_str(&format!(
            "::{} file={},line={},col={},endColumn={},title={}::{}\n",
            severity_name(problem.finding.severity),
            property(&place.file),
            place.line,
            place.column,
            place.end_column,
            problem.finding.code,
            data(&words)
        ));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
