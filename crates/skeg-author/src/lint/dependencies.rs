//! Rules for what Chart.yaml says of dependencies and what is below `charts/`.

use super::{Report, Severity, Subject};

pub(super) fn check(subject: &Subject, report: &mut Report) {
    let chart = match &subject.chart {
        Ok(chart) => chart,
        Err(message) => return report.error("", format!("unable to load chart\n\t{message}")),
    };
    let declared: Vec<&str> = chart
        .metadata
        .declared()
        .map(|dependency| dependency.name.as_str())
        .collect();
    let found: Vec<&str> = chart.dependencies.iter().map(skeg_chart::Chart::name).collect();
    let undeclared: Vec<&str> = found.iter().filter(|name| !declared.contains(name)).copied().collect();
    if !undeclared.is_empty() {
        report.error(
            &subject.path,
            format!("chart metadata is missing these dependencies: {}", undeclared.join(",")),
        );
    }
    let mut keys: Vec<&str> = Vec::new();
    let mut repeated: Vec<&str> = Vec::new();
    for key in chart.metadata.declared().map(skeg_chart::Dependency::alias_or_name) {
        if keys.contains(&key) {
            repeated.push(key)
        } else {
            keys.push(key)
        }
    }
    if !repeated.is_empty() {
        report.error(
            &subject.path,
            format!("multiple dependencies with name or alias: {}", repeated.join(",")),
        );
    }
    let absent: Vec<&str> = declared.iter().filter(|name| !found.contains(name)).copied().collect();
    if !absent.is_empty() {
        report.add(
            Severity::Warning,
            &subject.path,
            format!("chart directory is missing these dependencies: {}", absent.join(",")),
        );
    }
}
