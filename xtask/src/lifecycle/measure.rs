//! `--bench`: wall time, requests and memory of skeg and Helm on large work.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::api::Api;
use super::play::{self, Tool, World};
use super::proxy::Proxy;
use super::snapshot;

/// Who is measured, in this order.
const TOOLS: [Tool; 2] = [Tool::Helm, Tool::Trial];

/// How often each command is measured; the quickest counts.
const RUNS: usize = 9;

/// How long a namespace may take to go away.
const PATIENCE: Duration = Duration::from_secs(180);

/// What a command took.
struct Cost {
    wall: Duration,
    /// Peak memory in KiB, looked at every few milliseconds.
    memory: u64,
}

/// Measures and prints a Markdown table.
///
/// # Errors
/// Where a command fails or the control plane does not answer.
pub(crate) fn run(world: &World) -> Result<(), String> {
    let api = Api::new(&world.kubeconfig("admin"))?;
    println!("| what | Helm | skeg | times |\n|---|---|---|---|");
    installs(world, &api)?;
    let number = super::fresh_number();
    for (author, of) in [(Tool::Trial, "skeg"), (Tool::Helm, "Helm")] {
        for (name, are_releases, commands) in [
            (
                "list",
                true,
                [
                    ("list of 2,000 releases", "list"),
                    ("list of 2,000 releases, all shown", "list --max 0 -o json"),
                ],
            ),
            (
                "past",
                false,
                [
                    ("history of 500 revisions", "history r"),
                    ("history of 500 revisions, all shown", "history r --max 500"),
                ],
            ),
        ] {
            let namespace = format!("{number}-{name}-{}", of.to_lowercase());
            play::make_namespace(&api, &namespace)?;
            fill(world, &api, &namespace, author, are_releases)?;
            for (what, command) in commands {
                let args: Vec<&str> = command.split(' ').collect();
                let costs = in_turns(|tool| measured(world, tool, &namespace, &args, &world.kubeconfig("admin")))?;
                let what = format!("{what}, records of {of}");
                row(&what, &costs);
                memory_row(&what, &costs);
            }
            remove(&api, &namespace)?;
        }
    }
    Ok(())
}

/// Installations of 500 objects without waiting, each in a namespace of its own; once more through the proxy to count requests.
fn installs(world: &World, api: &Api) -> Result<(), String> {
    let chart = world.root.join("many");
    play::copy(Path::new("tests/lifecycle/charts/many"), &chart)?;
    let chart = chart.display().to_string();
    let args = ["install", "r", &chart, "--set", "count=493,hooks=false"];
    let proxy = Proxy::start(&world.kubeconfig("admin"))?;
    let through = proxy.kubeconfig(&world.root.join("proxy.kubeconfig"))?;
    let install = |tool, kubeconfig: &Path| {
        let namespace = format!("{}-many", super::fresh_number());
        play::make_namespace(api, &namespace)?;
        let cost = measured(world, tool, &namespace, &args, kubeconfig);
        remove(api, &namespace)?;
        cost
    };
    let costs = in_turns(|tool| install(tool, &world.kubeconfig("admin")))?;
    let mut counts = Vec::new();
    for tool in TOOLS {
        proxy.plan(None);
        install(tool, &through)?;
        counts.push(proxy.seen().len());
    }
    let what = "install of 500 objects";
    row(what, &costs);
    memory_row(what, &costs);
    println!("| {what}, requests | {} | {} | |", counts[0], counts[1]);
    Ok(())
}

