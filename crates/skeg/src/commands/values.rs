//! The flags that give values to a chart, for the commands that render one.

use crate::cli::flag::Flag;
use crate::cli::invocation::Invocation;
use crate::ops::values::ValueOptions;

/// `--values` and the `--set` family.
///
/// # Source
/// lifecycle spec 1.2.
pub static FLAGS: &[Flag] = &[
    Flag::string_slice(
        "values",
        "YAML file with values, a path or a URL, or - for standard input (can be repeated)",
    )
    .short('f'),
    Flag::string_array(
        "set",
        "values, as key=value[,key=value]; numbers, true, false and null keep their type",
    ),
    Flag::string_array(
        "set-string",
        "values, as key=value[,key=value]; all of them are strings",
    ),
    Flag::string_array(
        "set-file",
        "values from files, as key=path[,key=path]; the text of each file is the value",
    ),
    Flag::string_array(
        "set-json",
        "values in JSON, as key=json[,key=json] or as one JSON object",
    ),
    Flag::string_array("set-literal", "one value that is taken as it stands, as key=value"),
];

/// What the flags say.
pub fn options(invocation: &Invocation) -> ValueOptions {
    ValueOptions {
        value_files: invocation.list("values"),
        values: invocation.list("set"),
        string_values: invocation.list("set-string"),
        file_values: invocation.list("set-file"),
        json_values: invocation.list("set-json"),
        literal_values: invocation.list("set-literal"),
    }
}
