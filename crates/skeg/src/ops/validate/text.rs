//! The report as lines for people and editors.

use skeg_value::Severity;

use super::places::{Setting, ValueUse};
use super::report::{Report, place_text, severity_name};

/// Writes the report. Colours are for terminals; without them the text is stable.
pub(super) fn write(report: &Report, color: bool) -> String {
    let mut text = String::new();
    let paint = |code: &str, words: &str| match color {
        true => format!("\x1b[{code}m{words}\x1b[0m"),
        false => words.to_owned(),
    };
    for problem in &report.problems {
        let severity = problem.finding.severity;
        let name = match severity {
            Severity::Error => paint("1;31", severity_name(severity)),
            _ => paint("1;33", severity_name(severity)),
        };
        text.push_str(&format!(
            "{}: {name}: {} [{}]\n",
            paint("1", &place_text(&problem.located.place)),
            report.sentence(problem),
            problem.finding.code
        ));
        for place in &problem.located.trail {
            text.push_str(&format!("  included from {}\n", place_text(place)));
        }
        for value in &problem.located.values {
            text.push_str(&format!("  {}\n", value_text(value)));
        }
        if let Some(hint) = &problem.finding.hint {
            text.push_str(&format!("  hint: {hint}\n"));
        }
        if let Some(versions) = report.only_in(problem) {
            text.push_str(&format!("  only in Kubernetes {versions}\n"));
        }
    }
    text.push_str(&summary(report));
    text
}

/// `.Values.replicas is "2", set at values.yaml:3:11`.
pub(super) fn value_text(value: &ValueUse) -> String {
    let mut text = value.expression.clone();
    if let Some(shown) = &value.value {
        text.push_str(&format!(" is {shown}"));
    }
    match &value.set {
        Some(Setting::File(place)) => text.push_str(&format!(", set at {}", place_text(place))),
        Some(Setting::Flag(flag)) => text.push_str(&format!(", set by {flag}")),
        None => {}
    }
    text
}

fn summary(report: &Report) -> String {
    let totals = report.totals();
    let mut parts = Vec::new();
    for (count, words) in [
        (totals.valid, "valid"),
        (totals.invalid, "invalid"),
        (totals.no_schema, "without a schema"),
        (totals.skipped, "skipped"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    if parts.is_empty() {
        parts.push("no objects".to_owned());
    }
    let mut text = format!("Kubernetes {}: {}", report.versions.join(", "), parts.join(", "));
    if totals.errors + totals.warnings > 0 {
        let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        text.push_str(&format!(
            "; {}, {}",
            plural(totals.errors, "error"),
            plural(totals.warnings, "warning")
        ));
    }
    text.push('\n');
    text
}
