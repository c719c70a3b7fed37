//! What containers said.
//!
//! # Source
//! spec/lifecycle.md 3.6, 5; Kubernetes API reference, Pod `log`.

use serde_json::Value;

use crate::client::Client;
use crate::error::ApiError;
use crate::request::Request;

/// The most bytes of one container's log that are fetched.
pub const LIMIT: usize = 8 << 20;

/// The pods that a hook's object runs: the Pod itself, or those of a Job.
///
/// # Errors
/// The server's refusal.
pub async fn pods(client: &Client, kind: &str, namespace: &str, name: &str) -> Result<Vec<Value>, ApiError> {
    let collection = format!("/api/v1/namespaces/{namespace}/pods");
    let request = match kind {
        "Job" => Request::get(collection).query("labelSelector", &format!("job-name={name}")),
        _ => Request::get(collection).query("fieldSelector", &format!("metadata.name={name}")),
    };
    let mut list = client.send_json(request).await?;
    Ok(list["items"].as_array_mut().map(std::mem::take).unwrap_or_default())
}

/// The names of a pod's containers, without those of its start.
pub fn containers(pod: &Value) -> Vec<String> {
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    containers
        .filter_map(|container| container["name"].as_str().map(str::to_owned))
        .collect()
}

/// What a container has said so far; of more than [`LIMIT`] bytes, the first.
///
/// # Errors
/// The server's refusal.
pub async fn of_container(client: &Client, namespace: &str, pod: &str, container: &str) -> Result<Vec<u8>, ApiError> {
    let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/log");
    let request = Request::get(path)
        .query("container", container)
        .query("limitBytes", &LIMIT.to_string())
        // A log is text, whatever the server is asked for otherwise.
        .accept("text/plain, */*");
    Ok(client.send(request).await?.body)
}
