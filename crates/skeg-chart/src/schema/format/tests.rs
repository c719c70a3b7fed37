//! The table of formats can be searched.

use super::*;

#[test]
fn names_are_sorted() {
    assert!(FORMATS.windows(2).all(|pair| pair[0].name < pair[1].name));
}
