//! Random sequences of operations: done by Helm alone, and by Helm and the program on trial as chance has it.
//!
//! A seed stands for one sequence. What is left in the end, and how each operation ended, has to be the same. A sequence that
//! differs is made small by leaving out steps.

use std::time::Instant;

use super::compare::{self, Difference};
use super::play::{self, Tool, Trace, World};
use super::report::Outcome;
use super::scenario::{Command, Scenario, Step};
use crate::generate::random::Random;

/// How often a finding is tried with one step less.
const TRIES: usize = 16;

const CHARTS: &[&str] = &["app", "app2", "umbrella"];

const RELEASES: &[&str] = &["r", "r", "r", "q"];

/// Values, each one word of `--set`, that change objects, hooks and failures.
const VALUES: &[&str] = &[
    "color=red",
    "color=blue",
    "extraKey=1",
    "replicas=2",
    "port=8080",
    "service=false",
    "secret=false",
    "web=false",
    "more=2",
    "keep=true",
    "hook.pre-install=ok",
    "hook.post-upgrade=ok",
    "hook.pre-upgrade=fail",
    "hook.post-install=fail",
    "hook.pre-rollback=ok",
    "hook.pre-delete=ok",
    "hook.post-delete=ok",
    "hook.test=ok",
    "hook.test=fail",
    INVALID,
];

/// An object that the server refuses, of the last kind: Helm goes on with later kinds while it reports an error, and how far it
/// comes before its process ends is chance.
const INVALID: &str = "extra[0].apiVersion=networking.k8s.io/v1,extra[0].kind=Ingress,extra[0].metadata.name=zz-invalid,\
    extra[0].spec.ingressClassName=x";

/// Flags of `install` and `upgrade`.
const CHANGE_FLAGS: &[&str] = &[
    "--server-side=false",
    "--server-side=true",
    "--force-conflicts",
    "--take-ownership",
    "--no-hooks",
    "--description=why",
    "--labels=team=a",
    "--labels=team=b,tier=x",
    "--rollback-on-failure",
    "--wait",
    "--dry-run=server",
    "--dry-run=client",
];

const UPGRADE_FLAGS: &[&str] = &[
    "--reuse-values",
    "--reset-values",
    "--reset-then-reuse-values",
    "--history-max=2",
    "--cleanup-on-fail",
    "--labels=team=null",
];

/// Plays the sequence of `seed`.
pub(crate) fn judge(world: &World, worker: usize, seed: u64) -> Outcome {
    let begun = Instant::now();
    let mut random = Random::new(seed);
    let mut steps = sequence(&mut random);
    let mut tools: Vec<Tool> = steps.iter().map(|_| pick_tool(&mut random)).collect();
    let mut found = trial(world, worker, &steps, &tools);
    let mut tries = TRIES;
    let mut index = steps.len();
    while let (Ok(differences), true) = (&found, index > 0 && tries > 0) {
        if differences.is_empty() {
            break;
        }
        index -= 1;
        tries -= 1;
        let (mut fewer, mut their_tools) = (steps.clone(), tools.clone());
        fewer.remove(index);
        their_tools.remove(index);
        let again = trial(world, worker, &fewer, &their_tools);
        if again.as_ref().is_ok_and(|differences| !differences.is_empty()) {
            (steps, tools, found) = (fewer, their_tools, again);
        }
    }
    if let Ok(differences) = &mut found
        && let Some(first) = differences.first_mut()
    {
        let told: Vec<String> = steps
            .iter()
            .zip(&tools)
            .map(|(step, tool)| format!("{tool:?}: {}", step.text()))
            .collect();
        first.lines.splice(0..0, told);
    }
    Outcome {
        name: format!("random/{seed}"),
        seconds: begun.elapsed().as_secs_f64(),
        steps: steps.iter().map(Step::text).collect(),
        differences: found,
    }
}

/// How often Helm plays a sequence again that came out otherwise.
const HELMS: usize = 3;

