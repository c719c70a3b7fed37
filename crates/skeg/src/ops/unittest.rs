//! `unittest`: runs the test suites of charts, in parallel, and prints what came of them.
//!
//! The suites themselves are read and run by `skeg_author::unittest`; here are files, threads and the clock. [`plan`]
//! finds what there is to run, [`outside`] is what tests see of the machine, [`watch`] notices changes.

mod coverage;
mod machine;
mod outside;
mod plan;
mod plugin;
mod watch;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use skeg_author::coverage::Collector;
use skeg_author::unittest::report::text::Printer;
use skeg_author::unittest::report::{Format, json};
use skeg_author::unittest::results::{ChartResult, RunResult, SuiteResult};
use skeg_author::unittest::{Bench, Options};
use skeg_template::NoTrace;

use crate::error::{CommandError, go_text};
use crate::output::Output;
use crate::settings::Settings;
pub use coverage::CoverageOptions;
use coverage::{Coverage, Tally};
use outside::MachineOutside;
use plan::{Plan, Task};

/// What `unittest` was asked for.
#[derive(Clone, Debug, Default)]
pub struct UnittestOptions {
    /// The charts: at least one path of a folder or archive.
    pub charts: Vec<String>,
    /// `--file`: patterns of suite files in each chart; empty for `tests/*_test.yaml`.
    pub files: Vec<String>,
    /// `--values`: patterns of values files for all tests.
    pub values: Vec<String>,
    /// `--update-snapshot`.
    pub update_snapshots: bool,
    /// `--with-subchart`: run the suites of charts in `charts/` too.
    pub with_subcharts: bool,
    /// `--strict`.
    pub strict: bool,
    /// `--failfast`.
    pub fail_fast: bool,
    /// `--skip-schema-validation`.
    pub skip_schema_validation: bool,
    /// `--chart-tests-path`: a chart in each chart that renders suites; empty for none.
    pub chart_tests_path: String,
    /// `--debugPlugin`: keep what was rendered in `.debug`.
    pub keep_rendered: bool,
    /// `--output-file`: where to write a report; empty for none.
    pub output_file: String,
    /// `--output-type`: its format.
    pub output_type: String,
    /// `--output json`: print JSON instead of text.
    pub json: bool,
    /// `--watch`: run again whenever something changes.
    pub watch: bool,
    /// `--coverage` and its sisters.
    pub coverage: CoverageOptions,
}

/// Runs the suites.
///
/// # Errors
/// A silent failure where a test failed; a message for wrong options or a report that cannot be written.
pub fn run(options: &UnittestOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let format = Format::named(&options.output_type).ok_or_else(|| {
        CommandError::new(format!(
            "unknown output type {:?}: JUnit, NUnit, XUnit and Sonar are known",
            options.output_type
        ))
    })?;
    let coverage = options.coverage.checked()?;
    let coverage = coverage.as_ref();
    plugin::say_which_runs(settings, out);
    if options.watch {
        return watch::run(options, &mut |out| once(options, format, coverage, settings, out), out);
    }
    once(options, format, coverage, settings, out)
}

/// Runs everything once and prints it.
fn once(
    options: &UnittestOptions,
    format: Format,
    coverage: Option<&Coverage>,
    settings: &Settings,
    out: &mut Output,
) -> Result<(), CommandError> {
    let started = Instant::now();
    let plan = plan::make(options, settings)?;
    let tally = coverage.map(|_| Tally::new(&plan));
    let mut run = execute(&plan, options, tally.as_ref(), settings);
    let covered = coverage
        .zip(tally)
        .map(|(coverage, tally)| (coverage, coverage.measure(&plan, tally)));
    run.elapsed = started.elapsed();
    if options.json {
        let covered = covered.as_ref().and_then(|(coverage, charts)| coverage.json(charts));
        out.print(json::document(&run, covered));
    } else {
        let printer = Printer {
            colors: out.colors_out(),
        };
        for chart in &run.charts {
            out.print(printer.chart(chart));
        }
        out.print(printer.summary(&run));
        if let Some((coverage, charts)) = &covered {
            coverage.print(charts, out);
        }
    }
    if !options.output_file.is_empty() {
        let document = format.write(&run, &machine::describe(settings));
        write_report(&options.output_file, document.as_bytes())?;
    }
    if let Some((coverage, charts)) = &covered {
        coverage.write(charts)?;
        coverage.judge(charts)?;
    }
    if run.passed() {
        Ok(())
    } else {
        Err(CommandError::silent(1))
    }
}

fn write_report(path: &str, document: &[u8]) -> Result<(), CommandError> {
    let target = std::path::Path::new(path);
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(target, document))
        .map_err(|error| CommandError::new(format!("cannot write the report {path}: {}", go_text(&error))))
}

