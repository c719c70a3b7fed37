//! What the cluster knows of a release's objects: each object of the manifest, and the pods of its workloads.
//!
//! All are asked for at once, but stand in the order of the manifest. What is gone, or may not be read, is left out.
//!
//! # Source
//! spec/lifecycle.md 3.5; requests as Helm 4.3.1 sends them.

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::Value;
use skeg_cluster::apply::build::{Built, all_unknown, build};
use skeg_cluster::request::Request;
use skeg_cluster::{ApiError, Client};
use skeg_release::object::parse_manifest;
use skeg_release::record::Record;

use super::store::{Store, is_refusal};
use crate::error::CommandError;
use crate::output::Output;
use crate::output::log::Level;
use crate::output::release::{Resources, Section};

/// In which form the API server is to give objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As rows of its own tables.
    Table,
    /// As they are.
    Whole,
}

/// What the API server is asked for so that it answers with tables; servers that make none answer with the objects.
const AS_TABLE: &str =
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

/// Requests that are under way at once.
const AT_ONCE: usize = 16;

/// The kinds whose pods are shown.
const WORKLOADS: [&str; 5] = [
    "Deployment",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
];

/// The section of pods that belong to workloads.
const PODS: &str = "v1/Pod(related)";

/// What the cluster knows of the objects; none without a cluster.
///
/// # Errors
/// Kinds that the cluster does not know; a cluster that is out of reach.
pub(super) fn find(
    record: &Record,
    form: Form,
    store: &Store,
    out: &mut Output,
) -> Result<Option<Resources>, CommandError> {
    if store.is_memory {
        return Ok(None);
    }
    let failed = |error: ApiError| CommandError::new(error.to_string());
    let objects = parse_manifest(&record.manifest).map_err(|error| CommandError::new(error.to_string()))?;
    if objects.is_empty() {
        return Ok(None);
    }
    let discovery = store.session.discovery().map_err(failed)?;
    let built =
        build(&discovery, &objects, &record.namespace).map_err(|unknown| CommandError::new(all_unknown(&unknown)))?;
    let client = store.session.client();
    let answers: Vec<Answer> = store.session.block_on(
        stream::iter(&built)
            .map(|object| answer(client, object, form))
            .buffered(AT_ONCE)
            .collect(),
    );
    let mut resources = Resources::default();
    for (object, answer) in built.iter().zip(answers) {
        let Some(found) = usable(answer.object).map_err(failed)? else {
            continue;
        };
        let key = object.key();
        out.log(
            Level::Debug,
            "get relation pod of object",
            &[("namespace", &key.namespace), ("name", &key.name), ("kind", &key.kind)],
        );
        let version = key.api_version.rsplit('/').next().unwrap_or_default();
        add(&mut resources, &format!("{version}/{}", key.kind), found);
        match answer.pods {
            None => {}
            Some(Ok(pods)) => add(&mut resources, PODS, with_kinds(pods)),
            Some(Err(error)) if is_refusal(&error) => out.log(
                Level::Warn,
                "get the relation pod is failed",
                &[("error", &error.to_string())],
            ),
            Some(Err(error)) => return Err(failed(error)),
        }
    }
    Ok(Some(resources))
}

fn add(resources: &mut Resources, name: &str, object: Value) {
    match resources.sections.iter_mut().find(|section| section.name == name) {
        Some(section) => section.objects.push(object),
        None => resources.sections.push(Section {
            name: name.to_owned(),
            objects: vec![object],
        }),
    }
}

/// What came back for one object.
struct Answer {
    object: Result<Value, ApiError>,
    /// Its pods, where it has a selector for them.
    pods: Option<Result<Value, ApiError>>,
}

async fn answer(client: &Client, built: &Built, form: Form) -> Answer {
    let pods = async {
        let request = form
            .request(&pods_path(&built.key().namespace))
            .query("labelSelector", &selector(built)?);
        Some(client.send_json(request).await)
    };
    let (object, pods) = futures_util::join!(client.send_json(form.request(&built.path())), pods);
    Answer { object, pods }
}

impl Form {
    fn request(self, path: &str) -> Request {
        match self {
            Form::Table => Request::get(path).query("includeObject", "Object").accept(AS_TABLE),
            Form::Whole => Request::get(path),
        }
    }
}

fn pods_path(namespace: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/pods")
}

/// What labels the pods of a workload have. Helm looks at `matchLabels` alone.
fn selector(built: &Built) -> Option<String> {
    if !WORKLOADS.contains(&built.resource.kind.as_str()) || !matches!(built.resource.group.as_str(), "" | "apps") {
        return None;
    }
    let selector = &built.object["spec"]["selector"];
    let labels = match built.resource.kind.as_str() {
        "ReplicationController" => selector,
        _ => &selector["matchLabels"],
    };
    let labels = labels.as_object()?;
    let pairs = labels
        .iter()
        .map(|(key, value)| Some(format!("{key}={}", value.as_str()?)))
        .collect::<Option<Vec<String>>>()?;
    (!pairs.is_empty()).then(|| pairs.join(","))
}

/// The object, none where the server does not give it.
fn usable(answer: Result<Value, ApiError>) -> Result<Option<Value>, ApiError> {
    match answer {
        Ok(object) => Ok(Some(object)),
        Err(error) if is_refusal(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A list whose items say what they are, which the API server leaves out.
fn with_kinds(mut list: Value) -> Value {
    if list["kind"] == "PodList"
        && let Some(items) = list.get_mut("items").and_then(Value::as_array_mut)
    {
        for item in items {
            if let Some(item) = item.as_object_mut() {
                item.entry("apiVersion").or_insert_with(|| "v1".into());
                item.entry("kind").or_insert_with(|| "Pod".into());
            }
        }
    }
    list
}
