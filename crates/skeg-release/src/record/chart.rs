//! [`StoredChart`]: the chart inside a record, kept as the JSON text that it is stored as.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;
use skeg_chart::lock;
use skeg_chart::{Chart, ChartFile, Lock, Metadata};
use skeg_value::{Map, Value, json};

use super::error::RecordError;
use super::json::{ObjectWriter, RawJson, append_list, append_text, null_is_default};
use super::time::Time;

/// A chart as it is stored: without its subcharts, of which only values and rendered output survive.
///
/// The text is kept verbatim, so that a record that is only superseded or rolled back to is written with the same bytes;
/// every question parses just what it needs. Records without a chart hold `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChart(RawJson);

impl Default for StoredChart {
    fn default() -> Self {
        StoredChart(RawJson::written(b"null".to_vec()))
    }
}

/// The parts of the text, themselves texts.
#[derive(Deserialize)]
struct Parts<'t> {
    #[serde(borrow, default)]
    metadata: Option<&'t RawValue>,
    #[serde(borrow, default)]
    lock: Option<&'t RawValue>,
    #[serde(borrow, default)]
    templates: Option<&'t RawValue>,
    #[serde(borrow, default)]
    values: Option<&'t RawValue>,
    #[serde(borrow, default)]
    schema: Option<&'t RawValue>,
    #[serde(default)]
    schemamodtime: Time,
    #[serde(borrow, default)]
    files: Option<&'t RawValue>,
}

/// One file of the text.
#[derive(Deserialize)]
struct FilePart<'t> {
    #[serde(borrow, default)]
    name: Cow<'t, str>,
    #[serde(borrow, default)]
    data: Option<Cow<'t, str>>,
    #[serde(default)]
    modtime: Time,
}

/// What lists say of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ChartHead {
    /// `name`.
    #[serde(default, deserialize_with = "null_is_default")]
    pub name: String,
    /// `version`.
    #[serde(default, deserialize_with = "null_is_default")]
    pub version: String,
    /// `appVersion`; empty if there is none.
    #[serde(default, rename = "appVersion", deserialize_with = "null_is_default")]
    pub app_version: String,
}

impl ChartHead {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut object = ObjectWriter::begin(out);
        for (key, text) in [
            ("name", &self.name),
            ("version", &self.version),
            ("appVersion", &self.app_version),
        ] {
            object.text_if(key, text);
        }
        object.end();
    }
}

/// How many bytes of a record a part of it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartSize {
    /// What it is: the path of a file of the chart, or `manifest`, `hooks`, `notes`, `user-supplied values`.
    pub name: String,
    /// Its size as it is, in bytes.
    pub bytes: usize,
    /// About how many bytes it takes in the stored object, where everything is compressed.
    pub stored_bytes: usize,
}

impl PartSize {
    pub(super) fn of(name: &str, bytes: usize, json: &str) -> PartSize {
        PartSize {
            name: name.to_owned(),
            bytes,
            stored_bytes: super::codec::stored_size(json.as_bytes()),
        }
    }
}

impl StoredChart {
    /// Keeps a text.
    ///
    /// # Errors
    /// [`RecordError::Json`]: it is no JSON.
    pub fn parse(text: &str) -> Result<StoredChart, RecordError> {
        RawJson::parse(text).map(StoredChart)
    }

    pub(super) fn raw(text: RawJson) -> StoredChart {
        StoredChart(text)
    }

    /// Stores a chart as Helm does.
    ///
    /// # Errors
    /// [`RecordError::Json`]: values that JSON cannot hold.
    ///
    /// # Source
    /// spec/lifecycle.md 2.3; bytes of Helm 4.3.1.
    pub fn of(chart: &Chart) -> Result<StoredChart, RecordError> {
        let mut out = Vec::with_capacity(4096);
        let mut object = ObjectWriter::begin(&mut out);
        write_metadata(&chart.metadata, object.key("metadata"));
        match &chart.lock {
            None => object.raw("lock", b"null"),
            Some(lock) => write_lock(lock, object.key("lock")),
        }
        write_files(&chart.templates, object.key("templates"));
        // Go tells values that were never read from empty ones.
        let values = match (chart.values.is_empty(), &chart.values_file) {
            (true, None) => Value::Null,
            _ => Value::Map(chart.values.clone()),
        };
        object.raw("values", RawJson::of(&values)?.as_str().as_bytes());
        match &chart.schema {
            None => object.raw("schema", b"null"),
            Some(schema) => write_data(schema.data(), object.key("schema")),
        }
        object.text("schemamodtime", &modified(chart.schema.as_ref()).to_string());
        write_files(&chart.files, object.key("files"));
        modified_if(chart.metadata_file.as_ref(), &mut object);
        object.end();
        Ok(StoredChart(RawJson::written(out)))
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        self.0.as_str()
    }

