//! Requirements on every chart (XC-*), over every chart and profile. One program, so that a rendering is made once.
//!
//! `FAMILY=plue` looks at one family only.

mod api_versions;
mod determinism;
mod docs;
mod helm_equal;
mod images;
mod lint;
mod naming;
mod network;
mod packaging;
mod planted;
mod schema;
mod security;
mod seeds;
mod traceability;
mod tree;
mod unittest;
mod validate;
mod values;
mod workloads;
