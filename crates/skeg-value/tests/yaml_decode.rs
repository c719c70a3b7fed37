//! YAML as Helm reads it: inputs and the reference's answers, as JSON, or as the error after `!`.
//!
//! The answers were taken from sigs.k8s.io/yaml 1.6.0 with go.yaml.in/yaml/v2 2.4.4, the versions in Helm 4.3.1, and its
//! document reader. The tables cite spec/rendering.md.

use skeg_value::json::{self, JsonStyle};
use skeg_value::yaml::{self, PathSegment, YamlError};
use skeg_value::{Map, Value};

type Case = (&'static [u8], &'static str);

/// Scalars: null, booleans, text. spec 3.2.
#[rustfmt::skip]
const SCALARS: &[Case] = &[
    (b"", "null"),
    (b"~", "null"),
    (b"null", "null"),
    (b"Null", "null"),
    (b"NULL", "null"),
    (b"nUll", "\"nUll\""),
    (b"yes", "true"),
    (b"Y", "true"),
    (b"on", "true"),
    (b"off", "false"),
    (b"N", "false"),
    (b"FALSE", "false"),
    (b"tRue", "\"tRue\""),
    (b"a: [y, n, Yes, No, On, Off, true, false]", "{\"a\":[true,false,true,false,true,false,true,false]}"),
    (b"plain text", "\"plain text\""),
    (b"'quoted'", "\"quoted\""),
    (b"\"5\"", "\"5\""),
    (b"! 5", "\"5\""),
    (b"!foo 5", "\"5\""),
    (b"!!str 5", "\"5\""),
    (b"<<", "\"<<\""),
    (b"=", "\"=\""),
    (b"a: <<", "{\"a\":\"<<\"}"),
];

/// Numbers. spec 3.2.
#[rustfmt::skip]
const NUMBERS: &[Case] = &[
    (b"[0, -0, -0.0, 1.0, 0.10, 1000000]", "[0,0,-0,1,0.1,1000000]"),
    (b"[0x1F, 0X1f, 0o17, 0O17, 017, 08, 0b101, 0B1, -0b11, +0x10]", "[31,31,15,15,15,8,5,1,-3,16]"),
    (b"[0b-1, 0b+1, -0b-1, 0b2, 0o8, 0x, 0b, 1e, +, -]", "[-1,1,\"-0b-1\",\"0b2\",\"0o8\",\"0x\",\"0b\",\"1e\",\"+\",\"-\"]"),
    (b"[1_000, 1__0, 1_, _1, 0x_1, 1_0.5_0]", "[1000,10,1,\"_1\",1,10.5]"),
    (b"[.5, 5., -.5, +.5, ._5, .5_0, .5__0, .5_, .5e3, .5e, 1e3, 1E+3, 1e-3, 1e400, -1e400, .5e400]", "[0.5,5,-0.5,0.5,\"._5\",0.5,\".5__0\",\".5_\",500,\".5e\",1000,1000,0.001,\"1e400\",\"-1e400\",\".5e400\"]"),
    (b"[9007199254740993, 9223372036854775807, 9223372036854775808, 18446744073709551615, 18446744073709551616, +18446744073709551615, -9223372036854775808, -9223372036854775809]", "[9007199254740992,9223372036854776000,9223372036854776000,18446744073709552000,18446744073709552000,18446744073709552000,-9223372036854776000,-9223372036854776000]"),
    (b"[1:30, 190:20:30, 1.2.3, 2001-01-01, 2001-01-01T10:00:00Z, 0x1G]", "[\"1:30\",\"190:20:30\",\"1.2.3\",\"2001-01-01\",\"2001-01-01T10:00:00Z\",\"0x1G\"]"),
    (b".inf", "!error converting YAML to JSON: json: unsupported value: +Inf"),
    (b"[-.Inf]", "!error converting YAML to JSON: json: unsupported value: -Inf"),
    (b"a: {b: .NaN}", "!error converting YAML to JSON: json: unsupported value: NaN"),
    (b"[+.inf]", "!error converting YAML to JSON: json: unsupported value: +Inf"),
    (b"[.Nan, .iNF]", "[\".Nan\",\".iNF\"]"),
];

/// Tags. spec 3.2.
#[rustfmt::skip]
const TAGS: &[Case] = &[
    (b"!!int '5'", "5"),
    (b"!!int x", "!error converting YAML to JSON: yaml: cannot decode !!str `x` as a !!int"),
    (b"!!int 0x10", "16"),
    (b"!!float 5", "5"),
    (b"!!float 18446744073709551615", "!error converting YAML to JSON: yaml: cannot decode !!int `18446744073709551615` as a !!float"),
    (b"!!float x", "!error converting YAML to JSON: yaml: cannot decode !!str `x` as a !!float"),
    (b"!!bool 'yes'", "true"),
    (b"!!bool 1", "!error converting YAML to JSON: yaml: cannot decode !!int `1` as a !!bool"),
    (b"!!null ~", "null"),
    (b"!!null x", "!error converting YAML to JSON: yaml: cannot decode !!str `x` as a !!null"),
    (b"!!int", "!error converting YAML to JSON: yaml: cannot decode !!null `` as a !!int"),
    (b"!!str", "\"\""),
    (b"!!null", "null"),
    (b"!", "\"\""),
    (b"!!binary aGVsbG8=", "\"hello\""),
    (b"!!binary aGVsbG8", "!error converting YAML to JSON: yaml: !!binary value contains invalid base64 data"),
    (b"!!binary \"a GVs\"", "!error converting YAML to JSON: yaml: !!binary value contains invalid base64 data"),
    (b"!!binary 4oA=", "\"��\""),
    (b"!!binary |\n  aGVs\n  bG8=\n", "\"hello\""),
    (b"!!timestamp 2001-1-1", "\"2001-1-1\""),
    (b"!!timestamp 2001-12-14t21:59:43.10-05:00", "\"2001-12-14t21:59:43.10-05:00\""),
    (b"!!timestamp 2001-12-14  1:2:3", "\"2001-12-14  1:2:3\""),
    (b"!!timestamp 2001-02-29", "!error converting YAML to JSON: yaml: cannot decode !!str `2001-02-29` as a !!timestamp"),
    (b"!!timestamp x", "!error converting YAML to JSON: yaml: cannot decode !!str `x` as a !!timestamp"),
    (b"!!set {b}", "{\"b\":null}"),
    (b"!!omap [a: 1]", "[{\"a\":1}]"),
    (b"!<tag:yaml.org,2002:int> '7'", "7"),
    (b"!<x>y", "!error converting YAML to JSON: yaml: did not find expected whitespace or line break"),
    (b"!e!x y", "!error converting YAML to JSON: yaml: found undefined tag handle"),
    (b"!!", "!error converting YAML to JSON: yaml: did not find expected tag URI"),
    (b"%TAG !e! tag:yaml.org,2002:\n---\n!e!int '5'", "5"),
    (b"%TAG ! tag:yaml.org,2002:\n---\n[!int '5', ! 5]", "[5,\"5\"]"),
    (b"%TAG !e! a\n%TAG !e! b\n---\n", "!error converting YAML to JSON: yaml: line 1: found duplicate %TAG directive"),
    (b"!%41 x", "\"x\""),
    (b"!%ff x", "!error converting YAML to JSON: yaml: found an incorrect leading UTF-8 octet"),
    (b"!%4 x", "!error converting YAML to JSON: yaml: did not find URI escaped octet"),
    (b"!!merge x", "\"x\""),
];

