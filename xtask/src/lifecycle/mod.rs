//! `cargo xtask lifecycle`: releases on a real control plane, done by the real Helm and by skeg, compared.
//!
//! In: the scenarios and charts under `tests/lifecycle`. Out: for each scenario whether answers, objects and records are the same,
//! or differ only as the scenario says.

pub(crate) mod api;
pub(crate) mod compare;
mod crash;
mod live_tests;
pub(crate) mod mask;
mod measure;
mod memory;
pub(crate) mod play;
mod proxy;
mod random;
pub(crate) mod report;
pub(crate) mod scenario;
pub(crate) mod snapshot;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use compare::Difference;
use play::{Tool, World};
use report::Outcome;
use scenario::Scenario;

/// Where the scenarios lie.
const SCENARIOS: &str = "tests/lifecycle/scenarios";

/// Options of the chore.
#[derive(Debug)]
struct Options {
    tool: Option<String>,
    only: String,
    jobs: usize,
    state: Option<PathBuf>,
    keep: bool,
    fresh: bool,
    json: bool,
    hand_over: bool,
    random: Option<usize>,
    seed: u64,
    chore: Chore,
    stride: usize,
    limit: Option<Duration>,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Chore {
    /// Scenarios, or random sequences.
    Play,
    /// Deaths at every request.
    Crash,
    /// Faults of the API server at every request.
    Faults,
    /// Upgrades at the same time.
    Race,
    /// Times.
    Bench,
    /// The crates' own tests that want a control plane.
    Tests,
    /// Some of everything, in a few minutes.
    Ci,
}

/// Runs the chore.
///
/// # Errors
/// An unknown option, no control plane, or how many scenarios differ; each has been printed.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let options = options(args)?;
    let trial = match options.tool.as_deref() {
        Some("helm") => crate::reference::helm()?,
        Some(path) => PathBuf::from(path),
        None => build()?,
    };
    let borrowed = match options.state {
        Some(_) => None,
        None => Some(crate::control_plane::Borrowed::new()?),
    };
    let state = match (&options.state, &borrowed) {
        (Some(state), _) => std::path::absolute(state).map_err(|e| format!("{}: {e}", state.display()))?,
        (None, Some(plane)) => plane.state().to_path_buf(),
        (None, None) => return Err("no control plane".to_owned()),
    };
    let mut world = World::new(&state, &trial)?;
    (world.keep, world.fresh) = (options.keep, options.fresh);
    let outcomes = match options.chore {
        Chore::Bench => return measure::run(&world),
        Chore::Race => vec![crash::race(&world)],
        Chore::Tests => vec![live_tests::run(&world)],
        Chore::Crash => trials(&world, &options, crash::DEATHS)?,
        Chore::Faults => trials(&world, &options, crash::FAULTS)?,
        Chore::Play => plays(&world, &options)?,
        Chore::Ci => return report::print_new(&ci(&world, &options)?),
    };
    report::print(&outcomes, options.json)
}

/// Some of everything: the crates' own tests, scenarios with the tools in turns, random sequences, deaths and a race, each until
/// its time is over.
fn ci(world: &World, options: &Options) -> Result<Vec<Outcome>, String> {
    let part = |limit: u64, stride: usize, random: Option<usize>, hand_over: bool| Options {
        limit: Some(Duration::from_secs(limit)),
        stride,
        random,
        hand_over,
        only: options.only.clone(),
        tool: options.tool.clone(),
        state: None,
        ..*options
    };
    let mut outcomes = vec![crash::race(world), live_tests::run(world)];
    outcomes.iter().for_each(report::progress);
    outcomes.extend(plays(world, &part(170, 1, None, false))?);
    outcomes.extend(plays(world, &part(50, 7, None, true))?);
    outcomes.extend(plays(world, &part(40, 1, Some(12), false))?);
    outcomes.extend(trials(world, &part(60, 13, None, false), crash::DEATHS)?);
    Ok(outcomes)
}

