//! Records in Secrets and ConfigMaps.
//!
//! # Source
//! spec/lifecycle.md 2.2, 2.6.

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};
use skeg_release::record::{Record, RecordError, Time, storage_key};

use super::error::{StorageError, TooLarge};
use super::wire::{Item, Parcel, labels_of};
use super::{parts, summary};
use crate::client::Client;
use crate::error::ApiError;
use crate::request::Request;

/// The most that the data of a Secret or ConfigMap may take, in bytes.
pub(super) const LIMIT: usize = 1 << 20;
/// The type of a Secret with a record.
const RECORD_TYPE: &str = "helm.sh/release.v1";
/// Requests that are under way at the same time.
pub(super) const AT_ONCE: usize = 16;

/// What kind of object holds records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A Secret for each.
    Secrets,
    /// A ConfigMap for each.
    ConfigMaps,
    /// A Secret for each, several where one does not suffice.
    MultiSecrets,
}

/// Records in objects of one namespace.
pub struct Objects {
    pub(super) client: Client,
    kind: Kind,
    pub(super) namespace: String,
    pub(super) skipped: RefCell<Vec<(String, RecordError)>>,
}

impl Objects {
    pub(super) fn new(client: Client, kind: Kind, namespace: &str) -> Self {
        Objects {
            client,
            kind,
            namespace: namespace.to_owned(),
            skipped: RefCell::default(),
        }
    }

    /// The objects that were passed over since the last call because they hold no record: their names, and why.
    pub fn take_skipped(&self) -> Vec<(String, RecordError)> {
        self.skipped.take()
    }

    pub(super) fn is_secret(&self) -> bool {
        self.kind != Kind::ConfigMaps
    }

