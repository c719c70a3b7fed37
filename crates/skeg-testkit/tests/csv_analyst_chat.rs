//! CSV Analyst Chat: what its suites (`charts/csv-analyst-chat/helm/csv-analyst-chat/tests`) cannot show: the tree, the
//! values as a whole, policies as a network plugin reads them, schema refusals through every command.

use std::collections::BTreeSet;

use skeg_testkit::network::{Network, Peer, Pod};
use skeg_testkit::object::decode_one;
use skeg_testkit::programs::{run_helm, run_skeg};
use skeg_testkit::scratch::{entries, read};
use skeg_testkit::security;
use skeg_testkit::{Chart, Json, chart, json};

const PROFILES: [&str; 3] = ["base", "k8s-job", "microsandbox"];
const NAME: &str = "csv-analyst-csv-analyst-chat";

fn subject() -> &'static Chart {
    chart("csv-analyst-chat")
}

fn names(folder: &std::path::Path) -> BTreeSet<String> {
    let name = |path: &std::path::PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    entries(folder).iter().map(name).collect()
}

fn set(words: &str) -> BTreeSet<String> {
    words.split_whitespace().map(str::to_owned).collect()
}

fn leaf(root: &Json, path: &str) -> Option<Json> {
    path.split('.').try_fold(root, |value, key| value.get(key)).cloned()
}

// CSV-01
#[test]
fn csv_01_the_tree_is_exactly_the_seeds_and_the_closed_list() {
    let root = subject().path();
    assert_eq!(
        names(&root.join("templates")),
        set(
            "_helpers.tpl deployment.yaml service.yaml ingress.yaml serviceaccount.yaml secret-env.yaml role.yaml \
             rolebinding.yaml pvc.yaml networkpolicy.yaml NOTES.txt"
        )
    );
    assert_eq!(
        names(&root),
        set(
            "Chart.yaml values.yaml values.schema.json templates .helmignore README.md Chart.lock charts profiles tests \
             schema-open.txt"
        )
    );
    assert_eq!(
        names(&root.join("profiles")),
        set("values-k8s-job.yaml values-microsandbox.yaml")
    );
    for path in
        "Makefile README.md docs/runbooks/K8S_HELM_DOCKER_RUNBOOK.md docs/runbooks/K8S_HELM_PROFILE_CONTEXTS.md \
                 .github/workflows/helm-ci.yml scripts/k8s-smoke.sh agent-server/Dockerfile.k8s runner/Dockerfile.k8s \
                 datasets/sales.csv agent-server/stub/app.py agent-server/stub/README.md"
            .split_whitespace()
    {
        assert!(subject().family_root().join(path).is_file(), "{path}");
    }
    assert!(
        read(&subject().family_root().join("agent-server/stub/README.md")).contains("not the product"),
        "the stub says what it is"
    );
}

// CSV-02
#[test]
fn csv_02_chart_yaml() {
    let meta = decode_one(&read(&subject().path().join("Chart.yaml"))).expect("YAML");
    assert_eq!(meta["name"], json!("csv-analyst-chat"));
    for key in ["version", "appVersion"] {
        let text = meta[key].as_str().expect("a string");
        let numbers: Vec<u64> = text.split('.').map(|part| part.parse().expect("a number")).collect();
        assert!(numbers >= vec![0, 1, 0], "{key} {text}");
    }
    assert_eq!(meta["dependencies"][0]["name"], json!("platform-lib"));
    assert_eq!(meta["kubeVersion"], json!(">=1.28.0-0"));
}

