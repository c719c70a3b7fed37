//! Waits: on a real control plane, beside the messages that Helm 4.3.1 gives for the same objects, and against a scripted server
//! for what a real one cannot be made to show.
//!
//! The tests in `real` need `SKEG_TEST_KUBECONFIG_ADMIN` and its fellows, which `cargo xtask control-plane env` prints;
//! without them they say so and do nothing. `cargo xtask lifecycle` runs them.

mod faults;
mod place;
mod real;
#[path = "../users/mod.rs"]
mod users;
