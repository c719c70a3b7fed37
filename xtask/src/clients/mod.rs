//! `cargo xtask clients`: programs that call `helm`, with the real Helm and with skeg under that name, compared.
//!
//! In: the workflows under `tests/clients`. Out: for each whether the client ended, spoke and called alike, and left the same
//! objects and records on a real control plane.

mod build;
mod play;
mod workflow;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use build::{CLIENTS, Client};
use play::{Side, World};
use workflow::Workflow;

use crate::lifecycle::compare::{Difference, facet_of};
use crate::lifecycle::report::{Outcome, progress};

/// Where the Go modules, charts and workflows lie.
const SOURCE: &str = "tests/clients";

/// Options of the chore.
#[derive(Debug)]
struct Options {
    tool: Option<String>,
    only: String,
    jobs: usize,
    state: Option<PathBuf>,
    keep: bool,
    ci: bool,
}

/// Runs the chore.
///
/// # Errors
/// An unknown option, a client that cannot be built, no control plane, or how many workflows differ; each has been printed.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let options = options(args)?;
    let clients: Vec<Client> = CLIENTS
        .iter()
        .filter(|client| client.is_quick || !options.ci)
        .copied()
        .collect();
    let mut workflows = Vec::new();
    for client in &clients {
        workflows.extend(workflow::read(client.name)?);
    }
    workflows.retain(|workflow| workflow.name.contains(&options.only));
    if workflows.is_empty() {
        return Err(format!("no workflow's name contains `{}`", options.only));
    }
    let wanted: Vec<Client> = clients
        .into_iter()
        .filter(|client| workflows.iter().any(|workflow| workflow.client == client.name))
        .collect();
    let programs = build::programs(&wanted)?;
    let trial = match options.tool.as_deref() {
        Some("helm") => {
            // Helm beside itself: nothing may differ.
            workflows.iter_mut().for_each(|workflow| workflow.better.clear());
            crate::reference::helm()?
        }
        Some(path) => PathBuf::from(path),
        None => crate::lifecycle::build()?,
    };
    let borrowed = match options.state {
        None if workflows.iter().any(|workflow| workflow.needs_cluster) => Some(crate::control_plane::Borrowed::new()?),
        _ => None,
    };
    let state = match (&options.state, &borrowed) {
        (Some(state), _) => Some(std::path::absolute(state).map_err(|e| format!("{}: {e}", state.display()))?),
        (None, Some(plane)) => Some(plane.state().to_path_buf()),
        (None, None) => None,
    };
    let world = World::new(state, programs, &trial, options.keep)?;
    report(&judge_all(&world, &workflows, options.jobs))
}

fn options(args: &[String]) -> Result<Options, String> {
    let mut options = Options {
        tool: None,
        only: String::new(),
        jobs: 3,
        state: None,
        keep: false,
        ci: false,
    };
    let mut args = args.iter();
    while let Some(option) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{option} needs a value"));
        match option.as_str() {
            "--tool" => options.tool = Some(value()?.clone()),
            "--only" => options.only.clone_from(value()?),
            "--jobs" => {
                let text = value()?;
                options.jobs = text.parse().map_err(|_| format!("{option}: `{text}` is no number"))?;
            }
            "--state" => options.state = Some(value()?.into()),
            "--keep" => options.keep = true,
            "--ci" => options.ci = true,
            other => return Err(format!("`{other}` is no option of clients; `cargo xtask` lists them")),
        }
    }
    Ok(options)
}

/// Judges all workflows, some at a time; outcomes are in their order.
fn judge_all(world: &World, workflows: &[Workflow], jobs: usize) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<(usize, Outcome)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(workflow) = workflows.get(index) else { break };
                    let outcome = judge(world, workflow);
                    progress(&outcome);
                    let mut all = outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    all.push((index, outcome));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn judge(world: &World, workflow: &Workflow) -> Outcome {
    let begun = Instant::now();
    let differences = differences(world, workflow);
    Outcome {
        name: workflow.name.clone(),
        seconds: begun.elapsed().as_secs_f64(),
        steps: Vec::new(),
        differences,
    }
}

fn differences(world: &World, workflow: &Workflow) -> Result<Vec<Difference>, String> {
    let theirs = play::play(world, workflow, Side::Helm).map_err(|e| format!("helm: {e}"))?;
    let ours = play::play(world, workflow, Side::Trial).map_err(|e| format!("skeg: {e}"))?;
    let facets = [
        ("transcript", &theirs.transcript, &ours.transcript),
        ("calls", &theirs.calls, &ours.calls),
        ("objects", &theirs.end.objects, &ours.end.objects),
        ("records", &theirs.end.records, &ours.end.records),
    ];
    let differs = |(name, a, b): (&'static str, &String, &String)| facet_of(&workflow.better, 0, name, a, b);
    Ok(facets.into_iter().filter_map(differs).collect())
}

/// Prints the sum.
fn report(outcomes: &[Outcome]) -> Result<(), String> {
    let count = |verdict: &str| outcomes.iter().filter(|outcome| outcome.verdict() == verdict).count();
    let bad = count("DIFFERS") + count("BROKEN");
    eprintln!(
        "{} workflows: {} same, {} better, {bad} differ",
        outcomes.len(),
        count("same"),
        count("better"),
    );
    match bad {
        0 => Ok(()),
        bad => Err(format!("{bad} workflows of clients differ from those with Helm")),
    }
}

/// Reads a file, or says which one could not be read.
fn text_of(path: &Path) -> Result<String, String> {
    std::fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .map_err(|e| format!("{}: {e}", path.display()))
}
