//! Chart, values and capabilities in; manifests, hooks and notes out.
//!
//! [`render`](render::render) takes a [`Request`] and yields [`Rendered`] or a [`Failure`]; [`print`] writes the result
//! as `helm template` does. Nothing here knows a cluster or a file system.

pub mod ahead;
mod context;
pub mod diagnose;
pub mod error;
pub mod print;
pub mod programs;
pub mod provenance;
pub mod render;
pub mod request;

pub use ahead::Ahead;
pub use diagnose::diagnose;
pub use error::RenderError;
pub use programs::{Programs, Watch};
pub use render::{Failure, Rendered, failures, render, render_files};
pub use request::{Release, Request};
