//! `toToml` and `fromToml` against the reference's answers.

use std::rc::Rc;

use skeg_value::json::{JsonStyle, decode as decode_json, encode as encode_json};
use skeg_value::toml::{TomlDateTime, Zone, decode, encode};
use skeg_value::{ListType, Map, Object, Str, Value};

fn to_toml(value: &Value) -> String {
    let mut out = b"before".to_vec();
    match encode(value, &mut out) {
        Ok(()) => String::from_utf8(out[6..].to_vec()).expect("TOML is UTF-8"),
        Err(error) => {
            assert_eq!(out, b"before");
            format!("ERR {error}")
        }
    }
}

fn json(text: &str) -> Value {
    decode_json(text.as_bytes()).expect("the test's own JSON is valid")
}

fn from_toml(text: &str) -> String {
    match decode(text.as_bytes()) {
        Ok(map) => {
            let mut out = Vec::new();
            encode_json(&Value::Map(map), &mut out, JsonStyle::Compact, false).expect("finite numbers");
            String::from_utf8(out).expect("JSON is UTF-8")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn values_come_before_tables() {
    // spec 3.8
    for (value, toml) in [
        (r#"{"b":1,"a":{"c":1}}"#, "b = 1.0\n\n[a]\n  c = 1.0\n"),
        (r#"{"a":{"b":{"c":1}}}"#, "[a]\n  [a.b]\n    c = 1.0\n"),
        (
            r#"{"lt":[{"x":1},{"y":{}}]}"#,
            "[[lt]]\n  x = 1.0\n\n[[lt]]\n  [lt.y]\n",
        ),
        (r#"{"m":[1,{"x":1}]}"#, "m = [1.0, {x = 1.0}]\n"),
        (r#"{"a":null,"b":[],"c":{}}"#, "b = []\n\n[c]\n"),
        (r#"{"a":1e6,"b":1e-7,"d":true}"#, "a = 1e+06\nb = 1e-07\nd = true\n"),
        (
            r#"{"c":"q\"\\\n\t\u0001\u007f"}"#,
            "c = \"q\\\"\\\\\\n\\t\\u0001\\u007f\"\n",
        ),
        (
            r#"{"x y":1,"":2,"é":{"a.b":3}}"#,
            "\"\" = 2.0\n\"x y\" = 1.0\n\n[\"é\"]\n  \"a.b\" = 3.0\n",
        ),
        ("5", "5.0"),
        ("[1,2]", "[1.0, 2.0]"),
        (r#"[1,{"a":null,"b":2,"z":null}]"#, "[1.0, {b = 2.0, }]"),
        ("null", "ERR reflect: call of reflect.Value.Type on zero Value"),
        (r#"{"a":[null]}"#, "ERR toml: cannot encode array with nil element"),
        (r#"[{"a":1}]"#, "ERR toml: top-level values must be Go maps or structs"),
        ("{}", ""),
    ] {
        assert_eq!(to_toml(&json(value)), toml, "{value}");
    }
    assert_eq!(to_toml(&Value::int(5)), "5");
    assert_eq!(to_toml(&Value::Bytes(Str::from("hi"))), "[104, 105]");
    assert_eq!(to_toml(&Value::Float(f64::NEG_INFINITY)), "-inf");
}

#[test]
fn documents_are_read() {
    for (text, json) in [
        (
            "a = 1\nb = 1.5 # c\n[t]\nc = 'x'\n[t.u]\nd = [1, \"two\",]\n",
            r#"{"a":1,"b":1.5,"t":{"c":"x","u":{"d":[1,"two"]}}}"#,
        ),
        (
            "[[x]]\na = 1\n[[x]]\n[x.y]\nb = 2\n",
            r#"{"x":[{"a":1},{"y":{"b":2}}]}"#,
        ),
        (
            "a.b.c = 1\na.b.d = {e = 0x1F, f = 0b11, g = 0o17, h = 1_000}\n",
            r#"{"a":{"b":{"c":1,"d":{"e":31,"f":3,"g":15,"h":1000}}}}"#,
        ),
        (
            "a = \"\"\"\n x\\\n   y\"\"\"\"\nb = '''\n'z'''\n",
            r#"{"a":" xy\"","b":"'z"}"#,
        ),
        (r#"a = "\u00e9\U0001F600\x41\e""#, r#"{"a":"é😀A\u001b"}"#),
        (
            "d = 2001-01-01T00:00:00Z\nl = 1979-05-27 07:32\nt = 07:32:00.5\n",
            r#"{"d":"2001-01-01T00:00:00Z","l":"1979-05-27T07:32:00Z","t":"0000-01-01T07:32:00.5Z"}"#,
        ),
        ("\u{feff}a = true\r\n", r#"{"a":true}"#),
        // The reference lets an inline table be extended.
        ("a = {b = 1}\n[a.c]", r#"{"a":{"b":1,"c":{}}}"#),
    ] {
        assert_eq!(from_toml(text), json, "{text}");
    }
}

#[test]
fn values_have_the_go_types_of_the_reference() {
    let map = decode(b"i = 1\nf = 1.0\nd = 2001-01-01\nl = [1]\nt = [{a = 1}]\n[[x]]\n").expect("valid");
    for (key, go_type) in [
        ("i", "int64"),
        ("f", "float64"),
        ("d", "time.Time"),
        ("l", "[]interface {}"),
        ("t", "[]interface {}"),
        ("x", "[]map[string]interface {}"),
    ] {
        assert_eq!(
            map.get(key.as_bytes()).map(|value| value.type_name()).as_deref(),
            Some(go_type),
            "{key}"
        );
    }
    assert!(matches!(map.get(b"x"), Some(Value::List(list)) if list.ty() == ListType::MapList));
}

#[test]
fn times_print_as_go_prints_them() {
    for (toml, printed, encoded) in [
        (
            "1979-05-27T07:32:00Z",
            "1979-05-27 07:32:00 +0000 UTC",
            "1979-05-27T07:32:00Z",
        ),
        (
            "1979-05-27t07:32:00.120-07:00",
            "1979-05-27 07:32:00.12 -0700 -0700",
            "1979-05-27T07:32:00.12-07:00",
        ),
        (
            "1979-05-27 07:32:00",
            "1979-05-27 07:32:00 +0000 datetime-local",
            "1979-05-27T07:32:00",
        ),
        ("1979-05-27", "1979-05-27 00:00:00 +0000 date-local", "1979-05-27"),
        ("07:32:00.5", "0000-01-01 07:32:00.5 +0000 time-local", "07:32:00.5"),
    ] {
        let map = decode(format!("a = {toml}").as_bytes()).expect(toml);
        let Some(Value::Object(time)) = map.get(b"a") else {
            panic!("{toml} is no object");
        };
        assert_eq!(time.print(), printed);
        assert_eq!(to_toml(&Value::Map(map)), format!("a = {encoded}\n"));
    }
}

#[test]
fn times_have_methods() {
    // 2024-02-29T12:30:45.005Z
    let time = TomlDateTime {
        seconds: 1_709_209_845,
        nanoseconds: 5_000_000,
        zone: Zone::Utc,
    };
    for (method, value) in [
        ("Unix", 1_709_209_845),
        ("UnixMilli", 1_709_209_845_005),
        ("Year", 2024),
        ("Day", 29),
        ("YearDay", 60),
        ("Hour", 12),
        ("Minute", 30),
        ("Second", 45),
    ] {
        let got = time.call_method(method, &[]).expect(method);
        assert!(
            matches!(got, Value::Int(int) if int.value == value),
            "{method}: {got:?}"
        );
    }
    assert!(Value::Object(Rc::new(time)).deep_equal(&Value::Object(Rc::new(time))));
}

/// Document, error: answers of BurntSushi/toml 1.6.0.
#[rustfmt::skip]
const ERRORS: &[(&str, &str)] = &[
    ("a =", "toml: line 1 (last key \"a\"): unexpected EOF; expected value"),
    ("a", "toml: line 1: unexpected EOF; expected key separator '='"),
    ("a = 1 x", "toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got 'x' instead"),
    ("[a", "toml: line 1: expected '.' or ']' to end table name, but got '\\x00' instead"),
    ("[]", "toml: line 1: unexpected end of table name (table names cannot be empty)"),
    ("[a.]", "toml: line 1: unexpected end of table name (table names cannot be empty)"),
    ("[[a]", "toml: line 1: expected end of table array name delimiter ']', but got '\\x00' instead"),
    ("= 1", "toml: line 1: unexpected '=': key name appears blank"),
    (".a = 1", "toml: line 1: unexpected '.': keys cannot start with a '.'"),
    ("a.. = 1", "toml: line 1: unexpected '.'"),
    ("a = \"x", "toml: line 1 (last key \"a\"): unexpected EOF; expected '\"'"),
    ("a = \"x\ny\"", "toml: line 1 (last key \"a\"): strings cannot contain newlines"),
    ("a = \"\\q\"", "toml: line 1 (last key \"a\"): invalid escape in string '\\q'"),
    ("a = \"\\u12\"", "toml: line 1 (last key \"a\"): expected four hexadecimal digits after '\\u', but got \"\\\\u12\\\"\" instead"),
    ("a = '''x", "toml: line 1 (last key \"a\"): unexpected EOF; expected \"'''\""),
    ("a = [1 2]", "toml: line 1 (last key \"a\"): expected a comma (',') or array terminator (']'), but got '2'"),
    ("a = [1", "toml: line 1 (last key \"a\"): expected a comma (',') or array terminator (']'), but got end of file"),
    ("a = [,]", "toml: line 1 (last key \"a\"): unexpected comma"),
    ("a = {b = 1", "toml: line 1 (last key \"a.b\"): expected a comma or an inline table terminator '}', but got end of file instead"),
    ("a = {b = 1 c = 2}", "toml: line 1 (last key \"a.b\"): expected a comma or an inline table terminator '}', but got 'c' instead"),
    ("a = {,}", "toml: line 1 (last key \"a\"): unexpected comma"),
    ("a = 01", "toml: line 1 (last key \"a\"): Invalid integer \"01\": cannot have leading zeroes"),
    ("a = 1__0", "toml: line 1 (last key \"a\"): Invalid integer \"1__0\": underscores must be surrounded by digits"),
    ("a = 1.", "toml: line 1 (last key \"a\"): Invalid float \"1.\": '.' must be followed by one or more digits"),
    ("a = 0b2", "toml: line 1 (last key \"a\"): not a binary number: '0b2'"),
    ("a = +0x1", "toml: line 1 (last key \"a\"): cannot use sign with non-decimal numbers: '+0x'"),
    ("a = 9223372036854775808", "toml: line 1 (last key \"a\"): 9223372036854775808 is out of range for int64"),
    ("a = 1e400", "toml: line 1 (last key \"a\"): 1e400 is out of range for float64"),
    ("a = foo", "toml: line 1 (last key \"a\"): expected value but found \"foo\" instead"),
    ("a = .5", "toml: line 1 (last key \"a\"): floats must start with a digit, not '.'"),
    ("a = 1979-02-30", "toml: line 1 (last key \"a\"): invalid datetime: \"1979-02-30\""),
    ("a = 1\na = 2", "toml: line 2 (last key \"a\"): Key 'a' has already been defined."),
    ("[a]\n[a]", "toml: line 2: Key 'a' has already been defined."),
    ("a = 1\n[a.b]", "toml: line 2: Key 'a' was already created as a hash."),
    ("a = []\n[[a]]", "toml: line 2: Key 'a' was already created and cannot be used as an array."),
    ("[[a]]\n[a]", "toml: line 2: Key 'a' has already been defined."),
    ("[a.b]\nc = 1\nd = @", "toml: line 3 (last key \"a.b.d\"): expected value but found '@' instead"),
    ("a = \"\u{1}\"", "toml: line 1 (last key \"a\"): TOML files cannot contain control characters: '0x01'"),
    ("\u{0}", "toml: line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8"),
    ("a = \r", "toml: line 1 (last key \"a\"): TOML files cannot contain control characters: '0x0d'"),
    ("a b = 1", "toml: line 1: expected '.' or '=', but got 'b' instead"),
    ("a = {b = 1, b = 2}", "toml: line 1 (last key \"a.b\"): Key 'a.b' has already been defined."),
    ("a.b.c = 1\nb = x", "toml: line 2 (last key \"b\"): expected value but found \"x\" instead"),
];

#[test]
fn errors_are_worded_as_the_reference_words_them() {
    for (text, error) in ERRORS {
        assert_eq!(from_toml(text), *error, "{text:?}");
    }
    let error = decode(b"a = \"\xff\"").unwrap_err().to_string();
    assert_eq!(error, "toml: line 1 (last key \"a\"): invalid UTF-8 byte: 0xff");
}

#[test]
fn endless_nesting_is_an_error_and_no_crash() {
    // Unoptimised frames are large.
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(|| {
            for open in ["[", "{a="] {
                let error = decode(format!("a = {}", open.repeat(100_000)).as_bytes()).unwrap_err();
                assert!(error.message.contains("max depth"), "{error}");
            }
            let map = Map::new();
            map.insert("a", Value::Map(map.clone()));
            assert_eq!(
                to_toml(&Value::Map(map.clone())),
                "ERR toml: exceeded max depth of 1000"
            );
            map.remove(b"a");
        })
        .expect("a thread can be started")
        .join()
        .expect("no panic");
}
