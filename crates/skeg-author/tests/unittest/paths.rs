//! Paths into documents.

use skeg_author::unittest::path::Path;
use skeg_value::{Value, yaml};

const DOCUMENT: &str = r#"
kind: K
m: {a1: 1, a10: 2, a2: 3, "x.y/z": 4, "it's": 5}
list:
  - {name: a, v: 1, tags: [x, y]}
  - {name: b, v: 2.5}
  - {name: c, v: "3"}
nested: [[1, 2], [3], []]
t: true
n: null
"#;

/// What a path leads to, as compact JSON; or what is said of it.
fn found(path: &str) -> String {
    let document = yaml::decode_v3(DOCUMENT.as_bytes()).expect("the document is YAML");
    match Path::new(path).find(&document) {
        Err(reason) => format!("! {reason}"),
        Ok(values) => {
            let text = |value: &Value| {
                let mut out = Vec::new();
                skeg_value::json::encode(value, &mut out, skeg_value::json::JsonStyle::Compact, false)
                    .expect("there is nothing strange in it");
                String::from_utf8(out).expect("JSON is UTF-8")
            };
            values.iter().map(text).collect::<Vec<String>>().join(" ")
        }
    }
}

#[test]
fn paths_lead_where_the_original_leads() {
    for (path, expected) in [
        ("kind", "\"K\""),
        ("$.kind", "\"K\""),
        (".kind", "\"K\""),
        ("m[\"x.y/z\"]", "4"),
        ("m['it\\'s', \"a1\"]", "5 1"),
        ("m.x\\.y/z", ""),
        ("m.*", "1 3 2 5 4"),
        ("m[*]", "1 3 2 5 4"),
        ("m[*]~", "\"a1\" \"a2\" \"a10\" \"it's\" \"x.y/z\""),
        ("m.a1~", "\"a1\""),
        ("list[0].name", "\"a\""),
        ("list[-1].name", "\"c\""),
        ("list[5]", ""),
        ("list[0:2].name", "\"a\" \"b\""),
        ("list[::-1].name", "\"c\" \"b\" \"a\""),
        ("list[0,2].name", "\"a\" \"c\""),
        ("list[*].tags[1]", "\"y\""),
        ("..name", "\"a\" \"b\" \"c\""),
        ("nested[*][0]", "1 3"),
        ("list[?(@.name == \"b\")].v", "2.5"),
        ("list[?(@.name=='a' || @.v > 2)].name", "\"a\" \"b\""),
        ("list[?(@.tags)].name", "\"a\""),
        ("list[?(!@.tags)].name", "\"b\" \"c\""),
        ("list[?(@.v >= 1 && (@.v < 2))].name", "\"a\""),
        ("list[?(@.name =~ /^[ab]$/)].name", "\"a\" \"b\""),
        ("list[?(@.name == $.kind)]", ""),
        ("nested[0][?(@ > 1)]", "2"),
        ("n", "null"),
        ("zz.y", ""),
        (
            "list[x]",
            "! invalid array index [x] before position 7: non-integer array index",
        ),
        ("list[]", "! subscript missing from [] before position 6"),
        (
            "list[0:1:0]",
            "! invalid array index [0:1:0] before position 11: array index step value must be non-zero",
        ),
        ("list[1", "! unmatched [ at position 6, following \"list[1\""),
        ("list.", "! child name missing at position 5, following \"list.\""),
        (
            "list[?(@.name == \"b\"",
            "! missing end of filter at position 20, following \"list[?(@.name == \\\"b\\\"\"",
        ),
        (
            "list[?(@.name > 'b')]",
            "! strings cannot be compared using > at position 16, following \"list[?(@.name > \"",
        ),
        ("m['a", "! unmatched \"'\" at position 4, following \"m['a\""),
        (
            "m.a1~.b",
            "! property name operator may only be used on last child in path at position 5, following \"m.a1~\"",
        ),
    ] {
        assert_eq!(found(path), expected, "{path}");
    }
}

/// Whatever is written, reading it ends.
#[test]
fn wild_paths_do_no_harm() {
    for path in [
        "[?(",
        "[?(((((",
        "[?(@.a[?(@.b[?(@.c",
        "..",
        "...",
        "$$",
        "[\"",
        "a[0",
        "é.ü[?(@.ö=='ä')]",
        "[?(!!!!!@)]",
    ] {
        let _ = found(path);
    }
    let deep = format!("a{}", "[?(@.a".repeat(5000));
    assert!(found(&deep).starts_with("! filters are nested too deeply"));
    let brackets = format!("a[?({}", "(".repeat(50_000));
    assert!(found(&brackets).starts_with("! filters are nested too deeply"));
}
