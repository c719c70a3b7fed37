//! CSV Analyst Chat: the commands of its runbooks and of its workflow, taken from the files and run with stubs in place of
//! docker, kind, kubectl.

use std::path::{Path, PathBuf};

use skeg_testkit::object::{decode, decode_one};
use skeg_testkit::programs::{Answer, run_helm, run_skeg};
use skeg_testkit::scratch::read;
use skeg_testkit::stubs::Stubs;
use skeg_testkit::{Json, chart, json};

const CLUSTER_TOOLS: [&str; 4] = ["docker", "kind", "kubectl", "helm"];

fn root() -> PathBuf {
    chart("csv-analyst-chat").family_root()
}

/// The shell lines of a runbook's code blocks, continuation lines joined.
fn commands(runbook: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut within = false;
    let mut open = String::new();
    for line in read(runbook).lines() {
        if line.starts_with("```") {
            within = line == "```bash";
        } else if within {
            match line.strip_suffix('\\') {
                Some(part) => open.push_str(part),
                None => found.push(std::mem::take(&mut open) + line),
            }
        }
    }
    found
}

/// Renders or lints what a recorded call of helm would install, with skeg and with the real Helm. Queries of a release that
/// exists (status, history, uninstall) are the cluster's.
fn replay(words: &[String], source: &str) -> Option<(Answer, Answer)> {
    let mut args: Vec<String> = words[1..].to_vec();
    match args.first().map(String::as_str) {
        Some("upgrade") => args[0] = "template".to_owned(),
        Some("lint" | "template") => {}
        Some("status" | "history" | "uninstall") => return None,
        other => panic!("{source}: helm {other:?}"),
    }
    args.retain(|word| word != "--install" && word != "--create-namespace");
    let from_root = |word: &String| match word.strip_prefix("./helm/").or_else(|| word.strip_prefix("helm/")) {
        Some(rest) => root().join("helm").join(rest).to_string_lossy().into_owned(),
        None => word.clone(),
    };
    let args: Vec<String> = args.iter().map(from_root).collect();
    Some((run_skeg(&args), run_helm(&args)))
}

/// Runs each command of a runbook that leads to helm and gives how many did.
fn check_runbook(name: &str) -> usize {
    let runbook = root().join("docs/runbooks").join(name);
    let recorded = Stubs::new(&["docker", "kind", "kubectl", "curl", "doctl", "sudo", "helm"]);
    let unrecorded = Stubs::new(&["docker", "kind", "kubectl"]);
    let mut checked = 0;
    for line in commands(&runbook) {
        if line == "make helm-schema-negative" {
            let _ = unrecorded.run(&root(), "sh", &["-c", &line]).answer.ok();
            continue;
        }
        if line == "make k8s-smoke" {
            continue;
        }
        let run = recorded.run(
            &root(),
            "sh",
            &["-euc", &format!("OPENAI_API_KEY=x GHCR_TOKEN=x; {line}")],
        );
        assert!(run.answer.succeeded(), "{name}: {line}: {}", run.answer.stderr);
        for call in run.calls.iter().filter(|call| call.words[0] == "helm") {
            checked += 1;
            if let Some((skeg, helm)) = replay(&call.words, &line) {
                assert!(skeg.succeeded(), "{name}: {line}: {}", skeg.stderr);
                assert_eq!(skeg.stdout, helm.stdout, "{name}: {line}");
            }
        }
    }
    checked
}

