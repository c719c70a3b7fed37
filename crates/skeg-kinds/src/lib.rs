//! What is known of Kubernetes kinds: install order, deprecated and removed APIs, naming rules.
//!
//! Facts only: nothing here talks to a cluster.

pub mod crd;
pub mod deprecations;
pub mod immutable;
pub mod merge_keys;
pub mod names;
pub mod order;
pub mod pod_security;
pub mod readiness;
pub mod schemas;
pub mod validate;

pub use deprecations::{Deprecation, deprecation};
pub use order::{install_rank, uninstall_rank};
