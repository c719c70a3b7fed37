//! Writing TOML: tables, arrays of tables, inline values.
//!
//! In: a value; out: a document appended to a buffer, with its final newline (a root that is no table has none).

use super::datetime::TomlDateTime;
use crate::float::{append_g, append_int, append_uint};
use crate::list::List;
use crate::map::Map;
use crate::object::Object;
use crate::string::Str;
use crate::value::Value;

/// Collections inside each other. The reference has no limit but its memory.
const MAX_DEPTH: usize = 1000;

/// Why a value has no TOML form. `toToml` gives this text, `mustToToml` fails with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TomlEncodeError {
    /// The root is nil.
    #[error("reflect: call of reflect.Value.Type on zero Value")]
    Nil,
    /// A list holds a null, a nil list or a nil map.
    #[error("toml: cannot encode array with nil element")]
    NilElement,
    /// The root is a list of maps.
    #[error("toml: top-level values must be Go maps or structs")]
    NoKey,
    /// Collections are nested more than 1000 deep, or a map contains itself.
    #[error("toml: exceeded max depth of 1000")]
    TooDeep,
}

/// Appends the TOML document of `value`.
///
/// Keys are sorted bytewise, plain values come before tables, nulls are left out. Nothing is appended when there is an
/// error. Objects: times are written bare, durations and text types as strings, structs as tables.
///
/// # Errors
/// [`TomlEncodeError`]; its text is the reference's.
///
/// # Source
/// spec/rendering.md 3.8.
pub fn encode(value: &Value, out: &mut Vec<u8>) -> Result<(), TomlEncodeError> {
    if value.is_null() {
        return Err(TomlEncodeError::Nil);
    }
    let start = out.len();
    let result = Encoder {
        out,
        start,
        path: Vec::new(),
    }
    .entry(value, 1);
    if result.is_err() {
        out.truncate(start);
    }
    result
}

/// Appends a key: bare if it has only `A-Za-z0-9_-`, else quoted.
pub(super) fn append_key(out: &mut Vec<u8>, key: &[u8]) {
    if !key.is_empty()
        && key
            .iter()
            .all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    {
        out.extend_from_slice(key);
    } else {
        append_string(out, key);
    }
}

