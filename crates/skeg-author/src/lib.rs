//! The chart author's workbench: the scaffold of new charts, lint, and tests.

pub mod lint;
pub mod scaffold;
pub mod unittest;
