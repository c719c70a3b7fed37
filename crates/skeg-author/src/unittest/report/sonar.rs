//! SonarQube's generic test data.

use super::{Element, Fate, RunResult, TestResult, fate, story};

pub(super) fn document(run: &RunResult) -> Element {
    let files = run.suites().map(|suite| {
        let file = Element::new("file").with("path", &suite.file);
        let file = match &suite.error {
            None => file,
            Some(error) => {
                let case = Element::new("testCase").with("name", &suite.file).with("duration", 0);
                file.child(case.child(problem("error", "Error", error)))
            }
        };
        file.children(suite.tests.iter().map(case))
    });
    Element::new("testExecutions").with("version", 1).children(files)
}

fn case(test: &TestResult) -> Element {
    let case = Element::new("testCase")
        .with("name", &test.name)
        .with("duration", test.duration.as_millis());
    match fate(test) {
        Fate::Passed => case,
        Fate::Skipped => case.child(problem("skipped", "Skipped", &story(test))),
        Fate::Failed => case.child(problem("failure", "Failed", &story(test))),
        Fate::Errored => case.child(problem("error", "Error", test.error.as_deref().unwrap_or_default())),
    }
}

fn problem(name: &'static str, message: &str, text: &str) -> Element {
    Element::new(name).with("message", message).verbatim(text)
}
