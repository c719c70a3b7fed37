//! Sets of several texts: who wins, where errors point to, sharing between threads.

use std::sync::Arc;

use skeg_template::{ExecCause, Executor, Functions, MissingKey, NoMethods, NoTrace, ParsedFile, TemplateSet};
use skeg_value::{FileId, Object, Str, Value};

use crate::host::{data, functions, map, run};

fn set(files: &[(&str, &str)]) -> TemplateSet {
    let mut set = TemplateSet::new(&functions());
    for (name, text) in files {
        set.add(name, text.as_bytes()).expect("it parses");
    }
    set
}

fn rendered(files: &[(&str, &str)], name: &str) -> String {
    match run(&set(files), name, &data()) {
        Ok(out) => String::from_utf8_lossy(&out).into_owned(),
        Err(error) => error,
    }
}

// spec 1.1, rules 3, 5, 6 and 7.
#[test]
fn later_definitions_win_unless_blank() {
    let user = ("t", r#"{{template "d"}}"#);
    let first = ("a", r#"{{define "d"}}first{{end}}"#);
    let second = ("b", r#"{{define "d"}}second{{end}}"#);
    let blank = ("c", "{{define \"d\"}} {{/* nothing */}}\n{{end}}");
    assert_eq!(rendered(&[user, first, second], "t"), "second");
    assert_eq!(rendered(&[user, second, first], "t"), "first");
    assert_eq!(rendered(&[user, first, blank], "t"), "first");
    assert_eq!(rendered(&[user, blank, first], "t"), "first");
    assert_eq!(
        rendered(&[("x", r#"{{block "d" .}}default{{end}}"#), first], "x"),
        "first"
    );
    assert_eq!(
        rendered(&[first, ("x", r#"{{block "d" .}}default{{end}}"#)], "x"),
        "default"
    );
    assert_eq!(
        rendered(&[("c/_a.tpl", "[{{.s}}]"), ("t", r#"{{include "c/_a.tpl" .}}"#)], "t"),
        "[str]"
    );
}

#[test]
fn a_text_that_does_not_parse_changes_nothing() {
    let mut set = set(&[("t", r#"{{define "d"}}old{{end}}{{template "d"}}"#)]);
    let error = set.add("u", *b"{{define \"d\"}}new{{end}}\n{{nosuch}}").unwrap_err();
    assert_eq!(error.to_string(), "template: u:2: function \"nosuch\" not defined");
    assert_eq!(
        (error.line, error.span.file, error.span.start, error.span.end),
        (2, FileId(1), 27, 33)
    );
    assert_eq!(run(&set, "t", &data()), Ok(b"old".to_vec()));
    assert!(!set.contains(b"u"));
}

// spec 1.12: the file is that of the node, the name that of the template.
#[test]
fn errors_tell_file_and_template_apart() {
    let files = [
        ("t", r#"{{include "lvl1" .}}"#),
        ("_h.tpl", "{{define \"lvl1\"}}\n  {{ .s.x }}{{end}}"),
    ];
    assert_eq!(
        rendered(&files, "t"),
        "template: t:1:2: executing \"t\" at <include \"lvl1\" .>: error calling include: \
         template: _h.tpl:2:7: executing \"lvl1\" at <.s.x>: can't evaluate field x in type interface {}"
    );
    assert_eq!(
        rendered(&files, "u"),
        "template: no template \"u\" associated with template \"gotpl\""
    );
}

#[test]
fn the_chain_of_an_error_can_be_walked() {
    let set = set(&[(
        "t",
        "\n {{include \"a\" .}}{{define \"a\"}}{{fail \"stop\\nhere\"}}{{end}}",
    )]);
    let (mut depth, mut out) = (0_i32, Vec::new());
    let mut executor = Executor::new(&set, &NoMethods, &mut depth, NoTrace);
    let error = executor.execute("t", &data(), &mut out).unwrap_err();
    let links: Vec<_> = error
        .links()
        .map(|link| (link.location(), link.executing(), link.message()))
        .collect();
    assert_eq!(
        links,
        [
            (
                "t:2:3",
                r#"executing "t" at <include "a" .>"#,
                "error calling include: "
            ),
            (
                "t:2:34",
                r#"executing "a" at <fail "stop\nhere">"#,
                "error calling fail: stop\nhere"
            ),
        ]
        .map(|(location, executing, message)| (location.to_owned(), executing.to_owned(), message.to_owned()))
    );
    assert_eq!(error.fail_text(), Some("stop\nhere"));
    assert_eq!((error.span.start, error.span.end), (4, 17));
}

#[test]
fn failing_fields_come_with_their_value_and_path() {
    let set = set(&[("t", "{{ $.m.a.x }}")]);
    let (mut depth, mut out) = (0_i32, Vec::new());
    let mut executor = Executor::new(&set, &NoMethods, &mut depth, NoTrace);
    let error = executor.execute("t", &data(), &mut out).unwrap_err();
    assert!(matches!(&error.cause, ExecCause::Message(text) if text == "can't evaluate field x in type interface {}"));
    assert!(matches!(error.culprit, Some(Value::Float(1.0))));
    let (root, names) = error.path.as_ref().expect("a path");
    assert_eq!((root.kind(), names.join(".")), ("map", "m.a.x".to_owned()));
    // The location is Go's, the span the whole expression.
    assert_eq!((error.column, error.span.start, error.span.end), (4, 3, 10));
}

#[test]
fn texts_parsed_once_serve_many_sets_and_threads() {
    let functions = functions();
    let file = Arc::new(ParsedFile::parse("t", *b"{{range .l}}<{{.}}>{{end}}", &functions).expect("it parses"));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let (file, functions) = (Arc::clone(&file), &functions);
            scope.spawn(move || {
                let mut set = TemplateSet::new(functions);
                set.add_parsed(file);
                assert_eq!(run(&set, "t", &data()), Ok(b"<1><two>".to_vec()));
            });
        }
    });
}

#[test]
fn a_failed_run_leaves_the_executor_usable() {
    let set = set(&[
        ("bad", "a{{$x := 1}}{{with .m}}{{.a.b}}{{end}}"),
        ("good", "{{.s}}{{$.s}}"),
    ]);
    let (mut depth, mut out) = (0_i32, Vec::new());
    let mut executor = Executor::new(&set, &NoMethods, &mut depth, NoTrace);
    executor.execute("bad", &data(), &mut out).unwrap_err();
    assert_eq!(out, b"a");
    executor.execute("good", &data(), &mut out).expect("it runs");
    assert_eq!(out, b"astrstr");
}

// spec 1.9: Go's built-ins give way to the host's functions.
#[test]
fn host_functions_hide_builtins() {
    use skeg_template::{Function, Param, Purity};
    static TABLE: &[Function] = &[Function {
        name: "slice",
        params: &[Param::Any],
        variadic: None,
        purity: Purity::Pure,
        doc: "",
        example: ("", ""),
        run: |_, _| Ok(Value::from("the host's")),
    }];
    let functions = Functions::new(&[TABLE]);
    assert!(functions.contains("len") && functions.contains("slice") && !functions.contains("include"));
    let mut set = TemplateSet::new(&functions);
    set.add("t", *b"{{slice 1}}").expect("it parses");
    assert_eq!(run(&set, "t", &Value::Null), Ok(b"the host's".to_vec()));
}

/// A struct behind a pointer, with a struct in it that prints differently when it can be pointed at.
#[derive(Debug)]
struct Outer;

#[derive(Debug)]
struct Inner;

impl Object for Outer {
    fn type_name(&self) -> &str {
        "*p.Outer"
    }
    fn kind(&self) -> &'static str {
        "ptr"
    }
    fn field(&self, name: &str) -> Option<Value> {
        (name == "Inner").then(|| Value::Object(std::rc::Rc::new(Inner)))
    }
    fn method_arity(&self, name: &str) -> Option<usize> {
        (name == "Has").then_some(1)
    }
    fn call_method(&self, _: &str, args: &[Value]) -> Result<Value, skeg_value::ObjectError> {
        Ok(Value::Bool(args[0].as_str() == Some("x")))
    }
    fn print(&self) -> String {
        "&{outer}".to_owned()
    }
    fn to_json(&self) -> Value {
        Value::Null
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Object for Inner {
    fn type_name(&self) -> &str {
        "p.Inner"
    }
    fn field(&self, name: &str) -> Option<Value> {
        (name == "Major").then(|| "1".into())
    }
    fn method_arity(&self, name: &str) -> Option<usize> {
        (name == "String").then_some(0)
    }
    fn call_method(&self, _: &str, _: &[Value]) -> Result<Value, skeg_value::ObjectError> {
        Ok("v1.2".into())
    }
    fn print(&self) -> String {
        "{v1 2}".to_owned()
    }
    fn to_json(&self) -> Value {
        Value::Null
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

// spec 1.6, 1.10 and 2.3: `.Capabilities` and its version.
#[test]
fn objects_have_fields_methods_and_two_ways_to_print() {
    let data = map([("o", Value::Object(std::rc::Rc::new(Outer)))]).into();
    for (template, expected) in [
        ("{{.o.Inner}}", "v1.2"),
        ("{{print .o.Inner}}", "{v1 2}"),
        ("{{with .o.Inner}}{{.}}{{.Major}}{{end}}", "v1.21"),
        ("{{$x := .o.Inner}}{{$x}}|{{$x.String}}", "v1.2|v1.2"),
        ("{{.o.Has \"x\"}} {{\"y\" | .o.Has}}", "true false"),
        (
            "{{.o.Has}}",
            "template: t:1:4: executing \"t\" at <.o.Has>: wrong number of args for Has: want 1 got 0",
        ),
        (
            "{{.o.Nope}}",
            "template: t:1:4: executing \"t\" at <.o.Nope>: can't evaluate field Nope in type interface {}",
        ),
        (
            "{{.o.Inner.Nope}}",
            "template: t:1:4: executing \"t\" at <.o.Inner.Nope>: can't evaluate field Nope in type p.Inner",
        ),
        (
            "{{.o.Inner.Major 1}}",
            "template: t:1:4: executing \"t\" at <.o.Inner.Major>: Major has arguments but cannot be invoked as function",
        ),
        ("{{if .o}}yes{{end}}{{.o}}", "yes&{outer}"),
        (
            "{{range .o}}{{end}}",
            "template: t:1:8: executing \"t\" at <.o>: range can't iterate over &{outer}",
        ),
        (
            "{{len .o}}",
            "template: t:1:2: executing \"t\" at <len .o>: error calling len: len of type *p.Outer",
        ),
    ] {
        let got = match crate::host::render(template.as_bytes(), &data) {
            Ok(out) => String::from_utf8_lossy(&out).into_owned(),
            Err(error) => error,
        };
        assert_eq!(got, expected, "{template}");
    }
}

// Go's option `missingkey`; answers of Go 1.26.
#[test]
fn missing_keys_read_as_the_option_says() {
    let answer = |missing_key, template: &str, data: &Value| {
        let mut set = TemplateSet::new(&functions());
        set.set_missing_key(missing_key);
        set.add("t", template.as_bytes()).expect("it parses");
        match run(&set, "t", data) {
            Ok(out) => String::from_utf8_lossy(&out).into_owned(),
            Err(error) => error.split(">: ").last().unwrap_or_default().to_owned(),
        }
    };
    let no_entry = "map has no entry for key \"nope\"";
    for (template, zero, invalid, error) in [
        ("{{.nope}}", "<no value>", "<no value>", no_entry),
        (
            "{{.nope.x}}",
            "nil pointer evaluating interface {}.x",
            "<no value>",
            no_entry,
        ),
        ("{{print .m.nope}}", "<nil>", "<nil>", no_entry),
        (
            "{{len .nope}}",
            "error calling len: len of nil pointer",
            CALL_ON_NOTHING,
            no_entry,
        ),
        ("[{{.ms.nope}}]", "[]", "[<no value>]", no_entry),
        ("{{index .m \"nope\"}}", "<no value>", "<no value>", "<no value>"),
    ] {
        assert_eq!(answer(MissingKey::Zero, template, &data()), zero, "{template}");
        assert_eq!(answer(MissingKey::Invalid, template, &data()), invalid, "{template}");
        assert_eq!(answer(MissingKey::Error, template, &data()), error, "{template}");
    }
    assert_eq!(
        answer(MissingKey::Error, "{{.x}}", &Value::Null),
        "nil data; no entry for key \"x\""
    );
}

const CALL_ON_NOTHING: &str = "error calling len: reflect: call of reflect.Value.Type on zero Value";

#[test]
fn names_may_be_any_bytes() {
    let mut set = TemplateSet::new(&functions());
    set.add(
        "t",
        *b"{{define \"\\xff\"}}x{{end}}{{template \"\\xff\"}}{{include \"\\xff\" .}}",
    )
    .expect("it parses");
    assert_eq!(run(&set, "t", &Value::Null), Ok(b"xx".to_vec()));
    assert!(set.template_names().any(|name| *name == Str::from(&b"\xff"[..])));
}
