//! Tests of skeg's crates that want a real control plane; without one they skip themselves, and say so.

use std::process::Command;
use std::time::Instant;

use super::compare::Difference;
use super::play::World;
use super::report::Outcome;

/// Users of the control plane whose kubeconfigs the tests read.
const USERS: [&str; 3] = ["admin", "no-watch", "reader"];

/// Runs them two at a time, so that they do not fight for the machine. They are chosen from the same packages as by the tests of
/// everything, so that nothing is built anew for them.
pub(super) fn run(world: &World) -> Outcome {
    let begun = Instant::now();
    let line =
        "cargo test --workspace --exclude skeg-testkit --test apply --test wait --test storage -- --test-threads=2";
    Outcome {
        name: "tests of applying, waits and records".to_owned(),
        differences: passed(world, line),
        seconds: begun.elapsed().as_secs_f64(),
        steps: vec![line.to_owned()],
    }
}

fn passed(world: &World, line: &str) -> Result<Vec<Difference>, String> {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().unwrap_or_default());
    command
        .args(words)
        .env("RUST_BACKTRACE", "0")
        .env("SKEG_TEST_CONTROL_PLANE", &world.state)
        .env("SKEG_TEST_HELM", crate::reference::helm()?)
        // None may leave itself out.
        .env("SKEG_TEST_ALL", "1");
    for user in USERS {
        let variable = format!("SKEG_TEST_KUBECONFIG_{}", user.to_uppercase().replace('-', "_"));
        command.env(variable, world.kubeconfig(user));
    }
    let output = command.output().map_err(|e| format!("{line}: {e}"))?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let text = [output.stdout, output.stderr].concat();
    Err(String::from_utf8_lossy(&text).into_owned())
}
