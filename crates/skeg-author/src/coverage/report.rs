//! Coverage for people and programs.

pub mod html;
pub mod json;
pub mod lcov;
pub mod text;

use super::model::ChartCoverage;

/// How coverage is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The table that is printed, without colours.
    Text,
    /// LCOV's trace file.
    Lcov,
    /// One page that needs no other file.
    Html,
    /// One object.
    Json,
}

impl Format {
    /// The names of all formats.
    pub const NAMES: &[&str] = &["text", "lcov", "html", "json"];

    /// The format of a name.
    pub fn named(name: &str) -> Option<Format> {
        Some(match name {
            "text" => Format::Text,
            "lcov" => Format::Lcov,
            "html" => Format::Html,
            "json" => Format::Json,
            _ => return None,
        })
    }

    /// The format that a file's name stands for; text where it stands for none.
    pub fn of_file(path: &str) -> Format {
        let base = path.rsplit('/').next().unwrap_or(path);
        match base.rsplit_once('.').map(|(_, extension)| extension) {
            Some("info" | "lcov") => Format::Lcov,
            Some("html" | "htm") => Format::Html,
            Some("json") => Format::Json,
            _ => Format::Text,
        }
    }

    /// Writes the coverage of charts.
    pub fn write(self, charts: &[ChartCoverage]) -> Vec<u8> {
        match self {
            Format::Text => text::Printer { colors: false }.charts(charts).into_bytes(),
            Format::Lcov => lcov::document(charts).into_bytes(),
            Format::Html => html::document(charts).into_bytes(),
            Format::Json => json::document(charts),
        }
    }
}