fn trial(world: &World, worker: usize, steps: &[Step], tools: &[Tool]) -> Result<Vec<Difference>, String> {
    let scenario = Scenario {
        name: "random".to_owned(),
        steps: steps.to_vec(),
        ..Scenario::default()
    };
    let number = super::fresh_number();
    let helm = |turn: usize| {
        let name = format!("{number}-helm{turn}");
        play::play(world, &scenario, &name, worker, |_, _| Tool::Helm)
    };
    let theirs = helm(0)?;
    let ours = play::play(world, &scenario, &format!("{number}-both"), worker, |index, _| {
        tools[index]
    })?;
    let compared = |theirs: &Trace| {
        let mut found = compare::compare_ends(theirs, &ours);
        drop_kept_states(&mut found);
        drop_orphans(&mut found, &theirs.end.records);
        found.retain(|difference| !difference.lines.is_empty());
        found
    };
    let mut found = compared(&theirs);
    // What Helm itself does one time and not the other is chance.
    for turn in 1..=HELMS {
        if found.is_empty() {
            break;
        }
        let again = compared(&helm(turn)?);
        if again.len() < found.len() || lines(&again) < lines(&found) {
            found = again;
        }
    }
    Ok(found)
}

fn lines(differences: &[Difference]) -> usize {
    differences.iter().map(|difference| difference.lines.len()).sum()
}

/// Drops that a rollback which fails leaves the state of the newest revision alone, where Helm takes it out of service
/// (spec/lifecycle.md 15 items 3 and 5; the scenarios of rollbacks name it).
fn drop_kept_states(found: &mut [Difference]) {
    const KEPT: [&str; 3] = ["failed", "deployed", "uninstalled"];
    for difference in found.iter_mut().filter(|difference| difference.facet == "records") {
        let kept: Vec<String> = difference
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix('-')?.strip_suffix("status = \"superseded\""))
            .flat_map(|place| KEPT.map(|state| (place.to_owned(), state)))
            .filter(|(place, state)| difference.lines.contains(&format!("+{place}status = \"{state}\"")))
            .map(|(place, _)| place)
            .collect();
        difference.lines.retain(|line| {
            let is_kept = |place: &String| line[1..].starts_with(&format!("{place}status = "));
            !kept.iter().any(is_kept)
        });
    }
}

/// Drops objects that only Helm has left and that no revision in service names: what failed revisions made, and what was in service
/// below a failed one that is uninstalled, stays behind with Helm for ever (the scenarios of upgrades and uninstalls name it).
fn drop_orphans(found: &mut [Difference], records: &str) {
    let in_service = |line: &str| {
        let (revision, state) = line.split_once(" .release.info.status = ")?;
        (state == "\"deployed\"").then(|| format!("{revision} .release.manifest | "))
    };
    let manifests: Vec<String> = records.lines().filter_map(in_service).collect();
    let is_named = |name: &str| {
        let line_of_name = |line: &str| line.trim_start() == format!("name: {name}");
        records.lines().any(|line| {
            let in_manifest = |start: &String| line.strip_prefix(start.as_str()).is_some_and(line_of_name);
            manifests.iter().any(in_manifest)
        })
    };
    let object = |line: &str| line[1..].split(" .").next().unwrap_or_default().to_owned();
    for difference in found.iter_mut().filter(|difference| difference.facet == "objects") {
        let is_change = |line: &&String| line.starts_with('+') || line.contains("helm.sh/hook");
        let kept: Vec<String> = difference
            .lines
            .iter()
            .filter(is_change)
            .map(|line| object(line))
            .collect();
        difference.lines.retain(|line| {
            let object = object(line);
            let name = object.rsplit('/').next().unwrap_or_default();
            kept.contains(&object) || is_named(name)
        });
    }
}

fn pick_tool(random: &mut Random) -> Tool {
    match random.chance(50) {
        true => Tool::Helm,
        false => Tool::Trial,
    }
}

fn sequence(random: &mut Random) -> Vec<Step> {
    let first = operation(random, 0);
    let count = 3 + random.below(5);
    let mut steps = vec![first];
    steps.extend((1..count).map(|_| {
        let kind = random.below(12);
        operation(random, kind)
    }));
    steps
}

