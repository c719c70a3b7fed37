//! Records in Secrets and ConfigMaps.
//!
//! # Source
//! spec/lifecycle.md 2.2, 2.6; Kubernetes API concepts, "Retrieving large results sets in chunks".

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use skeg_release::record::{Head, Record, RecordError, Time, storage_key};

use super::error::{StorageError, TooLarge};
use super::page::Pages;
use super::wire::{Item, Metadata, Parcel, labels_of};
use super::{Which, parts};
use crate::client::Client;
use crate::error::ApiError;
use crate::request::Request;

/// The most that the data of a Secret or ConfigMap may take, in bytes.
pub(super) const LIMIT: usize = 1 << 20;
/// The type of a Secret with a record.
const RECORD_TYPE: &str = "helm.sh/release.v1";
/// Records for each page of a list: what the server has to have in memory at once.
const PAGE: usize = 500;
/// The same where only metadata come.
const METADATA_PAGE: usize = 2500;
/// Asks for objects in the form that costs the server least.
const OBJECTS: &str = "application/vnd.kubernetes.protobuf,application/json";
/// Asks for the metadata of objects only.
const METADATA_ONLY: &str = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,\
                             application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
/// Requests that are under way at the same time.
pub(super) const AT_ONCE: usize = 16;

/// Selects the records that may be the newest of their release, and those that hardly ever are.
pub(super) const NOT_SUPERSEDED: &str = "owner=helm,status!=superseded";
const SUPERSEDED: &str = "owner=helm,status=superseded";

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
    skipped: RefCell<Vec<(String, RecordError)>>,
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

    pub(super) fn collection(&self, all_namespaces: bool) -> String {
        let plural = if self.is_secret() { "secrets" } else { "configmaps" };
        match all_namespaces {
            true => format!("/api/v1/{plural}"),
            false => format!("/api/v1/namespaces/{}/{plural}", self.namespace),
        }
    }

    pub(super) fn path(&self, object: &str) -> String {
        format!("{}/{object}", self.collection(false))
    }

    /// Helm says what it did only where it did it with Secrets.
    pub(super) fn failed(&self, doing: &str, source: ApiError) -> StorageError {
        let doing = if self.is_secret() { doing } else { "" };
        StorageError::Api {
            doing: doing.to_owned(),
            source,
        }
    }

    pub(super) async fn list(&self, all_namespaces: bool, which: Which) -> Result<Vec<Head>, StorageError> {
        let is_secret = self.is_secret();
        let failed = |error| self.failed("list: failed to list: ", error);
        let head = |item: Item<'_>| self.readable(item.head(is_secret), &item.metadata);
        if which == Which::All {
            let query = Query::new(self.collection(all_namespaces), "owner=helm");
            return self.items(&query, &head).await.map_err(failed);
        }
        // Most of a long history is superseded, and a superseded revision is hardly ever the newest: of those, only the
        // numbers are asked for.
        let rest = Query::new(self.collection(all_namespaces), NOT_SUPERSEDED);
        let superseded = Query::new(self.collection(all_namespaces), SUPERSEDED).metadata_only();
        let (mut heads, superseded) = try_join(
            self.items(&rest, &head),
            self.items(&superseded, &|item| Some(item.outline())),
        )
        .await
        .map_err(failed)?;
        heads.extend(superseded);
        let heads = stream::iter(newest_of(heads))
            .map(|head| self.filled(head))
            .buffer_unordered(AT_ONCE)
            .try_filter_map(|head| std::future::ready(Ok(head)));
        heads.try_collect().await
    }

    /// A head of which only the outline is known, read in full; none if it has gone or holds no record.
    pub(super) async fn filled(&self, head: Head) -> Result<Option<Head>, StorageError> {
        if !head.chart.name.is_empty() || head.info != outline_info(&head) {
            return Ok(Some(head));
        }
        let plural = if self.is_secret() { "secrets" } else { "configmaps" };
        let key = storage_key(&head.name, head.version);
        let path = format!("/api/v1/namespaces/{}/{plural}/{key}", head.namespace);
        match self.client.send(Request::get(path)).await {
            Ok(response) => Ok(self.parsed(&response.body).and_then(|item| {
                let found = item.head(self.is_secret());
                self.readable(found, &item.metadata)
            })),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(self.failed("list: failed to list: ", error)),
        }
    }

    pub(super) async fn history(&self, name: &str) -> Result<Vec<Head>, StorageError> {
        let query = Query::new(self.collection(false), &format!("name={name},owner=helm"));
        let is_secret = self.is_secret();
        let found = RefCell::new(0);
        let read = |item: Item<'_>| {
            *found.borrow_mut() += 1;
            self.readable(item.head(is_secret), &item.metadata)
        };
        let mut heads = self
            .items(&query, &read)
            .await
            .map_err(|error| self.failed(QUERY, error))?;
        if heads.is_empty() && found.take() > 0 {
            return Err(StorageError::NoneReadable(name.to_owned()));
        }
        heads.sort_by_key(|head| head.version);
        Ok(heads)
    }

    pub(super) async fn outline(&self, name: &str) -> Result<Vec<Head>, StorageError> {
        let query = Query::new(self.collection(false), &format!("name={name},owner=helm")).metadata_only();
        let heads = self.items(&query, &|item| Some(item.outline()));
        let mut heads = heads.await.map_err(|error| self.failed(QUERY, error))?;
        heads.sort_by_key(|head| head.version);
        Ok(heads)
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
        let (head_text, annotations) = self.divided(record, &text).await?;
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
        let (head_text, annotations) = self.divided(record, &text).await?;
        let is_divided = !annotations.is_empty();
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

    fn parsed<'t>(&self, body: &'t [u8]) -> Option<Item<'t>> {
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

    pub(super) fn readable(&self, head: Result<Head, RecordError>, metadata: &Metadata) -> Option<Head> {
        match head {
            Ok(head) => Some(head),
            Err(error) => {
                let mut skipped = self.skipped.borrow_mut();
                // A page may be read twice.
                if !skipped.iter().any(|(name, _)| *name == metadata.name) {
                    skipped.push((metadata.name.clone(), error));
                }
                None
            }
        }
    }

    /// What `read` makes of each object of a list, page by page.
    pub(super) async fn items<T>(
        &self,
        query: &Query,
        read: &dyn Fn(Item<'_>) -> Option<T>,
    ) -> Result<Vec<T>, ApiError> {
        let mut pages = Pages::new(read);
        let mut token = String::new();
        let mut restarts = 0;
        loop {
            let request = query.request(&token);
            let url = request.path.clone();
            match self.client.send_to(request, &mut pages).await {
                Ok(_) => {}
                // A list that takes longer than the server remembers begins again.
                Err(error) if error.is_expired() && !token.is_empty() && restarts < 2 => {
                    restarts += 1;
                    token.clear();
                    pages.clear();
                    continue;
                }
                Err(error) => return Err(error),
            };
            token = pages.turn().map_err(|reason| ApiError::Malformed {
                method: "GET".to_owned(),
                url: format!("{}{url}", self.client.address()),
                reason,
            })?;
            if token.is_empty() || query.first_only {
                return Ok(pages.found());
            }
        }
    }
}

