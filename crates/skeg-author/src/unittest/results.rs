//! What came of suites, tests and asserts. Plain data: it crosses threads and becomes text, XML or JSON in `report`.

use std::time::Duration;

use super::snapshot::Counts;
use super::suite::Place;

/// One suite.
#[derive(Clone, Debug, Default)]
pub struct SuiteResult {
    /// Its name.
    pub name: String,
    /// The suite file.
    pub file: String,
    /// Whether nothing failed.
    pub passed: bool,
    /// Whether all of it was skipped.
    pub skipped: bool,
    /// Why it could not be run at all.
    pub error: Option<String>,
    /// Its tests, as far as they were reached.
    pub tests: Vec<TestResult>,
    /// How many tests there are.
    pub planned: usize,
    /// Its snapshots.
    pub snapshots: Counts,
}

/// One test.
#[derive(Clone, Debug, Default)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether all asserts hold.
    pub passed: bool,
    /// Whether it was skipped, and why.
    pub skipped: Option<String>,
    /// Why the chart did not render, or something else went wrong. A test that expects that passes all the same.
    pub error: Option<String>,
    /// Its asserts, as far as they were reached.
    pub asserts: Vec<AssertResult>,
    /// How long it took.
    pub duration: Duration,
}

/// One assert.
#[derive(Clone, Debug, Default)]
pub struct AssertResult {
    /// Its number in the test, from 0.
    pub index: usize,
    /// Its type.
    pub kind: &'static str,
    /// Whether `not` was set.
    pub not: bool,
    /// Where it stands.
    pub place: Place,
    /// Whether it holds.
    pub passed: bool,
    /// Whether it had nothing to look at and that was all right, and why.
    pub skipped: Option<String>,
    /// What is wrong, line by line.
    pub info: Vec<String>,
}

impl AssertResult {
    /// The line that tells which assert failed.
    pub fn title(&self) -> String {
        let not = if self.not { " NOT" } else { "" };
        format!("- asserts[{}]{not} `{}` fail", self.index, self.kind)
    }
}

impl SuiteResult {
    /// How long all tests took.
    pub fn duration(&self) -> Duration {
        self.tests.iter().map(|test| test.duration).sum()
    }
}

/// One chart.
#[derive(Clone, Debug, Default)]
pub struct ChartResult {
    /// Its name.
    pub name: String,
    /// Where it is, as given.
    pub path: String,
    /// Why it could not be tested at all.
    pub error: Option<String>,
    /// Its suites, and those of its subcharts.
    pub suites: Vec<SuiteResult>,
}

impl ChartResult {
    /// Whether nothing failed.
    pub fn passed(&self) -> bool {
        self.error.is_none() && self.suites.iter().all(|suite| suite.passed)
    }
}

/// Everything that was run.
#[derive(Clone, Debug, Default)]
pub struct RunResult {
    /// In the order given.
    pub charts: Vec<ChartResult>,
    /// How long it took.
    pub elapsed: Duration,
}

impl RunResult {
    /// Whether nothing failed.
    pub fn passed(&self) -> bool {
        self.charts.iter().all(ChartResult::passed)
    }

    /// All suites.
    pub fn suites(&self) -> impl Iterator<Item = &SuiteResult> {
        self.charts.iter().flat_map(|chart| &chart.suites)
    }
}

/// How many passed, and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: usize,
    /// Failed, those with errors included.
    pub failed: usize,
    /// Failed because they could not be run.
    pub errored: usize,
    /// Not run.
    pub skipped: usize,
}

impl Tally {
    /// Counts charts.
    pub fn charts(run: &RunResult) -> Tally {
        Tally::of(
            run.charts
                .iter()
                .map(|chart| (chart.passed(), false, chart.error.is_some())),
        )
    }

    /// Counts suites.
    pub fn suites(run: &RunResult) -> Tally {
        Tally::of(
            run.suites()
                .map(|suite| (suite.passed && !suite.skipped, suite.skipped, suite.error.is_some())),
        )
    }

    /// Counts tests.
    pub fn tests(run: &RunResult) -> Tally {
        let tests = run.suites().flat_map(|suite| &suite.tests);
        Tally::of(tests.map(|test| (test.passed, test.skipped.is_some(), test.error.is_some())))
    }

    /// Counts by: passed, skipped, errored.
    fn of(items: impl Iterator<Item = (bool, bool, bool)>) -> Tally {
        let mut tally = Tally::default();
        for (passed, skipped, errored) in items {
            if passed {
                tally.passed += 1;
            } else if skipped {
                tally.skipped += 1;
            } else {
                tally.failed += 1;
                tally.errored += usize::from(errored);
            }
        }
        tally
    }

    /// All together.
    pub fn total(self) -> usize {
        self.passed + self.failed + self.skipped
    }
}
