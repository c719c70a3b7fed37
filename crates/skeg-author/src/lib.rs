//! The chart author's workbench: the scaffold of new charts, and lint.

pub mod scaffold;
