//! The differential generator: random charts, run by the real Helm and by skeg, compared; findings made small.
//!
//! Every chart follows from its number and the seed alone. Helm stops at its first error, so a chart that fails on a
//! line loses that line and is run again: errors are compared one by one, and what comes after them too.

mod charts;
mod expression;
pub(crate) mod random;
mod shrink;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::case::Case;
use crate::compat;
use crate::reference;
use expression::Expressions;
use random::Random;

/// Charts in a run without `--budget`.
const CHARTS: usize = 400;
/// Wall time after which a run with a budget begins no further chart, so that CI is never held up.
const PATIENCE: Duration = Duration::from_secs(240);
/// Findings after which a run ends.
const ENOUGH: usize = 10;
/// Failing lines that one chart loses before it is given up.
const LINES: usize = 25;

struct Options {
    seed: u64,
    budget: Option<usize>,
    bin: Option<PathBuf>,
    only: Option<String>,
    from: usize,
    endless: bool,
}

/// Generates, compares, reports.
///
/// # Errors
/// The number of charts that differ, each of which has been printed as a case.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let options = options(args)?;
    let bin = match &options.bin {
        Some(bin) => std::fs::canonicalize(bin).map_err(|e| format!("{}: {e}", bin.display()))?,
        None => compat::build()?,
    };
    let helm = reference::helm()?;
    let expressions = Expressions::new();
    let limit = if options.endless {
        usize::MAX
    } else {
        options.from + options.budget.unwrap_or(CHARTS)
    };
    let started = Instant::now();
    let (next, passed, failed) = (AtomicUsize::new(options.from), AtomicUsize::new(0), Mutex::new(0usize));
    let worker = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let is_over = !options.endless && started.elapsed() > PATIENCE;
            let found = *failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if number >= limit || is_over || (!options.endless && found >= ENOUGH) {
                return Ok(());
            }
            let mut random = Random::new(options.seed.wrapping_mul(1_000_003).wrapping_add(number as u64));
            let case = charts::chart(&mut random, &expressions);
            if options
                .only
                .as_ref()
                .is_some_and(|only| !case.name.contains(only.as_str()))
            {
                continue;
            }
            match judge(case, &helm, &bin)? {
                None => {
                    passed.fetch_add(1, Ordering::Relaxed);
                }
                Some(finding) => {
                    let mut failed = failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    *failed += 1;
                    println!("FAILED --seed {} chart {number}\n{finding}", options.seed);
                }
            }
        }
    };
    let outcome: Result<(), String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..std::thread::available_parallelism().map_or(2, usize::from))
            .map(|_| scope.spawn(worker))
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| "a worker panicked".to_owned())?)
    });
    outcome?;
    let failed = failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    println!(
        "{} passed, {failed} failed (seed {}, {} s)",
        passed.load(Ordering::Relaxed),
        options.seed,
        started.elapsed().as_secs()
    );
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} charts differ from Helm"))
    }
}

fn options(args: &[String]) -> Result<Options, String> {
    let mut options = Options {
        seed: 1,
        budget: None,
        bin: None,
        only: None,
        from: 0,
        endless: false,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} wants a value"));
        match arg.as_str() {
            "--seed" => options.seed = value()?.parse().map_err(|e| format!("--seed: {e}"))?,
            "--budget" => options.budget = Some(value()?.parse().map_err(|e| format!("--budget: {e}"))?),
            "--bin" => options.bin = Some(value()?.into()),
            "--from" => options.from = value()?.parse().map_err(|e| format!("--from: {e}"))?,
            "--only" => options.only = Some(value()?.clone()),
            "--endless" => options.endless = true,
            other => return Err(format!("unknown option {other}")),
        }
    }
    Ok(options)
}

/// What the program says, log lines sorted: Helm walks maps in random order while it warns.
fn say(case: &Case, program: &Path) -> Result<(String, String), String> {
    let mut answers = compat::answers(case, program)?;
    for answer in &mut answers {
        answer.log.sort();
    }
    let error = answers.first().map(|answer| answer.error.clone()).unwrap_or_default();
    Ok((compat::print(&answers), error))
}

/// The report of a difference, if there is one.
fn judge(mut case: Case, helm: &Path, bin: &Path) -> Result<Option<String>, String> {
    for _ in 0..LINES {
        let (helm_says, error) = say(&case, helm)?;
        let (skeg_says, _) = say(&case, bin)?;
        // Where Helm itself dies (maps that contain themselves overflow its stack) an orderly error is all that is asked.
        if is_crash(&error) && skeg_says.starts_with("exit 1\n") {
            return Ok(None);
        }
        if helm_says != skeg_says {
            return if is_steady(&case, helm, &helm_says)? {
                report(case, helm, bin).map(Some)
            } else {
                Ok(None)
            };
        }
        if !drop_line(&mut case, &error) {
            break;
        }
    }
    Ok(None)
}

/// Whether the first line of an error is that of a Go program that died.
fn is_crash(error: &str) -> bool {
    ["runtime: ", "panic: ", "fatal error: "]
        .iter()
        .any(|words| error.starts_with(words))
}

/// Whether Helm says the same each time.
fn is_steady(case: &Case, helm: &Path, said: &str) -> Result<bool, String> {
    for _ in 0..4 {
        if say(case, helm)?.0 != said {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Empties the line of `templates/t.yaml` that the error names.
fn drop_line(case: &mut Case, error: &str) -> bool {
    let Some((_, rest)) = error.split_once("c/templates/t.yaml:") else {
        return false;
    };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let Ok(number) = digits.parse::<usize>() else {
        return false;
    };
    let Some((_, text)) = case.files.iter_mut().find(|(path, _)| path == "c/templates/t.yaml") else {
        return false;
    };
    let mut lines: Vec<&str> = text.split('\n').collect();
    match lines.get_mut(number.wrapping_sub(1)) {
        Some(line) if number > 1 && !line.is_empty() => *line = "",
        _ => return false,
    }
    *text = lines.join("\n");
    true
}

fn report(case: Case, helm: &Path, bin: &Path) -> Result<String, String> {
    let differs = |case: &Case| match (say(case, helm), say(case, bin)) {
        (Ok(helm), Ok(skeg)) => helm.0 != skeg.0,
        _ => false,
    };
    let case = shrink::shrink(case, differs);
    let (helm_says, skeg_says) = (say(&case, helm)?.0, say(&case, bin)?.0);
    Ok(format!(
        "{}{}",
        case.text(),
        compat::difference("Helm", &helm_says, "skeg", &skeg_says)
    ))
}
