//! The fuzz targets of `fuzz/`, run for a fixed time each, on the stable compiler.
//!
//! `--ci` gives each target a fixed number of inputs from a fixed seed instead, so that a change is judged by what it changes and
//! not by chance; searching is for the other mode.
//!
//! What `cargo fuzz` does with a nightly compiler is done by hand: the coverage counters are an LLVM pass that stable
//! compilers have too. There is no address sanitizer, which safe Rust does without. New inputs are kept below
//! `fuzz/target/corpus`, inputs that break something in `fuzz/artifacts`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Coverage as libFuzzer wants it.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// Longest input in bytes, longest time for one in seconds, and most memory in megabytes.
const LIMITS: [&str; 3] = ["-max_len=4096", "-timeout=20", "-rss_limit_mb=2048"];

/// What ends a target's run.
#[derive(Clone, Copy, Debug)]
enum Budget {
    /// Seconds, from a seed of chance.
    Seconds(u32),
    /// The same inputs each time: their number, from a fixed seed, beginning with the committed corpus alone.
    Inputs(u32),
}

/// Inputs of a target in CI: at most about ten seconds on the slowest.
const CI: Budget = Budget::Inputs(30_000);

/// Runs the targets.
///
/// # Errors
/// The number of targets that broke; each has been printed with the input that does it.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let mut budget = Budget::Seconds(8);
    let mut wanted = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seconds" => {
                let text = args.next().ok_or("--seconds wants a number")?;
                budget = Budget::Seconds(text.parse().map_err(|e| format!("--seconds: {e}"))?);
            }
            "--ci" => budget = CI,
            option if option.starts_with('-') => return Err(format!("unknown option {option}")),
            target => wanted.push(target.to_owned()),
        }
    }
    let known = targets()?;
    if let Some(unknown) = wanted.iter().find(|target| !known.contains(target)) {
        return Err(format!("no target {unknown}; there are: {}", known.join(", ")));
    }
    let folder = build()?;
    let (mut passed, mut failed) = (0, 0);
    for target in known
        .iter()
        .filter(|target| wanted.is_empty() || wanted.contains(target))
    {
        match fuzz(&folder, target, budget)? {
            Ok(summary) => {
                passed += 1;
                println!("{target}: {summary}");
            }
            Err(why) => {
                failed += 1;
                println!("FAILED {target}\n{why}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} fuzz targets broke"))
    }
}

/// The names of all targets, in order.
fn targets() -> Result<Vec<String>, String> {
    let folder = std::fs::read_dir("fuzz/targets").map_err(|e| format!("fuzz/targets: {e}"))?;
    let stem = |path: PathBuf| Some(path.file_stem()?.to_string_lossy().into_owned());
    let mut names: Vec<String> = folder.filter_map(|entry| stem(entry.ok()?.path())).collect();
    names.sort();
    Ok(names)
}

/// Builds all targets; yields the folder of the programs.
fn build() -> Result<PathBuf, String> {
    let version = Command::new("rustc")
        .arg("-vV")
        .output()
        .map_err(|e| format!("rustc: {e}"))?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or("rustc does not name its host")?;
    // A target, even the host itself, keeps the flags away from build scripts.
    let status = Command::new("cargo")
        .args(["build", "--release", "--quiet", "--target", host])
        .current_dir("fuzz")
        .env("RUSTFLAGS", COVERAGE)
        // What is run below lies in its own folder, wherever the workspace is built.
        .env_remove("CARGO_TARGET_DIR")
        .status()
        .map_err(|e| format!("cargo build: {e}"))?;
    if !status.success() {
        return Err("the fuzz targets do not build".to_owned());
    }
    let folder = Path::new("fuzz/target").join(host).join("release");
    std::fs::canonicalize(&folder).map_err(|e| format!("{}: {e}", folder.display()))
}

/// Runs one target; the inner error is a finding.
fn fuzz(folder: &Path, target: &str, budget: Budget) -> Result<Result<String, String>, String> {
    let (found, limits) = match budget {
        Budget::Seconds(seconds) => ("fuzz/target/corpus", vec![format!("-max_total_time={seconds}")]),
        Budget::Inputs(inputs) => (
            "fuzz/target/fresh",
            vec![format!("-runs={inputs}"), "-seed=1".to_owned()],
        ),
    };
    let found = Path::new(found).join(target);
    if let (Budget::Inputs(_), true) = (budget, found.exists()) {
        std::fs::remove_dir_all(&found).map_err(|e| format!("{}: {e}", found.display()))?;
    }
    let artifacts = Path::new("fuzz/artifacts").join(target);
    for folder in [&found, &artifacts] {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let output = Command::new(folder.join(target))
        .args([&found, &Path::new("fuzz/corpus").join(target)])
        .args(LIMITS)
        .args(limits)
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .output()
        .map_err(|e| format!("{target}: {e}"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = log.lines().collect();
    if output.status.success() {
        return Ok(Ok(lines.last().copied().unwrap_or_default().to_owned()));
    }
    let is_reason = |line: &&&str| {
        ["panicked", "left:", "right:", "ERROR:", "Test unit written", "Base64:"]
            .iter()
            .any(|mark| line.contains(mark))
    };
    let mut reasons: Vec<String> = lines
        .iter()
        .filter(is_reason)
        .map(|line| format!("    {line}"))
        .collect();
    // The message of a panic stands on the line after it.
    if let Some(place) = lines.iter().position(|line| line.contains("panicked")) {
        reasons.insert(1, format!("    {}", lines.get(place + 1).copied().unwrap_or_default()));
    }
    Ok(Err(reasons.join("\n")))
}
