//! Renders per second inside one process: skeg's crates beside Helm's own engine.
//!
//! Helm's engine comes as a library in the Python package `helm-python-sdk`; it is put into a virtual environment in the
//! cache. Both load a chart once and render it again and again with its defaults, in turns.

use std::path::PathBuf;
use std::process::Command;

use crate::{process, reference};

/// The package that holds Helm's engine.
const PACKAGE: &str = "helm-python-sdk==0.2.2";

/// Seconds that one side renders in one turn.
const SECONDS: &str = "2";

/// Turns of each side.
const TURNS: usize = 3;

/// Prints the median milliseconds of a render, warm, as Helm's engine takes.
const PROGRAM: &str = "\
import sys, time, statistics
from helm_python import Chart
with Chart.load(sys.argv[1]) as chart:
    for _ in range(3):
        chart.render(name='release-name')
    times = []
    end = time.monotonic() + float(sys.argv[2])
    while time.monotonic() < end or len(times) < 3:
        start = time.monotonic()
        chart.render(name='release-name')
        times.append(time.monotonic() - start)
print('%.3f' % (statistics.median(times) * 1e3))
";

/// Measures the charts and gives a Markdown table.
///
/// # Errors
/// A side that cannot be built, installed or run.
pub(super) fn table(charts: &[(String, PathBuf)]) -> Result<String, String> {
    let python = engine()?;
    let ours = example()?;
    let mut out = String::from(
        "| chart | skeg ms a render | Helm ms a render | skeg is so many times as fast |\n|---|--:|--:|--:|\n",
    );
    for (name, folder) in charts {
        let mut best = [f64::MAX; 2];
        for _ in 0..TURNS {
            best[0] = best[0].min(run(Command::new(&ours).arg(folder).arg(SECONDS), name)?);
            best[1] = best[1].min(run(
                Command::new(&python).args(["-c", PROGRAM]).arg(folder).arg(SECONDS),
                name,
            )?);
        }
        out.push_str(&format!(
            "| {name} | {:.3} | {:.3} | {:.1} |\n",
            best[0],
            best[1],
            best[1] / best[0]
        ));
    }
    Ok(out)
}

/// The interpreter of an environment that holds Helm's engine.
fn engine() -> Result<PathBuf, String> {
    let folder = reference::cache()?.join("python-sdk");
    let python = folder.join("bin/python");
    if !python.is_file() {
        process::succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        process::succeed(Command::new(&python).args(["-m", "pip", "install", "-q", PACKAGE]))?;
    }
    Ok(python)
}

/// The example program that renders with skeg's crates, in the release profile.
fn example() -> Result<PathBuf, String> {
    let mut build = Command::new("cargo");
    build.args([
        "build",
        "--release",
        "--quiet",
        "--package",
        "skeg",
        "--example",
        "renders",
    ]);
    process::succeed(&mut build)?;
    Ok(process::release("examples/renders"))
}

fn run(command: &mut Command, name: &str) -> Result<f64, String> {
    let answer = command
        .env("KUBECONFIG", "/nonexistent")
        .output()
        .map_err(|error| format!("{name}: {error}"))?;
    let text = String::from_utf8_lossy(&answer.stdout);
    text.trim()
        .parse()
        .map_err(|_| format!("{name}: {text}{}", String::from_utf8_lossy(&answer.stderr)))
}
