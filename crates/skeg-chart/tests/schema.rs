//! values.schema.json: Helm 4.3.1's recorded answers (spec/rendering.md 4.6), and what no schema may do to us.
//!
//! Each case was put into a chart of its own as values.schema.json and values.yaml; the answer is what
//! `helm template` printed below the chart's name. Cases have one failure: Helm orders several at random.

use skeg_chart::{Chart, Metadata, schema};
use skeg_value::{Map, Value, json};

/// Schema, values, answer: empty where the values fit.
type Case = (&'static str, &'static str, &'static str);

fn value(text: &str) -> Value {
    json::decode(text.as_bytes()).expect("the test's own JSON is right")
}

fn map(text: &str) -> Map {
    value(text).as_map().expect("the test's own JSON is an object").clone()
}

/// The answer for one schema; other documents are not there.
fn answer(schema: &str, values: &Value) -> String {
    let mut load = |url: &str| Err(format!("{url} was asked for"));
    schema::validate(schema.as_bytes(), values, &mut load, &mut Vec::new())
        .err()
        .unwrap_or_default()
}

fn replay(cases: &[Case]) {
    for (schema, values, expected) in cases {
        assert_eq!(answer(schema, &value(values)), *expected, "{schema} with {values}");
    }
}

#[test]
fn values_answer_as_in_helm() {
    replay(VALUES);
}

#[test]
fn members_and_items_answer_as_in_helm() {
    replay(MEMBERS);
}

#[test]
fn combinations_answer_as_in_helm() {
    replay(COMBINATIONS);
}

#[test]
fn drafts_answer_as_in_helm() {
    replay(DRAFTS);
}

#[test]
fn broken_schemas_answer_as_in_helm() {
    replay(SCHEMAS);
}

fn chart(name: &str, schema: Option<&str>, dependencies: Vec<Chart>) -> Chart {
    Chart {
        metadata: Metadata {
            name: name.to_owned(),
            ..Metadata::default()
        },
        schema: schema.map(|text| skeg_chart::files::ChartFile::new("values.schema.json", text.as_bytes(), None)),
        dependencies,
        ..Chart::default()
    }
}

/// Subcharts follow, each with its section; a broken schema has no newline of its own. The blocks are recorded from Helm
/// 4.3.1 one by one: there the order of siblings is random, and a section that is no map is mostly refused earlier.
#[test]
fn each_chart_has_its_block() {
    let top = chart(
        "c",
        Some(r#"{"required": ["x"]}"#),
        vec![
            chart(
                "sub",
                Some(r#"{"properties": {"a": {"type": "string"}}}"#),
                vec![chart("deep", Some("false"), vec![])],
            ),
            chart("absent", Some("false"), vec![]),
            chart("none", Some("false"), vec![]),
            chart("flat", Some("true"), vec![]),
            chart("broken", Some("x"), vec![]),
            chart("last", Some("false"), vec![]),
        ],
    );
    let values = map(r#"{"sub": {"a": 1, "deep": {}}, "none": null, "flat": 5, "broken": {}, "last": {}}"#);
    let mut load = |_: &str| Err(String::new());
    let report = schema::validate_all(&top, &values, &mut load, &mut Vec::new())
        .unwrap_err()
        .to_string();
    let expected = [
        "values don't meet the specifications of the schema(s) in the following chart(s):",
        "c:",
        "- at '': missing property 'x'",
        "sub:",
        "- at '/a': got number, want string",
        "deep:",
        "- at '': false schema",
        "flat:",
        "invalid type for values: expected object (map), got float64",
        "broken:",
        "invalid character 'x' looking for beginning of valuelast:",
        "- at '': false schema",
        "",
    ];
    assert_eq!(report, expected.join("\n"));
    let fitting = map(r#"{"x": 1, "last": null}"#);
    assert!(schema::validate_all(&top, &fitting, &mut load, &mut Vec::new()).is_ok());
}

/// Recorded from Helm 4.3.1.
#[test]
fn other_documents_come_through_the_callback() {
    let mut asked = Vec::new();
    let mut load = |url: &str| {
        asked.push(url.to_owned());
        match url {
            "file:///other.json" => Ok(br#"{"$defs": {"s": {"type": "string"}}}"#.to_vec()),
            "file:///broken.json" => Ok(b"{".to_vec()),
            _ => Err("open /nope.json: no such file or directory".to_owned()),
        }
    };
    for (reference, expected) in [
        ("file:///other.json#/$defs/s", "- at '': got object, want string\n"),
        ("other.json#/$defs/s", "- at '': got object, want string\n"),
        (
            "broken.json",
            r#"failing loading "file:///broken.json": unexpected EOF"#,
        ),
        (
            "nope.json",
            r#"failing loading "file:///nope.json": open /nope.json: no such file or directory"#,
        ),
    ] {
        let text = format!(r#"{{"$ref": "{reference}"}}"#);
        let found = schema::validate(text.as_bytes(), &value("{}"), &mut load, &mut Vec::new());
        assert_eq!(found.unwrap_err(), expected, "{reference}");
    }
    assert_eq!(
        asked,
        [
            "file:///other.json",
            "file:///other.json",
            "file:///broken.json",
            "file:///nope.json"
        ]
    );
}

/// Recorded from Helm 4.3.1: one warning for each name, however many charts use it.
#[test]
fn unresolved_names_allow_everything() {
    let text = r#"{"allOf": [{"$ref": "urn:x"}, {"$ref": "urn:x"}, {"$ref": "urn:y"}]}"#;
    let top = chart("c", Some(text), vec![chart("sub", Some(text), vec![])]);
    let mut log = Vec::new();
    let mut load = |url: &str| Err(url.to_owned());
    assert!(schema::validate_all(&top, &map(r#"{"sub": {}}"#), &mut load, &mut log).is_ok());
    let lines: Vec<String> = log.iter().map(ToString::to_string).collect();
    let warning = r#"level=WARN msg="unresolved URN reference ignored; using permissive schema""#;
    assert_eq!(lines, [format!("{warning} urn=urn:x"), format!("{warning} urn=urn:y")]);
}

/// The recursion is bounded by the documents' depth, not by the stack: 1,000 levels in a schema, 3,000 while checking.
#[test]
fn deep_and_circular_schemas_end() {
    let on_large_stack = std::thread::Builder::new().stack_size(256 << 20).spawn(|| {
        let nested = |levels: usize| format!("{}true{}", r#"{"not": "#.repeat(levels), "}".repeat(levels));
        assert_eq!(answer(&nested(901), &value("{}")), "- at '': 'not' failed\n");
        assert_eq!(answer(&nested(5000), &value("{}")), "exceeded max depth");
        let lists = format!("{}{}", "[".repeat(900), "]".repeat(900));
        assert_eq!(answer(r##"{"items": {"$ref": "#"}}"##, &value(&lists)), "");
        let circle = r##"{"$ref": "#/$defs/x", "$defs": {"x": {"allOf": [{"$ref": "#/$defs/y"}]}, "y": {"$ref": "#/$defs/x"}}}"##;
        assert!(answer(circle, &value("{}")).contains("causing reference cycle"));
    });
    on_large_stack
        .expect("a thread")
        .join()
        .expect("no failure in the thread");
}

/// Equal items are found among many without comparing each with each.
#[test]
fn large_lists_are_checked() {
    let numbers: Vec<String> = (0..50_000).map(|n| n.to_string()).collect();
    let unique = value(&format!("[{}]", numbers.join(",")));
    let repeated = value(&format!("[{},4.20e1]", numbers.join(",")));
    assert_eq!(answer(r#"{"uniqueItems": true}"#, &unique), "");
    assert_eq!(
        answer(r#"{"uniqueItems": true}"#, &repeated),
        "- at '': items at 42 and 50,000 are equal\n"
    );
    let names = format!(
        r#"{{"items": {{"enum": [{}]}}, "maxItems": 3}}"#,
        numbers[..2000].join(",")
    );
    assert_eq!(
        answer(&names, &value("[1999, 2000]"))
            .matches("at '/1': value must be one of 0, 1, ")
            .count(),
        1
    );
}

/// What is wrong with a value: types, constants, lengths, sizes.
#[rustfmt::skip]
const VALUES: &[Case] = &[
    (r#"{"properties": {"a": {"type": "string"}}}"#, r#"{"a": 1}"#, "- at '/a': got number, want string\n"),
    (r#"{"properties": {"a": {"type": ["string", "null"]}}}"#, r#"{"a": 1}"#, "- at '/a': got number, want null or string\n"),
    (r#"{"properties": {"a": {"type": ["object", "array", "boolean"]}}}"#, r#"{"a": "x"}"#, "- at '/a': got string, want boolean or array or object\n"),
    (r#"{"properties": {"a": {"type": "integer"}}}"#, r#"{"a": 1.5}"#, "- at '/a': got number, want integer\n"),
    (r#"{"properties": {"a": {"type": "integer"}}}"#, r#"{"a": 1.0}"#, ""),
    (r#"{"properties": {"a": {"type": "string"}}}"#, r#"{"a": true}"#, "- at '/a': got boolean, want string\n"),
    (r#"{"properties": {"a": {"type": "object"}}}"#, r#"{"a": []}"#, "- at '/a': got array, want object\n"),
    (r#"{"properties": {"a": {"type": "array"}}}"#, r#"{"a": {"b": 1}}"#, "- at '/a': got object, want array\n"),
    (r#"{"properties": {"a": {"const": "x"}}}"#, r#"{"a": "y"}"#, "- at '/a': value must be 'x'\n"),
    (r#"{"properties": {"a": {"const": 1.5}}}"#, r#"{"a": 1}"#, "- at '/a': value must be 1.5\n"),
    (r#"{"properties": {"a": {"const": 1.0}}}"#, r#"{"a": 1}"#, ""),
    (r#"{"properties": {"a": {"const": {"b": 1}}}}"#, r#"{"a": {"b": 2}}"#, "- at '/a': 'const' failed\n"),
    (r#"{"properties": {"a": {"const": {"b": [1.0]}}}}"#, r#"{"a": {"b": [1]}}"#, ""),
    (r#"{"properties": {"a": {"const": null}}}"#, r#"{"a": "x"}"#, "- at '/a': value must be <nil>\n"),
    (r#"{"properties": {"a": {"enum": ["x", "y"]}}}"#, r#"{"a": "z"}"#, "- at '/a': value must be one of 'x', 'y'\n"),
    (r#"{"properties": {"a": {"enum": ["x"]}}}"#, r#"{"a": "z"}"#, "- at '/a': value must be 'x'\n"),
    (r#"{"properties": {"a": {"enum": [null, 1, true, "it's"]}}}"#, r#"{"a": "z"}"#, "- at '/a': value must be one of <nil>, 1, true, 'it\\'s'\n"),
    (r#"{"properties": {"a": {"enum": [[1], "x"]}}}"#, r#"{"a": "z"}"#, "- at '/a': 'enum' failed\n"),
    (r#"{"properties": {"a": {"pattern": "^b$"}}}"#, r#"{"a": "z"}"#, "- at '/a': 'z' does not match pattern '^b$'\n"),
    (r#"{"properties": {"a": {"pattern": "'\\d\""}}}"#, r#"{"a": "z\n"}"#, "- at '/a': 'z\\n' does not match pattern '\\'\\\\d\"'\n"),
    (r#"{"properties": {"a": {"minLength": 3}}}"#, r#"{"a": "é"}"#, "- at '/a': minLength: got 1, want 3\n"),
    (r#"{"properties": {"a": {"maxLength": 1}}}"#, r#"{"a": "é😀"}"#, "- at '/a': maxLength: got 2, want 1\n"),
    (r#"{"properties": {"a": {"minimum": 3}}}"#, r#"{"a": 2}"#, "- at '/a': minimum: got 2, want 3\n"),
    (r#"{"properties": {"a": {"maximum": 1000}}}"#, r#"{"a": 123456.5}"#, "- at '/a': maximum: got 123,456.5, want 1,000\n"),
    (r#"{"properties": {"a": {"exclusiveMinimum": 3}}}"#, r#"{"a": 3}"#, "- at '/a': exclusiveMinimum: got 3, want 3\n"),
    (r#"{"properties": {"a": {"exclusiveMaximum": -1e-07}}}"#, r#"{"a": 0}"#, "- at '/a': exclusiveMaximum: got 0, want -1×10⁻⁰⁷\n"),
    (r#"{"properties": {"a": {"multipleOf": 0.1}}}"#, r#"{"a": 0.35}"#, "- at '/a': multipleOf: got 0.35, want 0.1\n"),
    (r#"{"properties": {"a": {"multipleOf": 0.1}}}"#, r#"{"a": 0.3}"#, ""),
    (r#"{"properties": {"a": {"minimum": 1000000}}}"#, r#"{"a": 1}"#, "- at '/a': minimum: got 1, want 1×10⁰⁶\n"),
    (r#"{"properties": {"a": {"minItems": 2}}}"#, r#"{"a": [1]}"#, "- at '/a': minItems: got 1, want 2\n"),
    (r#"{"properties": {"a": {"maxItems": 1}}}"#, r#"{"a": [1, 2]}"#, "- at '/a': maxItems: got 2, want 1\n"),
    (r#"{"properties": {"a": {"uniqueItems": true}}}"#, r#"{"a": [1, "x", 1.0]}"#, "- at '/a': items at 0 and 2 are equal\n"),
    (r#"{"properties": {"a": {"uniqueItems": true}}}"#, r#"{"a": [{"b": 1, "c": 2}, {"c": 2, "b": 1}]}"#, "- at '/a': items at 0 and 1 are equal\n"),
    (r#"{"properties": {"a": {"minProperties": 1}}}"#, r#"{"a": {}}"#, "- at '/a': minProperties: got 0, want 1\n"),
    (r#"{"maxProperties": 1}"#, r#"{"a": 1, "b": 2}"#, "- at '': maxProperties: got 2, want 1\n"),
    (r#"{"properties": {"a": false}}"#, r#"{"a": 1}"#, "- at '/a': false schema\n"),
];

/// Members and items.
#[rustfmt::skip]
const MEMBERS: &[Case] = &[
    (r#"{"required": ["b"]}"#, r#"{"a": 1}"#, "- at '': missing property 'b'\n"),
    (r#"{"required": ["b", "c"]}"#, r#"{"a": 1}"#, "- at '': missing properties 'b', 'c'\n"),
    (r#"{"additionalProperties": false, "properties": {"a": true}}"#, r#"{"a": 1, "b": 2}"#, "- at '': additional properties 'b' not allowed\n"),
    (r#"{"additionalProperties": {"type": "string"}}"#, r#"{"a/b~c": 1}"#, "- at '/a~1b~0c': got number, want string\n"),
    (r#"{"patternProperties": {"^a": {"type": "string"}}}"#, r#"{"ab": 1}"#, "- at '/ab': got number, want string\n"),
    (r#"{"propertyNames": {"maxLength": 1}}"#, r#"{"ab": 1}"#, "- at '': invalid propertyName 'ab'\n  - at '': maxLength: got 2, want 1\n"),
    (r#"{"propertyNames": {"maxLength": 1, "pattern": "^b"}}"#, r#"{"ab": 1}"#, "- at '': invalid propertyName 'ab'\n  - at '': maxLength: got 2, want 1\n  - at '': 'ab' does not match pattern '^b'\n"),
    (r#"{"dependentRequired": {"a": ["b", "c"]}}"#, r#"{"a": 1}"#, "- at '': properties 'b', 'c' required, if 'a' exists\n"),
    (r#"{"dependentSchemas": {"a": {"required": ["b"]}}}"#, r#"{"a": 1}"#, "- at '': missing property 'b'\n"),
    (r#"{"properties": {"a": {"items": {"type": "string"}}}}"#, r#"{"a": ["x", 1]}"#, "- at '/a/1': got number, want string\n"),
    (r#"{"properties": {"a": {"prefixItems": [{"type": "string"}], "items": false}}}"#, r#"{"a": ["x", 1]}"#, "- at '/a/1': false schema\n"),
    (r#"{"properties": {"a": {"contains": {"type": "string"}}}}"#, r#"{"a": [1]}"#, "- at '/a': no items match contains schema\n  - at '/a/0': got number, want string\n"),
    (r#"{"properties": {"a": {"contains": {"type": "string"}, "minContains": 2}}}"#, r#"{"a": ["x", 1]}"#, "- at '/a': min 2 items required to match contains schema, but matched 1 items at 0\n  - at '/a/1': got number, want string\n"),
    (r#"{"properties": {"a": {"contains": {"type": "string"}, "maxContains": 1}}}"#, r#"{"a": ["x", "y"]}"#, "- at '/a': max 1 items required to match contains schema, but matched 2 items at 0 1\n"),
    (r#"{"properties": {"a": {"contains": {"type": "string"}, "minContains": 0}}}"#, r#"{"a": [1]}"#, ""),
    (r#"{"properties": {"a": {"$schema": "https://json-schema.org/draft/2020-12/schema", "prefixItems": [true], "unevaluatedItems": false}}}"#, r#"{"a": [1, 2]}"#, "- at '/a/1': false schema\n"),
    (r#"{"allOf": [{"properties": {"a": true}}], "unevaluatedProperties": false}"#, r#"{"a": 1, "b": 2}"#, "- at '/b': false schema\n"),
    (r#"{"anyOf": [{"required": ["b"], "properties": {"b": true}}, {"properties": {"a": true}}], "unevaluatedProperties": false}"#, r#"{"a": 1, "c": 2}"#, "- at '/c': false schema\n"),
];

/// Combinations and references.
#[rustfmt::skip]
const COMBINATIONS: &[Case] = &[
    (r#"{"allOf": [{"required": ["b"]}, {"required": ["c"]}]}"#, r#"{"a": 1}"#, "- at '': 'allOf' failed\n  - at '': missing property 'b'\n  - at '': missing property 'c'\n"),
    (r#"{"anyOf": [{"required": ["x"]}, {"required": ["y", "z"]}]}"#, r#"{"a": 1}"#, "- at '': 'anyOf' failed\n  - at '': missing property 'x'\n  - at '': missing properties 'y', 'z'\n"),
    (r#"{"oneOf": [{"required": ["x"]}, {"required": ["y"]}]}"#, r#"{"a": 1}"#, "- at '': 'oneOf' failed, none matched\n  - at '': missing property 'x'\n  - at '': missing property 'y'\n"),
    (r#"{"oneOf": [true, {"required": ["b"]}, true]}"#, r#"{"a": 1}"#, "- at '': 'oneOf' failed, subschemas 0, 2 matched\n"),
    (r#"{"not": {"required": ["a"]}}"#, r#"{"a": 1}"#, "- at '': 'not' failed\n"),
    (r#"{"if": {"required": ["a"]}, "then": {"required": ["b"]}}"#, r#"{"a": 1}"#, "- at '': missing property 'b'\n"),
    (r#"{"if": {"required": ["b"]}, "else": {"required": ["c"]}}"#, r#"{"a": 1}"#, "- at '': missing property 'c'\n"),
    (r##"{"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "string"}}}"##, r#"{"a": 1}"#, "- at '/a': got number, want string\n"),
    (r##"{"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"anyOf": [{"type": "string"}, {"minimum": 5}]}}}"##, r#"{"a": 1}"#, "- at '/a': 'anyOf' failed\n  - at '/a': got number, want string\n  - at '/a': minimum: got 1, want 5\n"),
    (r##"{"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"minimum": 5, "multipleOf": 2}}}"##, r#"{"a": 1}"#, "- at '/a': validation failed\n  - at '/a': minimum: got 1, want 5\n  - at '/a': multipleOf: got 1, want 2\n"),
    (r##"{"properties": {"a": {"$ref": "#n"}}, "$defs": {"x": {"$anchor": "n", "type": "string"}}}"##, r#"{"a": 1}"#, "- at '/a': got number, want string\n"),
    (r#"{"$id": "http://x/y", "properties": {"a": {"$ref": "z"}}, "$defs": {"x": {"$id": "z", "type": "string"}}}"#, r#"{"a": 1}"#, "- at '/a': got number, want string\n"),
    (r##"{"additionalProperties": {"$ref": "#"}, "type": "object"}"##, r#"{"a": {"b": {"c": "x"}}}"#, "- at '/a/b/c': got string, want object\n"),
    (r##"{"$ref": "#"}"##, r#"{"a": 1}"#, "- at '': both /$ref and  resolve to \"file:///values.schema.json#\" causing reference cycle\n"),
    (r#"{"allOf": [{"allOf": [{"properties": {"a": {"oneOf": [{"type": "string"}, {"type": "null"}]}}}]}]}"#, r#"{"a": 1}"#, "- at '': 'allOf' failed\n  - at '': 'allOf' failed\n    - at '/a': 'oneOf' failed, none matched\n      - at '/a': got number, want string\n      - at '/a': got number, want null\n"),
];

/// What differs between drafts.
#[rustfmt::skip]
const DRAFTS: &[Case] = &[
    (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"a": {"maximum": 3, "exclusiveMaximum": true}}}"#, r#"{"a": 3}"#, "- at '/a': exclusiveMaximum: got 3, want 3\n"),
    (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"a": {"const": 1}}}"#, r#"{"a": 2}"#, ""),
    (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"a": {"format": "email"}}}"#, r#"{"a": "z"}"#, "- at '/a': 'z' is not valid email: missing @\n"),
    (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"a": {"items": [{"type": "string"}], "additionalItems": false}}}"#, r#"{"a": ["x", 1, 2]}"#, "- at '/a': last 2 additionalItem(s) not allowed\n"),
    (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "dependencies": {"a": ["b"]}}"#, r#"{"a": 1}"#, "- at '': properties 'b' required, if 'a' exists\n"),
    (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "id": "http://x/y", "properties": {"a": {"$ref": "z"}}, "definitions": {"x": {"id": "z", "type": "string"}}}"#, r#"{"a": 1}"#, "- at '/a': got number, want string\n"),
    (r#"{"$schema": "http://json-schema.org/draft-06/schema#", "properties": {"a": {"const": 1}}}"#, r#"{"a": 2}"#, "- at '/a': value must be 1\n"),
    (r#"{"$schema": "http://json-schema.org/draft-06/schema#", "properties": {"a": {"contains": {"const": 1}}}}"#, r#"{"a": [2]}"#, "- at '/a': no items match contains schema\n  - at '/a/0': value must be 1\n"),
    (r#"{"$schema": "http://json-schema.org/draft-06/schema#", "if": {"required": ["a"]}, "then": false}"#, r#"{"a": 1}"#, ""),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "if": {"required": ["a"]}, "then": false}"#, r#"{"a": 1}"#, "- at '': false schema\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"a": {"required": ["b"]}}}"#, r#"{"a": 1}"#, "- at '': missing property 'b'\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "dependentRequired": {"a": ["b"]}}"#, r#"{"a": 1}"#, ""),
    (r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/x", "required": ["b"], "definitions": {"x": true}}"##, r#"{"a": 1}"#, ""),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "email"}}}"#, r#"{"a": "z"}"#, "- at '/a': 'z' is not valid email: missing @\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "ipv4"}}}"#, r#"{"a": "1.2.3"}"#, "- at '/a': '1.2.3' is not valid ipv4: expected four decimals\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "ipv6"}}}"#, r#"{"a": "1.2.3.4"}"#, "- at '/a': '1.2.3.4' is not valid ipv6: missing colon\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "ipv6"}}}"#, r#"{"a": "::z"}"#, "- at '/a': '::z' is not valid ipv6: ParseAddr(\"::z\"): each colon-separated field must have at least one digit (at \"z\")\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "hostname"}}}"#, r#"{"a": "-a"}"#, "- at '/a': '-a' is not valid hostname: label starts with hyphen\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "date"}}}"#, r#"{"a": "2020-13-01"}"#, "- at '/a': '2020-13-01' is not valid date: parsing time \"2020-13-01\": month out of range\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "time"}}}"#, r#"{"a": "25:00:00Z"}"#, "- at '/a': '25:00:00Z' is not valid time: hour/min/sec out of range\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "date-time"}}}"#, r#"{"a": "2020-01-01"}"#, "- at '/a': '2020-01-01' is not valid date-time: less than 20 characters long\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "uri"}}}"#, r#"{"a": "a/b"}"#, "- at '/a': 'a/b' is not valid uri: relative url\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "uri-reference"}}}"#, r#"{"a": "a\\b"}"#, "- at '/a': 'a\\\\b' is not valid uri-reference: contains \\\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "uuid"}}}"#, r#"{"a": "1-2"}"#, "- at '/a': '1-2' is not valid uuid: must have 5 elements\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "regex"}}}"#, r#"{"a": "(?!x)"}"#, "- at '/a': '(?!x)' is not valid regex: error parsing regexp: invalid or unsupported Perl syntax: `(?!`\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "duration"}}}"#, r#"{"a": "1h"}"#, "- at '/a': '1h' is not valid duration: must start with P\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "json-pointer"}}}"#, r#"{"a": "a"}"#, "- at '/a': 'a' is not valid json-pointer: not starting with /\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "relative-json-pointer"}}}"#, r#"{"a": "/a"}"#, "- at '/a': '/a' is not valid relative-json-pointer: must start with non-negative integer\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "uri-template"}}}"#, r#"{"a": "http://x/{a"}"#, "- at '/a': 'http://x/{a' is not valid uri-template: no matching closing brace\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "semver"}}}"#, r#"{"a": "1.2"}"#, "- at '/a': '1.2' is not valid semver: versionCore must have 3 numbers separated by dot\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "period"}}}"#, r#"{"a": "x"}"#, "- at '/a': 'x' is not valid period: missing slash\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "iri"}}}"#, r#"{"a": "x"}"#, "- at '/a': 'x' is not valid iri: relative url\n"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "nope"}}}"#, r#"{"a": "x"}"#, ""),
    (r#"{"$schema": "https://json-schema.org/draft/2019-09/schema", "properties": {"a": {"format": "email"}}}"#, r#"{"a": "z"}"#, ""),
    (r#"{"$schema": "https://json-schema.org/draft/2019-09/schema", "properties": {"a": {"items": [{"type": "string"}], "additionalItems": false}}}"#, r#"{"a": ["x", 1]}"#, "- at '/a': last 1 additionalItem(s) not allowed\n"),
    (r##"{"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveAnchor": true, "properties": {"a": {"$recursiveRef": "#"}}, "type": "object"}"##, r#"{"a": 1}"#, "- at '/a': got number, want object\n"),
    (r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"a": {"format": "email"}}}"#, r#"{"a": "z"}"#, ""),
    (r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$dynamicAnchor": "n", "properties": {"a": {"$dynamicRef": "#n"}}, "type": "object"}"##, r#"{"a": 1}"#, "- at '/a': got number, want object\n"),
    (r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"a": {"additionalItems": false, "items": true}}}"#, r#"{"a": ["x"]}"#, ""),
];

/// What is wrong with a schema.
#[rustfmt::skip]
const SCHEMAS: &[Case] = &[
    ("", "{}", "EOF"),
    ("{", "{}", "unexpected EOF"),
    ("{} x", "{}", "invalid character after top-level value"),
    (r#"{"a":}"#, "{}", "invalid character '}' looking for beginning of value"),
    ("5", "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'\n- at '': got number, want boolean or object"),
    ("null", "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'\n- at '': got null, want boolean or object"),
    ("false", "{}", "- at '': false schema\n"),
    (r##"{"$ref": "#/nope"}"##, "{}", r#"json-pointer in "file:///values.schema.json#/nope" not found"#),
    (r##"{"$ref": "#nope"}"##, "{}", r#"anchor in "file:///values.schema.json#nope" not found in schema "file:///values.schema.json""#),
    (r#"{"$ref": "ftp://x/y"}"#, "{}", r#"failing loading "ftp://x/y": no URLLoader registered for "ftp://x/y""#),
    (r#"{"$ref": "%zz"}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'\n- at '': 'allOf' failed\n  - at '/$ref': '%zz' is not valid uri-reference: parse \"%zz\": invalid URL escape \"%zz\""),
    (r#"{"$schema": "file:///values.schema.json"}"#, "{}", r#"draft "file:///values.schema.json" is not supported"#),
    (r#"{"type": "foo"}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'\n- at '': 'allOf' failed\n  - at '/type': 'anyOf' failed\n    - at '/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string'\n    - at '/type': got string, want array"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "foo"}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'http://json-schema.org/draft-07/schema#'\n- at '/type': 'anyOf' failed\n  - at '/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string'\n  - at '/type': got string, want array"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": 5}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'http://json-schema.org/draft-07/schema#'\n- at '/properties': got number, want object"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "minLength": -1}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'http://json-schema.org/draft-07/schema#'\n- at '/minLength': 'allOf' failed\n  - at '/minLength': minimum: got -1, want 0"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "required": ["a", "a"]}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'http://json-schema.org/draft-07/schema#'\n- at '/required': items at 0 and 1 are equal"),
    (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "required": []}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'http://json-schema.org/draft-04/schema#'\n- at '/required': minItems: got 0, want 1"),
    (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMaximum": 3}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'http://json-schema.org/draft-04/schema#'\n- at '': properties 'maximum' required, if 'exclusiveMaximum' exists\n- at '/exclusiveMaximum': got number, want boolean"),
    (r#"{"$schema": "http://json-schema.org/draft-06/schema#", "enum": []}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'http://json-schema.org/draft-06/schema#'\n- at '/enum': minItems: got 0, want 1"),
    (r#"{"properties": {"a": {"pattern": "(?!x)"}}}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'\n- at '': 'allOf' failed\n  - at '/properties/a': 'allOf' failed\n    - at '/properties/a/pattern': '(?!x)' is not valid regex: error parsing regexp: invalid or unsupported Perl syntax: `(?!`"),
    (r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"pattern": "("}}}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'http://json-schema.org/draft-07/schema#'\n- at '/properties/a/pattern': '(' is not valid regex: error parsing regexp: missing closing ): `(`"),
    (r#"{"$schema": "https://json-schema.org/draft/2019-09/schema", "$defs": {"x": 5}}"#, "{}", "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2019-09/schema#'\n- at '': 'allOf' failed\n  - at '/$defs/x': got number, want boolean or object"),
    (r##"{"$ref": "#/x/y", "x": {"y": {"type": 7}}}"##, "{}", "\"file:///values.schema.json#/x/y\" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'\n- at '': 'allOf' failed\n  - at '/type': 'anyOf' failed\n    - at '/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string'\n    - at '/type': got number, want array"),
];
