//! Suites run against a small chart, all in memory.

mod asserts;
mod bench;
mod paths;
mod suites;
