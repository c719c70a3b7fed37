//! The chart author's workbench: the scaffold of new charts, lint, tests, documentation.

pub mod docs;
pub mod lint;
pub mod scaffold;
pub mod unittest;
