//! Writing objects again, so that none is stored in an old version and that version can be given up.
//!
//! # Source
//! Kubernetes documentation, "Upgrade existing objects to a new stored version".

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{CrdError, objects};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::error::ApiError;
use crate::progress::{Level, Observer};
use crate::request::{Request, content};

/// What was done about stored objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration {
    /// Objects written again.
    pub rewritten: u64,
    /// Versions struck off `status.storedVersions`.
    pub dropped: Vec<String>,
}

/// Objects on a page of a list.
const PAGE: &str = "500";
/// Objects written at once.
const AT_ONCE: usize = 8;
/// How long the API server may take to store in the new version after it took the definition.
const SETTLES: Duration = Duration::from_secs(30);
/// How many objects that could not be written are named.
const NAMED: usize = 5;

/// What discovery says about the version that objects of a kind are stored in; it changes when storing does.
pub(super) async fn fingerprint(client: &Client, installed: &Value) -> Option<String> {
    let collection = objects::collection(installed)?;
    let (version, plural) = collection.rsplit_once('/')?;
    let list = client.get(version).await.ok()?;
    let resource = list["resources"]
        .as_array()?
        .iter()
        .find(|resource| resource["name"] == plural)?;
    resource["storageVersionHash"].as_str().map(str::to_owned)
}

/// Waits until objects are stored in another version than `before` tells of; for a while, and then goes on all the same,
/// because not every server tells.
pub(super) async fn settle(client: &Client, installed: &Value, before: Option<String>) {
    let until = Instant::now() + SETTLES;
    while before.is_some() && Instant::now() < until {
        let now = fingerprint(client, installed).await;
        if now.is_some() && now != before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The versions that objects may still be stored in beside the one that is written.
pub(super) fn outdated(installed: &Value) -> Vec<String> {
    let versions = installed["spec"]["versions"].as_array();
    let current = versions
        .into_iter()
        .flatten()
        .find(|version| version["storage"] == true);
    let current = current.map(|version| version["name"].clone()).unwrap_or_default();
    let stored = installed["status"]["storedVersions"].as_array().into_iter().flatten();
    stored
        .filter(|version| **version != current)
        .filter_map(|version| version.as_str().map(str::to_owned))
        .collect()
}

/// Writes every object of a kind again and strikes the outdated versions off the definition's status. Nothing to do is no
/// error. `installed` is the definition as it is now.
///
/// # Errors
/// Objects that could not be written, each with the server's reason: the old versions then stay listed, and the same can be
/// tried again.
pub(super) async fn migrate(
    client: &Client,
    name: &str,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<Migration, CrdError> {
    let failed = |doing: String| move |error: ApiError| CrdError::Api { doing, error };
    let path = objects::path_v1(name);
    let installed = client.get(&path).await;
    let installed = installed.map_err(failed(format!("cannot read the custom resource definition {name}")))?;
    let outdated = outdated(&installed);
    if outdated.is_empty() {
        return Ok(Migration::default());
    }
    let Some(collection) = objects::collection(&installed) else {
        return Err(CrdError::Migration(format!(
            "the objects of {name} cannot be written again, because none of its versions is served"
        )));
    };
    let rewritten = rewrite(client, name, &collection, observer, cancel).await?;
    let versions = installed["spec"]["versions"].as_array();
    let current = versions
        .into_iter()
        .flatten()
        .find(|version| version["storage"] == true);
    let status = json!({
        // Whoever changed the definition meanwhile may store another version again.
        "metadata": {"resourceVersion": installed["metadata"]["resourceVersion"]},
        "status": {"storedVersions": [current.map(|version| version["name"].clone()).unwrap_or_default()]}
    });
    let request = Request::patch(format!("{path}/status"))
        .query("fieldManager", "helm")
        .body(content::MERGE, status.to_string().into_bytes());
    let doing = format!(
        "cannot strike {} off status.storedVersions of {name}",
        outdated.join(", ")
    );
    client.send(request).await.map_err(failed(doing))?;
    Ok(Migration {
        rewritten,
        dropped: outdated,
    })
}

/// Writes all objects again by patches that change nothing: the server stores them anew where their version has changed.
async fn rewrite(
    client: &Client,
    name: &str,
    collection: &str,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<u64, CrdError> {
    let (mut done, mut more) = (0, String::new());
    let mut failures: Vec<String> = Vec::new();
    let mut failed = 0_usize;
    loop {
        let mut request = Request::get(collection)
            .query("limit", PAGE)
            .accept(objects::METADATA_LIST);
        if !more.is_empty() {
            request = request.query("continue", &more);
        }
        let page = match client.send_json(request).await {
            Ok(page) => page,
            // The list took too long; objects that were written already are written once more without harm.
            Err(error) if error.is_expired() && !more.is_empty() => {
                (done, more) = (0, String::new());
                continue;
            }
            Err(error) => {
                let doing = format!("cannot list the objects of {name} to write them again");
                return Err(CrdError::Api { doing, error });
            }
        };
        let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut writes = stream::iter(items)
            .map(|item| async move {
                let path = objects::object_path(collection, &item["metadata"]);
                let patch = Request::patch(path)
                    .query("fieldManager", "helm")
                    .body(content::MERGE, b"{}".to_vec());
                (item, client.send(patch).await)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((item, outcome)) = writes.next().await {
            if cancel.is_cancelled() {
                return Err(CrdError::Cancelled);
            }
            match outcome {
                Ok(_) => done += 1,
                // Gone meanwhile, so it is not stored in any version.
                Err(error) if error.is_not_found() => {}
                Err(error) => {
                    failed += 1;
                    if failures.len() < NAMED {
                        failures.push(format!("{}: {error}", shown(&item["metadata"])));
                    }
                }
            }
        }
        let attributes = [("crd", name.to_owned()), ("objects", done.to_string())];
        let attributes: Vec<(&str, &str)> = attributes.iter().map(|(key, value)| (*key, value.as_str())).collect();
        observer.log(Level::Debug, "writing objects in the new storage version", &attributes);
        more = page["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
        if more.is_empty() {
            break;
        }
    }
    if failed == 0 {
        return Ok(done);
    }
    let mut text = format!(
        "{failed} of {} objects of {name} cannot be written in the new storage version; the old one stays until they are \
         corrected",
        done + failed as u64
    );
    for failure in failures {
        text.push_str("\n  ");
        text.push_str(&failure);
    }
    Err(CrdError::Migration(text))
}

fn shown(metadata: &Value) -> String {
    let name = metadata["name"].as_str().unwrap_or_default();
    match metadata["namespace"].as_str() {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}