/// Double quotes. spec 3.2.
#[rustfmt::skip]
const QUOTES: &[Case] = &[
    (b"\"\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\"\\'\\\\\\N\\_\\L\\P\"", "\"\\u0000\\u0007\\b\\t\\n\\u000b\\f\\r\\u001b \\\"'\\\\\u{85}\u{a0}\\u2028\\u2029\""),
    (b"\"\\x41\\u00e9\\U0001F600\"", "\"Aé😀\""),
    (b"\"\\ud83d\"", "!error converting YAML to JSON: yaml: found invalid Unicode character escape code"),
    (b"\"\\/\"", "!error converting YAML to JSON: yaml: found unknown escape character"),
    (b"\"\\x4\"", "!error converting YAML to JSON: yaml: did not find expected hexdecimal number"),
    (b"\"\\u12\"", "!error converting YAML to JSON: yaml: did not find expected hexdecimal number"),
    (b"\"a\\\n   b\"", "\"ab\""),
    (b"\"a \\\n  \n  b\"", "\"a \\nb\""),
    (b"\"a\n\n  b  \n c\"", "\"a\\nb c\""),
    (b"\"a\nb", "!error converting YAML to JSON: yaml: line 2: found unexpected end of stream"),
    (b"\"a\n---\nb\"", "!error converting YAML to JSON: yaml: line 2: found unexpected document indicator"),
    (b"\"a\n--- b\"", "!error converting YAML to JSON: yaml: line 2: found unexpected document indicator"),
    (b"'it''s'", "\"it's\""),
    (b"'a\n\n b'", "\"a\\nb\""),
    (b"'a\n...\n'", "!error converting YAML to JSON: yaml: line 2: found unexpected document indicator"),
    (b"\"\t\"", "\"\\t\""),
    (b"\"a\xe2\x80\xa8b\"", "\"a\\u2028b\""),
    (b"\"a\xe2\x80\xa8\n\nb\"", "\"a\\u2028\\n\\nb\""),
    (b"\"a\xc2\x85b\"", "\"a b\""),
];

/// Block scalars.
#[rustfmt::skip]
const BLOCK_SCALARS: &[Case] = &[
    (b"|\n a\n b\n", "\"a\\nb\\n\""),
    (b"|-\n a\n\n", "\"a\""),
    (b"|+\n a\n\n", "\"a\\n\\n\""),
    (b"a: |+\n\n\nb: 1", "{\"a\":\"\\n\\n\",\"b\":1}"),
    (b"a: |2\n   x\n  y\n", "{\"a\":\" x\\ny\\n\"}"),
    (b"a: |1-\n  x\n", "{\"a\":\" x\"}"),
    (b"a: |-1\n  x\n", "{\"a\":\" x\"}"),
    (b">\n a\n b\n\n c\n   d\n e\n", "\"a b\\nc\\n  d\\ne\\n\""),
    (b"> # c\n a", "\"a\""),
    (b"|#c\n a", "\"a\""),
    (b"a: |0\n  x", "!error converting YAML to JSON: yaml: found an indentation indicator equal to 0"),
    (b"a: |x\n  y", "!error converting YAML to JSON: yaml: did not find expected comment or line break"),
    (b"a: |\n\tx", "!error converting YAML to JSON: yaml: line 2: found a tab character where an indentation space is expected"),
    (b"a: |\nb: 1", "{\"a\":\"\",\"b\":1}"),
    (b"- |\n - x\n- >\n y", "[\"- x\\n\",\"y\"]"),
    (b"|\n  a\n b\n", "\"a\\n\""),
    (b"a: |\n   \n  x\n", "!error converting YAML to JSON: yaml: line 2: did not find expected key"),
    (b"--- |\n a\n---\n b", "\"a\\n\""),
    (b"a: |\r\n  x\r\n  y\r\n", "{\"a\":\"x\\ny\\n\"}"),
    (b"a: >\n  x\xe2\x80\xa8  y\n", "{\"a\":\"x\\u2028y\\n\"}"),
    (b"a: |\n  last", "{\"a\":\"last\"}"),
];

