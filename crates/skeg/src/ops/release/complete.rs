//! What shells are offered: releases, revisions, namespaces.
//!
//! # Source
//! spec/lifecycle.md 1.7; Helm 4.3.1 by experiment: everything there is, the shell sorts out what does not fit.

use std::time::Duration;

use skeg_cluster::request::Request;

use super::history::chart_and_app;
use super::list::{self, ListOptions};
use super::store::Store;
use crate::error::CommandError;
use crate::ops::session::Session;
use crate::settings::Settings;

/// How long a shell waits for a list of namespaces.
const PATIENCE: Duration = Duration::from_secs(3);

/// The releases of the namespace: `NAME TAB CHART-VERSION -> STATUS`.
///
/// # Errors
/// They cannot be read.
pub fn releases(settings: &Settings, without: &[String]) -> Result<Vec<String>, CommandError> {
    let store = Store::open(settings)?;
    let options = ListOptions {
        max: 0,
        ..ListOptions::default()
    };
    let releases = list::find(&options, &store)?;
    let wanted = releases.iter().filter(|head| !without.contains(&head.name));
    Ok(wanted
        .map(|head| format!("{}\t{} -> {}", head.name, chart_and_app(head).0, head.info.status))
        .collect())
}

/// The revisions of a release: `REVISION TAB App: …, Chart: …`.
///
/// # Errors
/// They cannot be read, or there are none.
pub fn revisions(name: &str, settings: &Settings) -> Result<Vec<String>, CommandError> {
    let store = Store::open(settings)?;
    let history = store.ask(store.storage.history(name, false))?;
    if history.is_empty() {
        return Err(CommandError::new("release: not found"));
    }
    Ok(history
        .iter()
        .map(|head| {
            let (chart, app_version) = chart_and_app(head);
            format!("{}\tApp: {app_version}, Chart: {chart}", head.version)
        })
        .collect())
}

/// The namespaces of the cluster.
///
/// # Errors
/// They cannot be read.
pub fn namespaces(settings: &Settings) -> Result<Vec<String>, CommandError> {
    let session = Session::connect(settings)?;
    let request = Request::get("/api/v1/namespaces")
        .query("timeout", "3s")
        .query("timeoutSeconds", "3")
        .timeout(PATIENCE);
    let list = session
        .block_on(session.client().send_json(request.once()))
        .map_err(|error| CommandError::new(error.to_string()))?;
    let items = list["items"].as_array().map_or(&[][..], Vec::as_slice);
    Ok(items
        .iter()
        .filter_map(|item| item["metadata"]["name"].as_str())
        .map(str::to_owned)
        .collect())
}