    /// Whether the record has no chart.
    pub fn is_absent(&self) -> bool {
        self.as_json() == "null"
    }

    /// Name and versions. Empty where the record has no chart or no metadata that can be read.
    pub fn head(&self) -> ChartHead {
        super::head::of_chart(self.as_json()).unwrap_or_default()
    }

    /// All metadata. Empty where the record has none that can be read.
    pub fn metadata(&self) -> Metadata {
        self.parts()
            .and_then(|parts| Metadata::decode(parts.metadata?.get().as_bytes()).ok())
            .unwrap_or_default()
    }

    /// The metadata as JSON, as they are stored; `null` where there are none.
    pub fn metadata_json(&self) -> &str {
        self.parts()
            .and_then(|parts| parts.metadata)
            .map_or("null", RawValue::get)
    }

    /// The default values, after imports and subcharts' defaults. Empty where there are none.
    pub fn values(&self) -> Map {
        let values = self
            .parts()
            .and_then(|parts| json::decode(parts.values?.get().as_bytes()).ok());
        values.as_ref().and_then(Value::as_map).cloned().unwrap_or_default()
    }

    /// The whole chart, as far as it is stored: without subcharts, Chart.yaml and values.yaml themselves.
    ///
    /// # Errors
    /// [`RecordError::Json`]: the record has no chart, or a part of it that cannot be read.
    pub fn chart(&self) -> Result<Chart, RecordError> {
        let bad = |error: &dyn std::fmt::Display| RecordError::Json(format!("chart: {error}"));
        if self.is_absent() {
            return Err(bad(&"the record has none"));
        }
        let parts: Parts<'_> = serde_json::from_str(self.as_json()).map_err(|error| bad(&error))?;
        let metadata = parts.metadata.ok_or_else(|| bad(&"no metadata"))?;
        let schema: Option<Cow<'_, str>> = match parts.schema {
            None => None,
            Some(text) => serde_json::from_str(text.get()).map_err(|error| bad(&error))?,
        };
        let schema = match schema {
            None => None,
            Some(data) => Some(file("values.schema.json", &data, parts.schemamodtime)?),
        };
        let lock = match parts.lock {
            None => None,
            Some(text) => Some(Lock::decode(text.get().as_bytes()).map_err(|error| bad(&error))?),
        };
        Ok(Chart {
            metadata: Metadata::decode(metadata.get().as_bytes()).map_err(|error| bad(&error))?,
            lock,
            values: self.values(),
            values_file: None,
            schema,
            metadata_file: None,
            lock_file: None,
            templates: files(parts.templates)?,
            files: files(parts.files)?,
            dependencies: Vec::new(),
        })
    }

    /// The same chart with empty templates and files, for readers that need only what they were rendered to.
    #[must_use]
    pub fn without_contents(&self) -> StoredChart {
        let Some(parts) = self.parts() else {
            return self.clone();
        };
        let mut out = Vec::new();
        let mut object = ObjectWriter::begin(&mut out);
        let raw = |part: Option<&RawValue>| part.map_or("null", RawValue::get).to_owned();
        object.raw("metadata", raw(parts.metadata).as_bytes());
        object.raw("lock", raw(parts.lock).as_bytes());
        object.raw("templates", b"null");
        object.raw("values", raw(parts.values).as_bytes());
        object.raw("schema", b"null");
        object.text("schemamodtime", &parts.schemamodtime.to_string());
        object.raw("files", b"null");
        object.end();
        StoredChart(RawJson::written(out))
    }

    /// The sizes of the chart's files and values.
    pub(super) fn sizes(&self) -> Vec<PartSize> {
        let Some(parts) = self.parts() else {
            return Vec::new();
        };
        let mut sizes = Vec::new();
        let lists = [parts.templates, parts.files].map(|list| {
            list.and_then(|text| {
                serde_json::from_str::<Option<Vec<FilePart<'_>>>>(text.get())
                    .ok()
                    .flatten()
            })
        });
        for file in lists.iter().flatten().flatten() {
            let data = file.data.as_deref().unwrap_or_default();
            sizes.push(PartSize::of(&file.name, data.len() / 4 * 3, data));
        }
        if let Some(values) = parts.values {
            sizes.push(PartSize::of("values.yaml", values.get().len(), values.get()));
        }
        if let Some(schema) = parts.schema {
            sizes.push(PartSize::of(
                "values.schema.json",
                schema.get().len() / 4 * 3,
                schema.get(),
            ));
        }
        sizes
    }

    fn parts(&self) -> Option<Parts<'_>> {
        serde_json::from_str(self.as_json()).ok()
    }
}

