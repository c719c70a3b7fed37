//! Server-side apply on a real control plane: what skeg leaves unsaid in a request changes no answer.
//!
//! `SKEG_TEST_KUBECONFIG_ADMIN` is an administrator's kubeconfig (`cargo xtask control-plane env`); without it nothing runs.
//! With `SKEG_TEST_ALL` that is a failure; `cargo xtask lifecycle --tests` sets both.

#[path = "../users/mod.rs"]
mod users;

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use skeg_cluster::apply::ssa;
use skeg_cluster::request::content;
use skeg_cluster::{Client, Request};

use users::{client, kubeconfig};

/// Objects with many kinds of fields, and their collections.
fn samples() -> Vec<(&'static str, Value)> {
    let pod = json!({
        "metadata": {"labels": {"a": "b"}},
        "spec": {
            "securityContext": {"runAsUser": 1},
            "containers": [{
                "name": "m", "image": "x", "args": ["a"],
                "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
                "ports": [{"name": "http", "containerPort": 80}],
                "resources": {"limits": {"cpu": "500m"}},
                "livenessProbe": {"httpGet": {"path": "/", "port": "http"}},
            }],
            "volumes": [{"name": "v", "projected": {"sources": [{"configMap": {"name": "c"}}]}}],
        },
    });
    let meta = || json!({"name": "never-made", "labels": {"a": "b"}, "annotations": {"c": "d"}});
    vec![
        (
            "/api/v1/namespaces/default/configmaps",
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta(), "immutable": true, "data": {"a": "b"}}),
        ),
        (
            "/api/v1/namespaces/default/secrets",
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": meta(), "data": {"a": "Yg=="}, "stringData": {"c": "d"}}),
        ),
        (
            "/api/v1/namespaces/default/services",
            json!({"apiVersion": "v1", "kind": "Service", "metadata": meta(),
                "spec": {"selector": {"a": "b"}, "ports": [{"port": 80, "targetPort": "http"}]}}),
        ),
        (
            "/apis/apps/v1/namespaces/default/deployments",
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta(), "spec": {
                "replicas": 2, "strategy": {"rollingUpdate": {"maxSurge": "25%"}},
                "selector": {"matchLabels": {"a": "b"}}, "template": pod}}),
        ),
        (
            "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
            json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta(), "spec": {"rules": [{"host": "a.b",
                "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "s", "port": {"number": 80}}}}]}}]}}),
        ),
        (
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": meta(),
                "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}),
        ),
        (
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": meta(), "spec": {
                "group": "never.test", "scope": "Namespaced", "names": {"plural": "nevers", "kind": "Never"},
                "versions": [{"name": "v1", "served": true, "storage": true,
                    "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object"}}}}}]}}),
        ),
    ]
}

/// The object with one thing wrong in turn: an unknown field in each map, a name in the wrong case, a value of another type.
fn mistakes(object: &Value) -> Vec<Value> {
    fn walk(object: &Value, at: &str, found: &mut Vec<Value>) {
        let mut change = |with: &dyn Fn(&mut Value)| {
            let mut changed = object.clone();
            with(changed.pointer_mut(at).expect("a place in the object"));
            found.push(changed);
        };
        match object.pointer(at) {
            Some(Value::Object(fields)) => {
                change(&|map| map["unknownField"] = json!("x"));
                change(&|map| map["unknownMap"] = json!({"a": [1]}));
                for name in fields.keys().filter(|name| !is_fixed(at, name)) {
                    let (first, rest) = name.split_at(1);
                    let is_lower = first.starts_with(char::is_lowercase);
                    let first = if is_lower {
                        first.to_uppercase()
                    } else {
                        first.to_lowercase()
                    };
                    let other = first + rest;
                    change(&|map| map[&other] = map[name].take());
                }
                for name in fields.keys().filter(|name| !is_fixed(at, name)) {
                    walk(
                        object,
                        &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                        found,
                    );
                }
            }
            Some(Value::Array(items)) => {
                for index in 0..items.len() {
                    walk(object, &format!("{at}/{index}"), found);
                }
            }
            _ => {
                for value in [json!(7), json!("x"), json!(true), json!({"q": 1}), json!(["q"])] {
                    change(&|leaf| *leaf = value.clone());
                }
            }
        }
    }
    let mut found = Vec::new();
    walk(object, "", &mut found);
    found
}

/// What says where the object goes.
fn is_fixed(at: &str, name: &str) -> bool {
    matches!((at, name), ("", "apiVersion" | "kind") | ("/metadata", "name"))
}

/// Helm asks for `fieldValidation=Strict` (spec/lifecycle.md 8.2), skeg of built-in kinds does not: every mistake that Helm's
/// request is refused for is refused in the same words, at once.
#[tokio::test]
async fn built_in_kinds_are_refused_as_under_strict_validation() {
    let Some(kubeconfig) = kubeconfig("ADMIN") else { return };
    let client = &client(kubeconfig, "").await;
    for (collection, object) in samples() {
        let path = format!("{collection}/never-made");
        let path = path.as_str();
        let wrong = mistakes(&object);
        let answers = stream::iter(&wrong).map(|object| as_helm(client, path, object));
        let answers: Vec<_> = answers.buffered(8).collect().await;
        let refused: Vec<_> = wrong
            .iter()
            .zip(answers)
            .filter_map(|(o, said)| Some((o, said?)))
            .collect();
        assert!(
            refused.len() * 2 > wrong.len(),
            "{path}: {} of {} are refused",
            refused.len(),
            wrong.len()
        );
        for (object, said) in refused {
            let sent_before = client.requests();
            let error = ssa::apply(client, path, object, false).await;
            let error = error.expect_err("refused as Helm's request is");
            // The server calls it an internal error of its own, but will not think better of it.
            assert_eq!(client.requests() - sent_before, 1, "{object}");
            let ours = error.error.expect("the server's answer").to_string();
            assert_eq!(sorted(&ours), sorted(&said), "{object}");
        }
    }
}

/// What the server says against the object when it is sent as Helm sends it.
async fn as_helm(client: &Client, path: &str, object: &Value) -> Option<String> {
    let request = Request::patch(path)
        .query("fieldManager", "helm")
        .query("fieldValidation", "Strict")
        .query("force", "false")
        .query("dryRun", "All")
        .body(content::APPLY, object.to_string().into_bytes());
    Some(client.send(request).await.err()?.to_string())
}

/// The parts of a message, in an order of their own: the server lists the mistakes in one map in any order.
fn sorted(message: &str) -> Vec<&str> {
    let mut parts: Vec<_> = message.split([',', '[', ']']).map(str::trim).collect();
    parts.sort_unstable();
    parts
}
