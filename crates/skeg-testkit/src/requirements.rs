//! Requirement IDs, the letters of their checks, and where they are covered.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::Json;
use crate::object;
use crate::programs::repository;
use crate::scratch;

/// One requirement.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// `PLUE-10`.
    pub id: String,
    /// The letters of its checks, sorted.
    pub letters: String,
}

/// Letters of checks that need a cluster.
const CLUSTER: &str = "AK";

impl Requirement {
    /// Whether some of its checks need no cluster, so that a test must name it.
    #[must_use]
    pub fn needs_test(&self) -> bool {
        self.letters.chars().any(|letter| !CLUSTER.contains(letter))
    }

    /// Whether some of its checks need an API server, so that a listed case must name it.
    #[must_use]
    pub fn needs_case(&self) -> bool {
        self.letters.contains('A')
    }
}

/// The list in `charts/testdata/requirements.tsv`.
///
/// # Panics
/// When the file cannot be read or a line is not one.
#[must_use]
pub fn all() -> Vec<Requirement> {
    let text = scratch::read(&repository().join("charts/testdata/requirements.tsv"));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (id, letters) = line.split_once('\t').expect("an ID, a tab and letters");
            Requirement {
                id: id.to_owned(),
                letters: letters.to_owned(),
            }
        })
        .collect()
}

/// IDs that tests name, each with the first file that does: suites below `charts/` and Rust tests of this crate.
///
/// An ID is written `PLUE-10` in a comment or an `it:`, `plue_10_` in the name of a function.
#[must_use]
pub fn tested() -> BTreeMap<String, String> {
    let charts = scratch::files(&repository().join("charts"));
    let suites = charts
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with("_test.yaml"));
    let own = scratch::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"));
    let mut found = BTreeMap::new();
    for path in suites.chain(own) {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        for id in ids(&text) {
            found.entry(id).or_insert_with(|| path.to_string_lossy().into_owned());
        }
    }
    found
}

/// A case that needs a cluster, as `charts/testdata/cluster-cases.yaml` lists it.
#[derive(Clone, Debug)]
pub struct ClusterCase {
    /// The requirement.
    pub id: String,
    /// Folder, relative to the repository.
    pub cwd: String,
    /// Shell lines.
    pub command: String,
}

/// The listed cases.
///
/// # Panics
/// When the file is no list of maps with exactly the string keys that its header names.
#[must_use]
pub fn cluster_cases() -> Vec<ClusterCase> {
    let path = repository().join("charts/testdata/cluster-cases.yaml");
    let list = object::decode_one(&scratch::read(&path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let Json::Array(items) = list else {
        panic!("{}: not a list", path.display());
    };
    let wanted = ["command", "cwd", "expect", "id", "precondition"];
    let mut found = Vec::new();
    for item in items {
        let keys: Vec<&str> = item
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(keys, wanted, "{}: keys of {item}", path.display());
        let text = |key: &str| match item.get(key).and_then(Json::as_str) {
            Some(text) if !text.trim().is_empty() => text.trim().to_owned(),
            _ => panic!("{}: {key} is no text in {item}", path.display()),
        };
        let _ = (text("expect"), text("precondition"));
        found.push(ClusterCase {
            id: text("id"),
            cwd: text("cwd"),
            command: text("command"),
        });
    }
    found
}

/// The requirement IDs in a text, `PLUE-10` or `plue_10`.
#[must_use]
pub fn ids(text: &str) -> BTreeSet<String> {
    const FAMILIES: &[&str] = &["LIB", "XC", "PLUE", "CLIP", "CSV", "INF", "MONK"];
    let names = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut found: BTreeSet<String> = names.flat_map(ids_in_name).collect();
    for (at, _) in text.match_indices('-') {
        let before = &text[..at];
        let after: String = text[at + 1..].chars().take_while(char::is_ascii_digit).collect();
        let family = FAMILIES.iter().find(|family| {
            before.strip_suffix(**family).is_some_and(|rest| {
                let last = rest.chars().last();
                last.is_none_or(|c| !c.is_ascii_alphanumeric())
            })
        });
        if let (Some(family), 2) = (family, after.len()) {
            found.insert(format!("{family}-{after}"));
        }
    }
    found
}

/// The IDs in an identifier such as `csv_26_csv_11_what_is_refused`.
fn ids_in_name(name: &str) -> Vec<String> {
    const FAMILIES: &[&str] = &["lib", "xc", "plue", "clip", "csv", "inf", "monk"];
    let words: Vec<&str> = name.split('_').collect();
    let is_number = |word: &str| word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    let pairs = words
        .windows(2)
        .filter(|pair| FAMILIES.contains(&pair[0]) && is_number(pair[1]));
    pairs
        .map(|pair| format!("{}-{}", pair[0].to_uppercase(), pair[1]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn ids_in_text() {
        let found = ids("it: PLUE-10 XC-16 the (CSV-05), not MYXC-11 or PLUE-1 or CVE-2020");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["CSV-05", "PLUE-10", "XC-16"]);
        let found = ids("fn csv_26_csv_11_what_is_refused() { let xc_1 = my_lib_3; }");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["CSV-11", "CSV-26"]);
    }
}
