//! JSONPath answers that kubectl and Helm give.

use skeg_value::yaml;

use super::*;

const VALUES: &[u8] = br#"
a: 1
f: 1.5
big: 1000000
s: "x y"
l: [1, 2, 3]
e: []
m: {z: 1, "y": {k: v, html: "<a>"}}
items: [{name: a, x: 1, t: true}, {name: b, x: 2, t: false}, {name: "c", x: 3}]
a.b: dotted
nul: [null, 1]
"#;

/// spec 6.7; every answer is the reference's.
#[test]
fn templates_select_what_they_do_in_the_reference() {
    let values = yaml::decode(VALUES).expect("the values are YAML");
    for (template, expected) in [
        ("x{.a}y{.f}z", "x1y1.5z"),
        ("{.big}", "1e+06"),
        ("{.l} {.l[*]}", "[1,2,3] 1 2 3"),
        ("{.l[0]}{.l[-1]}", "13"),
        ("{.l[0:2]} {.l[::2]}", "1 2 1 3"),
        ("{.m.z}{.nope}", ""),
        ("{.l[5]}", ""),
        ("{.items[*].name}", "a b c"),
        ("{.items[?(@.x==1)].name}", ""),
        ("{.items[?(@.x==1.0)].name}", "a"),
        ("{.items[?(@.x>1.0)].name}", "b c"),
        ("{.items[?(@.name=='b')].x}", "2"),
        ("{.items[?(@.t)].name}", "a b"),
        ("{.items[?(@.t==true)].name}", ""),
        ("{.items[?(1==1)].x}", "1 2 3"),
        ("{.items[0, 2].name}", "a c"),
        ("{['a','s']}", "1 x y"),
        (r"{.a\.b}", "dotted"),
        ("{['a.b']}", ""),
        ("{range .items[*]}{.name}{\"\\t\"}{end}!", "a\tb\tc\t!"),
        ("{range .l[*]}{@}-{end}{.a}", "1-2-3-1"),
        ("{range .e[*]}{.name}{end}done", ""),
        ("{..name}", "a b c"),
        ("{.m.y}", r#"{"html":"\u003ca\u003e","k":"v"}"#),
        ("{end}", ""),
        ("{foo}", ""),
        ("}", "}"),
        (r"{'x\'y'}", "x'y"),
        ("{true}{1}{-1.5}", "true1-1.5"),
        ("{.nul[*]}|{range .nul[*]}{@}{end}", "null 1|<no value>1"),
        (
            "{.m..}",
            r#"{"y":{"html":"\u003ca\u003e","k":"v"},"z":1} {"html":"\u003ca\u003e","k":"v"} <a> v"#,
        ),
    ] {
        let printed = JsonPath::parse(template).expect(template).print(&values);
        assert_eq!(String::from_utf8_lossy(&printed.text), expected, "{template}");
    }
}

/// spec 6.7; every message is the reference's.
#[test]
fn broken_templates_are_refused() {
    for (template, expected) in [
        ("{", "unclosed action"),
        ("{.a", "unclosed action"),
        ("{[}", "unterminated array"),
        ("{[\"a\"]}", "invalid array index \"a\""),
        ("{.l[x]}", "invalid array index x"),
        ("{.l[ 0 ]}", "invalid array index  0 "),
        ("{\"q}", "unterminated quoted string"),
        ("{.items[?(@.x==1}", "unterminated filter"),
        ("{#}", "unrecognized character in action: U+0023 '#'"),
        ("{.a\t}", "unrecognized character in action: U+0009"),
        ("{....a}", "invalid multiple recursive descent"),
        (
            "{.l[99999999999999999999]}",
            "array index 99999999999999999999 is not a number",
        ),
        ("{1.2.3}", "cannot parse number 1.2.3"),
        (r#"{"\u00e9\q"}"#, r#"unquote string "\u00e9\q" error invalid syntax"#),
    ] {
        assert_eq!(
            JsonPath::parse(template).expect_err(template).to_string(),
            expected,
            "{template}"
        );
    }
}
