//! `get all|hooks|manifest|metadata|notes|values`: parts of a stored revision.
//!
//! # Source
//! spec/lifecycle.md 1.6; Helm 4.3.1 by experiment.

use std::collections::BTreeMap;

use skeg_funcs::dates::moment::RFC3339;
use skeg_release::record::{ApplyMethod, Record, labels};
use skeg_value::Value;

use super::scope;
use super::store::{Store, local_zone};
use crate::error::CommandError;
use crate::output::Output;
use crate::output::json::{self, Format, ObjectText};
use crate::output::release::{self, View, moment};
use crate::settings::Settings;

/// Which part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everything; with a Go template, what that makes of it.
    All {
        /// The template; empty for none.
        template: String,
    },
    /// The hooks.
    Hooks,
    /// The manifest.
    Manifest,
    /// Name, chart, state.
    Metadata(Format),
    /// The notes.
    Notes,
    /// The values.
    Values {
        /// Those of the chart too.
        all: bool,
        /// In which form.
        format: Format,
    },
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct GetOptions {
    /// The release.
    pub name: String,
    /// The revision; the newest below 1.
    pub revision: i64,
    /// Which part of it.
    pub part: Part,
}

/// Prints the part.
///
/// # Errors
/// The release cannot be read, or the template fails.
pub fn run(options: &GetOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let store = Store::open(settings)?;
    let record = store.record(&options.name, options.revision, out)?;
    match &options.part {
        Part::All { template } if !template.is_empty() => scope::print(&record, template, settings, out)?,
        Part::All { .. } => {
            let view = View {
                record: &record,
                resources: None,
                chart: true,
                everything: true,
                hide_notes: false,
                color: out.colors_out(),
                zone: local_zone(settings),
            };
            out.print(view.text()?);
        }
        Part::Hooks => out.print(release::hooks(&record)),
        Part::Manifest => out.line(&record.manifest),
        Part::Metadata(format) => out.print(metadata(&record, options.revision > 0, *format, settings)?),
        Part::Notes if record.info.notes.is_empty() => {}
        Part::Notes => out.print(format!("NOTES:\n{}\n", record.info.notes)),
        Part::Values { all, format } => out.print(values(&record, *all, *format)?),
    }
    Ok(())
}

fn values(record: &Record, all: bool, format: Format) -> Result<Vec<u8>, CommandError> {
    let values = if all {
        Value::Map(release::computed_values(record)?)
    } else {
        release::user_values(record)
    };
    if format == Format::Json {
        return json::line_of(&values);
    }
    let mut text = Vec::new();
    if format == Format::Table {
        let heading: &[u8] = if all {
            b"COMPUTED VALUES:\n"
        } else {
            b"USER-SUPPLIED VALUES:\n"
        };
        text.extend_from_slice(heading);
    }
    text.append(&mut json::yaml_of(&values)?);
    Ok(text)
}

/// Helm shows all labels of the stored object, but where a revision is named only the user's own.
fn metadata(record: &Record, by_revision: bool, format: Format, settings: &Settings) -> Result<Vec<u8>, CommandError> {
    let chart = record.chart.metadata();
    let labels = if by_revision {
        labels::custom(&record.labels)
    } else {
        record.labels.clone()
    };
    let annotations: BTreeMap<String, String> = chart.annotations.clone().unwrap_or_default().into_iter().collect();
    let deployed = moment(record.info.last_deployed, &local_zone(settings)).format(RFC3339);
    let status = record.info.status.as_str();
    if format != Format::Table {
        let dependencies = (!chart.dependencies.is_empty()).then(|| {
            let mut text = Vec::new();
            skeg_chart::lock::go_json(&chart.dependencies, &mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let map = |map: &BTreeMap<String, String>| (!map.is_empty()).then(|| json::pairs(map));
        let method = record.apply_method.as_ref().map(|method| json::string(method.as_str()));
        let text = ObjectText::new()
            .text("name", &record.name)
            .text("chart", &chart.name)
            .text("version", &chart.version)
            .text("appVersion", &chart.app_version)
            .maybe("annotations", map(&annotations))
            .maybe("labels", map(&labels))
            .maybe("dependencies", dependencies)
            .text("namespace", &record.namespace)
            .number("revision", record.version)
            .text("status", status)
            .text("deployedAt", &deployed)
            .maybe("applyMethod", method)
            .end();
        return json::write(&text, format);
    }
    let joined = |map: &BTreeMap<String, String>| {
        let pairs: Vec<String> = map.iter().map(|(key, value)| format!("{key}={value}")).collect();
        pairs.join(",")
    };
    let mut dependencies: Vec<&str> = chart.dependencies.iter().flatten().map(|d| d.name.as_str()).collect();
    dependencies.sort_unstable();
    let method = match &record.apply_method {
        None => "client-side apply (defaulted)".to_owned(),
        Some(ApplyMethod::ClientSide) => "client-side apply".to_owned(),
        Some(ApplyMethod::ServerSide) => "server-side apply".to_owned(),
        Some(ApplyMethod::Other(word)) => format!("unknown ({word:?})"),
    };
    let lines = [
        ("NAME", record.name.clone()),
        ("CHART", chart.name.clone()),
        ("VERSION", chart.version.clone()),
        ("APP_VERSION", chart.app_version.clone()),
        ("ANNOTATIONS", joined(&annotations)),
        ("LABELS", joined(&labels)),
        ("DEPENDENCIES", dependencies.join(",")),
        ("NAMESPACE", record.namespace.clone()),
        ("REVISION", record.version.to_string()),
        ("STATUS", status.to_owned()),
        ("DEPLOYED_AT", deployed),
        ("APPLY_METHOD", method),
    ];
    Ok(lines
        .map(|(name, value)| format!("{name}: {value}\n"))
        .concat()
        .into_bytes())
}
