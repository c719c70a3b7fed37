//! Lists of which only a part is shown: what names and labels tell decides which releases it has, and of those alone the
//! records are read.
//!
//! Where summaries are missing, the first records come in full while the metadata still come, for in most clusters they are
//! all there are. What is chosen and not among them is asked for by name.
//!
//! # Source
//! Kubernetes API concepts, "Alternate representations of resources".

use futures_util::stream::{self, StreamExt, TryStreamExt};
use skeg_release::record::{Head, Status};

use super::error::StorageError;
use super::lists::{ALL, Gathered, LIST, NOT_SUPERSEDED, is_outline, key_of, may_be_newest, newest_of, trimmed};
use super::objects::{AT_ONCE, Objects};
use super::query::Query;

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
        let kept = |head| trimmed(head, with_labels);
        let gathered = self.gathered(collection, ALL, first, &may_be_newest, &kept).await;
        let Gathered { known, mut read } = gathered.map_err(|error| self.failed(LIST, error))?;
        let newest = newest_of(known);
        // Only hands that edit labels write such states.
        let odd = |head: &Head| matches!(head.status(), Status::Unknown | Status::Other(_));
        if newest.iter().any(odd) {
            return Ok(None);
        }
        let chosen = choose(newest);
        let is_missing = |head: &&Head| is_outline(head) && !read.contains_key(&key_of(head));
        let missing: Vec<&Head> = chosen.iter().filter(is_missing).collect();
        for head in self.named(all_namespaces, &missing).await? {
            read.insert(key_of(&head), kept(head));
        }
        let mut window = Vec::with_capacity(chosen.len());
        for known in chosen {
            if !is_outline(&known) {
                window.push(known);
                continue;
            }
            let found = match read.remove(&key_of(&known)) {
                Some(found) => Some(found),
                None => self.filled(known.clone()).await?.map(kept),
            };
            match found {
                Some(found) if found.name == known.name && found.info.status == known.info.status => window.push(found),
                _ => return Ok(None),
            }
        }
        Ok(Some(window))
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
                let found = self.items(&query, &|item| self.readable(item)).await;
                found.map_err(|error| self.failed(LIST, error))
            }
        }));
        let pages: Vec<Vec<Head>> = asked.buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(pages.into_iter().flatten().collect())
    }
}