// CSV-03
#[test]
fn csv_03_every_default_of_the_seed() {
    let answer = run_skeg(&["show", "values", &subject().path().to_string_lossy()]).ok();
    let values = decode_one(&answer.stdout).expect("values are YAML");
    let host = json!([{"host": "csv-analyst.local", "paths": [{"path": "/", "pathType": "Prefix"}]}]);
    let table = [
        ("replicaCount", json!(1)),
        ("image.repository", json!("csv-analyst-agent")),
        ("image.tag", json!("")),
        ("image.pullPolicy", json!("IfNotPresent")),
        ("imagePullSecrets", json!([])),
        ("nameOverride", json!("")),
        ("fullnameOverride", json!("")),
        ("resources.requests", json!({"cpu": "250m", "memory": "512Mi"})),
        ("resources.limits", json!({"cpu": "1000m", "memory": "1Gi"})),
        ("service", json!({"type": "ClusterIP", "port": 8000, "annotations": {}})),
        (
            "ingress",
            json!({"enabled": false, "className": "nginx", "annotations": {}, "hosts": host, "tls": []}),
        ),
        ("serviceAccount", json!({"create": true, "name": "", "annotations": {}})),
        ("rbac", json!({"create": true, "allowJobManagement": true})),
        ("persistence.enabled", json!(true)),
        ("persistence.size", json!("1Gi")),
        ("persistence.accessModes", json!(["ReadWriteOnce"])),
        ("persistence.storageClassName", json!("")),
        ("persistence.existingClaim", json!("")),
        ("persistence.retain", json!(true)),
        ("datasets", json!({"existingClaim": "", "mountPath": "/app/datasets"})),
        ("existingSecretName", json!("")),
        (
            "secretEnv",
            json!({"OPENAI_API_KEY": "", "ANTHROPIC_API_KEY": "", "MSB_API_KEY": ""}),
        ),
        ("networkPolicy.enabled", json!(true)),
        ("networkPolicy.denyAllEgress", json!(false)),
        ("networkPolicy.egressCidrs", json!(["0.0.0.0/0", "::/0"])),
        ("networkPolicy.apiServerPorts", json!([443, 6443])),
        (
            "networkPolicy.runner",
            json!({"enabled": true, "podLabels": {"app.kubernetes.io/name": "csv-analyst-runner"}, "egress": []}),
        ),
        (
            "podAnnotations",
            json!({"prometheus.io/scrape": "true", "prometheus.io/port": "8000", "prometheus.io/path": "/metrics"}),
        ),
    ];
    for (path, wanted) in table {
        assert_eq!(leaf(&values, path), Some(wanted), "{path}");
    }
    for (probe, timing) in [("startup", [0, 5]), ("readiness", [5, 10]), ("liveness", [10, 10])] {
        let probe = &values["probes"][probe];
        assert_eq!(
            [&probe["initialDelaySeconds"], &probe["periodSeconds"]],
            timing.map(|n| json!(n)).each_ref()
        );
    }
    assert_eq!(values["probes"]["startup"]["failureThreshold"], json!(12));
}

// CSV-03, CSV-29
#[test]
fn csv_03_csv_29_profiles_change_the_sandbox_and_nothing_else() {
    let server = "http://microsandbox.default.svc.cluster.local:5555/api/v1/rpc";
    let table = [
        (
            "k8s-job",
            json!({"env": {"SANDBOX_PROVIDER": "k8s", "RUNNER_IMAGE": "csv-analyst-runner:dev"}}),
        ),
        (
            "microsandbox",
            json!({"env": {"SANDBOX_PROVIDER": "microsandbox", "RUNNER_IMAGE": "csv-analyst-runner:dev", "MSB_SERVER_URL": server}}),
        ),
    ];
    for (profile, wanted) in table {
        let file = &subject().values_files(profile)[0];
        assert_eq!(decode_one(&read(file)).expect("YAML"), wanted, "{profile}");
        let lint = subject().render(profile).flags(&["--strict"]).lint();
        assert!(
            lint.succeeded() && !lint.stdout.contains('['),
            "{profile}: {}{}",
            lint.stdout,
            lint.stderr
        );
    }
}

// CSV-04
#[test]
fn csv_04_the_base_makes_exactly_these_objects() {
    let base = subject().render("base").ok();
    base.has_exactly(&[
        &format!("Deployment/{NAME}"),
        &format!("Service/{NAME}"),
        &format!("ServiceAccount/{NAME}"),
        &format!("ServiceAccount/{NAME}-runner"),
        &format!("Secret/{NAME}-env"),
        &format!("Role/{NAME}"),
        &format!("RoleBinding/{NAME}"),
        &format!("PersistentVolumeClaim/{NAME}-capsules"),
        &format!("NetworkPolicy/{NAME}"),
        &format!("NetworkPolicy/{NAME}-runner"),
    ]);
    // CSV-18: nothing is bound to the runner's account.
    for binding in base.of_kind("RoleBinding") {
        assert_eq!(binding.all(".subjects[*].name"), [&json!(NAME)]);
    }
}

