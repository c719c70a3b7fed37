//! A release as the commands show it: the block of lines after `status`, `install`, `upgrade` and `test`, the same with
//! everything for `get all`, and the JSON and YAML of it.
//!
//! Pure functions of a [`Record`]; what the cluster says of its objects comes along as [`Resources`].
//!
//! # Source
//! spec/lifecycle.md 1.6; layout and order by experiment with Helm 4.3.1.

use std::fmt::Write;

use skeg_chart::values::{Nulls, coalesce};
use skeg_funcs::dates::moment::{ANSIC, LocalZone, Moment};
use skeg_release::record::{Record, StoredChart, StoredHook, Time};
use skeg_value::{Map, Value};

use super::json::{self, Format};
use crate::error::CommandError;

/// The description of a release that was only rendered: its hooks and manifest are then shown.
const DRY_RUN: &str = "dry run complete";

/// What the cluster knows of a release's objects, in sections such as `v1/Deployment` or `v1/Pod(related)`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resources {
    /// In the order of the manifest, related pods after the first object that has some.
    pub sections: Vec<Section>,
}

/// One section.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Its heading.
    pub name: String,
    /// Objects and tables as the API server gave them.
    pub objects: Vec<serde_json::Value>,
}

/// How a release is shown.
#[derive(Clone, Debug)]
pub struct View<'v> {
    /// The release.
    pub record: &'v Record,
    /// What the cluster knows of its objects, as tables; only `status` asks.
    pub resources: Option<&'v Resources>,
    /// Whether chart and versions are told: `get all`.
    pub chart: bool,
    /// Whether values, hooks and manifest are shown: `get all`, and `--debug` of install and upgrade. Hooks and manifest
    /// are also shown after a dry run.
    pub everything: bool,
    /// Whether the notes are left out: `--hide-notes`, and always by `test`.
    pub hide_notes: bool,
    /// Whether to colour.
    pub color: bool,
    /// The zone of the machine.
    pub zone: LocalZone,
}

impl View<'_> {
    /// The lines, with the last line feed. Nothing of what the record lacks is made up: a release without a time has no
    /// `LAST DEPLOYED`, one without a chart empty values.
    ///
    /// # Errors
    /// Values that cannot be completed with the chart's.
    pub fn text(&self) -> Result<Vec<u8>, CommandError> {
        let record = self.record;
        let mut out = format!("NAME: {}\n", record.name);
        if !record.info.last_deployed.is_zero() {
            let deployed = moment(record.info.last_deployed, &self.zone).format(ANSIC);
            line(&mut out, format_args!("LAST DEPLOYED: {deployed}"));
        }
        let status = record.info.status.as_str();
        line(
            &mut out,
            format_args!("NAMESPACE: {}", colored_namespace(&record.namespace, self.color)),
        );
        line(
            &mut out,
            format_args!("STATUS: {}", colored_status(status, status, self.color)),
        );
        line(&mut out, format_args!("REVISION: {}", record.version));
        if self.chart {
            let head = record.chart.head();
            line(&mut out, format_args!("CHART: {}", head.name));
            line(&mut out, format_args!("VERSION: {}", head.version));
            line(&mut out, format_args!("APP_VERSION: {}", head.app_version));
        }
        line(&mut out, format_args!("DESCRIPTION: {}", record.info.description));
        if let Some(resources) = self.resources.filter(|resources| !resources.sections.is_empty()) {
            line(
                &mut out,
                format_args!("RESOURCES:\n{}", super::resources::tables(resources)),
            );
        }
        self.tests(&mut out);
        let mut out = out.into_bytes();
        if self.everything {
            out.extend_from_slice(b"USER-SUPPLIED VALUES:\n");
            out.append(&mut json::yaml_of(&user_values(record))?);
            out.extend_from_slice(b"\nCOMPUTED VALUES:\n");
            out.append(&mut json::yaml_of(&Value::Map(computed_values(record)?))?);
            out.push(b'\n');
        }
        if self.everything || record.info.description.eq_ignore_ascii_case(DRY_RUN) {
            out.extend_from_slice(format!("HOOKS:\n{}MANIFEST:\n{}\n", hooks(record), record.manifest).as_bytes());
        }
        if !self.hide_notes && !record.info.notes.is_empty() {
            out.extend_from_slice(format!("NOTES:\n{}\n", record.info.notes.trim()).as_bytes());
        }
        Ok(out)
    }

    /// What is known of the test hooks: those that never ran are not mentioned.
    fn tests(&self, out: &mut String) {
        let is_test = |hook: &&StoredHook| hook.events.iter().any(|event| event == "test");
        let tests: Vec<&StoredHook> = self.record.hooks.iter().filter(is_test).collect();
        if tests.is_empty() {
            line(out, format_args!("TEST SUITE: None"));
        }
        for hook in tests.iter().filter(|hook| !hook.last_run.started_at.is_zero()) {
            let shown = |time: Time| moment(time, &self.zone).format(ANSIC);
            line(out, format_args!("TEST SUITE:     {}", hook.name));
            line(out, format_args!("Last Started:   {}", shown(hook.last_run.started_at)));
            line(
                out,
                format_args!("Last Completed: {}", shown(hook.last_run.completed_at)),
            );
            line(out, format_args!("Phase:          {}", hook.last_run.phase.as_str()));
        }
    }

    /// What `-o` asks for: the lines, or [`json`](fn@json_text) of the release.
    ///
    /// `with_chart`: whether JSON and YAML include the chart, as after install and upgrade but not by `status`. `objects` go
    /// to `info.resources`.
    ///
    /// # Errors
    /// As [`View::text`].
    pub fn write(
        &self,
        format: Format,
        with_chart: bool,
        objects: Option<&Resources>,
    ) -> Result<Vec<u8>, CommandError> {
        match format {
            Format::Table => self.text(),
            _ => json::write(&json_text(self.record, with_chart, objects), format),
        }
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
    out.push('\n');
}

