//! Dependencies made ready for rendering: which are enabled, under which names, and what they lend to their parents.
//!
//! # Source
//! spec/rendering.md 5.4.

use skeg_value::{Map, Value};

use crate::capabilities::is_compatible;
use crate::chart::Chart;
use crate::error::ChartError;
use crate::log::LogLine;
use crate::metadata::Dependency;
use crate::values::coalesce::{coalesce_shared, merge_tables};
use crate::values::{Nulls, coalesce, path};

/// Removes disabled subcharts, applies aliases, and takes over imported values, in the chart itself.
///
/// `values`: what the user gave; left as it is.
///
/// # Errors
/// `type mismatch on sub: …`, as from [`coalesce`].
pub fn process(chart: &mut Chart, values: &Map, log: &mut Vec<LogLine>) -> Result<(), ChartError> {
    enable(chart, values, "", log)?;
    import_all(chart, log)
}

/// Declared dependencies that are not among the loaded charts, by name.
pub fn missing(chart: &Chart) -> Vec<&str> {
    let is_there = |name: &str| chart.dependencies.iter().any(|found| found.name() == name);
    chart
        .metadata
        .declared()
        .map(|dependency| dependency.name.as_str())
        .filter(|name| !is_there(name))
        .collect()
}

fn matches(found: &Chart, declared: &Dependency) -> bool {
    found.name() == declared.name && is_compatible(&declared.version, &found.metadata.version)
}

fn enable(chart: &mut Chart, values: &Map, prefix: &str, log: &mut Vec<LogLine>) -> Result<(), ChartError> {
    if chart.metadata.dependencies.is_empty() {
        return Ok(());
    }
    let found = std::mem::take(&mut chart.dependencies);
    let (undeclared, declared): (Vec<Chart>, Vec<Chart>) = found
        .into_iter()
        .partition(|found| !chart.metadata.declared().any(|declared| matches(found, declared)));
    chart.dependencies = undeclared;
    for dependency in chart.metadata.dependencies.iter_mut().flatten() {
        if let Some(found) = declared.iter().find(|found| matches(found, dependency)) {
            let mut used = found.clone();
            if !dependency.alias.is_empty() {
                used.metadata.name.clone_from(&dependency.alias);
            }
            chart.dependencies.push(used);
        }
        if !dependency.alias.is_empty() {
            dependency.name.clone_from(&dependency.alias);
        }
        dependency.enabled = true;
    }
    let values = coalesce_shared(chart, values, Nulls::Delete, log)?;
    for dependency in chart.metadata.dependencies.iter_mut().flatten() {
        apply_tags(dependency, &values, log);
    }
    for dependency in chart.metadata.dependencies.iter_mut().flatten() {
        apply_condition(dependency, &values, prefix, log);
    }
    let disabled: Vec<String> = chart
        .metadata
        .declared()
        .filter(|dependency| !dependency.enabled)
        .map(|d| d.name.clone())
        .collect();
    chart
        .dependencies
        .retain(|subchart| !disabled.iter().any(|name| name == subchart.name()));
    chart
        .metadata
        .dependencies
        .retain(|d| d.as_ref().is_none_or(|d| !disabled.contains(&d.name)));
    for subchart in &mut chart.dependencies {
        let prefix = format!("{prefix}{}.", subchart.name());
        enable(subchart, &values, &prefix, log)?;
    }
    Ok(())
}

/// Enabled where one of its tags is true or none is set; disabled where all that are set are false.
fn apply_tags(dependency: &mut Dependency, values: &Map, log: &mut Vec<LogLine>) {
    let Ok(tags) = path::table(values, "tags") else { return };
    let (mut any_true, mut any_false) = (false, false);
    for tag in &dependency.tags {
        match tags.get(tag.as_bytes()) {
            None => {}
            Some(Value::Bool(true)) => any_true = true,
            Some(Value::Bool(false)) => any_false = true,
            Some(_) => {
                log.push(LogLine::warn(
                    "returned non-bool value",
                    &[("tag", tag), ("chart", &dependency.name)],
                ));
            }
        }
    }
    dependency.enabled = any_true || !any_false;
}

/// The first path of the condition that holds a boolean decides.
fn apply_condition(dependency: &mut Dependency, values: &Map, prefix: &str, log: &mut Vec<LogLine>) {
    for condition in dependency
        .condition
        .trim()
        .split(',')
        .filter(|condition| !condition.is_empty())
    {
        match path::scalar(values, &format!("{prefix}{condition}")) {
            None => {}
            Some(Value::Bool(enabled)) => {
                dependency.enabled = enabled;
                return;
            }
            Some(_) => {
                log.push(LogLine::warn(
                    "returned non-bool value",
                    &[("path", condition), ("chart", &dependency.name)],
                ));
            }
        }
    }
}

fn import_all(chart: &mut Chart, log: &mut Vec<LogLine>) -> Result<(), ChartError> {
    for subchart in &mut chart.dependencies {
        import_all(subchart, log)?;
    }
    if chart.metadata.dependencies.is_empty() {
        return Ok(());
    }
    let lends_nothing = |dependency: &Dependency| dependency.import_values.is_empty();
    if chart.metadata.declared().all(lends_nothing) {
        // Shared with the subcharts' defaults; who changes them next looks after that.
        chart.values = coalesce_shared(chart, &Map::new(), Nulls::Keep, log)?;
        return Ok(());
    }
    let values = coalesce(chart, &Map::new(), Nulls::Keep, log)?;
    let imported = Map::new();
    for dependency in chart.metadata.dependencies.iter_mut().flatten() {
        let normalised = dependency
            .import_values
            .iter()
            .filter_map(|wanted| import(&dependency.name, wanted, &values, &imported, log));
        dependency.import_values = normalised.collect();
    }
    if imported.is_empty() {
        chart.values = values;
        return Ok(());
    }
    // What was imported shares maps with these values.
    let values = values.deep_clone();
    merge_tables(&values, &imported, log);
    chart.values = values;
    Ok(())
}

/// Takes over one table of a subchart; the entry in the form in which templates see it afterwards.
fn import(name: &str, wanted: &Value, values: &Map, imported: &Map, log: &mut Vec<LogLine>) -> Option<Value> {
    let text_of = |value: Option<Value>| value.map_or_else(|| "<nil>".to_owned(), |v| crate::values::plain(&v));
    let (child, parent, is_map) = match wanted {
        Value::Map(map) => (text_of(map.get(b"child")), text_of(map.get(b"parent")), true),
        Value::String(text) => (format!("exports.{text}"), ".".to_owned(), false),
        _ => return None,
    };
    let place = format!("{name}.{child}");
    match path::table(values, &place) {
        Ok(table) => merge_tables(imported, &path::nest(&parent, table), log),
        Err(part) => {
            let error = format!("{part:?} is not a table");
            if is_map {
                log.push(LogLine::warn(
                    "ImportValues missing table from chart",
                    &[("chart", name), ("error", &error)],
                ));
            } else {
                log.push(LogLine::warn("ImportValues missing table", &[("error", &error)]));
            }
        }
    }
    let entry = Map::new();
    entry.insert("child", child);
    entry.insert("parent", parent);
    Some(entry.into())
}
