//! JSON, read and written as Go does it.
