//! Regular expressions in Go's syntax.

use skeg_template::function::Function;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[];
