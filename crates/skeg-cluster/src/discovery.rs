//! What kinds a cluster serves, where, and whether they live in namespaces.
//!
//! Read once per command, in two requests, as aggregated discovery; each answer is kept in a file with its entity tag, so that
//! the next command only asks whether it is still true. A server too old for aggregation is asked group by group.
//!
//! # Source
//! Kubernetes API concepts, "Aggregated discovery"; spec/lifecycle.md 12.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::Client;
use crate::error::ApiError;
use crate::request::Request;

/// A kind that the cluster serves in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The API group; empty for the core one.
    pub group: String,
    /// The version, `v1`.
    pub version: String,
    /// The kind.
    pub kind: String,
    /// Its name in paths.
    pub plural: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}

impl Resource {
    /// `v1`, or `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// The path of all objects, in a namespace if it has one and the kind lives in one.
    pub fn collection(&self, namespace: &str) -> String {
        let root = if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        };
        if self.namespaced && !namespace.is_empty() {
            format!("{root}/namespaces/{namespace}/{}", self.plural)
        } else {
            format!("{root}/{}", self.plural)
        }
    }

    /// The path of an object.
    pub fn path(&self, namespace: &str, name: &str) -> String {
        format!("{}/{}", self.collection(namespace), path_segment(name))
    }
}

/// A name as one segment of a path: RBAC names may hold colons and blanks, never a slash.
fn path_segment(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// All kinds of a cluster.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    resources: BTreeMap<(String, String), Resource>,
    /// `apps/v1` and `apps/v1/Deployment`, as `.Capabilities.APIVersions` lists them.
    api_versions: BTreeSet<String>,
    /// The groups whose discovery failed: an aggregated API that is down.
    stale: Vec<String>,
}

/// What aggregated discovery is asked for with; a server that knows none of them answers in the old way.
const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
                      application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

#[derive(Serialize, Deserialize)]
struct Kept {
    etag: String,
    body: Value,
}

impl Discovery {
    /// Asks the cluster. `cache` is a folder for this cluster's answers; none keeps nothing.
    ///
    /// # Errors
    /// The cluster cannot be asked. A single group that does not answer is no error; see [`Discovery::stale_groups`].
    pub async fn read(client: &Client, cache: Option<&PathBuf>) -> Result<Discovery, ApiError> {
        let (core, groups) = futures_util::join!(document(client, "/api", cache), document(client, "/apis", cache));
        let (core, groups) = (core?, groups?);
        let mut discovery = Discovery::default();
        if core["kind"] == "APIGroupDiscoveryList" && groups["kind"] == "APIGroupDiscoveryList" {
            for list in [&core, &groups] {
                discovery.take_aggregated(list);
            }
            return Ok(discovery);
        }
        discovery.take_each(client, &core, &groups).await?;
        Ok(discovery)
    }

    fn take_aggregated(&mut self, list: &Value) {
        for group in items(&list["items"]) {
            let name = text(&group["metadata"]["name"]);
            for version in items(&group["versions"]) {
                let number = text(&version["version"]);
                let api_version = join(&name, &number);
                if version["freshness"] == "Stale" {
                    self.stale.push(api_version.clone());
                }
                self.api_versions.insert(api_version.clone());
                for resource in items(&version["resources"]) {
                    let kind = text(&resource["responseKind"]["kind"]);
                    let plural = text(&resource["resource"]);
                    if !kind.is_empty() {
                        self.add(&name, &number, &kind, &plural, resource["scope"] == "Namespaced");
                    }
                    for below in items(&resource["subresources"]) {
                        let kind = text(&below["responseKind"]["kind"]);
                        if !kind.is_empty() {
                            self.api_versions.insert(format!("{api_version}/{kind}"));
                        }
                    }
                }
            }
        }
    }

