//! What the commands that name a release have in common: how its name and revisions are completed.

use crate::cli::complete::{Completions, directive};
use crate::cli::flag::{Flag, ValueCompletion};
use crate::cli::invocation::Invocation;
use crate::ops::release::complete;

/// The flag `--revision`.
pub const fn revision(usage: &'static str) -> Flag {
    Flag::int("revision", "0", usage).complete(ValueCompletion::Computed(complete_revision))
}

/// Completes the one argument of a command: the name of a release.
pub fn complete_name(invocation: &Invocation, _: &str) -> Completions {
    if !invocation.args().is_empty() {
        return Completions::no_more_arguments();
    }
    complete_names(invocation, &[])
}

/// The names of releases, but these.
pub fn complete_names(invocation: &Invocation, without: &[String]) -> Completions {
    match complete::releases(&invocation.settings, without) {
        Ok(names) => Completions::words(names),
        Err(_) => Completions::files(),
    }
}

/// The revisions of the release that the only argument names.
pub fn complete_revision(invocation: &Invocation, _: &str) -> Completions {
    match invocation.args() {
        [name] => complete_revisions(invocation, name),
        _ => Completions::none(),
    }
}

/// The revisions of a release.
pub fn complete_revisions(invocation: &Invocation, name: &str) -> Completions {
    match complete::revisions(name, &invocation.settings) {
        Ok(revisions) => Completions::words(revisions),
        Err(_) => Completions {
            candidates: Vec::new(),
            directive: directive::ERROR,
        },
    }
}
