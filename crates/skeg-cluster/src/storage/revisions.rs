//! The revisions of one release. Names tell which of them are the newest, so of a long history only those are read that
//! somebody wants to see.
//!
//! # Source
//! spec/lifecycle.md 2.6; Helm 4.3.1 reads them all.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use skeg_release::record::Head;

use super::error::StorageError;
use super::lists::{Gathered, Key, is_outline, trimmed};
use super::objects::{AT_ONCE, Objects};
use super::query::Query;
use super::wire::Item;

/// What Helm says when a history cannot be read.
const QUERY: &str = "query: failed to query with labels: ";
/// So many revisions go into one selector: with five digits each some 1.5 KB.
const REVISIONS: usize = 256;

impl Objects {
    /// The newest revisions that can be read, `count` at least if there are so many, oldest first.
    pub(super) async fn history(&self, name: &str, count: usize, with_labels: bool) -> Result<Vec<Head>, StorageError> {
        let kept = |head| trimmed(head, with_labels);
        let mut known = self.revisions(name, &|item| Some(kept(item.known()))).await?;
        let older = known.len().saturating_sub(count);
        known.drain(..older);
        let (are_there, all) = (!known.is_empty(), known.len());
        let heads = self.read(name, known, older > 0, &kept).await?;
        if older > 0 && heads.len() < all {
            // Older ones take the place of those that cannot be read.
            return Box::pin(self.history(name, usize::MAX, with_labels)).await;
        }
        if are_there && heads.is_empty() {
            return Err(StorageError::NoneReadable(name.to_owned()));
        }
        Ok(heads)
    }

    /// As [`Objects::history`] of all revisions, but only what names and labels tell.
    pub(super) async fn outline(&self, name: &str) -> Result<Vec<Head>, StorageError> {
        self.revisions(name, &|item| Some(item.outline())).await
    }

    /// What `read` makes of the metadata of each revision, oldest first.
    async fn revisions(&self, name: &str, read: &dyn Fn(Item<'_>) -> Option<Head>) -> Result<Vec<Head>, StorageError> {
        let query = Query::new(self.collection(false), &of_release(name)).metadata_only();
        let heads = self.items(&query, read).await;
        let mut heads = heads.map_err(|error| self.failed(QUERY, error))?;
        heads.sort_by_key(|head| head.version);
        Ok(heads)
    }

    /// These revisions in full: of those that have no summary the texts are read. `are_more`: there are others too.
    async fn read(
        &self,
        name: &str,
        known: Vec<Head>,
        are_more: bool,
        kept: &dyn Fn(Head) -> Head,
    ) -> Result<Vec<Head>, StorageError> {
        let missing: Vec<&Head> = known.iter().filter(|head| is_outline(head)).collect();
        let all = of_release(name);
        let selectors = match !are_more && missing.len() == known.len() {
            true => vec![all],
            false => missing
                .chunks(REVISIONS)
                .map(|heads| with_versions(&all, heads))
                .collect(),
        };
        let asked = stream::iter(selectors).map(|selector| async move {
            let query = Query::new(self.collection(false), &selector);
            let found = self.texts(&query, kept).await;
            found.map_err(|error| self.failed(QUERY, error))
        });
        let pages: Vec<Vec<(Key, Head)>> = asked.buffer_unordered(AT_ONCE).try_collect().await?;
        let read = pages.into_iter().flatten().collect();
        Ok(Gathered { known, read }.in_full(|_| false))
    }
}

/// Selects the revisions of a release.
fn of_release(name: &str) -> String {
    format!("name={name},owner=helm")
}

/// Of those that a selector takes, these.
fn with_versions(selector: &str, heads: &[&Head]) -> String {
    let versions: Vec<String> = heads.iter().map(|head| head.version.to_string()).collect();
    format!("{selector},version in ({})", versions.join(","))
}
