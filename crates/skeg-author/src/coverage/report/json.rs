//! Coverage as JSON: one object with `lines`, `branches` and `charts`; a chart has `files`, and a file what it misses.

use skeg_value::json::{self, JsonStyle};
use skeg_value::{List, Map, Value};

use crate::coverage::model::{Arm, Branch, ChartCoverage, FileCoverage, Ratio};

/// The document, on several lines.
pub fn document(charts: &[ChartCoverage]) -> Vec<u8> {
    let mut out = Vec::new();
    // Nothing in it can fail to be written: all floats are finite.
    let _ = json::encode(&value(charts), &mut out, JsonStyle::Pretty2, false);
    out.push(b'\n');
    out
}

/// The same as a value, to be part of another document.
pub fn value(charts: &[ChartCoverage]) -> Value {
    let root = Map::new();
    root.insert("lines", ratio(charts.iter().map(ChartCoverage::line_ratio).sum()));
    root.insert("branches", ratio(charts.iter().map(ChartCoverage::arm_ratio).sum()));
    root.insert("charts", list(charts.iter().map(chart)));
    root.into()
}

fn chart(chart: &ChartCoverage) -> Value {
    let map = Map::new();
    map.insert("name", chart.name.as_str());
    map.insert("path", chart.path.as_str());
    map.insert("lines", ratio(chart.line_ratio()));
    map.insert("branches", ratio(chart.arm_ratio()));
    map.insert("files", list(chart.files.iter().map(file)));
    map.into()
}

fn file(file: &FileCoverage) -> Value {
    let map = Map::new();
    map.insert("path", file.path.as_str());
    map.insert("error", file.error.as_deref().map(Value::from).unwrap_or_default());
    map.insert("lines", ratio(file.line_ratio()));
    map.insert("branches", ratio(file.arm_ratio()));
    let missed = file.lines.iter().filter(|line| line.runs == 0);
    map.insert("missedLines", list(missed.map(|line| number(line.number))));
    let missed = file.branches.iter().filter(|branch| branch.missed().is_some());
    map.insert("missedBranches", list(missed.map(branch)));
    map.into()
}

fn branch(branch: &Branch) -> Value {
    let map = Map::new();
    map.insert("line", number(branch.line));
    map.insert("column", number(branch.column));
    map.insert("source", branch.source.as_str());
    map.insert("reached", branch.runs > 0);
    let missed = branch.arms().filter(|(_, count)| *count == 0);
    map.insert(
        "missed",
        list(missed.map(|(arm, _)| {
            Value::from(match arm {
                Arm::Taken => "taken",
                Arm::NotTaken => "not taken",
            })
        })),
    );
    map.into()
}

fn ratio(ratio: Ratio) -> Value {
    let map = Map::new();
    map.insert("covered", number(ratio.covered));
    map.insert("total", number(ratio.total));
    map.insert("percent", Value::Float(ratio.per_mille() as f64 / 10.0));
    map.into()
}

fn number(number: usize) -> Value {
    Value::int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::List(List::new(items.collect()))
}