// CSV-32
#[test]
fn csv_32_the_runbook_for_deploying() {
    let name = "K8S_HELM_DOCKER_RUNBOOK.md";
    let text = read(&root().join("docs/runbooks").join(name));
    for part in [
        "What you need",
        "kind",
        "DigitalOcean",
        "k3s",
        "create secret generic",
        "/runs/",
        "does not work",
        "Cleaning up",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(check_runbook(name) >= 10);
}

// CSV-33
#[test]
fn csv_33_the_runbook_for_profiles() {
    let name = "K8S_HELM_PROFILE_CONTEXTS.md";
    let text = read(&root().join("docs/runbooks").join(name));
    for part in [
        "values-k8s-job.yaml",
        "values-microsandbox.yaml",
        "make helm-install-k8s-job",
        "make helm-install-microsandbox",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(check_runbook(name) >= 10);
}

// CSV-35
#[test]
fn csv_35_the_remote_flow_of_option_a() {
    let runbook = root().join("docs/runbooks/K8S_HELM_DOCKER_RUNBOOK.md");
    let line = commands(&runbook)
        .into_iter()
        .find(|line| line.contains("ingress.hosts[0].host"))
        .expect("Option A");
    let stubs = Stubs::new(&["helm"]);
    let run = stubs.run(&root(), "sh", &["-euc", &line]);
    let (skeg, _) = replay(&run.calls[0].words, &line).expect("an upgrade");
    let objects = decode(&skeg.ok().stdout).expect("YAML");
    let of_kind = |kind: &str| objects.iter().find(|object| object.kind() == kind);
    let agent = of_kind("Deployment").expect("a Deployment");
    agent.is(
        ".spec.template.spec.containers[0].image",
        json!("ghcr.io/your-user/csv-analyst-agent:0.1.0"),
    );
    agent.is(
        ".spec.template.spec.containers[0].env[name=OPENAI_API_KEY].valueFrom.secretKeyRef.name",
        json!("csv-analyst-llm"),
    );
    let ingress = of_kind("Ingress").expect("an Ingress");
    ingress.is(".spec.rules[0].host", json!("csv.example.com"));
    ingress.is(".spec.tls[0].hosts", json!(["csv.example.com"]));
    assert!(of_kind("Secret").is_none(), "no Secret beside csv-analyst-llm");
}

// CSV-34
#[test]
fn csv_34_the_workflow() {
    let workflow = decode_one(&read(&root().join(".github/workflows/helm-ci.yml"))).expect("YAML");
    for event in ["push", "pull_request"] {
        let paths = workflow["on"][event]["paths"].as_array().expect("paths");
        assert!(paths.contains(&json!("helm/**")), "{event}");
    }
    assert_eq!(
        workflow["on"]["workflow_dispatch"]["inputs"]["kind_smoke"]["default"],
        json!(false)
    );
    let jobs = workflow["jobs"].as_object().expect("jobs");
    for job in ["lint", "template", "schema-negative", "kind-smoke"] {
        assert!(jobs.contains_key(job), "{job}");
    }
    assert!(
        jobs["kind-smoke"]["if"]
            .as_str()
            .is_some_and(|rule| rule.contains("inputs.kind_smoke") && rule.contains("labels"))
    );
    for (name, job) in jobs {
        let smoke = name == "kind-smoke";
        // The jobs without a cluster really lint and render, by the link named helm; the other one is recorded.
        let stubs = Stubs::new(if smoke { &CLUSTER_TOOLS } else { &CLUSTER_TOOLS[..3] }).env("KUBERNETES", "1.34.0");
        let mut calls = Vec::new();
        for step in job["steps"].as_array().expect("steps") {
            let Some(line) = step["run"].as_str().filter(|line| *line != "make k8s-smoke") else {
                continue;
            };
            assert!(
                !line.contains("${{"),
                "{name}: nothing from outside is pasted into the shell: {line}"
            );
            let run = stubs.run(&root(), "bash", &["-ec", line]);
            assert!(run.answer.succeeded(), "{name}: {line}: {}", run.answer.stderr);
            calls.extend(run.lines());
        }
        let wanted: &[&str] = if smoke {
            &[
                "kind create cluster",
                "docker build -f agent-server",
                "docker build -f runner",
                "kind load",
                "helm upgrade --install",
                "kind delete",
            ]
        } else {
            &[]
        };
        for call in wanted {
            assert!(
                calls.iter().any(|made| made.starts_with(call)),
                "{name}: no {call} in {calls:?}"
            );
        }
    }
    let lints: Vec<Json> = jobs["lint"]["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|step| step.get("run").cloned())
        .collect();
    assert_eq!(lints.len(), 3, "base and both profiles");
}

// CSV-34
#[test]
fn csv_34_a_setting_that_is_accepted_fails_the_negative_cases() {
    // A helm that accepts everything.
    let stubs = Stubs::new(&["helm"]);
    let run = stubs.run(&root(), "make", &["helm-schema-negative"]);
    assert_ne!(run.answer.status, 0);
    assert!(
        run.answer
            .stderr
            .contains("ERROR: env.LLM_PROVIDER=gemini was accepted."),
        "{}",
        run.answer.stderr
    );
    // One that refuses for another reason than the schema.
    let stubs = Stubs::new(&["helm"]).reply("helm", "*", "", 1);
    let run = stubs.run(&root(), "make", &["helm-schema-negative"]);
    assert!(
        run.answer.stderr.contains("was not refused by the schema"),
        "{}",
        run.answer.stderr
    );
}
