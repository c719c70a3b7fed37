//! Deleting objects.
//!
//! # Source
//! spec/lifecycle.md 3.2 step 12, 3.4 step 5.

use serde_json::json;

use crate::client::Client;
use crate::error::ApiError;
use crate::request::Request;

/// What becomes of an object's dependents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cascade {
    /// They go after it.
    #[default]
    Background,
    /// They go before it.
    Foreground,
    /// They stay.
    Orphan,
}

impl Cascade {
    /// The policy with this word of `--cascade`.
    pub fn of(word: &str) -> Option<Cascade> {
        Some(match word {
            "background" => Cascade::Background,
            "foreground" => Cascade::Foreground,
            "orphan" => Cascade::Orphan,
            _ => return None,
        })
    }

    /// The API's word.
    pub fn policy(self) -> &'static str {
        match self {
            Cascade::Background => "Background",
            Cascade::Foreground => "Foreground",
            Cascade::Orphan => "Orphan",
        }
    }
}

/// Deletes an object; whether there was one.
///
/// # Errors
/// The server's refusal. That there is none is no error.
pub async fn delete(client: &Client, path: &str, cascade: Cascade) -> Result<bool, ApiError> {
    let body = json!({"propagationPolicy": cascade.policy()});
    match client.send(Request::delete(path).json(&body)).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}
