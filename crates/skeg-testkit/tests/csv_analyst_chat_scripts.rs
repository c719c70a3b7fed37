//! CSV Analyst Chat: its Makefile and smoke script, run with stubs in place of docker, kind, kubectl.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use skeg_testkit::object::{Object, decode};
use skeg_testkit::scratch::{Scratch, read};
use skeg_testkit::stubs::{Run, Stubs};
use skeg_testkit::{chart, json};

const NAME: &str = "csv-analyst-csv-analyst-chat";
const CLUSTER_TOOLS: [&str; 4] = ["docker", "kind", "kubectl", "helm"];
/// The arguments that the seed gives make.
const DEV: [&str; 2] = ["K8S_IMAGE_REPOSITORY=csv-analyst-agent", "K8S_IMAGE_TAG=dev"];

fn root() -> PathBuf {
    chart("csv-analyst-chat").family_root()
}

fn make(stubs: &Stubs, args: &[&str]) -> Run {
    stubs.run(&root(), "make", args)
}

#[track_caller]
fn made(stubs: &Stubs, args: &[&str]) -> Vec<String> {
    let run = make(stubs, args);
    let _ = run.answer.clone().ok();
    run.lines()
}

#[track_caller]
fn deployment(text: &str) -> Object {
    let objects = decode(text).unwrap_or_else(|e| panic!("{e} in {text}"));
    let found = objects.into_iter().find(|object| object.kind() == "Deployment");
    found.unwrap_or_else(|| panic!("no Deployment in {text}"))
}

fn env(agent: &Object, name: &str) -> String {
    agent
        .text(&format!(".spec.template.spec.containers[0].env[name={name}].value"))
        .to_owned()
}

// CSV-30
#[test]
fn csv_30_make_variables() {
    let stubs = Stubs::new(&[]);
    let printed = make(&stubs, &["-pn", "help"]).answer.stdout;
    let table = [
        ("HELM", "helm"),
        ("KIND_CLUSTER_NAME", "csv-analyst"),
        ("K8S_NAMESPACE", "csv-analyst"),
        ("HELM_RELEASE", "csv-analyst"),
        ("HELM_CHART", "./helm/csv-analyst-chat"),
        ("K8S_IMAGE_REPOSITORY", "csv-analyst-agent"),
        ("K8S_IMAGE_TAG", "dev"),
        ("K8S_SANDBOX_PROVIDER", "k8s"),
        ("K8S_RUNNER_IMAGE", "csv-analyst-runner:$(K8S_IMAGE_TAG)"),
        ("HELM_VALUES_FILE", ""),
        ("HELM_EXTRA_SET", ""),
    ];
    let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let makefile = read(&root().join("Makefile"));
    for (name, default) in table {
        // `make -p` prints a variable set with ?= as a plain one once it has its default.
        let wanted = format!("{name} = {default}");
        assert!(lines.contains(&wanted.trim_end()), "{wanted}");
        assert!(makefile.contains(&format!("{name} ?=")), "{name} can be overridden");
    }
}

// CSV-31
#[test]
fn csv_31_targets_and_missing_tools() {
    let stubs = Stubs::new(&CLUSTER_TOOLS);
    let help = make(&stubs, &["help"]).answer.ok().stdout;
    for target in
        "help k8s-preflight k8s-up k8s-down build-agent-k8s build-runner-k8s kind-load-agent-image k8s-load-images \
                   k8s-smoke helm-lint helm-schema-negative helm-template helm-install helm-upgrade helm-uninstall \
                   helm-template-k8s-job helm-template-microsandbox helm-install-k8s-job helm-install-microsandbox"
            .split_whitespace()
    {
        assert!(
            help.lines().any(|line| line.split(' ').next() == Some(target)),
            "{target} in {help}"
        );
    }
    assert!(make(&stubs, &["k8s-preflight"]).answer.succeeded());
    let table = [
        ("k8s-preflight", "KIND", "kind"),
        ("k8s-preflight", "DOCKER", "docker"),
        ("k8s-preflight", "KUBECTL", "kubectl"),
        ("k8s-preflight", "HELM", "helm"),
        ("k8s-up", "KIND", "kind"),
        ("k8s-down", "KIND", "kind"),
        ("build-agent-k8s", "DOCKER", "docker"),
        ("build-runner-k8s", "DOCKER", "docker"),
        ("k8s-load-images", "KIND", "kind"),
        ("helm-lint", "HELM", "helm"),
        ("helm-template", "HELM", "helm"),
        ("helm-install-k8s-job", "HELM", "helm"),
        ("helm-upgrade", "HELM", "helm"),
        ("helm-uninstall", "HELM", "helm"),
        ("k8s-smoke", "KUBECTL", "kubectl"),
    ];
    for (target, variable, tool) in table {
        let run = make(&stubs, &[target, &format!("{variable}=no-{tool}")]);
        assert_ne!(run.answer.status, 0, "{target} without {tool}");
        assert!(
            run.answer.stderr.contains(&format!("ERROR: no-{tool} is required.")),
            "{}",
            run.answer.stderr
        );
        assert!(run.calls.is_empty(), "{target} without {tool} ran {:?}", run.lines());
    }
}

