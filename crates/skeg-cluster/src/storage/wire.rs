//! The Secrets and ConfigMaps that hold records, as they go over the wire.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use skeg_release::record::{Head, Info, Record, RecordError, Status, Time, labels, parse_storage_key};

use super::lists::Key;
use super::summary;
use crate::protobuf::{self, Field, Malformed};

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct Page<'t> {
    #[serde(default)]
    pub(super) metadata: PageMetadata,
    #[serde(borrow, default)]
    pub(super) items: Option<Vec<Item<'t>>>,
}

#[derive(Default, Deserialize)]
pub(super) struct PageMetadata {
    /// Where the next page begins; empty after the last.
    #[serde(default, rename = "continue")]
    pub(super) token: String,
}

/// A stored object, or its metadata alone.
#[derive(Deserialize)]
pub(super) struct Item<'t> {
    #[serde(default)]
    pub(super) metadata: Metadata,
    #[serde(borrow, default)]
    data: Data<'t>,
    /// The record's text itself, where the object came as a protocol buffer; [`Item::data`] is empty then.
    #[serde(skip)]
    bytes: Option<&'t [u8]>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) namespace: String,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) annotations: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) resource_version: String,
}

#[derive(Default, Deserialize)]
struct Data<'t> {
    #[serde(borrow, default)]
    release: Cow<'t, str>,
}

/// So much of a text is looked at for a head before all of it is decoded; a multiple of four.
const BEGINNING: usize = 16 << 10;

impl<'t> Item<'t> {
    /// Reads a Secret, a ConfigMap, or the metadata of one from a protocol buffer.
    ///
    /// # Source
    /// `Secret`, `ConfigMap` of `k8s.io/api/core/v1/generated.proto`, `ObjectMeta`, `PartialObjectMetadata` of
    /// `k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto`.
    pub(super) fn of_message(message: &'t [u8]) -> Result<Item<'t>, Malformed> {
        let mut item = Item {
            metadata: Metadata::default(),
            data: Data::default(),
            bytes: None,
        };
        for field in protobuf::fields(message) {
            match field? {
                (1, metadata) => item.metadata = Metadata::of_message(metadata.bytes())?,
                (2, Field::Bytes(entry)) => {
                    let (key, value) = protobuf::entry(entry)?;
                    if key == "release" {
                        item.bytes = Some(value);
                    }
                }
                _ => {}
            }
        }
        Ok(item)
    }
}

impl Metadata {
    fn of_message(message: &[u8]) -> Result<Metadata, Malformed> {
        let mut metadata = Metadata::default();
        for field in protobuf::fields(message) {
            let (number, contents) = field?;
            let into = match number {
                1 => &mut metadata.name,
                3 => &mut metadata.namespace,
                6 => &mut metadata.resource_version,
                11 | 12 => {
                    let (key, value) = protobuf::entry(contents.bytes())?;
                    let map = if number == 11 {
                        &mut metadata.labels
                    } else {
                        &mut metadata.annotations
                    };
                    map.insert(key, Field::Bytes(value).text());
                    continue;
                }
                _ => continue,
            };
            *into = contents.text();
        }
        Ok(metadata)
    }
}

impl Item<'_> {
    /// The stored text. `is_secret`: under the API's own base64, in JSON.
    pub(super) fn text(&self, is_secret: bool) -> Result<Cow<'_, [u8]>, RecordError> {
        if let Some(bytes) = self.bytes {
            return Ok(Cow::Borrowed(bytes));
        }
        let text = self.data.release.as_bytes();
        if !is_secret {
            return Ok(Cow::Borrowed(text));
        }
        let text = BASE64_STANDARD.decode(text);
        text.map(Cow::Owned)
            .map_err(|error| RecordError::Base64(error.to_string()))
    }

    /// What tells the record apart, by its object's name and labels: the record itself may bear another name.
    pub(super) fn key(&self) -> Key {
        let label = |key: &str| self.metadata.labels.get(key).map(String::as_str).unwrap_or_default();
        let (name, version) = match parse_storage_key(&self.metadata.name) {
            Some(known) => known,
            None => (label("name"), label("version").parse().unwrap_or_default()),
        };
        (self.metadata.namespace.clone(), name.to_owned(), version)
    }

    fn status(&self) -> Status {
        let status = self.metadata.labels.get("status");
        Status::of(status.map(String::as_str).unwrap_or_default())
    }

    /// What the object's name and labels tell.
    pub(super) fn outline(self) -> Head {
        let (status, (namespace, name, version)) = (self.status(), self.key());
        Head {
            name,
            version,
            namespace,
            info: Info {
                status,
                ..Info::default()
            },
            labels: self.metadata.labels,
            storage_version: Some(self.metadata.resource_version),
            ..Head::default()
        }
    }

    /// What a list shows of the record where a summary tells it, else the outline. The record is not looked at.
    pub(super) fn known(self) -> Head {
        match summary::read(&self.metadata.annotations, &self.status()) {
            Some(told) => self.with_contents(told),
            None => self.outline(),
        }
    }

    /// The outline with what was read of the record, which alone says what the release is called.
    pub(super) fn with_contents(self, read: Head) -> Head {
        Head {
            name: read.name,
            info: read.info,
            chart: read.chart,
            ..self.outline()
        }
    }

    /// What a list shows of the record, but for what [`Item::with_contents`] adds.
    pub(super) fn head(&self, is_secret: bool) -> Result<Head, RecordError> {
        match self.beginning(is_secret) {
            Some(head) => Ok(head),
            None => Head::decode(&self.text(is_secret)?),
        }
    }

    fn beginning(&self, is_secret: bool) -> Option<Head> {
        if let Some(bytes) = self.bytes {
            return Head::beginning(bytes);
        }
        let text = self.data.release.as_bytes();
        let start = text.get(..BEGINNING).unwrap_or(text);
        if !is_secret {
            return Head::beginning(start);
        }
        Head::beginning(&BASE64_STANDARD.decode(start).ok()?)
    }

    /// The record in the text, which is the item's own unless it is stored in parts.
    pub(super) fn record(self, text: &[u8]) -> Result<Record, RecordError> {
        let mut record = Record::decode(text)?;
        record.labels = self.metadata.labels;
        record.storage_version = Some(self.metadata.resource_version);
        Ok(record)
    }
}

