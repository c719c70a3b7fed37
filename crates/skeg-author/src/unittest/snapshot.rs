//! Snapshots as values: what was stored, what was compared, what is to be stored.
//!
//! A file (`__snapshot__/<suite file>.snap`) maps the names of tests to numbered texts. Suites that share a file share
//! one [`Snapshots`].

use std::collections::BTreeMap;

use skeg_value::yaml::pretty::encode_pretty;
use skeg_value::{Map, Value, yaml};

/// Texts by test and number; numbers count from 1.
type Texts = BTreeMap<String, BTreeMap<u64, String>>;

/// The snapshots of one file.
#[derive(Debug, Default)]
pub struct Snapshots {
    stored: Texts,
    present: Texts,
    /// Whether differences are taken over instead of told.
    updating: bool,
    /// Tests that did not run: what is stored for them stays.
    absent: Vec<String>,
    counts: Counts,
    changed: bool,
}

/// How many snapshots there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Compared.
    pub total: usize,
    /// Different from what was stored, where that is told.
    pub failed: usize,
    /// Not stored before.
    pub created: usize,
    /// Stored, but no longer compared.
    pub vanished: usize,
}

/// The outcome of one comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Whether the text is what was stored, or new, or taken over.
    pub passed: bool,
    /// Its number in the test.
    pub index: u64,
    /// What was stored; empty for a new one.
    pub stored: String,
    /// What it is now.
    pub present: String,
}

impl Snapshots {
    /// Reads a snapshot file; none for one that does not exist.
    ///
    /// # Errors
    /// Why it is no snapshot file.
    pub fn read(text: Option<&[u8]>, updating: bool) -> Result<Self, String> {
        let mut snapshots = Snapshots {
            updating,
            ..Snapshots::default()
        };
        let Some(text) = text else {
            return Ok(snapshots);
        };
        let tests = match yaml::decode_v3(text).map_err(|error| error.to_string())? {
            Value::Null => return Ok(snapshots),
            Value::Map(tests) => tests,
            other => return Err(format!("a snapshot file is a map of tests, not a {}", other.kind())),
        };
        for (test, texts) in tests.borrow().iter() {
            let wrong = || format!("test {test:?}: numbered texts are expected");
            let texts = match texts {
                Value::Null => continue,
                Value::Map(texts) => texts,
                _ => return Err(wrong()),
            };
            let stored = snapshots.stored.entry(test.to_str_lossy().into_owned()).or_default();
            for (index, text) in texts.borrow().iter() {
                let index = index.to_str_lossy().parse().map_err(|_| wrong())?;
                let text = text.as_string().ok_or_else(wrong)?;
                stored.insert(index, text.to_str_lossy().into_owned());
            }
        }
        Ok(snapshots)
    }

    /// Compares for one test; numbers start anew.
    pub fn of_test<'s>(&'s mut self, test: &'s str) -> Comparer<'s> {
        Comparer {
            snapshots: self,
            test,
            index: 0,
        }
    }

    /// Notes that a test is not run.
    pub fn keep(&mut self, test: &str) {
        self.absent.push(test.to_owned());
    }

    /// What was counted since this was asked last.
    pub fn take_counts(&mut self) -> Counts {
        std::mem::take(&mut self.counts)
    }

    /// How many stored snapshots were not compared.
    pub fn vanished(&self) -> usize {
        let is_gone = |test: &String, index: &u64| {
            !self.absent.contains(test) && !self.present.get(test).is_some_and(|texts| texts.contains_key(index))
        };
        self.stored
            .iter()
            .map(|(test, texts)| texts.keys().filter(|index| is_gone(test, index)).count())
            .sum()
    }

    /// The text to store; none where the file may stay as it is.
    pub fn to_store(&self) -> Option<Vec<u8>> {
        if !self.changed && self.vanished() == 0 {
            return None;
        }
        let mut texts = self.present.clone();
        for test in &self.absent {
            if let Some(stored) = self.stored.get(test) {
                texts.entry(test.clone()).or_insert_with(|| stored.clone());
            }
        }
        Some(write(&texts))
    }

