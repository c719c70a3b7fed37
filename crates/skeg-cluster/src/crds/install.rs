//! Helm's way: every object below `crds/` is applied, file by file, and then waited for.

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use serde_json::Value;

use super::{CrdError, CrdFile, objects, read, ready};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::discovery::Discovery;
use crate::error::ApiError;
use crate::progress::{Level, Observer};
use crate::request::{Request, content};

/// How to install.
#[derive(Clone, Debug)]
pub struct InstallOptions {
    /// By server-side apply, which overwrites what is there; else by creating, which leaves it alone.
    pub server_side: bool,
    /// `--force-conflicts`: take fields over that others own.
    pub force_conflicts: bool,
    /// The namespace for objects that live in one and name none: not every chart has only definitions in `crds/`.
    pub namespace: String,
    /// How long the API server may take to offer all definitions.
    pub timeout: Duration,
}

impl Default for InstallOptions {
    fn default() -> Self {
        InstallOptions {
            server_side: true,
            force_conflicts: false,
            namespace: "default".to_owned(),
            timeout: Duration::from_secs(60),
        }
    }
}

/// Requests that may be under way at once.
const AT_ONCE: usize = 16;

/// Applies the files of `crds/` in their order and waits until the API server offers the definitions.
///
/// `kinds` is asked only where a file holds something else than a definition; without it, the cluster is. Yields whether
/// anything was created or changed: then what is known of the cluster's kinds is no longer true.
///
/// # Errors
/// Helm's message: for a file that cannot be read or is refused `failed to install CRD crds/x.yaml: …`; for a definition that
/// is not established in time `resource CustomResourceDefinition//… not ready. …`.
///
/// # Source
/// spec/lifecycle.md 3.1 step 4, and experiments with the reference on the control plane.
pub async fn install(
    client: &Client,
    kinds: Option<&Discovery>,
    files: &[CrdFile],
    options: &InstallOptions,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<bool, CrdError> {
    let mut done: Vec<(String, Value)> = Vec::new();
    let mut asked: Option<Discovery> = None;
    for file in files {
        if cancel.is_cancelled() {
            return Err(CrdError::Cancelled);
        }
        let wrong = |reason: String| CrdError::File {
            path: file.path.clone(),
            reason,
        };
        let found = read(file)?;
        if found.is_empty() {
            return Err(wrong("resources are empty".to_owned()));
        }
        let mut targets = Vec::new();
        for object in found {
            let target = match Target::definition(&object) {
                Some(target) => target,
                None => {
                    if kinds.is_none() && asked.is_none() {
                        let read = Discovery::read(client, None).await;
                        asked = Some(read.map_err(|error| wrong(error.to_string()))?);
                    }
                    let kinds = kinds.or(asked.as_ref());
                    Target::other(object, kinds, &options.namespace).map_err(wrong)?
                }
            };
            targets.push(target);
        }
        done.extend(apply_file(client, file, &targets, options, observer).await?);
    }
    if done.is_empty() {
        return Ok(false);
    }
    ready::wait(client, &done, options.timeout, observer, cancel).await?;
    observer.log(Level::Debug, "clearing REST mapper cache", &[]);
    Ok(true)
}

/// An object and where it goes.
struct Target {
    object: Value,
    collection: String,
    path: String,
    namespace: String,
}

impl Target {
    /// A definition in the version that every cluster of today has.
    fn definition(object: &Value) -> Option<Target> {
        let is_one = object["apiVersion"] == "apiextensions.k8s.io/v1" && object["kind"] == "CustomResourceDefinition";
        is_one.then(|| Target {
            object: object.clone(),
            collection: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions".to_owned(),
            path: objects::path(object),
            namespace: String::new(),
        })
    }

    fn other(mut object: Value, kinds: Option<&Discovery>, namespace: &str) -> Result<Target, String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
        let (name, own) = (
            text(&object["metadata"]["name"]),
            text(&object["metadata"]["namespace"]),
        );
        let unknown = ApiError::UnknownKind {
            api_version: api_version.clone(),
            kind: kind.clone(),
        };
        let resource = kinds
            .ok_or(unknown)
            .and_then(|kinds| kinds.resource(&api_version, &kind))
            .map_err(|error| {
                format!(
                    "resource mapping not found for name: \"{name}\" namespace: \"{own}\" from \"\": {error}\nensure CRDs are \
                     installed first"
                )
            })?;
        let namespace = match (resource.namespaced, own.is_empty()) {
            (false, _) => String::new(),
            (true, true) => namespace.to_owned(),
            (true, false) => own,
        };
        if resource.namespaced && object["metadata"].is_object() {
            object["metadata"]["namespace"] = Value::String(namespace.clone());
        }
        Ok(Target {
            collection: resource.collection(&namespace),
            path: resource.path(&namespace, &name),
            object,
            namespace,
        })
    }

    fn name(&self) -> &str {
        self.object["metadata"]["name"].as_str().unwrap_or_default()
    }
}

