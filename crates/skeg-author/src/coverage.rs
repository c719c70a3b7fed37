//! Template coverage: which lines ran while the suites of a chart were run, and which arms of `if`, `with` and `range`
//! were taken.
//!
//! A [`Collector`] watches the renders of one thread; [`Counts`] adds collectors up; [`Counts::of_chart`] lays the counts
//! over the templates of the chart and gives a [`ChartCoverage`], which [`report`] prints.
//!
//! A line counts if an action starts on it (`else`, `end`, `define`, `break`, `continue` and comments are none; `else if`
//! is one) or if it holds text other than white space. It is covered if one of these ran, be it to fail. A branch is an
//! `if`, `else if`, `with`, `else with` or `range`; it has two arms: taken and not taken. Loops over a written-out list
//! (`range list "a" "b"`) are never empty: they have one arm.

mod collector;
mod model;
pub mod report;

pub use collector::{Collector, Counts};
pub use model::{Arm, Branch, ChartCoverage, FileCoverage, Line, Ratio};
