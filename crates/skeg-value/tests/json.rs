//! `toJson` and `fromJson` against the reference's answers.

use skeg_value::json::{JsonStyle, Target, decode, decode_prefix, encode, unmarshal};
use skeg_value::{List, ListType, Map, MapType, Str, Value};

fn to_json(value: &Value, style: JsonStyle, escape_html: bool) -> String {
    let mut out = b"before".to_vec();
    match encode(value, &mut out, style, escape_html) {
        Ok(()) => String::from_utf8(out[6..].to_vec()).expect("JSON is UTF-8"),
        Err(error) => {
            assert_eq!(out, b"before");
            format!("ERR {error}")
        }
    }
}

fn compact(value: &Value) -> String {
    to_json(value, JsonStyle::Compact, true)
}

#[test]
fn strings_are_escaped_as_go_does() {
    // spec 3.7
    for (text, json) in [
        (&b"<>&"[..], r#""\u003c\u003e\u0026""#),
        ("\u{2028}\u{2029}".as_bytes(), r#""\u2028\u2029""#),
        (b"\x00\x08\x0c\n\r\t\x0b\x1f", r#""\u0000\b\f\n\r\t\u000b\u001f""#),
        ("\u{7f}é😀".as_bytes(), "\"\u{7f}é😀\""),
        (b"\"\\/", r#""\"\\/""#),
        (b"a\xff\xfeb\xe2\x82", "\"a\u{fffd}\u{fffd}b\u{fffd}\u{fffd}\""),
    ] {
        assert_eq!(compact(&Value::string(text)), json);
    }
    let raw = to_json(&Value::from("<>&\u{2028}"), JsonStyle::Compact, false);
    assert_eq!(raw, r#""<>&\u2028""#);
}

#[test]
fn values_are_written_as_go_does() {
    let map: Map = [
        (Str::from("b"), Value::Bytes(Str::from("hi"))),
        (Str::from("B"), Value::List(List::nil(ListType::String))),
        (Str::from("é"), Value::Map(Map::nil(MapType::String))),
        (Str::from("f"), Value::Float(1e21)),
        (Str::from("i"), Value::int64(i64::MIN)),
    ]
    .into_iter()
    .collect();
    assert_eq!(
        compact(&map.into()),
        r#"{"B":null,"b":"aGk=","f":1e+21,"i":-9223372036854775808,"é":null}"#
    );
    assert_eq!(compact(&Value::Float(-0.0)), "-0");
    assert_eq!(
        compact(&Value::Float(f64::INFINITY)),
        "ERR json: unsupported value: +Inf"
    );
}

#[test]
fn pretty_text_keeps_empty_containers_on_one_line() {
    let value = decode(br#"{"a":[],"b":{},"c":[1,{"x":null}]}"#).expect("valid");
    assert_eq!(
        to_json(&value, JsonStyle::Pretty2, true),
        "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    {\n      \"x\": null\n    }\n  ]\n}"
    );
}

#[test]
fn cycles_are_reported() {
    // Unoptimised frames are large.
    let text = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(|| {
            let map = Map::new();
            map.insert("a", Value::Map(map.clone()));
            let text = compact(&Value::Map(map.clone()));
            map.remove(b"a");
            text
        })
        .expect("a thread can be started")
        .join()
        .expect("no panic");
    assert_eq!(
        text,
        "ERR json: unsupported value: encountered a cycle via map[string]interface {}"
    );
}

#[test]
fn errors_are_worded_as_go_words_them() {
    // Answers of Helm 4.3.1's fromJson.
    for (text, error) in [
        (&b""[..], "unexpected end of JSON input"),
        (b"{", "unexpected end of JSON input"),
        (b"nul", "unexpected end of JSON input"),
        (b"nulx", "invalid character 'x' in literal null (expecting 'l')"),
        (b"{\"a\":tru}", "invalid character '}' in literal true (expecting 'e')"),
        (b"{\"a\":1} x", "invalid character 'x' after top-level value"),
        (b"{\"a\" 1}", "invalid character '1' after object key"),
        (
            b"{\"a\":1,}",
            "invalid character '}' looking for beginning of object key string",
        ),
        (
            b"{a:1}",
            "invalid character 'a' looking for beginning of object key string",
        ),
        (b"[1,]", "invalid character ']' looking for beginning of value"),
        (b"[1 2]", "invalid character '2' after array element"),
        (b"{\"a\":01}", "invalid character '1' after object key:value pair"),
        (b"{\"a\":1.}", "invalid character '}' in numeric literal"),
        (b"-", "unexpected end of JSON input"),
        (br#"{"a":"\x"}"#, r"invalid escape sequence `\x` in string"),
        (br#"{"a":"\u12"}"#, r#"invalid escape sequence `\u12"}` in string"#),
        (b"{\"a\":\"\t\"}", r"invalid character '\t' in string"),
        (b"\xff", r"invalid character '\xff' looking for beginning of value"),
        ("é".as_bytes(), "invalid character 'é' looking for beginning of value"),
        (
            "\u{feff}{}".as_bytes(),
            r"invalid character '\ufeff' looking for beginning of value",
        ),
        (b"'a'", r"invalid character '\'' looking for beginning of value"),
        (
            b"5",
            "json: cannot unmarshal number into Go value of type map[string]interface {}",
        ),
        (
            b"\"s\"",
            "json: cannot unmarshal string into Go value of type map[string]interface {}",
        ),
        (
            b"true",
            "json: cannot unmarshal bool into Go value of type map[string]interface {}",
        ),
        (
            b"[1,2]",
            "json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
        (
            b"{\"a\":1e999}",
            "json: cannot unmarshal number 1e999 into Go struct field .a of type float64",
        ),
        (
            br#"{"a":{"b":[1,1e999]}}"#,
            "json: cannot unmarshal number 1e999 into .a.b.1 of type float64",
        ),
    ] {
        let (value, found) = unmarshal(text, Target::Map);
        assert_eq!(found.map(|error| error.to_string()).as_deref(), Some(error), "{text:?}");
        assert!(matches!(value, Value::Map(_)));
    }
    let (_, found) = unmarshal(b"{}", Target::List);
    let expected = "json: cannot unmarshal object into Go value of type []interface {}";
    assert_eq!(found.map(|error| error.to_string()).as_deref(), Some(expected));
}

#[test]
fn what_is_read_follows_go() {
    let read = |text: &str| compact(&decode(text.as_bytes()).expect("valid"));
    assert_eq!(read(r#"{"a":1,"a":2}"#), r#"{"a":2}"#);
    assert_eq!(
        read(r#"["\ud800\n\ud83d\ude00\ude00\/"]"#),
        "[\"\u{fffd}\\n😀\u{fffd}/\"]"
    );
    assert_eq!(read(" [ 1.5e3 , -0 , true , null ] "), "[1500,-0,true,null]");
    assert_eq!(decode(b"1").map(|v| v.type_name()).as_deref(), Ok("float64"));
    let (value, error) = unmarshal(b"null", Target::Map);
    assert!(error.is_none() && matches!(value, Value::Map(map) if map.is_nil()));
    let (value, error) = unmarshal(br#"{"a":1e999,"b":2}"#, Target::Map);
    assert!(error.is_some());
    assert_eq!(compact(&value), r#"{"a":0,"b":2}"#);
}

#[test]
fn a_prefix_tells_where_it_ends() {
    for (text, expected) in [
        (" [1] ,b", Some(4)),
        ("1x", Some(1)),
        ("\"a\",", Some(3)),
        ("foo", None),
        ("[1", None),
    ] {
        assert_eq!(
            decode_prefix(text.as_bytes()).ok().map(|(_, length)| length),
            expected,
            "{text}"
        );
    }
}

#[test]
fn depth_is_limited_and_takes_no_stack() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    // The value is leaked, since dropping it would recurse.
    assert!(decode(nested(10_000).as_bytes()).map(std::mem::forget).is_ok());
    assert_eq!(
        decode(nested(10_001).as_bytes()).unwrap_err().to_string(),
        "exceeded max depth"
    );
    assert_eq!(
        decode("[".repeat(5_000_000).as_bytes()).unwrap_err().to_string(),
        "exceeded max depth"
    );
}