fn operation(random: &mut Random, kind: usize) -> Step {
    let release = random.pick(RELEASES);
    let mut args: Vec<String> = Vec::new();
    match kind {
        0 | 1 => {
            args.extend(["install", release, random.pick(CHARTS)].map(str::to_owned));
            if random.chance(25) {
                args.push("--replace".to_owned());
            }
            change(random, &mut args);
        }
        2..=6 => {
            args.extend(["upgrade", release, random.pick(CHARTS)].map(str::to_owned));
            if random.chance(60) {
                args.push("--install".to_owned());
            }
            if random.chance(40) {
                let flag = random.pick(UPGRADE_FLAGS);
                args.push(flag.to_owned());
                if flag == "--reuse-values" {
                    // Another chart's old values have no kind of hook: that is refused here before anything is done, where
                    // Helm fails half-way (the scenarios of hooks name it).
                    args.push("--set=hookKind=Pod".to_owned());
                }
            }
            change(random, &mut args);
        }
        7 | 8 => {
            args.extend(["rollback", release].map(str::to_owned));
            if random.chance(60) {
                args.push((1 + random.below(4)).to_string());
            }
            for flag in [
                "--no-hooks",
                "--wait",
                "--server-side=false",
                "--cleanup-on-fail",
                "--history-max=3",
            ] {
                if random.chance(12) {
                    args.push(flag.to_owned());
                }
            }
        }
        9 => args.extend(["test", release].map(str::to_owned)),
        _ => {
            args.extend(["uninstall", release].map(str::to_owned));
            for flag in ["--keep-history", "--no-hooks", "--wait", "--ignore-not-found"] {
                if random.chance(30) {
                    args.push(flag.to_owned());
                }
            }
        }
    }
    Step::Tool(Command {
        args,
        ..Command::default()
    })
}

/// Values and flags of an installation or an upgrade.
fn change(random: &mut Random, args: &mut Vec<String>) {
    for _ in 0..random.below(4) {
        args.extend(["--set".to_owned(), random.pick(VALUES).to_owned()]);
    }
    if random.chance(35) {
        args.push(random.pick(CHANGE_FLAGS).to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(facet: &'static str, lines: &[&str]) -> Difference {
        Difference {
            step: 0,
            facet,
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            reason: None,
        }
    }

    #[test]
    fn only_states_that_helm_takes_out_of_service_may_stay() {
        let mut found = [difference(
            "records",
            &[
                "-Secret/r.v1 .labels.status = \"superseded\"",
                "+Secret/r.v1 .labels.status = \"failed\"",
                "-Secret/r.v2 .labels.status = \"failed\"",
                "+Secret/r.v2 .labels.status = \"deployed\"",
                "-Secret/r.v3 .labels.status = \"superseded\"",
            ],
        )];
        drop_kept_states(&mut found);
        assert_eq!(
            found[0].lines,
            [
                "-Secret/r.v2 .labels.status = \"failed\"",
                "+Secret/r.v2 .labels.status = \"deployed\"",
                "-Secret/r.v3 .labels.status = \"superseded\"",
            ]
        );
    }

    #[test]
    fn what_helm_alone_has_must_be_in_service_nowhere() {
        let records = "Secret/r.v1 .release.info.status = \"failed\"\nSecret/r.v1 .release.manifest |   name: lost\n\
                       Secret/r.v2 .release.info.status = \"deployed\"\nSecret/r.v2 .release.manifest |   name: wanted\n";
        let mut found = [difference(
            "objects",
            &[
                "-Secret/lost .kind = \"Secret\"",
                "-Secret/wanted .kind = \"Secret\"",
                "-Pod/hook .metadata.annotations.helm.sh/hook = \"test\"",
                "-Service/changed .spec.port = 1",
                "+Service/changed .spec.port = 2",
                "+Secret/ours .kind = \"Secret\"",
            ],
        )];
        drop_orphans(&mut found, records);
        assert_eq!(found[0].lines.len(), 5, "{:?}", found[0].lines);
        assert!(!found[0].lines.iter().any(|line| line.contains("lost")));
    }
}
