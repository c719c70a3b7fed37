//! Names in other spellings: snake, kebab and camel case, titles.

use skeg_template::function::Function;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[];
