//! Plue: what its suites (`charts/plue/infra/helm/plue/tests`) cannot show: trees, profiles, policies as a whole, raw
//! manifests, the deployment script, schema refusals through every command.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use skeg_testkit::network::{Network, Peer, Pod};
use skeg_testkit::object::{decode, decode_one};
use skeg_testkit::programs::{repository, run_skeg};
use skeg_testkit::scratch::read;
use skeg_testkit::stubs::Stubs;
use skeg_testkit::{Json, Rendered, chart, json};

const PROFILES: [&str; 3] = ["base", "staging", "prod"];

fn family() -> PathBuf {
    chart("plue").family_root()
}

fn yaml(path: &Path) -> Json {
    decode_one(&read(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every scalar, list and empty map of a values file with its dotted path.
fn leaves(value: &Json, at: &str, found: &mut Vec<(String, Json)>) {
    match value.as_object() {
        Some(map) if !map.is_empty() => {
            for (key, inner) in map {
                let path = if at.is_empty() {
                    key.clone()
                } else {
                    format!("{at}.{key}")
                };
                leaves(inner, &path, found);
            }
        }
        _ => found.push((at.to_owned(), value.clone())),
    }
}

fn leaf(root: &Json, path: &str) -> Option<Json> {
    path.split('.').try_fold(root, |value, key| value.get(key)).cloned()
}

#[test]
fn plue_01_the_tree_is_as_the_seed_draws_it() {
    let root = family();
    let helm = root.join("infra/helm/plue");
    let templates = "NOTES.txt _helpers.tpl configmap.yaml dashboards.yaml deployment.yaml hpa.yaml image-preload.yaml \
                     ingress.yaml mtls.yaml networkpolicy.yaml pdb.yaml podmonitor.yaml postgres.yaml runner.yaml \
                     secrets.yaml service.yaml serviceaccount.yaml servicemonitor.yaml warm-pool.yaml";
    let mut present: Vec<String> = std::fs::read_dir(helm.join("templates"))
        .expect("templates/ is there")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    present.sort();
    assert_eq!(present.join(" "), templates);
    for file in
        "Chart.yaml values.yaml values-staging.yaml values-production.yaml values.schema.json .helmignore README.md \
                 Chart.lock dashboards/plue-overview.json dashboards/plue-workflows.json dashboards/plue-runners.json"
            .split_whitespace()
    {
        assert!(helm.join(file).is_file(), "{file}");
    }
    for file in "infra/helm/README.md infra/k8s/README.md infra/k8s/gvisor-runtimeclass.yaml infra/k8s/warm-pool.yaml \
                 infra/k8s/external-secrets/README.md infra/k8s/external-secrets/cluster-secret-store.yaml \
                 infra/k8s/external-secrets/external-secret.yaml scripts/deploy-staging.sh"
        .split_whitespace()
    {
        assert!(root.join(file).is_file(), "{file}");
    }
    let mode = std::fs::metadata(root.join("scripts/deploy-staging.sh"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o111, 0o111, "deploy-staging.sh can be run");
}

#[test]
fn plue_02_chart_yaml() {
    let meta = yaml(&chart("plue").path().join("Chart.yaml"));
    let wanted = [
        ("apiVersion", "v2"),
        ("name", "plue"),
        ("type", "application"),
        ("version", "1.0.0"),
        ("appVersion", "v1.0.0"),
        ("kubeVersion", ">=1.28.0-0"),
    ];
    for (key, value) in wanted {
        assert_eq!(meta[key], json!(value), "{key}");
    }
    assert_eq!(meta["dependencies"][0]["name"], json!("platform-lib"));
}

#[test]
fn plue_03_every_base_default() {
    let answer = run_skeg(&["show", "values", &chart("plue").path().to_string_lossy()]).ok();
    let values = decode_one(&answer.stdout).expect("values are YAML");
    let up = json!({"stabilizationWindowSeconds": 0, "policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}]});
    let down =
        json!({"stabilizationWindowSeconds": 300, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 300}]});
    let probe = |initial: i32, period: i32, timeout: i32, failures: i32| json!({"initialDelaySeconds": initial, "periodSeconds": period, "timeoutSeconds": timeout, "failureThreshold": failures});
    let spread = |key: &str| json!({"topologyKey": key, "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"});
    let table = [
        ("environment", json!("development")),
        ("image.repository", json!("gcr.io/plue-production")),
        ("image.tag", json!("latest")),
        ("image.pullPolicy", json!("")),
        ("image.requireImmutableTag", json!(false)),
        ("imagePullSecrets", json!([])),
        ("nameOverride", json!("")),
        ("fullnameOverride", json!("")),
        ("replicaCount", json!(2)),
        ("autoscaling.enabled", json!(true)),
        ("autoscaling.minReplicas", json!(2)),
        ("autoscaling.maxReplicas", json!(10)),
        ("autoscaling.targetCPUUtilizationPercentage", json!(70)),
        ("autoscaling.targetMemoryUtilizationPercentage", json!(80)),
        ("autoscaling.behavior.scaleUp", up),
        ("autoscaling.behavior.scaleDown", down),
        ("resources.requests", json!({"cpu": "500m", "memory": "512Mi"})),
        ("resources.limits", json!({"cpu": "2000m", "memory": "2Gi"})),
        ("api.imageName", json!("api")),
        ("api.service.port", json!(4000)),
        ("api.healthPath", json!("/health")),
        ("api.probes.startup", probe(0, 5, 3, 30)),
        ("api.probes.readiness", probe(5, 5, 3, 3)),
        ("api.probes.liveness", probe(10, 10, 5, 3)),
        ("api.rbac.managePods", json!(false)),
        ("web.enabled", json!(true)),
        ("web.imageName", json!("web")),
        ("web.service.port", json!(5173)),
        ("web.healthPath", json!("/")),
        ("web.replicaCount", Json::Null),
        ("web.autoscaling", Json::Null),
        ("web.resources", Json::Null),
        ("service.type", json!("ClusterIP")),
        ("ingress.enabled", json!(true)),
        ("ingress.host", json!("plue.dev")),
        ("ingress.hostPerNamespace", json!(false)),
        ("ingress.className", json!("nginx")),
        ("ingress.apiPath", json!("/api")),
        ("ingress.tls.enabled", json!(true)),
        ("ingress.tls.secretName", json!("plue-tls")),
        ("ingress.clusterIssuer", json!("letsencrypt-prod")),
        ("database.host", json!("postgres")),
        ("database.port", json!(5432)),
        ("database.name", json!("plue")),
        ("database.cidrs", json!([])),
        ("postgres.enabled", json!(false)),
        ("postgres.image", json!("postgres:16.10-alpine")),
        ("postgres.existingSecret", json!("plue-postgres")),
        ("postgres.persistence.size", json!("10Gi")),
        ("runner.enabled", json!(true)),
        ("runner.imageName", json!("runner")),
        ("runner.runtimeClassName", json!("gvisor")),
        ("runner.warmPool.enabled", json!(true)),
        ("runner.warmPool.size", json!(5)),
        ("runner.warmPool.preloadImages", json!(true)),
        ("runner.warmPool.schedule", json!("*/5 * * * *")),
        ("runner.warmPool.images", json!([])),
        ("runner.warmPool.kubectlImage", json!("registry.k8s.io/kubectl:v1.34.1")),
        ("runner.resources.requests", json!({"cpu": "500m", "memory": "1Gi"})),
        (
            "runner.resources.limits",
            json!({"cpu": "2000m", "memory": "4Gi", "ephemeral-storage": "10Gi"}),
        ),
        ("runner.secretKeys", json!([])),
        ("runner.metricsPort", json!(9090)),
        ("runner.healthPath", json!("/healthz")),
        ("mtls.enabled", json!(true)),
        ("mtls.port", json!(4443)),
        ("mtls.apiSecret", json!("plue-mtls-api")),
        ("mtls.runnerSecret", json!("plue-mtls-runner")),
        ("mtls.certManager.enabled", json!(false)),
        ("externalSecrets.enabled", json!(true)),
        ("externalSecrets.refreshInterval", json!("1h")),
        ("externalSecrets.secretStoreRef.kind", json!("ClusterSecretStore")),
        ("externalSecrets.secretStoreRef.name", json!("gcp-secret-manager")),
        ("externalSecrets.keyPrefix", json!("plue-")),
        (
            "externalSecrets.keys",
            json!([
                "ANTHROPIC_API_KEY",
                "JWT_SECRET",
                "DATABASE_URL",
                "CLOUDFLARE_API_TOKEN"
            ]),
        ),
        ("secrets.existingSecret", json!("")),
        ("monitoring.enabled", json!(true)),
        ("monitoring.serviceMonitor.enabled", json!("auto")),
        ("monitoring.podMonitor.enabled", json!("auto")),
        ("monitoring.dashboards.enabled", json!(true)),
        ("monitoring.interval", json!("30s")),
        ("networkPolicy.enabled", json!(true)),
        ("networkPolicy.runner.allowInternetEgress", json!(false)),
        ("networkPolicy.monitoringNamespace", json!("monitoring")),
        ("podDisruptionBudget.enabled", json!(true)),
        ("podDisruptionBudget.maxUnavailable", json!(1)),
        ("config", json!({"LOG_LEVEL": "info"})),
        ("serviceAccount.create", json!(true)),
        ("serviceAccount.name", json!("")),
        ("serviceAccount.annotations", json!({})),
        (
            "topologySpreadConstraints",
            json!([spread("topology.kubernetes.io/zone"), spread("kubernetes.io/hostname")]),
        ),
    ];
    for (path, wanted) in table {
        assert_eq!(leaf(&values, path), Some(wanted), "{path}");
    }
}

/// The profile holds exactly these overrides, none of which is what the base says already.
fn overrides(file: &str, wanted: &[(&str, Json)]) {
    let folder = chart("plue").path();
    let base = yaml(&folder.join("values.yaml"));
    let mut found = Vec::new();
    leaves(&yaml(&folder.join(file)), "", &mut found);
    for (path, value) in &found {
        assert_ne!(
            leaf(&base, path).as_ref(),
            Some(value),
            "{file}: {path} repeats the base"
        );
    }
    let mut wanted: Vec<(String, Json)> = wanted
        .iter()
        .map(|(path, value)| ((*path).to_owned(), value.clone()))
        .collect();
    wanted.sort_by(|a, b| a.0.cmp(&b.0));
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(found, wanted, "{file}");
}

#[test]
fn plue_04_staging_overrides_and_nothing_else() {
    overrides(
        "values-staging.yaml",
        &[
            ("environment", json!("staging")),
            // Not in the table of 4.2, but XC-11 allows no moving tag in any rendering of staging.
            ("image.tag", json!("v1.0.0")),
            ("replicaCount", json!(1)),
            ("autoscaling.minReplicas", json!(1)),
            ("autoscaling.maxReplicas", json!(3)),
            ("autoscaling.targetCPUUtilizationPercentage", json!(85)),
            ("autoscaling.targetMemoryUtilizationPercentage", json!(90)),
            ("resources.requests.cpu", json!("250m")),
            ("resources.requests.memory", json!("256Mi")),
            ("resources.limits.cpu", json!("1000m")),
            ("resources.limits.memory", json!("1Gi")),
            ("ingress.host", json!("staging.plue.dev")),
            ("ingress.hostPerNamespace", json!(true)),
            ("ingress.clusterIssuer", json!("letsencrypt-staging")),
            ("ingress.tls.secretName", json!("plue-staging-tls")),
            ("runner.warmPool.size", json!(2)),
            ("runner.warmPool.preloadImages", json!(false)),
            ("runner.resources.requests.cpu", json!("250m")),
            ("runner.resources.requests.memory", json!("512Mi")),
            ("runner.resources.limits.cpu", json!("1000m")),
            ("runner.resources.limits.memory", json!("2Gi")),
            ("runner.resources.limits.ephemeral-storage", json!("5Gi")),
            ("externalSecrets.keyPrefix", json!("plue-staging-")),
            ("config.LOG_LEVEL", json!("debug")),
        ],
    );
}

#[test]
fn plue_05_production_overrides_and_nothing_else() {
    let spread = json!([
        {"topologyKey": "topology.kubernetes.io/zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"},
        {"topologyKey": "kubernetes.io/hostname", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"},
    ]);
    overrides(
        "values-production.yaml",
        &[
            ("environment", json!("production")),
            ("image.tag", json!("v1.0.0")),
            ("image.requireImmutableTag", json!(true)),
            ("replicaCount", json!(3)),
            ("autoscaling.minReplicas", json!(3)),
            ("externalSecrets.keyPrefix", json!("plue-production-")),
            ("topologySpreadConstraints", spread),
        ],
    );
}

#[test]
fn plue_06_the_exact_set_of_objects() {
    chart("plue").render("base").ok().has_exactly(&[
        "Deployment/plue-api",
        "Deployment/plue-web",
        "Deployment/plue-runner",
        "Service/plue-api",
        "Service/plue-web",
        "HorizontalPodAutoscaler/plue-api",
        "HorizontalPodAutoscaler/plue-web",
        "PodDisruptionBudget/plue-api",
        "PodDisruptionBudget/plue-web",
        "PodDisruptionBudget/plue-runner",
        "Ingress/plue",
        "ConfigMap/plue-config",
        "ExternalSecret/plue-secrets",
        "CronJob/plue-warm-pool",
        "Role/plue-warm-pool",
        "RoleBinding/plue-warm-pool",
        "ServiceAccount/plue-warm-pool",
        "DaemonSet/plue-image-preload",
        "ServiceAccount/plue-api",
        "ServiceAccount/plue-web",
        "ServiceAccount/plue-runner",
        "NetworkPolicy/plue-default-deny",
        "NetworkPolicy/plue-allow-dns",
        "NetworkPolicy/plue-api",
        "NetworkPolicy/plue-web",
        "NetworkPolicy/plue-runner",
        "NetworkPolicy/plue-warm-pool",
        "ConfigMap/plue-dashboard-overview",
        "ConfigMap/plue-dashboard-workflows",
        "ConfigMap/plue-dashboard-runners",
    ]);
}

#[test]
fn plue_17_each_service_selects_one_deployment() {
    let base = chart("plue").render("base").ok();
    for service in base.of_kind("Service") {
        let selector = service.map(".spec.selector");
        let behind: Vec<&str> = base
            .of_kind("Deployment")
            .filter(|deployment| {
                let labels = deployment.map(".spec.template.metadata.labels");
                selector.iter().all(|(key, value)| labels.get(key) == Some(value))
            })
            .map(|deployment| deployment.name())
            .collect();
        assert_eq!(behind, [service.name()], "behind Service {}", service.name());
    }
}

#[test]
fn plue_23_no_secret_in_any_profile() {
    for profile in PROFILES {
        for tweak in ["postgres.enabled=false", "postgres.enabled=true"] {
            let rendered = chart("plue").render(profile).set(tweak).ok();
            assert_eq!(rendered.of_kind("Secret").count(), 0, "{profile} {tweak}");
        }
    }
}

#[test]
fn plue_32_without_the_runner_nothing_of_it_is_left() {
    let rendered = chart("plue")
        .render("base")
        .api("monitoring.coreos.com/v1")
        .set("runner.enabled=false")
        .ok();
    for id in rendered.ids() {
        let of_runner = id.contains("runner") || id.contains("warm-pool") || id.contains("preload");
        assert!(!of_runner || id == "ConfigMap/plue-dashboard-runners", "{id}");
    }
}

fn controller() -> Pod {
    Pod::outsider(
        "controller",
        "ingress-nginx",
        json!({"app.kubernetes.io/name": "ingress-nginx"}),
    )
}

fn prometheus() -> Pod {
    Pod::outsider(
        "prometheus",
        "monitoring",
        json!({"app.kubernetes.io/name": "prometheus"}),
    )
}

/// Every TCP connection between the platform's parts that is let through, on the ports that matter.
fn open_connections(rendered: &Rendered) -> Vec<String> {
    let net = Network::of(rendered);
    let (controller, prometheus) = (controller(), prometheus());
    let parts = ["api", "web", "runner", "warm-pool", "image-preload", "postgres"];
    let mut ends: Vec<(String, Peer<'_>)> = parts
        .iter()
        .map(|name| ((*name).to_owned(), Peer::Pod(net.pod(name))))
        .collect();
    ends.push(("ingress".to_owned(), Peer::Pod(&controller)));
    ends.push(("monitoring".to_owned(), Peer::Pod(&prometheus)));
    ends.push(("internet".to_owned(), Peer::address("93.184.216.34")));
    ends.push(("metadata".to_owned(), Peer::address("169.254.169.254")));
    ends.push(("private".to_owned(), Peer::address("10.1.2.3")));
    let mut open = Vec::new();
    for (from, source) in &ends {
        for (to, target) in &ends {
            let ours = parts.contains(&from.as_str()) || parts.contains(&to.as_str());
            for port in [80, 443, 4000, 4443, 5173, 5432, 6443, 8080, 9090] {
                if ours && from != to && net.lets(source, target, "TCP", port) {
                    open.push(format!("{from}→{to}:{port}"));
                }
            }
        }
    }
    open
}

#[test]
fn plue_40_who_may_talk_to_whom() {
    let base = open_connections(&with_every_part("base"));
    let wanted = [
        "api→postgres:5432",
        "api→internet:443",
        "api→private:443",
        "web→api:4000",
        "runner→api:4443",
        "warm-pool→internet:443",
        "warm-pool→internet:6443",
        "warm-pool→private:443",
        "warm-pool→private:6443",
        "ingress→api:4000",
        "ingress→web:5173",
        "monitoring→api:4000",
        "monitoring→runner:9090",
    ];
    assert_eq!(base, wanted);
    for profile in PROFILES {
        let open = open_connections(&with_every_part(profile));
        for denied in [
            "runner→postgres:5432",
            "web→postgres:5432",
            "runner→web:5173",
            "web→internet:443",
            "runner→metadata:443",
        ] {
            assert!(
                !open.iter().any(|connection| connection == denied),
                "{profile}: {denied}"
            );
        }
    }
}

/// A profile with the optional parts as well: the database, and the preloading pods that staging leaves out.
fn with_every_part(profile: &str) -> Rendered {
    chart("plue")
        .render(profile)
        .set("runner.warmPool.preloadImages=true,postgres.enabled=true")
        .ok()
}

#[test]
fn plue_38_runners_on_the_internet_stay_off_the_private_network() {
    let rendered = chart("plue")
        .render("base")
        .set("networkPolicy.runner.allowInternetEgress=true,postgres.enabled=true")
        .ok();
    let open: Vec<String> = open_connections(&rendered)
        .into_iter()
        .filter(|it| it.starts_with("runner→"))
        .collect();
    assert_eq!(open, ["runner→api:4443", "runner→internet:443"]);
}

#[test]
fn plue_34_every_pod_resolves_names() {
    for profile in PROFILES {
        let rendered = chart("plue").render(profile).set("postgres.enabled=true").ok();
        let net = Network::of(&rendered);
        for pod in net.pods() {
            assert!(net.resolves_names(pod), "{profile}: {}", pod.name);
            assert!(
                net.isolating(pod, "Ingress").contains(&"plue-default-deny"),
                "{profile}: {}",
                pod.name
            );
        }
    }
}

#[test]
fn plue_39_postgres_admits_the_api_only() {
    let rendered = chart("plue").render("base").set("postgres.enabled=true").ok();
    let net = Network::of(&rendered);
    let postgres = Peer::Pod(net.pod("postgres"));
    net.allowed(&Peer::Pod(net.pod("api")), &postgres, "TCP", 5432);
    for other in ["web", "runner", "warm-pool"] {
        net.denied(&Peer::Pod(net.pod(other)), &postgres, "TCP", 5432);
    }
    net.denied(&postgres, &Peer::address("93.184.216.34"), "TCP", 443);
}

#[test]
fn plue_36_a_managed_database_is_reached_by_its_ranges() {
    let rendered = chart("plue")
        .render("base")
        .set_json(r#"database.cidrs=["10.9.0.0/24"]"#)
        .ok();
    let net = Network::of(&rendered);
    let api = Peer::Pod(net.pod("api"));
    net.allowed(&api, &Peer::address("10.9.0.7"), "TCP", 5432);
    net.denied(&api, &Peer::address("10.9.1.7"), "TCP", 5432);
    net.denied(&Peer::Pod(net.pod("runner")), &Peer::address("10.9.0.7"), "TCP", 5432);
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

const SCRIPT: &str = "scripts/deploy-staging.sh";

fn stubs() -> Stubs {
    Stubs::new(&["docker", "kubectl", "git", "helm", "skeg"])
        .reply("git", "rev-parse --short HEAD", "abc1234\n", 0)
        .reply("git", "rev-parse --show-toplevel", "/src\n", 0)
        .env("USER", "alice")
}

#[test]
fn plue_49_staging_is_built_pushed_deployed_and_waited_for() {
    let run = stubs()
        .reply("kubectl", "get namespace *", "", 1)
        .run(&family(), "bash", &[SCRIPT]);
    assert_eq!(run.answer.status, 0, "{}", run.answer.stderr);
    let mut wanted = vec![
        "git rev-parse --short HEAD".to_owned(),
        "git rev-parse --show-toplevel".to_owned(),
    ];
    for component in ["api", "web", "runner"] {
        wanted.push(format!(
            "docker build --tag gcr.io/plue-production/{component}:abc1234 /src/{component}"
        ));
        wanted.push(format!("docker push gcr.io/plue-production/{component}:abc1234"));
    }
    wanted.push("kubectl get namespace alice".to_owned());
    wanted.push("kubectl create namespace alice".to_owned());
    wanted.push(
        "helm upgrade --install plue ./plue --namespace alice --values plue/values-staging.yaml --set image.tag=abc1234".to_owned(),
    );
    wanted.push("kubectl --namespace alice rollout status deployment/plue-api --timeout 5m".to_owned());
    wanted.push("kubectl --namespace alice rollout status deployment/plue-web --timeout 5m".to_owned());
    assert_eq!(run.lines(), wanted);
}

#[test]
fn plue_49_the_tool_the_namespace_and_an_existing_namespace() {
    let run = stubs()
        .env("HELM", "skeg")
        .env("STAGING_NAMESPACE", "team-a")
        .run(&family(), "bash", &[SCRIPT]);
    assert_eq!(run.answer.status, 0, "{}", run.answer.stderr);
    assert!(run.lines_of("helm").is_empty());
    assert!(run.lines_of("skeg")[0].contains("--namespace team-a --values plue/values-staging.yaml"));
    assert_eq!(run.lines_of("kubectl")[0], "kubectl get namespace team-a");
    assert!(!run.lines_of("kubectl")[1].contains("create"));
}

#[test]
fn plue_49_a_failing_step_stops_it_with_that_status() {
    let steps = [
        ("git", "rev-parse --short HEAD", 128),
        ("docker", "build*", 17),
        ("docker", "push*runner*", 18),
        ("kubectl", "create*", 19),
        ("helm", "*", 20),
        ("kubectl", "*rollout*web*", 21),
    ];
    for (program, pattern, status) in steps {
        let stubs = Stubs::new(&["docker", "kubectl", "git", "helm"])
            .reply(program, pattern, "", status)
            .reply("git", "rev-parse --short HEAD", "abc1234\n", 0)
            .reply("kubectl", "get namespace *", "", 1)
            .env("USER", "alice");
        let run = stubs.run(&family(), "bash", &[SCRIPT]);
        assert_eq!(run.answer.status, status, "{program} {pattern}");
        let last = run.lines().pop().unwrap_or_default();
        assert!(last.starts_with(program), "{program} {pattern}: {last} came after");
    }
}

#[test]
fn plue_49_a_name_that_is_no_namespace_is_refused() {
    for name in ["", "Alice", "alice.b", "-a", "a_b", "production", "kube-system"] {
        let run = stubs()
            .env("STAGING_NAMESPACE", name)
            .env("USER", name)
            .run(&family(), "bash", &[SCRIPT]);
        assert_ne!(run.answer.status, 0, "{name:?}");
        assert!(run.lines_of("docker").is_empty(), "{name:?}");
        assert!(
            run.answer.stderr.contains("STAGING_NAMESPACE"),
            "{name:?}: {}",
            run.answer.stderr
        );
    }
    assert!(read(&family().join(SCRIPT)).contains("set -euo pipefail"));
}

#[test]
fn plue_50_the_schema_refuses_through_every_command() {
    let table = [
        ("replicaCount: two", "/replicaCount"),
        (
            "autoscaling: {targetCPUUtilizationPercentage: 0}",
            "/autoscaling/targetCPUUtilizationPercentage",
        ),
        (
            "autoscaling: {targetCPUUtilizationPercentage: 101}",
            "/autoscaling/targetCPUUtilizationPercentage",
        ),
        ("ingress: {host: bad host}", "/ingress/host"),
        ("image: {tag: 1.2}", "/image/tag"),
        ("environment: prod", "/environment"),
        ("runner: {warmPool: {size: -1}}", "/runner/warmPool/size"),
        ("service: {type: Foo}", "/service/type"),
        ("replicas: 3", "replicas"),
    ];
    for (values, path) in table {
        chart("plue").render("base").values(values).schema_refuses(path);
    }
}

#[test]
fn plue_08_production_refuses_a_moving_tag() {
    chart("plue")
        .render("prod")
        .set("image.tag=latest")
        .refused("image tag \"latest\" is mutable");
    chart("plue").render("prod").set("image.tag=").ok();
}

#[test]
fn plue_24_a_secret_must_be_named() {
    chart("plue")
        .render("base")
        .set("externalSecrets.enabled=false")
        .refused("secrets.existingSecret is required when externalSecrets.enabled is false");
}

/// PLUE-30, PLUE-45, PLUE-46 and PLUE-52 to PLUE-56 need an API server.
#[test]
fn plue_52_53_54_55_56_cluster_cases_are_listed() {
    let cases = yaml(&repository().join("charts/testdata/cluster-cases.yaml"));
    let ids: Vec<&str> = cases
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|case| case["id"].as_str())
        .collect();
    for id in [
        "PLUE-30", "PLUE-45", "PLUE-46", "PLUE-52", "PLUE-53", "PLUE-54", "PLUE-55", "PLUE-56",
    ] {
        assert!(ids.contains(&id), "{id}");
    }
}
