//! The kinds of arguments that flags take, and how each is read: pflag's rules and messages.

use super::{csv, duration, number};
use crate::error::CommandError;
use crate::output::Output;
use crate::settings::{Settings, parse_bool};

/// What a flag's argument is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A truth value, as Go reads it.
    Bool,
    /// A text.
    String,
    /// A text for each use.
    StringArray,
    /// Texts separated by commas.
    StringSlice,
    /// `key=value` pairs separated by commas.
    StringToString,
    /// A signed 64-bit number.
    Int,
    /// An unsigned 64-bit number.
    Uint,
    /// A 32-bit floating-point number.
    Float32,
    /// A duration in nanoseconds.
    Duration,
    /// A text with rules of its own.
    Custom(&'static CustomKind),
}

/// Reads one argument of a custom kind: gives the text to keep, or says in Helm's words what is wrong with it.
pub type ReadCustom = fn(&str, earlier: Option<&FlagValue>, &mut Output) -> Result<String, String>;

/// Says in Helm's words what is wrong with a value in this environment.
pub type SettleCustom = fn(&FlagValue, &Settings, &mut Output) -> Result<(), CommandError>;

/// A kind with rules of its own.
#[derive(Debug)]
pub struct CustomKind {
    /// Its name in help.
    pub type_name: &'static str,
    /// Whether each use adds a text ([`FlagValue::List`]) or replaces it ([`FlagValue::Text`]).
    pub many: bool,
    /// Checks an argument.
    pub read: ReadCustom,
    /// Checks what was read once the settings are known. Of several mistakes in a command line, that of the flag that comes
    /// first is told.
    pub settle: Option<SettleCustom>,
}

/// The value of a flag.
#[derive(Clone, Debug, PartialEq)]
pub enum FlagValue {
    /// Of [`Kind::Bool`].
    Bool(bool),
    /// Of [`Kind::String`] and of custom kinds.
    Text(String),
    /// Of [`Kind::StringArray`], [`Kind::StringSlice`] and of custom kinds that are given many times.
    List(Vec<String>),
    /// Of [`Kind::StringToString`], sorted by key.
    Map(std::collections::BTreeMap<String, String>),
    /// Of [`Kind::Int`], and of [`Kind::Duration`] in nanoseconds.
    Int(i64),
    /// Of [`Kind::Uint`].
    Uint(u64),
    /// Of [`Kind::Float32`].
    Float(f32),
}

impl Kind {
    /// The name that help shows for the argument; empty for truth values.
    ///
    /// # Source
    /// pflag `UnquoteUsage`.
    pub fn type_name(self) -> &'static str {
        match self {
            Kind::Bool => "",
            Kind::String => "string",
            Kind::StringArray => "stringArray",
            Kind::StringSlice => "strings",
            Kind::StringToString => "stringToString",
            Kind::Int => "int",
            Kind::Uint => "uint",
            Kind::Float32 => "float32",
            Kind::Duration => "duration",
            Kind::Custom(custom) => custom.type_name,
        }
    }

    /// Whether help leaves this default out because it says nothing.
    ///
    /// # Source
    /// pflag `defaultIsZeroValue`; a map's `[]` is shown there, a list's is not.
    pub fn is_zero(self, default: &str) -> bool {
        match self {
            Kind::Bool => matches!(default, "false" | ""),
            Kind::String => default.is_empty(),
            Kind::StringArray | Kind::StringSlice => default == "[]",
            Kind::Int | Kind::Uint | Kind::Float32 => default == "0",
            Kind::Duration => matches!(default, "0" | "0s"),
            Kind::StringToString | Kind::Custom(_) => matches!(default, "" | "false" | "0" | "<nil>"),
        }
    }

    /// Reads an argument into `into`, which holds the earlier uses of the same flag.
    ///
    /// # Errors
    /// What is wrong with the argument, in Go's words.
    pub fn read(self, argument: &str, into: &mut Option<FlagValue>, out: &mut Output) -> Result<(), String> {
        let value = match self {
            Kind::Bool => FlagValue::Bool(parse_bool(argument).ok_or_else(|| complaint("ParseBool", argument))?),
            Kind::String => FlagValue::Text(argument.to_owned()),
            Kind::StringArray => return append(into, vec![argument.to_owned()]),
            Kind::StringSlice => return append(into, csv::read_record(argument)?),
            Kind::StringToString => return insert(into, argument),
            Kind::Int => FlagValue::Int(number::parse_int(argument, 64)?),
            Kind::Uint => FlagValue::Uint(number::parse_uint(argument)?),
            Kind::Float32 => FlagValue::Float(number::parse_float32(argument)?),
            Kind::Duration => FlagValue::Int(duration::parse_duration(argument)?),
            Kind::Custom(custom) => {
                let text = (custom.read)(argument, into.as_ref(), out)?;
                if custom.many {
                    return append(into, vec![text]);
                }
                FlagValue::Text(text)
            }
        };
        *into = Some(value);
        Ok(())
    }
}

