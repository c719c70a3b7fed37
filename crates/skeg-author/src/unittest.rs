//! Tests of charts: suites in the format of the helm-unittest plugin, run in this process.
//!
//! In: a chart and suite files ([`bench::Bench`]); what they need of the world comes through [`bench::Outside`]. Out:
//! [`results`], which [`report`] prints. A suite goes `parse` → [`suite`] → `job` (`outcome`: values,
//! render, documents) → [`asserts`] → [`results`]. Every render is shown to a [`skeg_render::Watch`]: coverage attaches there.
//!
//! # Source
//! helm-unittest 1.1.2: its documentation, and what it answers.

pub mod asserts;
pub mod bench;
mod diff;
mod given;
mod job;
mod lookup;
mod message;
mod outcome;
pub(crate) mod parse;
pub mod path;
pub mod report;
pub mod results;
mod select;
pub mod snapshot;
mod split;
pub mod suite;

pub use bench::{Bench, Options, Outside, SuiteFile};
