//! Releases: making, changing and removing them; reading what is stored of them and what the cluster knows of their objects.
//!
//! Every operation opens a [`Store`], asks it for records, and prints through [`crate::output::release`].

pub mod complete;
mod definitions;
pub mod get;
pub mod history;
pub mod install;
pub mod list;
mod located;
mod objects;
pub mod operate;
pub mod options;
pub mod prepare;
pub mod rollback;
mod scope;
pub mod status;
pub mod store;
pub mod test;
pub mod uninstall;
pub mod upgrade;

pub use store::Store;
