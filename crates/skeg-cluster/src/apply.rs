//! Sending objects to the server.
//!
//! [`build`] finds out where each object of a manifest lives; [`ssa`] and [`csa`] are the two ways to create and change one;
//! [`live`] finds what exists already; [`conflict`] explains who owns what.

pub mod build;
pub mod conflict;
pub mod csa;
mod fields;
pub mod immutable;
pub mod live;
pub mod migrate;
pub mod remove;
pub mod ssa;
pub mod unchanged;

use serde_json::Value;
use skeg_release::object::key;

use crate::client::Response;
use crate::error::ApiError;

pub use build::{Built, build};

/// An object that the server did not take.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct ApplyError {
    /// Helm's words, those of the server among them.
    pub message: String,
    /// What the server said; none where nothing could be sent.
    pub error: Option<ApiError>,
    /// The object that was to be sent.
    pub object: Box<Value>,
}

impl ApplyError {
    /// An error about an object, which is named after `lead`.
    pub fn new(lead: &'static str, object: &Value, error: ApiError) -> Self {
        let key = key(object);
        let gvk = gvk(&key.api_version, &key.kind);
        let message = format!("{lead} {}/{} {gvk}: {error}", key.namespace, key.name);
        ApplyError::told(message, object, Some(error))
    }

    /// An error in its own words.
    pub(crate) fn told(message: String, object: &Value, error: Option<ApiError>) -> Self {
        ApplyError {
            message,
            error,
            object: Box::new(object.clone()),
        }
    }

    /// The same error after further words and a colon.
    #[must_use]
    pub(crate) fn within(mut self, words: &str) -> Self {
        self.message = format!("{words}: {}", self.message);
        self
    }
}

/// What the server made of an object.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The object as it is now.
    pub object: Value,
    /// It was not there before.
    pub created: bool,
}

impl Sent {
    /// The server's answer to a create or a change.
    pub fn of(response: &Response) -> Self {
        Sent {
            object: serde_json::from_slice(&response.body).unwrap_or_default(),
            created: response.code == 201,
        }
    }
}

/// A kind as Go prints it: `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`.
pub fn gvk(api_version: &str, kind: &str) -> String {
    let slash = if api_version.contains('/') { "" } else { "/" };
    format!("{slash}{api_version}, Kind={kind}")
}
