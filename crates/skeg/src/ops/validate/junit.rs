//! The report as JUnit XML: a suite for each version, a case for each object.

use skeg_kinds::validate::Outcome;
use skeg_value::Severity;

use super::report::{Problem, Report, place_text};

/// Writes the report.
pub(super) fn write(report: &Report) -> String {
    let mut suites = String::new();
    let mut totals = (0, 0);
    for (version, name) in report.versions.iter().enumerate() {
        let (text, tests, failures) = suite(report, version, name);
        suites.push_str(&text);
        totals = (totals.0 + tests, totals.1 + failures);
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"skeg validate\" tests=\"{}\" failures=\"{}\">\n{suites}</testsuites>\n",
        totals.0, totals.1
    )
}

fn suite(report: &Report, version: usize, name: &str) -> (String, usize, usize) {
    let mut cases = String::new();
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    for (index, object) in report.objects.iter().enumerate() {
        let Some((_, outcome)) = object.outcomes.iter().find(|(of, _)| *of == version) else {
            continue;
        };
        tests += 1;
        let mut title = format!("{} {}", object.api_version, object.kind);
        if !object.namespace.is_empty() {
            title.push_str(&format!(" {}/{}", object.namespace, object.name));
        } else if !object.name.is_empty() {
            title.push_str(&format!(" {}", object.name));
        }
        cases.push_str(&format!(
            "    <testcase classname=\"{}\" name=\"{}\">\n",
            escaped(&object.file),
            escaped(&title)
        ));
        let problems = problems(report, version, Some(index));
        match outcome {
            Outcome::Skipped | Outcome::NoSchema => {
                skipped += 1;
                cases.push_str("      <skipped/>\n");
            }
            Outcome::Invalid => failures += 1,
            Outcome::Valid => {}
        }
        write_problems(report, &problems, &mut cases);
        cases.push_str("    </testcase>\n");
    }
    for problem in problems(report, version, None) {
        tests += 1;
        failures += 1;
        cases.push_str(&format!(
            "    <testcase classname=\"{}\" name=\"YAML\">\n",
            escaped(&problem.located.place.file)
        ));
        write_problems(report, &[problem], &mut cases);
        cases.push_str("    </testcase>\n");
    }
    let text = format!(
        "  <testsuite name=\"Kubernetes {}\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\">\n{cases}  </testsuite>\n",
        escaped(name)
    );
    (text, tests, failures)
}

fn problems(report: &Report, version: usize, object: Option<usize>) -> Vec<&Problem> {
    let wanted = |problem: &&Problem| problem.object == object && problem.versions.contains(&version);
    report.problems.iter().filter(wanted).collect()
}

/// Errors as one failure, since a case has at most one; warnings as output.
fn write_problems(report: &Report, problems: &[&Problem], text: &mut String) {
    let lines = |severity: Severity| -> Vec<String> {
        problems
            .iter()
            .filter(|problem| problem.finding.severity == severity)
            .map(|problem| format!("{}: {}", place_text(&problem.located.place), report.sentence(problem)))
            .collect()
    };
    let errors = lines(Severity::Error);
    if let Some(first) = problems
        .iter()
        .find(|problem| problem.finding.severity == Severity::Error)
    {
        text.push_str(&format!(
            "      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
            escaped(&report.sentence(first)),
            first.finding.code,
            escaped(&errors.join("\n"))
        ));
    }
    let warnings = lines(Severity::Warning);
    if !warnings.is_empty() {
        text.push_str(&format!(
            "      <system-out>{}</system-out>\n",
            escaped(&warnings.join("\n"))
        ));
    }
}

/// Text for XML; characters that XML cannot hold become replacement characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c < ' ' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
