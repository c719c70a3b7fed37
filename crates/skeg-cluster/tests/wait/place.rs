//! Namespaces on a real control plane, and objects in them.

use std::future::Future;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use skeg_cluster::cancel::Cancel;
use skeg_cluster::progress::Silent;
use skeg_cluster::request::{Request, content};
use skeg_cluster::wait::{self, NotReady, Options, Patience, Rules, Target};
use skeg_cluster::{Client, Resource};
use skeg_release::object;

use crate::users::{client, kubeconfig};

/// A namespace of its own and an administrator in it.
pub(crate) struct Place {
    pub(crate) admin: Client,
    pub(crate) namespace: String,
    kubeconfig: String,
}

impl Place {
    pub(crate) async fn new(name: &str) -> Option<Place> {
        let kubeconfig = kubeconfig("ADMIN")?;
        let admin = client(kubeconfig.clone(), "").await;
        let stamp = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970")
            .as_millis();
        let namespace = format!("wait-{name}-{stamp}");
        let place = Place {
            admin,
            namespace,
            kubeconfig,
        };
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": place.namespace}});
        place
            .admin
            .send_json(Request::post("/api/v1/namespaces").json(&object))
            .await
            .expect("a namespace");
        let account = format!("/api/v1/namespaces/{}/serviceaccounts/default", place.namespace);
        while place.admin.find(&account).await.expect("an answer").is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(place)
    }

    /// The same place seen by somebody who may do only what `rules` say.
    pub(crate) async fn as_restricted(&self, rules: Value) -> Client {
        let base = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{}", self.namespace);
        let role = json!({"metadata": {"name": "r"}, "rules": rules});
        self.admin
            .send_json(Request::post(format!("{base}/roles")).json(&role))
            .await
            .expect("a role");
        let binding = json!({"metadata": {"name": "r"}, "subjects": [{"kind": "User", "name": "somebody", "apiGroup": "rbac.authorization.k8s.io"}],
            "roleRef": {"kind": "Role", "name": "r", "apiGroup": "rbac.authorization.k8s.io"}});
        self.admin
            .send_json(Request::post(format!("{base}/rolebindings")).json(&binding))
            .await
            .expect("a binding");
        let restricted = client(self.kubeconfig.clone(), "somebody").await;
        // The authorizer learns of the role a moment later.
        tokio::time::sleep(Duration::from_millis(700)).await;
        restricted
    }

    /// Makes or changes an object of the namespace.
    pub(crate) async fn apply(&self, mut object: Value) -> Target {
        let resource = resource(
            object["apiVersion"].as_str().expect("a version"),
            object["kind"].as_str().expect("a kind"),
        );
        let resource = &resource;
        if resource.namespaced {
            object["metadata"]["namespace"] = self.namespace.clone().into();
        }
        let key = object::key(&object);
        let request = Request::patch(resource.path(&key.namespace, &key.name))
            .query("fieldManager", "test")
            .query("force", "true")
            .body(content::APPLY, object.to_string().into_bytes());
        let live = self.admin.send_json(request).await.expect("an object");
        Target {
            key,
            resource: resource.clone(),
            live: Some(live),
        }
    }

    pub(crate) async fn patch_status(&self, target: &Target, status: Value) {
        let path = format!(
            "{}/status",
            target.resource.path(&target.key.namespace, &target.key.name)
        );
        let body = json!({"status": status}).to_string().into_bytes();
        self.admin
            .send_json(Request::patch(path).body(content::MERGE, body))
            .await
            .expect("a status");
    }

    pub(crate) async fn delete(&self, target: &Target) {
        let path = target.resource.path(&target.key.namespace, &target.key.name);
        self.admin
            .send_json(Request::delete(path).query("propagationPolicy", "Background"))
            .await
            .expect("a deletion");
    }

    /// Ends what was made, without waiting for it.
    pub(crate) async fn leave(self) {
        let path = format!("/api/v1/namespaces/{}", self.namespace);
        let _ = self.admin.send_json(Request::delete(path)).await;
    }
}

fn resource(api_version: &str, kind: &str) -> Resource {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    Resource {
        group: group.into(),
        version: version.into(),
        kind: kind.into(),
        plural: format!("{}s", kind.to_lowercase()),
        namespaced: kind != "CustomResourceDefinition",
    }
}

/// An object that runs pods, with the life that the control plane's stages give to `life`.
pub(crate) fn workload(kind: &str, name: &str, life: &str) -> Value {
    let labels = json!({"app": name, "release": "r"});
    let mut pod = json!({"metadata": {"labels": labels, "annotations": {"skeg.test/pod": life}}, "spec": {"containers": [{"name": "c", "image": "i"}]}});
    if life.is_empty() {
        pod["metadata"].as_object_mut().expect("metadata").remove("annotations");
    }
    let metadata = json!({"name": name, "labels": {"release": "r"}});
    match kind {
        "Pod" => {
            pod["spec"]["restartPolicy"] = "Never".into();
            json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "labels": {"release": "r"}, "annotations": pod["metadata"]["annotations"]}, "spec": pod["spec"]})
        }
        "Job" => {
            pod["spec"]["restartPolicy"] = "Never".into();
            json!({"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": {"backoffLimit": 0, "template": pod}})
        }
        _ => {
            let mut spec = json!({"selector": {"matchLabels": {"app": name}}, "template": pod});
            if kind == "StatefulSet" {
                spec["serviceName"] = name.into();
            }
            json!({"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec})
        }
    }
}

/// Options for a wait of so many seconds.
pub(crate) fn options(rules: Rules, seconds: u64) -> Options {
    Options {
        rules,
        timeout: Duration::from_secs(seconds),
        poll: Duration::from_millis(300),
        ..Options::default()
    }
}

/// Patience for nothing.
pub(crate) fn impatient() -> Patience {
    let at_once = Duration::from_millis(500);
    Patience {
        pull: at_once,
        crash: at_once,
        config: at_once,
        refused: at_once,
        silence: at_once,
    }
}

pub(crate) async fn ready(client: &Client, targets: &[Target], options: &Options) -> Result<(), Box<NotReady>> {
    wait::wait_ready(client, targets, options, &Silent, &Cancel::never()).await
}

/// Waits again and again until the answer's text is `expected` (empty for success), as a control plane on a busy machine takes
/// its time to bring objects into the state that a test is about. Gives the last text where that never happens.
pub(crate) async fn eventually<F: Future<Output = Result<(), Box<NotReady>>>>(
    expected: &str,
    wait: impl Fn() -> F,
) -> Result<(), String> {
    let limit = Instant::now() + Duration::from_secs(180);
    loop {
        let answer = wait().await.err().map(|error| error.to_string()).unwrap_or_default();
        if answer == expected {
            return Ok(());
        }
        if Instant::now() > limit {
            return Err(answer);
        }
    }
}
