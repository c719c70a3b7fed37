//! The data tree that every crate of skeg shares, and the text formats it is read from and written to.
//!
//! The main types: [`Value`] (what a template sees), [`Str`] (Go's byte string), [`List`], [`Map`] (shared and mutable,
//! as Go's maps are), [`Object`] (a struct with fields and methods), [`Span`] and [`Diagnostic`].
//! Formats live in modules of their own: [`yaml`], [`json`], [`toml`], [`set`].
//!
//! Nothing here reads files, the environment, a clock or entropy.

pub mod comparison;
pub mod diagnostic;
pub mod float;
pub mod json;
pub mod jsonpath;
pub mod list;
pub mod map;
pub mod nearest;
pub mod netip;
pub mod number;
pub mod object;
pub mod quote;
pub mod regex;
pub mod semver;
pub mod set;
pub mod span;
pub mod string;
pub mod toml;
pub mod unicode;
pub mod url;
pub mod value;
pub mod yaml;

pub use diagnostic::{Diagnostic, Severity};
pub use list::{List, ListType};
pub use map::{Map, MapType};
pub use number::{Int, IntType};
pub use object::{Object, ObjectError, ObjectRef};
pub use span::{FileId, Sources, Span};
pub use string::Str;
pub use value::Value;
