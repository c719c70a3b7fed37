//! `toYaml` and `toYamlPretty` against the reference's answers.

use std::rc::Rc;

use skeg_value::json::decode;
use skeg_value::toml::{TomlDateTime, Zone};
use skeg_value::yaml::emit::encode;
use skeg_value::yaml::pretty::encode_pretty;
use skeg_value::{List, ListType, Map, MapType, Str, Value};

/// String, `toYaml`, `toYamlPretty` (`=`: the same), each without its final newline: spec 3.6, the whole table.
#[rustfmt::skip]
const SPEC: &[(&str, &str, &str)] = &[
    ("", "\"\"", "="),
    (" ", "' '", "="),
    ("a b", "a b", "="),
    (" a", "' a'", "="),
    ("a ", "'a '", "="),
    ("true", "\"true\"", "="),
    ("True", "\"True\"", "="),
    ("TRUE", "\"TRUE\"", "="),
    ("tRue", "tRue", "="),
    ("yes", "\"yes\"", "="),
    ("YES", "\"YES\"", "="),
    ("y", "\"y\"", "="),
    ("Y", "\"Y\"", "="),
    ("n", "\"n\"", "="),
    ("no", "\"no\"", "="),
    ("on", "\"on\"", "="),
    ("On", "\"On\"", "="),
    ("off", "\"off\"", "="),
    ("null", "\"null\"", "="),
    ("Null", "\"Null\"", "="),
    ("~", "\"~\"", "="),
    ("nil", "nil", "="),
    ("None", "None", "="),
    ("123", "\"123\"", "="),
    ("-123", "\"-123\"", "="),
    ("+123", "\"+123\"", "="),
    ("0", "\"0\"", "="),
    ("007", "\"007\"", "="),
    ("08", "\"08\"", "="),
    ("0o17", "\"0o17\"", "="),
    ("0o8", "0o8", "="),
    ("0x1F", "\"0x1F\"", "="),
    ("0xg", "0xg", "="),
    ("0b101", "\"0b101\"", "="),
    ("0b2", "0b2", "="),
    ("1_000", "\"1_000\"", "="),
    ("_1", "_1", "="),
    ("1,000", "1,000", "="),
    ("1.0", "\"1.0\"", "="),
    ("1.", "\"1.\"", "="),
    (".1", "\".1\"", "="),
    ("-.5", "\"-.5\"", "="),
    ("1e3", "\"1e3\"", "="),
    ("1E+3", "\"1E+3\"", "="),
    ("e3", "e3", "="),
    ("1e400", "1e400", "="),
    (".inf", "\".inf\"", "="),
    ("-.Inf", "\"-.Inf\"", "="),
    (".nan", "\".nan\"", "="),
    ("Infinity", "Infinity", "="),
    ("NaN", "NaN", "="),
    ("1:30", "\"1:30\"", "="),
    ("1:99", "1:99", "="),
    ("190:20:30.15", "\"190:20:30.15\"", "="),
    ("2001-01-01", "\"2001-01-01\"", "="),
    ("2001-1-1", "\"2001-1-1\"", "="),
    ("2001-12-14 21:59:43", "\"2001-12-14 21:59:43\"", "="),
    ("2001-12-14t21:59:43.10-05:00", "\"2001-12-14t21:59:43.10-05:00\"", "="),
    ("2001-13-40", "2001-13-40", "="),
    ("v1.2.3", "v1.2.3", "="),
    ("1.2.3", "1.2.3", "="),
    ("<<", "<<", "="),
    ("=", "=", "="),
    ("-", "'-'", "="),
    ("--", "--", "="),
    ("---", "'---'", "="),
    ("--- a", "'--- a'", "="),
    ("...", "'...'", "="),
    ("- a", "'- a'", "="),
    ("-a", "-a", "="),
    ("?", "'?'", "="),
    ("?a", "?a", "="),
    (":", "':'", "="),
    (":a", ":a", "="),
    ("a:", "'a:'", "="),
    ("a: b", "'a: b'", "="),
    ("a:b", "a:b", "="),
    ("a #b", "'a #b'", "="),
    ("a#b", "a#b", "="),
    ("#a", "'#a'", "="),
    (",a", "',a'", "="),
    ("a,b", "a,b", "="),
    ("[a", "'[a'", "="),
    ("a]", "a]", "="),
    ("{{ x }}", "'{{ x }}'", "="),
    ("a}", "a}", "="),
    ("&a", "'&a'", "="),
    ("*a", "'*a'", "="),
    ("!a", "'!a'", "="),
    ("|", "'|'", "="),
    ("> a", "'> a'", "="),
    ("it's", "it's", "="),
    ("'a'", "'''a'''", "="),
    ("\"a\"", "'\"a\"'", "="),
    ("a\"b", "a\"b", "="),
    ("%a", "'%a'", "="),
    ("100%", "100%", "="),
    ("@a", "'@a'", "="),
    ("`a", "'`a'", "="),
    ("\\", "\\", "="),
    ("a\\b", "a\\b", "="),
    ("a\tb", "\"a\\tb\"", "="),
    ("\ta\nb", "\"\\ta\\nb\"", "|-\n  \ta\n  b"),
    ("a\nb", "|-\n  a\n  b", "="),
    ("a\nb\n", "|\n  a\n  b", "="),
    ("a\nb\n\n", "|+\n  a\n  b\n", "="),
    ("\na", "|2-\n\n  a", "="),
    ("\n", "|2+\n", "="),
    (" a\nb", "|2-\n   a\n  b", "="),
    ("a\n b", "|-\n  a\n   b", "="),
    ("a \nb", "\"a \\nb\"", "="),
    ("a\nb ", "\"a\\nb \"", "="),
    ("a\r\nb", "\"a\\r\\nb\"", "="),
    ("a\u{0}b", "\"a\\0b\"", "="),
    ("\u{7}\u{1b}", "\"\\a\\e\"", "="),
    ("é 日本", "é 日本", "="),
    ("\u{a0}", "\u{a0}", "="),
    ("\u{ad}", "\u{ad}", "="),
    ("\u{2028}", "'\u{2028}'", "="),
    ("\u{feff}", "\"\\uFEFF\"", "="),
    ("\u{1f600}", "\"\\U0001F600\"", "="),
    ("a\n\u{1f600}", "\"a\\n\\U0001F600\"", "="),
    ("/x:y", "/x:y", "="),
    ("http://h:80/p?q=a&b#c", "http://h:80/p?q=a&b#c", "="),
    ("key: |\n  x\n", "|\n  key: |\n    x", "="),
    ("18446744073709551616", "\"18446744073709551616\"", "="),
    ("-0", "\"-0\"", "="),
    ("{}", "'{}'", "="),
    ("[]", "'[]'", "="),
    ("null ", "'null '", "="),
    ("0.", "\"0.\"", "="),
    ("+", "+", "="),
    (".", ".", "="),
];

