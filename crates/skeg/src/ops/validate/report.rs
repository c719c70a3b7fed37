//! What was found, merged over versions.

use std::collections::HashMap;
use std::ops::Range;

use skeg_chart::KubeVersion;
use skeg_kinds::validate::{Checked, Finding, Outcome};
use skeg_value::Severity;
use skeg_value::yaml::YamlError;

use super::input::Unit;
use super::places::{Located, Place, Places};

/// An object with its verdicts.
#[derive(Clone, Debug)]
pub(super) struct ObjectReport {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) namespace: String,
    pub(super) name: String,
    /// The file it stands in, or the template that rendered it.
    pub(super) file: String,
    /// Version and verdict.
    pub(super) outcomes: Vec<(usize, Outcome)>,
}

impl ObjectReport {
    /// `Deployment web`, for messages.
    pub(super) fn title(&self) -> String {
        match (self.kind.as_str(), self.name.as_str()) {
            ("", "") => "object".to_owned(),
            ("", name) => format!("object {name}"),
            (kind, "") => kind.to_owned(),
            (kind, name) => format!("{kind} {name}"),
        }
    }
}

/// A finding with its place.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// The object, by its place in the list; none for text that is no YAML.
    pub(super) object: Option<usize>,
    pub(super) finding: Finding,
    pub(super) located: Located,
    /// The versions in which it was found.
    pub(super) versions: Vec<usize>,
}

/// The whole report.
#[derive(Clone, Debug)]
pub(super) struct Report {
    /// The versions, as `1.33`.
    pub(super) versions: Vec<String>,
    pub(super) objects: Vec<ObjectReport>,
    pub(super) problems: Vec<Problem>,
    /// Objects by file, API version, kind, namespace, name and how many there were before in the same document stream.
    by_name: HashMap<(String, [String; 4], usize), usize>,
    /// How many objects of that name were seen for a version.
    seen: HashMap<(usize, String, [String; 4]), usize>,
    /// Problems by what is said of which object.
    by_words: HashMap<Words, Alike>,
}

/// Object, code, path and message.
type Words = (Option<usize>, &'static str, String, String);

/// Problems in the same words: lists may have the same finding several times.
#[derive(Clone, Debug, Default)]
struct Alike {
    problems: Vec<usize>,
    /// For each version, how many of them were found.
    seen: Vec<usize>,
}

/// How many there are of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) valid: usize,
    pub(super) invalid: usize,
    pub(super) skipped: usize,
    pub(super) no_schema: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
}

impl Report {
    pub(super) fn new(versions: &[KubeVersion]) -> Self {
        Report {
            versions: versions
                .iter()
                .map(|version| format!("{}.{}", version.major, version.minor))
                .collect(),
            objects: Vec::new(),
            problems: Vec::new(),
            by_name: HashMap::new(),
            seen: HashMap::new(),
            by_words: HashMap::new(),
        }
    }

    /// Adds the verdicts on one document. `offset`: where the document stands in its unit.
    pub(super) fn add(
        &mut self,
        unit: &Unit,
        offset: usize,
        version: usize,
        checked: Vec<Checked>,
        places: &mut Places<'_>,
    ) {
        for checked in checked {
            let object = self.object(unit, version, &checked);
            for finding in checked.findings {
                let bytes = finding.span.start + offset..finding.span.end + offset;
                self.problem(unit, Some(object), bytes, finding, version, places);
            }
        }
    }

    /// Adds a document that is no YAML.
    pub(super) fn add_broken(
        &mut self,
        unit: &Unit,
        document: Range<usize>,
        error: &YamlError,
        places: &mut Places<'_>,
    ) {
        let at = error.place().map_or(0, |place| place.offset);
        let start = (document.start + at).min(document.end);
        let finding = Finding {
            code: "not-yaml",
            severity: Severity::Error,
            path: String::new(),
            span: start..start,
            message: plain_message(error).to_owned(),
            hint: None,
        };
        for &version in &unit.versions {
            self.problem(unit, None, start..start, finding.clone(), version, places);
        }
    }

