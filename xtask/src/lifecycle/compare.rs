//! Comparing two runs of a scenario, facet by facet, with the differences that it names.

use similar::{ChangeTag, TextDiff};

use super::play::{Answer, Trace};
use super::scenario::{Better, Scenario};

/// How one facet of one step came out.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    /// The step from 1; 0 for the end.
    pub(crate) step: usize,
    /// `exit`, `stdout`, `error`, `objects` or `records`.
    pub(crate) facet: &'static str,
    /// `-` Helm's lines, `+` the other's.
    pub(crate) lines: Vec<String>,
    /// Why it is wanted, if the scenario says so and it is exactly that.
    pub(crate) reason: Option<String>,
}

/// All differences of `theirs` (Helm's) and `ours`; named ones with their reason, and named ones that did not appear.
pub(crate) fn compare(scenario: &Scenario, theirs: &Trace, ours: &Trace) -> Vec<Difference> {
    let mut found = Vec::new();
    for (index, answers) in theirs.answers.iter().zip(&ours.answers).enumerate() {
        let (Some(a), Some(b)) = answers_of(answers) else {
            continue;
        };
        for (facet, a, b) in [
            ("exit", &a.exit, &b.exit),
            ("stdout", &a.stdout, &b.stdout),
            ("error", &a.error, &b.error),
        ] {
            found.extend(facet_of(&scenario.better, index + 1, facet, a, b));
        }
    }
    let (a, b) = (&theirs.end, &ours.end);
    found.extend(facet_of(&scenario.better, 0, "objects", &a.objects, &b.objects));
    found.extend(facet_of(&scenario.better, 0, "records", &a.records, &b.records));
    found
}

/// Only what is left in the end and how each step ended: for runs in which the tools take turns.
pub(crate) fn compare_ends(theirs: &Trace, ours: &Trace) -> Vec<Difference> {
    let mut found = Vec::new();
    for (index, answers) in theirs.answers.iter().zip(&ours.answers).enumerate() {
        if let (Some(a), Some(b)) = answers_of(answers) {
            found.extend(facet_of(&[], index + 1, "exit", &a.exit, &b.exit));
        }
    }
    found.extend(facet_of(&[], 0, "objects", &theirs.end.objects, &ours.end.objects));
    found.extend(facet_of(&[], 0, "records", &theirs.end.records, &ours.end.records));
    found
}

fn answers_of<'a>((a, b): (&'a Option<Answer>, &'a Option<Answer>)) -> (Option<&'a Answer>, Option<&'a Answer>) {
    (a.as_ref(), b.as_ref())
}

pub(crate) fn facet_of(better: &[Better], step: usize, facet: &'static str, a: &str, b: &str) -> Option<Difference> {
    let lines = lines_that_differ(a, b);
    let named = better.iter().find(|named| named.step == step && named.facet == facet);
    match named {
        Some(named) if is_named(&named.lines, &lines) => Some(Difference {
            step,
            facet,
            lines,
            reason: Some(named.reason.clone()),
        }),
        Some(named) if lines.is_empty() => Some(Difference {
            step,
            facet,
            lines: vec![format!("the named difference is gone: {}", named.reason)],
            reason: None,
        }),
        _ if lines.is_empty() => None,
        _ => Some(Difference {
            step,
            facet,
            lines,
            reason: None,
        }),
    }
}

/// Whether these are the lines that a scenario names: a named line that ends in ` …` stands for one or more that begin so.
fn is_named(named: &[String], mut lines: &[String]) -> bool {
    for line in named {
        let count = match line.strip_suffix(" …") {
            Some(start) => lines.iter().take_while(|line| line.starts_with(start)).count(),
            None => usize::from(lines.first() == Some(line)),
        };
        if count == 0 {
            return false;
        }
        lines = &lines[count..];
    }
    lines.is_empty()
}

/// The lines that differ, as a scenario writes them.
pub(crate) fn lines_that_differ(a: &str, b: &str) -> Vec<String> {
    if a == b {
        return Vec::new();
    }
    let lines: Vec<String> = TextDiff::from_lines(a, b)
        .iter_all_changes()
        .filter_map(|change| {
            let sign = match change.tag() {
                ChangeTag::Equal => return None,
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            Some(format!("{sign}{}", change.to_string_lossy().trim_end_matches('\n')))
        })
        .collect();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_difference_must_be_exactly_that() {
        let named = Better {
            step: 1,
            facet: "error".to_owned(),
            reason: "clearer".to_owned(),
            lines: vec!["-a".to_owned(), "+b".to_owned()],
        };
        let reason = |b: &str| facet_of(std::slice::from_ref(&named), 1, "error", "a", b).map(|d| d.reason);
        assert_eq!(reason("b"), Some(Some("clearer".to_owned())));
        assert_eq!(reason("c"), Some(None));
        assert_eq!(reason("a"), Some(None), "it is gone");
        let lines = ["-v3 a", "-v3 b", "+c"].map(str::to_owned);
        assert!(is_named(&["-v3 …", "+c"].map(str::to_owned), &lines));
        assert!(!is_named(&["-v3 …".to_owned()], &lines));
        assert!(facet_of(&[], 1, "error", "a", "a").is_none());
    }
}
