//! [`Head`]: what lists say of a record, read from the beginning of its text or from a summary that lies beside it.
//!
//! `info` and `chart.metadata` stand at the beginning of a record, templates, values and manifest after them; so a list of
//! thousands of releases need not inflate what it does not show. A summary is such a beginning, cut down to what lists show.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::beginning;
use super::chart::ChartHead;
use super::info::{Info, Status};
use super::json::ObjectWriter;
use super::{Record, RecordError};

/// What lists and histories say of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The release's name.
    pub name: String,
    /// Its namespace. [`Head::decode`] leaves it empty: it stands at the end of the text, and the stored object has it too.
    pub namespace: String,
    /// The revision; like the namespace.
    pub version: i64,
    /// When, in which state, in which words. Never with notes, which no list shows.
    pub info: Info,
    /// Name and versions of the chart.
    pub chart: ChartHead,
    /// Labels of the stored object.
    pub labels: BTreeMap<String, String>,
    /// `resourceVersion` of the stored object.
    pub storage_version: Option<String>,
}

impl Head {
    /// Reads the beginning of a stored text, all but `namespace`, `version`, `labels` and `storage_version`.
    ///
    /// What comes after `chart.metadata` is not looked at where the fields stand in Helm's order.
    ///
    /// # Errors
    /// As [`Record::decode`].
    pub fn decode(text: &[u8]) -> Result<Head, RecordError> {
        match Head::beginning(text) {
            Some(head) => Ok(head),
            None => Ok(Record::decode(text)?.head()),
        }
    }

    /// Reads what [`Record::summary`] wrote, all but what [`Head::decode`] leaves out; none where it is something else.
    pub fn of_summary(text: &str) -> Option<Head> {
        parse(text.as_bytes())
    }

    /// The state of the record.
    pub fn status(&self) -> &Status {
        &self.info.status
    }

    /// As [`Head::decode`], from a text that may be cut off; none where what is there does not suffice, or the text does
    /// not begin as Helm's do.
    pub fn beginning(text: &[u8]) -> Option<Head> {
        beginning::find(text, parse)
    }
}

/// The head, if the text reaches to the end of the chart's metadata.
fn parse(text: &[u8]) -> Option<Head> {
    let mut found = Found::default();
    // The text ends in the middle, or the visitor breaks off: an error in any case, of no interest.
    let _ = serde_json::Deserializer::from_slice(text).deserialize_map(Top(&mut found));
    let mut info = found.info?;
    info.notes = String::new();
    Some(Head {
        name: found.name?,
        info,
        chart: found.chart?,
        ..Head::default()
    })
}

/// What lists say of a chart; its text is not looked at behind the metadata. None where there are none that can be read.
pub(super) fn of_chart(text: &str) -> Option<ChartHead> {
    let mut found = None;
    let _ = InChart(&mut found).deserialize(&mut serde_json::Deserializer::from_str(text));
    found
}

impl Record {
    /// What lists say of it.
    pub fn head(&self) -> Head {
        Head {
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            version: self.version,
            info: self.info.without_notes(),
            chart: self.chart.head(),
            labels: self.labels.clone(),
            storage_version: self.storage_version.clone(),
        }
    }

    /// The same as a text of some 300 bytes, for [`Head::of_summary`]: a record of which all is left out that lists do not show.
    pub fn summary(&self) -> String {
        let mut out = Vec::with_capacity(512);
        let mut record = ObjectWriter::begin(&mut out);
        record.text("name", &self.name);
        self.info.without_notes().write(record.key("info"));
        let mut chart = ObjectWriter::begin(record.key("chart"));
        self.chart.head().write(chart.key("metadata"));
        chart.end();
        record.end();
        String::from_utf8_lossy(&out).into_owned()
    }
}

#[derive(Default)]
struct Found {
    name: Option<String>,
    info: Option<Info>,
    chart: Option<ChartHead>,
}

struct Top<'f>(&'f mut Found);

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a release")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Name => self.0.name = Some(map.next_value()?),
                Key::Info => self.0.info = Some(map.next_value()?),
                Key::Chart => map.next_value_seed(InChart(&mut self.0.chart))?,
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Name,
    Info,
    Chart,
    #[serde(other)]
    Other,
}

/// Reads the metadata of the chart, and breaks off.
struct InChart<'f>(&'f mut Option<ChartHead>);

impl<'de> DeserializeSeed<'de> for InChart<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for InChart<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a chart")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<ChartKey>()? {
            match key {
                ChartKey::Metadata => {
                    *self.0 = Some(map.next_value()?);
                    return Err(A::Error::custom("enough"));
                }
                ChartKey::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum ChartKey {
    Metadata,
    #[serde(other)]
    Other,
}