    fn object(&mut self, unit: &Unit, version: usize, checked: &Checked) -> usize {
        let name = [
            checked.api_version.clone(),
            checked.kind.clone(),
            checked.namespace.clone(),
            checked.name.clone(),
        ];
        let seen = self
            .seen
            .entry((version, unit.shown.clone(), name.clone()))
            .or_default();
        let key = (unit.shown.clone(), name, *seen);
        *seen += 1;
        let object = *self.by_name.entry(key).or_insert_with(|| {
            self.objects.push(ObjectReport {
                api_version: checked.api_version.clone(),
                kind: checked.kind.clone(),
                namespace: checked.namespace.clone(),
                name: checked.name.clone(),
                file: unit.shown.clone(),
                outcomes: Vec::new(),
            });
            self.objects.len() - 1
        });
        self.objects[object].outcomes.push((version, checked.outcome));
        object
    }

    fn problem(
        &mut self,
        unit: &Unit,
        object: Option<usize>,
        bytes: Range<usize>,
        finding: Finding,
        version: usize,
        places: &mut Places<'_>,
    ) {
        let key = (object, finding.code, finding.path.clone(), finding.message.clone());
        let alike = self.by_words.entry(key).or_default();
        alike.seen.resize(self.versions.len(), 0);
        let nth = alike.seen[version];
        alike.seen[version] += 1;
        if let Some(&problem) = alike.problems.get(nth) {
            self.problems[problem].versions.push(version);
            return;
        }
        alike.problems.push(self.problems.len());
        self.problems.push(Problem {
            object,
            located: places.find(unit, bytes),
            finding,
            versions: vec![version],
        });
    }

    /// The sums.
    pub(super) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for object in &self.objects {
            // An object counts once, by its worst verdict.
            let is = |wanted| object.outcomes.iter().any(|(_, outcome)| *outcome == wanted);
            if is(Outcome::Invalid) {
                totals.invalid += 1;
            } else if is(Outcome::NoSchema) {
                totals.no_schema += 1;
            } else if is(Outcome::Valid) {
                totals.valid += 1;
            } else {
                totals.skipped += 1;
            }
        }
        for problem in &self.problems {
            match problem.finding.severity {
                Severity::Error => totals.errors += 1,
                _ => totals.warnings += 1,
            }
        }
        totals
    }

    /// Whether the command fails.
    pub(super) fn has_failed(&self, strict: bool) -> bool {
        let least = if strict { Severity::Warning } else { Severity::Error };
        self.problems.iter().any(|problem| problem.finding.severity >= least)
    }

    /// The versions of a problem as a list, none where it is in all of them.
    pub(super) fn only_in(&self, problem: &Problem) -> Option<String> {
        (problem.versions.len() < self.versions.len()).then(|| self.version_list(&problem.versions))
    }

    /// `1.28, 1.33`.
    pub(super) fn version_list(&self, versions: &[usize]) -> String {
        let names: Vec<&str> = versions.iter().map(|&v| self.versions[v].as_str()).collect();
        names.join(", ")
    }

    /// What is wrong, with the object and the path: `Deployment web: spec.replicas must be …`.
    pub(super) fn sentence(&self, problem: &Problem) -> String {
        let finding = &problem.finding;
        let object = problem.object.map(|object| self.objects[object].title());
        let words = match finding.path.as_str() {
            "" => finding.message.clone(),
            // What is missing is missing in the place that the path names.
            path if finding.message.starts_with('`') => format!("{path}: {}", finding.message),
            path => format!("{path} {}", finding.message),
        };
        match object {
            Some(object) => format!("{object}: {words}"),
            None => words,
        }
    }
}

/// What the reader says, without the steps it took and without a line: that is counted from the document's start.
fn plain_message(error: &YamlError) -> &str {
    let message = error.message();
    let message = message.split_once("yaml: ").map_or(message, |(_, rest)| rest);
    match message.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((_, rest)) => rest,
        None => message,
    }
}

/// `error` or `warning`.
pub(super) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// `file:line:column`.
pub(super) fn place_text(place: &Place) -> String {
    format!("{}:{}:{}", place.file, place.line, place.column)
}