fn files(text: Option<&RawValue>) -> Result<Vec<ChartFile>, RecordError> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let parts: Vec<FilePart<'_>> =
        serde_json::from_str(text.get()).map_err(|error| RecordError::Json(format!("chart: {error}")))?;
    parts
        .iter()
        .map(|part| file(&part.name, part.data.as_deref().unwrap_or_default(), part.modtime))
        .collect()
}

fn file(name: &str, data: &str, modified: Time) -> Result<ChartFile, RecordError> {
    let data = BASE64_STANDARD
        .decode(data)
        .map_err(|error| RecordError::Json(format!("chart: {name}: {error}")))?;
    let modified = if modified.is_zero() { None } else { modified.system() };
    Ok(ChartFile::new(name, data, modified))
}

fn modified(file: Option<&ChartFile>) -> Time {
    file.and_then(|file| file.modified).map_or(Time::ZERO, Time::from)
}

/// A file's time, left out where it is not known. That of the schema is the one that Helm writes in any case.
fn modified_if(file: Option<&ChartFile>, object: &mut ObjectWriter<'_>) {
    let time = modified(file);
    if !time.is_zero() {
        object.text("modtime", &time.to_string());
    }
}

fn write_data(data: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    json::append_base64(out, data);
    out.push(b'"');
}

fn write_files(files: &[ChartFile], out: &mut Vec<u8>) {
    // A list that nothing was put into is a nil slice.
    if files.is_empty() {
        out.extend_from_slice(b"null");
        return;
    }
    append_list(files, out, |file, out| {
        let mut object = ObjectWriter::begin(out);
        object.text("name", &file.name);
        write_data(file.data(), object.key("data"));
        modified_if(Some(file), &mut object);
        object.end();
    });
}

fn write_lock(lock: &Lock, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    object.text("generated", &lock.generated_text());
    object.text("digest", &lock.digest);
    if lock.dependencies.is_empty() {
        object.raw("dependencies", b"null");
    } else {
        lock::go_json(&lock.dependencies, object.key("dependencies"));
    }
    object.end();
}

fn write_metadata(metadata: &Metadata, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    object.text_if("name", &metadata.name);
    object.text_if("home", &metadata.home);
    object.texts_if("sources", &metadata.sources);
    object.text_if("version", &metadata.version);
    object.text_if("description", &metadata.description);
    object.texts_if("keywords", &metadata.keywords);
    if !metadata.maintainers.is_empty() {
        append_list(&metadata.maintainers, object.key("maintainers"), |maintainer, out| {
            let Some(maintainer) = maintainer else {
                out.extend_from_slice(b"null");
                return;
            };
            let mut object = ObjectWriter::begin(out);
            object.text_if("name", &maintainer.name);
            object.text_if("email", &maintainer.email);
            object.text_if("url", &maintainer.url);
            object.end();
        });
    }
    object.text_if("icon", &metadata.icon);
    object.text_if("apiVersion", &metadata.api_version);
    object.text_if("condition", &metadata.condition);
    object.text_if("tags", &metadata.tags);
    object.text_if("appVersion", &metadata.app_version);
    if metadata.deprecated {
        object.raw("deprecated", b"true");
    }
    if let Some(annotations) = metadata.annotations.as_ref().filter(|entries| !entries.is_empty()) {
        let out = object.key("annotations");
        out.push(b'{');
        for (at, (key, value)) in annotations.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            append_text(key, out);
            out.push(b':');
            append_text(value, out);
        }
        out.push(b'}');
    }
    object.text_if("kubeVersion", &metadata.kube_version);
    if !metadata.dependencies.is_empty() {
        lock::go_json_with_order(&metadata.dependencies, object.key("dependencies"));
    }
    object.text_if("type", &metadata.chart_type);
    object.end();
}
