//! Clipper: what its suites (`charts/clipper/helm/charts/*/tests`) cannot show: the tree, umbrella and components beside each
//! other, custom resources. Commands, schemas and network policies have files of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use skeg_testkit::object::decode_one;
use skeg_testkit::programs::{self, run_skeg};
use skeg_testkit::scratch::{self, Scratch, read};
use skeg_testkit::{Json, Object, Rendered, chart, json};

const CHARTS: [&str; 6] = [
    "clipper-backend",
    "clipper-frontend",
    "clipper-postgres",
    "clipper-redis",
    "clipper-monitoring",
    "clipper",
];

fn family() -> PathBuf {
    chart("clipper").family_root()
}

fn charts() -> PathBuf {
    family().join("helm/charts")
}

fn yaml(path: &Path) -> Json {
    decode_one(&read(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn clip_01_the_tree_is_as_the_specification_draws_it() {
    let trees = [
        (
            ".",
            "README.md values.yaml values-production.yaml backend/values.yaml ../../CONTRIBUTING.md ../../LICENSE",
        ),
        (
            "clipper",
            "Chart.yaml Chart.lock values.yaml values.schema.json .helmignore README.md examples/values-production.yaml \
             examples/values-staging.yaml templates/_helpers.tpl templates/backend.yaml templates/frontend.yaml \
             templates/postgres.yaml templates/redis.yaml templates/monitoring.yaml templates/certificate.yaml \
             templates/NOTES.txt",
        ),
        (
            "clipper-backend/templates",
            "_helpers.tpl deployment.yaml service.yaml ingress.yaml configmap.yaml secret.yaml serviceaccount.yaml hpa.yaml \
             pdb.yaml networkpolicy.yaml servicemonitor.yaml NOTES.txt",
        ),
        (
            "clipper-frontend/templates",
            "_helpers.tpl deployment.yaml service.yaml ingress.yaml configmap.yaml serviceaccount.yaml hpa.yaml pdb.yaml \
             networkpolicy.yaml NOTES.txt",
        ),
        (
            "clipper-postgres/templates",
            "_helpers.tpl statefulset.yaml service.yaml configmap.yaml pvc.yaml serviceaccount.yaml networkpolicy.yaml NOTES.txt",
        ),
        (
            "clipper-redis/templates",
            "_helpers.tpl statefulset.yaml service.yaml configmap.yaml pvc.yaml serviceaccount.yaml networkpolicy.yaml NOTES.txt",
        ),
        (
            "clipper-monitoring/templates",
            "_helpers.tpl grafana.yaml datasources.yaml dashboards.yaml serviceaccount.yaml networkpolicy.yaml NOTES.txt",
        ),
    ];
    for (folder, files) in trees {
        for file in files.split_whitespace() {
            let path = charts().join(folder).join(file);
            assert!(path.is_file(), "{}", path.display());
        }
    }
    for chart_name in CHARTS {
        for file in [
            "Chart.yaml",
            "values.yaml",
            "values.schema.json",
            "README.md",
            ".helmignore",
        ] {
            assert!(charts().join(chart_name).join(file).is_file(), "{chart_name}/{file}");
        }
    }
}

#[test]
fn clip_01_the_readme_leads_to_files_that_exist() {
    let text = read(&charts().join("README.md"));
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let mut seen = 0;
    for link in links.filter(|link| !link.contains("://") && !link.starts_with('#')) {
        assert!(charts().join(link).exists(), "README.md links to {link}");
        seen += 1;
    }
    assert!(seen >= 8, "only {seen} links");
    assert!(text.contains("](../../CONTRIBUTING.md)") && text.contains("](../../LICENSE)"));
}

#[test]
fn clip_01_four_dashboards_in_both_places() {
    let shown = scratch::files(&family().join("monitoring/dashboards"));
    let names: Vec<String> = shown
        .iter()
        .map(|p| p.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "application-metrics.json",
            "database-performance.json",
            "redis-cache.json",
            "resource-usage.json"
        ]
    );
    for path in shown {
        let name = path.file_name().unwrap_or_default();
        assert_eq!(
            read(&path),
            read(&charts().join("clipper-monitoring/dashboards").join(name)),
            "{name:?}"
        );
        let board: Json = serde_json::from_str(&read(&path)).expect("a dashboard is JSON");
        assert!(
            board["panels"].as_array().is_some_and(|panels| panels.len() >= 8),
            "{name:?}"
        );
        let asked = board["panels"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|p| p["targets"].as_array().into_iter().flatten());
        for target in asked {
            assert!(
                target["expr"].as_str().is_some_and(|expr| expr.contains("$namespace")),
                "{name:?}: {target}"
            );
        }
    }
}

#[test]
fn clip_02_the_umbrella_depends_on_the_five() {
    let meta = yaml(&charts().join("clipper/Chart.yaml"));
    let found: BTreeMap<String, (Json, Json, Json)> = meta["dependencies"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|d| {
            let name = d["name"].as_str().unwrap_or_default().to_owned();
            (
                name,
                (d["version"].clone(), d["repository"].clone(), d["condition"].clone()),
            )
        })
        .collect();
    for key in ["backend", "frontend", "postgres", "redis", "monitoring"] {
        let wanted = (
            json!("^1.0.0"),
            json!(format!("file://../clipper-{key}")),
            json!(format!("{key}.enabled")),
        );
        assert_eq!(found[&format!("clipper-{key}")], wanted);
    }
}

#[test]
fn clip_02_a_component_that_is_off_leaves_nothing() {
    let all = chart("clipper").render("base").ok();
    for (key, component) in [
        ("backend", "backend"),
        ("frontend", "frontend"),
        ("postgres", "postgres"),
        ("redis", "redis"),
        ("monitoring", "grafana"),
    ] {
        let without = chart("clipper")
            .render("base")
            .set(&format!("{key}.enabled=false"))
            .ok();
        let label = ".metadata.labels[\"app.kubernetes.io/component\"]";
        let gone = all.objects.iter().filter(|o| o.text(label) == component).count();
        assert!(gone >= 6, "{key}: {gone} objects");
        assert_eq!(without.objects.len() + gone, all.objects.len(), "{key}");
        assert!(without.objects.iter().all(|o| o.text(label) != component), "{key}");
    }
    let none = "backend.enabled=false,frontend.enabled=false,postgres.enabled=false,redis.enabled=false,monitoring.enabled=false";
    assert!(chart("clipper").render("base").set(none).ok().objects.is_empty());
}

fn named<'r>(rendered: &'r Rendered, kind: &str, component: &str) -> &'r Object {
    let label = ".metadata.labels[\"app.kubernetes.io/component\"]";
    let mut found = rendered.of_kind(kind).filter(|o| o.text(label) == component);
    found
        .next()
        .unwrap_or_else(|| panic!("no {kind} of {component} in {}", rendered.what))
}