/// Scenarios, or random sequences in their place.
fn plays(world: &World, options: &Options) -> Result<Vec<Outcome>, String> {
    if let Some(count) = options.random {
        let seeds: Vec<u64> = (0..count as u64).map(|n| options.seed.wrapping_add(n)).collect();
        return Ok(parallel(&seeds, options, |worker, seed| {
            random::judge(world, worker, *seed)
        }));
    }
    let mut scenarios = read()?;
    scenarios.retain(|scenario| scenario.name.contains(&options.only));
    if options.tool.as_deref() == Some("helm") {
        scenarios.iter_mut().for_each(|scenario| scenario.better.clear());
    }
    let every = scenarios.into_iter().step_by(options.stride.max(1)).collect::<Vec<_>>();
    Ok(parallel(&every, options, |worker, scenario| {
        judge(world, worker, scenario, options.hand_over)
    }))
}

/// Disturbed operations.
fn trials(world: &World, options: &Options, faults: &[(&'static str, proxy::Fault)]) -> Result<Vec<Outcome>, String> {
    let (trials, references) = crash::trials(world, faults, options.stride, &options.only)?;
    Ok(parallel(&trials, options, |worker, trial| {
        trial.judge(world, worker, &references)
    }))
}

fn options(args: &[String]) -> Result<Options, String> {
    let mut options = Options {
        tool: None,
        only: String::new(),
        jobs: 4,
        state: None,
        keep: false,
        fresh: false,
        json: false,
        hand_over: false,
        random: None,
        seed: 1,
        chore: Chore::Play,
        stride: 1,
        limit: None,
    };
    let mut args = args.iter();
    while let Some(option) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{option} needs a value"));
        let number = |text: &String| text.parse().map_err(|_| format!("{option}: `{text}` is no number"));
        match option.as_str() {
            "--tool" => options.tool = Some(value()?.clone()),
            "--only" => options.only.clone_from(value()?),
            "--jobs" => options.jobs = number(value()?)?,
            "--state" => options.state = Some(value()?.into()),
            "--fresh" => options.fresh = true,
            "--keep" => options.keep = true,
            "--hand-over" => options.hand_over = true,
            "--random" => options.random = Some(number(value()?)?),
            "--seed" => options.seed = number(value()?)? as u64,
            "--stride" => options.stride = number(value()?)?,
            "--crash" => options.chore = Chore::Crash,
            "--faults" => options.chore = Chore::Faults,
            "--race" => options.chore = Chore::Race,
            "--ci" => options.chore = Chore::Ci,
            "--seconds" => options.limit = Some(Duration::from_secs(number(value()?)? as u64)),
            "--bench" => options.chore = Chore::Bench,
            "--tests" => options.chore = Chore::Tests,
            "-o" if value()? == "json" => options.json = true,
            other => return Err(format!("`{other}` is no option of lifecycle; `cargo xtask` lists them")),
        }
    }
    Ok(options)
}

/// Builds skeg for development and yields its path.
pub(crate) fn build() -> Result<PathBuf, String> {
    crate::process::succeed(std::process::Command::new("cargo").args(["build", "--quiet", "--package", "skeg"]))?;
    Ok(PathBuf::from("target/debug/skeg"))
}

/// All scenarios in order of file.
fn read() -> Result<Vec<Scenario>, String> {
    let told = |e| format!("{SCENARIOS}: {e}");
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(SCENARIOS).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.extension().is_some_and(|e| e == "scenario") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut scenarios = Vec::new();
    for path in paths {
        scenarios.extend(scenario::read(Path::new(&path))?);
    }
    Ok(scenarios)
}

/// Numbers the namespaces; a run on a control plane that others used before has names of its own.
pub(crate) fn fresh_number() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!(
        "n{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed) + 1000
    )
}

/// Only one scenario at a time may make definitions: their names cannot depend on the namespace.
static DEFINITIONS: Mutex<()> = Mutex::new(());

/// Plays a scenario with Helm, with the program on trial, and with both in turns; compares.
fn judge(world: &World, worker: usize, scenario: &Scenario, hand_over: bool) -> Outcome {
    let begun = Instant::now();
    let _alone = match scenario.crds.is_empty() {
        true => None,
        false => Some(DEFINITIONS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)),
    };
    let play = |fresh: bool| Outcome {
        name: scenario.name.clone(),
        differences: differences(world, worker, scenario, hand_over, fresh),
        seconds: begun.elapsed().as_secs_f64(),
        steps: scenario.steps.iter().map(scenario::Step::text).collect(),
    };
    let outcome = play(world.fresh);
    let crashed = matches!(&outcome.differences, Err(why) if why.contains(play::PANICKED));
    if !outcome.is_bad() || crashed {
        return outcome;
    }
    // Once more with both: how far controllers have come when somebody looks, and when a busy machine lets a program go on, is
    // chance. What it was the first time is told. A crash is no chance, however seldom.
    report::progress(&outcome);
    eprintln!("played again: {}", scenario.name);
    play(true)
}