/// More strings: folding, line separators, byte order marks, leading spaces. Answers of sigs.k8s.io/yaml 1.6.0 and yaml v3 3.0.5.
#[rustfmt::skip]
const MORE: &[(&str, &str, &str)] = &[
    ("NaN: x", "'NaN: x'", "="),
    ("key", "key", "="),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b"),
    ("x wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww y z", "x wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\n  y z", "x wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww y z"),
    ("it's: xit's: xit's: xit's: xit's: xit's: xit's: xit's: xit's: xit's: xit's: xit's: x and more words to fold it", "'it''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s:\n  xit''s: x and more words to fold it'", "'it''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s: xit''s: x and more words to fold it'"),
    ("\"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" ", "'\"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\"\n  \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" '", "'\"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" \"q\" '"),
    ("\tw w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w ", "\"\\tw w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w\n  w w w w w w w w w w w w w w w w w w w w \"", "\"\\tw w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w \""),
    ("a\u{2028}b c\n", "|\n  a\u{2028}  b c", "="),
    ("\u{2028}x\u{2029}y", "'\u{2028}  x\u{2029}  y'", "="),
    ("\u{feff}abc", "\"\\uFEFF\\x61\\x62\\x63\"", "="),
    ("a\u{85}b  \u{85}\u{85} c", "|-\n  a b\n  c", "\"a\\Nb  \\N\\N c\""),
    ("x\n\u{2028}y", "|-\n  x\n\u{2028}  y", "="),
    ("a\n\n\n", "|+\n  a\n\n", "="),
    ("\n\n", "|2+\n\n", "="),
    ("  \n a", "\"  \\n a\"", "="),
    ("- ", "'- '", "="),
    ("? a", "'? a'", "="),
    ("a\n#b\n", "|\n  a\n  #b", "="),
    ("\u{fffd}", "\u{fffd}", "="),
    ("0b-1", "\"0b-1\"", "="),
    ("0o-7", "0o-7", "\"0o-7\""),
    (".5_0", "\".5_0\"", "="),
    ("1_", "\"1_\"", "="),
    ("2001-1-1 3:4:5,5", "\"2001-1-1 3:4:5,5\"", "="),
    ("-", "'-'", "="),
    (".", ".", "="),
    ("'", "''''", "="),
    ("\"", "'\"'", "="),
    ("\u{b}\u{c}\u{8}", "\"\\v\\f\\b\"", "="),
    (" #", "' #'", "="),
    ("a: ", "'a: '", "="),
    ("wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww w", "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\n  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\n  w", "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww w"),
];

fn to_yaml(value: &Value) -> String {
    let mut out = Vec::new();
    match encode(value, &mut out) {
        Ok(()) => strip(out),
        Err(error) => {
            assert!(out.is_empty(), "a failed encoding must leave nothing behind");
            format!("ERR {error}")
        }
    }
}

fn to_yaml_pretty(value: &Value) -> String {
    let mut out = Vec::new();
    encode_pretty(value, &mut out).expect("nothing here is too deep");
    strip(out)
}

fn strip(out: Vec<u8>) -> String {
    let text = String::from_utf8(out).expect("YAML is UTF-8");
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

fn json(text: &str) -> Value {
    decode(text.as_bytes()).expect("the test's own JSON is valid")
}

#[test]
fn strings_are_written_in_the_reference_style() {
    for (text, yaml, pretty) in SPEC.iter().chain(MORE) {
        let value = Value::from(*text);
        assert_eq!(to_yaml(&value), *yaml, "toYaml {text:?}");
        assert_eq!(
            to_yaml_pretty(&value),
            if *pretty == "=" { *yaml } else { *pretty },
            "toYamlPretty {text:?}"
        );
    }
}

#[test]
fn numbers_follow_the_table() {
    // spec 3.2: value, `toYaml`, `toYamlPretty`
    for (number, yaml, pretty) in [
        (-0.0, "0", "-0"),
        (1.0, "1", "1"),
        (0.10, "0.1", "0.1"),
        (1000000.0, "1000000", "1e+06"),
        (1234567.5, "1.2345675e+06", "1.2345675e+06"),
        (1e20, "1e+20", "1e+20"),
        (0.00001, "1e-05", "1e-05"),
        (1e-7, "1e-07", "1e-07"),
        (9007199254740993.0, "9007199254740992", "9.007199254740992e+15"),
        (9223372036854775807.0, "9223372036854776000", "9.223372036854776e+18"),
        (
            -9223372036854775808.0,
            "-9.223372036854776e+18",
            "-9.223372036854776e+18",
        ),
        (
            18446744073709551615.0,
            "1.8446744073709552e+19",
            "1.8446744073709552e+19",
        ),
        (
            12345678901234567890123.0,
            "1.2345678901234568e+22",
            "1.2345678901234568e+22",
        ),
    ] {
        assert_eq!(to_yaml(&Value::Float(number)), yaml);
        assert_eq!(to_yaml_pretty(&Value::Float(number)), pretty);
    }
    assert_eq!(to_yaml(&Value::int64(i64::MIN)), "-9223372036854775808");
    assert_eq!(
        to_yaml(&Value::Float(f64::NAN)),
        "ERR error marshaling into JSON: json: unsupported value: NaN"
    );
    assert_eq!(to_yaml_pretty(&Value::Float(f64::NEG_INFINITY)), "-.inf");
}

#[test]
fn collections_are_laid_out_in_blocks() {
    // spec 3.4, 3.5
    let value = json(r#"{"a":[1,[2,[]],{"k":"v","l":{"m":null}}],"e":{},"t":"x\ny\n"}"#);
    assert_eq!(
        to_yaml(&value),
        "a:\n- 1\n- - 2\n  - []\n- k: v\n  l:\n    m: null\ne: {}\nt: |\n  x\n  y"
    );
    assert_eq!(
        to_yaml_pretty(&value),
        "a:\n  - 1\n  - - 2\n    - []\n  - k: v\n    l:\n      m: null\ne: {}\nt: |\n  x\n  y"
    );
    assert_eq!(to_yaml(&json("[[],{},[[1]]]")), "- []\n- {}\n- - - 1");
}

#[test]
fn keys_take_the_explicit_form_when_they_must() {
    // spec 3.4
    let long = "k".repeat(129);
    for (key, yaml) in [
        (long.as_str(), format!("? {long}\n: 1")),
        ("a\nb", "? |-\n  a\n  b\n: 1".to_owned()),
        ("y", "\"y\": 1".to_owned()),
        ("a: b", "'a: b': 1".to_owned()),
        ("", "\"\": 1".to_owned()),
        ("\u{2028}", "? '\u{2028}'\n: 1".to_owned()),
    ] {
        let map: Map = [(Str::from(key), Value::int(1))].into_iter().collect();
        assert_eq!(to_yaml(&map.into()), yaml);
    }
    let explicit = json(r#"{"a\nb":{"c":[1,{"d":2}]}}"#);
    assert_eq!(to_yaml(&explicit), "? |-\n  a\n  b\n: c:\n  - 1\n  - d: 2");
    // Beyond 1024 characters the YAML reader in the reference does not find the colon.
    let map: Map = [(Str::from("k".repeat(1023)), Value::int(1))].into_iter().collect();
    assert_eq!(to_yaml(&map.into()), "ERR yaml: did not find expected ',' or '}'");
}

#[test]
fn the_detour_through_json_shows() {
    // spec 3.4 (side effects of the JSON step)
    assert_eq!(to_yaml(&Value::string(&b"a\xffb"[..])), "a\u{fffd}b");
    assert_eq!(to_yaml_pretty(&Value::string(&b"a\xffb"[..])), "!!binary Yf9i");
    assert_eq!(to_yaml(&Value::Bytes(Str::from("hi"))), "aGk=");
    assert_eq!(to_yaml_pretty(&Value::Bytes(Str::from("hi"))), "- 104\n- 105");
    for text in ["\u{7f}", "\u{80}", "\u{9f}", "\u{fffe}", "\u{ffff}"] {
        let value = Value::from(vec![Value::from(format!("a{text}"))]);
        assert_eq!(to_yaml(&value), "ERR yaml: control characters are not allowed");
    }
    assert_eq!(to_yaml(&Value::List(List::nil(ListType::Any))), "null");
    assert_eq!(to_yaml(&Value::Map(Map::nil(MapType::String))), "null");
    assert_eq!(to_yaml_pretty(&Value::Map(Map::nil(MapType::String))), "{}");
    // Keys that become equal: the last one in JSON's order wins.
    let map: Map = [
        (Str::from(&b"\xfe"[..]), Value::int(1)),
        (Str::from(&b"\xff"[..]), Value::int(2)),
    ]
    .into_iter()
    .collect();
    assert_eq!(to_yaml(&map.into()), "\u{fffd}: 2");
}

#[test]
fn times_are_quoted_by_one_encoder_only() {
    // spec 3.5
    let time = TomlDateTime {
        seconds: 978_307_200,
        nanoseconds: 0,
        zone: Zone::Utc,
    };
    let value = Value::Object(Rc::new(time));
    assert_eq!(to_yaml(&value), "\"2001-01-01T00:00:00Z\"");
    assert_eq!(to_yaml_pretty(&value), "2001-01-01T00:00:00Z");
}

#[test]
fn cycles_and_depth_are_errors() {
    // Deep recursion needs room in an unoptimised build.
    let text = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(|| {
            let map = Map::new();
            map.insert("a", Value::from(vec![Value::Map(map.clone())]));
            let cycle = to_yaml(&Value::Map(map.clone()));
            map.remove(b"a");
            let nested = |depth| (0..depth).fold(Value::int(1), |inner, _| Value::from(vec![inner]));
            (cycle, to_yaml(&nested(10_000)).len(), to_yaml(&nested(10_001)))
        })
        .expect("a thread can be started")
        .join()
        .expect("no panic");
    assert_eq!(
        text.0,
        "ERR error marshaling into JSON: json: unsupported value: encountered a cycle via map[string]interface {}"
    );
    assert_eq!(text.1, 20_001);
    assert_eq!(text.2, "ERR error marshaling into JSON: exceeded max depth");
}

#[test]
fn text_is_appended_after_what_is_there() {
    let mut out = b"x: ".to_vec();
    let long = Value::from(format!("{} b", "a".repeat(80)));
    encode(&long, &mut out).expect("a string has a YAML form");
    // The column counts from where the document begins, not from the start of the line in the buffer.
    assert_eq!(String::from_utf8_lossy(&out), format!("x: {} b\n", "a".repeat(80)));
}