/// An object without the checksum of its ConfigMap, which holds derived endpoints.
fn without_checksum(object: &Object) -> Json {
    let mut json = object.json.clone();
    if let Some(annotations) = json
        .pointer_mut("/spec/template/metadata/annotations")
        .and_then(Json::as_object_mut)
    {
        annotations.remove("checksum/config");
    }
    json
}

// CLIP-03: under the same release name, so that the names are the same; endpoints, peers and certificates are the umbrella's.
#[test]
fn clip_03_alone_and_below_the_umbrella_the_objects_are_equal() {
    let umbrella = chart("clipper").render("base").ok();
    let scaled = "Deployment Service HorizontalPodAutoscaler PodDisruptionBudget ServiceAccount";
    let stored = "StatefulSet Service PersistentVolumeClaim ConfigMap ServiceAccount";
    let table = [
        ("clipper-backend", "backend", scaled),
        ("clipper-frontend", "frontend", scaled),
        ("clipper-frontend", "frontend", "ConfigMap NetworkPolicy"),
        ("clipper-postgres", "postgres", stored),
        ("clipper-redis", "redis", stored),
        (
            "clipper-monitoring",
            "grafana",
            "Deployment Service Secret NetworkPolicy ServiceAccount",
        ),
    ];
    for (name, component, kinds) in table {
        let alone = chart(name).render("base").release("clipper").ok();
        for kind in kinds.split_whitespace() {
            let (here, there) = (named(&alone, kind, component), named(&umbrella, kind, component));
            assert_eq!(without_checksum(here), without_checksum(there), "{name} {kind}");
        }
    }
}

