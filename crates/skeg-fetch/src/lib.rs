//! Charts from directories and archives; packaging; dependencies. This room touches the file system.

pub mod directory;
pub mod error;

pub use error::FetchError;
