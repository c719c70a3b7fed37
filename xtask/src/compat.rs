//! The differential suite: every case under `compat/cases`, run by skeg, compared with Helm's answers.
//!
//! Answers are recorded in `compat/answers/<group>.txt`, so that the suite runs without Helm; with `--helm` the real
//! Helm is asked beside, and a recorded answer that is not its answer fails the run too.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::case::{self, Case};
use crate::process::{self, Answer};
use crate::reference;

struct Options {
    ask_helm: bool,
    record: bool,
    only: Option<String>,
    bin: Option<PathBuf>,
}

/// Runs the suite.
///
/// # Errors
/// The number of cases that differ, each of which has been printed.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let options = options(args)?;
    let bin = match &options.bin {
        Some(bin) => bin.clone(),
        None if options.record => PathBuf::new(),
        None => build()?,
    };
    let helm = if options.ask_helm || options.record {
        Some(reference::helm()?)
    } else {
        None
    };
    let mut groups: Vec<PathBuf> = std::fs::read_dir("compat/cases")
        .map_err(|e| format!("compat/cases: {e}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "case"))
        .collect();
    groups.sort();
    let (mut passed, mut failed) = (0, 0);
    for group in groups {
        let cases = case::read(&group)?;
        let answers_path =
            Path::new("compat/answers").join(group.with_extension("txt").file_name().unwrap_or_default());
        if options.record {
            let stem = group.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if options.only.as_ref().is_some_and(|only| !stem.contains(only)) {
                continue;
            }
            record(&cases, &answers_path, helm.as_deref().ok_or("no Helm")?)?;
            continue;
        }
        let recorded = std::fs::read_to_string(&answers_path).unwrap_or_default();
        let cases: Vec<Case> = cases
            .into_iter()
            .filter(|c| options.only.as_ref().is_none_or(|only| c.name.contains(only)))
            .collect();
        let outcomes = in_parallel(&cases, |case| judge(case, &recorded, &bin, helm.as_deref()));
        for (case, outcome) in cases.iter().zip(outcomes) {
            match outcome {
                Ok(()) => passed += 1,
                Err(why) => {
                    failed += 1;
                    println!("FAILED {}\n{why}", case.name);
                }
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} cases differ from Helm"))
    }
}

fn options(args: &[String]) -> Result<Options, String> {
    let mut options = Options {
        ask_helm: false,
        record: false,
        only: None,
        bin: None,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--helm" => options.ask_helm = true,
            "--record" => options.record = true,
            "--only" => options.only = Some(args.next().ok_or("--only wants a text")?.clone()),
            "--bin" => options.bin = Some(args.next().ok_or("--bin wants a path")?.into()),
            other => return Err(format!("unknown option {other}")),
        }
    }
    Ok(options)
}

/// Builds the release binary and yields its path.
pub(crate) fn build() -> Result<PathBuf, String> {
    process::succeed(Command::new("cargo").args(["build", "--release", "--quiet", "--package", "skeg"]))?;
    std::fs::canonicalize("target/release/skeg").map_err(|e| format!("target/release/skeg: {e}"))
}

/// Runs a case's command lines, each in a fresh folder.
pub(crate) fn answers(case: &Case, program: &Path) -> Result<Vec<Answer>, String> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let mut answers = Vec::new();
    for args in &case.runs {
        let root = std::env::temp_dir().join(format!(
            "skeg-compat-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ));
        let (folder, home) = (root.join("work"), root.join("home"));
        std::fs::create_dir_all(&home).map_err(|e| format!("{}: {e}", home.display()))?;
        case.write(&folder)?;
        let mut answer = process::run(program, args, &folder, &home)?;
        answer.files = written(&folder, &folder, case);
        answers.push(answer);
        std::fs::remove_dir_all(&root).map_err(|e| format!("{}: {e}", root.display()))?;
    }
    Ok(answers)
}

/// A text without the time at which a lock file was made.
fn untimed(text: &str) -> String {
    let mask = |line: &str| match line.starts_with("generated: \"2") {
        true => "generated: TIME\n".to_owned(),
        false => line.to_owned(),
    };
    text.split_inclusive('\n').map(mask).collect()
}

/// A provenance file without what differs from one signing to the next: the archive's digest and the signature.
fn unsigned(text: &str) -> String {
    let body = text.split("-----BEGIN PGP SIGNATURE-----").next().unwrap_or_default();
    let mask = |line: &str| match line.split_once(": sha256:") {
        Some((name, _)) => format!("{name}: DIGEST\n"),
        None => line.to_owned(),
    };
    body.split_inclusive('\n').map(mask).collect()
}

/// The files below `folder` that the case did not bring along; archives by their name only.
fn written(root: &Path, folder: &Path, case: &Case) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(written(root, &path, case));
            continue;
        }
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        let text = std::fs::read(&path)
            .map(|b| untimed(&String::from_utf8_lossy(&b)))
            .unwrap_or_default();
        let binary = name.ends_with(".tgz");
        if !case.files.iter().any(|(own, content)| *own == name && *content == text) {
            let shown = match (binary, name.ends_with(".prov")) {
                (true, _) => String::new(),
                (_, true) => unsigned(&text),
                _ => text,
            };
            found.push((name, shown));
        }
    }
    found.sort();
    found
}

