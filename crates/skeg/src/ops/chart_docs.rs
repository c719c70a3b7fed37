//! `docs CHART…`: the table of values in a chart's README, and a schema for them, out of the comments of values.yaml.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use skeg_author::docs::{Setting, Values, readme, schema, table};
use skeg_chart::Metadata;
use skeg_value::json::{self, JsonStyle};
use skeg_value::{List, Map, Value};

use crate::error::{CommandError, go_text};
use crate::output::Output;

/// Where the documentation goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Into the chart's files.
    #[default]
    Files,
    /// To standard output, the table.
    Markdown,
    /// To standard output, the settings as JSON.
    Json,
    /// To standard output, the schema.
    Schema,
}

/// What `docs CHART…` was asked for.
#[derive(Clone, Debug, Default)]
pub struct ChartDocsOptions {
    /// Folders of charts.
    pub charts: Vec<String>,
    /// `--check`: change nothing, fail where something would change.
    pub check: bool,
    /// `--schema`: write values.schema.json too.
    pub schema: bool,
    /// `--output`.
    pub format: Format,
}

/// Writes, checks or prints the documentation of each chart.
///
/// # Errors
/// A chart without readable Chart.yaml or values.yaml, a wrong comment, a README without a place for the table, a file that
/// cannot be written; with `check`, the files that are not what the comments say.
pub fn run(options: &ChartDocsOptions, out: &mut Output) -> Result<(), CommandError> {
    let mut stale = Vec::new();
    for chart in &options.charts {
        let folder = Path::new(chart);
        let metadata = metadata(folder)?;
        let values_file = folder.join("values.yaml");
        let text = read(&values_file)?.ok_or_else(|| {
            CommandError::new(format!(
                "{} is missing: there is nothing to document",
                values_file.display()
            ))
        })?;
        let wrong = |error: &dyn std::fmt::Display| CommandError::new(format!("{}: {error}", values_file.display()));
        let values = Values::parse(text.as_bytes()).map_err(|error| wrong(&error))?;
        let settings = values.settings();
        match options.format {
            Format::Markdown => out.print(table::markdown(&settings)),
            Format::Json => out.print(listed(&metadata, &settings)),
            Format::Schema => out.print(schema::of(&values, &metadata)),
            Format::Files => {
                let path = folder.join("README.md");
                let text = with_table(&path, &metadata, &table::markdown(&settings))?;
                put(&path, &text, options.check, &mut stale, out)?;
                if options.schema {
                    let text = schema::of(&values, &metadata);
                    put(
                        &folder.join("values.schema.json"),
                        &text,
                        options.check,
                        &mut stale,
                        out,
                    )?;
                }
            }
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(CommandError::new(format!(
        "not what the comments of values.yaml say: {}; run the command without --check and commit what it writes",
        stale.join(", ")
    )))
}

fn metadata(folder: &Path) -> Result<Metadata, CommandError> {
    let path = folder.join("Chart.yaml");
    let text =
        read(&path)?.ok_or_else(|| CommandError::new(format!("{} is missing: no chart is here", path.display())))?;
    Metadata::decode_as(text.as_bytes(), "v2.Metadata")
        .map_err(|reason| CommandError::new(format!("{}: {reason}", path.display())))
}

/// The README with the new table; a new one where there is none.
fn with_table(path: &Path, metadata: &Metadata, table: &str) -> Result<String, CommandError> {
    let Some(text) = read(path)? else {
        return Ok(readme::new(&metadata.name, &metadata.description, table));
    };
    readme::with_table(&text, table).ok_or_else(|| {
        CommandError::new(format!(
            "{} has no place for the table: put the lines {} and {} where it belongs",
            path.display(),
            readme::BEGIN,
            readme::END
        ))
    })
}

/// A file's text; none where there is no file.
fn read(path: &Path) -> Result<Option<String>, CommandError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CommandError::new(format!(
            "open {}: {}",
            path.display(),
            go_text(&error)
        ))),
    }
}

/// Writes a file that is not yet so, or notes that it is not.
fn put(path: &Path, text: &str, check: bool, stale: &mut Vec<String>, out: &mut Output) -> Result<(), CommandError> {
    if read(path)?.is_some_and(|there| there == text) {
        return Ok(());
    }
    if check {
        stale.push(path.display().to_string());
        return Ok(());
    }
    // Written beside and moved, so that nobody ever finds half a file.
    let beside: PathBuf = path.with_extension(format!("tmp{}", std::process::id()));
    fs::write(&beside, text)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| {
            let _ = fs::remove_file(&beside);
            CommandError::new(format!("write {}: {}", path.display(), go_text(&error)))
        })?;
    out.line(format!("wrote {}", path.display()));
    Ok(())
}

/// The settings for programs.
fn listed(metadata: &Metadata, settings: &[Setting]) -> Vec<u8> {
    let rows = settings.iter().map(|setting| {
        let row = Map::new();
        row.insert("path", setting.path.as_str());
        row.insert("type", setting.kind.as_str());
        row.insert("description", setting.description.as_str());
        row.insert("section", setting.section.as_str());
        row.insert("line", Value::int(setting.line as i64));
        match &setting.default {
            skeg_author::docs::Default::Json(text) => {
                row.insert("default", json::decode(text.as_bytes()).unwrap_or(Value::Null));
            }
            skeg_author::docs::Default::Words(words) => {
                row.insert("defaultText", words.as_str());
            }
        }
        Value::Map(row)
    });
    let root = Map::new();
    root.insert("chart", metadata.name.as_str());
    root.insert("settings", Value::List(List::new(rows.collect())));
    let mut text = Vec::new();
    // Everything in it came from YAML that JSON can hold.
    let _ = json::encode(&Value::Map(root), &mut text, JsonStyle::Pretty2, false);
    text.push(b'\n');
    text
}
