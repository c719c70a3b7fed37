//! The chart author's workbench: the scaffold of new charts, and lint.

pub mod lint;
pub mod scaffold;
