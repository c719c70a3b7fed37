//! Values: what the user gave, and how it meets the defaults of a chart and its subcharts.

pub mod coalesce;
pub mod origin;
pub mod path;
mod print;
pub(crate) use print::plain;
pub mod sources;

pub use coalesce::{Nulls, coalesce, coalesce_last};
pub use origin::{Origin, origin};
pub use sources::{Source, Sources, merge};
