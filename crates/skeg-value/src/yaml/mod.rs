//! YAML, read and written as Helm does it.
//!
//! Reading: [`decode`] and its variants, [`check_head`] (a pass over rendered manifests without building a tree) and
//! [`locate`]. Writing: [`emit`] (`toYaml`) and [`pretty`] (`toYamlPretty`).

pub mod emit;
mod keyorder;
pub mod pretty;
