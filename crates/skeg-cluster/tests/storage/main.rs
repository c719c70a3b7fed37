//! Records between skeg and the real Helm, on a real API server.
//!
//! `SKEG_TEST_CONTROL_PLANE` is the state folder of a control plane (`cargo xtask control-plane up --state DIR`),
//! `SKEG_TEST_HELM` the real Helm. Without the first, the tests say that they have nothing to run on; without the second,
//! those that need Helm do. With `SKEG_TEST_ALL` they fail then; `cargo xtask lifecycle --tests` sets all three.

mod chart;
mod drivers;
mod place;
mod revisions;
mod sql;
mod summary;
mod window;
