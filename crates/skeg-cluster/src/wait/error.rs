//! A wait that did not get what it waited for, in Helm's words.

use std::fmt;

use skeg_kinds::readiness::{Readiness, Strategy};
use skeg_release::object::ObjectKey;

use super::diagnosis::Diagnosis;

/// Why a wait ended without success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its time was up.
    Deadline,
    /// Waiting on had no point.
    Failed,
    /// It was told to stop.
    Cancelled,
}

/// What the objects should have become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Ready.
    Ready,
    /// Run to the end.
    Complete,
    /// Gone.
    Deleted,
}

/// An object that is not what it was waited to become.
#[derive(Clone, Debug)]
pub struct Unready {
    /// Which object.
    pub key: ObjectKey,
    /// What it was when the wait ended.
    pub readiness: Readiness,
    /// The reason that a failed hook gives; empty for none.
    pub reason: String,
}

/// A wait that ended without success. Its text is what Helm prints; [`NotReady::diagnosis`] has more to say.
#[derive(Clone, Debug)]
pub struct NotReady {
    /// What was waited for.
    pub verb: Verb,
    /// With which reader.
    pub strategy: Strategy,
    /// Why it ended.
    pub end: End,
    /// The objects that lack something, in the order of the targets.
    pub unready: Vec<Unready>,
    /// Why they do, as far as could be found out.
    pub diagnosis: Diagnosis,
}

impl std::error::Error for NotReady {}

impl NotReady {
    fn last_line(&self) -> Option<&'static str> {
        match self.end {
            End::Failed => None,
            End::Cancelled => Some("context canceled"),
            End::Deadline if self.strategy == Strategy::Legacy && self.verb == Verb::Complete => {
                Some("timed out waiting for the condition")
            }
            End::Deadline => Some("context deadline exceeded"),
        }
    }
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        match (self.strategy, self.verb, self.end) {
            // The legacy reader names nothing but what has failed.
            (Strategy::Legacy, Verb::Complete, End::Failed) => lines.extend(
                self.unready
                    .iter()
                    .filter(|unready| unready.readiness.is_failed())
                    .take(1)
                    .map(failed_hook),
            ),
            (Strategy::Legacy, Verb::Ready, End::Failed) => {
                lines.extend(
                    self.unready
                        .iter()
                        .filter(|unready| unready.readiness.is_failed())
                        .map(|unready| match unready.readiness.message.is_empty() {
                            true => format!("{} is not ready", unready.key),
                            false => unready.readiness.message.clone(),
                        }),
                );
            }
            (Strategy::Legacy, Verb::Ready | Verb::Complete, _) => {}
            _ => lines.extend(self.unready.iter().map(|unready| line(unready, self.verb))),
        }
        lines.extend(self.last_line().map(str::to_owned));
        f.write_str(&lines.join("\n"))
    }
}

fn line(unready: &Unready, verb: Verb) -> String {
    let lacks = if verb == Verb::Deleted {
        "still exists"
    } else {
        "not ready"
    };
    let Readiness { state, message } = &unready.readiness;
    format!(
        "resource {} {lacks}. status: {}, message: {message}",
        unready.key,
        state.as_str()
    )
}

fn failed_hook(unready: &Unready) -> String {
    match unready.key.kind.as_str() {
        "Job" => format!("job {} failed: {}", unready.key.name, unready.reason),
        _ => unready.readiness.message.clone(),
    }
}