// CSV-05
#[test]
fn csv_05_names() {
    let deployment = |release: &str, flags: &[&str]| {
        let rendered = subject().render("base").release(release).flags(flags).ok();
        rendered.of_kind("Deployment").next().expect("one").name().to_owned()
    };
    assert_eq!(deployment("csv-analyst", &[]), NAME);
    assert_eq!(deployment("my-csv-analyst-chat", &[]), "my-csv-analyst-chat");
    assert_eq!(
        deployment("csv-analyst", &["--set", "fullnameOverride=analyst"]),
        "analyst"
    );
}

// CSV-13
#[test]
fn csv_13_only_a_key_that_changed_rolls_the_pod() {
    let checksum = |flags: &[&str]| {
        let rendered = subject().render("base").flags(flags).ok();
        rendered
            .object(&format!("Deployment/{NAME}"))
            .map(".spec.template.metadata.annotations")["checksum/secret"]
            .clone()
    };
    let base = checksum(&[]);
    assert_ne!(base, checksum(&["--set", "secretEnv.OPENAI_API_KEY=one"]));
    assert_eq!(base, checksum(&["--set", "env.MAX_ROWS=500"]));
}

// CSV-22
#[test]
fn csv_22_who_reaches_the_agent_and_whom_it_reaches() {
    let controller = Pod::outsider("controller", "ingress-nginx", json!({"app": "controller"}));
    let neighbour = Pod::outsider("neighbour", "demo", json!({"app": "neighbour"}));
    let stranger = Pod::outsider("stranger", "elsewhere", json!({"app": "stranger"}));
    let sandbox = Pod::outsider("microsandbox", "default", json!({"app": "microsandbox"}));
    let model = Peer::address("203.0.113.10");
    for profile in PROFILES {
        let net = Network::of(&subject().render(profile).ok());
        let agent = Peer::Pod(net.pod("agent"));
        net.allowed(&Peer::Pod(&controller), &agent, "TCP", 8000);
        net.allowed(&Peer::Pod(&neighbour), &agent, "TCP", 8000);
        net.denied(&Peer::Pod(&neighbour), &agent, "TCP", 22);
        net.denied(&Peer::Pod(&stranger), &agent, "TCP", 8000);
        assert!(net.resolves_names(net.pod("agent")), "{profile}");
        net.allowed(&agent, &model, "TCP", 443);
        net.allowed(&agent, &Peer::address("2001:db8::1"), "TCP", 443);
        net.denied(&agent, &model, "TCP", 80);
        net.denied(&agent, &Peer::address("169.254.169.254"), "TCP", 443);
        net.denied(&agent, &Peer::Pod(&stranger), "TCP", 443);
        // The API server only where Jobs are made, the microsandbox server only where it is used.
        assert_eq!(
            net.lets(&agent, &model, "TCP", 6443),
            profile != "microsandbox",
            "{profile}"
        );
        assert_eq!(
            net.lets(&agent, &Peer::Pod(&sandbox), "TCP", 5555),
            profile == "microsandbox",
            "{profile}"
        );
    }
    let cut_off = Network::of(&subject().render("base").set("networkPolicy.denyAllEgress=true").ok());
    let agent = cut_off.pod("agent");
    cut_off.denied(&Peer::Pod(agent), &model, "TCP", 443);
    assert!(!cut_off.resolves_names(agent));
    cut_off.allowed(&Peer::Pod(&controller), &Peer::Pod(agent), "TCP", 8000);
    let open = subject().render("base").set("networkPolicy.enabled=false").ok();
    assert_eq!(open.of_kind("NetworkPolicy").count(), 0);
}

// CSV-23
#[test]
fn csv_23_runner_pods_reach_nothing() {
    let runner = Pod::outsider(
        "runner",
        "demo",
        json!({"app.kubernetes.io/name": "csv-analyst-runner", "job-name": "run-1"}),
    );
    let server = Pod::outsider("dns", "kube-system", json!({}));
    for profile in PROFILES {
        let net = Network::of(&subject().render(profile).ok());
        let (from, agent) = (Peer::Pod(&runner), Peer::Pod(net.pod("agent")));
        for (to, port) in [
            (&Peer::address("203.0.113.10"), 443),
            (&Peer::address("169.254.20.10"), 53),
            (&Peer::Pod(&server), 53),
            (&agent, 8000),
        ] {
            for protocol in ["TCP", "UDP"] {
                net.denied(&from, to, protocol, port);
            }
        }
        net.denied(&agent, &from, "TCP", 8000);
        assert!(!net.resolves_names(&runner));
        let policy = format!("{NAME}-runner");
        for direction in ["Ingress", "Egress"] {
            assert_eq!(net.isolating(&runner, direction), [policy.as_str()], "{profile}");
            assert_eq!(net.isolating(net.pod("agent"), direction), [NAME], "{profile}");
        }
    }
    let exception =
        json!([{"to": [{"ipBlock": {"cidr": "203.0.113.7/32"}}], "ports": [{"protocol": "TCP", "port": 443}]}]);
    let net = Network::of(
        &subject()
            .render("base")
            .set_json(&format!("networkPolicy.runner.egress={exception}"))
            .ok(),
    );
    net.allowed(&Peer::Pod(&runner), &Peer::address("203.0.113.7"), "TCP", 443);
    net.denied(&Peer::Pod(&runner), &Peer::address("203.0.113.8"), "TCP", 443);
}

