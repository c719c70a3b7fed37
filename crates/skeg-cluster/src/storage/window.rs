//! Lists of which only a part is shown: what names and labels tell decides which releases it has, and of those alone the
//! records are read.
//!
//! While the metadata of all come, the first records come in full, for in most clusters they are all there are. What is
//! chosen and not among them is asked for by name.
//!
//! # Source
//! Kubernetes API concepts, "Alternate representations of resources".

use std::collections::BTreeMap;

use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use skeg_release::record::{Head, Status};

use super::error::StorageError;
use super::objects::{AT_ONCE, NOT_SUPERSEDED, Objects, Query, newest_of};
use super::wire::Item;

/// More than this many are read in full at once.
pub const LARGEST_WINDOW: usize = 500;
/// So many names go into one selector: with the longest names some 6 KB.
const NAMES: usize = 100;

impl Objects {
    /// The releases that `choose` takes from the newest revisions of all, about which it is told what [`Head`] says that
    /// comes from names and labels: name, namespace, revision, state; labels only `with_labels`. `room`: how many it takes
    /// at most, no more than [`LARGEST_WINDOW`].
    ///
    /// None where a chosen record cannot be read or says something else than its name and labels, or labels name a state
    /// that is none.
    pub(super) async fn window(
        &self,
        all_namespaces: bool,
        room: usize,
        with_labels: bool,
        choose: &dyn Fn(Vec<Head>) -> Vec<Head>,
    ) -> Result<Option<Vec<Head>>, StorageError> {
        let collection = self.collection(all_namespaces);
        let first = Query::new(collection.clone(), NOT_SUPERSEDED).first(room.clamp(1, LARGEST_WINDOW));
        let all = Query::new(collection, "owner=helm").metadata_only();
        let (first, outlines) = try_join(
            self.items(&first, &|item| {
                let outline = item.outline();
                let record = self.readable(item.head(self.is_secret()), &item.metadata);
                record.map(|record| (key(&outline), record))
            }),
            // There may be thousands: what nobody asks for is forgotten at once.
            self.items(&all, &|item| {
                let mut outline = item.outline();
                outline.storage_version = None;
                if !with_labels {
                    outline.labels.clear();
                }
                Some(outline)
            }),
        )
        .await
        .map_err(|error| self.failed("list: failed to list: ", error))?;
        let mut records: BTreeMap<_, _> = first.into_iter().collect();
        let newest = newest_of(outlines);
        // Only hands that edit labels write such states.
        let odd = |head: &Head| matches!(head.status(), Status::Unknown | Status::Other(_));
        if newest.iter().any(odd) {
            return Ok(None);
        }
        let chosen = choose(newest);
        let missing: Vec<&Head> = chosen.iter().filter(|head| !records.contains_key(&key(head))).collect();
        for record in self.named(all_namespaces, &missing).await? {
            records.insert(key(&record), record);
        }
        let mut read = Vec::with_capacity(chosen.len());
        for outline in chosen {
            let record = match records.remove(&key(&outline)) {
                Some(record) => Some(record),
                None => self.filled(outline.clone()).await?,
            };
            match record {
                Some(record) if record.name == outline.name && record.info.status == outline.info.status => {
                    read.push(record);
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(read))
    }

    /// The records of releases of these names that are not superseded; others may come along, and some be missing.
    async fn named(&self, all_namespaces: bool, heads: &[&Head]) -> Result<Vec<Head>, StorageError> {
        let mut names: Vec<&str> = heads.iter().map(|head| head.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let asked = stream::iter(names.chunks(NAMES).map(|names| {
            let selector = format!("{NOT_SUPERSEDED},name in ({})", names.join(","));
            let query = Query::new(self.collection(all_namespaces), &selector);
            async move {
                let read = |item: Item<'_>| self.readable(item.head(self.is_secret()), &item.metadata);
                let found = self.items(&query, &read).await;
                found.map_err(|error| self.failed("list: failed to list: ", error))
            }
        }));
        let pages: Vec<Vec<Head>> = asked.buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(pages.into_iter().flatten().collect())
    }
}

/// What tells records apart; the name is that of the object, not of the record.
fn key(head: &Head) -> (String, String, i64) {
    (head.namespace.clone(), head.name.clone(), head.version)
}
