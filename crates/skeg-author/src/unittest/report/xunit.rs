//! The format of xUnit.net 2.

use super::{Element, Fate, Machine, RunResult, SuiteResult, TestResult, class_name, fate, seconds, story};

const METHOD: &str = "Helm-Validation";

pub(super) fn document(run: &RunResult, machine: &Machine) -> Element {
    Element::new("assemblies").children(run.suites().map(|suite| assembly(suite, machine)))
}

fn assembly(suite: &SuiteResult, machine: &Machine) -> Element {
    let count = |wanted: Fate| suite.tests.iter().filter(|test| fate(test) == wanted).count();
    let broken = usize::from(suite.error.is_some());
    let element = Element::new("assembly")
        .with("name", &suite.file)
        .with("config-file", &suite.file)
        .with("test-framework", "helm-unittest")
        .with("run-date", &machine.date)
        .with("run-time", &machine.time)
        .with("time", seconds(suite.duration()))
        .with("total", suite.tests.len() + broken)
        .with("passed", count(Fate::Passed))
        .with("failed", count(Fate::Failed))
        .with("skipped", count(Fate::Skipped))
        .with("errors", count(Fate::Errored) + broken)
        .child(Element::new("environment").text(&machine.platform));
    if let Some(error) = &suite.error {
        let failure = failure(&format!("{METHOD}-Error"), "Error", error);
        let error = Element::new("error").with("type", "Error").with("name", "Error");
        return element.child(Element::new("errors").child(error.child(failure)));
    }
    element.child(Element::new("errors")).child(
        Element::new("collection")
            .with("name", &suite.name)
            .with("time", seconds(suite.duration()))
            .with("total", suite.tests.len())
            .with("passed", count(Fate::Passed))
            .with("failed", count(Fate::Failed))
            .with("skipped", count(Fate::Skipped))
            .children(suite.tests.iter().map(|test| case(test, suite))),
    )
}

fn case(test: &TestResult, suite: &SuiteResult) -> Element {
    let fate = fate(test);
    let result = match fate {
        Fate::Passed => "Pass",
        Fate::Skipped => "Skip",
        Fate::Failed | Fate::Errored => "Fail",
    };
    let case = Element::new("test")
        .with("name", &test.name)
        .with("type", class_name(suite))
        .with("method", METHOD)
        .with("time", seconds(test.duration))
        .with("result", result)
        .child(Element::new("traits"));
    match fate {
        Fate::Passed => case,
        Fate::Skipped => case.child(Element::new("reason").verbatim(story(test))),
        Fate::Failed => case.child(failure(METHOD, "Failed", &story(test))),
        Fate::Errored => case.child(failure(&format!("{METHOD}-Error"), "Failed", &story(test))),
    }
}

fn failure(kind: &str, message: &str, trace: &str) -> Element {
    Element::new("failure")
        .with("exception-type", kind)
        .child(Element::new("message").verbatim(message))
        .child(Element::new("stack-trace").verbatim(trace))
}
