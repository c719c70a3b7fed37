//! Runaway nesting: it works as in Go, or ends with an error, but never takes the process down.

use skeg_template::{Executor, NoTrace, TemplateSet, print};
use skeg_value::{List, Map, Value};

use crate::host::{TableMethods, data, functions, map, render};

/// Runs `check` on a thread with this stack, as the host of deep charts does.
fn with_stack(bytes: usize, check: fn()) {
    std::thread::Builder::new()
        .stack_size(bytes)
        .spawn(check)
        .expect("a thread")
        .join()
        .expect("no panic");
}

// spec 1.3: parentheses up to 10000.
#[test]
fn parentheses_are_limited_by_the_parser() {
    let nested = |depth: usize| format!("{{{{{}1{}}}}}", "(".repeat(depth), ")".repeat(depth));
    let error = render(nested(10_001).as_bytes(), &Value::Null).unwrap_err();
    assert_eq!(error, "template: t:1: max expression depth exceeded");
    // The stack budget of 1 MiB doesn't reach so far; the error is our own.
    let error = render(nested(10_000).as_bytes(), &Value::Null).unwrap_err();
    assert!(
        error.ends_with(": exceeded maximum nesting of expressions"),
        "{}",
        &error[error.len() - 100..]
    );
    assert_eq!(render(nested(300).as_bytes(), &Value::Null), Ok(b"1".to_vec()));
}

#[test]
fn a_larger_stack_takes_all_parentheses_that_go_takes() {
    with_stack(256 << 20, || {
        let text = format!("{{{{{}1{}}}}}", "(".repeat(10_000), ")".repeat(10_000));
        let mut set = TemplateSet::new(&functions());
        set.add("t", text.as_bytes()).expect("it parses");
        let (mut depth, mut out) = (0_i32, Vec::new());
        let mut executor = Executor::new(&set, &TableMethods, &mut depth, NoTrace);
        executor.set_stack_budget(200 << 20);
        executor.execute("t", &Value::Null, &mut out).expect("it runs");
        assert_eq!(out, b"1");
    });
}

#[test]
fn blocks_may_be_nested_without_end() {
    for (open, close) in [
        ("{{if true}}", "{{end}}"),
        ("{{range $.l}}", "{{break}}{{end}}"),
        ("{{with $}}", "{{end}}"),
    ] {
        let text = format!("{}x{}", open.repeat(100_000), close.repeat(100_000));
        assert_eq!(render(text.as_bytes(), &data()), Ok(b"x".to_vec()), "{open}");
    }
    let chain = format!("{{{{if false}}}}{}{{{{end}}}}", "{{else if false}}".repeat(100_000));
    assert_eq!(render(chain.as_bytes(), &data()), Ok(Vec::new()));
    let open_for_ever = "{{if true}}".repeat(100_000);
    assert_eq!(
        render(open_for_ever.as_bytes(), &data()),
        Err("template: t:1: unexpected EOF".to_owned())
    );
}

// spec 1.5, row `template`.
#[test]
fn templates_call_templates_100000_deep() {
    let text = r#"{{define "r"}}{{template "r"}}{{end}}{{template "r"}}"#;
    let expected =
        "template: t:1:25: executing \"r\" at <{{template \"r\"}}>: exceeded maximum template depth (100000)";
    assert_eq!(render(text.as_bytes(), &Value::Null), Err(expected.to_owned()));
    let counted = r#"{{define "r"}}{{if gt . 0}}{{template "r" (dec .)}}{{end}}{{end}}{{template "r" 90000}}done"#;
    assert_eq!(render(counted.as_bytes(), &Value::Null), Ok(b"done".to_vec()));
}

#[test]
fn runs_inside_each_other_end_with_an_error() {
    with_stack(64 << 20, || {
        let mut set = TemplateSet::new(&functions());
        set.add("t", *br#"{{define "r"}}{{include "r" .}}{{end}}{{include "r" .}}"#)
            .expect("it parses");
        // Far from the limit of the test host's own functions.
        let (mut depth, mut out) = (-1_000_000_i32, Vec::new());
        let mut executor = Executor::new(&set, &TableMethods, &mut depth, NoTrace);
        executor.set_stack_budget(32 << 20);
        let error = executor.execute("t", &Value::Null, &mut out).unwrap_err();
        assert!(error.innermost().message().contains("exceeded maximum nesting"));
        assert!(error.links().count() > 10);
        // The executor is as good as new.
        set = TemplateSet::new(&functions());
        set.add("t", *b"{{$x := 1}}{{$x}}").expect("it parses");
        let mut executor = Executor::new(&set, &TableMethods, &mut depth, NoTrace);
        executor.execute("t", &Value::Null, &mut out).expect("it runs");
        assert_eq!(out, b"1");
    });
}

#[test]
fn cycles_and_deep_data_print_to_a_limit() {
    let cycle = Map::new();
    cycle.insert("a", cycle.clone());
    cycle.insert("b", cycle.clone());
    let text = print::sprint_v(&Value::Map(cycle.clone()));
    assert!(text.starts_with(b"map[a:map[a:map[") && text.len() < 100_000);
    // Break the cycle, which would never be freed.
    cycle.borrow_mut().clear();

    let mut deep = Value::int(1);
    for _ in 0..500 {
        deep = Value::List(List::new(vec![deep]));
    }
    assert_eq!(print::sprint_v(&deep).len(), 1001);
}

#[test]
fn long_chains_through_a_cycle_need_no_stack() {
    let cycle = map([("a", Value::Null)]);
    cycle.insert("a", cycle.clone());
    let chain = format!("{{{{with .{}}}}}yes{{{{end}}}}", ["a"; 50_000].join("."));
    assert_eq!(
        render(chain.as_bytes(), &Value::Map(cycle.clone())),
        Ok(b"yes".to_vec())
    );
    cycle.borrow_mut().clear();
}
