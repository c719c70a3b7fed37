//! What templates see beside plain data: methods of `.Values` and `.Files`, and the structs below `.Capabilities`.
//!
//! # Source
//! spec/rendering.md 1.6, 2.3.

mod capabilities;
mod files;
mod glob;
mod values;

pub use capabilities::{KubeVersionParts, capabilities};

use skeg_template::function::{Method, Methods};
use skeg_value::{MapType, Object};

/// The methods of the named map types.
#[derive(Clone, Copy, Debug, Default)]
pub struct HelmMethods;

impl Methods for HelmMethods {
    fn method(&self, ty: MapType, name: &str) -> Option<&'static Method> {
        let table = match ty {
            MapType::Values => values::METHODS,
            MapType::Files => files::METHODS,
            MapType::Any | MapType::String => return None,
        };
        table.iter().find(|(known, _)| *known == name).map(|(_, method)| method)
    }

    fn object_method(&self, object: &dyn Object, name: &str) -> Option<&'static Method> {
        crate::dates::toml_method(object, name)
    }
}
