//! The reader of `--set` texts: keys, indexes, lists, values.
//!
//! It consumes characters from left to right and writes into the map as it goes. Reaching the end of the text in the
//! middle of something is mostly not an error in Helm; [`Stop::End`] carries that outcome.

use super::SetKind;
use super::typing::typed;
use crate::json::decode_prefix;
use crate::list::List;
use crate::map::Map;
use crate::quote::{quote, quote_char};
use crate::string::Str;
use crate::value::Value;

/// Dots in a row of keys.
const MAX_NESTED_NAMES: usize = 30;
/// The highest index of a list.
const MAX_INDEX: i64 = 65536;
/// Indexes and keys inside each other, so that a hostile text can't exhaust the stack. Helm has no such limit.
const MAX_DEPTH: usize = 1000;

/// Why reading stopped.
pub(super) enum Stop {
    /// The text is at its end.
    End,
    /// It is wrong, with the reason.
    Failed(String),
}

type Outcome<T> = Result<T, Stop>;

fn failed<T>(reason: impl Into<String>) -> Outcome<T> {
    Err(Stop::Failed(reason.into()))
}

pub(super) struct Parser<'a> {
    rest: &'a str,
    kind: SetKind,
    read_file: &'a mut dyn FnMut(&str) -> Result<Str, String>,
    depth: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(kind: SetKind, text: &'a str, read_file: &'a mut dyn FnMut(&str) -> Result<Str, String>) -> Self {
        Parser {
            rest: text,
            kind,
            read_file,
            depth: 0,
        }
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    /// The text up to one of `stops`, which is consumed, with that character; none at the end of the text. A backslash
    /// takes the next character as it is, except in `--set-literal`.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(c) = self.next() {
            if stops.contains(&c) {
                return (text, Some(c));
            }
            if c == '\\' && self.kind != SetKind::Literal {
                match self.next() {
                    Some(escaped) => text.push(escaped),
                    None => return (text, None),
                }
            } else {
                text.push(c);
            }
        }
        (text, None)
    }

    /// Reads one key with its value into `data`. `names`: dots before it.
    pub(super) fn key(&mut self, data: &Map, names: usize) -> Outcome<()> {
        self.enter()?;
        let result = self.key_inside(data, names);
        self.depth -= 1;
        result
    }

    fn enter(&mut self) -> Outcome<()> {
        if self.depth == MAX_DEPTH {
            return failed(format!(
                "nested level is greater than maximum supported nested level of {MAX_DEPTH}"
            ));
        }
        self.depth += 1;
        Ok(())
    }

    fn key_inside(&mut self, data: &Map, names: usize) -> Outcome<()> {
        let stops: &[char] = if self.kind == SetKind::Literal {
            &['=', '[', '.']
        } else {
            &['=', '[', '.', ',']
        };
        let (name, last) = self.until(stops);
        match last {
            None if name.is_empty() => Err(Stop::End),
            None => failed(format!("key {} has no value", quote(name.as_bytes()))),
            Some('[') => self.list_key(data, &name, names),
            Some('.') => self.map_key(data, &name, names + 1),
            Some(',') => failed(format!(
                "key {} has no value (cannot end with ,)",
                quote(name.as_bytes())
            )),
            Some(_) => {
                // An empty value ends everything, but in these two kinds it counts as one that was read.
                let at_end = self.rest.is_empty() && !matches!(self.kind, SetKind::Literal | SetKind::Json);
                let value = self.after_equals()?;
                put(data, &name, value);
                if at_end { Err(Stop::End) } else { Ok(()) }
            }
        }
    }

    fn map_key(&mut self, data: &Map, name: &str, names: usize) -> Outcome<()> {
        if names > MAX_NESTED_NAMES {
            return failed(format!(
                "value name nested level is greater than maximum supported nested level of {MAX_NESTED_NAMES}"
            ));
        }
        let inner = match data.get(name.as_bytes()) {
            None => Map::new(),
            Some(Value::Map(map)) => map,
            Some(other) => return failed(mismatch(&other, "map[string]interface {}")),
        };
        let result = self.key(&inner, names);
        if !inner.is_empty() {
            put(data, name, Value::Map(inner));
        } else if result.is_ok() {
            return failed(format!("key map {} has no value", quote(name.as_bytes())));
        }
        result
    }

    fn list_key(&mut self, data: &Map, name: &str, names: usize) -> Outcome<()> {
        let index = self.index()?;
        let mut items = match data.borrow_mut().get_mut(name.as_bytes()) {
            None => Vec::new(),
            Some(Value::List(list)) => std::mem::take(list.make_mut()),
            Some(other) => return failed(mismatch(other, "[]interface {}")),
        };
        let result = self.item(&mut items, index, names);
        put(data, name, Value::from(items));
        result
    }

    /// The number in an index, after its `[`.
    fn index(&mut self) -> Outcome<i64> {
        let (text, last) = self.until(&[']']);
        if last.is_none() {
            return Err(Stop::End);
        }
        text.parse::<i64>().map_err(|error| {
            let problem = match error.kind() {
                std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => "value out of range",
                _ => "invalid syntax",
            };
            let quoted = quote(text.as_bytes());
            Stop::Failed(format!(
                "error parsing index: strconv.Atoi: parsing {quoted}: {problem}"
            ))
        })
    }

    /// Reads what follows an index: more keys, another index, or the value.
    fn item(&mut self, items: &mut Vec<Value>, index: i64, names: usize) -> Outcome<()> {
        if index < 0 {
            return failed(format!("negative {index} index not allowed"));
        }
        self.enter()?;
        let result = self.item_inside(items, index, names);
        self.depth -= 1;
        result
    }

    fn item_inside(&mut self, items: &mut Vec<Value>, index: i64, names: usize) -> Outcome<()> {
        let (extra, last) = self.until(&['[', '.', '=']);
        if !extra.is_empty() {
            let quoted: Vec<String> = extra.chars().map(quote_char).collect();
            return failed(format!("unexpected data at end of array index: [{}]", quoted.join(" ")));
        }
        let existing = usize::try_from(index).ok().and_then(|at| items.get_mut(at));
        match last {
            None => Err(Stop::End),
            Some('=') => {
                let value = self.after_equals()?;
                put_at(items, index, value)
            }
            Some('[') => {
                let next = self.index()?;
                match existing {
                    None | Some(Value::Null) => {
                        let mut inner = Vec::new();
                        self.item(&mut inner, next, names)?;
                        put_at(items, index, Value::from(inner))
                    }
                    Some(Value::List(list)) => self.item(list.make_mut(), next, names),
                    Some(other) => failed(mismatch(other, "[]interface {}")),
                }
            }
            Some(_) => {
                let inner = match existing {
                    None => Map::new(),
                    Some(Value::Map(map)) => map.clone(),
                    // A hole, or something that a map replaces.
                    Some(other) => {
                        let map = Map::new();
                        *other = Value::Map(map.clone());
                        map
                    }
                };
                self.key(&inner, names)?;
                put_at(items, index, Value::Map(inner))
            }
        }
    }

    /// Reads what stands after an `=`; nothing at all is an empty string (a null in JSON).
    fn after_equals(&mut self) -> Outcome<Value> {
        match self.kind {
            SetKind::Literal => return Ok(Value::from(std::mem::take(&mut self.rest))),
            SetKind::Json => return self.json(),
            _ if self.rest.is_empty() => return Ok(Value::from("")),
            _ => {}
        }
        if let Some(rest) = self.rest.strip_prefix('{') {
            self.rest = rest;
            return self.list();
        }
        let (text, _) = self.until(&[',']);
        self.word(text)
    }

    /// A JSON value with the spaces and the comma that may follow it.
    fn json(&mut self) -> Outcome<Value> {
        if self.blank_until_comma() {
            return Ok(Value::Null);
        }
        let (value, length) = decode_prefix(self.rest.as_bytes()).map_err(|error| Stop::Failed(error.to_string()))?;
        self.rest = &self.rest[length..];
        self.blank_until_comma();
        Ok(value)
    }

    /// Skips spaces and says whether a comma, skipped too, or the end follows.
    fn blank_until_comma(&mut self) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(',') {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => self.rest.is_empty(),
        }
    }

    /// The items of `{a,b}` after the brace, and the comma that may follow it.
    fn list(&mut self) -> Outcome<Value> {
        let mut items = Vec::new();
        loop {
            let (text, last) = self.until(&[',', '}']);
            match last {
                None => return failed("list must terminate with '}'"),
                Some(',') => items.push(self.word(text)?),
                Some(_) => {
                    self.rest = self.rest.strip_prefix(',').unwrap_or(self.rest);
                    items.push(self.word(text)?);
                    return Ok(Value::List(List::new(items)));
                }
            }
        }
    }

    /// What a word becomes, by the kind of flag.
    fn word(&mut self, text: String) -> Outcome<Value> {
        match self.kind {
            SetKind::Auto => Ok(typed(text)),
            SetKind::File => (self.read_file)(&text).map(Value::String).map_err(Stop::Failed),
            SetKind::String | SetKind::Literal | SetKind::Json => Ok(Value::from(text)),
        }
    }
}

/// Sets a key; an empty one is ignored.
fn put(data: &Map, name: &str, value: Value) {
    if !name.is_empty() {
        data.insert(name, value);
    }
}

/// Sets an item, with nulls before it where the list is too short.
fn put_at(items: &mut Vec<Value>, index: i64, value: Value) -> Outcome<()> {
    if index > MAX_INDEX {
        return failed(format!(
            "index of {index} is greater than maximum supported index of {MAX_INDEX}"
        ));
    }
    let at = usize::try_from(index).unwrap_or_default();
    if items.len() <= at {
        items.resize(at + 1, Value::Null);
    }
    items[at] = value;
    Ok(())
}

/// Go's failed type assertion, as Helm reports it.
fn mismatch(found: &Value, wanted: &str) -> String {
    let found = if found.is_null() {
        "nil".to_owned()
    } else {
        found.type_name()
    };
    format!("unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}")
}