    /// The way of servers before 1.26: a request for each group and version.
    async fn take_each(&mut self, client: &Client, core: &Value, groups: &Value) -> Result<(), ApiError> {
        let mut wanted: Vec<(String, String)> = items(&core["versions"])
            .map(|version| (String::new(), text(version)))
            .collect();
        for group in items(&groups["groups"]) {
            for version in items(&group["versions"]) {
                wanted.push((text(&group["name"]), text(&version["version"])));
            }
        }
        let ask = wanted.iter().map(|(group, version)| {
            let path = match group.as_str() {
                "" => format!("/api/{version}"),
                group => format!("/apis/{group}/{version}"),
            };
            async move { client.get(&path).await }
        });
        for ((group, version), answer) in wanted.iter().zip(join_all(ask).await) {
            let api_version = join(group, version);
            let answer = match answer {
                Ok(answer) => answer,
                Err(error @ ApiError::Unreachable { .. }) => return Err(error),
                Err(_) => {
                    self.stale.push(api_version);
                    continue;
                }
            };
            self.api_versions.insert(api_version.clone());
            for resource in items(&answer["resources"]) {
                let (kind, name) = (text(&resource["kind"]), text(&resource["name"]));
                if name.contains('/') {
                    self.api_versions.insert(format!("{api_version}/{kind}"));
                } else {
                    self.add(group, version, &kind, &name, resource["namespaced"] == true);
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, group: &str, version: &str, kind: &str, plural: &str, namespaced: bool) {
        let api_version = join(group, version);
        self.api_versions.insert(format!("{api_version}/{kind}"));
        let resource = Resource {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
            namespaced,
        };
        // Of two resources of one kind the first is the real one.
        self.resources.entry((api_version, kind.to_owned())).or_insert(resource);
    }

    /// The resource of a kind.
    ///
    /// # Errors
    /// [`ApiError::UnknownKind`] where the cluster does not serve it.
    pub fn resource(&self, api_version: &str, kind: &str) -> Result<&Resource, ApiError> {
        self.resources
            .get(&(api_version.to_owned(), kind.to_owned()))
            .ok_or_else(|| ApiError::UnknownKind {
                kind: kind.to_owned(),
                api_version: api_version.to_owned(),
            })
    }

    /// All resources, by group, version and kind.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.values()
    }

    /// `.Capabilities.APIVersions`: `apps/v1`, `apps/v1/Deployment`, …, sorted.
    pub fn api_versions(&self) -> Vec<String> {
        self.api_versions.iter().cloned().collect()
    }

    /// Groups and versions that could not be asked, such as an aggregated API whose server is down.
    pub fn stale_groups(&self) -> &[String] {
        &self.stale
    }
}

/// One of the two documents: from the file while the server says that it is true, else anew.
async fn document(client: &Client, path: &str, cache: Option<&PathBuf>) -> Result<Value, ApiError> {
    let file = cache.map(|folder| folder.join(format!("{}.json", path.trim_start_matches('/'))));
    let kept: Option<Kept> = file
        .as_ref()
        .and_then(|file| std::fs::read(file).ok())
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let mut request = Request::get(path).accept(ACCEPT);
    if let Some(kept) = &kept {
        request = request.if_none_match(&kept.etag);
    }
    let response = client.send(request).await?;
    if let (304, Some(kept)) = (response.code, kept) {
        return Ok(kept.body);
    }
    let body: Value = serde_json::from_slice(&response.body).map_err(|error| ApiError::Malformed {
        method: "GET".to_owned(),
        url: format!("{}{path}", client.address()),
        reason: format!("the answer is not JSON: {error}"),
    })?;
    if let (Some(file), false) = (file, response.etag.is_empty()) {
        let kept = Kept {
            etag: response.etag,
            body,
        };
        keep(&file, &kept);
        return Ok(kept.body);
    }
    Ok(body)
}

/// Keeps an answer. A cache that cannot be written is no reason to fail.
fn keep(file: &PathBuf, kept: &Kept) {
    let Some(folder) = file.parent() else { return };
    let temporary = file.with_extension(format!("{}.tmp", std::process::id()));
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&temporary, serde_json::to_vec(kept).unwrap_or_default()))
        .and_then(|()| std::fs::rename(&temporary, file));
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
}

fn join(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Kubernetes API concepts: aggregated discovery. Kinds of subresources count among the API versions, as in Helm.
    #[test]
    fn aggregated_discovery_is_read() {
        let mut discovery = Discovery::default();
        discovery.take_aggregated(&json!({"kind": "APIGroupDiscoveryList", "items": [
            {"metadata": {"name": "apps"}, "versions": [{"version": "v1", "freshness": "Current", "resources": [
                {"resource": "deployments", "scope": "Namespaced", "responseKind": {"kind": "Deployment"},
                 "subresources": [{"subresource": "scale", "responseKind": {"group": "autoscaling", "kind": "Scale"}}]}]}]},
            {"metadata": {"name": "down.example.com"}, "versions": [{"version": "v1", "freshness": "Stale"}]},
        ]}));
        assert_eq!(
            discovery.api_versions(),
            ["apps/v1", "apps/v1/Deployment", "apps/v1/Scale", "down.example.com/v1"]
        );
        let deployment = discovery.resource("apps/v1", "Deployment").expect("it is served");
        assert_eq!(
            deployment.path("n", "web"),
            "/apis/apps/v1/namespaces/n/deployments/web"
        );
        assert_eq!(deployment.collection(""), "/apis/apps/v1/deployments");
        assert_eq!(discovery.stale_groups(), ["down.example.com/v1"]);
        let unknown = discovery
            .resource("apps/v2", "Deployment")
            .expect_err("it is not served")
            .to_string();
        assert_eq!(unknown, "no matches for kind \"Deployment\" in version \"apps/v2\"");
    }

    #[test]
    fn names_are_one_segment() {
        let role = Resource {
            group: "rbac.authorization.k8s.io".to_owned(),
            version: "v1".to_owned(),
            kind: "ClusterRole".to_owned(),
            plural: "clusterroles".to_owned(),
            namespaced: false,
        };
        assert_eq!(
            role.path("n", "system:a b/c"),
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:a%20b%2Fc"
        );
    }
}