// CLIP-03: the defaults of 5.2, as the charts' own files state them.
#[test]
fn clip_03_every_default_is_in_the_values() {
    let requests = |cpu: &str, memory: &str| json!({"cpu": cpu, "memory": memory});
    let table = [
        ("clipper", "/global/domain", json!("clpr.tv")),
        ("clipper", "/global/environment", json!("development")),
        ("clipper", "/global/imageRegistry", json!("")),
        ("clipper", "/global/imagePullSecrets", json!([])),
        ("clipper", "/backend/enabled", json!(true)),
        ("clipper", "/frontend/enabled", json!(true)),
        ("clipper", "/postgres/enabled", json!(true)),
        ("clipper", "/redis/enabled", json!(true)),
        ("clipper", "/monitoring/enabled", json!(true)),
        ("clipper", "/tls/secretName", json!("clipper-tls")),
        ("clipper", "/tls/clusterIssuer", json!("letsencrypt-prod")),
        ("clipper", "/tls/certificate/enabled", json!("auto")),
        ("clipper-backend", "/replicaCount", json!(2)),
        ("clipper-backend", "/resources/requests", requests("100m", "256Mi")),
        ("clipper-backend", "/resources/limits", requests("500m", "512Mi")),
        ("clipper-backend", "/autoscaling/minReplicas", json!(2)),
        ("clipper-backend", "/autoscaling/maxReplicas", json!(10)),
        ("clipper-backend", "/podDisruptionBudget/maxUnavailable", json!(1)),
        ("clipper-backend", "/terminationGracePeriodSeconds", json!(30)),
        ("clipper-backend", "/secrets/existingSecret", json!("backend-secrets")),
        ("clipper-backend", "/secrets/validate", json!(true)),
        ("clipper-backend", "/networkPolicy/metricsFrom", json!([])),
        ("clipper-backend", "/opensearch/port", json!(9200)),
        (
            "clipper-backend",
            "/opensearch/podLabels",
            json!({"app.kubernetes.io/name": "opensearch"}),
        ),
        ("clipper-backend", "/serviceMonitor/enabled", json!(false)),
        ("clipper-frontend", "/replicaCount", json!(2)),
        ("clipper-frontend", "/resources/requests", requests("50m", "64Mi")),
        ("clipper-frontend", "/resources/limits", requests("200m", "256Mi")),
        ("clipper-frontend", "/terminationGracePeriodSeconds", json!(15)),
        ("clipper-postgres", "/image/tag", json!("0.8.1-pg17")),
        ("clipper-postgres", "/resources/requests", requests("250m", "512Mi")),
        ("clipper-postgres", "/resources/limits", requests("1000m", "2Gi")),
        ("clipper-postgres", "/persistence/claimName", json!("postgres-pvc")),
        ("clipper-postgres", "/persistence/size", json!("20Gi")),
        ("clipper-postgres", "/persistence/storageClass", json!("")),
        ("clipper-postgres", "/persistence/accessMode", json!("ReadWriteOnce")),
        ("clipper-postgres", "/config/database", json!("clipper_db")),
        ("clipper-postgres", "/config/username", json!("clipper")),
        ("clipper-redis", "/image/tag", json!("7.2.11-alpine")),
        ("clipper-redis", "/persistence/claimName", json!("redis-pvc")),
        ("clipper-redis", "/persistence/size", json!("5Gi")),
        ("clipper-redis", "/config/maxmemory", json!("384mb")),
        ("clipper-redis", "/config/maxmemoryPolicy", json!("volatile-lru")),
        ("clipper-redis", "/config/appendonly", json!(true)),
        ("clipper-monitoring", "/grafana/image/tag", json!("12.1.1")),
        ("clipper-monitoring", "/grafana/adminUser", json!("admin")),
        ("clipper-monitoring", "/grafana/adminPassword", json!("changeme")),
        ("clipper-monitoring", "/grafana/admin/existingSecret", json!("")),
        ("clipper-monitoring", "/grafana/admin/userKey", json!("admin-user")),
        (
            "clipper-monitoring",
            "/grafana/admin/passwordKey",
            json!("admin-password"),
        ),
        (
            "clipper-monitoring",
            "/grafana/prometheusUrl",
            json!("http://prometheus-operated.monitoring.svc:9090"),
        ),
        ("clipper-monitoring", "/grafana/persistence/enabled", json!(false)),
    ];
    for (name, path, wanted) in table {
        let values = yaml(&charts().join(name).join("values.yaml"));
        assert_eq!(values.pointer(path), Some(&wanted), "{name} {path}");
    }
}

