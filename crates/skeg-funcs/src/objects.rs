//! The Go structs that charts meet.