// CSV-31
#[test]
fn csv_31_the_other_targets_run_what_they_say() {
    let stubs = Stubs::new(&CLUSTER_TOOLS);
    assert_eq!(made(&stubs, &["k8s-down"]), ["kind delete cluster --name csv-analyst"]);
    assert_eq!(
        made(&stubs, &["build-runner-k8s"]),
        ["docker build -f runner/Dockerfile.k8s -t csv-analyst-runner:dev ."]
    );
    assert_eq!(
        made(&stubs, &["k8s-load-images"]),
        [
            "kind load docker-image csv-analyst-agent:dev --name csv-analyst",
            "kind load docker-image csv-analyst-runner:dev --name csv-analyst"
        ]
    );
    assert_eq!(
        made(&stubs, &["helm-uninstall"]),
        ["helm uninstall csv-analyst -n csv-analyst --ignore-not-found"]
    );
    let upgrade = made(
        &stubs,
        &["helm-upgrade", "HELM_VALUES_FILE=mine.yaml", "HELM_EXTRA_SET=--set a=b"],
    );
    assert!(upgrade[0].starts_with("helm upgrade csv-analyst ./helm/csv-analyst-chat -n csv-analyst -f mine.yaml "));
    assert!(upgrade[0].ends_with(" --set a=b"), "{upgrade:?}");
    for profile in ["k8s-job", "microsandbox"] {
        let calls = made(&stubs, &[&format!("helm-install-{profile}")]);
        let file = format!("-f ./helm/csv-analyst-chat/profiles/values-{profile}.yaml");
        assert!(
            calls[0].starts_with("helm upgrade --install csv-analyst ") && calls[0].contains(&file),
            "{calls:?}"
        );
        let rendered = make(&Stubs::new(&[]), &[&format!("helm-template-{profile}")])
            .answer
            .ok()
            .stdout;
        let provider = profile.trim_end_matches("-job");
        assert_eq!(env(&deployment(&rendered), "SANDBOX_PROVIDER"), provider);
    }
    let lint = made(&stubs, &["helm-lint"]);
    assert_eq!(lint.len(), 3);
    assert!(
        lint.iter()
            .all(|call| call.starts_with("helm lint --strict ./helm/csv-analyst-chat"))
    );
}

// CSV-36
#[test]
fn csv_36_k8s_up_keeps_a_cluster_that_runs() {
    let stubs = Stubs::new(&CLUSTER_TOOLS);
    assert_eq!(
        made(&stubs, &["k8s-up"]),
        ["kind get clusters", "kind create cluster --name csv-analyst"]
    );
    let running = Stubs::new(&CLUSTER_TOOLS).reply("kind", "get clusters", "other\ncsv-analyst\n", 0);
    assert_eq!(made(&running, &["k8s-up"]), ["kind get clusters"]);
    let broken = Stubs::new(&CLUSTER_TOOLS).reply("kind", "create*", "", 1);
    assert_ne!(make(&broken, &["k8s-up"]).answer.status, 0);
}