/// The newest revision of each release.
pub(super) fn newest_of(mut heads: Vec<Head>) -> Vec<Head> {
    heads.sort_unstable_by(|a, b| {
        let names = (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name));
        names.then_with(|| b.version.cmp(&a.version))
    });
    heads.dedup_by(|after, before| after.name == before.name && after.namespace == before.namespace);
    heads
}

const QUERY: &str = "query: failed to query with labels: ";

/// The `info` of a head that is only an outline.
fn outline_info(head: &Head) -> skeg_release::record::Info {
    skeg_release::record::Info {
        status: head.info.status.clone(),
        ..Default::default()
    }
}

/// What is listed.
pub(super) struct Query {
    path: String,
    selector: String,
    metadata_only: bool,
    /// Objects of a page.
    page: usize,
    /// No page after the first one.
    first_only: bool,
}

impl Query {
    pub(super) fn new(path: String, selector: &str) -> Query {
        Query {
            path,
            selector: selector.to_owned(),
            metadata_only: false,
            page: PAGE,
            first_only: false,
        }
    }

    pub(super) fn metadata_only(self) -> Query {
        Query {
            metadata_only: true,
            page: METADATA_PAGE,
            ..self
        }
    }

    /// Only so many, the first ones.
    pub(super) fn first(self, page: usize) -> Query {
        Query {
            page,
            first_only: true,
            ..self
        }
    }

    /// The request for the first page, or for that which begins at a token.
    fn request(&self, token: &str) -> Request {
        let request = Request::get(&self.path)
            .query("labelSelector", &self.selector)
            .query("limit", &self.page.to_string())
            .accept(if self.metadata_only { METADATA_ONLY } else { OBJECTS });
        match token {
            "" => request,
            token => request.query("continue", token),
        }
    }
}
