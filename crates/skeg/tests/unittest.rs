//! `skeg unittest` from the command line: order, exit status, outputs, files.

mod answer;

use std::fs;
use std::path::{Path, PathBuf};

use answer::Answer;

/// A chart in a folder of its own, removed when dropped.
struct Chart(PathBuf);

const BASE: &[(&str, &str)] = &[
    ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
    ("values.yaml", "num: 1\nsub: {enabled: true}\n"),
    ("templates/a.yaml", "a: {{ .Values.num }}\nlist: [x, y]\n"),
];

const PASSING: &str = "suite: good\ntemplates: [a.yaml]\ntests:\n- it: one\n  asserts: [equal: {path: a, value: 1}]\n";
const FAILING: &str =
    "suite: bad\ntemplates: [a.yaml]\ntests:\n- it: two\n  asserts:\n  - equal: {path: a, value: 2}\n";

impl Chart {
    fn new(name: &str, files: &[(&str, &str)]) -> Chart {
        let folder = std::env::temp_dir().join(format!("skeg-unittest-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let chart = Chart(folder);
        BASE.iter()
            .chain(files)
            .for_each(|(path, text)| chart.write(path, text));
        chart
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("temporary folders can be made");
        fs::write(path, text).expect("temporary files can be written");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap_or_default()
    }

    fn test(&self, args: &[&str]) -> Answer {
        self.test_in(&[], args)
    }

    fn test_in(&self, env: &[(String, String)], args: &[&str]) -> Answer {
        let mut words = vec!["skeg".to_owned(), "unittest".to_owned()];
        words.push(self.0.to_string_lossy().into_owned());
        words.extend(args.iter().map(|arg| (*arg).to_owned()));
        let mut answer = answer::answer(env, &words);
        let folder = self.0.to_string_lossy().into_owned();
        // The longer one first: it ends with the other.
        answer.stdout = answer
            .stdout
            .replace(&relative(&folder), "CHART")
            .replace(&folder, "CHART");
        answer
    }
}

/// The folder as results show it: from the working directory.
fn relative(folder: &str) -> String {
    let here = std::env::current_dir().expect("there is a working directory");
    let (from, to) = (Path::new(&here).components(), Path::new(folder).components());
    // The repository itself may lie in the folder for temporary files.
    let common = from.clone().zip(to.clone()).take_while(|(a, b)| a == b).count();
    let inside: PathBuf = to.skip(common).collect();
    format!("{}{}", "../".repeat(from.count() - common), inside.display())
}

impl Drop for Chart {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The output without the time that it took.
fn timeless(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("Time:"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn results_come_in_the_order_of_the_files_and_failures_set_the_status() {
    let chart = Chart::new(
        "order",
        &[("tests/b_test.yaml", PASSING), ("tests/a_test.yaml", FAILING)],
    );
    let answer = chart.test(&[]);
    assert_eq!((answer.status, answer.stderr.as_str()), (1, ""));
    assert_eq!(
        timeless(&answer.stdout),
        "\n### Chart [ c ] CHART\n\n \
         FAIL  bad\tCHART/tests/a_test.yaml\n\
         \t- two\n\n\
         \t\t- asserts[0] `equal` fail (CHART/tests/a_test.yaml:6:5)\n\
         \t\t\tTemplate:\tc/templates/a.yaml\n\
         \t\t\tDocumentIndex:\t0\n\
         \t\t\tValuesIndex:\t0\n\
         \t\t\tPath:\ta\n\
         \t\t\tExpected to equal:\n\
         \t\t\t\t2\n\
         \t\t\tActual:\n\
         \t\t\t\t1\n\
         \t\t\tDiff:\n\
         \t\t\t\t--- Expected\n\
         \t\t\t\t+++ Actual\n\
         \t\t\t\t@@ -1,2 +1,2 @@\n\
         \t\t\t\t-2\n\
         \t\t\t\t+1\n\n \
         PASS  good\tCHART/tests/b_test.yaml\n\n\
         Charts:      1 failed, 0 passed, 1 total\n\
         Test Suites: 1 failed, 1 passed, 2 total\n\
         Tests:       1 failed, 1 passed, 2 total\n\
         Snapshot:    0 passed, 0 total\n\n"
    );
    let only = chart.test(&["-f", "tests/b*"]);
    assert_eq!(only.status, 0, "{}", only.stdout);
    let coloured = chart.test(&["--color", "always"]);
    assert!(
        coloured.stdout.contains("\u{1b}[31m-2\u{1b}[0m\n"),
        "{}",
        coloured.stdout
    );
    let first = chart.test(&["-q"]);
    assert!(
        first.stdout.contains("Test Suites: 1 failed, 0 passed, 1 total"),
        "{}",
        first.stdout
    );
}

#[test]
fn a_broken_suite_is_told_with_its_place_and_the_others_run() {
    let broken = "suite: x\ntests:\n- it: t\n  asserts:\n  - equals: {path: a}\n";
    let chart = Chart::new(
        "broken",
        &[("tests/a_test.yaml", broken), ("tests/b_test.yaml", PASSING)],
    );
    let answer = chart.test(&[]);
    assert_eq!(answer.status, 1);
    let said =
        "\t- Execution Error: \n\t\tCHART/tests/a_test.yaml:5:5: unknown assert `equals`: did you mean `equal`?\n";
    assert!(answer.stdout.contains(said), "{}", answer.stdout);
    assert!(answer.stdout.contains(" PASS  good"), "{}", answer.stdout);
    let none = answer::answer(&[], &["skeg", "unittest", "/nowhere"].map(str::to_owned));
    assert_eq!(none.status, 1);
    assert!(
        none.stdout
            .contains("### Error:  stat /nowhere: no such file or directory"),
        "{}",
        none.stdout
    );
}

#[test]
fn wrong_options_are_refused() {
    let chart = Chart::new("options", &[("tests/a_test.yaml", PASSING)]);
    for (args, said) in [
        (
            &["--output", "xml"] as &[&str],
            "Error: unknown output \"xml\": text and json are known\n",
        ),
        (
            &["-t", "Foo"],
            "Error: unknown output type \"Foo\": JUnit, NUnit, XUnit and Sonar are known\n",
        ),
        (&["-v", "none.yaml"], "Error: no values file is named \"none.yaml\"\n"),
        (&["-f", "tests/***"], "Error: bad pattern \"tests/***\": "),
    ] {
        let answer = chart.test(args);
        assert_eq!((answer.status, answer.stdout.as_str()), (1, ""), "{args:?}");
        assert!(answer.stderr.starts_with(said), "{args:?}: {}", answer.stderr);
    }
}

#[test]
fn machines_get_json_and_reports() {
    let chart = Chart::new("machines", &[("tests/a_test.yaml", FAILING)]);
    let report = chart.0.join("reports/out.xml");
    let answer = chart.test(&["--output", "json", "-t", "junit", "-o", &report.to_string_lossy()]);
    assert_eq!(answer.status, 1);
    for part in [
        "\"passed\": false",
        "\"file\": \"CHART/tests/a_test.yaml\"",
        "\"line\": 6",
        "\"type\": \"equal\"",
        "\"info\": [\n",
    ] {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
    let junit = chart.read("reports/out.xml");
    assert!(
        junit.starts_with("<testsuites>\n\t<testsuite id=\"0\" tests=\"1\" failures=\"1\" errors=\"0\""),
        "{junit}"
    );
    assert!(junit.contains("<testcase classname=\"bad\" name=\"two\""), "{junit}");
    assert!(
        junit.contains("<failure message=\"Failed\" type=\"\"> - asserts[0] `equal` fail ,"),
        "{junit}"
    );
    for (format, part) in [
        ("XUnit", "<test name=\"two\" type=\"bad\" method=\"Helm-Validation\""),
        (
            "NUnit",
            "<test-case name=\"two\" description=\"bad.two\" success=\"false\"",
        ),
        ("Sonar", "<failure message=\"Failed\"><![CDATA["),
    ] {
        chart.test(&["-t", format, "-o", &report.to_string_lossy()]);
        let text = chart.read("reports/out.xml");
        assert!(text.contains(part), "{format}: {text}");
    }
}

#[test]
fn snapshots_are_files() {
    let suite = "templates: [a.yaml]\ntests:\n- it: as it was\n  asserts: [matchSnapshot: {path: list}]\n";
    let chart = Chart::new("snapshots", &[("tests/a_test.yaml", suite)]);
    let file = "tests/__snapshot__/a_test.yaml.snap";
    let stored = "as it was:\n  1: |\n    - x\n    - \"y\"\n";
    let first = chart.test(&[]);
    assert!(
        first.stdout.contains("Snapshot:    1 passed, 1 total, 1 new\n"),
        "{}",
        first.stdout
    );
    assert_eq!(chart.read(file), stored);
    chart.write("templates/a.yaml", "list: [x, z]\n");
    let changed = chart.test(&[]);
    assert_eq!(changed.status, 1);
    assert!(
        changed
            .stdout
            .contains("Snapshot Summary: 1 snapshot failed in 1 test suite."),
        "{}",
        changed.stdout
    );
    assert_eq!(chart.read(file), stored);
    assert_eq!(chart.test(&["-u"]).status, 0);
    assert_eq!(chart.read(file), stored.replace("\"y\"", "z"));
}

#[test]
fn suites_of_subcharts_run_with_their_parent() {
    let suite = "templates: [s.yaml]\ntests:\n- it: sub\n  set: {v: 5}\n  asserts: [equal: {path: s, value: 5}]\n";
    let chart = Chart::new(
        "subcharts",
        &[
            (
                "Chart.yaml",
                "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: sub, version: 1.0.0, condition: sub.enabled}]\n",
            ),
            ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"),
            ("charts/sub/templates/s.yaml", "s: {{ .Values.v }}\n"),
            ("charts/sub/tests/s_test.yaml", suite),
        ],
    );
    let count = |args: &[&str]| {
        let answer = chart.test(args);
        assert_eq!(answer.status, 0, "{}", answer.stdout);
        answer.stdout.matches(" PASS ").count()
    };
    assert_eq!(count(&[]), 1);
    assert_eq!(count(&["--with-subchart=false"]), 0);
    chart.write("off.yaml", "sub: {enabled: false}\n");
    assert_eq!(count(&["-v", &chart.0.join("off.yaml").to_string_lossy()]), 0);
}

#[test]
fn templates_can_make_suites() {
    let template = "{{ range .Values.for }}\n---\nsuite: {{ . }}\ntemplates: [a.yaml]\ntests:\n- it: made\n  asserts: [equal: {path: a, value: 1}]\n{{ end }}";
    let chart = Chart::new(
        "rendered",
        &[
            ("suites/Chart.yaml", "apiVersion: v2\nname: suites\nversion: 1.0.0\n"),
            ("suites/values.yaml", "for: [dev, prod]\n"),
            ("suites/templates/made.yaml", template),
        ],
    );
    let answer = chart.test(&["--chart-tests-path", "suites"]);
    assert_eq!(answer.status, 0, "{}", answer.stdout);
    assert!(
        answer.stdout.contains(" PASS  dev\tCHART/suites/templates/made.yaml\n"),
        "{}",
        answer.stdout
    );
    assert!(answer.stdout.contains(" PASS  prod\t"), "{}", answer.stdout);
}

#[test]
fn programs_post_render() {
    let suite = "templates: [a.yaml]\npostRenderer: {cmd: /bin/sh, args: ['-c', 'sed s/1/7/']}\ntests:\n- it: t\n  asserts: [equal: {path: a, value: 7}]\n- it: fails\n  postRenderer: {cmd: /bin/sh, args: ['-c', 'echo no >&2; exit 3']}\n  asserts: [equal: {path: a, value: 7}]\n";
    let chart = Chart::new("post", &[("tests/a_test.yaml", suite)]);
    let answer = chart.test(&[]);
    assert!(
        answer
            .stdout
            .contains("Tests:       1 failed, 1 errored, 1 passed, 2 total"),
        "{}",
        answer.stdout
    );
    let said =
        "Error: post-render failed: error while running command /bin/sh. error output:\n\t\tno\n\t\t: exit status 3\n";
    assert!(answer.stdout.contains(said), "{}", answer.stdout);
}

#[test]
fn a_plugin_of_the_same_name_is_mentioned() {
    let chart = Chart::new(
        "plugin",
        &[
            ("tests/a_test.yaml", PASSING),
            ("plugins/ut/plugin.yaml", "name: unittest\n"),
        ],
    );
    let plugins = (
        "HELM_PLUGINS".to_owned(),
        chart.0.join("plugins").to_string_lossy().into_owned(),
    );
    let answer = chart.test_in(std::slice::from_ref(&plugins), &[]);
    assert_eq!(answer.status, 0);
    assert!(
        answer
            .stderr
            .starts_with("the built-in unittest runs, not the plugin in "),
        "{}",
        answer.stderr
    );
    let hidden = chart.test_in(&[plugins, ("HELM_NO_PLUGINS".to_owned(), "1".to_owned())], &[]);
    assert_eq!(hidden.stderr, "");
}

const HALF: &str = "a: {{ .Values.num }}\n{{- if .Values.more }}\nb: 1\n{{- end }}\n";

#[test]
fn coverage_is_printed_written_and_judged() {
    let chart = Chart::new(
        "coverage",
        &[
            ("tests/a_test.yaml", PASSING),
            ("tests/b_test.yaml", PASSING),
            ("templates/a.yaml", HALF),
            ("templates/b.yaml", "b: 1\n"),
        ],
    );
    let plain = chart.test(&[]);
    assert!(!plain.stdout.contains("Coverage"), "{}", plain.stdout);
    let answer = chart.test(&["--coverage"]);
    assert_eq!((answer.status, answer.stderr.as_str()), (0, ""));
    let table = "\n### Coverage [ c ] CHART\n\n              LINES             BRANCHES  FILE\n \
         66.6 %         2/3   50.0 %         1/2  templates/a.yaml\n                                                  \
         2  never true: if .Values.more\n                                                  3  not run\n  \
         0.0 %         0/1                    -  templates/b.yaml\n                                                  \
         1  not run\n 50.0 %         2/4   50.0 %         1/2  all\n";
    assert!(answer.stdout.ends_with(table), "{}", answer.stdout);

    let written = chart.0.join("out/lcov.info");
    let answer = chart.test(&["--coverage-output", &written.to_string_lossy()]);
    assert_eq!((answer.status, answer.stdout.contains("Coverage")), (0, false));
    let lcov = chart.read("out/lcov.info");
    let record = format!("TN:c\nSF:{}/templates/a.yaml\nBRDA:2,0,0,0\n", chart.0.display());
    assert!(lcov.starts_with(&record), "{lcov}");
    let answer = chart.test(&[
        "--coverage-output",
        &written.to_string_lossy(),
        "--coverage-format",
        "html",
    ]);
    assert_eq!(answer.status, 0);
    assert!(chart.read("out/lcov.info").starts_with("<!DOCTYPE html>"));
    let json = chart.test(&["--coverage", "--output", "json"]);
    assert!(json.stdout.contains("\n  \"coverage\": {\n"), "{}", json.stdout);

    assert_eq!(chart.test(&["--coverage-threshold", "50"]).status, 0);
    let below = chart.test(&["--coverage-threshold", "50.1%", "--coverage-branch-threshold", "50"]);
    let folder = chart.0.display();
    let said = format!(
        "Error: coverage of chart c is 50.0 % of lines, below the threshold of 50.1 %:\n  \
         {folder}/templates/a.yaml 66.6 % (2/3)\n  {folder}/templates/b.yaml 0.0 % (0/1)\n"
    );
    assert_eq!((below.status, below.stderr), (1, said));
    let branches = chart.test(&["--coverage-branch-threshold", "51"]);
    assert_eq!(branches.status, 1);
    assert!(
        branches
            .stderr
            .contains("50.0 % of branches, below the threshold of 51 %"),
        "{}",
        branches.stderr
    );
    for (args, said) in [
        (
            &["--coverage-threshold", "101"] as &[&str],
            "wants a percentage from 0 to 100, not \"101\"",
        ),
        (
            &["--coverage-format", "html"],
            "--coverage-format needs --coverage-output",
        ),
        (
            &["--coverage-output", "x", "--coverage-format", "xml"],
            "unknown coverage format \"xml\"",
        ),
        (&["--coverage-dependencies"], "--coverage-dependencies needs --coverage"),
    ] {
        let answer = chart.test(args);
        assert_eq!((answer.status, answer.stdout.as_str()), (1, ""), "{args:?}");
        assert!(answer.stderr.contains(said), "{args:?}: {}", answer.stderr);
    }
}
