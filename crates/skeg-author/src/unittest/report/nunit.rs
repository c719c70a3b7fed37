//! The format of NUnit 2.

use super::{Element, Fate, Machine, RunResult, SuiteResult, TestResult, class_name, fate, seconds, story};

pub(super) fn document(run: &RunResult, machine: &Machine) -> Element {
    let count = |wanted: Fate| {
        let tests = run.suites().flat_map(|suite| &suite.tests);
        tests.filter(|test| fate(test) == wanted).count()
    };
    let broken = run.suites().filter(|suite| suite.error.is_some()).count();
    let total = run.suites().map(|suite| suite.tests.len()).sum::<usize>() + broken;
    let environment = Element::new("environment")
        .with("nunit-version", "2.5.8.0")
        .with("clr-version", "unknown")
        .with("os-version", "unknown")
        .with("platform", &machine.platform)
        .with("cwd", &machine.directory)
        .with("machine-name", &machine.host)
        .with("user", &machine.user)
        .with("user-domain", "");
    let culture = Element::new("culture-info")
        .with("current-culture", &machine.language)
        .with("current-uiculture", &machine.locale);
    Element::new("test-results")
        .with("name", "helm-unittest")
        .with("total", total)
        .with("errors", count(Fate::Errored) + broken)
        .with("failures", count(Fate::Failed))
        .with("inconclusive", 0)
        .with("not-run", 0)
        .with("ignored", 0)
        .with("skipped", count(Fate::Skipped))
        .with("invalid", 0)
        .with("date", &machine.date)
        .with("time", &machine.time)
        .child(environment)
        .child(culture)
        .children(run.suites().map(suite_element))
}

fn suite_element(suite: &SuiteResult) -> Element {
    let result = if suite.skipped {
        "Skipped"
    } else if suite.passed {
        "Success"
    } else {
        "Failed"
    };
    let mut element = Element::new("test-suite")
        .with("type", "TestFixture")
        .with("name", &suite.name)
        .with("description", &suite.file)
        .with("success", suite.passed)
        .with("time", seconds(suite.duration()))
        .with("executed", suite.error.is_none() && !suite.skipped)
        .with("asserts", "")
        .with("result", result);
    if let Some(error) = &suite.error {
        element = element.child(failure("Error", error));
    }
    if suite.tests.is_empty() {
        return element;
    }
    let cases = suite.tests.iter().map(|test| case(test, suite));
    element.child(Element::new("results").children(cases))
}

fn case(test: &TestResult, suite: &SuiteResult) -> Element {
    let fate = fate(test);
    let result = match fate {
        Fate::Passed => "Success",
        Fate::Skipped => "Skipped",
        Fate::Failed | Fate::Errored => "Failed",
    };
    let case = Element::new("test-case")
        .with("name", &test.name)
        .with("description", format!("{}.{}", class_name(suite), test.name))
        .with("success", test.passed)
        .with("time", seconds(test.duration))
        .with("executed", test.error.is_none() && test.skipped.is_none())
        .with("asserts", "0")
        .with("result", result);
    match fate {
        Fate::Passed => case,
        Fate::Skipped => case.child(Element::new("reason").child(Element::new("message").text(story(test)))),
        Fate::Failed | Fate::Errored => case.child(failure("Failed", &story(test))),
    }
}

fn failure(message: &str, trace: &str) -> Element {
    Element::new("failure")
        .child(Element::new("message").text(message))
        .child(Element::new("stack-trace").text(trace))
}
