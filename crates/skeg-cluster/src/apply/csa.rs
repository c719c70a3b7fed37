//! Client-side apply: the object is created as it is, and changed by a patch that is computed here from the last manifest,
//! the new one and the live object.
//!
//! In: the object as it shall be, the last release's object if there is one. Out: what the server made of it. The patch is
//! made by `skeg_release::merge`; whose the object is has been checked before.
//!
//! # Source
//! spec/lifecycle.md 8.3; the errors are those of Helm 4.3.1 on a real API server.

use serde_json::Value;
use skeg_release::merge::{PatchKind, Update, client_side_patch};

use super::ssa::FIELD_MANAGER;
use super::{ApplyError, Sent};
use crate::client::Client;
use crate::discovery::Resource;
use crate::error::ApiError;
use crate::request::{Request, content};

/// How often an update is computed anew because the object changed meanwhile.
const ATTEMPTS: u32 = 5;

/// How an object is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a patch: what others wrote stays.
    Patch,
    /// As a whole (`--force-replace`).
    Replace,
}

/// Creates an object that isn't there. What a lost first answer created counts as created.
///
/// # Errors
/// What the server said, in its own words.
pub async fn create(client: &Client, resource: &Resource, object: &Value) -> Result<Sent, ApplyError> {
    let (namespace, name) = place(object);
    let request = Request::post(resource.collection(namespace))
        .query("fieldManager", FIELD_MANAGER)
        .json(object);
    match client.send(request).await {
        Ok(response) => Ok(Sent {
            created: true,
            ..Sent::of(&response)
        }),
        Err(error) if error.is_already_exists() && error.is_repeated() => {
            let live = client.get(&resource.path(namespace, name)).await;
            let live = live.map_err(|error| ApplyError::told(error.to_string(), object, Some(error)))?;
            Ok(Sent {
                object: live,
                created: true,
            })
        }
        Err(error) => Err(ApplyError::told(error.to_string(), object, Some(error))),
    }
}

/// Changes an object that may be there, and creates it where it isn't.
///
/// `baseline` is the object as the last release's manifest has it, without the marks of its owner; none where that release
/// lacks it and the object is being adopted. Nothing is sent where nothing would change.
///
/// # Errors
/// In Helm's words: `cannot patch "NAME" with kind KIND: …`, `failed to replace object: …`, `failed to create resource: …`.
pub async fn update(
    client: &Client,
    resource: &Resource,
    baseline: Option<&Value>,
    object: &Value,
    way: Way,
) -> Result<Sent, ApplyError> {
    let (namespace, name) = place(object);
    let path = resource.path(namespace, name);
    for attempt in 1.. {
        let found = client.find(&path).await.map_err(|error| {
            let text = format!("could not get information about the resource: {error}");
            ApplyError::told(text, object, Some(error))
        })?;
        let Some(live) = found else {
            return create(client, resource, object)
                .await
                .map_err(|error| error.within("failed to create resource"));
        };
        let sent = match way {
            Way::Patch => patch(client, &path, baseline, object, &live).await,
            Way::Replace => replace(client, &path, object, &live).await,
        };
        match sent {
            // Somebody wrote in between: look again.
            Err(error) if attempt < ATTEMPTS && error.error.as_ref().is_some_and(ApiError::is_conflict) => {}
            other => return other,
        }
    }
    unreachable!("the last attempt returns")
}

/// Sends the patch that the three objects make; the live object where there is nothing to send.
async fn patch(
    client: &Client,
    path: &str,
    baseline: Option<&Value>,
    object: &Value,
    live: &Value,
) -> Result<Sent, ApplyError> {
    let update = Update {
        original: baseline,
        modified: object,
        current: live,
    };
    let patch = client_side_patch(update)
        .map_err(|error| ApplyError::told(format!("failed to create patch: {error}"), object, None))?;
    if patch.is_empty() {
        return Ok(Sent {
            object: live.clone(),
            created: false,
        });
    }
    let content_type = match patch.kind {
        PatchKind::Strategic => content::STRATEGIC_MERGE,
        PatchKind::JsonMerge => content::MERGE,
    };
    let request = Request::patch(path)
        .query("fieldManager", FIELD_MANAGER)
        .body(content_type, patch.body.to_string().into_bytes());
    let sent = client.send(request).await.map_err(|error| {
        let (name, kind) = (place(object).1, object["kind"].as_str().unwrap_or_default());
        ApplyError::told(
            format!("cannot patch \"{name}\" with kind {kind}: {error}"),
            object,
            Some(error),
        )
    })?;
    Ok(Sent {
        created: false,
        ..Sent::of(&sent)
    })
}

/// Puts the object in the place of the live one, if that has not changed since it was read.
async fn replace(client: &Client, path: &str, object: &Value, live: &Value) -> Result<Sent, ApplyError> {
    let mut whole = object.clone();
    whole["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"].clone();
    let request = Request::put(path)
        .query("fieldManager", FIELD_MANAGER)
        .query("fieldValidation", "Strict")
        .json(&whole);
    let sent = client
        .send(request)
        .await
        .map_err(|error| ApplyError::told(format!("failed to replace object: {error}"), object, Some(error)))?;
    Ok(Sent {
        created: false,
        ..Sent::of(&sent)
    })
}

/// Namespace and name.
fn place(object: &Value) -> (&str, &str) {
    let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default();
    (text("namespace"), text("name"))
}
