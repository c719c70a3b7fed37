//! `--coverage` and its sisters: what is counted, where it is printed, and what is enough.

use std::sync::{Mutex, PoisonError};

use skeg_author::coverage::report::{Format, json, text};
use skeg_author::coverage::{ChartCoverage, Collector, Counts, FileCoverage, Ratio};
use skeg_value::Value;

use super::plan::Plan;
use crate::error::CommandError;
use crate::output::Output;

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub struct CoverageOptions {
    /// `--coverage`: print it.
    pub print: bool,
    /// `--coverage-output`: where to write it; empty for nowhere.
    pub output: String,
    /// `--coverage-format`: how to write it; empty for what the file's name says.
    pub format: String,
    /// `--coverage-threshold`: percent of lines; empty for none.
    pub threshold: String,
    /// `--coverage-branch-threshold`: percent of arms; empty for none.
    pub branch_threshold: String,
    /// `--coverage-dependencies`: measure the templates of dependencies, too.
    pub dependencies: bool,
}

/// The same, checked.
#[derive(Clone, Debug)]
pub(super) struct Coverage {
    print: bool,
    output: Option<(String, Format)>,
    lines: Option<f64>,
    branches: Option<f64>,
    dependencies: bool,
}

impl CoverageOptions {
    /// Checks what was asked for; none where nothing was.
    ///
    /// # Errors
    /// Unknown formats, percents that are none, options that have nothing to be about.
    pub(super) fn checked(&self) -> Result<Option<Coverage>, CommandError> {
        let format = match self.format.as_str() {
            "" => Format::of_file(&self.output),
            name => Format::named(name).ok_or_else(|| {
                CommandError::new(format!(
                    "unknown coverage format {name:?}: {} are known",
                    Format::NAMES.join(", ")
                ))
            })?,
        };
        if self.output.is_empty() && !self.format.is_empty() {
            return Err(CommandError::new("--coverage-format needs --coverage-output"));
        }
        let coverage = Coverage {
            print: self.print,
            output: (!self.output.is_empty()).then(|| (self.output.clone(), format)),
            lines: percent("--coverage-threshold", &self.threshold)?,
            branches: percent("--coverage-branch-threshold", &self.branch_threshold)?,
            dependencies: self.dependencies,
        };
        let is_wanted =
            coverage.print || coverage.output.is_some() || coverage.lines.is_some() || coverage.branches.is_some();
        if self.dependencies && !is_wanted {
            return Err(CommandError::new(
                "--coverage-dependencies needs --coverage, --coverage-output or a threshold",
            ));
        }
        Ok(is_wanted.then_some(coverage))
    }
}

fn percent(flag: &str, text: &str) -> Result<Option<f64>, CommandError> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.trim_end_matches('%').trim_end().parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(Some(percent)),
        _ => Err(CommandError::new(format!(
            "{flag} wants a percentage from 0 to 100, not {text:?}"
        ))),
    }
}

/// The counts of all charts of the plan, which threads add to.
#[derive(Debug)]
pub(super) struct Tally(Mutex<Vec<Counts>>);

impl Tally {
    pub(super) fn new(plan: &Plan) -> Tally {
        Tally(Mutex::new(plan.charts.iter().map(|_| Counts::default()).collect()))
    }

    /// Adds what a thread saw of a chart.
    pub(super) fn add(&self, chart: usize, collector: Collector) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counts) = all.get_mut(chart) {
            counts.add(collector);
        }
    }
}

impl Coverage {
    /// Lays the counts over the charts that could be loaded.
    pub(super) fn measure(&self, plan: &Plan, tally: Tally) -> Vec<ChartCoverage> {
        let all = tally.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let charts = plan.charts.iter().enumerate();
        charts
            .filter(|(_, planned)| planned.error.is_none())
            .filter_map(|(index, planned)| {
                let counts = all.get(index)?;
                let others = all.iter().enumerate().filter(|(other, _)| *other != index);
                let others: Vec<&Counts> = others.map(|(_, counts)| counts).collect();
                let chart = skeg_chart::load::load_files(&planned.files, &mut Vec::new()).ok()?;
                Some(counts.of_chart(&others, &chart, &planned.path, self.dependencies))
            })
            .collect()
    }

    /// Prints the table, if asked for.
    pub(super) fn print(&self, charts: &[ChartCoverage], out: &mut Output) {
        if self.print {
            let printer = text::Printer {
                colors: out.colors_out(),
            };
            out.print(printer.charts(charts));
        }
    }

    /// The part of the JSON on standard output, if asked for.
    pub(super) fn json(&self, charts: &[ChartCoverage]) -> Option<Value> {
        self.print.then(|| json::value(charts))
    }

    /// Writes the file, if asked for.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub(super) fn write(&self, charts: &[ChartCoverage]) -> Result<(), CommandError> {
        match &self.output {
            Some((path, format)) => super::write_report(path, &format.write(charts)),
            None => Ok(()),
        }
    }

    /// Compares with the thresholds.
    ///
    /// # Errors
    /// Which charts, and which files of them, are below.
    pub(super) fn judge(&self, charts: &[ChartCoverage]) -> Result<(), CommandError> {
        let mut told = Vec::new();
        for chart in charts {
            told.extend(
                self.lines
                    .and_then(|least| below(chart, "lines", least, FileCoverage::line_ratio)),
            );
            told.extend(
                self.branches
                    .and_then(|least| below(chart, "branches", least, FileCoverage::arm_ratio)),
            );
        }
        if told.is_empty() {
            Ok(())
        } else {
            Err(CommandError::new(told.join("\n")))
        }
    }
}

/// What to say where a chart has less than so many percent.
fn below(chart: &ChartCoverage, what: &str, least: f64, of_file: fn(&FileCoverage) -> Ratio) -> Option<String> {
    let ratio: Ratio = chart.files.iter().map(of_file).sum();
    if ratio.reaches(least) {
        return None;
    }
    let mut text = format!(
        "coverage of chart {} is {ratio} % of {what}, below the threshold of {least} %:",
        chart.name
    );
    for file in &chart.files {
        let ratio = of_file(file);
        if ratio.covered < ratio.total {
            let (path, covered, total) = (chart.path_of(file), ratio.covered, ratio.total);
            text.push_str(&format!("\n  {path} {ratio} % ({covered}/{total})"));
        }
    }
    Some(text)
}
