//! The tests of the engine: recorded answers of Go, and what Go can't be asked.

mod cases;
mod host;
mod limits;
mod sets;
mod tracing;
