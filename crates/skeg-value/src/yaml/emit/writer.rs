//! The block layout that both YAML encoders share: where keys, dashes and values stand.
//!
//! In: values; out: bytes appended to a buffer, no intermediate tree or text. The two encoders differ in how a scalar is
//! obtained from a value (see [`Dialect`]), in the indentation of sequences inside mappings, and in folding.
//!
//! # Source
//! spec/rendering.md 3.4 (layout, keys), 3.5.

use super::scalar::Place;
use super::style::{Scanned, Style};
use super::{EmitError, MAX_DEPTH};
use crate::list::List;
use crate::map::Map;
use crate::value::Value;
use crate::yaml::keyorder::KeyOrder;

/// The longest key, in bytes with its tag, that is written without `? `.
const SIMPLE_KEY: usize = 128;

/// Where the text goes.
pub(in crate::yaml) struct Writer<'o> {
    pub(in crate::yaml) out: &'o mut Vec<u8>,
    /// Where the current line begins in `out`.
    pub(in crate::yaml) line_start: usize,
    /// Whether the text so far ends with a line break that belongs to a literal block.
    pub(in crate::yaml) after_break: bool,
}

/// What comes before a value on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// Nothing: the document's root.
    Start,
    /// `key:`. Collections go to the next line.
    Colon,
    /// `-`, `?`, or the `:` of an explicit key: collections begin on the same line.
    Indicator,
}

/// How one of the two encoders reads values.
pub(in crate::yaml) trait Dialect {
    /// Whether this is the v3 encoder.
    const V3: bool;

    /// Writes a value that is no collection; `space`: one goes before it.
    fn scalar(&mut self, writer: &mut Writer<'_>, value: &Value, indent: usize, space: bool) -> Result<(), EmitError>;

    /// Whether keys may be written as they are, without [`Dialect::key`]: they are ASCII and no reader's limit applies.
    fn is_plain_key(&self, key: &[u8]) -> bool;

    /// What a key is written as; `None` when the document is lost anyway.
    fn key<'k>(&mut self, key: &'k [u8]) -> std::borrow::Cow<'k, [u8]>;

    /// The tag that goes before a string that was changed for it (base64), with its trailing space.
    fn tag_of(&self, key: &[u8]) -> &'static [u8];
}

/// The writer with the dialect: one walk over the tree.
pub(in crate::yaml) struct Walk<'w, 'o, D> {
    pub(in crate::yaml) writer: &'w mut Writer<'o>,
    pub(in crate::yaml) dialect: &'w mut D,
}

impl<'o> Writer<'o> {
    pub(in crate::yaml) fn new(out: &'o mut Vec<u8>) -> Self {
        let line_start = out.len();
        Writer {
            out,
            line_start,
            after_break: false,
        }
    }

    /// Begins a line at a column.
    pub(in crate::yaml) fn line(&mut self, indent: usize) {
        if !std::mem::take(&mut self.after_break) {
            self.out.push(b'\n');
        }
        self.line_start = self.out.len();
        self.out.resize(self.out.len() + indent, b' ');
    }

    /// Ends the document.
    pub(in crate::yaml) fn finish(&mut self) {
        if !std::mem::take(&mut self.after_break) {
            self.out.push(b'\n');
        }
    }
}

impl<D: Dialect> Walk<'_, '_, D> {
    /// Writes the root value of a document.
    pub(in crate::yaml) fn document(&mut self, value: &Value) -> Result<(), EmitError> {
        self.node(value, 0, After::Start, 1)?;
        self.writer.finish();
        Ok(())
    }

