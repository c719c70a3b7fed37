//! Template coverage: which lines and arms count, which are covered, and how it is written.

use std::rc::Rc;

use skeg_author::coverage::report::{Format, lcov};
use skeg_author::coverage::{Branch, ChartCoverage, Collector, Counts, FileCoverage, Ratio};
use skeg_chart::values::{Nulls, coalesce};
use skeg_chart::{Capabilities, Chart, ChartFile, load, process};
use skeg_funcs::world::Offline;
use skeg_render::{Ahead, Programs, Release, Request};
use skeg_value::{Map, Value, yaml};

fn chart(files: &[(&str, &str)]) -> Chart {
    let base = ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");
    let has_own = files.iter().any(|(name, _)| *name == base.0);
    let files: Vec<ChartFile> = (!has_own)
        .then_some(&base)
        .into_iter()
        .chain(files)
        .map(|(name, text)| ChartFile::new(*name, text.as_bytes(), None))
        .collect();
    load::load_files(&files, &mut Vec::new()).expect("the chart loads")
}

/// Renders the chart once for each of the values; renders may fail.
fn watched(chart: &Chart, all_values: &[&str]) -> Collector {
    let mut collector = Collector::default();
    let mut programs = Programs::default();
    for text in all_values {
        let values = match yaml::decode(text.as_bytes()) {
            Ok(Value::Map(values)) => values,
            _ => Map::new(),
        };
        let mut chart = chart.clone();
        process::process(&mut chart, &values, &mut Vec::new()).expect("dependencies can be processed");
        let values = coalesce(&chart, &values, Nulls::Delete, &mut Vec::new()).expect("values fit");
        let release = Release {
            name: "r".to_owned(),
            namespace: "n".to_owned(),
            is_upgrade: false,
            is_install: true,
            revision: 1,
        };
        let request = Request {
            chart: &chart,
            values: &values,
            release: &release,
            capabilities: &Capabilities::default(),
            world: Rc::new(Offline),
            enable_dns: false,
            lint: false,
            ahead: Ahead::new(),
        };
        // What failed is covered as far as it got.
        let _ = programs.render(&request, &|name| !name.ends_with("unwanted.yaml"), &mut collector);
    }
    collector
}

fn counts(chart: &Chart, all_values: &[&str]) -> Counts {
    let mut counts = Counts::default();
    counts.add(watched(chart, all_values));
    counts
}

fn coverage(files: &[(&str, &str)], all_values: &[&str]) -> ChartCoverage {
    let chart = chart(files);
    counts(&chart, all_values).of_chart(&[], &chart, "charts/c", true)
}

/// `1 3!`: line 1 ran, line 3 did not, line 2 does not count.
fn lines(file: &FileCoverage) -> String {
    let lines = file.lines.iter();
    let shown = lines.map(|line| format!("{}{}", line.number, if line.runs == 0 { "!" } else { "" }));
    shown.collect::<Vec<String>>().join(" ")
}

/// `1:4 if .a: never true`, a branch that misses something each.
fn missed(file: &FileCoverage) -> Vec<String> {
    let branches = file.branches.iter();
    let told = |branch: &Branch| {
        let words = branch.missed()?;
        Some(format!("{}:{} {}: {words}", branch.line, branch.column, branch.source))
    };
    branches.filter_map(told).collect()
}

struct Case {
    why: &'static str,
    template: &'static str,
    values: &'static [&'static str],
    lines: &'static str,
    missed: &'static [&'static str],
    arms: (usize, usize),
}

