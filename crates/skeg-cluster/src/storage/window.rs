//! Lists of which only a part is shown: what names and labels tell decides which releases it has, and of those alone the
//! records are read.
//!
//! The first records come in full, for in most clusters they are all there are. Where more follow, the list goes on with
//! metadata only. What is chosen and not among the first is asked for by name.
//!
//! # Source
//! Kubernetes API concepts, "Retrieving large results sets in chunks": a list may be continued in another representation.

use std::collections::BTreeMap;

use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use skeg_release::record::{Head, Status};

use super::error::StorageError;
use super::objects::{AT_ONCE, NOT_SUPERSEDED, Objects, Query, SUPERSEDED, newest_of};
use super::wire::Item;

/// More than this many are read in full at once.
pub const LARGEST_WINDOW: usize = 500;
/// So many names go into one selector: with the longest names some 6 KB.
const NAMES: usize = 100;

impl Objects {
    /// The releases that `choose` takes from the newest revisions of all, about which it is told what [`Head`] says that
    /// comes from names and labels: name, namespace, revision, state, labels. `room`: how many it takes at most, no more
    /// than [`LARGEST_WINDOW`].
    ///
    /// None where a chosen record cannot be read or says something else than its name and labels, or labels name a state
    /// that is none.
    pub(super) async fn window(
        &self,
        all_namespaces: bool,
        room: usize,
        choose: &dyn Fn(Vec<Head>) -> Vec<Head>,
    ) -> Result<Option<Vec<Head>>, StorageError> {
        let collection = self.collection(all_namespaces);
        let first = Query::new(collection.clone(), NOT_SUPERSEDED).first(room.clamp(1, LARGEST_WINDOW));
        let superseded = Query::new(collection, SUPERSEDED).metadata_only();
        let (found, superseded) = try_join(
            self.items(&first, &|item| Some(self.known(item))),
            self.items(&superseded, &|item| {
                Some(Known {
                    outline: item.outline(),
                    record: None,
                })
            }),
        )
        .await
        .map_err(|error| self.failed("list: failed to list: ", error))?;
        let mut records = BTreeMap::new();
        let mut outlines = Vec::with_capacity(found.len() + superseded.len());
        for known in found.into_iter().chain(superseded) {
            if let Some(record) = known.record {
                records.insert(key(&known.outline), record);
            }
            outlines.push(known.outline);
        }
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

    fn known(&self, item: Item<'_>) -> Known {
        let outline = item.outline();
        let record = match item.has_record() {
            true => self.readable(item.head(self.is_secret()), &item.metadata),
            false => None,
        };
        Known { outline, record }
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

/// What is known of a stored object.
struct Known {
    outline: Head,
    record: Option<Head>,
}

/// What tells records apart; the name is that of the object, not of the record.
fn key(head: &Head) -> (String, String, i64) {
    (head.namespace.clone(), head.name.clone(), head.version)
}
