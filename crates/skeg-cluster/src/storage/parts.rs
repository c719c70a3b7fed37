//! Records that one Secret cannot hold, in several.
//!
//! The first Secret has Helm's name and labels. Annotations say how many parts there are, which generation of them belongs
//! to the record, and the digest of the whole. In the place of the record it holds the same one without the contents of the
//! chart's files, so that Helm can list, show, roll back and uninstall the release; where even that is too large, it holds
//! the beginning of the text, which Helm passes over. The parts have a label `owner` of our own, so nobody takes them for
//! releases.
//!
//! Parts are written before the first Secret and deleted after it: one that can be read always has its parts. What a crash
//! leaves over goes with the revision.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use skeg_release::record::Record;

use super::error::StorageError;
use super::objects::{LIMIT, Objects};
use super::query::Query;
use super::wire::{Item, Metadata, Parcel};
use crate::request::Request;

/// How many Secrets hold the whole text, besides the first one.
const PARTS: &str = "skeg.dev/record-parts";
/// The SHA-256 of the whole text, in hexadecimal digits; its first eight name the parts.
const DIGEST: &str = "skeg.dev/record-sha256";
/// The type of the further Secrets.
const PART_TYPE: &str = "skeg.dev/release-part.v1";
/// The owner that their labels name.
const OWNER: &str = "skeg";
/// The text in each, in bytes.
const PART_SIZE: usize = 1_000_000;
/// More parts than a record of the largest size has.
const MOST_PARTS: usize = 1000;

/// How a record is divided.
pub(super) struct Division {
    parts: usize,
    digest: String,
}

impl Division {
    /// What the annotations of the first Secret say; none where it holds all.
    pub(super) fn of(metadata: &Metadata) -> Option<Division> {
        let parts = metadata.annotations.get(PARTS)?.parse().ok()?;
        let digest = metadata.annotations.get(DIGEST)?.clone();
        let is_sound = (1..=MOST_PARTS).contains(&parts) && digest.len() == 64 && digest.is_ascii();
        is_sound.then_some(Division { parts, digest })
    }

    fn part_name(&self, key: &str, number: usize) -> String {
        format!("{key}.{}.p{number}", &self.digest[..8])
    }
}

/// The generation that annotations name.
pub(super) fn generation(annotations: &BTreeMap<String, String>) -> Option<&str> {
    annotations.get(DIGEST)?.get(..8)
}

impl Objects {
    /// The whole text of a divided record.
    pub(super) async fn joined(&self, division: &Division, key: &str) -> Result<Vec<u8>, StorageError> {
        let missing = |name: String| StorageError::PartMissing {
            key: key.to_owned(),
            parts: division.parts + 1,
            missing: name,
        };
        let mut text = Vec::new();
        for number in 1..=division.parts {
            let name = division.part_name(key, number);
            let response = match self.client.send(Request::get(self.path(&name))).await {
                Ok(response) => response,
                Err(error) if error.is_not_found() => return Err(missing(name)),
                Err(error) => return Err(self.failed(&format!("get: failed to get {name:?}: "), error)),
            };
            let item: Option<Item<'_>> = serde_json::from_slice(&response.body).ok();
            match item.as_ref().map(|item| item.text(true)) {
                Some(Ok(part)) => text.extend_from_slice(&part),
                _ => return Err(missing(name)),
            }
        }
        if hex(&text) != division.digest {
            return Err(missing("one of the parts".to_owned()));
        }
        Ok(text)
    }

    /// Writes the parts of a text; gives what goes into the first Secret, and its annotations.
    pub(super) async fn write_parts(
        &self,
        record: &Record,
        text: &str,
    ) -> Result<(String, BTreeMap<String, String>), StorageError> {
        let pieces: Vec<&str> = text
            .as_bytes()
            .chunks(PART_SIZE)
            // Base64 is ASCII, so every cut is one between characters.
            .map(|piece| std::str::from_utf8(piece).unwrap_or_default())
            .collect();
        let division = Division {
            parts: pieces.len(),
            digest: hex(text.as_bytes()),
        };
        let key = record.storage_key();
        for (at, piece) in pieces.iter().enumerate() {
            let name = division.part_name(&key, at + 1);
            let labels = labels(&record.name, record.version, &division.digest[..8]);
            let parcel = Parcel {
                name: &name,
                namespace: &self.namespace,
                labels: &labels,
                annotations: BTreeMap::new(),
                over: None,
                secret_type: PART_TYPE,
                text: piece,
            };
            let path = self.path("");
            let request = Request::post(path.trim_end_matches('/')).json(&parcel.object(true));
            match self.client.send(request).await {
                Ok(_) => {}
                // Its name has the digest of the contents: a part that is there is the same one.
                Err(error) if error.is_already_exists() => {}
                Err(error) => return Err(self.failed("create: failed to create: ", error)),
            }
        }
        let slim = Record {
            chart: record.chart.without_contents(),
            ..record.clone()
        };
        let first = match slim.encode() {
            Ok(slim) if slim.len() <= LIMIT => slim,
            _ => pieces[0].to_owned(),
        };
        let annotations = [(PARTS, division.parts.to_string()), (DIGEST, division.digest)];
        Ok((
            first,
            annotations
                .map(|(key, value)| (key.to_owned(), value))
                .into_iter()
                .collect(),
        ))
    }

    /// Deletes the parts of a revision but those of one generation.
    pub(super) async fn forget_parts(&self, name: &str, revision: i64, kept: Option<&str>) -> Result<(), StorageError> {
        let mut selector = format!("owner={OWNER},name={name},version={revision}");
        if let Some(kept) = kept {
            selector.push_str(&format!(",generation!={kept}"));
        }
        self.forget_selected(&selector).await
    }

    /// Deletes the parts of a release that belong to none of these revisions: a crash left them, before the first Secret was
    /// written or after it was deleted.
    pub(super) async fn forget_strays(&self, name: &str, revisions: &[i64]) -> Result<(), StorageError> {
        let mut selector = format!("owner={OWNER},name={name}");
        if !revisions.is_empty() {
            let revisions: Vec<String> = revisions.iter().map(i64::to_string).collect();
            selector.push_str(&format!(",version notin ({})", revisions.join(",")));
        }
        self.forget_selected(&selector).await
    }

    async fn forget_selected(&self, selector: &str) -> Result<(), StorageError> {
        let path = self.path("");
        let query = Query::new(path.trim_end_matches('/').to_owned(), selector).metadata_only();
        let listed = self.items(&query, &|item| Some(item.metadata.name)).await;
        for part in listed.map_err(|error| self.failed("delete: failed to list parts: ", error))? {
            match self.client.send(Request::delete(self.path(&part))).await {
                Err(error) if !error.is_not_found() => {
                    return Err(self.failed(&format!("delete: failed to delete {part:?}: "), error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn labels(name: &str, revision: i64, generation: &str) -> BTreeMap<String, String> {
    [
        ("name", name.to_owned()),
        ("owner", OWNER.to_owned()),
        ("version", revision.to_string()),
        ("generation", generation.to_owned()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into_iter()
    .collect()
}

fn hex(text: &[u8]) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