const CASES: &[Case] = &[
    Case {
        why: "text and actions count; end, else, comments, and lines of white space do not",
        template: "a: 1\n\n{{/* no */}}\n{{- if .Values.x }}\nb: {{ .Values.y }}\n{{- else }}\n  \nc: 3\n{{- end }}\n",
        values: &["x: true"],
        lines: "1 4 5 8!",
        missed: &["4:1 if .Values.x: never false"],
        arms: (1, 2),
    },
    Case {
        why: "renders add up",
        template: "{{ if .Values.x }}\na\n{{ else }}\nb\n{{ end }}",
        values: &["x: true", "x: false"],
        lines: "1 2 4",
        missed: &[],
        arms: (2, 2),
    },
    Case {
        why: "each else-if is a branch of its own",
        template: "{{- if eq .Values.x \"a\" -}}\na\n{{- else if eq .Values.x \"b\" -}}\nb\n{{- else if eq .Values.x \"c\" }}\nc\n{{- end }}",
        values: &["x: a", "x: b"],
        lines: "1 2 3 4 5! 6!",
        missed: &[
            "3:1 else if eq .Values.x \"b\": never false",
            "5:1 else if eq .Values.x \"c\": never reached",
        ],
        arms: (3, 6),
    },
    Case {
        why: "with and else with",
        template: "{{ with .Values.x }}\n{{ . }}\n{{ else with .Values.z }}\n{{ . }}\n{{ end }}",
        values: &["z: 1"],
        lines: "1 2! 3 4",
        missed: &["1:1 with .Values.x: never true", "3:1 else with .Values.z: never false"],
        arms: (2, 4),
    },
    Case {
        why: "a loop has items or is empty",
        template: "{{ range $i, $x := .Values.xs }}\n{{ $x }}\n{{ else }}\nnone\n{{ end }}",
        values: &["xs: [1, 2]"],
        lines: "1 2 4!",
        missed: &["1:1 range $i, $x := .Values.xs: never empty"],
        arms: (1, 2),
    },
    Case {
        why: "and the other way round",
        template: "{{ range .Values.xs }}\n{{ . }}\n{{ end }}",
        values: &["xs: []"],
        lines: "1 2!",
        missed: &["1:1 range .Values.xs: never has an item"],
        arms: (1, 2),
    },
    Case {
        why: "a written-out list is never empty, unless something is taken away from it",
        template: "{{ range list \"a|\" \"b\" }}{{ end }}{{ range $x := (list 1 (add 1 2 | int)) }}{{ end }}\n\
                   {{ range (list .Values.a | compact) }}{{ end }}{{ range list }}{{ end }}\n\
                   {{ range default (list (dict \"a\" 1)) .Values.a }}{{ end }}{{ range default .Values.b (list 1) }}{{ end }}",
        values: &[""],
        lines: "1 2 3",
        missed: &[
            "2:1 range (list .Values.a | compact): never has an item",
            "2:48 range list: never has an item",
            "3:59 range default .Values.b (list 1): never empty",
        ],
        arms: (6, 9),
    },
    Case {
        why: "assignments count, and what stops the render counts as run",
        template: "{{- $x := 1 }}\n{{- if .Values.bad }}\n{{- fail \"no\" }}\n{{- end }}\n{{ $x }}",
        values: &["bad: true"],
        lines: "1 2 3 5!",
        missed: &["2:1 if .Values.bad: never false"],
        arms: (1, 2),
    },
    Case {
        why: "a condition that stops the render has gone neither way",
        template: "{{ if fail \"no\" }}a{{ end }}",
        values: &[""],
        lines: "1",
        missed: &["1:1 if fail \"no\": never got past its condition"],
        arms: (0, 2),
    },
    Case {
        why: "definitions count where they stand, through include and template; of an action over lines the first counts",
        template: "{{- define \"used\" }}\nx: {{ include \"inner\" (dict\n  \"a\" 1) }}\n{{- end }}\n{{- define \"inner\" }}{{ .a }}{{ end }}\n\
                   {{- define \"dead\" }}\ny: 1\n{{- if .a }}{{ end }}\n{{- end }}\n{{ template \"used\" . }}",
        values: &[""],
        lines: "2 5 7! 8! 10",
        missed: &["8:1 if .a: never reached"],
        arms: (0, 2),
    },
    Case {
        why: "break and continue are no lines of their own",
        template: "{{ range .Values.xs }}\n{{- if eq . \"a\" }}\n{{- continue }}\n{{- end }}\n{{- break }}\n{{ end }}",
        values: &["xs: [a, b]"],
        lines: "1 2",
        missed: &["1:1 range .Values.xs: never empty"],
        arms: (3, 4),
    },
    Case {
        why: "what tpl runs belongs to no template",
        template: "{{ tpl \"{{ if .Values.x }}a{{ end }}\" . }}\n",
        values: &[""],
        lines: "1",
        missed: &[],
        arms: (0, 0),
    },
    Case {
        why: "an empty body has arms, too",
        template: "{{ if .Values.x }}{{ end -}}\n",
        values: &[""],
        lines: "1",
        missed: &["1:1 if .Values.x: never true"],
        arms: (1, 2),
    },
];