fn complaint(function: &str, argument: &str) -> String {
    format!(
        "strconv.{function}: parsing {}: invalid syntax",
        crate::output::quote::go_quote(argument)
    )
}

fn append(into: &mut Option<FlagValue>, mut texts: Vec<String>) -> Result<(), String> {
    match into {
        Some(FlagValue::List(list)) => list.append(&mut texts),
        _ => *into = Some(FlagValue::List(texts)),
    }
    Ok(())
}

fn insert(into: &mut Option<FlagValue>, argument: &str) -> Result<(), String> {
    let wrong = |pair: &str| format!("{pair} must be formatted as key=value");
    let pairs = match argument.matches('=').count() {
        0 => return Err(wrong(argument)),
        // One pair may stand in quotes although it is no list.
        1 => vec![argument.trim_matches('"').to_owned()],
        _ => csv::read_record(argument)?,
    };
    let mut added = std::collections::BTreeMap::new();
    for pair in &pairs {
        let (key, value) = pair.split_once('=').ok_or_else(|| wrong(pair))?;
        added.insert(key.to_owned(), value.to_owned());
    }
    match into {
        Some(FlagValue::Map(map)) => map.append(&mut added),
        _ => *into = Some(FlagValue::Map(added)),
    }
    Ok(())
}

impl FlagValue {
    /// The value of a default of this kind. A text that cannot be read is the kind's empty value.
    pub fn of_default(kind: Kind, text: &str) -> Self {
        match kind {
            Kind::Bool => FlagValue::Bool(parse_bool(text).unwrap_or(false)),
            Kind::String => FlagValue::Text(text.to_owned()),
            Kind::Custom(custom) if !custom.many => FlagValue::Text(text.to_owned()),
            Kind::StringArray | Kind::StringSlice | Kind::Custom(_) => FlagValue::List(Vec::new()),
            Kind::StringToString => FlagValue::Map(std::collections::BTreeMap::new()),
            Kind::Int => FlagValue::Int(number::parse_int(text, 64).unwrap_or(0)),
            Kind::Uint => FlagValue::Uint(number::parse_uint(text).unwrap_or(0)),
            Kind::Float32 => FlagValue::Float(number::parse_float32(text).unwrap_or(0.0)),
            Kind::Duration => FlagValue::Int(duration::parse_duration(text).unwrap_or(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: Kind, arguments: &[&str]) -> Result<FlagValue, String> {
        let mut out = Output::to(Box::new(std::io::sink()), Box::new(std::io::sink()));
        let mut value = None;
        for argument in arguments {
            kind.read(argument, &mut value, &mut out)?;
        }
        Ok(value.expect("at least one argument"))
    }

    fn list(texts: &[&str]) -> FlagValue {
        FlagValue::List(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn lists_collect_and_maps_overwrite() {
        assert_eq!(read(Kind::StringArray, &["a,b", "c"]), Ok(list(&["a,b", "c"])));
        assert_eq!(read(Kind::StringSlice, &["a,b", "c"]), Ok(list(&["a", "b", "c"])));
        let map = |pairs: &[(&str, &str)]| {
            FlagValue::Map(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
        };
        assert_eq!(
            read(Kind::StringToString, &["a=1,b=2", "a=3"]),
            Ok(map(&[("a", "3"), ("b", "2")]))
        );
        assert_eq!(read(Kind::StringToString, &["\"a=1\""]), Ok(map(&[("a", "1")])));
        // Only one equals sign: no list, whatever commas there are.
        assert_eq!(read(Kind::StringToString, &["a=b,c"]), Ok(map(&[("a", "b,c")])));
    }

    #[test]
    fn messages_are_gos() {
        let cases = [
            (
                Kind::Bool,
                "maybe",
                "strconv.ParseBool: parsing \"maybe\": invalid syntax",
            ),
            (Kind::Int, "x", "strconv.ParseInt: parsing \"x\": invalid syntax"),
            (Kind::Uint, "-1", "strconv.ParseUint: parsing \"-1\": invalid syntax"),
            (Kind::Float32, "x", "strconv.ParseFloat: parsing \"x\": invalid syntax"),
            (Kind::Duration, "5", "time: missing unit in duration \"5\""),
            (
                Kind::StringSlice,
                "a\"b",
                "parse error on line 1, column 2: bare \" in non-quoted-field",
            ),
            (Kind::StringToString, "a", "a must be formatted as key=value"),
            (Kind::StringToString, "a=1,b,c=2", "b must be formatted as key=value"),
        ];
        for (kind, argument, expected) in cases {
            assert_eq!(read(kind, &[argument]), Err(expected.to_owned()), "{argument:?}");
        }
    }
}
