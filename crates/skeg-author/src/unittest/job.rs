//! One test: a chart rendered with its values, and asserts asked about what came out.

use skeg_render::Watch;
use skeg_value::Value;

use super::asserts::Context;
use super::bench::{Bench, SuiteFile};
use super::outcome::Outcome;
use super::results::{AssertResult, TestResult};
use super::select::{self, Documents, Pattern};
use super::snapshot::{Compare, Snapshots};
use super::suite::{Assert, Suite, Test};

/// A test and what it takes from its suite.
pub(super) struct Job<'j> {
    pub(super) file: &'j SuiteFile,
    pub(super) suite: &'j Suite,
    pub(super) test: &'j Test,
    pub(super) scope: &'j Scope,
}

/// The templates that a suite is about.
pub(super) struct Scope {
    wanted: Vec<Pattern>,
    unwanted: Vec<Pattern>,
    /// Whether asserts look at everything that was rendered unless they say otherwise.
    everything: bool,
}

impl Scope {
    pub(super) fn of(suite: &Suite, route: &str) -> Self {
        let patterns = |entries: &[String]| entries.iter().map(|entry| Pattern::new(route, entry)).collect();
        let everything = suite.templates.is_empty() || suite.templates.iter().any(|entry| entry.contains('*'));
        Scope {
            wanted: if suite.templates.is_empty() {
                vec![Pattern::new(route, "**")]
            } else {
                patterns(&suite.templates)
            },
            unwanted: patterns(&suite.exclude_templates),
            everything,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.wanted.iter().any(|pattern| pattern.matches(name))
            && !self.unwanted.iter().any(|pattern| pattern.matches(name))
    }
}

impl Job<'_> {
    /// Runs the test.
    pub(super) fn run<W: Watch>(&self, bench: &mut Bench<'_>, snapshots: &mut Snapshots, watch: &mut W) -> TestResult {
        let started = bench.outside.elapsed();
        let mut result = TestResult {
            name: self.test.name.clone(),
            place: self.test.place,
            ..TestResult::default()
        };
        match self.outcome(bench, watch) {
            Ok(outcome) => {
                result.error.clone_from(&outcome.error);
                self.ask(&outcome, bench.options.fail_fast, snapshots, &mut result);
            }
            Err(error) => {
                result.error = Some(error);
                snapshots.keep(&self.test.name);
            }
        }
        result.duration = bench.outside.elapsed().saturating_sub(started);
        result
    }

    /// Asks all asserts.
    fn ask(&self, outcome: &Outcome, fail_fast: bool, snapshots: &mut Snapshots, result: &mut TestResult) {
        let mut comparer = snapshots.of_test(&self.test.name);
        result.passed = true;
        for (index, assert) in self.test.asserts.iter().enumerate() {
            let mut verdict = AssertResult {
                index,
                kind: assert.kind.name,
                not: assert.not,
                place: assert.place,
                ..AssertResult::default()
            };
            self.examine(assert, outcome, fail_fast, &mut comparer, &mut verdict);
            result.passed &= verdict.passed;
            result.asserts.push(verdict);
            if !result.passed && fail_fast {
                break;
            }
        }
        if !result.asserts.is_empty() && result.asserts.iter().all(|assert| assert.skipped.is_some()) {
            result.skipped = result.asserts[0].skipped.clone();
        }
    }

    /// The names of the templates that an assert looks at.
    fn templates(&self, assert: &Assert, outcome: &Outcome) -> Vec<String> {
        let route = &self.file.route;
        let names = |entries: &[String]| -> Vec<String> {
            entries
                .iter()
                .map(|entry| select::template_name(route, entry))
                .collect()
        };
        if outcome.post_rendered && outcome.documents.len() == 1 {
            let only = outcome
                .documents
                .keys()
                .next()
                .filter(|name| name.ends_with("manifest.yaml"));
            if let Some(name) = only {
                return vec![name.clone()];
            }
        }
        if !assert.template.is_empty() {
            names(std::slice::from_ref(&assert.template))
        } else if !self.test.templates.is_empty() {
            names(&self.test.templates)
        } else if self.scope.everything {
            let mut all = outcome.names.clone();
            if self.suite.include_crds {
                let crds = outcome.documents.keys().filter(|name| name.contains("/crds/"));
                all.extend(crds.cloned());
            }
            all
        } else {
            names(&self.suite.templates)
        }
    }

