//! Leaving out applies that change nothing but would touch the object all the same.
//!
//! A NetworkPolicy with `ingress: []` gets a new generation at every apply, since the API server drops the empty list and then finds
//! that it differs. What has something empty in it and is as the revision before had it is therefore read first.
//!
//! # Source
//! spec/charts.md XC-27; Helm 4.3.1 applies it each time.

use serde_json::Value;
use skeg_release::applied::{has_empty, is_in_force};

use super::Sent;
use super::ssa::FIELD_MANAGER;
use crate::client::Client;

/// The live object, where applying `object` to it would change nothing; none where it has to be applied, or that cannot be told.
///
/// `wanted` and `before` are the objects of the new manifest and of the one before, without the marks of their owner.
pub async fn unchanged(client: &Client, path: &str, wanted: &Value, before: &Value, object: &Value) -> Option<Sent> {
    if wanted != before || !has_empty(wanted) {
        return None;
    }
    let live = client.find(path).await.ok()??;
    is_in_force(object, &live, FIELD_MANAGER).then_some(Sent {
        object: live,
        created: false,
    })
}
