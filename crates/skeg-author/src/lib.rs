//! The chart author's workbench: lint and the scaffold.
