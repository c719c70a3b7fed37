//! The steps that all operations on charts share: finding the chart, reading the values, saying what was noticed.

use std::io::Read;
use std::path::Path;

use skeg_chart::files::ChartFile;
use skeg_chart::values::{Source, Sources};
use skeg_chart::{Chart, Level as ChartLevel, LogLine, schema};
use skeg_fetch::Loaded;
use skeg_fetch::directory::LateErrors;
use skeg_render::Ahead;
use skeg_value::set::SetKind;
use skeg_value::url::Url;
use skeg_value::{Map, Str};

use super::chart_ref::ChartPathOptions;
use super::schemas::Schemas;
use super::values::ValueOptions;
use super::verify;
use crate::error::{CommandError, go_text};
use crate::output::Output;
use crate::output::log::Level;
use crate::output::quote::go_quote;

/// The path of a chart on this machine.
///
/// # Errors
/// Helm's message for a path that is not there, or, with `--verify`, for an archive whose signature is missing or false;
/// a clear refusal of references that need the network.
pub fn locate(name: &str, options: &ChartPathOptions) -> Result<String, CommandError> {
    if options.repo_url.is_empty() && Path::new(name).exists() {
        let path = std::path::absolute(name).map_err(|error| CommandError::new(go_text(&error)))?;
        let path = crate::settings::paths::clean(&path.to_string_lossy());
        if options.verify {
            verify::archive(&path, &options.keyring)?;
        }
        return Ok(path);
    }
    if name.starts_with('/') || name.starts_with('.') {
        return Err(CommandError::new(format!("path {} not found", go_quote(name))));
    }
    if !options.repo_url.is_empty() || name.contains("://") {
        let place = if options.repo_url.is_empty() {
            name
        } else {
            &options.repo_url
        };
        return Err(CommandError::new(format!(
            "cannot fetch {place}: this version of skeg reads charts from folders and archives only; fetch the chart first"
        )));
    }
    match name.split_once('/') {
        Some((repository, _)) => Err(CommandError::new(format!("repo {repository} not found"))),
        None => Err(CommandError::new(format!(
            "non-absolute URLs should be in form of repo_name/path_to_chart, got: {name}"
        ))),
    }
}

/// Loads a chart for rendering and prints what Helm says while loading. Its files are read when they are looked at:
/// [`settled`] tells whether that went well. `ahead` begins to read and parse templates and schemas meanwhile.
///
/// # Errors
/// Helm's message for a broken chart.
pub fn load(path: &str, ahead: &Ahead, schemas: &Schemas, out: &mut Output) -> Result<Loaded, CommandError> {
    let found = &mut |file: &ChartFile| {
        ahead.offer(file);
        schemas.offer(file, ahead);
    };
    let loaded =
        skeg_fetch::load::load_late(Path::new(path), found).map_err(|error| CommandError::new(error.to_string()))?;
    log_all(&loaded.log, out);
    schemas.offer_subcharts(&loaded.chart, ahead);
    Ok(loaded)
}

/// Makes sure that all files that were read late could be read, before anything made of them is printed.
///
/// # Errors
/// The first file that could not, with the reason.
pub fn settled(late: &LateErrors) -> Result<(), CommandError> {
    late.check().map_err(|error| CommandError::new(error.to_string()))
}

/// Prints log lines.
pub fn log_all(lines: &[LogLine], out: &mut Output) {
    for line in lines {
        let level = match line.level {
            ChartLevel::Debug => Level::Debug,
            ChartLevel::Info => Level::Info,
            ChartLevel::Warn => Level::Warn,
            ChartLevel::Error => Level::Error,
        };
        let attributes: Vec<(&str, &str)> = line
            .attributes
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        out.log(level, &line.message, &attributes);
    }
}

/// What the user gave, with the text of every file.
///
/// # Errors
/// A file that cannot be read.
pub fn sources(options: &ValueOptions) -> Result<Sources, CommandError> {
    let mut sources = Vec::new();
    for name in &options.value_files {
        sources.push(Source::File {
            name: name.clone(),
            text: read(name.trim()).map_err(CommandError::new)?,
        });
    }
    let kinds = [
        (SetKind::Json, &options.json_values),
        (SetKind::Auto, &options.values),
        (SetKind::String, &options.string_values),
        (SetKind::File, &options.file_values),
        (SetKind::Literal, &options.literal_values),
    ];
    for (kind, texts) in kinds {
        sources.extend(texts.iter().map(|text| Source::Set {
            kind,
            text: text.clone(),
        }));
    }
    Ok(Sources { sources })
}

/// The user's values, merged.
///
/// # Errors
/// Helm's message for a file or flag that does not parse.
pub fn merge(sources: &Sources) -> Result<Map, CommandError> {
    sources
        .merge(&mut |path| read(path))
        .map_err(|error| CommandError::new(error.to_string()))
}

/// A values file; `-` is standard input.
fn read(name: &str) -> Result<Str, String> {
    if name == "-" {
        let mut text = Vec::new();
        std::io::stdin()
            .read_to_end(&mut text)
            .map_err(|error| format!("read standard input: {}", go_text(&error)))?;
        return Ok(text.into());
    }
    if name.contains("://") && !name.starts_with("file://") {
        return Err(format!(
            "cannot fetch {name}: this version of skeg reads values from files only"
        ));
    }
    let path = name.strip_prefix("file://").unwrap_or(name);
    std::fs::read(path)
        .map(Str::from)
        .map_err(|error| format!("open {path}: {}", go_text(&error)))
}

/// Checks the values against the schemas of the chart and its subcharts.
///
/// # Errors
/// Helm's list of failures.
pub fn check_schema(chart: &Chart, values: &Map, schemas: &Schemas, out: &mut Output) -> Result<(), CommandError> {
    let mut log = Vec::new();
    let verdict = schemas.check(chart, values, &mut log);
    log_all(&log, out);
    verdict.map_err(CommandError::new)
}

/// Whether values fit one schema; the list of failures where they do not.
///
/// # Errors
/// The list.
pub fn schema_verdict(schema: &[u8], values: &Map, log: &mut Vec<LogLine>) -> Result<(), String> {
    schema::validate(schema, &values.clone().into(), &mut read_schema, log)
}

/// The document that a schema refers to by a `file:` URL.
pub(super) fn read_schema(url: &str) -> Result<Vec<u8>, String> {
    let parsed = Url::parse(url.as_bytes())?;
    if parsed.scheme != b"file" {
        return Err(format!(
            "cannot fetch {url}: this version of skeg reads schemas from files only; put a copy into the chart"
        ));
    }
    let path = String::from_utf8_lossy(&parsed.path).into_owned();
    let mut file = std::fs::File::open(&path).map_err(|error| format!("open {path}: {}", go_text(&error)))?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)
        .map_err(|error| format!("read {path}: {}", go_text(&error)))?;
    Ok(text)
}
