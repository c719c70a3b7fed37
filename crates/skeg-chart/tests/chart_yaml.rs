//! Chart.yaml files and what Helm 4.3.1 said of them: the `.Chart` of templates (without what is empty) or the error
//! (spec 3.1, 4.1, 4.2).

mod support;

use skeg_chart::{ChartFile, load};
use skeg_value::{List, Map, Value};
use support::{cases, json, text};

const CASES: &str = include_str!("recorded/chart_yaml.jsonl");

#[test]
fn metadata_reads_as_helm_reads_it() {
    let mut failed = Vec::new();
    for case in cases(CASES) {
        let yaml = text(&case.get(b"chart_yaml").expect("every case has one"));
        let (key, got) = match run(&yaml) {
            Ok(chart) => ("chart", json(&chart)),
            Err(error) => ("error", json(&error.into())),
        };
        let want = case
            .get(key.as_bytes())
            .map_or_else(|| format!("{case:?}"), |want| json(&want));
        if got != want {
            failed.push(format!("{yaml:?}\n  got  {got}\n  want {want}"));
        }
    }
    assert!(failed.is_empty(), "{} differences\n{}", failed.len(), failed.join("\n"));
}

fn run(yaml: &str) -> Result<Value, String> {
    load::check_version(yaml.as_bytes()).map_err(|error| error.to_string())?;
    let file = ChartFile::new("Chart.yaml", yaml.as_bytes(), None);
    let chart = load::load_files(&[file], &mut Vec::new()).map_err(|error| error.to_string())?;
    if chart.metadata.api_version == "v3" {
        // Said by those who render or package.
        return Err("invalid chart apiVersion".to_owned());
    }
    let all = chart.metadata.to_template_value(true);
    let said: Map = all
        .as_map()
        .expect("a map")
        .snapshot()
        .into_iter()
        .filter(|(key, value)| says_something(key, value))
        .collect();
    Ok(said.into())
}

fn says_something(key: &[u8], value: &Value) -> bool {
    key != b"IsRoot"
        && match value {
            Value::Bool(b) => *b,
            Value::String(text) => !text.is_empty(),
            Value::List(items) => !List::is_empty(items),
            Value::Map(map) => !map.is_nil(),
            _ => true,
        }
}