    fn examine(
        &self,
        assert: &Assert,
        outcome: &Outcome,
        fail_fast: bool,
        snapshots: &mut dyn Compare,
        verdict: &mut AssertResult,
    ) {
        let mut names = self.templates(assert, outcome);
        names.sort();
        names.dedup();
        let documents = |name: &String| outcome.documents.get(name).cloned().unwrap_or_default();
        let all: Documents = names.iter().map(|name| (name.clone(), documents(name))).collect();
        let chosen = match (
            assert.selector.as_ref().or(self.test.selector.as_ref()),
            self.index(assert),
        ) {
            (Some(selector), _) => select::by_selector(selector, &all),
            (None, Some(index)) => select::by_index(index, &all),
            (None, None) => Ok(all.clone()),
        };
        let chosen = match chosen {
            Ok(chosen) => chosen,
            Err(reason) => {
                verdict.info = vec!["Error:".to_owned(), reason];
                return;
            }
        };
        if chosen.is_empty() {
            if self.test.selector.as_ref().is_some_and(|selector| selector.skip_empty) {
                verdict.passed = true;
                verdict.skipped = Some(
                    "skipped as 'documentSelector.skipEmptyTemplates: true' and 'selectedTemplates: empty'".to_owned(),
                );
                return;
            }
            if assert.kind.wants_success != outcome.succeeded {
                verdict.info = vec!["Error: rendered manifest is empty".to_owned()];
                return;
            }
        }
        let mut ask = |all: &[Value], chosen: &[Value]| {
            assert.check.check(&mut Context {
                all,
                chosen,
                negative: assert.not != assert.kind.negates,
                snapshots: &mut *snapshots,
                render_error: outcome.error.as_deref(),
                fail_fast,
            })
        };
        if chosen.is_empty() {
            let found = ask(&[], &[]);
            (verdict.passed, verdict.info) = (found.passed, found.info);
            return;
        }
        verdict.passed = true;
        for (name, chosen) in &chosen {
            let rendered = outcome.documents.get(name);
            if rendered.is_none() && assert.kind.wants_success {
                verdict.passed = false;
                verdict.info.push("Error:".to_owned());
                verdict.info.push(format!(
                    "\ttemplate \"{name}\" not exists or not selected in test suite"
                ));
                continue;
            }
            let rendered = rendered.map_or(&[] as &[Value], Vec::as_slice);
            if assert.kind.wants_success != outcome.succeeded {
                verdict.passed = false;
                verdict.info.push(format!("Template:\t{name}"));
                verdict.info.push(invalid(rendered));
                continue;
            }
            let mut found = ask(rendered, chosen);
            if !found.passed {
                verdict.passed = false;
                verdict.info.push(format!("Template:\t{name}"));
                verdict.info.append(&mut found.info);
            }
        }
    }

    /// The index of the test goes before that of the assert.
    fn index(&self, assert: &Assert) -> Option<i64> {
        match self.test.document_index {
            Some(index) => Some(index).filter(|&index| index != -1),
            None => assert.document_index,
        }
    }
}

/// What an assert that wants a rendered chart is told where there is none.
fn invalid(rendered: &[Value]) -> String {
    let said = rendered.first().and_then(|document| document.as_map()?.get(b"raw"));
    match said {
        Some(Value::String(said)) => format!("Error: Invalid rendering: {}", said.to_str_lossy()),
        _ => "Error: rendered manifest is empty".to_owned(),
    }
}
