//! `--crash`, `--faults` and `--race`: what becomes of a release when its operation dies, the API server fails, or others work too.
//!
//! Each operation on a chart of thirty objects with hooks is played undisturbed first, which says how many requests there are and
//! what is left in the end. Then it is played again for every request and fault. After a death one plain command has to bring about
//! exactly what was wanted; after a fault the operation has succeeded, or said why not and left a true record, and the plain command
//! works.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::api::Api;
use super::compare::{Difference, lines_that_differ};
use super::mask::Mask;
use super::play::{self, Tool, World};
use super::proxy::{Fault, Proxy};
use super::report::Outcome;
use super::snapshot::{self, Snapshot};

/// No command may take longer, whatever goes wrong.
const LONGEST: Duration = Duration::from_secs(120);

/// Faults of the API server.
pub(crate) const FAULTS: &[(&str, Fault)] = &[
    ("429", Fault::TooMany),
    ("500", Fault::Status(500)),
    ("503", Fault::Status(503)),
    ("504-done", Fault::DoneButStatus(504)),
    ("reset", Fault::Reset),
    ("delay", Fault::Delay(Duration::from_secs(2))),
    ("close-watch", Fault::CloseWatch),
    ("410", Fault::Expired),
    ("409", Fault::Status(409)),
];

/// Deaths of the tool.
pub(crate) const DEATHS: &[(&str, Fault)] = &[("before", Fault::KillBefore), ("after", Fault::KillAfter)];

/// An operation: its name, what comes before it, itself, and the plain command that repairs it. `CHART` is the chart.
struct Operation {
    name: &'static str,
    before: &'static [&'static str],
    itself: &'static str,
    repair: &'static str,
}

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "install",
        before: &[],
        itself: "install r CHART",
        repair: "upgrade --install r CHART",
    },
    Operation {
        name: "upgrade",
        before: &["install r CHART"],
        itself: "upgrade r CHART --set color=red,count=25,late=true",
        repair: "upgrade --install r CHART --set color=red,count=25,late=true",
    },
    Operation {
        name: "rollback",
        before: &["install r CHART", "upgrade r CHART --set color=red,count=25,late=true"],
        itself: "rollback r 1",
        repair: "upgrade --install r CHART --reset-values",
    },
    Operation {
        name: "uninstall",
        before: &["install r CHART"],
        itself: "uninstall r",
        repair: "uninstall r --ignore-not-found",
    },
];

/// One disturbed operation.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    operation: usize,
    fault: (&'static str, Fault),
    at: usize,
    request: String,
}

/// What every trial of an operation is compared with.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// What is left when the operation succeeded.
    done: Snapshot,
    /// What is left when the repair came after it.
    repaired: Snapshot,
}

/// A namespace with a proxy in front of it.
struct Stage<'w> {
    world: &'w World,
    proxy: Proxy,
    api: Api,
    mask: Mask,
    home: PathBuf,
    chart: PathBuf,
    through_proxy: PathBuf,
}

impl<'w> Stage<'w> {
    fn new(world: &'w World, worker: usize) -> Result<Self, String> {
        let namespace = format!("{}-trip", super::fresh_number());
        let folder = world.root.join(&namespace);
        play::copy(Path::new("tests/lifecycle/charts/many"), &folder.join("many"))?;
        let proxy = Proxy::start(&world.kubeconfig("admin"))?;
        let through_proxy = proxy.kubeconfig(&folder.join("kubeconfig"))?;
        let api = Api::new(&world.kubeconfig("admin"))?;
        play::make_namespace(&api, &namespace)?;
        let home = world.root.join(format!("home-{worker}-crash"));
        std::fs::create_dir_all(&home).map_err(|e| format!("{}: {e}", home.display()))?;
        Ok(Self {
            world,
            proxy,
            api,
            mask: Mask {
                namespace,
                folder: folder.display().to_string(),
            },
            home,
            chart: folder.join("many"),
            through_proxy,
        })
    }

