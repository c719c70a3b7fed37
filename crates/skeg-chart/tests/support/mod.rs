//! Reading recorded cases: one JSON object a line.

use skeg_chart::ChartFile;
use skeg_value::json::{JsonStyle, decode, encode};
use skeg_value::{Map, Value};

/// The cases of a file.
pub(crate) fn cases(text: &str) -> impl Iterator<Item = Map> + '_ {
    text.lines().map(|line| match decode(line.as_bytes()) {
        Ok(Value::Map(case)) => case,
        other => panic!("{line}: {other:?}"),
    })
}

/// The text of a string.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

/// A value as JSON.
pub(crate) fn json(value: &Value) -> String {
    let mut out = Vec::new();
    encode(value, &mut out, JsonStyle::Compact, false).expect("no case holds what JSON cannot");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// The member `files` of a case: contents by name.
#[allow(dead_code, reason = "not every test has charts of several files")]
pub(crate) fn files(case: &Map) -> Vec<ChartFile> {
    let files = case.get(b"files").expect("every case has files");
    let files = files.as_map().expect("a map").snapshot();
    files
        .iter()
        .map(|(name, content)| ChartFile::new(name.to_string(), text(content).into_bytes(), None))
        .collect()
}
