//! Charts as data: metadata, archives, ignore rules, dependencies, values, schema, capabilities.
//!
//! Bytes in, plain values out: nothing here reads a file, the environment or a clock.
//! [`load::load_files`] and [`archive::load_archive`] make a [`Chart`]; [`values::Sources`] holds what the user gave;
//! [`process::process`] brings both together the way Helm does before it renders.

pub mod archive;
pub mod capabilities;
pub mod chart;
pub mod error;
pub mod files;
mod gotime;
pub mod ignore;
pub mod load;
pub mod lock;
pub mod log;
pub mod metadata;
pub mod process;
pub mod schema;
pub mod values;

pub use capabilities::{Capabilities, KubeVersion};
pub use chart::Chart;
pub use error::ChartError;
pub use files::ChartFile;
pub use lock::Lock;
pub use log::{Level, LogLine};
pub use metadata::{Dependency, Maintainer, Metadata};