/// Plain scalars over several lines, comments.
#[rustfmt::skip]
const PLAIN: &[Case] = &[
    (b"a\n b\n\n c", "\"a b\\nc\""),
    (b"a: b\n c\n", "{\"a\":\"b c\"}"),
    (b"a: b\n\tc", "!error converting YAML to JSON: yaml: line 2: found a tab character that violates indentation"),
    (b"a: b #c\n d", "!error converting YAML to JSON: yaml: line 1: did not find expected key"),
    (b"a #b", "\"a\""),
    (b"a#b", "\"a#b\""),
    (b"a:b", "\"a:b\""),
    (b"a: b: c", "!error converting YAML to JSON: yaml: mapping values are not allowed in this context"),
    (b"a:\n b\n c: d", "!error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context"),
    (b"- a\n-b", "!error converting YAML to JSON: yaml: line 3: could not find expected ':'"),
    (b"-a", "\"-a\""),
    (b"--- a\n...\nb", "\"a\""),
    (b"---\n# c\n---\nx", "null"),
    (b"a: http://x:80/#y", "{\"a\":\"http://x:80/#y\"}"),
    (b"[a b, c\n d]", "[\"a b\",\"c d\"]"),
    (b"a: 'x' y", "!error converting YAML to JSON: yaml: did not find expected key"),
    (b"a:\tb", "{\"a\":\"b\"}"),
    (b"\ta: b", "!error converting YAML to JSON: yaml: found character that cannot start any token"),
    (b"a: b\t# c", "{\"a\":\"b\"}"),
    (b"- \ta", "!error converting YAML to JSON: yaml: found character that cannot start any token"),
    (b"-\ta", "!error converting YAML to JSON: yaml: found character that cannot start any token"),
    (b"?\ta", "!error converting YAML to JSON: yaml: found character that cannot start any token"),
    (b"a: b\n \t\nc: d", "{\"a\":\"b\",\"c\":\"d\"}"),
    (b"{a: b,\n\tc: d}", "{\"a\":\"b\",\"c\":\"d\"}"),
];

/// Flow collections. spec 3.3.
#[rustfmt::skip]
const FLOW: &[Case] = &[
    (b"[a, b,]", "[\"a\",\"b\"]"),
    (b"[a, , b]", "!error converting YAML to JSON: yaml: did not find expected node content"),
    (b"[,]", "!error converting YAML to JSON: yaml: did not find expected node content"),
    (b"{b, c}", "{\"b\":null,\"c\":null}"),
    (b"{a: 1, }", "{\"a\":1}"),
    (b"{,}", "!error converting YAML to JSON: yaml: did not find expected node content"),
    (b"[a: b, c]", "[{\"a\":\"b\"},\"c\"]"),
    (b"[a: b: c]", "!error converting YAML to JSON: yaml: did not find expected ',' or ']'"),
    (b"{a:b}", "{\"a:b\":null}"),
    (b"{a: , b: }", "{\"a\":null,\"b\":null}"),
    (b"{'a':1}", "{\"a\":1}"),
    (b"[? a : b]", "[{\"a\":\"b\"}]"),
    (b"[? a]", "[{\"a\":null}]"),
    (b"{? a}", "{\"a\":null}"),
    (b"{? a : b, ?}", "!error converting YAML to JSON: unsupported map key of type: %!s(<nil>), key: <nil>, value: <nil>"),
    (b"[? ]", "!error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"),
    (b"[a]: x", "!error converting YAML to JSON: yaml: invalid map key: []interface {}{\"a\"}"),
    (b"[]: x", "[]"),
    (b"{}: x", "{}"),
    (b"a: []\nb: {}", "{\"a\":[],\"b\":{}}"),
    (b"- []: x", "!error converting YAML to JSON: yaml: did not find expected '-' indicator"),
    (b"a: [b", "!error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"),
    (b"a: {b", "!error converting YAML to JSON: yaml: line 1: did not find expected ',' or '}'"),
    (b"a: [b\nc: d", "!error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"),
    (b"]", "!error converting YAML to JSON: yaml: did not find expected node content"),
    (b"}", "!error converting YAML to JSON: yaml: did not find expected node content"),
    (b"a: ]", "!error converting YAML to JSON: yaml: did not find expected node content"),
    (b"[a]]", "[\"a\"]"),
    (b"[a}", "!error converting YAML to JSON: yaml: did not find expected ',' or ']'"),
    (b"{a]", "!error converting YAML to JSON: yaml: did not find expected ',' or '}'"),
    (b"[-]", "[\"-\"]"),
    (b"[- a]", "!error converting YAML to JSON: yaml: did not find expected node content"),
    (b"[|]", "!error converting YAML to JSON: yaml: found character that cannot start any token"),
    (b"[@]", "!error converting YAML to JSON: yaml: found character that cannot start any token"),
    (b"[a, 'b', \"c\", d]", "[\"a\",\"b\",\"c\",\"d\"]"),
    (b"[http://x, a?b]", "!error converting YAML to JSON: yaml: did not find expected ',' or ']'"),
    (b"{a: {b: [c, {d: e}]}}", "{\"a\":{\"b\":[\"c\",{\"d\":\"e\"}]}}"),
    (b"[\n]\n: x", "[]"),
];

/// Block collections, indentation.
#[rustfmt::skip]
const BLOCKS: &[Case] = &[
    (b"a:\n- b\n- c", "{\"a\":[\"b\",\"c\"]}"),
    (b"a:\n - b\n- c", "!error converting YAML to JSON: yaml: line 2: did not find expected key"),
    (b"- - a\n  - b\n- c", "[[\"a\",\"b\"],\"c\"]"),
    (b"- a: 1\n  b: 2", "[{\"a\":1,\"b\":2}]"),
    (b"- a: 1\n b: 2", "!error converting YAML to JSON: yaml: line 1: did not find expected '-' indicator"),
    (b"a: 1\n b: 2", "!error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context"),
    (b"a:\n  b: 1\n c: 2", "!error converting YAML to JSON: yaml: line 2: did not find expected key"),
    (b"a: - b", "!error converting YAML to JSON: yaml: block sequence entries are not allowed in this context"),
    (b"- \n-", "[null,null]"),
    (b"a:\n\nb:", "{\"a\":null,\"b\":null}"),
    (b"? a\n: b", "{\"a\":\"b\"}"),
    (b"? a", "{\"a\":null}"),
    (b"? - x\n: y", "!error converting YAML to JSON: yaml: invalid map key: []interface {}{\"x\"}"),
    (b"? {a: 1}\n: y", "!error converting YAML to JSON: yaml: invalid map key: map[interface {}]interface {}{\"a\":1}"),
    (b"? [1, 1.5, 18446744073709551615, x, ~, true, {a: 1}]\n: y", "!error converting YAML to JSON: yaml: invalid map key: []interface {}{1, 1.5, 0xffffffffffffffff, \"x\", interface {}(nil), true, map[interface {}]interface {}{\"a\":1}}"),
    (b"? |\n  k\n: v", "{\"k\\n\":\"v\"}"),
    (b"a\nb: c", "!error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context"),
    (b"a: 1\nb", "!error converting YAML to JSON: yaml: line 3: could not find expected ':'"),
    (b"a b: 1\nc\n", "!error converting YAML to JSON: yaml: line 3: could not find expected ':'"),
    (b": a", "!error converting YAML to JSON: yaml: did not find expected key"),
    (b"- : a", "!error converting YAML to JSON: yaml: did not find expected key"),
    (b"a: ? b", "!error converting YAML to JSON: yaml: mapping keys are not allowed in this context"),
    (b"a: &x\n  b: 1\n", "{\"a\":{\"b\":1}}"),
    (b"a: !!map\n  b: 1", "{\"a\":{\"b\":1}}"),
    (b"a: 'b'\n 'c'", "!error converting YAML to JSON: yaml: line 1: did not find expected key"),
    (b"a: *", "!error converting YAML to JSON: yaml: did not find expected alphabetic or numeric character"),
    (b"a: &", "!error converting YAML to JSON: yaml: did not find expected alphabetic or numeric character"),
    (b"&a &b c", "null"),
    (b"*a : 1", "!error converting YAML to JSON: yaml: unknown anchor 'a' referenced"),
];

