//! values.schema.json: checking values against JSON Schema, with Helm's messages.
//!
//! In: a chart's values and its schema's text; out: Helm's report of everything that does not fit. Drafts 4, 6, 7,
//! 2019-09 and 2020-12. A schema is checked against the schema of its draft first, as Helm does. Documents that a schema
//! refers to come through a callback, which gets their URL.
//!
//! `node` holds JSON, `roots` documents and the places in them, `compile` makes `compiled` schemas of those, `validate`
//! checks values, `quick` sees without all that what fits a plain schema, `failure` prints what it found. Written here because messages and their tree must be Helm's (those of
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
mod quick;
mod roots;
mod validate;

use skeg_value::{Map, Value};

use crate::chart::Chart;
use crate::error::ChartError;
use crate::files::ChartFile;
use crate::log::LogLine;
use compile::{Compiled, Compiler};
use compiled::Id;
use node::Node;
use quick::Quick;
use roots::Outside;

/// Yields the text of the document at a `file:`, `http:` or `https:` URL.
pub type Load<'l> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'l;

/// The URL that a chart's schema has.
const OWN_URL: &str = "file:///values.schema.json";

/// A schema that is ready to check values. Preparing it is most of the work, and can be done on another thread.
pub struct Prepared(Kind);

enum Kind {
    /// Compiled when a value comes that may not fit.
    Quick(Quick),
    Full(Full),
}

/// A compiled schema.
struct Full {
    compiled: Result<(Compiled, Id), String>,
    log: Vec<LogLine>,
}

impl Prepared {
    /// Reads a schema and all that it refers to. What is wrong with it comes out when values are checked.
    ///
    /// `load` is asked for other documents; its errors are printed after `failing loading "URL": `.
    pub fn new(schema: &[u8], load: &mut Load<'_>) -> Self {
        let document = match Node::parse(schema) {
            Ok(document) => document,
            Err(reason) => {
                return Prepared(Kind::Full(Full {
                    compiled: Err(reason),
                    log: Vec::new(),
                }));
            }
        };
        Prepared(match Quick::new(document) {
            Ok(quick) => Kind::Quick(quick),
            Err(document) => Kind::Full(Full::new(document, load)),
        })
    }

    /// Checks a value. `log` receives what preparing had to say, unless it is there already.
    ///
    /// # Errors
    /// Lines of the form `- at '/a': got number, want string`, the last one ended by a newline; or, where the schema itself
    /// is wrong, why, without a newline at its end.
    pub fn check(&self, value: &Value, log: &mut Vec<LogLine>) -> Result<(), String> {
        match &self.0 {
            Kind::Quick(quick) if quick.fits(value) => Ok(()),
            // It refers to nothing outside of itself.
            Kind::Quick(quick) => {
                Full::new(quick.document().clone(), &mut |_| Err("no other document".to_owned())).check(value)
            }
            Kind::Full(full) => {
                for line in &full.log {
                    if !log.contains(line) {
                        log.push(line.clone());
                    }
                }
                full.check(value)
            }
        }
    }
}

impl Full {
    fn new(document: Node, load: &mut Load<'_>) -> Full {
        let mut log = Vec::new();
        let mut compiler = Compiler::new(Outside { load, log: &mut log });
        compiler.add_document(OWN_URL, document);
        let compiled = compiler.compile(OWN_URL).map(|schema| (compiler.finished(), schema));
        Full { compiled, log }
    }

    fn check(&self, value: &Value) -> Result<(), String> {
        let (compiled, schema) = self.compiled.as_ref().map_err(String::clone)?;
        validate::validate_value(compiled, *schema, &Node::of_value(value)?)
            .map_err(|failures| format!("{}\n", failures.trim_start_matches('\n')))
    }
}

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
    let check =
        &mut |schema: &ChartFile, value: &Value, log: &mut Vec<LogLine>| validate(schema.data(), value, load, log);
    validate_with(chart, values, check, log)
}

/// Checks a value against a chart's schema, as [`Prepared::check`] does.
pub type Check<'c> = dyn FnMut(&ChartFile, &Value, &mut Vec<LogLine>) -> Result<(), String> + 'c;

/// The same, with schemas that the caller keeps.
///
/// # Errors
/// As [`validate_all`].
pub fn validate_with(
    chart: &Chart,
    values: &Map,
    check: &mut Check<'_>,
    log: &mut Vec<LogLine>,
) -> Result<(), ChartError> {
    let mut report = String::new();
    descend(chart, values, check, log, &mut report);
    if report.is_empty() {
        return Ok(());
    }
    let text = "values don't meet the specifications of the schema(s) in the following chart(s):\n";
    Err(ChartError::Values(format!("{text}{report}")))
}

fn descend(chart: &Chart, values: &Map, check: &mut Check<'_>, log: &mut Vec<LogLine>, report: &mut String) {
    if let Some(schema) = &chart.schema
        && let Err(failures) = check(schema, &values.clone().into(), log)
    {
        report.push_str(&format!("{}:\n{failures}", chart.name()));
    }
    for subchart in &chart.dependencies {
        match values.get(subchart.name().as_bytes()) {
            None | Some(Value::Null) => {}
            Some(Value::Map(section)) => descend(subchart, &section, check, log, report),
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
/// As [`Prepared::check`].
pub fn validate(schema: &[u8], value: &Value, load: &mut Load<'_>, log: &mut Vec<LogLine>) -> Result<(), String> {
    Prepared::new(schema, load).check(value, log)
}
