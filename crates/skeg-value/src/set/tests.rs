//! Cases of spec 5.3 with the reference's answers.

use super::*;
use crate::json::{JsonStyle, encode};

fn set_all(kind: SetKind, texts: &[&str]) -> Result<String, String> {
    let map = Map::new();
    for text in texts {
        parse_into(&map, kind, text, &mut |path| match path {
            "missing" => Err("open missing: no such file or directory".to_owned()),
            _ => Ok(Str::from(format!("<{path}>"))),
        })
        .map_err(|error| error.report().to_owned())?;
    }
    let mut out = Vec::new();
    encode(&Value::Map(map), &mut out, JsonStyle::Compact, false).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn check(kind: SetKind, table: &[(&[&str], Result<&str, &str>)]) {
    for (texts, expected) in table {
        let got = set_all(kind, texts);
        assert_eq!(got.as_deref().map_err(String::as_str), *expected, "{texts:?}");
    }
}

#[test]
fn set_types_its_values() {
    check(
        SetKind::Auto,
        &[
            (&["a=1,b=x"], Ok(r#"{"a":1,"b":"x"}"#)),
            (
                &["a=true,b=FALSE,c=nuLL,d=0"],
                Ok(r#"{"a":true,"b":false,"c":null,"d":0}"#),
            ),
            (&["a=-1,b=+1,c=-0"], Ok(r#"{"a":-1,"b":1,"c":0}"#)),
            (
                &["a=01,b=1.5,c=1e3,d=0x10,e=yes,f=~,g= 1"],
                Ok(r#"{"a":"01","b":"1.5","c":"1e3","d":"0x10","e":"yes","f":"~","g":" 1"}"#),
            ),
            (
                &["a=9223372036854775807,b=9223372036854775808"],
                Ok(r#"{"a":9223372036854775807,"b":"9223372036854775808"}"#),
            ),
            (&["a=\\n\\,b"], Ok(r#"{"a":"n,b"}"#)),
            (&["a=b=c[0]"], Ok(r#"{"a":"b=c[0]"}"#)),
            (&["a=1,"], Ok(r#"{"a":1}"#)),
            (&["a=,b=1"], Ok(r#"{"a":"","b":1}"#)),
        ],
    );
}

#[test]
fn keys_descend_into_maps_and_lists() {
    check(
        SetKind::Auto,
        &[
            (&["a.b.c=1", "a.b.d=2"], Ok(r#"{"a":{"b":{"c":1,"d":2}}}"#)),
            (&["a\\.b=1"], Ok(r#"{"a.b":1}"#)),
            (&["=1"], Ok("{}")),
            (&[".a=1"], Ok("{}")),
            (&["a.=1"], Err(r#"failed parsing --set data: key map "a" has no value"#)),
            (
                &["a..b=1"],
                Err(r#"failed parsing --set data: key map "a" has no value"#),
            ),
            (&["a"], Err(r#"failed parsing --set data: key "a" has no value"#)),
            (
                &["a,b=1"],
                Err(r#"failed parsing --set data: key "a" has no value (cannot end with ,)"#),
            ),
            (&["a=[1,2]"], Err(r#"failed parsing --set data: key "2]" has no value"#)),
            (
                &["a=1", "a.b=2"],
                Err(
                    "failed parsing --set data: unable to parse key: interface conversion: interface {} is int64, not map[string]interface {}",
                ),
            ),
            (
                &["a=1", "a[0]=2"],
                Err(
                    "failed parsing --set data: unable to parse key: interface conversion: interface {} is int64, not []interface {}",
                ),
            ),
            (
                &["a=null", "a.b=2"],
                Err(
                    "failed parsing --set data: unable to parse key: interface conversion: interface {} is nil, not map[string]interface {}",
                ),
            ),
        ],
    );
    let deep = format!("{}a=1", "a.".repeat(31));
    let expected =
        "failed parsing --set data: value name nested level is greater than maximum supported nested level of 30";
    assert_eq!(set_all(SetKind::Auto, &[&deep]), Err(expected.to_owned()));
    assert!(set_all(SetKind::Auto, &[&deep[2..]]).is_ok());
}

#[test]
fn indexes_reach_into_lists() {
    check(
        SetKind::Auto,
        &[
            (&["a[2]=x"], Ok(r#"{"a":[null,null,"x"]}"#)),
            (&["a[0].b=1", "a[0].c=2"], Ok(r#"{"a":[{"b":1,"c":2}]}"#)),
            (&["a[0][1]=x"], Ok(r#"{"a":[[null,"x"]]}"#)),
            (&["a[0]={1,2}"], Ok(r#"{"a":[[1,2]]}"#)),
            (&["a[0]=1,a[0].b=2"], Ok(r#"{"a":[{"b":2}]}"#)),
            (&["a[0"], Ok("{}")),
            (
                &["a[-1]=x"],
                Err("failed parsing --set data: negative -1 index not allowed"),
            ),
            (
                &["a[x]=1"],
                Err(r#"failed parsing --set data: error parsing index: strconv.Atoi: parsing "x": invalid syntax"#),
            ),
            (
                &["a[65537]=1"],
                Err("failed parsing --set data: index of 65537 is greater than maximum supported index of 65536"),
            ),
            (
                &["a[0]xy=1"],
                Err("failed parsing --set data: unexpected data at end of array index: ['x' 'y']"),
            ),
        ],
    );
}

#[test]
fn braces_make_lists() {
    check(
        SetKind::Auto,
        &[
            (&["a={1,x,true}"], Ok(r#"{"a":[1,"x",true]}"#)),
            (&["a={}"], Ok(r#"{"a":[""]}"#)),
            (&["a={1,}"], Ok(r#"{"a":[1,""]}"#)),
            (&["a={ b , c }"], Ok(r#"{"a":[" b "," c "]}"#)),
            (&["a={b\\,c,d\\}}"], Ok(r#"{"a":["b,c","d}"]}"#)),
            (&["a={1},b=2"], Ok(r#"{"a":[1],"b":2}"#)),
            (&["a={1}b=2"], Ok(r#"{"a":[1],"b":2}"#)),
            (
                &["a={1,2"],
                Err("failed parsing --set data: list must terminate with '}'"),
            ),
        ],
    );
}

#[test]
fn the_other_flags_read_values_their_way() {
    check(
        SetKind::String,
        &[
            (&["a=1,b={true,2}"], Ok(r#"{"a":"1","b":["true","2"]}"#)),
            (&["a"], Err(r#"failed parsing --set-string data: key "a" has no value"#)),
        ],
    );
    check(
        SetKind::File,
        &[
            (&["a=x.txt,b.c=y\\,z"], Ok(r#"{"a":"<x.txt>","b":{"c":"<y,z>"}}"#)),
            (
                &["a=missing"],
                Err("failed parsing --set-file data: open missing: no such file or directory"),
            ),
        ],
    );
    check(
        SetKind::Literal,
        &[
            (&["a.b=1,c=\\n{x}"], Ok(r#"{"a":{"b":"1,c=\\n{x}"}}"#)),
            (&["a\\.b=1"], Ok(r#"{"a\\":{"b":"1"}}"#)),
            (&["a[1]=x,y"], Ok(r#"{"a":[null,"x,y"]}"#)),
            (
                &["a"],
                Err(r#"failed parsing --set-literal data: key "a" has no value"#),
            ),
        ],
    );
    check(
        SetKind::Json,
        &[
            (&[r#"a={"b":[1,2.5]},c="x""#], Ok(r#"{"a":{"b":[1,2.5]},"c":"x"}"#)),
            (&["a=,b=null", "c="], Ok(r#"{"a":null,"b":null,"c":null}"#)),
            (&["a=1, b=2"], Ok(r#"{" b":2,"a":1}"#)),
            (&["a.b[1]=[true]"], Ok(r#"{"a":{"b":[null,[true]]}}"#)),
            (
                &[r#"{"a":{"b":1}}"#, r#" {"a":{"c":2}} "#],
                Ok(r#"{"a":{"b":1,"c":2}}"#),
            ),
            (&["a=foo"], Err("failed parsing --set-json data a=foo")),
            (&["{bad"], Err("failed parsing --set-json data JSON: {bad")),
        ],
    );
}

#[test]
fn numbers_are_int64_with_set_and_float64_with_set_json() {
    let map = Map::new();
    let mut no_files = |_: &str| Err(String::new());
    assert_eq!(parse_into(&map, SetKind::Auto, "a=1", &mut no_files), Ok(()));
    assert_eq!(parse_into(&map, SetKind::Json, "b=1", &mut no_files), Ok(()));
    assert_eq!(map.get(b"a").map(|v| v.type_name()), Some("int64".to_owned()));
    assert_eq!(map.get(b"b").map(|v| v.type_name()), Some("float64".to_owned()));
}

#[test]
fn endless_nesting_is_an_error_and_no_crash() {
    for text in [format!("a{}=1", "[0]".repeat(100_000)), "a[0].".repeat(100_000)] {
        assert!(set_all(SetKind::Auto, &[&text]).is_err());
    }
}
