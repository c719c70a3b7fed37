//! Random trees of charts with random values and flags, and what Helm 4.3.1 made of them: the values that each chart
//! sees, its dependencies, and the warnings (spec 5.1, 5.2, 5.4).
//!
//! Each line of `recorded/values.jsonl` is a case. Warnings are compared as a set: Helm's order of maps is random.

mod support;

use skeg_chart::values::{Nulls, Source, Sources, coalesce};
use skeg_chart::{Chart, LogLine, load, process};
use skeg_value::set::SetKind;
use skeg_value::{Map, MapType, Value};
use support::{cases, files, json, text};

const CASES: &str = include_str!("recorded/values.jsonl");

#[test]
fn charts_see_the_values_that_helm_gives_them() {
    let mut failed = Vec::new();
    for (number, case) in cases(CASES).enumerate() {
        let mut log = Vec::new();
        let got = match run(&case, &mut log) {
            Ok(charts) => ("charts", charts.into()),
            Err(error) => ("error", Value::from(error)),
        };
        let mut lines: Vec<String> = log.iter().map(LogLine::to_string).collect();
        lines.sort();
        let got_log = json(&Value::strings(lines.iter().map(String::as_str)));
        for (key, got) in [(got.0, json(&got.1)), ("log", got_log)] {
            let want = case
                .get(key.as_bytes())
                .map_or_else(|| "none".to_owned(), |want| json(&want));
            if got != want {
                failed.push(format!("line {}: {key}\n  got  {got}\n  want {want}", number + 1));
            }
        }
    }
    assert!(failed.is_empty(), "{} differences\n{}", failed.len(), failed.join("\n"));
}

/// What `helm template` does before it runs templates.
fn run(case: &Map, log: &mut Vec<LogLine>) -> Result<Map, String> {
    let args = case.get(b"args").expect("every case has arguments");
    let sources = args.as_list().expect("a list").iter().map(source).collect();
    let user = Sources { sources }
        .merge(&mut |_| Err("no files".to_owned()))
        .map_err(|error| error.to_string())?;
    let mut chart = load::load_files(&files(case), log).map_err(|error| error.to_string())?;
    process::process(&mut chart, &user, log)
        .map_err(|error| format!("chart dependencies processing failed: {error}"))?;
    let values = coalesce(&chart, &user, Nulls::Delete, log).map_err(|error| error.to_string())?;
    let charts = Map::new();
    describe(&chart, &values, chart.name().to_owned(), &charts);
    Ok(charts)
}

fn source(arg: &Value) -> Source {
    let pair = arg.as_list().expect("flag and text").as_slice();
    let text = text(&pair[1]);
    let kind = match &*text_of_flag(&pair[0]) {
        "-f" => {
            return Source::File {
                name: "values.yaml".to_owned(),
                text: text.into(),
            };
        }
        "--set" => SetKind::Auto,
        "--set-string" => SetKind::String,
        "--set-json" => SetKind::Json,
        other => panic!("no such flag: {other}"),
    };
    Source::Set { kind, text }
}

fn text_of_flag(value: &Value) -> String {
    text(value)
}

/// By the name that a template of the chart has: its values, name and dependencies.
fn describe(chart: &Chart, values: &Map, path: String, out: &Map) {
    for subchart in &chart.dependencies {
        let section = values
            .get(subchart.name().as_bytes())
            .and_then(|section| section.as_map().cloned());
        describe(
            subchart,
            &section.unwrap_or_default(),
            format!("{path}/charts/{}", subchart.name()),
            out,
        );
    }
    if chart.is_library() {
        return;
    }
    let metadata = chart.metadata.to_template_value(false);
    let metadata = metadata.as_map().expect("a map");
    let seen = Map::new();
    seen.insert("d", metadata.get(b"Dependencies").expect("always there"));
    seen.insert("n", metadata.get(b"Name").expect("always there"));
    seen.insert("v", values.with_type(MapType::Any));
    out.insert(format!("{path}/templates/t.yaml"), seen);
}