// CSV-37, CSV-38
#[test]
fn csv_37_csv_38_images_are_built_and_loaded() {
    let stubs = Stubs::new(&CLUSTER_TOOLS);
    assert_eq!(
        made(&stubs, &["build-agent-k8s", DEV[0], DEV[1]]),
        ["docker build -f agent-server/Dockerfile.k8s -t csv-analyst-agent:dev ."]
    );
    assert_eq!(
        made(&stubs, &["kind-load-agent-image", DEV[0], DEV[1]]),
        ["kind load docker-image csv-analyst-agent:dev --name csv-analyst"]
    );
    for file in ["agent-server/Dockerfile.k8s", "runner/Dockerfile.k8s"] {
        let text = read(&root().join(file));
        assert!(
            text.contains("COPY datasets/ /app/datasets/"),
            "{file} copies datasets/"
        );
        // Every source of a COPY is there, seen from the build context `.`.
        for line in text.lines().filter(|line| line.starts_with("COPY ")) {
            let source = line.split_whitespace().nth(1).unwrap_or_default();
            let source = source.replace("${AGENT_SOURCE}", "agent-server/stub");
            assert!(root().join(&source).exists(), "{file}: {source}");
        }
        let user = text
            .lines()
            .find_map(|line| line.strip_prefix("USER "))
            .expect("a USER line");
        assert!(
            !user.starts_with('0') && !user.starts_with("root"),
            "{file} runs as {user}"
        );
        let base = text
            .lines()
            .find_map(|line| line.strip_prefix("FROM "))
            .expect("a FROM line");
        assert!(
            base.matches('.').count() >= 2,
            "{file}: {base} is pinned to a patch version"
        );
    }
}

// CSV-39, CSV-43
#[test]
fn csv_39_csv_43_helm_template_with_both_tools() {
    // Without a stub of its own, `helm` is a link to skeg.
    let stubs = Stubs::new(&["docker", "kind", "kubectl"]);
    let by_helm = make(&stubs, &["helm-template", DEV[0], DEV[1]]).answer.ok();
    let by_skeg = make(&stubs, &["helm-template", DEV[0], DEV[1], "HELM=skeg"])
        .answer
        .ok();
    let real = skeg_testkit::programs::helm().to_string_lossy().into_owned();
    let by_real = make(&stubs, &["helm-template", DEV[0], DEV[1], &format!("HELM={real}")])
        .answer
        .ok();
    assert_eq!(by_helm.stdout, by_skeg.stdout);
    assert_eq!(by_helm.stdout, by_real.stdout);
    assert!(
        by_helm.stderr.contains("1 chart(s) linted, 0 chart(s) failed"),
        "it lints first"
    );
    let agent = deployment(&by_skeg.stdout);
    agent.is(
        ".spec.template.spec.containers[0].image",
        json!("csv-analyst-agent:dev"),
    );
    assert_eq!(env(&agent, "SANDBOX_PROVIDER"), "k8s");
    assert_eq!(env(&agent, "RUNNER_IMAGE"), "csv-analyst-runner:dev");
    agent.is(".metadata.namespace", json!("csv-analyst"));
    // A tag made of digits stays one.
    let digits = make(&stubs, &["helm-template", "K8S_IMAGE_TAG=1234567"]).answer.ok();
    deployment(&digits.stdout).is(
        ".spec.template.spec.containers[0].image",
        json!("csv-analyst-agent:1234567"),
    );
}

// CSV-40, CSV-43
#[test]
fn csv_40_csv_43_helm_install_can_be_repeated() {
    for tool in ["helm", "skeg"] {
        let stubs = Stubs::new(&["docker", "kind", "kubectl", tool]);
        let args = ["helm-install", DEV[0], DEV[1], &format!("HELM={tool}")];
        let first = made(&stubs, &args);
        assert_eq!(first, made(&stubs, &args));
        let wanted =
            format!("{tool} upgrade --install csv-analyst ./helm/csv-analyst-chat -n csv-analyst --create-namespace ");
        assert_eq!(first.len(), 1);
        assert!(first[0].starts_with(&wanted), "{first:?}");
    }
}