/// Applies the objects of a file, those of one kind at once; yields their paths and answers, and nothing where one of them
/// existed already and may not be overwritten.
async fn apply_file(
    client: &Client,
    file: &CrdFile,
    targets: &[Target],
    options: &InstallOptions,
    observer: &dyn Observer,
) -> Result<Vec<(String, Value)>, CrdError> {
    let wrong = |reason: String| CrdError::File {
        path: file.path.clone(),
        reason,
    };
    observer.log(
        Level::Debug,
        "creating resource(s)",
        &[("resources", &targets.len().to_string())],
    );
    if options.server_side {
        let force = options.force_conflicts.to_string();
        let attributes = [
            ("forceConflicts", force.as_str()),
            ("dryRun", "false"),
            ("fieldValidationDirective", "Strict"),
        ];
        observer.log(
            Level::Debug,
            "using server-side apply for resource creation",
            &attributes,
        );
    } else {
        observer.log(Level::Debug, "using client-side apply for resource creation", &[]);
    }
    let mut done = Vec::new();
    let mut exists = false;
    for kind in targets.chunk_by(|one, other| one.object["kind"] == other.object["kind"]) {
        let at_once = if options.server_side { AT_ONCE } else { 1 };
        let mut answers = stream::iter(kind)
            .map(|target| async move { (target, send(client, target, options).await) })
            .buffered(at_once);
        while let Some((target, answer)) = answers.next().await {
            match answer {
                Ok(object) => {
                    if options.server_side {
                        let gvk = objects::gvk(&target.object);
                        let attributes = [
                            ("namespace", target.namespace.as_str()),
                            ("name", target.name()),
                            ("gvk", gvk.as_str()),
                        ];
                        observer.log(Level::Debug, "Created resource via patch", &attributes);
                    }
                    done.push((target.path.clone(), object));
                }
                Err(error) if !options.server_side && error.is_already_exists() => exists = true,
                Err(error) => return Err(wrong(reason(target, &error, options.server_side))),
            }
        }
    }
    if exists {
        observer.log(Level::Debug, "CRD is already present. Skipping", &[("crd", &file.path)]);
        return Ok(Vec::new());
    }
    Ok(done)
}

async fn send(client: &Client, target: &Target, options: &InstallOptions) -> Result<Value, ApiError> {
    let request = if options.server_side {
        apply(&target.path, &target.object, options.force_conflicts)
    } else {
        Request::post(&target.collection)
            .query("fieldManager", "helm")
            .json(&target.object)
    };
    client.send_json(request).await
}

/// A server-side apply as Helm sends it.
pub(super) fn apply(path: &str, object: &Value, force: bool) -> Request {
    Request::patch(path)
        .query("fieldManager", "helm")
        .query("fieldValidation", "Strict")
        .query("force", if force { "true" } else { "false" })
        .body(content::APPLY, object.to_string().into_bytes())
}

fn reason(target: &Target, error: &ApiError, server_side: bool) -> String {
    if !server_side {
        return error.to_string();
    }
    let what = if error.is_conflict() {
        "conflict occurred while applying object"
    } else {
        "server-side apply failed for object"
    };
    let (namespace, name, gvk) = (&target.namespace, target.name(), objects::gvk(&target.object));
    format!("{what} {namespace}/{name} {gvk}: {error}")
}