/// The labels of a record's object: the user's own, and the system's.
pub(super) fn labels_of(record: &Record, now: (&str, Time)) -> BTreeMap<String, String> {
    let mut all = labels::custom(&record.labels);
    let system = [
        ("name", record.name.clone()),
        ("owner", "helm".to_owned()),
        ("status", record.info.status.as_str().to_owned()),
        ("version", record.version.to_string()),
        (now.0, now.1.unix_seconds().to_string()),
    ];
    all.extend(system.map(|(key, value)| (key.to_owned(), value)));
    all
}

/// What an object is made of.
pub(super) struct Parcel<'t> {
    pub(super) name: &'t str,
    pub(super) namespace: &'t str,
    pub(super) labels: &'t BTreeMap<String, String>,
    pub(super) annotations: BTreeMap<String, String>,
    /// The storage version that is written over; none: whatever is there.
    pub(super) over: Option<&'t str>,
    /// The type of a Secret.
    pub(super) secret_type: &'static str,
    pub(super) text: &'t str,
}

impl Parcel<'_> {
    /// The object as JSON. `is_secret`: a Secret, else a ConfigMap.
    pub(super) fn object(&self, is_secret: bool) -> Value {
        let mut metadata = json!({"name": self.name, "namespace": self.namespace, "labels": self.labels});
        if !self.annotations.is_empty() {
            metadata["annotations"] = json!(self.annotations);
        }
        if let Some(over) = self.over {
            metadata["resourceVersion"] = json!(over);
        }
        if is_secret {
            let data = BASE64_STANDARD.encode(self.text);
            json!({
                "apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": self.secret_type,
                "data": {"release": data},
            })
        } else {
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"release": self.text}})
        }
    }
}