/// Keys become text; of equal keys the last one counts. spec 3.1, 3.3.
#[rustfmt::skip]
const KEYS: &[Case] = &[
    (b"{0x10: a, 017: b, 1.5: c, 1e3: d, 1_0: e}", "{\"1.5\":\"c\",\"10\":\"e\",\"1000\":\"d\",\"15\":\"b\",\"16\":\"a\"}"),
    (b"{y: 1}", "{\"true\":1}"),
    (b"{yes: 1, no: 2}", "{\"false\":2,\"true\":1}"),
    (b"{.inf: 1, -.inf: 2, .nan: 3}", "{\"-.inf\":2,\".inf\":1,\".nan\":3}"),
    (b"{123456789.5: 1}", "{\"1.2345679e+08\":1}"),
    (b"{2001-01-01: 1}", "{\"2001-01-01\":1}"),
    (b"{~: a}", "!error converting YAML to JSON: unsupported map key of type: %!s(<nil>), key: <nil>, value: \"a\""),
    (b"a: {null: [1, x, ~]}", "!error converting YAML to JSON: unsupported map key of type: %!s(<nil>), key: <nil>, value: []interface {}{1, \"x\", interface {}(nil)}"),
    (b"{18446744073709551615: 1}", "!error converting YAML to JSON: unsupported map key of type: uint64, key: 0xffffffffffffffff, value: 1"),
    (b"? [a]\n: 1", "!error converting YAML to JSON: yaml: invalid map key: []interface {}{\"a\"}"),
    (b"a: 1\na: 2", "{\"a\":2}"),
    (b"{a: {~: 1}, a: 2}", "{\"a\":2}"),
    (b"a: {b: .inf}\na: 1", "{\"a\":1}"),
];

/// Anchors, aliases, merge keys. spec 3.3.
#[rustfmt::skip]
const ANCHORS: &[Case] = &[
    (b"a: &x 1\nb: *x", "{\"a\":1,\"b\":1}"),
    (b"a: &x {k: [1]}\nb: *x", "{\"a\":{\"k\":[1]},\"b\":{\"k\":[1]}}"),
    (b"a: *x", "!error converting YAML to JSON: yaml: unknown anchor 'x' referenced"),
    (b"&a [*a]", "!error converting YAML to JSON: yaml: anchor 'a' value contains itself"),
    (b"a: &x 1\nb: &x 2\nc: *x", "{\"a\":1,\"b\":2,\"c\":2}"),
    (b"&k a: *k", "{\"a\":\"a\"}"),
    (b"a: &m {x: 1, y: 2}\nb:\n  x: 0\n  <<: *m\n  y: 3", "{\"a\":{\"true\":2,\"x\":1},\"b\":{\"true\":3,\"x\":1}}"),
    (b"a: &m {x: 1}\nb: &n {x: 2, y: 2}\nc: {<<: [*m, *n], z: 3}", "{\"a\":{\"x\":1},\"b\":{\"true\":2,\"x\":2},\"c\":{\"true\":2,\"x\":1,\"z\":3}}"),
    (b"a: {<<: {x: 1}}", "{\"a\":{\"x\":1}}"),
    (b"a: {<<: [{x: 1}, {x: 2, y: 2}]}", "{\"a\":{\"true\":2,\"x\":1}}"),
    (b"a: {<<: 1}", "!error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value"),
    (b"a: &s [1]\nb: {<<: *s}", "!error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value"),
    (b"a: {<<: [1]}", "!error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value"),
    (b"a: {<<: [[]]}", "!error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value"),
    (b"a: {<<: []}", "{\"a\":{}}"),
    (b"a: {\"<<\": 1}", "{\"a\":{\"<<\":1}}"),
    (b"a: {! \"<<\": {b: 1}}", "{\"a\":{\"b\":1}}"),
    (b"a: {!!merge x: 1}", "{\"a\":{\"x\":1}}"),
    (b"a: &m {<<: *m}", "!error converting YAML to JSON: yaml: anchor 'm' value contains itself"),
    (b"a: &k <<\nb: {*k : 1}", "{\"a\":\"<<\",\"b\":{\"<<\":1}}"),
    (b"a: &m {x: 1}\nb: {<<: *m, <<: {x: 2}}", "{\"a\":{\"x\":1},\"b\":{\"x\":2}}"),
    (b"a: &x\nb: *x", "{\"a\":null,\"b\":null}"),
    (b"a: [&x , *x]", "{\"a\":[null,null]}"),
];

