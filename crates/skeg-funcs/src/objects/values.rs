//! Methods of `common.Values`, the type of `.` and `.Values`. They hide keys of the same name.

use skeg_template::function::{CallError, Context, Method, Param};
use skeg_value::quote::quote;
use skeg_value::{Map, MapType, Str, Value, yaml};

use crate::args;

type Answer = Result<Value, CallError>;

const fn method(params: &'static [Param], run: fn(&mut dyn Context, &Value, &[Value]) -> Answer) -> Method {
    Method {
        params,
        variadic: None,
        run,
    }
}

pub(super) const METHODS: &[(&str, Method)] = &[
    ("AsMap", method(&[], as_map)),
    ("Encode", method(&[Param::Object("io.Writer")], encode)),
    ("PathValue", method(&[Param::String], path_value)),
    ("Table", method(&[Param::String], table)),
    ("YAML", method(&[], to_yaml)),
];

fn receiver(value: &Value) -> Map {
    value.as_map().cloned().unwrap_or_default()
}

fn as_map(_: &mut dyn Context, value: &Value, _: &[Value]) -> Answer {
    Ok(receiver(value).with_type(MapType::Any).into())
}

/// No template has a writer to give: the argument check refuses every call before it comes here.
fn encode(_: &mut dyn Context, _: &Value, _: &[Value]) -> Answer {
    Err(CallError::new("templates cannot write to a stream"))
}

fn to_yaml(_: &mut dyn Context, value: &Value, _: &[Value]) -> Answer {
    let mut out = Vec::new();
    yaml::emit::encode(value, &mut out).map_err(|error| CallError::new(error.to_string()))?;
    Ok(Value::String(Str::from(out)))
}

/// The map at a path, or the component that is none.
fn lookup(map: &Map, path: &[u8]) -> Result<Map, CallError> {
    let mut map = map.clone();
    for part in path.split(|&b| b == b'.') {
        match map.get(part) {
            Some(Value::Map(next)) => map = next,
            _ => return Err(CallError::new(format!("{} is not a table", quote(part)))),
        }
    }
    Ok(map.with_type(MapType::Values))
}

fn table(_: &mut dyn Context, value: &Value, arguments: &[Value]) -> Answer {
    lookup(&receiver(value), args::string(arguments, 0)).map(Value::Map)
}

fn path_value(_: &mut dyn Context, value: &Value, arguments: &[Value]) -> Answer {
    let path = args::string(arguments, 0);
    if path.is_empty() {
        return Err(CallError::new("YAML path cannot be empty"));
    }
    let (parent, key) = match path.iter().rposition(|&b| b == b'.') {
        Some(dot) => (lookup(&receiver(value), &path[..dot]).ok(), &path[dot + 1..]),
        None => (Some(receiver(value)), &path[..]),
    };
    match parent.and_then(|parent| parent.get(key)) {
        Some(found) if found.as_map().is_none() => Ok(found),
        _ => Err(CallError::new(format!("{} is not a value", quote(key)))),
    }
}
