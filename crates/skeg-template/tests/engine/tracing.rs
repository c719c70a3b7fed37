//! What a tracer is told.

use std::ops::Range;

use skeg_template::{Executor, TemplateSet, Tracer};
use skeg_value::{Span, Value};

use crate::host::{TableMethods, data, functions};

/// Writes down everything it hears, with the text of each span.
struct Recorder<'a> {
    texts: Vec<&'a str>,
    heard: Vec<String>,
}

impl Recorder<'_> {
    fn text(&self, span: Span) -> &str {
        self.texts
            .get(span.file.0 as usize)
            .map_or("?", |text| &text[span.start as usize..span.end as usize])
    }
}

impl Tracer for Recorder<'_> {
    fn read(&mut self, span: Span, value: Option<&Value>) {
        let kind = value.map_or("nothing", Value::kind);
        let line = format!("read {} = {kind}", self.text(span));
        self.heard.push(line);
    }
    fn output(&mut self, span: Span, bytes: Range<usize>) {
        let line = format!("output {} at {}..{}", self.text(span), bytes.start, bytes.end);
        self.heard.push(line);
    }
    fn branch(&mut self, span: Span, taken: bool) {
        let line = format!("branch {} {taken}", self.text(span));
        self.heard.push(line);
    }
    fn template_entered(&mut self, name: &[u8]) {
        self.heard.push(format!("enter {}", String::from_utf8_lossy(name)));
    }
    fn template_left(&mut self, name: &[u8]) {
        self.heard.push(format!("leave {}", String::from_utf8_lossy(name)));
    }
    fn run_entered(&mut self, name: &[u8], outermost: bool) {
        self.heard
            .push(format!("run {} {outermost}", String::from_utf8_lossy(name)));
    }
    fn run_left(&mut self, succeeded: bool) {
        self.heard.push(format!("done {succeeded}"));
    }
}

#[test]
fn reads_outputs_and_branches_are_heard_in_order() {
    let text =
        r#"a{{.m.a}}{{if .nope}}{{else}}b{{end}}{{template "d" .s}}{{include "d" 1}}{{define "d"}}<{{.}}>{{end}}"#;
    let mut set = TemplateSet::new(&functions());
    set.add("t", text.as_bytes()).expect("it parses");
    let mut recorder = Recorder {
        texts: vec![text],
        heard: Vec::new(),
    };
    let (mut depth, mut out) = (0_i32, Vec::new());
    Executor::new(&set, &TableMethods, &mut depth, &mut recorder)
        .execute("t", &data(), &mut out)
        .expect("it runs");
    assert_eq!(out, b"a1b<str><1>");
    assert_eq!(
        recorder.heard,
        [
            "run t true",
            "output a at 0..1",
            "read .m.a = float64",
            "output .m.a at 1..2",
            "read .nope = nothing",
            "branch .nope false",
            "output b at 2..3",
            "read .s = string",
            "enter d",
            "output < at 3..4",
            "read . = string",
            "output . at 4..7",
            "output > at 7..8",
            "leave d",
            "run d false",
            "output < at 0..1",
            "read . = int",
            "output . at 1..2",
            "output > at 2..3",
            "done true",
            "output include \"d\" 1 at 8..11",
            "done true",
        ]
    );
}