/// Documents and directives. spec 3.3.
#[rustfmt::skip]
const DOCUMENTS: &[Case] = &[
    (b"a: 1\n---\nb: 2", "{\"a\":1}"),
    (b"---\n---\nb: 2", "null"),
    (b"...", "!error converting YAML to JSON: yaml: did not find expected node content"),
    (b"a: 1\n...\ngarbage: [", "{\"a\":1}"),
    (b"%YAML 1.1\n---\na", "\"a\""),
    (b"%YAML 1.2\n---\na", "!error converting YAML to JSON: yaml: found incompatible YAML document"),
    (b"%YAML 1.1\na", "!error converting YAML to JSON: yaml: line 1: did not find expected <document start>"),
    (b"%YAML 1.1\n%YAML 1.1\n---\n", "!error converting YAML to JSON: yaml: line 1: found duplicate %YAML directive"),
    (b"%FOO\n---\n", "!error converting YAML to JSON: yaml: found unknown directive name"),
    (b"%YAML 1.111\n---", "!error converting YAML to JSON: yaml: found extremely long version number"),
    (b"%YAML x\n---", "!error converting YAML to JSON: yaml: did not find expected version number"),
    (b"a: 1\n%b", "!error converting YAML to JSON: yaml: line 2: found unknown directive name"),
    (b"---a", "\"---a\""),
    (b"--- {a: 1}", "{\"a\":1}"),
    (b"a: 1\n---\n]", "{\"a\":1}"),
    (b"a: 1\n--- ]", "{\"a\":1}"),
    (b"a: [\n---\n", "!error converting YAML to JSON: yaml: line 1: did not find expected node content"),
];

/// Characters. spec 3.3.
#[rustfmt::skip]
const CHARACTERS: &[Case] = &[
    (b"\xef\xbb\xbfa: 1", "{\"a\":1}"),
    (b"\xef\xbb\xbf\xef\xbb\xbfa: 1\nb: 2\n", "!error converting YAML to JSON: yaml: line 1: did not find expected key"),
    (b"a: 1\r\nb: |\r\n  x\r\n", "{\"a\":1,\"b\":\"x\\n\"}"),
    (b"a: 1\rb: 2", "{\"a\":1,\"b\":2}"),
    (b"a: 1\xc2\x85b: 2", "{\"a\":1,\"b\":2}"),
    (b"a: 1\xe2\x80\xa8b: 2", "{\"a\":1,\"b\":2}"),
    (b"a: \xc2\xa0x", "{\"a\":\"\u{a0}x\"}"),
    (b"a: \x07", "!error converting YAML to JSON: yaml: control characters are not allowed"),
    (b"a: \x7f", "!error converting YAML to JSON: yaml: control characters are not allowed"),
    (b"a: \xc2\x80", "!error converting YAML to JSON: yaml: control characters are not allowed"),
    (b"a: \xef\xbf\xbe", "!error converting YAML to JSON: yaml: control characters are not allowed"),
    (b"a: \xff", "!error converting YAML to JSON: yaml: invalid leading UTF-8 octet"),
    (b"a: \xe2\x80", "!error converting YAML to JSON: yaml: incomplete UTF-8 octet sequence"),
    (b"a: \xc0\x80", "!error converting YAML to JSON: yaml: invalid length of a UTF-8 sequence"),
    (b"a: \xed\xa0\x80", "!error converting YAML to JSON: yaml: invalid Unicode character"),
    (b"a: \xe2x", "!error converting YAML to JSON: yaml: incomplete UTF-8 octet sequence"),
    (b"\xff\xfea\x00:\x00 \x001\x00", "{\"a\":1}"),
    (b"\xfe\xff\x00a\x00:\x00 \xd8=\xde\x00", "{\"a\":\"😀\"}"),
    (b"\xff\xfea", "!error converting YAML to JSON: yaml: incomplete UTF-16 character"),
    (b"\xff\xfe\x00\xdc", "!error converting YAML to JSON: yaml: unexpected low surrogate area"),
    (b"a: 1\n] \x00", "!error converting YAML to JSON: yaml: control characters are not allowed"),
];

/// Lines in messages. spec 3.3.
#[rustfmt::skip]
const LINES: &[Case] = &[
    (b"a: 1\nb: c: d", "!error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context"),
    (b"a: 1\nb: [c", "!error converting YAML to JSON: yaml: line 2: did not find expected ',' or ']'"),
    (b"a: 1\n  b: 2\nc", "!error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context"),
    (b"a: 1\n- b", "!error converting YAML to JSON: yaml: line 1: did not find expected key"),
    (b"- a\nb: 1", "!error converting YAML to JSON: yaml: line 1: did not find expected '-' indicator"),
    (b"x: 1\na: \"b", "!error converting YAML to JSON: yaml: line 2: found unexpected end of stream"),
    (b"x: 1\ny: \"\\q\"", "!error converting YAML to JSON: yaml: line 2: found unknown escape character"),
    (b"x: 1\n\n\n\ty: 1", "!error converting YAML to JSON: yaml: line 4: found a tab character that violates indentation"),
    (b"a:\n  - b\n  c: d", "!error converting YAML to JSON: yaml: line 2: did not find expected '-' indicator"),
    (b"a: 1\nb: {c: d\ne: f}", "!error converting YAML to JSON: yaml: line 2: did not find expected ',' or '}'"),
    (b"a: 1\nb: @x", "!error converting YAML to JSON: yaml: line 2: found character that cannot start any token"),
    (b"a: 1\nb: `x", "!error converting YAML to JSON: yaml: line 2: found character that cannot start any token"),
    (b"a: 1\nb: %x", "!error converting YAML to JSON: yaml: line 2: found character that cannot start any token"),
    (b"a:\n  b: 1\n   c: 2\n", "!error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context"),
];

/// Strict: keys set twice.
#[rustfmt::skip]
const STRICT: &[Case] = &[
    (b"a: 1\na: 2", "!error converting YAML to JSON: yaml: unmarshal errors:\n  line 2: key \"a\" already set in map"),
    (b"a: 1\nb:\n  x: 1\n  x: 2\na: [\n3\n]\n", "!error converting YAML to JSON: yaml: unmarshal errors:\n  line 4: key \"x\" already set in map\n  line 5: key \"a\" already set in map"),
    (b"1: a\n'1': b\n1: c", "!error converting YAML to JSON: yaml: unmarshal errors:\n  line 3: key 1 already set in map"),
    (b"a: &m {x: 1}\nb: {x: 2, <<: *m}", "!error converting YAML to JSON: yaml: unmarshal errors:\n  line 1: key \"x\" already set in map"),
    (b"a: 1", "{\"a\":1}"),
];

