//! Releases as data: the documents that templates rendered, told apart into manifests and hooks, in Helm's order.
//!
//! [`split`] cuts rendered text into documents, [`document`] reads each one's head, [`sort()`] puts them in order.
//! Nothing here knows templates or a cluster.

pub mod document;
pub mod hook;
pub mod sort;
pub mod split;

pub use document::{Document, DocumentError, RenderedFile};
pub use hook::{Hook, HookEvent};
pub use sort::{Order, Sorted, sort};
