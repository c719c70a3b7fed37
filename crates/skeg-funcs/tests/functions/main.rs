//! Tests of all template functions: the tables, and the answers that the real Helm gave.

mod differential;
mod engine;
mod tables;