// CSV-24
#[test]
fn csv_24_a_jobs_pod_as_the_executor_builds_it_is_restricted() {
    // Admission itself is case CSV-24 of cluster-cases.yaml; here the rules are applied to the same pod.
    let cases = decode_one(&read(
        &skeg_testkit::programs::repository().join("charts/testdata/cluster-cases.yaml"),
    ))
    .expect("YAML");
    let case = (cases.as_array().expect("a list").iter())
        .find(|case| case["id"] == json!("CSV-24"))
        .expect("CSV-24 is listed");
    let command = case["command"].as_str().expect("text");
    let (_, pod) = command.split_once("<<POD\n").expect("a pod follows");
    let pod = decode_one(pod.trim_end().trim_end_matches("POD")).expect("YAML");
    assert_eq!(
        pod["metadata"]["labels"]["app.kubernetes.io/name"],
        json!("csv-analyst-runner")
    );
    assert_eq!(pod["spec"]["serviceAccountName"], json!(format!("{NAME}-runner")));
    assert_eq!(security::restricted(&pod["spec"]), Vec::<String>::new());
}

// CSV-25
#[test]
fn csv_25_the_schema_covers_every_group_of_the_seed_and_is_closed() {
    let schema: Json = serde_json::from_str(&read(&subject().path().join("values.schema.json"))).expect("JSON");
    let resolve = |node: &Json| match node["$ref"].as_str() {
        Some(name) => schema["definitions"][name.rsplit('/').next().unwrap_or("")].clone(),
        None => node.clone(),
    };
    assert_eq!(schema["additionalProperties"], json!(false));
    for group in
        "image replicaCount resources service ingress serviceAccount rbac persistence datasets env existingSecretName \
                  secretEnv networkPolicy"
            .split_whitespace()
    {
        let node = resolve(&schema["properties"][group]);
        assert!(!node.is_null(), "{group} is declared");
        if node["type"] == json!("object") {
            assert_eq!(node["additionalProperties"], json!(false), "{group}");
            assert_eq!(node.get("patternProperties").is_some(), group == "env", "{group}");
        }
    }
}

// CSV-26, CSV-11, CSV-21
#[test]
fn csv_26_csv_11_csv_21_what_the_schema_refuses() {
    let table = [
        ("env.LLM_PROVIDER=gemini", "/env/LLM_PROVIDER"),
        ("env.SANDBOX_PROVIDER=firecracker", "/env/SANDBOX_PROVIDER"),
        ("replicaCount=0", "/replicaCount"),
        ("replicaCount=1.5", "/replicaCount"),
        ("service.port=70000", "/service/port"),
        ("service.type=X", "/service/type"),
        ("image.pullPolicy=Sometimes", "/image/pullPolicy"),
        ("persistence.size=1GB", "/persistence/size"),
        ("persistence.accessModes={Foo}", "/persistence/accessModes/0"),
        ("env.MAX_ROWS=many", "/env/MAX_ROWS"),
        ("env.ENABLE_PYTHON_EXECUTION=maybe", "/env/ENABLE_PYTHON_EXECUTION"),
        ("nonsense.key=1", ""),
        ("secretEnv.FOO=x", "/secretEnv"),
        ("env.MSB_API_KEY=x", "/env/MSB_API_KEY"),
        ("env.HF_TOKEN=x", "/env/HF_TOKEN"),
        ("env.APP_SECRET=x", "/env/APP_SECRET"),
        ("env.DB_PASSWORD=x", "/env/DB_PASSWORD"),
        (
            "ingress.hosts[0].host=a.example.com,ingress.hosts[0].paths[0].path=/,ingress.hosts[0].paths[0].pathType=Regex",
            "/ingress/hosts/0/paths/0/pathType",
        ),
    ];
    for (setting, path) in table {
        let render = subject().render("base").set(setting);
        render.schema_refuses(path);
        assert!(!render.helm().succeeded(), "the real Helm accepts {setting}");
        // Without a cluster only `install` can be asked; for skeg's own install and upgrade see case CSV-26 of
        // cluster-cases.yaml.
        let chart = subject().path().to_string_lossy().into_owned();
        let answer = run_helm(&["install", "csv-analyst", &chart, "--dry-run=client", "--set", setting]);
        assert!(!answer.succeeded(), "install accepts {setting}");
        assert!(
            answer
                .stderr
                .contains("values don't meet the specifications of the schema(s)"),
            "{setting}: {}",
            answer.stderr
        );
    }
}