/// Address space of each thread; templates may nest deeply, and memory is taken only for what is used.
const STACK: usize = 1 << 30;

/// What threads share.
struct Shared<'s> {
    plan: &'s Plan,
    options: &'s Options,
    settings: &'s Settings,
    keep_rendered: bool,
    /// The tasks, the longest files first, so that no thread is left with a long one at the end.
    order: Vec<usize>,
    /// The next of `order` that nobody has taken.
    next: AtomicUsize,
    /// With `--failfast`, the first task that failed: what comes after it does not count.
    failed: AtomicUsize,
    /// Where threads leave what they counted; none to count nothing.
    tally: Option<&'s Tally>,
    results: Mutex<Vec<Option<Vec<SuiteResult>>>>,
}

/// Runs all tasks on as many threads as there are processors. Results are in the order of the plan.
fn execute(plan: &Plan, options: &UnittestOptions, tally: Option<&Tally>, settings: &Settings) -> RunResult {
    let job_options = Options {
        fail_fast: options.fail_fast,
        strict: options.strict,
        skip_schema_validation: options.skip_schema_validation,
        update_snapshots: options.update_snapshots,
        values: plan.values.clone(),
    };
    let shared = Shared {
        plan,
        options: &job_options,
        settings,
        keep_rendered: options.keep_rendered,
        order: longest_first(plan),
        next: AtomicUsize::new(0),
        failed: AtomicUsize::new(usize::MAX),
        tally,
        results: Mutex::new(vec![None; plan.tasks.len()]),
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 1..processors.min(plan.tasks.len()) {
            // A thread that cannot be had is no failure: the others do its work.
            let _ = thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, || work(&shared));
        }
        work(&shared);
    });
    collect(plan, shared)
}

/// The numbers of the tasks, chart by chart, longer suite files first.
fn longest_first(plan: &Plan) -> Vec<usize> {
    let mut order: Vec<usize> = (0..plan.tasks.len()).collect();
    order.sort_by_key(|&index| (plan.tasks[index].chart, std::cmp::Reverse(plan.tasks[index].size)));
    order
}

/// Takes tasks until there are none.
fn work(shared: &Shared<'_>) {
    let outside = MachineOutside::new(shared.settings, shared.keep_rendered);
    let mut bench: Option<(usize, Bench<'_>)> = None;
    let mut collector: Option<(usize, Collector)> = None;
    loop {
        let taken = shared.next.fetch_add(1, Ordering::Relaxed);
        let Some(&index) = shared.order.get(taken) else {
            break;
        };
        let task = &shared.plan.tasks[index];
        if index > shared.failed.load(Ordering::Relaxed) {
            continue;
        }
        if bench.as_ref().is_none_or(|(chart, _)| *chart != task.chart) {
            bench = new_bench(task, shared, &outside).map(|bench| (task.chart, bench));
            deliver(shared, &mut collector);
            collector = shared.tally.map(|_| (task.chart, Collector::default()));
        }
        let Some((_, bench)) = &mut bench else { continue };
        let results = match &mut collector {
            Some((_, collector)) => bench.run(&task.file, collector),
            None => bench.run(&task.file, &mut NoTrace),
        };
        if shared.options.fail_fast && results.iter().any(|suite| !suite.passed) {
            shared.failed.fetch_min(index, Ordering::Relaxed);
        }
        if let Ok(mut all) = shared.results.lock() {
            all[index] = Some(results);
        }
    }
    deliver(shared, &mut collector);
}

/// Leaves what a thread counted where all of it comes together.
fn deliver(shared: &Shared<'_>, collector: &mut Option<(usize, Collector)>) {
    if let (Some(tally), Some((chart, counts))) = (shared.tally, collector.take()) {
        tally.add(chart, counts);
    }
}

fn new_bench<'w>(task: &Task, shared: &Shared<'w>, outside: &'w MachineOutside<'w>) -> Option<Bench<'w>> {
    let files = &shared.plan.charts[task.chart].files;
    // The plan loaded the same files already: what was wrong with them is known.
    let chart = skeg_chart::load::load_files(files, &mut Vec::new()).ok()?;
    Some(Bench::new(chart, shared.options, outside))
}

fn collect(plan: &Plan, shared: Shared<'_>) -> RunResult {
    let last = shared.failed.into_inner();
    let mut charts: Vec<ChartResult> = plan
        .charts
        .iter()
        .map(|chart| ChartResult {
            name: chart.name.clone(),
            path: chart.path.clone(),
            error: chart.error.clone(),
            suites: Vec::new(),
        })
        .collect();
    let results = shared
        .results
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    for (index, (task, results)) in plan.tasks.iter().zip(results).enumerate() {
        if index <= last {
            charts[task.chart].suites.extend(results.into_iter().flatten());
        }
    }
    RunResult {
        charts,
        ..RunResult::default()
    }
}
