//! Values straight from events: the builder for all ordinary documents.

use super::compose::{Build, Entry, Stop};
use super::gofmt;
use super::resolve::Meaning;
use crate::list::List;
use crate::map::{Entries, Map};
use crate::number::{Int, IntType};
use crate::string::Str;
use crate::value::Value;

/// What becomes of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// All are `float64`, as after Go's generic JSON decoder.
    Float,
    /// As the YAML text has them: integers stay apart from floats, which may be infinite.
    Typed,
}

/// JSON's limit on nesting.
pub(super) const MAX_DEPTH: usize = 10000;

/// The builder of [`Value`]s. It gives up on what needs care: null keys, infinite numbers, collections as keys.
pub(super) struct ValueBuilder {
    numbers: Numbers,
    /// Keys seen lately. Kubernetes manifests repeat theirs, and a clone is cheaper than an allocation.
    keys: [Option<Str>; 64],
}

impl ValueBuilder {
    pub(super) fn new(numbers: Numbers) -> Self {
        ValueBuilder {
            numbers,
            keys: [const { None }; 64],
        }
    }

    #[inline]
    fn shared_key(&mut self, text: &[u8]) -> Str {
        let (Some(&first), Some(&last)) = (text.first(), text.last()) else {
            return Str::default();
        };
        let slot = (text.len() * 37 + usize::from(first) * 7 + usize::from(last)) % self.keys.len();
        match &self.keys[slot] {
            Some(key) if key.as_bytes() == text => key.clone(),
            _ => {
                let key = Str::from_bytes(text);
                self.keys[slot] = Some(key.clone());
                key
            }
        }
    }
}

impl Build for ValueBuilder {
    type Key = Str;
    type Node = Value;

    #[inline(always)]
    fn scalar(&mut self, meaning: Meaning, text: &[u8]) -> Result<Value, Stop> {
        scalar_value(meaning, text, self.numbers).ok_or(Stop::Unsupported)
    }

    #[inline(always)]
    fn key(&mut self, meaning: Meaning, text: &[u8]) -> Result<Str, Stop> {
        match meaning {
            Meaning::Text => Ok(self.shared_key(text)),
            other => scalar_key(&other, text).ok_or(Stop::Unsupported),
        }
    }

    fn collection_key(&mut self, _node: Value) -> Stop {
        Stop::Unsupported
    }

    fn list(&mut self, items: std::vec::Drain<'_, Value>, depth: usize) -> Result<Value, Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::Unsupported);
        }
        Ok(Value::List(List::new(items.collect())))
    }

    fn map(&mut self, entries: std::vec::Drain<'_, Entry<Str, Value>>, depth: usize) -> Result<Value, Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::Unsupported);
        }
        // The last of equal keys stays.
        let entries: Entries = entries.map(|entry| (entry.key, entry.value)).collect();
        Ok(Value::Map(Map::from_entries(entries)))
    }
}

/// A scalar as a value; none for a number that JSON cannot write.
#[inline(always)]
pub(super) fn scalar_value(meaning: Meaning, text: &[u8], numbers: Numbers) -> Option<Value> {
    let typed = numbers == Numbers::Typed;
    Some(match meaning {
        Meaning::Text => Value::String(Str::from_bytes(text)),
        Meaning::Null => Value::Null,
        Meaning::Bool(b) => Value::Bool(b),
        Meaning::Int(int) if typed => Value::int64(int),
        Meaning::Uint(uint) if typed => Value::Int(Int {
            value: uint as i64,
            ty: IntType::Uint64,
        }),
        Meaning::Int(int) => Value::Float(int as f64),
        Meaning::Uint(uint) => Value::Float(uint as f64),
        Meaning::Float(float) if typed || float.is_finite() => Value::Float(float),
        Meaning::Float(_) => return None,
        Meaning::Bytes(bytes) => Value::String(gofmt::valid_utf8(&bytes)),
    })
}

/// A scalar as a key; none for those that the YAML to JSON step refuses.
pub(super) fn scalar_key(meaning: &Meaning, text: &[u8]) -> Option<Str> {
    Some(match meaning {
        Meaning::Text => Str::from_bytes(text),
        Meaning::Bool(b) => Str::from(if *b { "true" } else { "false" }),
        Meaning::Int(int) => Str::from(int.to_string()),
        Meaning::Float(float) => Str::from(match gofmt::float32_text(*float).as_str() {
            "+Inf" => ".inf",
            "-Inf" => "-.inf",
            "NaN" => ".nan",
            text => text,
        }),
        Meaning::Bytes(bytes) => gofmt::valid_utf8(bytes),
        Meaning::Null | Meaning::Uint(_) => return None,
    })
}
