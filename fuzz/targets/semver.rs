//! Versions and constraints: canonical text reads as itself; comparison is an order.
#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use skeg_value::semver::{Constraint, Version, VersionError};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (left, right) = text.split_once('\n').unwrap_or((text, text));
    let (left, right) = (Version::parse(left), (Version::parse(right), Constraint::parse(right)));
    let _ = Version::parse_strict(text);
    let Ok(version) = left else { return };
    let canonical = version.to_string();
    match Version::parse(&canonical) {
        Ok(again) => assert_eq!(version.compare(&again), Ordering::Equal),
        // `1.3-pre` gains `.0`: a text of almost the greatest length passes it.
        Err(why) => assert!(
            why == VersionError::TooLong && canonical.len() > version.original.len(),
            "{canonical}: {why}"
        ),
    }
    if let Ok(other) = right.0 {
        assert_eq!(version.compare(&other), other.compare(&version).reverse());
    }
    if let Ok(constraint) = right.1 {
        assert_eq!(constraint.check(&version), constraint.validate(&version).is_ok());
    }
    let _ = (version.inc_patch(), version.inc_minor(), version.inc_major());
});
