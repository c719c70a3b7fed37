//! Inferno's settings: the defaults, what the profiles change, and what is refused.

use skeg_testkit::object::decode_one;
use skeg_testkit::scratch::read;
use skeg_testkit::{Chart, Json, chart, json};

fn inferno() -> &'static Chart {
    chart("inferno")
}

fn yaml(file: &str) -> Json {
    decode_one(&read(&inferno().path().join(file))).unwrap_or_else(|e| panic!("{file}: {e}"))
}

/// Every scalar and list of a values file with its path.
fn leaves(value: &Json, at: &str, found: &mut Vec<(String, Json)>) {
    match value.as_object() {
        Some(map) => {
            for (key, inner) in map {
                leaves(inner, &format!("{at}/{key}"), found);
            }
        }
        None => found.push((at.to_owned(), value.clone())),
    }
}

#[test]
fn inf_03_every_base_default() {
    let values = yaml("values.yaml");
    let probe = |initial: i32, period: i32, timeout: i32, failures: i32| {
        json!({"enabled": true, "initialDelaySeconds": initial, "periodSeconds": period, "timeoutSeconds": timeout,
            "failureThreshold": failures})
    };
    let volume = |size: &str, name: &str| json!({"size": size, "path": format!("/home/inferno/.inferno/{name}"), "existingClaim": ""});
    let table = [
        ("/environment", json!("development")),
        ("/namespaceOverride", json!("")),
        ("/nameOverride", json!("")),
        ("/fullnameOverride", json!("")),
        ("/image/registry", json!("")),
        ("/image/repository", json!("inferno")),
        ("/image/tag", json!("0.8.0")),
        ("/image/pullPolicy", json!("")),
        ("/image/requireImmutableTag", json!(false)),
        ("/replicaCount", json!(3)),
        (
            "/strategy",
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}),
        ),
        ("/resources/requests", json!({"cpu": "1000m", "memory": "2Gi"})),
        ("/resources/limits", json!({"cpu": "2000m", "memory": "4Gi"})),
        ("/autoscaling/enabled", json!(false)),
        ("/autoscaling/minReplicas", json!(3)),
        ("/autoscaling/maxReplicas", json!(10)),
        ("/autoscaling/metrics/cpu", json!({"enabled": true, "utilization": 70})),
        (
            "/autoscaling/metrics/memory",
            json!({"enabled": true, "utilization": 80}),
        ),
        (
            "/autoscaling/behavior/scaleUp",
            json!({"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [
                {"type": "Percent", "value": 100, "periodSeconds": 30}, {"type": "Pods", "value": 2, "periodSeconds": 30}]}),
        ),
        (
            "/autoscaling/behavior/scaleDown",
            json!({"stabilizationWindowSeconds": 300, "policies": [{"type": "Percent", "value": 50, "periodSeconds": 60}]}),
        ),
        ("/vpa/enabled", json!(false)),
        ("/vpa/updateMode", json!("Off")),
        ("/vpa/minAllowed", json!({"cpu": "500m", "memory": "1Gi"})),
        ("/vpa/maxAllowed", json!({"cpu": "4", "memory": "8Gi"})),
        ("/healthChecks/startup", probe(5, 2, 1, 15)),
        ("/healthChecks/readiness", probe(10, 10, 5, 3)),
        ("/healthChecks/liveness", probe(30, 30, 5, 3)),
        ("/persistence/enabled", json!(true)),
        ("/persistence/storageClass", json!("standard")),
        ("/persistence/accessModes", json!(["ReadWriteMany"])),
        ("/persistence/retain", json!(true)),
        ("/persistence/singleNode", json!(false)),
        ("/persistence/models", volume("100Gi", "models")),
        ("/persistence/cache", volume("50Gi", "cache")),
        ("/persistence/queue", volume("10Gi", "queue")),
        ("/service/internal/type", json!("ClusterIP")),
        ("/service/internal/port", json!(8000)),
        ("/service/internal/targetPort", json!(8000)),
        ("/service/headless/enabled", json!(true)),
        ("/service/external/enabled", json!(false)),
        ("/service/external/type", json!("LoadBalancer")),
        ("/service/external/port", json!(80)),
        ("/service/external/externalIPs", json!([])),
        ("/service/external/loadBalancerSourceRanges", json!([])),
        ("/service/external/annotations", json!({})),
        ("/rbac/create", json!(true)),
        (
            "/serviceAccount",
            json!({"create": true, "name": "", "annotations": {}}),
        ),
        ("/networkPolicy/enabled", json!(true)),
        ("/networkPolicy/mode", json!("standard")),
        ("/podDisruptionBudget/enabled", json!(true)),
        ("/podDisruptionBudget/minAvailable", json!(2)),
        ("/monitoring/prometheus", json!({"enabled": true, "port": 9090})),
        ("/monitoring/serviceMonitor/enabled", json!(false)),
        (
            "/podAntiAffinity",
            json!({"type": "preferred", "topologyKey": "kubernetes.io/hostname"}),
        ),
        ("/podSecurityContext/runAsUser", json!(1000)),
        ("/podSecurityContext/runAsGroup", json!(1000)),
        ("/podSecurityContext/fsGroup", json!(1000)),
        ("/terminationGracePeriodSeconds", json!(30)),
        ("/existingSecret", json!("")),
        ("/ingress/enabled", json!(false)),
        ("/ingress/className", json!("nginx")),
    ];
    for (at, wanted) in table {
        assert_eq!(values.pointer(at), Some(&wanted), "{at}");
    }
    let secrets = values["secrets"].as_object().expect("a map");
    let keys: Vec<&str> = secrets.keys().map(String::as_str).collect();
    assert_eq!(
        keys.join(" "),
        "INFERNO_AUTH_SECRET_KEY INFERNO_SENTRY_DSN OAUTH2_CLIENT_ID OAUTH2_CLIENT_SECRET OAUTH2_PROVIDER_URL"
    );
    assert!(
        secrets.values().all(|value| value == &json!("")),
        "no credential is shipped"
    );
}

