//! What of a release exists in the cluster.
//!
//! Helm asks for each object in turn. Here many objects of one kind and namespace are found with one list of their metadata;
//! the others, and all where listing is not allowed, are asked for at once.

use std::collections::{BTreeMap, HashMap};

use futures_util::stream::{self, StreamExt};
use serde_json::Value;

use super::Built;
use crate::client::Client;
use crate::error::ApiError;
use crate::request::Request;

/// So many requests are under way at once.
pub const AT_ONCE: usize = 16;
/// From so many objects of a kind on, listing them takes less than asking for each.
const WORTH_A_LIST: usize = 6;
/// A list of a kind with more objects than so many times those wanted is given up.
const LONG: usize = 8;

/// Asks for the metadata of a list only.
const METADATA: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// The metadata of those objects that exist, in the order asked for; what else is in them depends on how they were found.
///
/// # Errors
/// The first object that could not be asked for, and why.
pub async fn existing(client: &Client, objects: &[&Built]) -> Result<Vec<Option<Value>>, (usize, ApiError)> {
    let mut found: Vec<Option<Value>> = vec![None; objects.len()];
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, built) in objects.iter().enumerate() {
        groups
            .entry(built.resource.collection(&built.key().namespace))
            .or_default()
            .push(index);
    }
    let mut single = Vec::new();
    for (collection, members) in groups {
        let list = if members.len() >= WORTH_A_LIST {
            list(client, &collection, members.len()).await.ok().flatten()
        } else {
            None
        };
        match list {
            Some(mut by_name) => {
                for index in members {
                    found[index] = by_name.remove(&objects[index].key().name);
                }
            }
            None => single.extend(members),
        }
    }
    let asked = stream::iter(
        single
            .into_iter()
            .map(|index| async move { (index, client.find(&objects[index].path()).await) }),
    );
    let mut answers = asked.buffer_unordered(AT_ONCE);
    let mut failed: Option<(usize, ApiError)> = None;
    while let Some((index, answer)) = answers.next().await {
        match answer {
            Ok(object) => found[index] = object,
            Err(error) if failed.as_ref().is_none_or(|(first, _)| index < *first) => failed = Some((index, error)),
            Err(_) => {}
        }
    }
    failed.map_or(Ok(found), Err)
}

/// The objects of a collection by name; none where it is too long to be worth it.
async fn list(client: &Client, collection: &str, wanted: usize) -> Result<Option<HashMap<String, Value>>, ApiError> {
    let mut by_name = HashMap::new();
    let mut next = String::new();
    loop {
        let mut request = Request::get(collection).accept(METADATA).query("limit", "500");
        if !next.is_empty() {
            request = request.query("continue", &next);
        }
        let mut page = client.send_json(request).await?;
        for item in page["items"].as_array_mut().into_iter().flatten() {
            let name = item["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            by_name.insert(name, item.take());
        }
        next = page["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
        if next.is_empty() {
            return Ok(Some(by_name));
        }
        if by_name.len() > wanted * LONG {
            return Ok(None);
        }
    }
}
