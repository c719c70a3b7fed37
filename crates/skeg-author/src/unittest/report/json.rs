//! Results as JSON: one object with `passed`, `summary` and `charts`, in which everything that failed has its place.

use skeg_value::json::{self, JsonStyle};
use skeg_value::{List, Map, Value};

use crate::unittest::results::{AssertResult, ChartResult, RunResult, SuiteResult, Tally, TestResult};
use crate::unittest::suite::Place;

/// The document, on several lines; `coverage` becomes a part of it.
pub fn document(run: &RunResult, coverage: Option<Value>) -> Vec<u8> {
    let summary = Map::new();
    for (name, tally) in [
        ("charts", Tally::charts(run)),
        ("suites", Tally::suites(run)),
        ("tests", Tally::tests(run)),
    ] {
        let counts = Map::new();
        count(&counts, "passed", tally.passed);
        count(&counts, "failed", tally.failed);
        count(&counts, "errored", tally.errored);
        count(&counts, "skipped", tally.skipped);
        count(&counts, "total", tally.total());
        summary.insert(name, counts);
    }
    let root = Map::new();
    root.insert("passed", run.passed());
    root.insert("summary", summary);
    root.insert("charts", list(run.charts.iter().map(chart)));
    if let Some(coverage) = coverage {
        root.insert("coverage", coverage);
    }
    let mut out = Vec::new();
    // Nothing in it can fail to be written: no infinite floats, no bytes.
    let _ = json::encode(&Value::Map(root), &mut out, JsonStyle::Pretty2, false);
    out.push(b'\n');
    out
}

fn chart(chart: &ChartResult) -> Value {
    let map = Map::new();
    map.insert("name", chart.name.as_str());
    map.insert("path", chart.path.as_str());
    map.insert("passed", chart.passed());
    map.insert("error", optional(chart.error.as_deref()));
    map.insert("suites", list(chart.suites.iter().map(suite)));
    map.into()
}

fn suite(suite: &SuiteResult) -> Value {
    let snapshots = Map::new();
    count(&snapshots, "total", suite.snapshots.total);
    count(&snapshots, "failed", suite.snapshots.failed);
    count(&snapshots, "created", suite.snapshots.created);
    count(&snapshots, "obsolete", suite.snapshots.vanished);
    let map = Map::new();
    map.insert("name", suite.name.as_str());
    map.insert("file", suite.file.as_str());
    map.insert("passed", suite.passed);
    map.insert("skipped", suite.skipped);
    map.insert("error", optional(suite.error.as_deref()));
    map.insert("snapshots", snapshots);
    map.insert("tests", list(suite.tests.iter().map(test)));
    map.into()
}

fn test(test: &TestResult) -> Value {
    let map = Map::new();
    map.insert("name", test.name.as_str());
    place(&map, test.place);
    map.insert("passed", test.passed);
    map.insert("skipped", optional(test.skipped.as_deref()));
    map.insert("error", optional(test.error.as_deref()));
    map.insert(
        "microseconds",
        Value::int(i64::try_from(test.duration.as_micros()).unwrap_or(i64::MAX)),
    );
    map.insert("asserts", list(test.asserts.iter().map(assert)));
    map.into()
}

fn assert(assert: &AssertResult) -> Value {
    let map = Map::new();
    count(&map, "index", assert.index);
    map.insert("type", assert.kind);
    map.insert("not", assert.not);
    place(&map, assert.place);
    map.insert("passed", assert.passed);
    map.insert("skipped", optional(assert.skipped.as_deref()));
    map.insert("info", list(assert.info.iter().map(|line| Value::from(line.as_str()))));
    map.into()
}

fn place(map: &Map, place: Place) {
    count(map, "line", place.line);
    count(map, "column", place.column);
}

fn count(map: &Map, name: &str, value: usize) {
    map.insert(name, Value::int(value as i64));
}

fn optional(text: Option<&str>) -> Value {
    text.map(Value::from).unwrap_or_default()
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::List(List::new(items.collect()))
}
