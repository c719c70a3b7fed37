//! A chart on the bench: suite files run against it one after another, what can be reused is kept.
//!
//! A bench belongs to one thread; parallel runs have one each.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::time::Duration;

use skeg_chart::Chart;
use skeg_funcs::world::World;
use skeg_render::{Programs, Watch};
use skeg_value::{Map, semver};

use super::job::{Job, Scope};
use super::outcome::Outcomes;
use super::parse;
use super::results::{SuiteResult, TestResult};
use super::snapshot::Snapshots;
use super::suite::{Problem, Suite};
use super::{given, results};

/// The version of the plugin whose suites are understood: what `skip.minimumVersion` is compared with.
pub const PLUGIN_VERSION: &str = "1.1.2";

/// What tests need of the world.
pub trait Outside {
    /// The bytes of a file; none where there is none.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String>;

    /// Stores a snapshot file, its folder included.
    ///
    /// # Errors
    /// Why it cannot be written.
    fn store(&self, path: &str, text: &[u8]) -> Result<(), String>;

    /// Sends manifests through a program.
    ///
    /// # Errors
    /// Why that failed.
    fn post_render(&self, command: &str, args: &[String], input: &[u8]) -> Result<Vec<u8>, String>;

    /// Checks values against the schemas of a chart and its subcharts.
    ///
    /// # Errors
    /// Helm's text of what is wrong.
    fn check_schemas(&self, chart: &Chart, values: &Map) -> Result<(), String>;

    /// Is shown what each test rendered.
    fn rendered(&self, _files: &[(String, String)]) {}

    /// The time since some moment before the tests.
    fn elapsed(&self) -> Duration;

    /// Clock, entropy and network of templates.
    fn world(&self) -> Rc<dyn World>;
}

/// How tests are run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// Whether unknown keys of suites are mistakes.
    pub strict: bool,
    /// Whether values are not checked against schemas.
    pub skip_schema_validation: bool,
    /// Whether snapshots are taken anew.
    pub update_snapshots: bool,
    /// Values files for all tests: absolute paths.
    pub values: Vec<String>,
}

/// A suite file, or a suite that a template made.
#[derive(Clone, Debug, Default)]
pub struct SuiteFile {
    /// Its path as results show it; paths in it are relative to its folder.
    pub path: String,
    /// The path of its chart in the chart under test: `chart`, `chart/charts/sub`.
    pub route: String,
    /// What a template made of it; none to read the file.
    pub rendered: Option<Vec<u8>>,
}

/// A chart and what tests of it share.
pub struct Bench<'b> {
    pub(super) chart: Chart,
    pub(super) programs: Programs,
    pub(super) outside: &'b dyn Outside,
    pub(super) options: &'b Options,
    pub(super) outcomes: Outcomes,
    values_files: HashMap<String, Result<Map, String>>,
}

impl<'b> Bench<'b> {
    /// A chart, not yet processed.
    pub fn new(chart: Chart, options: &'b Options, outside: &'b dyn Outside) -> Self {
        Bench {
            chart,
            programs: Programs::default(),
            outside,
            options,
            outcomes: Outcomes::default(),
            values_files: HashMap::new(),
        }
    }

    /// Runs all suites of a file. `watch` sees every render; what would render as before is not rendered again.
    pub fn run<W: Watch>(&mut self, file: &SuiteFile, watch: &mut W) -> Vec<SuiteResult> {
        let text = match &file.rendered {
            Some(text) => text.clone(),
            None => match self.outside.read(&file.path) {
                Ok(Some(text)) => text,
                Ok(None) => return vec![broken(file, "no such file".to_owned())],
                Err(reason) => return vec![broken(file, reason)],
            },
        };
        let mut found = Vec::new();
        let mut snapshots: BTreeMap<String, Snapshots> = BTreeMap::new();
        for (index, suite) in parse::suites(&text, self.options.strict).into_iter().enumerate() {
            let result = match suite {
                Ok(mut suite) => {
                    if file.rendered.is_some() {
                        if suite.snapshot_id.is_empty() {
                            suite.snapshot_id = index.to_string();
                        }
                        if suite.name.is_empty() {
                            let message = "helm chart based test suites must include `suite` field";
                            found.push(broken(file, given::located(&file.path, suite.place, message)));
                            continue;
                        }
                    }
                    self.suite(file, &suite, &mut snapshots, watch)
                }
                Err(problems) => broken(file, told(file, &problems)),
            };
            let stop = self.options.fail_fast && !result.passed;
            found.push(result);
            if stop {
                break;
            }
        }
        for (path, snapshots) in &snapshots {
            let stored = snapshots
                .to_store()
                .map_or(Ok(()), |text| self.outside.store(path, &text));
            if let Err(reason) = stored {
                found.push(SuiteResult {
                    file: path.clone(),
                    ..broken(file, reason)
                });
            }
        }
        found
    }

