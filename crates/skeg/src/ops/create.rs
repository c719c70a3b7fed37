//! `create`: makes a new chart.

use std::fs;
use std::path::{Path, PathBuf};

use skeg_author::scaffold;
use skeg_chart::{ChartFile, Metadata};
use skeg_fetch::archive::{self, Times};

use super::load;
use crate::error::{CommandError, go_text};
use crate::output::Output;
use crate::output::quote::go_quote;
use crate::settings::Settings;
use crate::settings::paths::{Home, clean, join};

/// What `create` was asked for.
#[derive(Clone, Debug, Default)]
pub struct CreateOptions {
    /// The path of the new chart's folder; its last part is the chart's name.
    pub name: String,
    /// `--starter`: name or absolute path of the chart to start from; empty for the built-in one.
    pub starter: String,
    /// `--chart-api-version`: `v2`, or `v3` where that experiment is on.
    pub chart_api_version: String,
}

/// Makes the chart.
///
/// # Errors
/// Helm's message for a bad name, an unknown starter or API version, or a file that cannot be written.
///
/// # Source
/// spec/rendering.md 6.6.
pub fn run(options: &CreateOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    out.line(format!("Creating {}", options.name));
    let api_version = match options.chart_api_version.as_str() {
        "" | "v2" => "v2",
        "v3" if settings.env.is_set("HELM_EXPERIMENTAL_CHART_V3") => "v3",
        "v3" => {
            return Err(CommandError::new(
                "this feature has been marked as experimental and is not enabled by default. Please set \
                 HELM_EXPERIMENTAL_CHART_V3=1 in your environment to use this feature",
            ));
        }
        other => {
            return Err(CommandError::new(format!(
                "unsupported chart API version: {other} (supported: v2, v3)"
            )));
        }
    };
    let path = clean(&options.name);
    let (parent, name) = match path.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some((parent, name)) => (parent, name),
        None => (".", path.as_str()),
    };
    if options.starter.is_empty() {
        scaffold_chart(parent, name, api_version, out)
    } else {
        from_starter(parent, name, api_version, &options.starter, settings, out)
    }
}

fn scaffold_chart(parent: &str, name: &str, api_version: &str, out: &mut Output) -> Result<(), CommandError> {
    scaffold::check_name(name).map_err(CommandError::new)?;
    let parent = absolute(parent)?;
    match fs::metadata(&parent) {
        Err(error) => return Err(failed("stat", &parent, &error)),
        Ok(metadata) if !metadata.is_dir() => return Err(CommandError::new(format!("no such directory {parent}"))),
        Ok(_) => {}
    }
    let folder = join(&[&parent, name]);
    refuse_file(&folder)?;
    for (file, mut text) in scaffold::files(name) {
        let path = join(&[&folder, file]);
        if Path::new(&path).exists() {
            out.line(format!(
                "WARNING: File {} already exists. Overwriting.",
                go_quote(&path)
            ));
        }
        if file == "Chart.yaml" {
            text = text.replace("apiVersion: v2", &format!("apiVersion: {api_version}"));
        }
        write(&path, text.as_bytes())?;
    }
    let charts = join(&[&folder, "charts"]);
    fs::create_dir_all(&charts).map_err(|error| failed("mkdir", &charts, &error))
}

/// A copy of another chart, with a new Chart.yaml and its name in templates and values.
fn from_starter(
    parent: &str,
    name: &str,
    api_version: &str,
    starter: &str,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), CommandError> {
    let source = match starter.starts_with('/') {
        true => starter.to_owned(),
        false => join(&[&settings.home(Home::Data), "starters", starter]),
    };
    let loaded = skeg_fetch::load::load_untyped(Path::new(&source))
        .map_err(|error| CommandError::new(format!("could not load {source}: {error}")))?;
    load::log_all(&loaded.log, out);
    let chart = loaded.chart;
    let metadata = Metadata {
        api_version: api_version.to_owned(),
        name: name.to_owned(),
        description: "A Helm chart for Kubernetes".to_owned(),
        chart_type: "application".to_owned(),
        version: "0.1.0".to_owned(),
        app_version: "0.1.0".to_owned(),
        ..Metadata::default()
    };
    let folder = join(&[parent, name]);
    refuse_file(&folder)?;
    fs::create_dir_all(&folder).map_err(|error| failed("mkdir", &folder, &error))?;
    let put = |file: &str, data: &[u8]| write(&join(&[&folder, file]), data);
    put("Chart.yaml", &metadata.to_yaml().map_err(CommandError::new)?)?;
    if let Some(file) = &chart.values_file {
        put("values.yaml", &named(file, name))?;
    }
    if let Some(schema) = &chart.schema {
        put("values.schema.json", schema.data())?;
    }
    for file in &chart.templates {
        put(&file.name, &named(file, name))?;
    }
    for file in &chart.files {
        put(&file.name, file.data())?;
    }
    let charts = PathBuf::from(join(&[&folder, "charts"]));
    for dependency in &chart.dependencies {
        archive::save(dependency, &charts, &Times::now())
            .map_err(|error| CommandError::new(format!("saving {name}/charts/{}: {error}", dependency.name())))?;
    }
    Ok(())
}

/// The file's text with the chart's name in place of `<CHARTNAME>`.
fn named(file: &ChartFile, name: &str) -> Vec<u8> {
    let placeholder = scaffold::CHART_NAME.as_bytes();
    let mut out = Vec::with_capacity(file.data().len());
    let mut rest = &file.data()[..];
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(placeholder) {
            out.extend_from_slice(name.as_bytes());
            rest = after;
        } else {
            let next = rest[1..]
                .iter()
                .position(|b| *b == placeholder[0])
                .map_or(rest.len(), |at| at + 1);
            out.extend_from_slice(&rest[..next]);
            rest = &rest[next..];
        }
    }
    out
}

fn refuse_file(folder: &str) -> Result<(), CommandError> {
    match fs::metadata(folder) {
        Ok(metadata) if !metadata.is_dir() => Err(CommandError::new(format!(
            "file {folder} already exists and is not a directory"
        ))),
        _ => Ok(()),
    }
}

fn absolute(path: &str) -> Result<String, CommandError> {
    let path = std::path::absolute(path).map_err(|error| CommandError::new(go_text(&error)))?;
    Ok(clean(&path.to_string_lossy()))
}

/// Writes a file and the folders it is in.
fn write(path: &str, data: &[u8]) -> Result<(), CommandError> {
    if let Some(folder) = Path::new(path).parent() {
        fs::create_dir_all(folder).map_err(|error| failed("mkdir", &folder.to_string_lossy(), &error))?;
    }
    fs::write(path, data).map_err(|error| failed("open", path, &error))
}

fn failed(operation: &str, path: &str, error: &std::io::Error) -> CommandError {
    CommandError::new(format!("{operation} {path}: {}", go_text(error)))
}