#[test]
fn lines_and_arms_of_small_templates() {
    for case in CASES {
        let coverage = coverage(&[("templates/a.yaml", case.template)], case.values);
        let [file] = &coverage.files[..] else {
            panic!("{}: {:?}", case.why, coverage.files);
        };
        let arms = file.arm_ratio();
        assert_eq!(
            (lines(file).as_str(), missed(file), (arms.covered, arms.total)),
            (
                case.lines,
                case.missed.iter().map(|told| (*told).to_owned()).collect(),
                case.arms
            ),
            "{}",
            case.why
        );
    }
}

#[test]
fn all_files_count_and_partials_without_what_stands_outside_of_definitions() {
    let coverage = coverage(
        &[
            (
                "templates/_lost.tpl",
                "Just words.\n{{ define \"lost\" }}\nx\n{{ end }}",
            ),
            ("templates/_asked.tpl", "words\n{{ define \"asked\" }}{{ end }}"),
            ("templates/a.yaml", "{{ include \"c/templates/_asked.tpl\" . }}"),
            ("templates/unwanted.yaml", "a: 1\n"),
            ("templates/z.txt", "a: 1\n"),
        ],
        &[""],
    );
    let shown: Vec<(&str, String)> = coverage
        .files
        .iter()
        .map(|file| (file.path.as_str(), lines(file)))
        .collect();
    let expected = [
        ("templates/_asked.tpl", "1"),
        ("templates/_lost.tpl", "3!"),
        ("templates/a.yaml", "1"),
        ("templates/unwanted.yaml", "1!"),
        ("templates/z.txt", "1"),
    ];
    assert_eq!(shown, expected.map(|(path, lines)| (path, lines.to_owned())));
}

#[test]
fn a_file_that_is_no_template_is_not_covered() {
    let coverage = coverage(&[("templates/a.yaml", "a: 1\n\nb: {{ if }}\n")], &[""]);
    let [file] = &coverage.files[..] else {
        panic!("{:?}", coverage.files);
    };
    assert_eq!(lines(file), "1! 3!");
    let error = file.error.as_deref().unwrap_or_default();
    assert!(error.contains("missing value for if"), "{error}");
}

const SUB: &str = "{{ define \"sub.x\" }}{{ if .live }}on{{ else }}off{{ end }}{{ end }}";

#[test]
fn dependencies_count_if_wanted_once_for_all_aliases_and_for_charts_tested_beside() {
    let umbrella = chart(&[
        (
            "Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n\
             - {name: sub, alias: one, version: 1.0.0}\n- {name: sub, alias: two, version: 1.0.0}\n",
        ),
        ("values.yaml", "one: {live: true}\ntwo: {live: false}\n"),
        ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"),
        ("charts/sub/templates/_x.tpl", SUB),
        ("charts/sub/templates/a.yaml", "{{ if .Values.live }}\na: 1\n{{ end }}"),
    ]);
    let umbrella_counts = counts(&umbrella, &[""]);
    assert!(umbrella_counts.of_chart(&[], &umbrella, "c", false).files.is_empty());
    let whole = umbrella_counts.of_chart(&[], &umbrella, "c", true);
    let paths: Vec<&str> = whole.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["charts/sub/templates/_x.tpl", "charts/sub/templates/a.yaml"]);
    assert_eq!(whole.arm_ratio(), Ratio { covered: 2, total: 4 });

    let alone = chart(&[
        ("Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"),
        ("templates/_x.tpl", "{{ define \"sub.x\" }}changed{{ end }}"),
        ("templates/a.yaml", "{{ if .Values.live }}\na: 1\n{{ end }}"),
    ]);
    let alone_counts = counts(&alone, &["live: true"]);
    let own = alone_counts.of_chart(&[], &alone, "sub", false);
    assert_eq!(own.arm_ratio(), Ratio { covered: 1, total: 2 });
    let beside = alone_counts.of_chart(&[&umbrella_counts], &alone, "sub", false);
    assert_eq!(beside.arm_ratio(), Ratio { covered: 2, total: 2 });
    let changed = beside.files.iter().find(|file| file.path == "templates/_x.tpl");
    assert_eq!(changed.map(lines).as_deref(), Some("1!"));
}

#[test]
fn threads_add_up() {
    let chart = chart(&[("templates/a.yaml", "{{ if .Values.x }}\na\n{{ else }}\nb\n{{ end }}")]);
    let mut counts = Counts::default();
    counts.add(watched(&chart, &["x: true"]));
    counts.add(watched(&chart, &["x: false", "x: true"]));
    let coverage = counts.of_chart(&[], &chart, "c", false);
    let runs: Vec<u64> = coverage.files[0].lines.iter().map(|line| line.runs).collect();
    assert_eq!(runs, [3, 2, 1]);
}

