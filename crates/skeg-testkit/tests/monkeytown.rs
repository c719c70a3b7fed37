//! Monkeytown: what suites cannot show. Files, the exact set of objects, the schemas, who reaches whom.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use skeg_testkit::network::{Network, Peer, Pod};
use skeg_testkit::programs;
use skeg_testkit::scratch::{Scratch, files, read};
use skeg_testkit::{Json, Rendered, chart, json, object};

const PROFILES: [&str; 3] = ["dev", "staging", "prod"];

fn root() -> PathBuf {
    chart("monkeytown").family_root()
}

fn base() -> Rendered {
    chart("monkeytown").render("base").ok()
}

fn profile(name: &str) -> Rendered {
    chart("monkeytown").render(name).ok()
}

/// A YAML file as JSON.
fn yaml(path: &Path) -> Json {
    let mut objects = object::decode(&read(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert_eq!(objects.len(), 1, "{}", path.display());
    objects.remove(0).json
}

#[test]
fn monk_01_the_tree_and_its_cross_references_exist_with_content() {
    let tree = [
        "helm/README.md",
        "helm/monkeytown/Chart.yaml",
        "helm/monkeytown/values.yaml",
        "helm/monkeytown/values-dev.yaml",
        "helm/monkeytown/values-staging.yaml",
        "helm/monkeytown/values-prod.yaml",
        "helm/redis/Chart.yaml",
        "helm/nginx-ingress/Chart.yaml",
        "deploy/kustomization.yaml",
        "deploy/dev/manifests.yaml",
        "deploy/staging/manifests.yaml",
        "deploy/prod/manifests.yaml",
        "terraform/main.tf",
        "terraform/variables.tf",
        "terraform/outputs.tf",
        "terraform/versions.tf",
        "infrastructure/Dockerfile",
        "infrastructure/stub/server.mjs",
        "scripts/vendor-upstream.sh",
        ".monkeytown/architecture/infrastructure.md",
        ".github/workflows/helm-deploy.yml",
    ];
    for file in tree {
        assert!(read(&root().join(file)).len() > 100, "{file} has no content");
    }
    let templates: BTreeSet<String> = (files(&root().join("helm/monkeytown/templates")).iter())
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    let wanted = "NOTES.txt _helpers.tpl configmap.yaml deployment-event-stream.yaml deployment-redis.yaml \
                  deployment-web.yaml hpa.yaml ingress.yaml namespace.yaml networkpolicy.yaml pdb.yaml pvc.yaml \
                  secret.yaml service.yaml serviceaccount.yaml";
    let wanted: BTreeSet<String> = wanted.split_whitespace().map(str::to_owned).collect();
    assert_eq!(templates, wanted, "the closed list of 8.1");

    let says = [
        (
            ".monkeytown/architecture/infrastructure.md",
            "monkeytown-<env>-event-stream",
        ),
        ("terraform/main.tf", "resource \"helm_release\" \"monkeytown\""),
        ("terraform/main.tf", "/../helm/monkeytown"),
        ("infrastructure/Dockerfile", "COPY stub/server.mjs"),
        ("infrastructure/stub/server.mjs", "/ready"),
    ];
    for (file, text) in says {
        assert!(read(&root().join(file)).contains(text), "{file}: no `{text}`");
    }
}

#[test]
fn monk_02_coordinates_of_the_chart_and_its_dependencies() {
    let about = yaml(&root().join("helm/monkeytown/Chart.yaml"));
    assert_eq!(about["name"], "monkeytown");
    assert_eq!(about["version"], "1.0.0");
    assert_eq!(
        about["dependencies"],
        json!([
            {"name": "redis", "version": "17.x.x", "repository": "file://../redis", "condition": "redis.enabled",
             "alias": "monkeytown-redis"},
            {"name": "nginx-ingress", "version": "4.x.x", "repository": "file://../nginx-ingress",
             "condition": "ingress.enabled"},
            {"name": "platform-lib", "version": "^1.0.0", "repository": "file://../../../platform-lib"},
        ])
    );
    for (folder, name, version) in [
        ("redis", "redis", "17.99.0"),
        ("nginx-ingress", "nginx-ingress", "4.99.0"),
    ] {
        let about = yaml(&root().join("helm").join(folder).join("Chart.yaml"));
        assert_eq!(
            (about["name"].as_str(), about["version"].as_str()),
            (Some(name), Some(version))
        );
    }
}

#[test]
fn monk_03_stated_values_are_the_defaults() {
    let values = yaml(&root().join("helm/monkeytown/values.yaml"));
    let stated = json!({
        "/global/environment": "dev", "/global/imageRegistry": "ghcr.io",
        "/global/imagePullSecrets": [{"name": "registry-secret"}], "/global/resources": {"cpu": "500m", "memory": "512Mi"},
        "/web/replicaCount": 1, "/web/image/repository": "anomalyco/monkeytown-web", "/web/image/tag": "latest",
        "/web/image/pullPolicy": "IfNotPresent", "/web/service/type": "ClusterIP", "/web/service/port": 3000,
        "/web/ingress/enabled": true, "/web/ingress/className": "nginx",
        "/web/ingress/hosts": [{"host": "monkeytown.dev", "paths": [{"path": "/", "pathType": "Prefix"}]}],
        "/web/resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "500m", "memory": "512Mi"}},
        "/web/autoscaling": {"enabled": true, "minReplicas": 1, "maxReplicas": 10, "targetCPUUtilizationPercentage": 70},
        "/eventStream/replicaCount": 2, "/eventStream/image/repository": "anomalyco/monkeytown-event-stream",
        "/eventStream/image/tag": "latest",
        "/eventStream/env": {"REDIS_URL": "redis://monkeytown-redis:6379", "GITHUB_TOKEN": "{{ .Values.secrets.githubToken }}"},
        "/eventStream/resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"cpu": "500m", "memory": "1Gi"}},
        "/eventStream/ws": {"maxConnections": 1000, "heartbeatInterval": 30000},
        "/redis/enabled": true, "/redis/architecture": "standalone", "/redis/auth/enabled": false,
        "/redis/master/resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"cpu": "500m", "memory": "512Mi"}},
        "/redis/master/persistence/enabled": true, "/redis/master/persistence/size": "1Gi", "/ingress/enabled": false,
    });
    for (pointer, wanted) in stated.as_object().into_iter().flatten() {
        assert_eq!(values.pointer(pointer), Some(wanted), "{pointer}");
    }
    let overrides = [
        (
            "dev",
            json!({"/eventStream/replicaCount": 1, "/web/replicaCount": 1, "/web/autoscaling/enabled": false}),
        ),
        (
            "staging",
            json!({"/web/autoscaling/maxReplicas": 5, "/web/replicaCount": 2, "/global/environment": "staging"}),
        ),
        (
            "prod",
            json!({"/eventStream/replicaCount": 3, "/redis/auth/enabled": true, "/global/environment": "prod"}),
        ),
    ];
    for (name, wanted) in overrides {
        let values = yaml(&root().join(format!("helm/monkeytown/values-{name}.yaml")));
        for (pointer, wanted) in wanted.as_object().into_iter().flatten() {
            assert_eq!(values.pointer(pointer), Some(wanted), "{name} {pointer}");
        }
    }
}

#[test]
fn monk_04_the_base_is_exactly_this() {
    base().has_exactly(&[
        "ConfigMap/monkeytown-dev-config",
        "Deployment/monkeytown-dev-event-stream",
        "Deployment/monkeytown-dev-web",
        "Deployment/monkeytown-redis",
        "HorizontalPodAutoscaler/monkeytown-dev-web",
        "Ingress/monkeytown-dev",
        "NetworkPolicy/monkeytown-dev-default-deny",
        "NetworkPolicy/monkeytown-dev-event-stream",
        "NetworkPolicy/monkeytown-dev-web",
        "NetworkPolicy/monkeytown-redis",
        "PersistentVolumeClaim/monkeytown-redis",
        "PodDisruptionBudget/monkeytown-dev-event-stream",
        "PodDisruptionBudget/monkeytown-dev-web",
        "Secret/monkeytown-dev-secrets",
        "Service/monkeytown-dev-event-stream",
        "Service/monkeytown-dev-web",
        "Service/monkeytown-redis",
        "ServiceAccount/monkeytown-dev-event-stream",
        "ServiceAccount/monkeytown-dev-web",
        "ServiceAccount/monkeytown-redis",
    ]);
}

#[test]
fn monk_05_profiles_share_no_name() {
    let mut seen = BTreeSet::new();
    for name in PROFILES {
        for object in &profile(name).objects {
            assert!(object.name().contains(name), "{}: no `{name}` in it", object.id());
            assert!(seen.insert(object.id()), "{} is in two profiles", object.id());
        }
    }
}

#[test]
fn monk_12_the_url_names_a_service_in_every_profile() {
    for name in ["base", "dev", "staging", "prod"] {
        let rendered = profile(name);
        let env = "[name=event-stream].env[name=REDIS_URL].value";
        let stream = (rendered.objects.iter()).find(|o| o.kind() == "Deployment" && o.name().ends_with("event-stream"));
        let url = stream.map(|o| o.text(&format!(".spec.template.spec.containers{env}")).to_owned());
        let url = url.unwrap_or_default();
        let host = url
            .rsplit(['/', '@'])
            .next()
            .and_then(|rest| rest.split(':').next())
            .unwrap_or_default();
        assert!(
            rendered.find(&format!("Service/{host}")).is_some(),
            "{name}: {url} names no Service"
        );
    }
}

#[test]
fn monk_13_a_token_is_in_the_secret_and_nowhere_else() {
    let render = chart("monkeytown")
        .render("base")
        .set("secrets.githubToken=ghp_CANARY")
        .set_json(r#"eventStream.env.SPY="{{ toJson . }}{{ .Values.secrets | toJson }}""#);
    // An entry that spells out the path is refused; one that dumps what it can see does not see it.
    render.refused("eventStream.env.SPY must be");
    let rendered = (chart("monkeytown").render("base").set("secrets.githubToken=ghp_CANARY"))
        .set_json(r#"eventStream.env.SPY="{{ toJson .Values }}""#)
        .ok();
    assert!(!rendered.text.contains("ghp_CANARY"));
    rendered
        .object("Secret/monkeytown-dev-secrets")
        .is(".data.GITHUB_TOKEN", json!("Z2hwX0NBTkFSWQ=="));
}

#[test]
fn monk_18_monk_23_everything_switched_on_is_valid_from_the_first_to_the_last_promised_kubernetes() {
    let path = chart("monkeytown").path();
    let path = path.to_string_lossy();
    let all = "ingress.enabled=true,redis.architecture=replication,redis.auth.enabled=true,redis.auth.password=x,\
               namespace.create=true,eventStream.autoscaling.enabled=true";
    let versions = "1.28,1.29,1.30,1.31,1.32,1.33,1.34,1.35,1.36,1.37";
    let args = [
        "validate",
        "monkeytown",
        &path,
        "--strict",
        "--pod-security=restricted",
        "--kube-version",
        versions,
    ];
    let answer = programs::run_skeg(&[&args[..], &["--set", all]].concat());
    assert!(answer.succeeded(), "{}{}", answer.stdout, answer.stderr);
}

#[test]
fn monk_21_the_baseline_of_the_overlay_is_the_values_file() {
    // Values where `redis` differs from its default win over the alias; the template therefore repeats the defaults.
    let values = yaml(&root().join("helm/monkeytown/values.yaml"));
    let probe = "{{ include \"monkeytown.redis.baseline\" . | fromYaml | toJson }}";
    assert_eq!(with_template(probe), values["redis"]);
    // And the dependency's own defaults agree, or a setting left alone under `redis` would not be in force.
    let own = yaml(&root().join("helm/redis/values.yaml"));
    let alias = &values["monkeytown-redis"];
    leaves(&values["redis"], "", &mut |pointer, value| {
        if pointer != "/enabled" {
            let there = alias.pointer(pointer).or_else(|| own.pointer(pointer));
            assert_eq!(there, Some(value), "redis{pointer}");
        }
    });
}

/// Calls `see` with each leaf below a value.
fn leaves(value: &Json, at: &str, see: &mut impl FnMut(&str, &Json)) {
    match value.as_object() {
        Some(map) => map
            .iter()
            .for_each(|(key, value)| leaves(value, &format!("{at}/{key}"), see)),
        None => see(at, value),
    }
}

/// What a template gives (as the JSON below `probe` of a document) when it is put into a copy of the chart.
fn with_template(expression: &str) -> Json {
    let scratch = Scratch::with_copy(&chart("monkeytown").path());
    scratch.write("monkeytown/templates/probe.yaml", &format!("probe: {expression}\n"));
    let folder = scratch.path().join("monkeytown");
    let folder = folder.to_string_lossy();
    let answer = programs::run_skeg(&["template", "shop", &folder, "--show-only", "templates/probe.yaml"]).ok();
    let objects = object::decode(&answer.stdout).unwrap_or_else(|e| panic!("{e}: {}", answer.stdout));
    objects[0].json["probe"].clone()
}

#[test]
fn monk_22_redis_stands_alone() {
    let answer = chart("redis").render("base").flags(&["--strict"]).lint();
    assert!(answer.succeeded() && !answer.stdout.contains('['), "{}", answer.stdout);
    chart("redis")
        .render("base")
        .set("sentinel.enabled=true")
        .refused("'sentinel' not allowed");
    chart("redis")
        .render("base")
        .set("architecture=cluster")
        .schema_refuses("/architecture");
    let alone = chart("redis").render("base").release("cache").ok();
    assert!(alone.find("Service/cache-redis").is_some());
}

#[test]
fn monk_23_the_controller_is_restricted_and_off_by_default() {
    let answer = chart("nginx-ingress").render("base").flags(&["--strict"]).lint();
    assert!(answer.succeeded() && !answer.stdout.contains('['), "{}", answer.stdout);
    assert!(!base().text.contains("IngressClass\n"));
    let on = chart("monkeytown")
        .render("base")
        .set("ingress.enabled=true")
        .release("shop");
    let rendered = on.clone().ok();
    for id in [
        "Deployment/shop-nginx-ingress",
        "Service/shop-nginx-ingress",
        "ServiceAccount/shop-nginx-ingress",
        "ClusterRole/demo-shop-nginx-ingress",
        "ClusterRoleBinding/demo-shop-nginx-ingress",
        "Role/shop-nginx-ingress",
        "RoleBinding/shop-nginx-ingress",
        "IngressClass/nginx",
    ] {
        assert!(rendered.find(id).is_some(), "no {id}");
    }
    let named = on.set("nginx-ingress.controller.ingressClassResource.name=edge").ok();
    assert!(named.find("IngressClass/edge").is_some());
}

#[test]
fn monk_30_the_labels_helper_gives_exactly_four() {
    assert_eq!(
        with_template(r#"{{ include "monkeytown.labels" . | fromYaml | toJson }}"#),
        json!({
            "app.kubernetes.io/name": "monkeytown",
            "app.kubernetes.io/instance": "monkeytown-dev",
            "app.kubernetes.io/version": "1.0.0",
            "app.kubernetes.io/managed-by": "Helm",
        })
    );
}

#[test]
fn monk_31_every_object_is_in_the_namespace_that_is_named() {
    let rendered = chart("monkeytown")
        .render("base")
        .set("namespace.create=true,namespace.name=mt")
        .ok();
    for object in &rendered.objects {
        let wanted = if object.kind() == "Namespace" { "" } else { "mt" };
        assert_eq!(object.namespace(), wanted, "{}", object.id());
    }
}

#[test]
fn monk_32_who_reaches_whom() {
    let rendered = chart("monkeytown")
        .render("prod")
        .set("redis.architecture=replication")
        .ok();
    let net = Network::of(&rendered);
    let (web, stream) = (net.pod("web"), net.pod("event-stream"));
    let (redis, replica) = (net.pod("redis"), net.pod("redis-replicas"));
    let controller = Pod::outsider("controller", "ingress-nginx", json!({"app": "ingress-nginx"}));
    let stranger = Pod::outsider("stranger", "demo", json!({"app": "stranger"}));
    let outside = Peer::address("203.0.113.9");

    let allowed: [(&Pod, &Pod, u16); 5] = [
        (&controller, web, 3000),
        (&controller, stream, 8080),
        (web, stream, 8080),
        (stream, redis, 6379),
        (replica, redis, 6379),
    ];
    for (from, to, port) in allowed {
        net.allowed(&Peer::Pod(from), &Peer::Pod(to), "TCP", port);
    }
    let denied: [(&Pod, &Pod, u16); 9] = [
        (web, redis, 6379),
        (web, replica, 6379),
        (stream, web, 3000),
        (redis, stream, 8080),
        (&controller, redis, 6379),
        (&stranger, redis, 6379),
        (&stranger, stream, 8080),
        (&stranger, web, 3000),
        (stream, redis, 22),
    ];
    for (from, to, port) in denied {
        net.denied(&Peer::Pod(from), &Peer::Pod(to), "TCP", port);
    }
    net.allowed(&Peer::Pod(stream), &outside, "TCP", 443);
    net.denied(&Peer::Pod(stream), &outside, "TCP", 80);
    net.denied(&Peer::Pod(stream), &Peer::address("169.254.169.254"), "TCP", 443);
    net.denied(&Peer::Pod(web), &outside, "TCP", 443);
    net.denied(&Peer::Pod(redis), &outside, "TCP", 443);
    assert!(net.resolves_names(web) && net.resolves_names(stream) && net.resolves_names(replica));
    assert!(!net.has_egress_rules(redis), "a master has nobody to talk to");
}

#[test]
fn monk_36_wrong_values_are_named() {
    let refused = [
        ("global.environment=production", "/global/environment"),
        ("global.imageRegistry=", "/global/imageRegistry"),
        ("web.replicaCount=-1", "/web/replicaCount"),
        (
            "web.autoscaling.targetCPUUtilizationPercentage=0",
            "/web/autoscaling/targetCPUUtilizationPercentage",
        ),
        ("web.ingress.hosts[0].host=bad host", "/web/ingress/hosts/0/host"),
        (
            "web.ingress.hosts[0].paths[0].pathType=Foo",
            "/web/ingress/hosts/0/paths/0/pathType",
        ),
        ("redis.architecture=sentinel", "/redis/architecture"),
        ("redis.master.persistence.size=1GB", "/redis/master/persistence/size"),
        ("eventStream.ws.maxConnections=0", "/eventStream/ws/maxConnections"),
        (
            "eventStream.ws.heartbeatInterval=fast",
            "/eventStream/ws/heartbeatInterval",
        ),
        // MONK-37: the dependency's map under its alias, and one that is switched off.
        (
            "monkeytown-redis.architecture=sentinel",
            "/monkeytown-redis/architecture",
        ),
        (
            "nginx-ingress.controller.replicaCount=many",
            "/nginx-ingress/controller/replicaCount",
        ),
    ];
    for (assignment, path) in refused {
        chart("monkeytown").render("base").set(assignment).schema_refuses(path);
    }
    chart("monkeytown")
        .render("base")
        .set("replicas=1")
        .refused("additional properties 'replicas' not allowed");
}

#[test]
fn monk_37_both_maps_take_what_the_dependency_takes() {
    let own = yaml(&root().join("helm/redis/values.schema.json"));
    let umbrella = yaml(&root().join("helm/monkeytown/values.schema.json"));
    let properties = &own["properties"];
    assert_eq!(&umbrella["properties"]["monkeytown-redis"]["properties"], properties);
    for (key, schema) in umbrella["properties"]["redis"]["properties"]
        .as_object()
        .into_iter()
        .flatten()
    {
        assert!(key == "enabled" || properties.get(key) == Some(schema), "redis.{key}");
    }
    for (name, definition) in own["definitions"].as_object().into_iter().flatten() {
        assert_eq!(umbrella["definitions"].get(name), Some(definition), "definition {name}");
    }
    let controller = yaml(&root().join("helm/nginx-ingress/values.schema.json"));
    assert_eq!(
        umbrella["properties"]["nginx-ingress"]["properties"],
        controller["properties"]
    );
}
