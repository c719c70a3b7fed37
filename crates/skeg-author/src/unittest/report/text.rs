//! Results for people: what failed and why, then how many of what.

use std::time::Duration;

use crate::unittest::results::{AssertResult, ChartResult, RunResult, SuiteResult, Tally, TestResult};

/// Prints with or without colours.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    /// Whether to colour.
    pub colors: bool,
}

const GREEN: &str = "32";
const RED: &str = "31";
const CYAN: &str = "36";
const YELLOW: &str = "33";
const BOLD: &str = "1";
const FAINT: &str = "2";
const PASS: &str = "30;42";
const FAIL: &str = "37;41";
const SKIP: &str = "30;43";

impl Printer {
    fn paint(self, code: &str, text: &str) -> String {
        if self.colors && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// One chart with its suites.
    pub fn chart(self, chart: &ChartResult) -> String {
        if let Some(error) = &chart.error {
            return format!("\n### {} {error}\n\n", self.paint(RED, "Error: "));
        }
        let mut out = format!(
            "\n### Chart [ {} ] {}\n\n",
            self.paint(BOLD, &chart.name),
            self.paint(FAINT, &chart.path)
        );
        for suite in &chart.suites {
            self.suite(suite, &mut out);
        }
        out
    }

    fn suite(self, suite: &SuiteResult, out: &mut String) {
        let label = if suite.skipped {
            self.paint(SKIP, " SKIP ")
        } else if suite.passed {
            self.paint(PASS, " PASS ")
        } else {
            self.paint(FAIL, " FAIL ")
        };
        let (folder, base) = suite.file.rsplit_once('/').unwrap_or((".", &suite.file));
        out.push_str(&format!(
            "{label} {}\t{}{base}\n",
            self.paint(BOLD, &suite.name),
            self.paint(FAINT, &format!("{folder}/"))
        ));
        if let Some(error) = &suite.error {
            out.push_str(&format!("\t{}\n", self.paint(BOLD, "- Execution Error: ")));
            for line in error.lines() {
                out.push_str(&format!("\t\t{line}\n"));
            }
            out.push('\n');
        }
        for test in &suite.tests {
            self.test(test, suite, out);
        }
    }

    fn test(self, test: &TestResult, suite: &SuiteResult, out: &mut String) {
        if test.passed {
            return;
        }
        if test.skipped.is_some() {
            let (label, name) = (self.paint(SKIP, "SKIPPED"), format!(" '{}'", test.name));
            out.push_str(&format!(
                "\t{}{label}{}\n",
                self.paint(BOLD, "- "),
                self.paint(YELLOW, &name)
            ));
            return;
        }
        if let Some(error) = &test.error {
            out.push_str(&format!("\t{}\n", self.paint(BOLD, &format!("- {}", test.name))));
            out.push_str(&format!(
                "\t\t{}\n\n",
                self.paint(BOLD, &format!("Error: {}", error.replace('\n', "\n\t\t")))
            ));
            return;
        }
        out.push_str(&format!("\t{}\n\n", self.paint(RED, &format!("- {}", test.name))));
        for assert in &test.asserts {
            self.assert(assert, &suite.file, out);
        }
    }

    fn assert(self, assert: &AssertResult, file: &str, out: &mut String) {
        if assert.passed {
            return;
        }
        let place = format!("({file}:{}:{})", assert.place.line, assert.place.column);
        out.push_str(&format!(
            "\t\t{} {}\n",
            self.paint(RED, &assert.title()),
            self.paint(FAINT, &place)
        ));
        let mut in_diff = false;
        for line in &assert.info {
            in_diff = line.starts_with('\t') && (in_diff || line == "\t--- Expected");
            let code = match line.as_bytes().get(1) {
                Some(b'-') if in_diff => RED,
                Some(b'+') if in_diff => GREEN,
                Some(b'@') if in_diff => CYAN,
                _ => "",
            };
            if code.is_empty() {
                out.push_str(&format!("\t\t\t{line}\n"));
            } else {
                out.push_str(&format!("\t\t\t\t{}\n", self.paint(code, &line[1..])));
            }
        }
        out.push('\n');
    }

    /// The counts.
    pub fn summary(self, run: &RunResult) -> String {
        let mut out = String::new();
        let (mut total, mut failed, mut created, mut vanished) = (0, 0, 0, 0);
        for suite in run.suites() {
            total += suite.snapshots.total;
            failed += suite.snapshots.failed;
            created += suite.snapshots.created;
            vanished += suite.snapshots.vanished;
        }
        if failed > 0 {
            let suites = run.suites().filter(|suite| suite.snapshots.failed > 0).count();
            out.push_str(&format!(
                "\nSnapshot Summary: {} in {suites} test suite.{}\n",
                self.paint(RED, &format!("{failed} snapshot failed")),
                self.paint(FAINT, " Check changes and use `-u` to update snapshot.")
            ));
        }
        let snapshots = Tally {
            passed: total - failed,
            failed,
            ..Tally::default()
        };
        let mut snapshots = self.tally(snapshots);
        if created > 0 {
            snapshots.push_str(&format!(", {created} new"));
        }
        if vanished > 0 {
            snapshots.push_str(&format!(", {vanished} obsolete removed"));
        }
        out.push_str(&format!(
            "\nCharts:      {}\nTest Suites: {}\nTests:       {}\nSnapshot:    {snapshots}\nTime:        {}\n\n",
            self.tally(Tally::charts(run)),
            self.tally(Tally::suites(run)),
            self.tally(Tally::tests(run)),
            duration(run.elapsed)
        ));
        out
    }

    fn tally(self, tally: Tally) -> String {
        let mut text = String::new();
        if tally.failed > 0 {
            text.push_str(&self.paint(RED, &format!("{} failed, ", tally.failed)));
        }
        if tally.errored > 0 {
            text.push_str(&format!("{} errored, ", tally.errored));
        }
        text.push_str(&format!("{} passed, ", tally.passed));
        if tally.skipped > 0 {
            text.push_str(&format!("{} skipped, ", tally.skipped));
        }
        text.push_str(&format!("{} total", tally.total()));
        text
    }
}

fn duration(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(1) {
        format!("{:.3}ms", elapsed.as_secs_f64() * 1000.0)
    } else {
        format!("{:.3}s", elapsed.as_secs_f64())
    }
}