// CSV-09, CSV-15, CSV-19, CSV-20, CSV-23
#[test]
fn csv_09_csv_15_csv_19_csv_20_csv_23_combinations_that_cannot_work() {
    let table = [
        ("replicaCount=2", "persistence.accessModes must include ReadWriteMany"),
        (
            "replicaCount=2,persistence.accessModes={ReadWriteMany}",
            "STORAGE_PROVIDER sqlite supports one replica",
        ),
        (
            "env.LLM_PROVIDER=openai",
            "env.LLM_PROVIDER=openai needs secretEnv.OPENAI_API_KEY or existingSecretName",
        ),
        (
            "env.LLM_PROVIDER=anthropic",
            "env.LLM_PROVIDER=anthropic needs secretEnv.ANTHROPIC_API_KEY or existingSecretName",
        ),
        (
            "env.RUNNER_IMAGE=",
            "env.RUNNER_IMAGE is required when env.SANDBOX_PROVIDER=k8s",
        ),
        ("rbac.create=false", "rbac.create"),
        ("env.SANDBOX_PROVIDER=microsandbox", "env.MSB_SERVER_URL is required"),
        (
            "networkPolicy.runner.podLabels.app\\.kubernetes\\.io/name=csv-analyst-chat",
            "podLabels also fits the agent's own pods",
        ),
    ];
    for (settings, sentence) in table {
        let render = subject().render("base").set(settings);
        render.refused(sentence);
        assert_eq!(
            render.skeg().stderr,
            render.helm().stderr,
            "{settings}: both tools say the same"
        );
    }
}

// CSV-15, CSV-20
#[test]
fn csv_15_csv_20_notes_warn_and_show_no_key() {
    let notes = |setting: &str| subject().render("base").set(setting).notes();
    assert!(notes("env.SANDBOX_PROVIDER=docker").contains("WARNING: SANDBOX_PROVIDER=docker"));
    assert!(
        notes("replicaCount=2,persistence.enabled=false").contains("WARNING: replicaCount is 2 without a shared store")
    );
    assert!(
        subject()
            .render("base")
            .notes()
            .contains("WARNING: no API key of a language model is set")
    );
    let quiet = notes("secretEnv.OPENAI_API_KEY=sk-canary");
    assert!(!quiet.contains("WARNING") && !quiet.contains("sk-canary"), "{quiet}");
}

// CSV-27, XC-39, XC-49
#[test]
fn csv_27_xc_39_xc_49_numbers_keep_their_spelling() {
    let rendered = subject()
        .render("base")
        .values(
            "env: {MAX_ROWS: 500, MAX_OUTPUT_BYTES: 10000000, MSB_CPUS: 0.5, FEATURE: 1234567}\nimage: {tag: 1234567}",
        )
        .ok();
    let agent = rendered.object(&format!("Deployment/{NAME}"));
    let value = |name: &str| {
        agent
            .text(&format!(".spec.template.spec.containers[0].env[name={name}].value"))
            .to_owned()
    };
    assert_eq!(value("MAX_ROWS"), "500");
    assert_eq!(value("MAX_OUTPUT_BYTES"), "10000000");
    assert_eq!(value("MSB_CPUS"), "0.5");
    assert_eq!(value("FEATURE"), "1234567");
    agent.is(
        ".spec.template.spec.containers[0].image",
        json!("csv-analyst-agent:1234567"),
    );
    subject()
        .render("base")
        .values("image: {tag: 1.5}")
        .schema_refuses("/image/tag");
}
