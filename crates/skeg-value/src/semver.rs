//! Semantic versions and version constraints as Helm understands them (Masterminds semver 3.5.0).
//!
//! [`Version`] is a parsed version, [`Constraint`] a parsed range such as `>=1.2.0-0 <2 || ^3.1`. Text goes in, and
//! comparisons, canonical text or Go's error messages come out. Charts use them in `kubeVersion` and dependencies,
//! templates in `semver` and `semverCompare`.

mod constraint;
mod version;

pub use constraint::{Constraint, ConstraintError};
pub use version::{Version, VersionError};
