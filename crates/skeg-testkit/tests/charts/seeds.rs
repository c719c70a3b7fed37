//! XC-02: every command line of the seeds, from their text, with skeg and through a link named helm.
//!
//! Those that need a cluster are listed in charts/testdata/cluster-cases.yaml.

use std::path::Path;

use skeg_testkit::requirements;
use skeg_testkit::scratch::Scratch;
use skeg_testkit::seeds::{self, STARTS, SeedCommand};
use skeg_testkit::stubs::Stubs;
use skeg_testkit::sweep::chosen;
use skeg_testkit::{CHARTS, programs};

/// Text in which blanks and line ends make no difference.
fn words(text: &str) -> String {
    text.replace("\\\n", " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn all() -> Vec<SeedCommand> {
    let of = STARTS
        .iter()
        .filter(|(family, _)| CHARTS.iter().any(|chart| chart.family == *family && chosen(chart)));
    of.flat_map(|(family, _)| seeds::commands(family)).collect()
}

// XC-02
#[test]
fn xc_02_every_seed_has_commands() {
    for (family, _) in STARTS {
        let number = seeds::commands(family).len();
        assert!(number >= 5, "{family}: {number} commands found in its seed");
    }
    // The user's own text of Plue: five helm commands in its shell blocks.
    let plue: Vec<String> = seeds::commands("plue")
        .into_iter()
        .map(|command| command.line)
        .collect();
    assert_eq!(plue.len(), 5, "{plue:#?}");
    assert!(plue[0].starts_with("helm upgrade --install plue ./plue --namespace $USER"));
}

// XC-02
#[test]
fn xc_02_commands_that_need_a_cluster_are_listed() {
    let cases: Vec<(String, String)> = requirements::cluster_cases()
        .into_iter()
        .map(|case| (case.cwd, words(&case.command)))
        .collect();
    let mut missing = Vec::new();
    for command in all().into_iter().filter(SeedCommand::needs_cluster) {
        let wanted = words(&command.line);
        let listed = cases.iter().any(|(_, line)| line.contains(&wanted));
        if !listed {
            missing.push(format!("{} (cwd {}): {}", command.family, command.cwd, wanted));
        }
    }
    assert!(missing.is_empty(), "not in cluster-cases.yaml:\n{}", missing.join("\n"));
}

/// Runs a seed's command in a copy of the tree.
fn run(command: &SeedCommand, tree: &Path, line: &str) -> Result<(), String> {
    // docker, kind and kubectl are not what is looked at here.
    let stubs = Stubs::new(&["docker", "kind", "kubectl"])
        .env("USER", "alice")
        .env("ENVIRONMENT", "dev")
        .env(
            "HELM",
            line.split_whitespace().find(|word| *word == "skeg").unwrap_or("helm"),
        );
    let run = stubs.run(&tree.join(&command.cwd), "bash", &["-euo", "pipefail", "-c", line]);
    if run.answer.succeeded() {
        Ok(())
    } else {
        Err(format!(
            "{line}\n  in {}: {}{}",
            command.cwd, run.answer.stdout, run.answer.stderr
        ))
    }
}

// XC-02
#[test]
fn xc_02_commands_without_a_cluster_run_verbatim() {
    let mut failed = Vec::new();
    for word in ["skeg", "helm"] {
        // A fresh copy for each: `package` and `dependency update` write files.
        let copy = Scratch::with_copy(&programs::repository().join("charts"));
        for command in all().into_iter().filter(|command| !command.needs_cluster()) {
            let line = if word == "skeg" {
                let swapped = command.line.split(' ').map(|w| if w == "helm" { "skeg" } else { w });
                let swapped = swapped.collect::<Vec<_>>().join(" ");
                // `HELM=skeg make helm-template`: the tool of a make target.
                if swapped.starts_with("make ") {
                    format!("HELM=skeg {swapped}")
                } else {
                    swapped
                }
            } else {
                command.line.clone()
            };
            if let Err(why) = run(&command, copy.path(), &line) {
                failed.push(why);
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