/// Values files. spec 3.3.
#[rustfmt::skip]
const VALUES: &[Case] = &[
    (b"", "{}"),
    (b"# c\n", "{}"),
    (b"a: 1", "{\"a\":1}"),
    (b"a: 1\n---\nb: 2\na: 3", "{\"a\":3,\"b\":2}"),
    (b"a: {x: 1, y: 1}\n--- # c\na: {y: 2, z: ~}\n---\na: {x: ~}", "{\"a\":{\"true\":2,\"x\":null,\"z\":null}}"),
    (b"---\n---\na: 1", "{\"a\":1}"),
    (b"a: 1\n---\n", "{\"a\":1}"),
    (b"--- x\n", "!error reading yaml document: invalid Yaml document separator: x"),
    (b"a: 1\n---b: 2", "!error reading yaml document: invalid Yaml document separator: b: 2"),
    (b"[a]", "!cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"),
    (b"5", "!cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go value of type map[string]interface {}"),
    (b"a: 1\n---\n- b", "!cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"),
    (b"a: 1\n---\nb: [\n", "!cannot unmarshal yaml document: error converting YAML to JSON: yaml: line 1: did not find expected node content"),
    (b"a: |\n  x\n---\n  y", "!cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal bool into Go value of type map[string]interface {}"),
    (b"a: 1\n...\nb: [\n---\nc: 3", "{\"a\":1,\"c\":3}"),
    (b"a: |\r\n  x\r\n---\r\nb: 1\r", "{\"a\":\"x\\n\",\"b\":1}"),
    (b"a: |\n  no newline at the end", "{\"a\":\"no newline at the end\\n\"}"),
    (b"~", "{}"),
];

/// Heads of manifests. spec 6.1.
#[rustfmt::skip]
const HEADS: &[Case] = &[
    (b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  annotations:\n    a/b: c\nspec: {a: [1, {b: 2}]}", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"annotations\":{\"a/b\":\"c\"},\"name\":\"x\"}}"),
    (b"KIND: Pod\nMetaData: {NAME: x}", "{\"apiVersion\":\"\",\"kind\":\"Pod\",\"metadata\":{\"annotations\":{},\"name\":\"x\"}}"),
    (b"Kind: A\nkind: B\nKIND: C", "{\"apiVersion\":\"\",\"kind\":\"B\"}"),
    (b"kind: A\nkind: B", "{\"apiVersion\":\"\",\"kind\":\"B\"}"),
    (b"kind: 5\napiVersion: 1.10", "{\"apiVersion\":\"1.1\",\"kind\":\"5\"}"),
    (b"kind: yes", "{\"apiVersion\":\"\",\"kind\":\"true\"}"),
    (b"kind: ~", "{\"apiVersion\":\"\"}"),
    (b"kind: .inf", "{\"apiVersion\":\"\",\"kind\":\"+Inf\"}"),
    (b"kind: [a]", "!error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field .kind of type string"),
    (b"kind: {a: b}", "!error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go struct field .kind of type string"),
    (b"# only a comment", "{\"apiVersion\":\"\"}"),
    (b"~", "{\"apiVersion\":\"\"}"),
    (b"[a]", "!error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type util.SimpleHead"),
    (b"text", "!error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type util.SimpleHead"),
    (b"5", "!error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go value of type util.SimpleHead"),
    (b"metadata: 5", "!error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go struct field .metadata of type struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }"),
    (b"metadata: ~", "{\"apiVersion\":\"\"}"),
    (b"metadata: {name: 1e3}", "{\"apiVersion\":\"\",\"metadata\":{\"annotations\":{},\"name\":\"1000\"}}"),
    (b"metadata: {name: [a]}", "!error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field .metadata.name of type string"),
    (b"metadata: {annotations: [a]}", "!error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field .metadata.annotations of type map[string]string"),
    (b"metadata: {annotations: {a: 1.5, b: yes, c: ~, d: 12345678.5, 1.5: e, y: f}}", "{\"apiVersion\":\"\",\"metadata\":{\"annotations\":{\"1.5\":\"e\",\"a\":\"1.5\",\"b\":\"true\",\"c\":\"\",\"d\":\"1.2345678e+07\",\"true\":\"f\"},\"name\":\"\"}}"),
    (b"metadata: {annotations: {x/y~: [b]}}", "!error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field .metadata.annotations.x~1y~0 of type string"),
    (b"metadata: {annotations: {1: {}}}", "!error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into .metadata.annotations.1 of type string"),
    (b"metadata: {annotations: ~, name: n}", "{\"apiVersion\":\"\",\"metadata\":{\"annotations\":{},\"name\":\"false\"}}"),
    (b"metadata: {name: a, name: b}", "{\"apiVersion\":\"\",\"metadata\":{\"annotations\":{},\"name\":\"b\"}}"),
    (b"metadata: {name: a}\nmetadata: {annotations: {b: c}}", "{\"apiVersion\":\"\",\"metadata\":{\"annotations\":{\"b\":\"c\"},\"name\":\"\"}}"),
    (b"\xe2\x84\xaaind: a", "{\"apiVersion\":\"\",\"kind\":\"a\"}"),
    (b"kind: A\nspec: {a: .inf}", "!error converting YAML to JSON: json: unsupported value: +Inf"),
    (b"kind: A\nspec: {~: 1}", "!error converting YAML to JSON: unsupported map key of type: %!s(<nil>), key: <nil>, value: 1"),
    (b"kind: A\nspec: &a {x: *a}", "!error converting YAML to JSON: yaml: anchor 'a' value contains itself"),
    (b"a: &a {name: n}\nmetadata: *a", "{\"apiVersion\":\"\",\"metadata\":{\"annotations\":{},\"name\":\"false\"}}"),
    (b"a: &a {kind: K}\n<<: *a", "{\"apiVersion\":\"\",\"kind\":\"K\"}"),
    (b"kind: A\nspec:\n  b: [\n", "!error converting YAML to JSON: yaml: line 3: did not find expected node content"),
    (b"kind: A\n--- garbage\n]", "{\"apiVersion\":\"\",\"kind\":\"A\"}"),
    (b"kind: !!int 5", "{\"apiVersion\":\"\",\"kind\":\"5\"}"),
    (b"kind: !!str 5", "{\"apiVersion\":\"\",\"kind\":\"5\"}"),
];