fn judge(case: &Case, recorded: &str, bin: &Path, helm: Option<&Path>) -> Result<(), String> {
    let expected = section(recorded, &case.name).ok_or("  no answer is recorded: run with --record")?;
    if let Some(helm) = helm {
        let said = print(&answers(case, helm)?);
        if said != expected {
            return Err(difference("recorded", expected, "Helm", &said));
        }
    }
    let got = print(&answers(case, bin)?);
    if got == expected {
        Ok(())
    } else {
        Err(difference("Helm", expected, "skeg", &got))
    }
}

fn record(cases: &[Case], path: &Path, helm: &Path) -> Result<(), String> {
    let mut text = String::new();
    for (case, answers) in cases.iter().zip(in_parallel(cases, |case| answers(case, helm))) {
        text.push_str(&format!("=== {}\n{}", case.name, print(&answers?)));
    }
    std::fs::create_dir_all("compat/answers").map_err(|e| format!("compat/answers: {e}"))?;
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// The recorded text of a case.
fn section<'t>(recorded: &'t str, name: &str) -> Option<&'t str> {
    let head = format!("=== {name}\n");
    let start = if recorded.starts_with(&head) {
        0
    } else {
        recorded.find(&format!("\n{head}"))? + 1
    } + head.len();
    let end = recorded[start..]
        .find("\n=== ")
        .map_or(recorded.len(), |i| start + i + 1);
    Some(&recorded[start..end])
}

pub(crate) fn print(answers: &[Answer]) -> String {
    let mut text = String::new();
    for answer in answers {
        text.push_str(&format!("exit {}\n", answer.status));
        for line in answer.stdout.split_inclusive('\n') {
            text.push_str(&format!("  | {}\n", visible(line.trim_end_matches('\n'))));
        }
        if !answer.stdout.is_empty() && !answer.stdout.ends_with('\n') {
            text.push_str("  no newline at the end\n");
        }
        for (path, content) in &answer.files {
            text.push_str(&format!("  wrote {path}\n"));
            for line in content.lines() {
                text.push_str(&format!("    | {}\n", visible(line)));
            }
        }
        for line in &answer.log {
            text.push_str(&format!("  ! {line}\n"));
        }
        if !answer.error.is_empty() {
            text.push_str(&format!("  > {}\n", shortened(&answer.error)));
        }
    }
    text
}

/// Control characters as escapes, everything else as it is.
fn visible(line: &str) -> String {
    line.chars()
        .map(|c| {
            if c.is_control() {
                c.escape_debug().to_string()
            } else {
                c.to_string()
            }
        })
        .collect()
}

/// Very long lines (an include chain of 1,000 links) by their ends and their length.
fn shortened(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    if chars.len() <= 1000 {
        return line.to_owned();
    }
    let part = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
    format!(
        "{} … {} characters … {}",
        part(0..300),
        chars.len(),
        part(chars.len() - 300..chars.len())
    )
}

pub(crate) fn difference(left: &str, a: &str, right: &str, b: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().collect(), b.lines().collect());
    let first = a
        .iter()
        .zip(&b)
        .position(|(x, y)| x != y)
        .unwrap_or(a.len().min(b.len()));
    let show = |lines: &[&str]| {
        lines
            .iter()
            .skip(first)
            .take(3)
            .map(|l| format!("      {l}\n"))
            .collect::<String>()
    };
    format!("    {left}:\n{}    {right}:\n{}", show(&a), show(&b))
}

/// Runs `work` on every item on all cores; results in the items' order.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = work(item);
                    results
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner)
                        .push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