    /// Runs the program on trial; its exit status (none if killed), and what it said.
    fn run(&self, line: &str, is_disturbed: bool) -> Result<Said, String> {
        let program = self.world.program(Tool::Trial);
        let told = |e| format!("{}: {e}", program.display());
        let chart = self.chart.display().to_string();
        let kubeconfig = match is_disturbed {
            true => self.through_proxy.clone(),
            false => self.world.kubeconfig("admin"),
        };
        let mut child = Command::new(&program)
            .args(line.split(' ').map(|word| word.replace("CHART", &chart)))
            .env_clear()
            .env("HOME", &self.home)
            .env("USER", "judge")
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env("KUBECONFIG", kubeconfig)
            .env("HELM_NAMESPACE", &self.mask.namespace)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(told)?;
        if is_disturbed {
            self.proxy.aim(child.id());
        }
        let begun = Instant::now();
        while child.try_wait().map_err(told)?.is_none() {
            if begun.elapsed() > LONGEST {
                child.kill().map_err(told)?;
                child.wait().map_err(told)?;
                return Err(format!("`{line}` did not end after {LONGEST:?}"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().map_err(told)?;
        Ok(Said {
            code: output.status.code(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    fn must(&self, line: &str) -> Result<(), String> {
        let said = self.run(line, false)?;
        match said.code {
            Some(0) => Ok(()),
            _ => Err(format!("`{line}`: {}", said.stderr.trim())),
        }
    }

    /// What is left, without what may be otherwise after a detour: how often an object was changed, and in whose name a lease is.
    fn left(&self) -> Result<Snapshot, String> {
        let mut left = snapshot::take(&self.api, &self.mask, &[])?;
        let keep = |line: &&str| !line.contains(" .metadata.generation = ") && !line.starts_with("Lease/");
        left.objects = left
            .objects
            .lines()
            .filter(keep)
            .map(|line| format!("{line}\n"))
            .collect();
        Ok(left)
    }

    fn end(self) -> Result<(), String> {
        if self.world.keep {
            return Ok(());
        }
        self.api
            .delete(&format!("/api/v1/namespaces/{}", self.mask.namespace))?;
        drop(std::fs::remove_dir_all(&self.mask.folder));
        Ok(())
    }
}

struct Said {
    code: Option<i32>,
    stderr: String,
}

/// Plays every operation undisturbed, and lists the trials: every `stride`th request with each fault that fits it.
///
/// # Errors
/// Where an operation fails although nothing is wrong.
pub(crate) fn trials(
    world: &World,
    faults: &[(&'static str, Fault)],
    stride: usize,
    only: &str,
) -> Result<(Vec<Trial>, Vec<Reference>), String> {
    let (mut trials, mut references) = (Vec::new(), Vec::new());
    for (index, operation) in OPERATIONS.iter().enumerate() {
        let stage = Stage::new(world, 0)?;
        for line in operation.before {
            stage.must(line)?;
        }
        stage.proxy.plan(None);
        let said = stage.run(operation.itself, true)?;
        if said.code != Some(0) {
            return Err(format!("`{}` fails undisturbed: {}", operation.itself, said.stderr));
        }
        let requests = stage.proxy.seen();
        let done = stage.left()?;
        stage.must(operation.repair)?;
        let repaired = stage.left()?;
        stage.end()?;
        eprintln!("{}: {} requests", operation.name, requests.len());
        references.push(Reference { done, repaired });
        for (at, request) in requests.iter().enumerate() {
            for fault in faults.iter().filter(|(_, fault)| fault.fits(request)) {
                let trial = Trial {
                    operation: index,
                    fault: *fault,
                    at,
                    request: request.clone(),
                };
                if at % stride.max(1) == 0 && trial.name().contains(only) {
                    trials.push(trial);
                }
            }
        }
    }
    Ok((trials, references))
}

impl Trial {
    fn name(&self) -> String {
        let operation = OPERATIONS[self.operation].name;
        format!("{operation}/{}/{:03}", self.fault.0, self.at)
    }

    /// Plays it.
    pub(crate) fn judge(&self, world: &World, worker: usize, references: &[Reference]) -> Outcome {
        let begun = Instant::now();
        let differences = self.differences(world, worker, &references[self.operation]);
        let operation = &OPERATIONS[self.operation];
        Outcome {
            name: format!("{} {}", self.name(), self.request),
            seconds: begun.elapsed().as_secs_f64(),
            steps: vec![operation.itself.to_owned(), operation.repair.to_owned()],
            differences,
        }
    }

    fn differences(&self, world: &World, worker: usize, reference: &Reference) -> Result<Vec<Difference>, String> {
        let operation = &OPERATIONS[self.operation];
        let stage = Stage::new(world, worker)?;
        for line in operation.before {
            stage.must(line)?;
        }
        stage.proxy.plan(Some((self.at, self.fault.1)));
        let mut found = Vec::new();
        let said = stage.run(operation.itself, true)?;
        let is_death = matches!(self.fault.1, Fault::KillBefore | Fault::KillAfter);
        if is_death {
            if stage.proxy.has_happened() && said.code.is_some() {
                found.push(finding(
                    1,
                    "exit",
                    format!("ended with {:?} although killed", said.code),
                ));
            }
        } else if said.code == Some(0) {
            let left = stage.left()?;
            found.extend(differs(1, "objects", &reference.done.objects, &left.objects));
        } else {
            if !said.stderr.contains("Error: ") {
                found.push(finding(
                    1,
                    "error",
                    format!("{:?} without an error: {}", said.code, said.stderr),
                ));
            }
            found.extend(untrue(&stage)?.into_iter().map(|line| finding(1, "records", line)));
        }
        let repair = stage.run(operation.repair, false)?;
        if repair.code != Some(0) {
            found.push(finding(
                2,
                "error",
                format!("{:?}: {}", repair.code, repair.stderr.trim()),
            ));
        }
        let left = stage.left()?;
        found.extend(differs(0, "objects", &reference.repaired.objects, &left.objects));
        found.extend(history(&stage, operation.name == "uninstall")?.map(|line| finding(0, "records", line)));
        stage.end()?;
        Ok(found)
    }
}

fn finding(step: usize, facet: &'static str, line: String) -> Difference {
    Difference {
        step,
        facet,
        lines: vec![line],
        reason: None,
    }
}

fn differs(step: usize, facet: &'static str, want: &str, have: &str) -> Option<Difference> {
    let lines = lines_that_differ(want, have);
    (!lines.is_empty()).then_some(Difference {
        step,
        facet,
        lines,
        reason: None,
    })
}

/// The revisions and statuses that are stored, in order.
fn records(stage: &Stage<'_>) -> Result<Vec<(u64, String)>, String> {
    let namespace = &stage.mask.namespace;
    let path = format!("/api/v1/namespaces/{namespace}/secrets?labelSelector=owner%3Dhelm");
    let list = stage.api.get(&path)?.unwrap_or_default();
    let label = |item: &Value, key: &str| item["metadata"]["labels"][key].as_str().unwrap_or_default().to_owned();
    let mut records = Vec::new();
    for item in list["items"].as_array().into_iter().flatten() {
        let stored = item["data"]["release"].as_str().unwrap_or_default();
        let release = snapshot::decoded(stored, true)?;
        let (revision, status) = (release["version"].as_u64().unwrap_or_default(), label(item, "status"));
        if release["info"]["status"] != status.as_str() {
            return Err(format!(
                "revision {revision}: label {status}, record {}",
                release["info"]["status"]
            ));
        }
        records.push((revision, status));
    }
    records.sort();
    Ok(records)
}

/// What the newest record says wrongly after an operation that failed and is over: that it still goes on.
fn untrue(stage: &Stage<'_>) -> Result<Option<String>, String> {
    let last = records(stage)?.pop();
    Ok(last
        .filter(|(_, status)| status.starts_with("pending"))
        .map(|(revision, status)| {
            format!("revision {revision} is still {status} after the command reported its failure")
        }))
}

/// What is wrong with a history after the repair: gaps, pending revisions, not exactly the newest deployed.
fn history(stage: &Stage<'_>, is_uninstalled: bool) -> Result<Option<String>, String> {
    let all = records(stage)?;
    let told = format!("{all:?}");
    if is_uninstalled {
        return Ok((!all.is_empty()).then_some(told));
    }
    let is_gapless = all
        .iter()
        .enumerate()
        .all(|(index, (revision, _))| *revision == index as u64 + 1);
    let last = all.len().saturating_sub(1);
    let is_true = all.iter().enumerate().all(|(index, (_, status))| match index == last {
        true => status == "deployed",
        false => status == "superseded" || status == "failed",
    });
    Ok((!is_gapless || !is_true || all.is_empty()).then_some(told))
}

/// Ten upgrades at the same time: each ends well or says why not, the history has no gap, and the newest is deployed.
pub(crate) fn race(world: &World) -> Outcome {
    let begun = Instant::now();
    Outcome {
        name: "race".to_owned(),
        differences: raced(world),
        seconds: begun.elapsed().as_secs_f64(),
        steps: vec!["upgrade r CHART --set color=cN".to_owned()],
    }
}

fn raced(world: &World) -> Result<Vec<Difference>, String> {
    let stage = Stage::new(world, 0)?;
    stage.must("install r CHART")?;
    let said: Vec<Result<Said, String>> = std::thread::scope(|scope| {
        let stage = &stage;
        let threads: Vec<_> = (0..10)
            .map(|n| {
                let (world, mask, home) = (stage.world, stage.mask.clone(), stage.home.clone());
                let chart = stage.chart.clone();
                scope.spawn(move || {
                    let own = Stage {
                        world,
                        proxy: Proxy::start(&world.kubeconfig("admin"))?,
                        api: Api::new(&world.kubeconfig("admin"))?,
                        mask,
                        home,
                        chart,
                        through_proxy: PathBuf::new(),
                    };
                    own.run(&format!("upgrade r CHART --set color=c{n}"), false)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a thread panicked".to_owned())))
            .collect()
    });
    let mut found = Vec::new();
    let mut done = 0;
    for said in said {
        let said = said?;
        match said.code {
            Some(0) => done += 1,
            _ => {
                eprintln!("race: {}", said.stderr.trim());
                if !said.stderr.contains("Error: ") {
                    found.push(finding(1, "error", format!("{:?} without an error", said.code)));
                }
            }
        }
    }
    let all = records(&stage)?;
    let deployed_once = all
        .iter()
        .filter(|(_, status)| status == "deployed" || status == "superseded")
        .count();
    if deployed_once != (done + 1).min(all.len()) {
        found.push(finding(0, "records", format!("{done} succeeded, but {all:?}")));
    }
    // Ten revisions are kept, so that the first may be gone; no other may be.
    let is_gapless = all.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1);
    let deployed: Vec<_> = all.iter().filter(|(_, status)| status == "deployed").collect();
    if !is_gapless || deployed.len() != 1 || deployed.first().copied() != all.last() {
        found.push(finding(0, "records", format!("{all:?}")));
    }
    eprintln!("race: {done} of 10 succeeded, {} revisions", all.len());
    stage.end()?;
    Ok(found)
}
