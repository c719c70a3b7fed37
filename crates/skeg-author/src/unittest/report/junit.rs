//! JUnit's format.

use super::{Element, Fate, Machine, RunResult, SuiteResult, TestResult, class_name, fate, seconds, story};

pub(super) fn document(run: &RunResult, machine: &Machine) -> Element {
    let suites = run
        .suites()
        .enumerate()
        .map(|(index, suite)| element(index, suite, machine));
    Element::new("testsuites").children(suites)
}

fn element(index: usize, suite: &SuiteResult, machine: &Machine) -> Element {
    let count = |wanted: Fate| suite.tests.iter().filter(|test| fate(test) == wanted).count();
    let property = Element::new("property")
        .with("name", "helm-unittest.version")
        .with("value", "1.6");
    let mut element = Element::new("testsuite")
        .with("id", index)
        .with("tests", suite.tests.len())
        .with("failures", count(Fate::Failed))
        .with("errors", count(Fate::Errored) + usize::from(suite.error.is_some()))
        .with("package", "")
        .with("time", seconds(suite.duration()))
        .with(
            "name",
            if suite.name.is_empty() {
                &suite.file
            } else {
                &suite.name
            },
        )
        .with("timestamp", format!("{}T{}", machine.date, machine.time))
        .with("hostname", &machine.host)
        .child(Element::new("properties").child(property));
    if let Some(error) = &suite.error {
        let case = Element::new("testcase")
            .with("classname", class_name(suite))
            .with("name", &suite.file)
            .with("time", "0.000");
        element = element.child(case.child(problem("error", "Error", error.clone())));
    }
    element.children(suite.tests.iter().map(|test| case(test, suite)))
}

fn case(test: &TestResult, suite: &SuiteResult) -> Element {
    let case = Element::new("testcase")
        .with("classname", class_name(suite))
        .with("name", &test.name)
        .with("time", seconds(test.duration));
    // On one line: build servers show the message in a table.
    let flat = story(test).replace('\n', ",").replace('\t', "");
    match fate(test) {
        Fate::Passed => case,
        Fate::Skipped => case.child(Element::new("skipped").with("message", flat)),
        Fate::Failed => case.child(problem("failure", "Failed", flat)),
        Fate::Errored => case.child(problem("error", "Error", test.error.clone().unwrap_or_default())),
    }
}

fn problem(name: &'static str, message: &str, text: String) -> Element {
    Element::new(name).with("message", message).with("type", "").text(text)
}