#[test]
fn clip_05_exactly_these_objects() {
    let wanted = "Certificate/clipper-tls ConfigMap/clipper-backend ConfigMap/clipper-frontend ConfigMap/clipper-grafana-dashboards \
                  ConfigMap/clipper-grafana-datasources ConfigMap/clipper-postgres ConfigMap/clipper-redis \
                  Deployment/clipper-backend Deployment/clipper-frontend Deployment/clipper-grafana \
                  HorizontalPodAutoscaler/clipper-backend HorizontalPodAutoscaler/clipper-frontend Ingress/clipper-backend \
                  Ingress/clipper-frontend NetworkPolicy/clipper-backend NetworkPolicy/clipper-frontend \
                  NetworkPolicy/clipper-grafana NetworkPolicy/clipper-postgres NetworkPolicy/clipper-redis \
                  PersistentVolumeClaim/postgres-pvc PersistentVolumeClaim/redis-pvc PodDisruptionBudget/clipper-backend \
                  PodDisruptionBudget/clipper-frontend Secret/clipper-grafana Service/clipper-backend Service/clipper-frontend \
                  Service/clipper-grafana Service/clipper-postgres Service/clipper-redis ServiceAccount/clipper-backend \
                  ServiceAccount/clipper-frontend ServiceAccount/clipper-grafana ServiceAccount/clipper-postgres \
                  ServiceAccount/clipper-redis StatefulSet/clipper-postgres StatefulSet/clipper-redis";
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    chart("clipper")
        .render("base")
        .api("cert-manager.io/v1")
        .ok()
        .has_exactly(&wanted);
    let without: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|id| !id.starts_with("Certificate/"))
        .collect();
    chart("clipper").render("base").ok().has_exactly(&without);
    let prod: Vec<&str> = without
        .iter()
        .copied()
        .filter(|id| *id != "Secret/clipper-grafana")
        .collect();
    chart("clipper").render("prod").ok().has_exactly(&prod);
}

// CLIP-06, CLIP-26: the derived hosts are Services of the same rendering, under any release name.
#[test]
fn clip_26_the_api_finds_services_that_are_rendered() {
    for release in [
        "clipper",
        "tv",
        "my-postgres",
        "x-redis-y",
        "a123456789-b123456789-c123456789-d123456789-e12345678",
    ] {
        let rendered = chart("clipper").render("base").release(release).ok();
        let config = named(&rendered, "ConfigMap", "backend");
        for (key, component) in [("DB_HOST", "postgres"), ("REDIS_HOST", "redis")] {
            config.is(
                &format!(".data.{key}"),
                json!(named(&rendered, "Service", component).name()),
            );
        }
    }
}

#[test]
fn clip_07_short_and_long_keys_render_the_same() {
    let table = [
        ("backend", "clipper-backend", "replicaCount=5"),
        ("backend", "clipper-backend", "config.LOG_LEVEL=debug"),
        ("backend", "clipper-backend", "podAnnotations.team=video"),
        ("backend", "clipper-backend", "autoscaling.enabled=false"),
        ("backend", "clipper-backend", "secrets.existingSecret=other"),
        ("frontend", "clipper-frontend", "resources.limits.memory=512Mi"),
        ("frontend", "clipper-frontend", "ingress.className=traefik"),
        ("postgres", "clipper-postgres", "persistence.size=50Gi"),
        ("postgres", "clipper-postgres", "fullnameOverride=database"),
        ("redis", "clipper-redis", "config.maxmemory=256mb"),
        ("grafana", "clipper-monitoring.grafana", "adminPassword=another"),
        ("grafana", "clipper-monitoring.grafana", "persistence.enabled=true"),
    ];
    let base = chart("clipper").render("base").ok().text;
    for (short, long, assignment) in table {
        let by = |prefix: &str| {
            chart("clipper")
                .render("base")
                .set(&format!("{prefix}.{assignment}"))
                .ok()
                .text
        };
        assert_eq!(by(short), by(long), "{assignment}");
        assert_ne!(by(short), base, "{assignment} has an effect");
    }
    let both = chart("clipper")
        .render("base")
        .set("clipper-redis.persistence.size=7Gi")
        .set("redis.persistence.size=9Gi")
        .ok();
    both.object("PersistentVolumeClaim/redis-pvc")
        .is(".spec.resources.requests.storage", json!("9Gi"));
}

