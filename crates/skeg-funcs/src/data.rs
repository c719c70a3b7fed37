//! YAML, JSON and TOML.

use skeg_template::function::Function;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[];
