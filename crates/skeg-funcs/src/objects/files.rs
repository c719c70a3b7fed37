//! Methods of `.Files`.

use skeg_template::function::{CallError, Context, Method, Param};
use skeg_value::{List, ListType, Map, MapType, Str, Value, json, yaml};

use super::glob::Glob;
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
    ("AsConfig", method(&[], as_config)),
    ("AsSecrets", method(&[], as_secrets)),
    ("Get", method(&[Param::String], get)),
    ("GetBytes", method(&[Param::String], get_bytes)),
    ("Glob", method(&[Param::String], glob)),
    ("Lines", method(&[Param::String], lines)),
];

fn receiver(value: &Value) -> Map {
    value.as_map().cloned().unwrap_or_default()
}

/// The bytes of a file, shared; none where there is no such file.
fn content(value: &Value, path: &Str) -> Option<Str> {
    match receiver(value).get(path) {
        Some(Value::Bytes(bytes) | Value::String(bytes)) => Some(bytes),
        _ => None,
    }
}

fn get(_: &mut dyn Context, value: &Value, arguments: &[Value]) -> Answer {
    Ok(Value::String(
        content(value, args::string(arguments, 0)).unwrap_or_default(),
    ))
}

fn get_bytes(_: &mut dyn Context, value: &Value, arguments: &[Value]) -> Answer {
    Ok(Value::Bytes(
        content(value, args::string(arguments, 0)).unwrap_or_default(),
    ))
}

/// The lines of a file; one newline at its end does not begin another line.
fn lines(_: &mut dyn Context, value: &Value, arguments: &[Value]) -> Answer {
    let Some(text) = content(value, args::string(arguments, 0)).filter(|text| !text.is_empty()) else {
        return Ok(List::typed(ListType::String, Vec::new()).into());
    };
    let text = text.strip_suffix(b"\n").unwrap_or(&text);
    Ok(Value::strings(text.split(|&b| b == b'\n')))
}

fn glob(_: &mut dyn Context, value: &Value, arguments: &[Value]) -> Answer {
    let glob = Glob::parse(args::string(arguments, 0));
    let files = receiver(value);
    let found: Map = files
        .borrow()
        .iter()
        .filter(|(path, _)| glob.matches(path))
        .map(|(p, c)| (p.clone(), c.clone()))
        .collect();
    Ok(found.with_type(MapType::Files).into())
}

/// A map from base names to what `text` makes of the contents, as YAML without its final newline.
fn by_base_name(value: &Value, text: fn(&[u8]) -> Vec<u8>) -> Answer {
    let map = Map::new();
    for (path, content) in receiver(value).borrow().iter() {
        if let Value::Bytes(bytes) | Value::String(bytes) = content {
            let base = path.rsplit(|&b| b == b'/').next().unwrap_or(path);
            map.insert(base, Value::String(text(bytes).into()));
        }
    }
    let mut out = Vec::new();
    // Helm answers an error of the encoder with an empty text.
    if yaml::emit::encode(&map.into(), &mut out).is_err() {
        out.clear();
    }
    if out.last() == Some(&b'\n') {
        out.pop();
    }
    Ok(Value::String(out.into()))
}

fn as_config(_: &mut dyn Context, value: &Value, _: &[Value]) -> Answer {
    by_base_name(value, <[u8]>::to_vec)
}

fn as_secrets(_: &mut dyn Context, value: &Value, _: &[Value]) -> Answer {
    by_base_name(value, |bytes| {
        let mut out = Vec::new();
        json::append_base64(&mut out, bytes);
        out
    })
}