fn differences(
    world: &World,
    worker: usize,
    scenario: &Scenario,
    hand_over: bool,
    fresh: bool,
) -> Result<Vec<Difference>, String> {
    let number = fresh_number();
    let side = |name: &str, tool: &mut dyn FnMut(usize, &scenario::Command) -> Tool| {
        play::play(world, scenario, &format!("{number}-{name}"), worker, tool).map_err(|e| format!("{name}: {e}"))
    };
    let theirs = match memory::recall(scenario) {
        Some(trace) if !fresh => trace,
        _ => {
            let trace = side("helm", &mut |_, _| Tool::Helm)?;
            memory::keep(scenario, &trace)?;
            trace
        }
    };
    let ours = side("skeg", &mut |_, _| Tool::Trial)?;
    let mut found = compare::compare(scenario, &theirs, &ours);
    // Where a difference is wanted, turns give something between the two.
    if hand_over && scenario.alone.is_none() && scenario.better.is_empty() {
        for (name, first) in [("hand", Tool::Helm), ("over", Tool::Trial)] {
            let mut next = first;
            let turns = side(name, &mut |_, command| take_turn(&mut next, command))?;
            found.extend(
                compare::compare_ends(&theirs, &turns)
                    .into_iter()
                    .map(|mut difference| {
                        difference.lines.insert(0, format!("in turns, {first:?} first:"));
                        difference
                    }),
            );
        }
    }
    Ok(found)
}

/// The tool of this step; the next change is the other's.
fn take_turn(next: &mut Tool, command: &scenario::Command) -> Tool {
    let now = *next;
    if command.changes() {
        *next = match now {
            Tool::Helm => Tool::Trial,
            Tool::Trial => Tool::Helm,
        };
    }
    now
}

/// Runs `work` on every item, as many at a time as the options say, and begins none when time is over; says how many that were.
/// Results are in the items' order.
fn parallel<T: Sync>(items: &[T], options: &Options, work: impl Fn(usize, &T) -> Outcome + Sync) -> Vec<Outcome> {
    let begun = Instant::now();
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<(usize, Outcome)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for worker in 0..options.jobs.max(1) {
            let (next, outcomes, work) = (&next, &outcomes, &work);
            scope.spawn(move || {
                while options.limit.is_none_or(|limit| begun.elapsed() < limit) {
                    // All files and operations have a part in the time there is: large steps through the items, round and round.
                    let turn = next.fetch_add(1, Ordering::Relaxed);
                    let index = if options.limit.is_some() {
                        spread(turn, items.len())
                    } else {
                        turn
                    };
                    let (Some(item), true) = (items.get(index), turn < items.len()) else {
                        break;
                    };
                    let outcome = work(worker, item);
                    report::progress(&outcome);
                    let mut all = outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    all.push((index, outcome));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if outcomes.len() < items.len() {
        eprintln!(
            "skipped {} of {}: no time left",
            items.len() - outcomes.len(),
            items.len()
        );
    }
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// The place of a turn if one takes every seventh item, then every seventh from the second on, and so on.
fn spread(turn: usize, count: usize) -> usize {
    let mut turn = turn;
    for first in 0..7 {
        let in_column = (count + 6 - first) / 7;
        if turn < in_column {
            return first + 7 * turn;
        }
        turn -= in_column;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn every_item_has_its_turn_once() {
        for count in [0, 1, 6, 7, 8, 100] {
            let mut all: Vec<usize> = (0..count).map(|turn| spread(turn, count)).collect();
            all.sort_unstable();
            assert_eq!(all, (0..count).collect::<Vec<_>>());
        }
        assert_eq!([0, 1, 2].map(|turn| spread(turn, 10)), [0, 7, 1]);
    }
}
