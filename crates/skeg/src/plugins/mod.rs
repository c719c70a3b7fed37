//! Plugins: programs of the user that add top-level commands, or that manifests go through.
//!
//! [`manifest`] reads a `plugin.yaml`, [`find`] the folders of `HELM_PLUGINS`, [`run`] prepares and starts a plugin's
//! program, [`commands`] puts plugins into the tree of commands, [`complete`] completes them. Only programs of this machine are run: those for a
//! WebAssembly runtime are passed over with a log line.
//!
//! # Source
//! lifecycle spec 11.1, 11.2; messages by experiment with Helm 4.3.1.

pub mod commands;
pub mod complete;
mod expand;
pub mod find;
pub mod manifest;
pub mod run;

pub use find::{find, named};
pub use manifest::{Plugin, PluginType};
