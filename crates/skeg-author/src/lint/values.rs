//! Rules for values.yaml.

use skeg_value::{Map, yaml};

use super::{Entry, Options, Report, Severity, Subject};

const FILE: &str = "values.yaml";

pub(super) fn check(subject: &Subject, options: &Options<'_>, report: &mut Report) {
    let text = match &subject.values_yaml {
        Entry::Found(text) => text,
        Entry::Absent => return report.add(Severity::Info, FILE, "file does not exist"),
        Entry::WrongSort => {
            return report.error(
                FILE,
                format!("unable to parse YAML: read {}/{FILE}: is a directory", subject.path),
            );
        }
    };
    let defaults = match yaml::decode(text) {
        Ok(value) => value,
        Err(error) => return report.error(FILE, format!("unable to parse YAML: {error}")),
    };
    let defaults = match defaults {
        skeg_value::Value::Null => Map::new(),
        skeg_value::Value::Map(map) => map,
        other => {
            let error = yaml::mismatch(&other, "", "common.Values");
            return report.error(FILE, format!("unable to parse YAML: {error}"));
        }
    };
    let Some(schema) = subject
        .schema
        .as_ref()
        .filter(|schema| !schema.is_empty() && !options.skip_schema_validation)
    else {
        return;
    };
    let values = options.values.deep_clone();
    skeg_chart::values::coalesce::complete(&values, &defaults, &mut report.log);
    if let Err(message) = (options.check_schema)(schema, &values) {
        report.error(FILE, message);
    }
}