    fn suite<W: Watch>(
        &mut self,
        file: &SuiteFile,
        suite: &Suite,
        all_snapshots: &mut BTreeMap<String, Snapshots>,
        watch: &mut W,
    ) -> SuiteResult {
        let path = snapshot_path(&file.path, &suite.snapshot_id);
        if !all_snapshots.contains_key(&path) {
            let read = self
                .outside
                .read(&path)
                .and_then(|text| Snapshots::read(text.as_deref(), self.options.update_snapshots));
            match read {
                Ok(snapshots) => all_snapshots.insert(path.clone(), snapshots),
                Err(reason) => return broken(file, format!("{path}: {reason}")),
            };
        }
        let Some(snapshots) = all_snapshots.get_mut(&path) else {
            return broken(file, format!("{path}: no snapshots"));
        };
        let skip = reason_to_skip(suite);
        let scope = Scope::of(suite, &file.route);
        let mut result = SuiteResult {
            name: suite.name.clone(),
            file: file.path.clone(),
            passed: true,
            planned: suite.tests.len(),
            ..SuiteResult::default()
        };
        for test in &suite.tests {
            let reason = if skip.is_empty() { &test.skip } else { &skip };
            let outcome = if reason.is_empty() {
                let job = Job {
                    file,
                    suite,
                    test,
                    scope: &scope,
                };
                job.run(self, snapshots, watch)
            } else {
                snapshots.keep(&test.name);
                TestResult {
                    name: test.name.clone(),
                    place: test.place,
                    skipped: Some(reason.clone()),
                    ..TestResult::default()
                }
            };
            result.passed &= outcome.passed || outcome.skipped.is_some();
            result.tests.push(outcome);
            if !result.passed && self.options.fail_fast {
                break;
            }
        }
        for test in &suite.tests[result.tests.len()..] {
            snapshots.keep(&test.name);
        }
        let is_skipped = |test: &results::TestResult| test.skipped.is_some() && !test.passed;
        result.skipped = result.tests.len() == suite.tests.len() && result.tests.iter().all(is_skipped);
        result.snapshots = snapshots.take_counts();
        result.snapshots.vanished = snapshots.vanished();
        result
    }

    /// The values of a file, a copy to change.
    pub(super) fn values_file(&mut self, path: &str) -> Result<Map, String> {
        if let Some(kept) = self.values_files.get(path) {
            return kept.as_ref().map(Map::deep_clone).map_err(Clone::clone);
        }
        let read = match self.outside.read(path) {
            Ok(Some(text)) => given::of_file(&text),
            Ok(None) => Err(format!("open {path}: no such file or directory")),
            Err(reason) => Err(reason),
        };
        let copy = read.as_ref().map(Map::deep_clone).map_err(Clone::clone);
        self.values_files.insert(path.to_owned(), read);
        copy
    }
}

/// A suite that could not be run.
fn broken(file: &SuiteFile, error: String) -> SuiteResult {
    SuiteResult {
        file: file.path.clone(),
        error: Some(error),
        ..SuiteResult::default()
    }
}

/// All problems, a line each, with file, line and column.
fn told(file: &SuiteFile, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| given::located(&file.path, problem.place, &problem.message))
        .collect();
    lines.join("\n")
}

/// Why a whole suite is skipped; empty to run it.
fn reason_to_skip(suite: &Suite) -> String {
    let wanted = &suite.minimum_version;
    if !suite.skip.is_empty() || wanted.is_empty() {
        return suite.skip.clone();
    }
    let version = |text: &str| semver::Version::parse(text).ok();
    let is_met = match (version(PLUGIN_VERSION), version(wanted)) {
        (Some(present), Some(wanted)) => present.compare(&wanted).is_ge(),
        _ => false,
    };
    if is_met {
        return String::new();
    }
    format!("Test suite requires minimum unittest plugin version {wanted}, but current version is {PLUGIN_VERSION}")
}

/// `tests/__snapshot__/a_test.yaml_id.snap`.
fn snapshot_path(file: &str, id: &str) -> String {
    let (folder, base) = file.rsplit_once('/').unwrap_or((".", file));
    let suffix = if id.is_empty() { String::new() } else { format!("_{id}") };
    format!("{folder}/__snapshot__/{base}{suffix}.snap")
}
