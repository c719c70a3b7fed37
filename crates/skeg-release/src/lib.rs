//! Releases as data: the documents that templates rendered, told apart into manifests and hooks, in Helm's order.
//!
//! [`split`] cuts rendered text into documents, [`document`] reads each one's head, [`sort()`] puts them in order.
//! [`record`] is a release as it is stored: what Helm writes into a Secret, and the rules of a history of them.
//! Nothing here knows templates or a cluster.

pub mod applied;
pub mod document;
pub mod hook;
pub mod merge;
pub mod object;
pub mod ownership;
pub mod plan;
pub mod post_render;
pub mod record;
pub mod selector;
pub mod sequence;
pub mod sort;
pub mod split;

pub use document::{Document, DocumentError, RenderedFile};
pub use hook::{Hook, HookEvent};
pub use record::{Record, StoredChart, StoredHook};
pub use sort::{Order, Sorted, sort};
