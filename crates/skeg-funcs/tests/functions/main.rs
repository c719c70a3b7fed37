//! Tests of all template functions: the tables, and the answers that the real Helm gave.

mod calculator;
mod differential;
mod tables;
