//! XC-09: the charts' own suites.

use skeg_testkit::scratch::{self, Scratch};
use skeg_testkit::sweep::each_chart;
use skeg_testkit::{chart, programs};

/// Percent of lines of a chart's templates that its suites have to reach, and of arms of `if`, `with` and `range`. Not all
/// arms can be reached: a list that a condition around the loop found to be filled is never empty.
const LINES: &str = "100";
const BRANCHES: &str = "95";

// XC-09
#[test]
fn xc_09_every_suite_passes() {
    each_chart(|chart, findings| {
        let suites = scratch::entries(&chart.path().join("tests"));
        let suites = suites
            .iter()
            .filter(|path| path.to_string_lossy().ends_with("_test.yaml"))
            .count();
        findings.check(suites > 0, chart.name, "no tests/*_test.yaml");
        let answer = programs::run_skeg(&[
            "unittest",
            &chart.path().to_string_lossy(),
            "--coverage-threshold",
            LINES,
            "--coverage-branch-threshold",
            BRANCHES,
        ]);
        findings.check(
            answer.succeeded(),
            chart.name,
            format!("{}{}", answer.stdout, answer.stderr),
        );
    });
}

// XC-09
#[test]
fn xc_09_a_wrong_assert_fails() {
    let copy = Scratch::with_copy(&chart("plue").path());
    let suite = "suite: wrong\ntests:\n  - it: is wrong\n    template: templates/service.yaml\n    documentIndex: 0\n    asserts:\n      - isKind: {of: Nothing}\n";
    copy.write("plue/tests/wrong_test.yaml", suite);
    let path = copy.path().join("plue").to_string_lossy().into_owned();
    let answer = programs::run_skeg(&["unittest", &path]);
    assert!(!answer.succeeded(), "{}", answer.stdout);
    assert!(answer.stdout.contains("is wrong"), "{}{}", answer.stdout, answer.stderr);
}
