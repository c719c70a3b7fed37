//! Reasons, recorded from Helm 4.3.1 (spec 4.6) with a draft 7 schema.

use super::*;

#[test]
fn names_are_sorted() {
    assert!(FORMATS.windows(2).all(|pair| pair[0].name < pair[1].name));
}

include!("recorded.rs");
