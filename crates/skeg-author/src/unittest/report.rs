//! Results as text for people, XML for build servers, and JSON.

pub mod json;
mod junit;
mod nunit;
mod sonar;
pub mod text;
mod xml;
mod xunit;

use std::time::Duration;

use super::results::{AssertResult, RunResult, SuiteResult, TestResult};
use xml::Element;

/// The XML formats, each named for the tool that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JUnit.
    JUnit,
    /// NUnit 2.
    NUnit,
    /// xUnit.net 2.
    XUnit,
    /// SonarQube's generic test data.
    Sonar,
}

/// All formats by name.
pub const FORMATS: &[(&str, Format)] = &[
    ("JUnit", Format::JUnit),
    ("NUnit", Format::NUnit),
    ("XUnit", Format::XUnit),
    ("Sonar", Format::Sonar),
];

impl Format {
    /// The format of a name, whatever its case.
    pub fn named(name: &str) -> Option<Format> {
        let found = FORMATS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|&(_, format)| format)
    }

    /// The document.
    pub fn write(self, run: &RunResult, machine: &Machine) -> String {
        let root = match self {
            Format::JUnit => junit::document(run, machine),
            Format::NUnit => nunit::document(run, machine),
            Format::XUnit => xunit::document(run, machine),
            Format::Sonar => sonar::document(run),
        };
        root.print()
    }
}

/// What reports say of where and when they were made.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// `2026-11-21`.
    pub date: String,
    /// `12:05:00`.
    pub time: String,
    /// The name of the computer.
    pub host: String,
    /// The name of the user.
    pub user: String,
    /// The working directory.
    pub directory: String,
    /// The language, `en`.
    pub language: String,
    /// Language and region, `en-GB`.
    pub locale: String,
    /// Program and platform.
    pub platform: String,
}

fn seconds(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64())
}

/// What comes after the last slash of a suite's name.
fn class_name(suite: &SuiteResult) -> &str {
    suite.name.rsplit('/').next().unwrap_or(&suite.name)
}

/// What happened to a test, in words.
fn story(test: &TestResult) -> String {
    let mut text = String::new();
    if test.skipped.is_some() {
        text.push_str(&format!("SKIPPED '{}' \n", test.name));
    }
    if let Some(error) = &test.error {
        text.push_str(error);
        text.push('\n');
    }
    for assert in &test.asserts {
        text.push_str(&assert_story(assert));
    }
    text
}

fn assert_story(assert: &AssertResult) -> String {
    let mut text = format!("\t\t {} \n", assert.title());
    match &assert.skipped {
        None => assert
            .info
            .iter()
            .for_each(|line| text.push_str(&format!("\t\t\t {line} \n"))),
        Some(reason) => text.push_str(&format!("\t\t\t {reason} \n")),
    }
    text
}

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Passed,
    Skipped,
    Failed,
    Errored,
}

fn fate(test: &TestResult) -> Fate {
    if test.skipped.is_some() {
        Fate::Skipped
    } else if test.passed {
        Fate::Passed
    } else if test.error.is_some() {
        Fate::Errored
    } else {
        Fate::Failed
    }
}