/// A release as one line of JSON, without line feed.
pub fn json_text(record: &Record, with_chart: bool, resources: Option<&Resources>) -> String {
    let bare;
    let record = if with_chart {
        record
    } else {
        bare = Record {
            chart: StoredChart::default(),
            ..record.clone()
        };
        &bare
    };
    let text = String::from_utf8_lossy(&record.to_json()).into_owned();
    let Some(resources) = resources.filter(|resources| !resources.sections.is_empty()) else {
        return text;
    };
    let mut sections: Vec<&Section> = resources.sections.iter().collect();
    sections.sort_by(|a, b| a.name.cmp(&b.name));
    let sections = sections.into_iter().fold(json::ObjectText::new(), |object, section| {
        let objects: Vec<String> = section.objects.iter().map(json::object).collect();
        object.raw(&section.name, &json::list(&objects))
    });
    // They are never stored, so the record's own writer does not know them: they are the last field of `info`.
    let info = Record {
        info: record.info.clone(),
        ..Record::default()
    };
    let info = String::from_utf8_lossy(&info.to_json()).into_owned();
    let info = info.trim_start_matches('{').trim_end_matches('}');
    let Some(end) = text.find(info).map(|start| start + info.len()) else {
        return text;
    };
    let comma = if info.ends_with('{') { "" } else { "," };
    format!(
        "{}{comma}\"resources\":{}{}",
        &text[..end],
        sections.end(),
        &text[end..]
    )
}

/// The hooks, each with `---` and where it comes from before it.
pub fn hooks(record: &Record) -> String {
    let shown = |hook: &StoredHook| format!("---\n# Source: {}\n{}\n", hook.path, hook.manifest);
    record.hooks.iter().map(shown).collect()
}

/// The values that the user gave; `Null` where there are none.
pub fn user_values(record: &Record) -> Value {
    record.config.as_ref().map_or(Value::Null, |config| config.value())
}

/// The user's values completed with the chart's. The chart's subcharts are not stored; their defaults are in its values.
///
/// # Errors
/// Values that do not fit.
pub fn computed_values(record: &Record) -> Result<Map, CommandError> {
    let values = user_values(record).as_map().cloned().unwrap_or_default();
    let chart = skeg_chart::Chart {
        metadata: record.chart.metadata(),
        values: record.chart.values(),
        ..skeg_chart::Chart::default()
    };
    coalesce(&chart, &values, Nulls::Delete, &mut Vec::new()).map_err(|error| CommandError::new(error.to_string()))
}

/// A time of a record as Go shows it.
pub fn moment(time: Time, zone: &LocalZone) -> Moment {
    Moment::parse(&time.to_string(), zone).unwrap_or_else(Moment::zero)
}

/// `NAME-VERSION` of a chart; `MISSING` where the record has none.
pub fn chart_name(name: &str, version: &str) -> String {
    if name.is_empty() && version.is_empty() {
        return "MISSING".to_owned();
    }
    format!("{name}-{version}")
}

/// `text` in the colour of a state: green where all is well, red where it is not, yellow on the way.
pub fn colored_status(text: &str, status: &str, color: bool) -> String {
    let code = match status {
        _ if !color => return text.to_owned(),
        "deployed" => 32,
        "failed" | "unknown" => 31,
        "pending-install" | "pending-upgrade" | "pending-rollback" | "uninstalling" => 33,
        _ => return text.to_owned(),
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// A namespace in its colour.
pub fn colored_namespace(namespace: &str, color: bool) -> String {
    if color {
        format!("\u{1b}[36m{namespace}\u{1b}[0m")
    } else {
        namespace.to_owned()
    }
}

/// A heading of a table.
pub fn colored_heading(text: &str, color: bool) -> String {
    if color {
        format!("\u{1b}[1m{text}\u{1b}[22m")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests;
