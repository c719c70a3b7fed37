//! Values files: several documents in one text, merged from first to last.

use std::borrow::Cow;
use std::ops::Range;

use super::chars;
use super::error::YamlError;
use super::{decode, typed};
use crate::map::Map;
use crate::value::Value;

/// Reads a values file: each document with [`decode`], maps merged deeply, everything else replaced by what comes later.
///
/// Documents are cut at lines that begin with `---`, without regard to YAML's syntax. Empty documents add nothing.
///
/// # Errors
/// Go's text: `error reading yaml document: invalid Yaml document separator: x`, and `cannot unmarshal yaml document: `
/// before what [`decode`] says or before the complaint that a document is no map.
///
/// # Source
/// spec/rendering.md 3.3.
pub fn decode_values(text: &[u8]) -> Result<Map, YamlError> {
    let mut values: Option<Map> = None;
    for document in Documents::of(text) {
        let range = document?;
        let moved = |error: YamlError| {
            let lines = text[..range.start].iter().filter(|&&b| b == b'\n').count() as u32;
            error.within("cannot unmarshal yaml document: ", lines, range.start)
        };
        let document = match decode(&normalised(&text[range.clone()])).map_err(moved)? {
            Value::Null => continue,
            Value::Map(map) => map,
            other => return Err(moved(typed::mismatch(&other, "", "map[string]interface {}"))),
        };
        match &values {
            None => values = Some(document),
            Some(values) => merge(values, &document),
        }
    }
    Ok(values.unwrap_or_default())
}

/// The text as the reference's line reader passes it on: each line ended by one `\n`.
fn normalised(text: &[u8]) -> Cow<'_, [u8]> {
    let carriage_returns = text.contains(&b'\r');
    if !carriage_returns && text.ends_with(b"\n") {
        return Cow::Borrowed(text);
    }
    let mut lines = Vec::with_capacity(text.len() + 1);
    for line in text.split_inclusive(|&b| b == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        lines.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        lines.push(b'\n');
    }
    Cow::Owned(lines)
}

/// Merges the entries of `from` into `into`, maps with maps.
fn merge(into: &Map, from: &Map) {
    let mut pending = vec![(into.clone(), from.clone())];
    while let Some((into, from)) = pending.pop() {
        for (key, value) in from.snapshot() {
            match (into.get(&key), &value) {
                (Some(Value::Map(inner)), Value::Map(outer)) => pending.push((inner, outer.clone())),
                _ => {
                    into.insert(key, value);
                }
            }
        }
    }
}

/// The byte ranges of the documents of a values file.
pub(super) struct Documents<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Documents<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        Documents { text, at: 0 }
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<Range<usize>, YamlError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut start = self.at;
        while self.at < self.text.len() {
            let line_start = self.at;
            self.at = chars::next_line(self.text, line_start);
            let line = &self.text[line_start..self.at];
            let Some(after) = line.strip_prefix(b"---") else {
                continue;
            };
            let after = String::from_utf8_lossy(after);
            let after = after.trim();
            if !after.is_empty() && !after.starts_with('#') {
                self.at = self.text.len();
                let message = format!("error reading yaml document: invalid Yaml document separator: {after}");
                return Some(Err(YamlError::new(message)));
            }
            if line_start > start {
                return Some(Ok(start..line_start));
            }
            // A separator before anything else belongs to the document.
            start = line_start;
        }
        (self.at > start).then_some(Ok(start..self.at))
    }
}