/// INF-04, INF-05, INF-06: profiles hold what differs, all of it, and nothing else.
#[test]
fn inf_04_inf_05_inf_06_profiles_hold_only_what_differs() {
    let base = yaml("values.yaml");
    for (profile, count) in [("dev", 19), ("staging", 15), ("prod", 21)] {
        let mut found = Vec::new();
        leaves(&yaml(&format!("values-{profile}.yaml")), "", &mut found);
        for (at, value) in &found {
            let same = base.pointer(at);
            assert!(same.is_some(), "{profile}: {at} is in no values.yaml");
            assert_ne!(same, Some(value), "{profile}: {at} repeats the base");
        }
        assert_eq!(found.len(), count, "{profile}: {found:#?}");
    }
    let mut custom = Vec::new();
    leaves(&yaml("values-prod-custom.yaml"), "", &mut custom);
    assert_eq!(custom.len(), 1, "the example changes one value");
}

#[test]
fn inf_29_inf_33_inf_36_inf_42_inf_46_inf_47_inf_49_forbidden_combinations() {
    let table: [(&str, &[&str], &str); 9] = [
        (
            "base",
            &["configMap.INFERNO_BIND_PORT=9000"],
            "INFERNO_BIND_PORT is derived from service.internal.targetPort",
        ),
        (
            "prod",
            &["configMap.INFERNO_AUTH_ENABLED=true"],
            "needs a key: set secrets.INFERNO_AUTH_SECRET_KEY or existingSecret",
        ),
        ("prod", &["persistence.accessModes={ReadWriteOnce}"], "ReadWriteMany"),
        (
            "prod",
            &[
                "autoscaling.metrics.cpu.enabled=false",
                "autoscaling.metrics.memory.enabled=false",
            ],
            "autoscaling of inferno needs at least one metric",
        ),
        (
            "prod",
            &["vpa.enabled=true", "vpa.updateMode=Initial"],
            "VPA updateMode must be \"Off\" while autoscaling is enabled",
        ),
        (
            "prod",
            &["podDisruptionBudget.minAvailable=3"],
            "podDisruptionBudget.minAvailable (3) must be lower than the minimum replica count (3)",
        ),
        (
            "dev",
            &["monitoring.serviceMonitor.enabled=true"],
            "monitoring.serviceMonitor requires monitoring.prometheus.enabled",
        ),
        ("prod", &["image.tag=latest"], "image tag \"latest\" is mutable"),
        (
            "base",
            &["existingSecret=ext", "secrets.OAUTH2_CLIENT_ID=x"],
            "are both set",
        ),
    ];
    for (profile, settings, sentence) in table {
        settings
            .iter()
            .fold(inferno().render(profile), |render, setting| render.set(setting))
            .refused(sentence);
    }
}

