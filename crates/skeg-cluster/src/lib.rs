//! Releases on a Kubernetes API server: connecting, reading and writing records, applying manifests, waiting, hooks.
//!
//! Nothing here knows templates or prints; what happens is told to an [`progress::Observer`]. All of it runs on one thread:
//! futures are not `Send`, and what goes on at once goes on by joining them.

pub mod apply;
pub mod cancel;
pub mod client;
pub mod config;
pub mod crds;
pub mod discovery;
pub mod error;
pub mod hooks;
pub mod lease;
pub mod logs;
pub mod operation;
pub mod progress;
mod protobuf;
mod reason;
pub mod request;
pub mod storage;
pub mod wait;

pub use client::{Client, Response};
pub use discovery::{Discovery, Resource};
pub use error::{ApiError, Status};
pub use request::Request;