fn append_string(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            8 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            12 => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..0x20 | 0x7f => {
                out.extend_from_slice(b"\\u00");
                out.push(b"0123456789abcdef"[usize::from(byte >> 4)]);
                out.push(b"0123456789abcdef"[usize::from(byte & 15)]);
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// What an object is to TOML.
enum Form {
    /// A bare scalar, such as a date.
    Bare(String),
    Text(Str),
    Integer(i64),
    /// The fields of a struct, in order.
    Fields(Vec<(Str, Value)>),
    /// What its JSON form is.
    Other(Value),
}

fn form_of(object: &dyn Object) -> Form {
    if let Some(time) = object.as_any().downcast_ref::<TomlDateTime>() {
        return Form::Bare(time.toml());
    }
    match object.type_name() {
        "time.Time" | "*time.Time" => {
            return match object.to_json() {
                Value::String(text) => Form::Bare(text.to_str_lossy().into_owned()),
                other => Form::Other(other),
            };
        }
        "time.Duration" => return Form::Text(Str::from(object.print())),
        _ => {}
    }
    if let Some(number) = object.as_i64() {
        return Form::Integer(number);
    }
    match object.go_fields() {
        Some(fields) => Form::Fields(fields),
        None => match object.to_json() {
            Value::String(text) => Form::Text(text),
            other => Form::Other(other),
        },
    }
}

/// The entries of a table.
enum Table {
    Map(Map),
    Fields(Vec<(Str, Value)>),
}

impl Table {
    fn of(value: &Value) -> Option<Table> {
        match value {
            Value::Map(map) => Some(Table::Map(map.clone())),
            Value::Object(object) => match form_of(&**object) {
                Form::Fields(fields) => Some(Table::Fields(fields)),
                Form::Other(Value::Map(map)) => Some(Table::Map(map)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What a value is in a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Null, a nil list or a nil map: left out of tables, refused in arrays.
    Nil,
    Plain,
    Table,
    ArrayOfTables,
}

fn kind_of(value: &Value, depth: usize) -> Result<Kind, TomlEncodeError> {
    if depth > MAX_DEPTH {
        return Err(TomlEncodeError::TooDeep);
    }
    Ok(match value {
        Value::Null => Kind::Nil,
        Value::Map(map) if map.is_nil() => Kind::Nil,
        Value::List(list) if list.is_nil() => Kind::Nil,
        Value::List(list) => {
            let mut all_tables = !list.is_empty();
            for item in list {
                match kind_of(item, depth + 1)? {
                    Kind::Nil => return Err(TomlEncodeError::NilElement),
                    Kind::Table => {}
                    _ => all_tables = false,
                }
            }
            if all_tables { Kind::ArrayOfTables } else { Kind::Plain }
        }
        Value::Map(_) => Kind::Table,
        Value::Object(_) if Table::of(value).is_some() => Kind::Table,
        _ => Kind::Plain,
    })
}

struct Encoder<'o> {
    out: &'o mut Vec<u8>,
    /// Where the document begins in `out`.
    start: usize,
    /// The key of the current entry; empty for the root.
    path: Vec<Str>,
}

impl Encoder<'_> {
    /// A line break, unless nothing was written yet.
    fn line(&mut self) {
        if self.out.len() > self.start {
            self.out.push(b'\n');
        }
    }

    /// Two spaces for each part of the key but the last.
    fn indent(&mut self) {
        self.out
            .resize(self.out.len() + 2 * self.path.len().saturating_sub(1), b' ');
    }

    fn header(&mut self, open: &[u8], close: &[u8]) {
        self.indent();
        self.out.extend_from_slice(open);
        for (at, part) in self.path.iter().enumerate() {
            if at > 0 {
                self.out.push(b'.');
            }
            append_key(self.out, part);
        }
        self.out.extend_from_slice(close);
        self.out.push(b'\n');
    }

    /// A value of a table, or the root when the path is empty.
    fn entry(&mut self, value: &Value, depth: usize) -> Result<(), TomlEncodeError> {
        match kind_of(value, depth)? {
            Kind::Nil => Ok(()),
            Kind::Table => {
                if self.path.len() == 1 {
                    self.line();
                }
                if !self.path.is_empty() {
                    self.header(b"[", b"]");
                }
                self.table(value, depth)
            }
            Kind::ArrayOfTables => {
                if self.path.is_empty() {
                    return Err(TomlEncodeError::NoKey);
                }
                for item in value.as_list().into_iter().flatten() {
                    self.line();
                    self.header(b"[[", b"]]");
                    self.table(item, depth + 1)?;
                }
                Ok(())
            }
            Kind::Plain => {
                // The root has no indentation either way.
                self.indent();
                if let Some(name) = self.path.last() {
                    append_key(self.out, name);
                    self.out.extend_from_slice(b" = ");
                    self.element(value, depth)?;
                    self.line();
                    return Ok(());
                }
                self.element(value, depth)
            }
        }
    }

    /// The entries of a table: plain values first, then tables.
    fn table(&mut self, value: &Value, depth: usize) -> Result<(), TomlEncodeError> {
        let (plain, tables) = sorted_entries(value, depth)?;
        for (name, value) in plain.into_iter().chain(tables) {
            self.path.push(name);
            self.entry(&value, depth + 1)?;
            self.path.pop();
        }
        Ok(())
    }

    /// A value on one line.
    fn element(&mut self, value: &Value, depth: usize) -> Result<(), TomlEncodeError> {
        if depth > MAX_DEPTH {
            return Err(TomlEncodeError::TooDeep);
        }
        match value {
            Value::Null => return Err(TomlEncodeError::NilElement),
            Value::Bool(true) => self.out.extend_from_slice(b"true"),
            Value::Bool(false) => self.out.extend_from_slice(b"false"),
            Value::Int(int) if int.ty.is_unsigned() => append_uint(self.out, int.as_u64()),
            Value::Int(int) => append_int(self.out, int.value),
            Value::Float(number) => append_float(self.out, *number),
            Value::String(text) => append_string(self.out, text),
            Value::Bytes(bytes) => {
                let numbers: List = bytes.iter().map(|&byte| Value::int(i64::from(byte))).collect();
                return self.array(&numbers, depth);
            }
            Value::List(list) => return self.array(list, depth),
            Value::Map(_) => return self.inline_table(value, depth),
            Value::Object(object) => match form_of(&**object) {
                Form::Bare(text) => self.out.extend_from_slice(text.as_bytes()),
                Form::Text(text) => append_string(self.out, &text),
                Form::Integer(number) => append_int(self.out, number),
                Form::Fields(_) => return self.inline_table(value, depth),
                Form::Other(other) => return self.element(&other, depth + 1),
            },
        }
        Ok(())
    }

    fn array(&mut self, list: &List, depth: usize) -> Result<(), TomlEncodeError> {
        self.out.push(b'[');
        for (at, item) in list.iter().enumerate() {
            if at > 0 {
                self.out.extend_from_slice(b", ");
            }
            self.element(item, depth + 1)?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn inline_table(&mut self, value: &Value, depth: usize) -> Result<(), TomlEncodeError> {
        let (plain, tables) = sorted_entries(value, depth)?;
        self.out.push(b'{');
        let last = (plain.len() + tables.len()).saturating_sub(1);
        for (at, (name, value)) in plain.into_iter().chain(tables).enumerate() {
            if kind_of(&value, depth)? == Kind::Nil {
                continue;
            }
            append_key(self.out, &name);
            self.out.extend_from_slice(b" = ");
            self.element(&value, depth + 1)?;
            // The reference leaves a comma behind where the entries after this one are left out.
            if at != last {
                self.out.extend_from_slice(b", ");
            }
        }
        self.out.push(b'}');
        Ok(())
    }
}

type Entries = Vec<(Str, Value)>;

/// The entries of a table, parted into plain values and tables, each sorted (a map) or in declared order (a struct).
fn sorted_entries(value: &Value, depth: usize) -> Result<(Entries, Entries), TomlEncodeError> {
    let entries = match Table::of(value) {
        Some(Table::Map(map)) => map.snapshot(),
        Some(Table::Fields(fields)) => fields,
        None => Entries::new(),
    };
    let (mut plain, mut tables) = (Entries::new(), Entries::new());
    for (name, value) in entries {
        match kind_of(&value, depth)? {
            Kind::Table | Kind::ArrayOfTables => tables.push((name, value)),
            Kind::Plain | Kind::Nil => plain.push((name, value)),
        }
    }
    Ok((plain, tables))
}

fn append_float(out: &mut Vec<u8>, number: f64) {
    if !number.is_finite() {
        if number.is_sign_negative() {
            out.push(b'-');
        }
        out.extend_from_slice(if number.is_nan() { b"nan" } else { b"inf" });
        return;
    }
    let start = out.len();
    append_g(out, number);
    if !out[start..].iter().any(|byte| matches!(byte, b'.' | b'e')) {
        out.extend_from_slice(b".0");
    }
}
