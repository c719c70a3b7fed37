//! Charts from directories and archives; packaging; dependencies; provenance. This room touches the file system.

pub mod archive;
pub mod dependencies;
pub mod directory;
pub mod error;
mod gzip;
pub mod load;
pub mod provenance;
pub mod tar;

pub use error::FetchError;
pub use load::{Loaded, load};
