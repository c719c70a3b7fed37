//! Where the values of a release come from, as they stand on the command line.

/// The arguments of `--values` and the `--set` family, in the order given.
///
/// They are merged over the chart's defaults in this order, later ones winning: files, JSON, `--set`, `--set-string`,
/// `--set-file`, `--set-literal`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueOptions {
    /// `-f`, `--values`: paths, URLs, or `-` for standard input.
    pub value_files: Vec<String>,
    /// `--set`.
    pub values: Vec<String>,
    /// `--set-string`.
    pub string_values: Vec<String>,
    /// `--set-file`.
    pub file_values: Vec<String>,
    /// `--set-json`.
    pub json_values: Vec<String>,
    /// `--set-literal`.
    pub literal_values: Vec<String>,
}
