//! LCOV's trace file, which build servers and editors read.
//!
//! A branch is a block of its own with branch 0 for taken and 1 for not taken.
//!
//! # Source
//! geninfo(1), "Tracefile format".

use std::fmt::Write as _;

use crate::coverage::model::{Arm, ChartCoverage, FileCoverage};

/// The document.
pub fn document(charts: &[ChartCoverage]) -> String {
    let mut out = String::new();
    for chart in charts {
        for file in &chart.files {
            // Writing to a string cannot fail.
            let _ = record(chart, file, &mut out);
        }
    }
    out
}

fn record(chart: &ChartCoverage, file: &FileCoverage, out: &mut String) -> std::fmt::Result {
    writeln!(out, "TN:{}\nSF:{}", test_name(&chart.name), chart.path_of(file))?;
    for (block, branch) in file.branches.iter().enumerate() {
        for (arm, count) in branch.arms() {
            let number = match arm {
                Arm::Taken => 0,
                Arm::NotTaken => 1,
            };
            write!(out, "BRDA:{},{block},{number},", branch.line)?;
            if branch.runs == 0 {
                writeln!(out, "-")?;
            } else {
                writeln!(out, "{count}")?;
            }
        }
    }
    let (lines, arms) = (file.line_ratio(), file.arm_ratio());
    writeln!(out, "BRF:{}\nBRH:{}", arms.total, arms.covered)?;
    for line in &file.lines {
        writeln!(out, "DA:{},{}", line.number, line.runs)?;
    }
    writeln!(out, "LF:{}\nLH:{}\nend_of_record", lines.total, lines.covered)
}

/// Names of tests may hold letters, digits and `_`.
fn test_name(chart: &str) -> String {
    chart
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect()
}