fn json_text(value: &Value) -> String {
    let mut text = Vec::new();
    json::encode(value, &mut text, JsonStyle::Compact, false).expect("values from YAML are plain");
    String::from_utf8(text).expect("JSON is UTF-8")
}

fn answer(result: Result<Value, YamlError>) -> String {
    match result {
        Ok(value) => json_text(&value),
        Err(error) => format!("!{error}"),
    }
}

#[track_caller]
fn check(cases: &[Case], read: impl Fn(&[u8]) -> Result<Value, YamlError>) {
    for &(input, expected) in cases {
        assert_eq!(
            answer(read(input)),
            expected,
            "for {:?}",
            String::from_utf8_lossy(input)
        );
    }
}

/// A head as the JSON that Go makes of `SimpleHead`.
fn head_value(text: &[u8]) -> Result<Value, YamlError> {
    let head = yaml::check_head(text)?;
    let object = Map::new();
    object.insert("apiVersion", head.api_version);
    if !head.kind.is_empty() {
        object.insert("kind", head.kind);
    }
    if let Some(metadata) = head.metadata {
        let annotations: Map = metadata
            .annotations
            .into_iter()
            .map(|(key, text)| (key, Value::String(text)))
            .collect();
        let inner = Map::new();
        inner.insert("name", metadata.name);
        inner.insert("annotations", annotations);
        object.insert("metadata", inner);
    }
    Ok(Value::Map(object))
}

#[test]
fn scalars_as_the_reference() {
    check(SCALARS, yaml::decode);
}

#[test]
fn numbers_as_the_reference() {
    check(NUMBERS, yaml::decode);
}

#[test]
fn tags_as_the_reference() {
    check(TAGS, yaml::decode);
}

#[test]
fn quotes_as_the_reference() {
    check(QUOTES, yaml::decode);
}

#[test]
fn block_scalars_as_the_reference() {
    check(BLOCK_SCALARS, yaml::decode);
}

#[test]
fn plain_as_the_reference() {
    check(PLAIN, yaml::decode);
}

#[test]
fn flow_as_the_reference() {
    check(FLOW, yaml::decode);
}

#[test]
fn blocks_as_the_reference() {
    check(BLOCKS, yaml::decode);
}

#[test]
fn keys_as_the_reference() {
    check(KEYS, yaml::decode);
}

#[test]
fn anchors_as_the_reference() {
    check(ANCHORS, yaml::decode);
}

#[test]
fn documents_as_the_reference() {
    check(DOCUMENTS, yaml::decode);
}

#[test]
fn characters_as_the_reference() {
    check(CHARACTERS, yaml::decode);
}

#[test]
fn lines_as_the_reference() {
    check(LINES, yaml::decode);
}

#[test]
fn strict_as_the_reference() {
    check(STRICT, yaml::decode_strict);
}

#[test]
fn values_as_the_reference() {
    check(VALUES, |text| yaml::decode_values(text).map(Value::Map));
}

#[test]
fn heads_as_the_reference() {
    check(HEADS, head_value);
}

/// Integers and floats stay apart for Go's string fields. spec 3.1.
#[test]
fn scalars_become_text_as_in_string_fields() {
    let cases = [
        ("1.10", "1.1"),
        ("3.14159265358979", "3.1415927"),
        ("123456789.5", "1.2345679e+08"),
        ("1e3", "1000"),
        ("1e6", "1e+06"),
        ("100000.0", "100000"),
        ("0.0001", "0.0001"),
        ("0.00001", "1e-05"),
        ("-0.0", "-0"),
        (".inf", "+Inf"),
        ("1e39", "+Inf"),
        ("0x10", "16"),
        ("-5", "-5"),
        ("18446744073709551615", "18446744073709551615"),
        ("yes", "true"),
        ("off", "false"),
        ("2001-01-01", "2001-01-01"),
        ("'1.10'", "1.10"),
    ];
    for (input, expected) in cases {
        let value = yaml::decode_typed(input.as_bytes()).expect(input);
        let text = yaml::scalar_text(&value).expect(input);
        assert_eq!(text, expected, "for {input}");
    }
    for input in ["~", "[1]", "{a: 1}"] {
        assert_eq!(
            yaml::scalar_text(&yaml::decode_typed(input.as_bytes()).expect(input)),
            None,
            "for {input}"
        );
    }
}

/// spec 4.1.
#[test]
fn mismatches_read_as_in_go() {
    let value = yaml::decode_typed(b"x").expect("a string");
    assert_eq!(
        yaml::mismatch(&value, ".sources", "[]string").to_string(),
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go struct field .sources of \
         type []string"
    );
    assert_eq!(
        yaml::mismatch(&Value::from(vec![]), "", "loader.chartBase").to_string(),
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type \
         loader.chartBase"
    );
    // Go takes a last step of digits for an index and then has no field to name.
    assert_eq!(
        yaml::mismatch(&Value::Map(Map::new()), ".sources.0", "string").to_string(),
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into .sources.0 of type string"
    );
}

#[test]
fn errors_know_their_place() {
    let place = |text: &[u8]| {
        yaml::decode(text)
            .expect_err("a fault")
            .place()
            .map(|place| (place.line, place.offset))
    };
    // A parser error, printed as line 1 by Go, a scanner error, and a decode error, which has no place.
    assert_eq!(place(b"a: 1\n- b\n"), Some((2, 5)));
    assert_eq!(place(b"a: 1\nb: @x\n"), Some((2, 8)));
    assert_eq!(place(b"\xEF\xBB\xBFa: @x"), Some((1, 6)));
    assert_eq!(place(b"a: *x"), None);
    // In a values file the lines of the documents before count, too.
    let error = yaml::decode_values(b"a: 1\n---\nb: @x\n").expect_err("a fault");
    assert_eq!(
        error.to_string(),
        "cannot unmarshal yaml document: error converting YAML to JSON: yaml: found character that cannot start any token"
    );
    assert_eq!(error.place().map(|place| (place.line, place.offset)), Some((3, 12)));
}

