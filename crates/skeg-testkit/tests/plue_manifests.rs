//! Plue: dashboards, custom kinds, and the raw manifests beside the chart.

use std::path::{Path, PathBuf};

use skeg_testkit::object::{decode, decode_one};
use skeg_testkit::programs::{repository, run_skeg};
use skeg_testkit::scratch::read;
use skeg_testkit::{Json, chart, json};

fn family() -> PathBuf {
    chart("plue").family_root()
}

fn yaml(path: &Path) -> Json {
    decode_one(&read(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn plue_43_dashboards_are_dashboards() {
    let mut uids = Vec::new();
    for name in ["plue-overview", "plue-workflows", "plue-runners"] {
        let path = chart("plue").path().join(format!("dashboards/{name}.json"));
        let text = read(&path);
        let board: Json = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(board["uid"], json!(name));
        assert!(board["title"].as_str().is_some_and(|title| !title.is_empty()), "{name}");
        let panels = board["panels"].as_array().expect("panels");
        let real = panels.iter().filter(|panel| panel["type"] != json!("row"));
        for panel in real.clone() {
            let targets = panel["targets"].as_array().expect("targets");
            assert!(!targets.is_empty(), "{name}: {}", panel["title"]);
            for target in targets {
                assert!(
                    target["expr"].as_str().is_some_and(|expr| expr.contains("$namespace")),
                    "{name}: {target}"
                );
                assert_eq!(target["datasource"]["uid"], json!("${datasource}"), "{name}");
            }
        }
        assert!(real.count() >= 10, "{name} has panels");
        let ids: std::collections::BTreeSet<_> = panels.iter().map(|panel| panel["id"].to_string()).collect();
        assert_eq!(ids.len(), panels.len(), "{name}: panel ids are unique");
        uids.push(board["uid"].clone());
    }
    uids.dedup();
    assert_eq!(uids.len(), 3);
}

/// Validates manifests strictly, custom kinds against the CRDs kept for the tests.
fn validates(paths: &[&Path]) {
    let crds = repository().join("charts/testdata/crds");
    let crds = crds.to_string_lossy().into_owned();
    let paths: Vec<String> = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let mut args = vec![
        "validate",
        "--strict",
        "--kube-version",
        "1.28,1.33,1.37",
        "--crds",
        &crds,
    ];
    for path in &paths {
        args.extend(["--manifests", path]);
    }
    run_skeg(&args).ok();
}

#[test]
fn plue_28_42_custom_kinds_validate() {
    let path = chart("plue").path().to_string_lossy().into_owned();
    let crds = repository().join("charts/testdata/crds").to_string_lossy().into_owned();
    let mut args = vec![
        "validate",
        "plue",
        &path,
        "--strict",
        "--kube-version",
        "1.28,1.33,1.37",
        "--crds",
        &crds,
    ];
    args.extend([
        "--api-versions",
        "monitoring.coreos.com/v1",
        "--api-versions",
        "cert-manager.io/v1",
    ]);
    args.extend([
        "--set",
        "mtls.certManager.enabled=auto,postgres.enabled=true,api.rbac.managePods=true",
    ]);
    run_skeg(&args).ok();
}

#[test]
fn plue_46_the_sandbox_class() {
    let path = family().join("infra/k8s/gvisor-runtimeclass.yaml");
    let class = yaml(&path);
    assert_eq!(class["apiVersion"], json!("node.k8s.io/v1"));
    assert_eq!(class["kind"], json!("RuntimeClass"));
    assert_eq!(class["handler"], json!("gvisor"));
    assert_eq!(
        class["scheduling"]["nodeSelector"],
        json!({"sandbox.gke.io/runtime": "gvisor"})
    );
    assert_eq!(
        class["scheduling"]["tolerations"][0]["key"],
        json!("sandbox.gke.io/runtime")
    );
    let rendered = chart("plue").render("prod").ok();
    let runner = rendered.object("Deployment/plue-runner");
    runner.is(
        ".spec.template.spec.runtimeClassName",
        class["metadata"]["name"].clone(),
    );
    validates(&[&path]);
}

/// A raw manifest equals the production rendering of one template.
fn equals_rendering(file: &Path, template: &str) {
    let rendered = chart("plue")
        .render("prod")
        .namespace("production")
        .flags(&["--show-only", template])
        .ok();
    let raw = decode(&read(file)).expect("manifests are YAML");
    let (raw, wanted): (Vec<&Json>, Vec<&Json>) = (
        raw.iter().map(|it| &it.json).collect(),
        rendered.objects.iter().map(|it| &it.json).collect(),
    );
    assert_eq!(raw, wanted, "{}: run `make charts-raw`", file.display());
    validates(&[file]);
}

#[test]
fn plue_47_the_raw_warm_pool_is_the_charts() {
    equals_rendering(&family().join("infra/k8s/warm-pool.yaml"), "templates/warm-pool.yaml");
}

#[test]
fn plue_48_the_raw_external_secret_is_the_charts_and_the_store_is_documented() {
    let folder = family().join("infra/k8s/external-secrets");
    equals_rendering(&folder.join("external-secret.yaml"), "templates/secrets.yaml");
    let store = yaml(&folder.join("cluster-secret-store.yaml"));
    assert_eq!(store["kind"], json!("ClusterSecretStore"));
    assert_eq!(store["apiVersion"], json!("external-secrets.io/v1"));
    assert_eq!(store["metadata"]["name"], json!("gcp-secret-manager"));
    let readme = read(&folder.join("README.md"));
    let identity = &store["spec"]["provider"]["gcpsm"]["auth"]["workloadIdentity"];
    for key in ["clusterLocation", "clusterName", "clusterProjectID"] {
        let placeholder = identity[key].as_str().expect("a placeholder");
        assert!(
            readme.contains(&format!("`{placeholder}`")),
            "README explains {placeholder}"
        );
    }
    validates(&[&folder.join("cluster-secret-store.yaml")]);
}
