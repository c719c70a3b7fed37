//! Records to stored text and back: base64 of gzip of JSON.
//!
//! # Source
//! spec/lifecycle.md 2.2, 2.3.

use std::borrow::Cow;
use std::io::{Read, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde::Deserialize;

use super::chart::StoredChart;
use super::error::{MAX_RECORD_SIZE, RecordError};
use super::hook;
use super::info::{ApplyMethod, Info, Status};
use super::json::{ObjectWriter, RawJson, null_is_default};
use super::{Record, StoredHook};

/// What gzip begins with; a text without it is the JSON itself.
pub(super) const GZIP_MAGIC: &[u8] = b"\x1f\x8b\x08";

/// The JSON of a record.
#[derive(Deserialize)]
struct Stored {
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
    #[serde(default)]
    info: Option<Info>,
    #[serde(default)]
    chart: Option<RawJson>,
    #[serde(default)]
    config: Option<RawJson>,
    #[serde(default, deserialize_with = "null_is_default")]
    manifest: String,
    #[serde(default, deserialize_with = "null_is_default")]
    hooks: Vec<Option<StoredHook>>,
    #[serde(default, deserialize_with = "null_is_default")]
    version: i64,
    #[serde(default, deserialize_with = "null_is_default")]
    namespace: String,
    #[serde(default, deserialize_with = "null_is_default")]
    apply_method: String,
}

impl Record {
    /// Reads a stored text: what is in `data.release` of a ConfigMap, or of a Secret after the API's own base64.
    ///
    /// Labels and `storage_version` are not in the text; whoever read the object adds them.
    ///
    /// # Errors
    /// [`RecordError`]: a text of nobody's, or larger than [`MAX_RECORD_SIZE`].
    pub fn decode(text: &[u8]) -> Result<Record, RecordError> {
        Record::from_json(&inflate(text)?)
    }

    /// Reads the JSON of a record.
    ///
    /// # Errors
    /// [`RecordError::Json`].
    pub fn from_json(text: &[u8]) -> Result<Record, RecordError> {
        let bad = |error: serde_json::Error| RecordError::Json(error.to_string());
        // A list would be read as the fields in their order.
        if !text.trim_ascii_start().starts_with(b"{") {
            return Err(RecordError::Json("it is no object".to_owned()));
        }
        // Go reads bytes that are no UTF-8 as U+FFFD.
        let stored: Stored = match std::str::from_utf8(text) {
            Ok(text) => serde_json::from_str(text).map_err(bad)?,
            Err(_) => serde_json::from_str(&String::from_utf8_lossy(text)).map_err(bad)?,
        };
        Ok(Record {
            name: stored.name,
            namespace: stored.namespace,
            version: stored.version,
            // Not even an unknown state, and none is written back.
            info: stored.info.unwrap_or_else(|| Info {
                status: Status::of(""),
                ..Info::default()
            }),
            chart: stored.chart.map(StoredChart::raw).unwrap_or_default(),
            config: stored.config.filter(|config| config.as_str() != "null"),
            manifest: stored.manifest,
            hooks: stored.hooks.into_iter().flatten().collect(),
            apply_method: ApplyMethod::of(&stored.apply_method),
            labels: Default::default(),
            storage_version: None,
        })
    }

    /// The text that is stored. Gzip's bytes are not Helm's, but inflate to what Helm would write.
    ///
    /// # Errors
    /// [`RecordError::Incomplete`]: no name or no revision.
    pub fn encode(&self) -> Result<String, RecordError> {
        if self.name.is_empty() || self.version <= 0 {
            return Err(RecordError::Incomplete);
        }
        let json = self.to_json();
        let mut gzip = GzEncoder::new(Vec::with_capacity(json.len() / 4), Compression::best());
        let finished = gzip.write_all(&json).and_then(|()| gzip.finish());
        let compressed = finished.map_err(|error| RecordError::Gzip(error.to_string()))?;
        Ok(BASE64_STANDARD.encode(compressed))
    }

    /// The JSON of the record, as Helm writes it: fields in the order of Go's struct, empty ones left out.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.manifest.len() + self.chart.as_json().len() + 1024);
        let mut object = ObjectWriter::begin(&mut out);
        object.text_if("name", &self.name);
        self.info.write(object.key("info"));
        if !self.chart.is_absent() {
            object.raw("chart", self.chart.as_json().as_bytes());
        }
        if let Some(config) = self.config.as_ref().filter(|config| !config.is_empty_map()) {
            object.raw("config", config.as_str().as_bytes());
        }
        object.text_if("manifest", &self.manifest);
        if !self.hooks.is_empty() {
            hook::write_all(&self.hooks, object.key("hooks"));
        }
        object.number_if("version", self.version);
        object.text_if("namespace", &self.namespace);
        if let Some(method) = &self.apply_method {
            object.text("apply_method", method.as_str());
        }
        object.end();
        out
    }
}

/// The size of a text in a record, compressed and in base64.
pub(super) fn stored_size(text: &[u8]) -> usize {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::new(6));
    let compressed = gzip.write_all(text).and_then(|()| gzip.finish());
    compressed.map_or(0, |compressed| compressed.len() / 3 * 4)
}

/// The JSON of a stored text.
fn inflate(text: &[u8]) -> Result<Vec<u8>, RecordError> {
    let bytes = BASE64_STANDARD
        .decode(&*without_newlines(text))
        .map_err(|error| RecordError::Base64(error.to_string()))?;
    if !bytes.starts_with(GZIP_MAGIC) {
        return Ok(bytes);
    }
    // The last four bytes are the size after inflating; a wrong one only makes the buffer grow.
    let told = bytes.last_chunk().map_or(0, |size| u32::from_le_bytes(*size));
    let room = (told as usize).min(bytes.len().saturating_mul(20));
    let mut json = Vec::with_capacity(room + 1);
    MultiGzDecoder::new(&*bytes)
        .take(MAX_RECORD_SIZE + 1)
        .read_to_end(&mut json)
        .map_err(|error| RecordError::Gzip(error.to_string()))?;
    if json.len() as u64 > MAX_RECORD_SIZE {
        return Err(RecordError::TooLarge(MAX_RECORD_SIZE));
    }
    Ok(json)
}

/// Go's base64 decoder passes over line ends.
fn without_newlines(text: &[u8]) -> Cow<'_, [u8]> {
    if text.iter().any(|b| matches!(b, b'\r' | b'\n')) {
        return text.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    }
    Cow::Borrowed(text)
}
