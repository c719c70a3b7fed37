//! YAML, read and written as Helm does it.
