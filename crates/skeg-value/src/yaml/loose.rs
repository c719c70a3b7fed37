//! Documents as go-yaml v3 reads them into an `interface {}`: for tools around Helm that read manifests directly.
//!
//! What differs from [`super::decode_typed`]: `yes`, `no`, `on`, `off`, `y` and `n` are text, integers are Go's `int`,
//! keys are the text they are written with, a key that is set twice is a mistake, and infinite numbers stay what they are.
//! Dates stay text.

use super::compose::{Build, Composer, Entry, Failure, Stop};
use super::error::YamlError;
use super::events::Events;
use super::input::Input;
use super::parser::Parser;
use super::resolve::Meaning;
use super::sized;
use super::value::{MAX_DEPTH, Numbers, scalar_value};
use crate::list::List;
use crate::map::{Entries, Map};
use crate::quote::quote;
use crate::string::Str;
use crate::value::Value;

/// Reads the first document of a text; an empty one is null. Keys are not compared where the text has merges (`<<`).
///
/// # Errors
/// Go's text for what is not YAML, and for a key that is set twice; lists and maps as keys; nesting beyond 10000.
pub fn decode_v3(text: &[u8]) -> Result<Value, YamlError> {
    sized(text)?;
    let input = Input::new(text);
    let builder = V3Builder {
        has_merges: text.windows(2).any(|pair| pair == b"<<"),
    };
    let composer = Composer::new(
        &input.text,
        Events::Here(Parser::new(&input.text, input.pages)),
        builder,
    );
    match composer.compose() {
        Ok((value, _)) => Ok(value.unwrap_or_default()),
        Err(Failure::Fault(fault)) => Err(YamlError::from(fault.shifted(input.base)).direct()),
        Err(Failure::Unsupported) => Err(YamlError::new("yaml: unsupported map key")),
    }
}

/// What a scalar is to go-yaml v3; `source` is its text as written.
pub fn v3_bool(source: &[u8]) -> bool {
    matches!(source, b"true" | b"True" | b"TRUE" | b"false" | b"False" | b"FALSE")
}

struct V3Builder {
    /// What is merged into a map looks like its own entries here.
    has_merges: bool,
}

impl Build for V3Builder {
    type Key = Str;
    type Node = Value;

    fn scalar(&mut self, meaning: Meaning, text: &[u8]) -> Result<Value, Stop> {
        Ok(match meaning {
            Meaning::Bool(_) if !v3_bool(text) => Value::String(Str::from_bytes(text)),
            Meaning::Int(int) => Value::int(int),
            other => scalar_value(other, text, Numbers::Typed).unwrap_or_default(),
        })
    }

    fn key(&mut self, _meaning: Meaning, text: &[u8]) -> Result<Str, Stop> {
        Ok(Str::from_bytes(text))
    }

    fn collection_key(&mut self, _node: Value) -> Stop {
        Stop::Unsupported
    }

    fn list(&mut self, items: std::vec::Drain<'_, Value>, depth: usize) -> Result<Value, Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::Decode("exceeded max depth".to_owned()));
        }
        Ok(Value::List(List::new(items.collect())))
    }

    fn map(&mut self, entries: std::vec::Drain<'_, Entry<Str, Value>>, depth: usize) -> Result<Value, Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::Decode("exceeded max depth".to_owned()));
        }
        let count = entries.len();
        let mut lines = Vec::with_capacity(if self.has_merges { 0 } else { count });
        let map: Entries = entries
            .map(|entry| {
                if !self.has_merges {
                    lines.push((entry.key.clone(), entry.line));
                }
                (entry.key, entry.value)
            })
            .collect();
        if map.len() < count && !self.has_merges {
            return Err(twice(&lines));
        }
        Ok(Value::Map(Map::from_entries(map)))
    }
}

/// Names the first key that is set twice.
fn twice(lines: &[(Str, u32)]) -> Stop {
    for (index, (key, line)) in lines.iter().enumerate() {
        if let Some((_, earlier)) = lines[..index].iter().find(|(other, _)| other == key) {
            return Stop::Decode(format!(
                "unmarshal errors:\n  line {}: mapping key {} already defined at line {}",
                line + 1,
                quote(key),
                earlier + 1
            ));
        }
    }
    Stop::Unsupported
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_are_those_of_v3() {
        for (text, expected) in [
            ("yes", Value::from("yes")),
            ("on", Value::from("on")),
            ("true", Value::Bool(true)),
            ("1", Value::int(1)),
            ("1.5", Value::Float(1.5)),
            ("0777", Value::int(511)),
            ("~", Value::Null),
            ("", Value::Null),
            ("'1'", Value::from("1")),
        ] {
            let got = decode_v3(text.as_bytes()).unwrap();
            assert!(got.deep_equal(&expected), "{text}: {got:?}");
        }
        let map = decode_v3(b"on: 1\n2: x\n").unwrap();
        let map = map.as_map().unwrap();
        assert!(map.contains_key(b"on") && map.contains_key(b"2"));
        assert_eq!(
            decode_v3(b"a: 1\nb: 2\na: 3\n").unwrap_err().to_string(),
            "yaml: unmarshal errors:\n  line 3: mapping key \"a\" already defined at line 1"
        );
        assert!(decode_v3(b"x: &x {a: 1}\ny:\n  <<: *x\n  a: 2\n").is_ok());
    }
}
