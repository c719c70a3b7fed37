//! Lists of records: what lists show of them, without their texts wherever that is possible.
//!
//! Metadata come first: a record that skeg wrote has a summary among them. The first one that has none makes the texts come
//! too, at the same time.
//!
//! # Source
//! spec/lifecycle.md 2.6, 3.5, 3.6.

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use skeg_release::record::{Head, Info, RecordError, Status, storage_key};
use tokio::sync::oneshot;

use super::Which;
use super::error::StorageError;
use super::objects::{AT_ONCE, Objects};
use super::query::Query;
use super::wire::{Item, Metadata};
use crate::error::ApiError;
use crate::request::Request;

/// Selects all records.
pub(super) const ALL: &str = "owner=helm";
/// Selects the records that may be the newest of their release; a superseded one hardly ever is.
pub(super) const NOT_SUPERSEDED: &str = "owner=helm,status!=superseded";
/// What Helm says when a list cannot be read.
pub(super) const LIST: &str = "list: failed to list: ";

/// What tells records apart: namespace, name and revision, as names and labels of their objects tell them.
pub(super) type Key = (String, String, i64);

/// What is known of records.
pub(super) struct Gathered {
    /// Of each, its head where a summary tells it, else an outline.
    pub(super) known: Vec<Head>,
    /// Heads from the texts of records; nothing if no record wanted them.
    pub(super) read: BTreeMap<Key, Head>,
}

impl Objects {
    pub(super) async fn list(
        &self,
        all_namespaces: bool,
        which: Which,
        with_labels: bool,
    ) -> Result<Vec<Head>, StorageError> {
        let failed = |error| self.failed(LIST, error);
        let collection = self.collection(all_namespaces);
        let kept = |head| trimmed(head, with_labels);
        if which == Which::All {
            let texts = Query::new(collection.clone(), ALL);
            let gathered = self.gathered(collection, ALL, texts, &|_| true, &kept).await;
            return Ok(gathered.map_err(failed)?.in_full(|_| false));
        }
        // Most of a long history is superseded: the texts of those are only read where one is the newest.
        let texts = Query::new(collection.clone(), NOT_SUPERSEDED);
        let gathered = self.gathered(collection, ALL, texts, &may_be_newest, &kept).await;
        let heads = gathered.map_err(failed)?.in_full(|head| !may_be_newest(head));
        let heads = stream::iter(newest_of(heads))
            .map(|head| self.filled(head))
            .buffer_unordered(AT_ONCE)
            .try_filter_map(|head| std::future::ready(Ok(head.map(kept))));
        heads.try_collect().await
    }

    /// What is known of the objects of a collection that a selector takes; `kept` is told each head and gives what is wanted
    /// of it. Where a summary is missing of one that `is_wanted`, the `texts` are read too.
    pub(super) async fn gathered(
        &self,
        collection: String,
        selector: &str,
        texts: Query,
        is_wanted: &dyn Fn(&Head) -> bool,
        kept: &dyn Fn(Head) -> Head,
    ) -> Result<Gathered, ApiError> {
        let metadata = Query::new(collection, selector).metadata_only();
        let (ask, asked) = oneshot::channel();
        let ask = RefCell::new(Some(ask));
        let known = async {
            let read = |item: Item<'_>| {
                let head = item.known();
                if is_outline(&head) && is_wanted(&head) {
                    // Nobody waits for it any more where the texts have come to nothing.
                    ask.take().map(|ask| ask.send(()));
                }
                Some(kept(head))
            };
            let known = self.items(&metadata, &read).await;
            // Who has not been asked is not going to be.
            ask.take();
            known
        };
        let read = async {
            if asked.await.is_err() {
                return Ok(Vec::new());
            }
            self.texts(&texts, kept).await
        };
        let (known, read) = try_join(known, read).await?;
        Ok(Gathered {
            known,
            read: read.into_iter().collect(),
        })
    }

    /// What is wanted of each record of a list, from its text.
    pub(super) async fn texts(&self, query: &Query, kept: &dyn Fn(Head) -> Head) -> Result<Vec<(Key, Head)>, ApiError> {
        let read = |item: Item<'_>| {
            let key = item.key();
            self.readable(item).map(|head| (key, kept(head)))
        };
        self.items(query, &read).await
    }

    /// A head of which only the outline is known, read in full; none if it has gone or holds no record.
    pub(super) async fn filled(&self, head: Head) -> Result<Option<Head>, StorageError> {
        if !is_outline(&head) {
            return Ok(Some(head));
        }
        let path = self.path_in(&head.namespace, &storage_key(&head.name, head.version));
        match self.client.send(Request::get(path)).await {
            Ok(response) => Ok(self.parsed(&response.body).and_then(|item| self.readable(item))),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(self.failed(LIST, error)),
        }
    }

    /// The head of a record; none where there is no record, which is noted.
    pub(super) fn readable(&self, item: Item<'_>) -> Option<Head> {
        match item.head(self.is_secret()) {
            Ok(head) => Some(item.with_contents(head)),
            Err(error) => {
                self.skip(&item.metadata, error);
                None
            }
        }
    }

    fn skip(&self, metadata: &Metadata, error: RecordError) {
        let mut skipped = self.skipped.borrow_mut();
        // A page may be read twice.
        if !skipped.iter().any(|(name, _)| *name == metadata.name) {
            skipped.push((metadata.name.clone(), error));
        }
    }
}

impl Gathered {
    /// The heads, each in full but for those that may stay outlines; what cannot be read is left out.
    pub(super) fn in_full(mut self, may_stay: fn(&Head) -> bool) -> Vec<Head> {
        let in_full = |head: Head| match is_outline(&head) {
            false => Some(head),
            true => match self.read.remove(&key_of(&head)) {
                None if may_stay(&head) => Some(head),
                read => read,
            },
        };
        self.known.into_iter().filter_map(in_full).collect()
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

/// What tells a record apart, by its outline: the record itself may bear another name than its object.
pub(super) fn key_of(outline: &Head) -> Key {
    (outline.namespace.clone(), outline.name.clone(), outline.version)
}

/// Whether a head says nothing but what names and labels tell.
pub(super) fn is_outline(head: &Head) -> bool {
    let nothing = Info {
        status: head.info.status.clone(),
        ..Info::default()
    };
    head.chart.name.is_empty() && head.info == nothing
}

/// A superseded revision hardly ever is the newest of its release.
pub(super) fn may_be_newest(head: &Head) -> bool {
    *head.status() != Status::Superseded
}

/// There may be thousands: what nobody asks for is forgotten at once.
pub(super) fn trimmed(head: Head, with_labels: bool) -> Head {
    match with_labels {
        true => head,
        false => Head {
            labels: BTreeMap::new(),
            storage_version: None,
            ..head
        },
    }
}