#[test]
fn clip_10_another_domain_leaves_no_trace_of_the_default() {
    let rendered = chart("clipper")
        .render("base")
        .set("global.domain=example.com")
        .api("cert-manager.io/v1")
        .ok();
    assert!(!rendered.text.contains("clpr.tv"));
    for id in ["Ingress/clipper-backend", "Ingress/clipper-frontend"] {
        rendered.object(id).is(".spec.rules[*].host", json!(["example.com"]));
        rendered.object(id).is(".spec.tls[*].hosts", json!([["example.com"]]));
    }
    rendered
        .object("Certificate/clipper-tls")
        .is(".spec.dnsNames", json!(["example.com"]));
}

#[test]
fn clip_11_one_image_changes_and_no_other() {
    let before = chart("clipper").render("base").ok().text;
    let after = chart("clipper")
        .render("base")
        .set("clipper-backend.image.tag=v1.2.3")
        .ok()
        .text;
    let changed: Vec<(&str, &str)> = before.lines().zip(after.lines()).filter(|(a, b)| a != b).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].1.contains("clipper-backend:v1.2.3"));
}

#[test]
fn clip_23_no_reference_to_a_secret_is_optional() {
    for profile in ["base", "staging", "prod"] {
        let rendered = chart("clipper").render(profile).ok();
        for object in &rendered.objects {
            let text = serde_json::to_string(&object.json).expect("JSON");
            assert!(!text.contains("\"optional\":true"), "{} in {profile}", object.id());
        }
    }
}

// CLIP-39: two Ingresses serve the certificate, one object asks for it.
#[test]
fn clip_39_the_certificate_has_one_owner() {
    for profile in ["base", "staging", "prod"] {
        let rendered = chart("clipper").render(profile).api("cert-manager.io/v1").ok();
        let secret = rendered
            .of_kind("Certificate")
            .map(|c| c.text(".spec.secretName").to_owned())
            .collect::<Vec<_>>();
        assert_eq!(secret.len(), 1, "{profile}");
        for ingress in rendered.of_kind("Ingress") {
            ingress.is(".spec.tls[*].secretName", json!([secret[0]]));
            ingress.absent(".metadata.annotations");
        }
    }
    for name in ["clipper-backend", "clipper-frontend"] {
        let rendered = chart(name).render("base").api("cert-manager.io/v1").ok();
        assert_eq!(rendered.of_kind("Certificate").count(), 0);
        named(&rendered, "Ingress", name.trim_start_matches("clipper-")).is(
            ".metadata.annotations[\"cert-manager.io/cluster-issuer\"]",
            json!("letsencrypt-prod"),
        );
    }
}

// CLIP-29, CLIP-39: custom resources fit their definitions (check V).
#[test]
fn clip_29_clip_39_custom_resources_fit_their_definitions() {
    let operator = "backend.externalSecrets.enabled=true,postgres.externalSecrets.enabled=true,redis.externalSecrets.enabled=true,\
                    grafana.externalSecrets.enabled=true";
    let rendered = chart("clipper")
        .render("base")
        .set(operator)
        .set("tls.certificate.enabled=true")
        .ok();
    let folder = Scratch::new();
    let file = folder.write("rendered.yaml", &rendered.text);
    let crds = programs::repository().join("charts/testdata/crds");
    let (crds, file) = (crds.to_string_lossy(), file.to_string_lossy());
    let answer = run_skeg(&[
        "validate",
        "--strict",
        "--crds",
        &crds,
        "--manifests",
        &file,
        "--kube-version",
        "1.37",
    ]);
    assert!(answer.succeeded(), "{}{}", answer.stdout, answer.stderr);
    assert_eq!(rendered.of_kind("ExternalSecret").count(), 4);
    assert_eq!(rendered.of_kind("Certificate").count(), 1);
}
