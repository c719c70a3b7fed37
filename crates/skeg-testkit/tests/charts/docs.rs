//! XC-08, XC-33, XC-42: READMEs, notes, raw manifests.

use skeg_testkit::seeds::{self, STARTS};
use skeg_testkit::sweep::{chosen, each_chart};
use skeg_testkit::{CHARTS, programs, scratch};

// XC-08
#[test]
fn xc_08_values_tables_are_generated() {
    each_chart(|chart, findings| {
        let readme = std::fs::read_to_string(chart.path().join("README.md")).unwrap_or_default();
        let marked = readme.contains("<!-- values:begin -->") && readme.contains("<!-- values:end -->");
        findings.check(
            marked,
            chart.name,
            "README.md has no <!-- values:begin --> … <!-- values:end -->",
        );
        let answer = programs::run_skeg(&["docs", "--check", &chart.path().to_string_lossy()]);
        findings.check(
            answer.succeeded(),
            chart.name,
            format!("skeg docs --check: {}{}", answer.stdout, answer.stderr),
        );
    });
}

// XC-08
#[test]
fn xc_08_readmes_have_every_command_of_the_seed() {
    let words = |text: &str| {
        text.replace("\\\n", " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut missing = Vec::new();
    for (family, _) in STARTS
        .iter()
        .filter(|(family, _)| CHARTS.iter().any(|c| c.family == *family && chosen(c)))
    {
        let root = programs::repository().join("charts").join(family);
        let texts = scratch::files(&root)
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "md"));
        let text: String = texts
            .map(|path| words(&scratch::read(&path)))
            .collect::<Vec<_>>()
            .join("\n");
        for command in seeds::commands(family) {
            if !text.contains(&words(&command.line)) {
                missing.push(format!("{family}: no README has `{}`", command.line));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

// XC-33
#[test]
fn xc_33_every_application_has_notes() {
    each_chart(|chart, findings| {
        let notes = std::fs::read_to_string(chart.path().join("templates/NOTES.txt")).unwrap_or_default();
        findings.check(!notes.trim().is_empty(), chart.name, "no templates/NOTES.txt");
        findings.check(
            notes.contains("WARNING:") || notes.contains("arning"),
            chart.name,
            "notes warn of nothing",
        );
    });
}

// XC-42
#[test]
fn xc_42_raw_manifests_are_what_the_charts_render() {
    let mut command = std::process::Command::new(env!("CARGO"));
    command
        .args(["xtask", "charts", "raw", "--check"])
        .current_dir(programs::repository());
    command.env("SKEG", programs::skeg());
    let answer = programs::finish(&mut command);
    assert!(answer.succeeded(), "{}", answer.stderr);
}