    /// Writes one value. `indent`: the column of the collection that the value is in (0 for the root). `depth`: the
    /// nesting that the value would have as a collection.
    fn node(&mut self, value: &Value, indent: usize, after: After, depth: usize) -> Result<(), EmitError> {
        match value {
            Value::Map(map) if !map.is_empty() => self.map(map, indent, after, depth),
            Value::List(list) if !list.is_empty() => self.list(list, indent, after, depth),
            Value::Bytes(bytes) if D::V3 && !bytes.is_empty() => {
                let numbers = bytes.iter().map(|&byte| Value::int(i64::from(byte))).collect();
                self.list(&numbers, indent, after, depth)
            }
            Value::Object(object) if D::V3 => match super::super::pretty::as_timestamp(&**object) {
                Some(plain) => {
                    self.space(after);
                    self.writer.out.extend_from_slice(plain.as_bytes());
                    Ok(())
                }
                None => match object.yaml_fields() {
                    Some(fields) if !fields.is_empty() => {
                        self.check_depth(depth)?;
                        let entries = fields.iter().map(|(name, value)| (name.as_bytes(), value)).collect();
                        self.entries(entries, indent, after, depth)
                    }
                    _ => self.converted(&object.to_yaml_pretty(), indent, after, depth),
                },
            },
            Value::Object(object) => self.converted(&object.to_json(), indent, after, depth),
            _ => {
                // The limit counts brackets in the JSON text, so an empty collection counts too.
                if matches!(value, Value::Map(_) | Value::List(_)) {
                    self.check_depth(depth)?;
                }
                self.dialect
                    .scalar(self.writer, value, indent + 2, after != After::Start)
            }
        }
    }

    /// What an object turned into; an object must not turn into objects for ever.
    fn converted(&mut self, value: &Value, indent: usize, after: After, depth: usize) -> Result<(), EmitError> {
        self.check_depth(depth)?;
        self.node(value, indent, after, depth + 1)
    }

    fn check_depth(&self, depth: usize) -> Result<(), EmitError> {
        if depth > MAX_DEPTH {
            Err(EmitError::TooDeep(None))
        } else {
            Ok(())
        }
    }

    fn space(&mut self, after: After) {
        if after != After::Start {
            self.writer.out.push(b' ');
        }
    }

    fn list(&mut self, list: &List, indent: usize, after: After, depth: usize) -> Result<(), EmitError> {
        self.check_depth(depth)?;
        let column = match after {
            After::Start => 0,
            After::Colon if D::V3 => indent + 2,
            After::Colon => indent,
            After::Indicator => indent + 2,
        };
        for (at, item) in list.iter().enumerate() {
            self.begin(at == 0, column, after);
            self.writer.out.push(b'-');
            self.node(item, column, After::Indicator, depth + 1)?;
        }
        Ok(())
    }

    /// Goes to the place of an entry: the first may stand on the line of the indicator before it.
    fn begin(&mut self, first: bool, column: usize, after: After) {
        match after {
            After::Start if first => {}
            After::Indicator if first => self.writer.out.push(b' '),
            _ => self.writer.line(column),
        }
    }

    fn map(&mut self, map: &Map, indent: usize, after: After, depth: usize) -> Result<(), EmitError> {
        if depth > MAX_DEPTH {
            return Err(EmitError::TooDeep(Some(map.clone())));
        }
        self.borrowed_map(map, indent, after, depth)
            .map_err(|error| match error {
                // The deepest map is inside itself: what looked like depth is a cycle.
                EmitError::TooDeep(Some(deepest)) if deepest.ptr_eq(map) => {
                    EmitError::Json(crate::json::EncodeError::Cycle(map.ty().name()))
                }
                other => other,
            })
    }

    fn borrowed_map(&mut self, map: &Map, indent: usize, after: After, depth: usize) -> Result<(), EmitError> {
        let entries = map.borrow();
        let order = if D::V3 { KeyOrder::V3 } else { KeyOrder::V2 };
        let mut previous: &[u8] = &[];
        let ready = entries.keys().enumerate().all(|(at, key)| {
            let before = std::mem::replace(&mut previous, key);
            self.dialect.is_plain_key(key) && (at == 0 || !order.less(key, before))
        });
        if ready {
            let column = self.column_of_map(indent, after);
            for (at, (key, value)) in entries.iter().enumerate() {
                self.begin(at == 0, column, after);
                self.entry(key, b"", value, column, depth)?;
            }
            return Ok(());
        }
        let sorted = entries.iter().map(|(key, value)| (key.as_bytes(), value)).collect();
        self.sorted_map(sorted, order, indent, after, depth)
    }

