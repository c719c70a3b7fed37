//! TOML, read and written as BurntSushi/toml does it.
//!
//! Writing: [`encode`] (`toToml`). Reading: [`decode`] (`fromToml`), whose dates are [`TomlDateTime`] objects.
//!
//! # Source
//! spec/rendering.md 3.8 and 2.2; BurntSushi/toml 1.6.0 by experiment.

mod cursor;
mod datetime;
mod encode;
mod error;
mod parse;
mod scalar;
mod tables;

pub use datetime::{TomlDateTime, Zone};
pub use encode::{TomlEncodeError, encode};
pub use error::TomlError;
pub use parse::decode;