/// INF-30 and INF-54: what the schema refuses, with the path it names.
#[test]
fn inf_30_inf_54_the_schema_refuses() {
    let table = [
        ("environment=prod", "/environment"),
        ("replicaCount=-1", "/replicaCount"),
        (
            "autoscaling.metrics.cpu.utilization=0",
            "/autoscaling/metrics/cpu/utilization",
        ),
        ("persistence.models.size=lots", "/persistence/models/size"),
        ("persistence.models.size=1GB", "/persistence/models/size"),
        ("service.external.type=ClusterIP", "/service/external/type"),
        (
            "service.external.externalIPs={not-an-ip}",
            "/service/external/externalIPs/0",
        ),
        (
            "service.external.externalIPs={256.0.0.1}",
            "/service/external/externalIPs/0",
        ),
        (
            "service.external.loadBalancerSourceRanges={10.0.0.0/33}",
            "/service/external/loadBalancerSourceRanges/0",
        ),
        ("service.internal.port=0", "/service/internal/port"),
        ("service.internal.targetPort=70000", "/service/internal/targetPort"),
        ("networkPolicy.mode=lax", "/networkPolicy/mode"),
        ("vpa.updateMode=Auto", "/vpa/updateMode"),
        ("vpa.enabled=perhaps", "/vpa/enabled"),
        ("podAntiAffinity.type=maybe", "/podAntiAffinity/type"),
        ("secrets.lower=x", "/secrets"),
        ("configMap.lower=x", "/configMap"),
        ("configMap.OAUTH2_CLIENT_SECRET=x", "/configMap/OAUTH2_CLIENT_SECRET"),
        ("configMap.INFERNO_LOG_LEVEL=loud", "/configMap/INFERNO_LOG_LEVEL"),
        ("configMap.INFERNO_TOP_K=many", "/configMap/INFERNO_TOP_K"),
        ("unknown=1", ""),
        ("image.unknown=1", "/image"),
        ("service.unknown=1", "/service"),
        ("service.external.unknown=1", "/service/external"),
        ("persistence.models.unknown=1", "/persistence/models"),
        ("healthChecks.startup.unknown=1", "/healthChecks/startup"),
        ("monitoring.prometheus.unknown=1", "/monitoring/prometheus"),
        ("autoscaling.metrics.gpu=1", "/autoscaling/metrics"),
        ("networkPolicy.dns.unknown=1", "/networkPolicy/dns"),
        ("rbac.unknown=1", "/rbac"),
        ("resources=null", ""),
        ("resources.limits.memory=null", "/resources/limits"),
    ];
    for (setting, path) in table {
        inferno().render("base").set(setting).schema_refuses(path);
    }
    inferno()
        .render("base")
        .values("image: {tag: 1.5}")
        .schema_refuses("/image/tag");
}
