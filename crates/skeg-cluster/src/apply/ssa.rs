//! Server-side apply: the object is sent as it shall be, and the server merges.
//!
//! # Source
//! spec/lifecycle.md 8.2.

use serde_json::Value;
use skeg_kinds::schemas::Pack;

use super::{ApplyError, Sent};
use crate::client::{Client, Response};
use crate::request::{Request, content};

/// The name under which fields are owned.
pub const FIELD_MANAGER: &str = "helm";

/// Creates or changes an object. `force` takes over fields that others own.
///
/// # Errors
/// In Helm's words; a conflict keeps the server's Status.
pub async fn apply(client: &Client, path: &str, object: &Value, force: bool) -> Result<Sent, ApplyError> {
    let response = send(client, path, object, force).await?;
    Ok(Sent::of(&response))
}

/// As [`apply`], where nobody looks at what became of the object: the one that is given is null.
///
/// # Errors
/// As [`apply`].
pub async fn apply_unseen(client: &Client, path: &str, object: &Value, force: bool) -> Result<Sent, ApplyError> {
    let response = send(client, path, object, force).await?;
    Ok(Sent {
        object: Value::Null,
        created: response.code == 201,
    })
}

async fn send(client: &Client, path: &str, object: &Value, force: bool) -> Result<Response, ApplyError> {
    let request = Request::patch(path)
        .query("fieldManager", FIELD_MANAGER)
        .query("fieldValidation", field_validation(object))
        .query("force", if force { "true" } else { "false" })
        .body(content::APPLY, object.to_string().into_bytes());
    client.send(request).await.map_err(|error| {
        let lead = if error.is_conflict() {
            "conflict occurred while applying object"
        } else {
            "server-side apply failed for object"
        };
        ApplyError::new(lead, object, error)
    })
}

/// What the server does about fields that it does not know.
///
/// Helm asks for `Strict`, for which the server reads the body a second time: a fifth of the time that an install costs it. Of
/// a built-in kind an apply is refused for an unknown field in any case, in the same words, since an unknown field cannot
/// have an owner; and a body that is made from a map has no key twice. A custom resource may have a part without a schema.
fn field_validation(object: &Value) -> &'static str {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let is_built_in = Pack::get().kind(text("apiVersion"), text("kind")).is_some();
    if is_built_in { "Ignore" } else { "Strict" }
}
