//! The summary of a record, in an annotation of the object that holds it: what lists show of it.
//!
//! A list of releases needs some 300 bytes of each, and records have up to a megabyte; a server that is asked for metadata
//! alone reads and sends a fraction. Helm writes objects anew and without annotations, so a summary never outlives the
//! record that it tells of. Where there is none, the record is read.
//!
//! # Source
//! Kubernetes API concepts, "Alternate representations of resources"; spec/lifecycle.md 2.2.

use std::collections::BTreeMap;

use skeg_release::record::{Head, Record, Status};

/// The annotation.
const SUMMARY: &str = "skeg.dev/summary";
/// A longer one is not written, in bytes: all annotations of an object may have 256 KiB, and failures can be told at length.
const LONGEST: usize = 4 << 10;

/// Adds the summary of a record to the annotations of its object.
pub(super) fn annotate(annotations: &mut BTreeMap<String, String>, record: &Record) {
    let summary = record.summary();
    if summary.len() <= LONGEST {
        annotations.insert(SUMMARY.to_owned(), summary);
    }
}

/// What the annotations of an object tell of its record; none where they tell nothing, or of another state than its labels.
pub(super) fn read(annotations: &BTreeMap<String, String>, status: &Status) -> Option<Head> {
    let told = Head::of_summary(annotations.get(SUMMARY)?)?;
    (told.status() == status).then_some(told)
}
