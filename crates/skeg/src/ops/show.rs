//! `show`: prints parts of a chart.

use std::path::Path;

use skeg_chart::{Chart, ChartFile};
use skeg_value::Value;

use super::chart_ref::ChartPathOptions;
use super::load;
use crate::error::CommandError;
use crate::jsonpath::JsonPath;
use crate::output::Output;
use crate::settings::Settings;

/// Which part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everything.
    All,
    /// `Chart.yaml`.
    Chart,
    /// `values.yaml`.
    Values,
    /// The README.
    Readme,
    /// The custom resource definitions.
    Crds,
}

/// What `show` was asked for.
#[derive(Clone, Debug)]
pub struct ShowOptions {
    /// Which part.
    pub part: Part,
    /// The chart: a path, URL or reference.
    pub chart_ref: String,
    /// How the chart is found.
    pub chart: ChartPathOptions,
    /// `--jsonpath` of `show values`: print only what this expression selects; empty for everything.
    pub json_path: String,
}

/// Names of READMEs, in any case.
const README_NAMES: [&str; 3] = ["readme.md", "readme.txt", "readme"];

/// Prints the part.
///
/// # Errors
/// Helm's message when the chart cannot be found or loaded, or the expression cannot be read.
///
/// # Source
/// spec/rendering.md 6.7.
pub fn run(options: &ShowOptions, _settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let path = load::locate(&options.chart_ref, &options.chart)?;
    let loaded = skeg_fetch::load::load_late_untyped(Path::new(&path), &mut |_| {})
        .map_err(|error| CommandError::new(error.to_string()))?;
    load::log_all(&loaded.log, out);
    let chart = loaded.chart;
    let is_wanted = |part| options.part == part || options.part == Part::All;
    let mut text = Vec::new();
    if is_wanted(Part::Chart) {
        text.append(&mut chart.metadata.to_yaml().map_err(CommandError::new)?);
        text.push(b'\n');
    }
    if is_wanted(Part::Values) {
        values(&chart, options, &mut text)?;
    }
    if is_wanted(Part::Readme) {
        let is_readme = |file: &&ChartFile| README_NAMES.iter().any(|name| file.name.eq_ignore_ascii_case(name));
        if let Some(readme) = chart.files.iter().find(is_readme) {
            separate(options.part, &mut text);
            line(readme.data(), &mut text);
        }
    }
    if is_wanted(Part::Crds) {
        for (_, file) in chart.crds() {
            if !file.data().starts_with(b"---") {
                text.extend_from_slice(b"---\n");
            }
            line(file.data(), &mut text);
        }
    }
    load::settled(&loaded.late)?;
    out.print(text);
    Ok(())
}

fn values(chart: &Chart, options: &ShowOptions, text: &mut Vec<u8>) -> Result<(), CommandError> {
    let Some(file) = &chart.values_file else { return Ok(()) };
    separate(options.part, text);
    if options.json_path.is_empty() {
        line(file.data(), text);
        return Ok(());
    }
    let path = JsonPath::parse(&options.json_path)
        .map_err(|error| CommandError::new(format!("error parsing jsonpath {}: {error}", options.json_path)))?;
    // Helm, too, is silent about what is not there.
    text.append(&mut path.print(&Value::Map(chart.values.clone())).text);
    Ok(())
}

/// The line between two parts, when all of them are printed.
fn separate(part: Part, text: &mut Vec<u8>) {
    if part == Part::All {
        text.extend_from_slice(b"---\n");
    }
}

fn line(data: &[u8], text: &mut Vec<u8>) {
    text.extend_from_slice(data);
    text.push(b'\n');
}
