//! What a tracer is told.

use std::ops::Range;

use skeg_template::{Executor, StepKind, TemplateSet, Tracer};
use skeg_value::{FileId, Span, Value};

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

/// Steps as they are made, with the text that each has in its file.
struct Steps<'s> {
    set: &'s TemplateSet,
    made: Vec<(StepKind, String)>,
}

impl Tracer for Steps<'_> {
    fn step(&mut self, file: FileId, template: usize, index: usize) {
        let Some(file) = self.set.files().get(file.0 as usize) else {
            return;
        };
        let found = file
            .steps()
            .find(|step| (step.template, step.index) == (template, index));
        if let Some(step) = found {
            let text = String::from_utf8_lossy(&file.text()[step.span]).into_owned();
            self.made.push((step.kind, text));
        }
    }
}

#[test]
fn steps_are_told_before_they_are_made() {
    let text = "{{- $x := 1 -}}\n{{ if .nope -}}a{{ else if\n.s }}b{{ end }}{{ range .list }}{{ break }}{{ end }}\
                {{- with .s -}}{{ template \"d\" . }}{{ end }}{{ include \"e\" \"{{\" }}\
                {{ define \"d\" }}{{ . }}{{ end }}{{ define \"e\" }}{{ fail \"x\" -}} {{ end }}";
    let mut set = TemplateSet::new(&functions());
    set.add("t", text.as_bytes()).expect("it parses");
    let mut steps = Steps {
        set: &set,
        made: Vec::new(),
    };
    let (mut depth, mut out) = (0_i32, Vec::new());
    let run = Executor::new(&set, &TableMethods, &mut depth, &mut steps).execute("t", &data(), &mut out);
    let made: Vec<(StepKind, &str)> = steps.made.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
    assert_eq!(
        made,
        [
            (StepKind::Action, "{{- $x := 1"),
            (StepKind::If, "{{ if .nope"),
            (StepKind::If, "{{ else if\n.s"),
            (StepKind::Text, "b"),
            (StepKind::Range, "{{ range .list"),
            (StepKind::With, "{{- with .s"),
            (StepKind::Call, "{{ template \"d\""),
            (StepKind::Action, "{{ ."),
            (StepKind::Action, "{{ include \"e\" \"{{\""),
            (StepKind::Action, "{{ fail \"x\""),
        ]
    );
    assert!(run.is_err(), "the last step fails, and is told all the same");
    let file = &set.files()[0];
    let main: Vec<_> = file.template_names().map(|name| name.to_string()).collect();
    assert_eq!(main[file.main_template()], "t");
    let lengths: Vec<usize> = file.body_lengths().collect();
    assert!(file.steps().all(|step| step.index < lengths[step.template]));
}
