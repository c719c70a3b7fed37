//! Server-side apply: the object is sent as it shall be, and the server merges.
//!
//! # Source
//! spec/lifecycle.md 8.2.

use serde_json::Value;

use super::{ApplyError, Sent};
use crate::client::Client;
use crate::request::{Request, content};

/// The name under which fields are owned.
pub const FIELD_MANAGER: &str = "helm";

/// Creates or changes an object. `force` takes over fields that others own.
///
/// # Errors
/// In Helm's words; a conflict keeps the server's Status.
pub async fn apply(client: &Client, path: &str, object: &Value, force: bool) -> Result<Sent, ApplyError> {
    let request = Request::patch(path)
        .query("fieldManager", FIELD_MANAGER)
        .query("fieldValidation", "Strict")
        .query("force", if force { "true" } else { "false" })
        .body(content::APPLY, object.to_string().into_bytes());
    let sent = client.send(request).await;
    sent.map(|response| Sent::of(&response)).map_err(|error| {
        let lead = if error.is_conflict() {
            "conflict occurred while applying object"
        } else {
            "server-side apply failed for object"
        };
        ApplyError::new(lead, object, error)
    })
}