const REPORTED: &[(&str, &str)] = &[
    (
        "templates/a.yaml",
        "a: 1\n{{- if .Values.x }}\nb: <{{ .Values.x }}>\n{{- if .Values.y }}\nc: 1\nd: 2\n{{- end }}\n{{- end }}\n",
    ),
    ("templates/b.yaml", "{{ range list 1 2 }}\n{{ . }}\n{{ end }}"),
];

#[test]
fn lcov_is_as_recorded() {
    let document = lcov::document(&[coverage(REPORTED, &[""])]);
    let expected = "\
TN:c
SF:charts/c/templates/a.yaml
BRDA:2,0,0,0
BRDA:2,0,1,1
BRDA:4,1,0,-
BRDA:4,1,1,-
BRF:4
BRH:1
DA:1,1
DA:2,1
DA:3,0
DA:4,0
DA:5,0
DA:6,0
LF:6
LH:2
end_of_record
TN:c
SF:charts/c/templates/b.yaml
BRDA:1,0,0,2
BRF:1
BRH:1
DA:1,1
DA:2,2
LF:2
LH:2
end_of_record
";
    assert_eq!(document, expected);
}

#[test]
fn text_tells_what_is_missing() {
    let document = Format::Text.write(&[coverage(REPORTED, &["x: 1"])]);
    let expected = "
### Coverage [ c ] charts/c

              LINES             BRANCHES  FILE
 66.6 %         4/6   50.0 %         2/4  templates/a.yaml
                                                  2  never false: if .Values.x
                                                  4  never true: if .Values.y
                                                5-6  not run
100.0 %         2/2  100.0 %         1/1  templates/b.yaml
 75.0 %         6/8   60.0 %         3/5  all
";
    assert_eq!(String::from_utf8_lossy(&document), expected);
}

#[test]
fn programs_get_json() {
    let document = Format::Json.write(&[coverage(REPORTED, &["x: 1"])]);
    let document = String::from_utf8_lossy(&document);
    for part in [
        "\"name\": \"c\"",
        "\"percent\": 66.6",
        "\"missedLines\": [\n            5,\n            6\n",
        "\"source\": \"if .Values.x\"",
        "\"not taken\"",
    ] {
        assert!(document.contains(part), "{part}\n{document}");
    }
}

#[test]
fn the_page_is_whole_and_escaped() {
    let document = String::from_utf8(Format::Html.write(&[coverage(REPORTED, &["x: 1"])])).expect("UTF-8");
    for part in [
        "<a href=\"#f0-0\">templates/a.yaml</a>",
        "<tr class=\"part\"><td>2</td><td>1</td><td><pre>{{- if .Values.x }}</pre><em>never false: if .Values.x</em></td></tr>",
        "<tr class=\"run\"><td>3</td><td>1</td><td><pre>b: &lt;{{ .Values.x }}&gt;</pre></td></tr>",
        "<tr class=\"miss\"><td>5</td><td>0</td><td><pre>c: 1</pre></td></tr>",
        "<tr class=\"\"><td>7</td><td></td><td><pre>{{- end }}</pre></td></tr>",
    ] {
        assert!(document.contains(part), "{part}\n{document}");
    }
    assert!(!document.contains("http"), "nothing is loaded from elsewhere");
}

#[test]
fn shares_are_rounded_down_and_compared_exactly() {
    for (covered, total, shown, threshold, reaches) in [
        (0, 0, "100.0", 100.0, true),
        (2, 3, "66.6", 66.6, true),
        (2, 3, "66.6", 66.7, false),
        (9999, 10_000, "99.9", 100.0, false),
        (10, 10, "100.0", 100.0, true),
        (0, 3, "0.0", 0.0, true),
    ] {
        let ratio = Ratio { covered, total };
        assert_eq!(
            (ratio.to_string().as_str(), ratio.reaches(threshold)),
            (shown, reaches),
            "{ratio:?} and {threshold}"
        );
    }
}

#[test]
fn formats_by_name_and_by_file() {
    for name in Format::NAMES {
        assert!(Format::named(name).is_some(), "{name}");
    }
    assert_eq!(Format::named("xml"), None);
    for (path, format) in [
        ("out/lcov.info", Format::Lcov),
        ("a.lcov", Format::Lcov),
        ("a.html", Format::Html),
        ("a.json", Format::Json),
        ("html", Format::Text),
        ("a.d/b", Format::Text),
    ] {
        assert_eq!(Format::of_file(path), format, "{path}");
    }
}