/// Deletes a namespace and waits until it is gone: the server has nothing else to do than what is measured next.
fn remove(api: &Api, namespace: &str) -> Result<(), String> {
    let path = format!("/api/v1/namespaces/{namespace}");
    api.delete(&path)?;
    let begun = Instant::now();
    while api.get(&path)?.is_some() {
        if begun.elapsed() > PATIENCE {
            return Err(format!("the namespace {namespace} does not go away"));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn row(what: &str, costs: &[Cost]) {
    let [helm, skeg] = [0, 1].map(|n| costs[n].wall.as_secs_f64());
    println!("| {what} | {helm:.2} s | {skeg:.2} s | {:.1} |", helm / skeg);
}

fn memory_row(what: &str, costs: &[Cost]) {
    let [helm, skeg] = [0, 1].map(|n| costs[n].memory as f64 / 1024.0);
    println!(
        "| {what}, memory | {helm:.0} MiB | {skeg:.0} MiB | {:.1} |",
        helm / skeg
    );
}

/// The least that each tool takes, of several runs in turns.
fn in_turns(mut measure: impl FnMut(Tool) -> Result<Cost, String>) -> Result<[Cost; 2], String> {
    let mut run = || Ok::<_, String>([measure(TOOLS[0])?, measure(TOOLS[1])?]);
    let mut best = run()?;
    for _ in 1..RUNS {
        for (best, again) in best.iter_mut().zip(run()?) {
            if again.wall < best.wall {
                *best = again;
            }
        }
    }
    Ok(best)
}

fn measured(world: &World, tool: Tool, namespace: &str, args: &[&str], kubeconfig: &Path) -> Result<Cost, String> {
    let program = world.program(tool);
    let told = |e| format!("{}: {e}", program.display());
    let home = world.root.join(format!("home-bench-{tool:?}"));
    fs::create_dir_all(&home).map_err(told)?;
    let begun = Instant::now();
    let mut child = Command::new(&program)
        .args(args)
        .env_clear()
        .env("HOME", &home)
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("KUBECONFIG", kubeconfig)
        .env("HELM_NAMESPACE", namespace)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(told)?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    let status = loop {
        let text = fs::read_to_string(&status_file).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok());
        memory = peak.unwrap_or(0).max(memory);
        if let Some(status) = child.try_wait().map_err(told)? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let wall = begun.elapsed();
    match status.success() {
        true => Ok(Cost { wall, memory }),
        false => Err(format!("{tool:?} {}: {status}", args.join(" "))),
    }
}

/// Stores 2,000 releases, or 500 revisions of one: copies of a record that a tool made, with fields in its order.
fn fill(world: &World, api: &Api, namespace: &str, author: Tool, are_releases: bool) -> Result<(), String> {
    let chart = world.root.join("app");
    play::copy(Path::new("tests/lifecycle/charts/app"), &chart)?;
    let chart = chart.display().to_string();
    measured(
        world,
        author,
        namespace,
        &["install", "r", &chart, "--set", "web=false"],
        &world.kubeconfig("admin"),
    )?;
    let path = format!("/api/v1/namespaces/{namespace}/secrets");
    let secret = api
        .get(&format!("{path}/sh.helm.release.v1.r.v1"))?
        .ok_or_else(|| format!("{author:?} stored no record"))?;
    let release = snapshot::inflated(secret["data"]["release"].as_str().unwrap_or_default(), true)?;
    let copies = if are_releases { 2000 } else { 500 };
    for n in 2..=copies {
        let (name, version) = match are_releases {
            true => (format!("r{n}"), 1),
            false => ("r".to_owned(), n),
        };
        let status = if are_releases || n == copies {
            "deployed"
        } else {
            "superseded"
        };
        let copied = |text: &str| {
            text.replacen(r#"{"name":"r","#, &format!(r#"{{"name":"{name}","#), 1)
                .replacen(r#""status":"deployed""#, &format!(r#""status":"{status}""#), 1)
        };
        // The revision stands near the end, after the versions of the chart.
        let (before, after) = release
            .rsplit_once(r#""version":1,"#)
            .ok_or("the record has no revision")?;
        let release = format!(r#"{}"version":{version},{after}"#, copied(before));
        let mut metadata = json!({
            "name": format!("sh.helm.release.v1.{name}.v{version}"),
            "labels": {"name": name, "owner": "helm", "status": status, "version": version.to_string(),
                "modifiedAt": "1763700000"},
        });
        if let Some(annotations) = secret["metadata"]["annotations"].as_object() {
            let copies = annotations
                .iter()
                .map(|(key, text)| (key.clone(), copied(text.as_str().unwrap_or_default()).into()));
            metadata["annotations"] = Value::Object(copies.collect());
        }
        let object =
            json!({"metadata": metadata, "type": "helm.sh/release.v1", "data": {"release": encoded(&release)?}});
        api.create(&path, &object)?;
    }
    Ok(())
}

fn encoded(release: &str) -> Result<String, String> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(release.as_bytes()).map_err(|e| format!("gzip: {e}"))?;
    let bytes = gzip.finish().map_err(|e| format!("gzip: {e}"))?;
    Ok(STANDARD.encode(STANDARD.encode(bytes)))
}
