//! The chart author's workbench: the scaffold of new charts, lint, tests, documentation.

pub mod coverage;
pub mod docs;
pub mod lint;
pub mod scaffold;
pub mod unittest;