#[test]
fn aliases_are_copies() {
    let value = yaml::decode(b"a: &m {x: 1}\nb: *m\n").expect("valid");
    let map = value.as_map().expect("a map");
    let a = map.get(b"a").expect("a");
    a.as_map().expect("a map").insert("x", 2.0);
    assert_eq!(json_text(&value), r#"{"a":{"x":2},"b":{"x":1}}"#);
}

/// spec 3.3.
#[test]
fn alias_bombs_are_refused() {
    let mut bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (name, before) in ('b'..='h').zip('a'..) {
        bomb.push_str(&format!(
            "{name}: &{name} [{}]\n",
            vec![format!("*{before}"); 9].join(",")
        ));
    }
    let expected = "error converting YAML to JSON: yaml: document contains excessive aliasing";
    assert_eq!(yaml::decode(bomb.as_bytes()).expect_err("a bomb").to_string(), expected);
    assert_eq!(
        yaml::check_head(bomb.as_bytes()).expect_err("a bomb").to_string(),
        expected
    );
}

/// Many aliases of a long text share it: 20 GB of copies would not fit.
#[test]
fn long_texts_are_shared_between_aliases() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a,".repeat(200_000));
    let value = yaml::decode(text.as_bytes()).expect("valid");
    let list = value.as_map().and_then(|map| map.get(b"b")).expect("b");
    assert_eq!(list.as_list().map(|list| list.len()), Some(200_000));
}

#[test]
fn depth_is_limited() {
    let too_deep = "error converting YAML to JSON: yaml: exceeded max depth of 10000";
    for opening in ["[", "{a: ", "- ", "? "] {
        let text = opening.repeat(20_000);
        assert_eq!(
            yaml::decode(text.as_bytes()).expect_err("too deep").to_string(),
            too_deep,
            "for {opening:?}"
        );
        assert_eq!(
            yaml::check_head(text.as_bytes()).expect_err("too deep").to_string(),
            too_deep
        );
    }
    // Sequences that are not indented deepen the value, not the indentation: here JSON's limit is met.
    let mut text = String::new();
    for depth in 0..5001 {
        let indent = " ".repeat(depth);
        text.push_str(&format!("{indent}-\n{indent} a:\n"));
    }
    let nested = yaml::decode(text.as_bytes()).map(drop);
    assert_eq!(
        nested.expect_err("too deep").to_string(),
        "error unmarshaling JSON: while decoding JSON: exceeded max depth"
    );
}

#[track_caller]
fn located(text: &str, path: &[PathSegment<'_>]) -> Option<(Option<String>, String)> {
    let location = yaml::locate(text.as_bytes(), path)?;
    Some((
        location.key.map(|key| text[key].to_owned()),
        text[location.value].to_owned(),
    ))
}

#[test]
fn values_are_located() {
    use PathSegment::{Index, Key};
    let text = "# comment\napp:\n  image: \"demo\" # x\n  ports:\n  - 80\n  - {port: 443}\n  empty:\nname: [a, b]\n";
    let some = |key: &str, value: &str| Some((Some(key.to_owned()), value.to_owned()));
    assert_eq!(located(text, &[Key(b"app"), Key(b"image")]), some("image", "\"demo\""));
    assert_eq!(
        located(text, &[Key(b"app"), Key(b"ports"), Index(0)]),
        Some((None, "80".to_owned()))
    );
    assert_eq!(
        located(text, &[Key(b"app"), Key(b"ports"), Index(1), Key(b"port")]),
        some("port", "443")
    );
    assert_eq!(
        located(text, &[Key(b"app"), Key(b"ports"), Index(1)]),
        Some((None, "{port: 443}".to_owned()))
    );
    assert_eq!(
        located(text, &[Key(b"app"), Key(b"ports")]),
        some("ports", "- 80\n  - {port: 443}")
    );
    assert_eq!(located(text, &[Key(b"app"), Key(b"empty")]), some("empty", ""));
    assert_eq!(located(text, &[Key(b"name")]), some("name", "[a, b]"));
    assert_eq!(located(text, &[Key(b"name"), Index(2)]), None);
    assert_eq!(located(text, &[Key(b"app"), Key(b"image"), Key(b"x")]), None);
    assert_eq!(located("a: 1\na: 2\n", &[Key(b"a")]), some("a", "2"));
    assert_eq!(located("a: {b: 1}\na: {c: 2}\n", &[Key(b"a"), Key(b"b")]), None);
    assert_eq!(located("a: 1\n---\na: 2\n---\nb: 3\n", &[Key(b"a")]), some("a", "2"));
    assert_eq!(located("y: 1\n0x10: 2\n", &[Key(b"true")]), some("y", "1"));
    assert_eq!(located("y: 1\n0x10: 2\n", &[Key(b"16")]), some("0x10", "2"));
    assert_eq!(located("a: 1\nb: [\n", &[Key(b"a")]), some("a", "1"));
}

/// Whatever the bytes, every reader answers.
#[test]
fn damaged_texts_are_survived() {
    let text = b"%TAG !e! tag:yaml.org,2002:\n---\na: &a {b: [1, \"\\x41\\\n  z\"], <<: {c: d}}\n? |2-\n   x\n: !e!int '5'\nk: *a\n# \xC3\xA9\n";
    for at in 0..text.len() {
        for byte in [
            0, b'\n', b'\t', b' ', b':', b'-', b'[', b'}', b'"', b'\'', b'&', b'!', b'|', b'#', 0x85, 0xE2, 0xFE,
        ] {
            let mut damaged = text.to_vec();
            damaged[at] = byte;
            for text in [&damaged[..], &damaged[..at]] {
                let read = yaml::decode(text).map(|value| json_text(&value));
                let typed = yaml::decode_typed(text).map(|_| ());
                assert_eq!(read.is_ok(), typed.is_ok());
                let _ = (
                    yaml::decode_values(text),
                    yaml::decode_strict(text),
                    yaml::check_head(text),
                );
                yaml::locate(text, &[PathSegment::Key(b"a"), PathSegment::Index(0)]);
            }
        }
    }
}