// CSV-42
#[test]
fn csv_42_sandbox_and_runner_image_by_set() {
    let rendered = chart("csv-analyst-chat")
        .render("base")
        .set("env.SANDBOX_PROVIDER=k8s")
        .set("env.RUNNER_IMAGE=ghcr.io/someone/runner:2.0.1")
        .ok();
    let agent = rendered.object(&format!("Deployment/{NAME}"));
    assert_eq!(env(agent, "SANDBOX_PROVIDER"), "k8s");
    assert_eq!(env(agent, "RUNNER_IMAGE"), "ghcr.io/someone/runner:2.0.1");
}

/// What `kubectl port-forward` does in the smoke test: it serves the stub agent on the local port until told to stop.
const FORWARD: &str = r#"
port=${*: -1}
PORT=${port%%:*} CAPSULE_DB_PATH=$here/../capsules.db DATASETS_DIR=$FAMILY/datasets python3 -B "$FAMILY/agent-server/stub/app.py" 2>/dev/null &
agent=$!
trap 'kill $agent; wait $agent; echo ended >"$MARK"; exit 0' TERM
wait $agent
"#;

fn smoke(fault: &str, timeout: &str) -> (Run, bool, Duration) {
    // A port that was free a moment ago; nobody else on a test machine asks for it in between.
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .port();
    let folder = Scratch::new();
    let mark = folder.path().join("ended");
    let stubs = Stubs::new(&["kubectl"])
        .reply(
            "kubectl",
            "*rollout status*",
            "rolled out\n",
            if fault == "rollout" { 1 } else { 0 },
        )
        .script(
            "kubectl",
            "*port-forward*",
            if fault == "forward" { "exit 1" } else { FORWARD },
        )
        .env("FAMILY", &root().to_string_lossy())
        .env("MARK", &mark.to_string_lossy())
        .env("STUB_FAULT", fault)
        .env("SMOKE_PORT", &port.to_string())
        .env("SMOKE_RUN_TIMEOUT", timeout);
    let begun = Instant::now();
    let run = make(&stubs, &["k8s-smoke"]);
    let took = begun.elapsed();
    // The script waits for its port-forward, so the mark is there when it has ended.
    (run, mark.is_file(), took)
}

// CSV-41
#[test]
fn csv_41_smoke_succeeds_against_the_stub_agent() {
    let (run, ended, _) = smoke("", "20");
    let answer = run.answer.clone().ok();
    let steps: Vec<&str> = answer
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("== "))
        .collect();
    assert_eq!(
        steps,
        [
            "rollout",
            "port-forward",
            "healthz",
            "metrics",
            "datasets",
            "chat",
            "capsule",
            "row"
        ]
    );
    assert!(
        answer
            .stdout
            .lines()
            .last()
            .is_some_and(|line| line.starts_with("OK: run ")),
        "{}",
        answer.stdout
    );
    let calls = run.lines();
    assert_eq!(
        calls[0],
        format!("kubectl -n csv-analyst rollout status deployment/{NAME} --timeout=180s")
    );
    assert!(
        calls[1].starts_with(&format!("kubectl -n csv-analyst port-forward service/{NAME} "))
            && calls[1].ends_with(":8000")
    );
    assert!(ended, "the port-forward has ended");
}

// CSV-41
#[test]
fn csv_41_smoke_names_the_step_that_failed() {
    // (fault, step named, whether there was a port-forward to end)
    let table = [
        ("rollout", "rollout", false),
        ("forward", "port-forward", false),
        ("http-500", "chat", true),
        ("hang", "chat", true),
        ("wrong-row", "row", true),
        ("stuck", "capsule", true),
    ];
    for (fault, step, forwarded) in table {
        let (run, ended, took) = smoke(fault, "2");
        assert_ne!(run.answer.status, 0, "{fault}");
        let said = &run.answer.stderr;
        assert!(said.contains(&format!("FAILED at step {step}: ")), "{fault}: {said}");
        assert_eq!(ended, forwarded, "{fault}: the port-forward has ended");
        assert!(took < Duration::from_secs(30), "{fault} took {took:?}");
    }
}