    /// A map whose keys are not in order, or have to be changed first.
    #[inline(never)]
    fn sorted_map(
        &mut self,
        entries: Vec<(&[u8], &Value)>,
        order: KeyOrder,
        indent: usize,
        after: After,
        depth: usize,
    ) -> Result<(), EmitError> {
        if entries.iter().all(|(key, _)| self.dialect.is_plain_key(key)) {
            let mut entries = entries;
            order.sort(&mut entries);
            return self.entries(entries, indent, after, depth);
        }
        /// A key to sort by, the key to write, the value.
        type Changed<'v> = (&'v [u8], (&'v [u8], &'v Value));
        let changed: Vec<_> = entries
            .iter()
            .map(|&(key, value)| (self.dialect.key(key), key, value))
            .collect();
        let mut sorted: Vec<Changed<'_>> = changed
            .iter()
            .map(|(text, key, value)| (if D::V3 { *key } else { text.as_ref() }, (text.as_ref(), *value)))
            .collect();
        if !D::V3 {
            // Keys may have become equal: the last one in JSON's order wins.
            sorted = sorted
                .into_iter()
                .collect::<std::collections::BTreeMap<_, _>>()
                .into_iter()
                .collect();
        }
        order.sort(&mut sorted);
        let column = self.column_of_map(indent, after);
        for (at, (original, (text, value))) in sorted.into_iter().enumerate() {
            self.begin(at == 0, column, after);
            let tag = self.dialect.tag_of(original);
            self.entry(text, tag, value, column, depth)?;
        }
        Ok(())
    }

    fn entries(
        &mut self,
        entries: Vec<(&[u8], &Value)>,
        indent: usize,
        after: After,
        depth: usize,
    ) -> Result<(), EmitError> {
        let column = self.column_of_map(indent, after);
        for (at, (key, value)) in entries.into_iter().enumerate() {
            self.begin(at == 0, column, after);
            self.entry(key, b"", value, column, depth)?;
        }
        Ok(())
    }

    fn column_of_map(&self, indent: usize, after: After) -> usize {
        if after == After::Start { 0 } else { indent + 2 }
    }

    fn entry(
        &mut self,
        key: &[u8],
        tag: &'static [u8],
        value: &Value,
        column: usize,
        depth: usize,
    ) -> Result<(), EmitError> {
        let explicit = self.key(key, tag, column);
        self.writer.out.push(b':');
        self.node(
            value,
            column,
            if explicit { After::Indicator } else { After::Colon },
            depth + 1,
        )
    }

    /// Writes a key and says whether it is explicit (`? key`, then a line for the colon).
    fn key(&mut self, key: &[u8], tag: &'static [u8], column: usize) -> bool {
        let scanned = Scanned::new(key);
        let style = if tag.is_empty() {
            scanned.style(D::V3)
        } else {
            scanned.style_of_tagged(D::V3)
        };
        // The space after the tag is not part of it.
        let simple = key.len() + tag.len().saturating_sub(1) <= SIMPLE_KEY && !scanned.is_multiline();
        if simple {
            let style = if style == Style::Literal {
                Style::DoubleQuoted
            } else {
                style
            };
            self.writer.out.extend_from_slice(tag);
            self.writer.scalar(
                scanned,
                style,
                Place {
                    indent: column + 2,
                    fold: false,
                },
            );
            return false;
        }
        self.writer.out.extend_from_slice(b"? ");
        self.writer.out.extend_from_slice(tag);
        self.writer.scalar(
            scanned,
            style,
            Place {
                indent: column + 2,
                fold: !D::V3,
            },
        );
        self.writer.line(column);
        true
    }
}