    fn compare(&mut self, test: &str, index: u64, present: String, patterns_fit: Option<bool>) -> Comparison {
        self.counts.total += 1;
        let stored = self.stored.get(test).and_then(|texts| texts.get(&index)).cloned();
        if stored.is_none() {
            self.counts.created += 1;
            self.changed = true;
        }
        let fits = match (patterns_fit, &stored) {
            (Some(fits), _) => fits,
            (None, None) => true,
            (None, Some(stored)) => {
                let same = *stored == present;
                if !same {
                    self.changed |= self.updating;
                    self.counts.failed += usize::from(!self.updating);
                }
                same
            }
        };
        let kept = match &stored {
            Some(stored) if !self.updating => stored.clone(),
            _ => present.clone(),
        };
        self.present.entry(test.to_owned()).or_default().insert(index, kept);
        Comparison {
            passed: fits || self.updating,
            index,
            stored: stored.unwrap_or_default(),
            present,
        }
    }
}

/// Compares the texts of one test in turn.
pub struct Comparer<'s> {
    snapshots: &'s mut Snapshots,
    test: &'s str,
    index: u64,
}

/// Compares texts with what was stored.
pub trait Compare {
    /// Compares the next text. `patterns_fit`: the verdict of patterns, where those decide instead of the stored text.
    fn compare(&mut self, present: String, patterns_fit: Option<bool>) -> Comparison;
}

impl Compare for Comparer<'_> {
    fn compare(&mut self, present: String, patterns_fit: Option<bool>) -> Comparison {
        self.index += 1;
        self.snapshots.compare(self.test, self.index, present, patterns_fit)
    }
}

/// The file of these texts: tests in the order of the YAML encoder, numbers as they are.
fn write(texts: &Texts) -> Vec<u8> {
    if texts.is_empty() {
        return b"{}\n".to_vec();
    }
    // The encoder quotes keys that look like numbers. A key that no text holds stands in for each.
    let mut marker = "snapshot".to_owned();
    while texts
        .values()
        .flat_map(BTreeMap::values)
        .any(|text| text.contains(&marker))
    {
        marker.push('_');
    }
    let tests: Map = texts
        .iter()
        .map(|(test, texts)| {
            let texts: Map = texts
                .iter()
                .map(|(index, text)| (format!("{marker}{index}").into(), Value::from(text.as_str())))
                .collect();
            (test.as_str().into(), texts.into())
        })
        .collect();
    let mut out = Vec::new();
    let _ = encode_pretty(&tests.into(), &mut out);
    let text = String::from_utf8_lossy(&out);
    text.replace(&marker, "").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "a test:\n  1: |\n    kind: Pod\n  2: |\n    x\nb:\n  1: |\n    y\n";

    #[test]
    fn files_are_read_and_written_alike() {
        let mut snapshots = Snapshots::read(Some(FILE.as_bytes()), false).unwrap();
        let mut a = snapshots.of_test("a test");
        assert!(a.compare("kind: Pod\n".to_owned(), None).passed);
        assert!(a.compare("x\n".to_owned(), None).passed);
        assert!(snapshots.of_test("b").compare("y\n".to_owned(), None).passed);
        assert_eq!(snapshots.to_store(), None);
        assert_eq!(String::from_utf8(write(&snapshots.present)).unwrap(), FILE);
    }

    #[test]
    fn differences_fail_unless_they_are_taken_over() {
        for updating in [false, true] {
            let mut snapshots = Snapshots::read(Some(FILE.as_bytes()), updating).unwrap();
            let mut a = snapshots.of_test("a test");
            assert_eq!(a.compare("kind: Job\n".to_owned(), None).passed, updating);
            assert!(a.compare("x\n".to_owned(), None).passed);
            snapshots.keep("b");
            assert_eq!(snapshots.vanished(), 0);
            let stored = snapshots.to_store().map(|text| String::from_utf8(text).unwrap());
            assert_eq!(stored, updating.then(|| FILE.replace("Pod", "Job")));
        }
    }

    #[test]
    fn new_ones_are_stored_and_old_ones_vanish() {
        let mut snapshots = Snapshots::read(Some(FILE.as_bytes()), false).unwrap();
        assert!(snapshots.of_test("c: d").compare("z\n".to_owned(), None).passed);
        assert_eq!(snapshots.vanished(), 3);
        let text = String::from_utf8(snapshots.to_store().unwrap()).unwrap();
        assert_eq!(text, "'c: d':\n  1: |\n    z\n");
    }
}
