//! values.schema.json: checking values against JSON Schema, with Helm's messages.
//!
//! In: a chart's values and its schema's text; out: Helm's report of everything that does not fit. Drafts 4, 6, 7,
//! 2019-09 and 2020-12. A schema is checked against the schema of its draft first, as Helm does. Documents that a schema
//! refers to come through a callback, which gets their URL.
//!
//! `node` holds JSON, `roots` documents and the places in them, `compile` makes `compiled` schemas of those, `validate`
//! checks values, `failure` prints what it found. Written here because messages and their tree must be Helm's (those of
//! santhosh-tekuri/jsonschema 6.0.3), which no crate yields.
//!
//! # Source
//! spec/rendering.md 4.6.

mod compile;
mod compiled;
mod draft;
mod failure;
mod format;
mod node;
mod number;
mod place;
mod plain;
mod roots;
mod validate;

use skeg_value::{Map, Value};

use crate::chart::Chart;
use crate::error::ChartError;
use crate::log::LogLine;
use compile::Compiler;
use node::Node;
use roots::Outside;

/// Yields the text of the document at a `file:`, `http:` or `https:` URL.
pub type Load<'l> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'l;

/// The URL that a chart's schema has.
const OWN_URL: &str = "file:///values.schema.json";

/// Checks the coalesced values of a chart and of all its subcharts against their schemas.
///
/// `load` is asked for other documents; its errors are printed after `failing loading "URL": `.
///
/// # Errors
/// Helm's report of all failures, `values don't meet the specifications …`.
pub fn validate_all(
    chart: &Chart,
    values: &Map,
    load: &mut Load<'_>,
    log: &mut Vec<LogLine>,
) -> Result<(), ChartError> {
    let mut report = String::new();
    check(chart, values, load, log, &mut report);
    if report.is_empty() {
        return Ok(());
    }
    let text = "values don't meet the specifications of the schema(s) in the following chart(s):\n";
    Err(ChartError::Values(format!("{text}{report}")))
}

fn check(chart: &Chart, values: &Map, load: &mut Load<'_>, log: &mut Vec<LogLine>, report: &mut String) {
    if let Some(schema) = &chart.schema
        && let Err(failures) = validate(schema.data(), &values.clone().into(), load, log)
    {
        report.push_str(&format!("{}:\n{failures}", chart.name()));
    }
    for subchart in &chart.dependencies {
        match values.get(subchart.name().as_bytes()) {
            None | Some(Value::Null) => {}
            Some(Value::Map(section)) => check(subchart, &section, load, log, report),
            Some(other) => report.push_str(&format!(
                "{}:\ninvalid type for values: expected object (map), got {}\n",
                subchart.name(),
                other.type_name()
            )),
        }
    }
}

/// Checks a value against one schema.
///
/// # Errors
/// Lines of the form `- at '/a': got number, want string`, the last one ended by a newline; or, where the schema itself
/// is wrong, why, without a newline at its end.
pub fn validate(schema: &[u8], value: &Value, load: &mut Load<'_>, log: &mut Vec<LogLine>) -> Result<(), String> {
    let document = Node::parse(schema)?;
    let mut compiler = Compiler::new(Outside { load, log });
    compiler.add_document(OWN_URL, document);
    let schema = compiler.compile(OWN_URL)?;
    validate::validate_value(&compiler, schema, &Node::of_value(value)?)
        .map_err(|failures| format!("{}\n", failures.trim_start_matches('\n')))
}