    fn plural(&self) -> &'static str {
        if self.is_secret() { "secrets" } else { "configmaps" }
    }

    pub(super) fn collection(&self, all_namespaces: bool) -> String {
        match all_namespaces {
            true => format!("/api/v1/{}", self.plural()),
            false => format!("/api/v1/namespaces/{}/{}", self.namespace, self.plural()),
        }
    }

    /// Where an object of this driver's namespace is.
    pub(super) fn path(&self, object: &str) -> String {
        self.path_in(&self.namespace, object)
    }

    pub(super) fn path_in(&self, namespace: &str, object: &str) -> String {
        format!("/api/v1/namespaces/{namespace}/{}/{object}", self.plural())
    }

    /// Helm says what it did only where it did it with Secrets.
    pub(super) fn failed(&self, doing: &str, source: ApiError) -> StorageError {
        let doing = if self.is_secret() { doing } else { "" };
        StorageError::Api {
            doing: doing.to_owned(),
            source,
        }
    }

    pub(super) async fn get(&self, name: &str, revision: i64) -> Result<Record, StorageError> {
        let key = storage_key(name, revision);
        let response = match self.client.send(Request::get(self.path(&key))).await {
            Ok(response) => response,
            Err(error) if error.is_not_found() => return Err(StorageError::NotFound),
            Err(error) => return Err(self.failed(&format!("get: failed to get {key:?}: "), error)),
        };
        let undecodable = |source| StorageError::Undecodable {
            key: key.clone(),
            source,
        };
        let not_an_object = || undecodable(RecordError::Json("the answer is no object".to_owned()));
        let item = self.parsed(&response.body).ok_or_else(not_an_object)?;
        let text = match parts::Division::of(&item.metadata) {
            Some(division) => self.joined(&division, &key).await?,
            None => item.text(self.is_secret()).map_err(undecodable)?.into_owned(),
        };
        item.record(&text).map_err(undecodable)
    }

    pub(super) fn check_size(&self, record: &Record) -> Result<(), StorageError> {
        // Times, phases and policies that hooks gain when they run, and the words of the end.
        let growth = 512 + record.hooks.len() * 160;
        // Most records are small enough whatever compressing makes of them, which takes long. It adds at most five bytes to
        // each 16 KB.
        let json = record.to_json().len();
        if (json + json / 1024 + 64).div_ceil(3) * 4 + growth <= LIMIT && record.version > 0 {
            return Ok(());
        }
        self.encoded(record, growth).map(|_| ())
    }

    /// The text of a record, if it can be stored and may still grow so much.
    fn encoded(&self, record: &Record, growth: usize) -> Result<String, StorageError> {
        let text = record.encode().map_err(|source| StorageError::Unencodable {
            key: record.storage_key(),
            source,
        })?;
        if self.kind != Kind::MultiSecrets && text.len() + growth > LIMIT {
            return Err(StorageError::TooLarge(Box::new(TooLarge {
                name: record.name.clone(),
                kind: if self.is_secret() { "Secret" } else { "ConfigMap" },
                bytes: text.len() + growth,
                limit: LIMIT,
                parts: record.sizes(),
            })));
        }
        Ok(text)
    }

    pub(super) async fn create(&self, record: &mut Record, now: Time) -> Result<(), StorageError> {
        let text = self.encoded(record, 0)?;
        let key = record.storage_key();
        let labels = labels_of(record, ("createdAt", now));
        let (head_text, mut annotations) = self.divided(record, &text).await?;
        summary::annotate(&mut annotations, record);
        let parcel = Parcel {
            name: &key,
            namespace: &self.namespace,
            labels: &labels,
            annotations,
            over: None,
            secret_type: RECORD_TYPE,
            text: &head_text,
        };
        let request = Request::post(self.collection(false)).json(&parcel.object(self.is_secret()));
        let version = match self.client.send(request).await {
            Ok(response) => self.stored_version(&response.body),
            // The first answer was lost on the way: it may well be ours that exists.
            Err(error) if error.is_already_exists() && error.is_repeated() => {
                let mine = self.version_if_equal(&key, &head_text).await;
                Some(mine.ok_or(StorageError::AlreadyExists)?)
            }
            Err(error) if error.is_already_exists() => return Err(StorageError::AlreadyExists),
            Err(error) => return Err(self.failed("create: failed to create: ", error)),
        };
        record.labels = labels;
        record.storage_version = version;
        Ok(())
    }

    pub(super) async fn update(&self, record: &mut Record, now: Time) -> Result<(), StorageError> {
        let text = self.encoded(record, 0)?;
        let key = record.storage_key();
        let labels = labels_of(record, ("modifiedAt", now));
        let (head_text, mut annotations) = self.divided(record, &text).await?;
        let is_divided = !annotations.is_empty();
        summary::annotate(&mut annotations, record);
        let parcel = Parcel {
            name: &key,
            namespace: &self.namespace,
            labels: &labels,
            annotations,
            over: record.storage_version.as_deref(),
            secret_type: RECORD_TYPE,
            text: &head_text,
        };
        let generation = parts::generation(&parcel.annotations).map(str::to_owned);
        let request = Request::put(self.path(&key)).json(&parcel.object(self.is_secret()));
        let version = match self.client.send(request).await {
            Ok(response) => self.stored_version(&response.body),
            Err(error) if error.is_conflict() && error.is_repeated() => {
                let mine = self.version_if_equal(&key, &head_text).await;
                Some(mine.ok_or(StorageError::Changed(key))?)
            }
            Err(error) if error.is_conflict() => return Err(StorageError::Changed(key)),
            Err(error) if error.is_not_found() => return Err(StorageError::NotFound),
            Err(error) => return Err(self.failed("update: failed to update: ", error)),
        };
        if is_divided || self.kind == Kind::MultiSecrets {
            self.forget_parts(&record.name, record.version, generation.as_deref())
                .await?;
        }
        record.labels = labels;
        record.storage_version = version;
        Ok(())
    }

    /// What goes into the first object of a record, and its annotations; further parts are written if there are any.
    async fn divided(&self, record: &Record, text: &str) -> Result<(String, BTreeMap<String, String>), StorageError> {
        if self.kind != Kind::MultiSecrets || text.len() <= LIMIT {
            return Ok((text.to_owned(), BTreeMap::new()));
        }
        self.write_parts(record, text).await
    }

    pub(super) async fn delete(&self, name: &str, revision: i64) -> Result<(), StorageError> {
        self.delete_first(name, revision).await?;
        // Whether it had parts, whatever driver wrote it, nobody says.
        match self.is_secret() {
            true => self.forget_parts(name, revision, None).await,
            false => Ok(()),
        }
    }

    /// Deletes the object of a record, without its parts.
    async fn delete_first(&self, name: &str, revision: i64) -> Result<(), StorageError> {
        let key = storage_key(name, revision);
        match self.client.send(Request::delete(self.path(&key))).await {
            Ok(_) => Ok(()),
            // It was there when the request was first sent.
            Err(error) if error.is_not_found() && error.is_repeated() => Ok(()),
            Err(error) if error.is_not_found() => Err(StorageError::NotFound),
            Err(error) => Err(self.failed(&format!("delete: failed to delete {key:?}: "), error)),
        }
    }

    /// Deletes revisions of a release, the last of them last: it says until the end what is going on.
    pub(super) async fn delete_all(&self, name: &str, revisions: &[i64]) -> Result<(), StorageError> {
        let Some((newest, older)) = revisions.split_last() else {
            return Ok(());
        };
        // What has gone by itself is no error.
        let forgiving = |outcome: Result<(), StorageError>| match outcome {
            Err(error) if error.is_not_found() => Ok(()),
            outcome => outcome,
        };
        let deleted = stream::iter(older.iter().map(|revision| self.delete_first(name, *revision)));
        for outcome in deleted.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await {
            forgiving(outcome)?;
        }
        forgiving(self.delete_first(name, *newest).await)?;
        match self.is_secret() {
            true => self.forget_strays(name, &[]).await,
            false => Ok(()),
        }
    }

    pub(super) fn parsed<'t>(&self, body: &'t [u8]) -> Option<Item<'t>> {
        serde_json::from_slice(body).ok()
    }

    fn stored_version(&self, body: &[u8]) -> Option<String> {
        Some(self.parsed(body)?.metadata.resource_version)
    }

    /// The storage version of an object, if it holds this text.
    async fn version_if_equal(&self, key: &str, text: &str) -> Option<String> {
        let response = self.client.send(Request::get(self.path(key))).await.ok()?;
        let item = self.parsed(&response.body)?;
        let is_equal = *item.text(self.is_secret()).ok()? == *text.as_bytes();
        is_equal.then_some(item.metadata.resource_version)
    }
}
