//! Values to and from YAML, JSON and TOML.
//!
//! # Source
//! spec/rendering.md 2.2, 3.4 to 3.8.

use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::json::{self, JsonStyle, Target};
use skeg_value::{List, Map, Str, Value, toml, yaml};

use crate::args;
use crate::table::fixed;

type Answer = Result<Value, CallError>;

const TEXT: &[Param] = &[Param::String];
const ANY: &[Param] = &[Param::Any];

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    fixed(
        "fromJson",
        TEXT,
        from_json,
        "The JSON object as a map; what is wrong with it stands under the key `Error`.",
        (r#"(fromJson "{\"a\": 1}").a"#, "1"),
    ),
    fixed(
        "fromJsonArray",
        TEXT,
        from_json_array,
        "The JSON array as a list; what is wrong with it is its only element.",
        (r#"fromJsonArray "[1, \"b\"]""#, "[1 b]"),
    ),
    fixed(
        "fromToml",
        TEXT,
        from_toml,
        "The TOML document as a map; what is wrong with it stands under the key `Error`.",
        (r#"(fromToml "a = 1").a"#, "1"),
    ),
    fixed(
        "fromYaml",
        TEXT,
        from_yaml,
        "The first YAML document as a map; what is wrong with it stands under the key `Error`.",
        (r#"(fromYaml "a: 1").a"#, "1"),
    ),
    fixed(
        "fromYamlArray",
        TEXT,
        from_yaml_array,
        "The YAML sequence as a list; what is wrong with it is its only element.",
        (r#"fromYamlArray "[1, b]""#, "[1 b]"),
    ),
    fixed(
        "mustFromJson",
        TEXT,
        must_from_json,
        "The JSON value; bad JSON is an error.",
        (r#"mustFromJson "[1]""#, "[1]"),
    ),
    fixed(
        "mustToJson",
        ANY,
        must_to_json,
        "Like `toJson`, but what JSON cannot hold is an error.",
        ("mustToJson 1", "1"),
    ),
    fixed(
        "mustToPrettyJson",
        ANY,
        must_to_pretty_json,
        "Like `toPrettyJson`, but what JSON cannot hold is an error.",
        ("mustToPrettyJson (list 1)", "[\n  1\n]"),
    ),
    fixed(
        "mustToRawJson",
        ANY,
        must_to_raw_json,
        "Like `toRawJson`, but what JSON cannot hold is an error.",
        (r#"mustToRawJson "<a>""#, r#""<a>""#),
    ),
    fixed(
        "mustToToml",
        ANY,
        must_to_toml,
        "Like `toToml`, but what TOML cannot hold is an error.",
        (r#"mustToToml (dict "a" 1)"#, "a = 1\n"),
    ),
    fixed(
        "mustToYaml",
        ANY,
        must_to_yaml,
        "Like `toYaml`, but what YAML cannot hold is an error.",
        (r#"mustToYaml (dict "a" 1)"#, "a: 1"),
    ),
    fixed(
        "toJson",
        ANY,
        to_json,
        "The value as compact JSON with sorted keys, safe in HTML; empty where JSON cannot hold it.",
        (r#"toJson (dict "a" "<b>")"#, r#"{"a":"\u003cb\u003e"}"#),
    ),
    fixed(
        "toPrettyJson",
        ANY,
        to_pretty_json,
        "The value as JSON indented by two spaces; empty where JSON cannot hold it.",
        (r#"toPrettyJson (dict "a" 1)"#, "{\n  \"a\": 1\n}"),
    ),
    fixed(
        "toRawJson",
        ANY,
        to_raw_json,
        "The value as compact JSON without HTML escapes; empty where JSON cannot hold it.",
        (r#"toRawJson (dict "a" "<b>")"#, r#"{"a":"<b>"}"#),
    ),
    fixed(
        "toToml",
        ANY,
        to_toml,
        "The value as TOML; where TOML cannot hold it, the error's text.",
        (r#"toToml (dict "a" "b")"#, "a = \"b\"\n"),
    ),
    fixed(
        "toYaml",
        ANY,
        to_yaml,
        "The value as YAML without the final newline; empty where YAML cannot hold it.",
        (r#"toYaml (dict "a" (list 1 "2"))"#, "a:\n- 1\n- \"2\""),
    ),
    fixed(
        "toYamlPretty",
        ANY,
        to_yaml_pretty,
        "The value as YAML with indented sequences, without the final newline; empty where YAML cannot hold it.",
        (r#"toYamlPretty (dict "a" (list 1 "2"))"#, "a:\n  - 1\n  - \"2\""),
    ),
];

fn text(bytes: Vec<u8>) -> Value {
    Value::String(Str::from(bytes))
}

fn yaml_of(value: &Value) -> Result<Value, CallError> {
    let mut out = Vec::new();
    yaml::emit::encode(value, &mut out).map_err(|error| CallError::new(error.to_string()))?;
    Ok(without_newline(out))
}

fn without_newline(mut out: Vec<u8>) -> Value {
    if out.last() == Some(&b'\n') {
        out.pop();
    }
    text(out)
}

fn to_yaml(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    Ok(yaml_of(&arguments[0]).unwrap_or_else(|_| Value::from("")))
}

fn must_to_yaml(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    yaml_of(&arguments[0])
}

fn to_yaml_pretty(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    let mut out = Vec::new();
    Ok(match yaml::pretty::encode_pretty(&arguments[0], &mut out) {
        Ok(()) => without_newline(out),
        Err(_) => Value::from(""),
    })
}

/// A map with what went wrong, as Helm reports it to templates.
fn error_map(map: Map, error: String) -> Value {
    map.insert("Error", error);
    map.into()
}

fn from_yaml(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    Ok(match yaml::decode(args::string(arguments, 0)) {
        Ok(Value::Map(map)) => map.into(),
        Ok(Value::Null) => Map::new().into(),
        Ok(other) => error_map(
            Map::new(),
            yaml::mismatch(&other, "", "map[string]interface {}").to_string(),
        ),
        Err(error) => error_map(Map::new(), error.to_string()),
    })
}

fn from_yaml_array(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    let failed = |error: String| List::new(vec![Value::from(error)]).into();
    Ok(match yaml::decode(args::string(arguments, 0)) {
        Ok(Value::List(list)) => list.into(),
        Ok(Value::Null) => List::new(Vec::new()).into(),
        Ok(other) => failed(yaml::mismatch(&other, "", "[]interface {}").to_string()),
        Err(error) => failed(error.to_string()),
    })
}

fn json_of(value: &Value, style: JsonStyle, escape_html: bool) -> Result<Value, CallError> {
    let mut out = Vec::new();
    json::encode(value, &mut out, style, escape_html).map_err(|error| CallError::new(error.to_string()))?;
    Ok(text(out))
}

fn lenient(answer: Answer) -> Answer {
    Ok(answer.unwrap_or_else(|_| Value::from("")))
}

fn to_json(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    lenient(json_of(&arguments[0], JsonStyle::Compact, true))
}

fn must_to_json(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    json_of(&arguments[0], JsonStyle::Compact, true)
}

fn to_pretty_json(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    lenient(json_of(&arguments[0], JsonStyle::Pretty2, true))
}

fn must_to_pretty_json(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    json_of(&arguments[0], JsonStyle::Pretty2, true)
}

fn to_raw_json(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    lenient(json_of(&arguments[0], JsonStyle::Compact, false))
}

fn must_to_raw_json(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    json_of(&arguments[0], JsonStyle::Compact, false)
}

fn from_json(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    let (value, error) = json::unmarshal(args::string(arguments, 0), Target::Map);
    // `null` leaves a nil map behind, which prints as `null` and cannot be written to.
    let Some(error) = error else { return Ok(value) };
    Ok(error_map(
        value.as_map().cloned().unwrap_or_default(),
        error.to_string(),
    ))
}

fn from_json_array(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    let (value, error) = json::unmarshal(args::string(arguments, 0), Target::List);
    Ok(error.map_or(value, |error| List::new(vec![Value::from(error.to_string())]).into()))
}

fn must_from_json(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    json::decode(args::string(arguments, 0)).map_err(|error| CallError::new(error.to_string()))
}

/// Go's encoder asks the type of the value first, which a nil has not.
const NO_TYPE: &str = "reflect: call of reflect.Value.Type on zero Value";

fn must_to_toml(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    if arguments[0].is_null() {
        return Err(CallError::new(NO_TYPE));
    }
    let mut out = Vec::new();
    toml::encode(&arguments[0], &mut out).map_err(|error| CallError::new(error.to_string()))?;
    Ok(text(out))
}

fn to_toml(context: &mut dyn Context, arguments: &[Value]) -> Answer {
    match must_to_toml(context, arguments) {
        Err(CallError::Message(message)) if message != NO_TYPE => Ok(Value::from(message)),
        answer => answer,
    }
}

fn from_toml(_: &mut dyn Context, arguments: &[Value]) -> Answer {
    Ok(match toml::decode(args::string(arguments, 0)) {
        Ok(value) => value.into(),
        Err(error) => error_map(Map::new(), error.to_string()),
    })
}
