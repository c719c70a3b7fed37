//! What `--diagnostics=full` adds below Helm's message: the line, the includes, the value and its origin, what to do.

mod answer;

use std::fs;
use std::path::{Path, PathBuf};

/// A chart in a folder of its own, removed when dropped.
struct Chart(PathBuf);

impl Chart {
    fn new(name: &str, files: &[(&str, &str)]) -> Chart {
        let folder = std::env::temp_dir().join(format!("skeg-diagnostics-{}-{name}", std::process::id()));
        let metadata = ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.2.3\n");
        for (path, text) in files.iter().chain([&metadata]) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("temporary folders can be made");
            fs::write(path, text).expect("temporary files can be written");
        }
        Chart(folder)
    }

    /// What follows Helm's message on standard error.
    fn explained(&self, args: &[&str]) -> String {
        let mut words = vec!["skeg".to_owned(), "template".to_owned(), "r".to_owned()];
        words.push(self.0.to_string_lossy().into_owned());
        words.push("--diagnostics=full".to_owned());
        words.extend(args.iter().map(|arg| (*arg).to_owned()));
        let answer = answer::answer(&[], &words);
        assert_eq!(answer.status, 1, "{}", answer.stderr);
        let hint = "Use --debug flag to render out invalid YAML\n";
        answer
            .stderr
            .split_once(hint)
            .map(|(_, rest)| rest.to_owned())
            .unwrap_or(answer.stderr)
    }
}

impl Drop for Chart {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_field_of_a_text_shows_where_the_text_was_set_and_the_includes() {
    let chart = Chart::new(
        "field",
        &[
            ("values.yaml", "app: demo\n"),
            (
                "templates/_h.tpl",
                "{{ define \"x\" }}\n{{ .Values.app.image }}{{ end }}",
            ),
            ("templates/t.yaml", "a: 1\nb: {{ include \"x\" . }}\n"),
        ],
    );
    assert_eq!(
        chart.explained(&[]),
        concat!(
            " --> c/templates/_h.tpl:2:4\n",
            "  |\n",
            "2 | {{ .Values.app.image }}{{ end }}\n",
            "  |    ^^^^^^^^^^^^^^^^^ can't evaluate field image in type interface {}\n",
            " ::: c/values.yaml:1:6\n",
            "  |\n",
            "1 | app: demo\n",
            "  |      ---- `app` is the text \"demo\"\n",
            "  = included from c/templates/t.yaml:2\n",
            "  = hint: the value is a text; give it a map, or use the text itself\n",
        )
    );
}

#[test]
fn a_flag_that_set_the_value_is_named() {
    let chart = Chart::new("flag", &[("templates/t.yaml", "b: {{ .Values.app.tag.x }}\n")]);
    let explained = chart.explained(&["--set", "app=foo"]);
    assert!(
        explained.contains("= hint: `app` is the text \"foo\", set by `--set app=foo`\n"),
        "{explained}"
    );
}

#[test]
fn the_nearest_key_and_the_nearest_function_are_offered() {
    let chart = Chart::new(
        "nearest",
        &[
            ("values.yaml", "image:\n  tag: 1\n"),
            ("templates/t.yaml", "b: {{ .Values.imgae.tag }}\n"),
        ],
    );
    let explained = chart.explained(&[]);
    assert!(
        explained.contains("there is no `imgae` in `Values`; the nearest key is `image`"),
        "{explained}"
    );
    let chart = Chart::new("function", &[("templates/t.yaml", "b: {{ includ \"x\" }}\n")]);
    let explained = chart.explained(&[]);
    assert!(
        explained.contains("there is no function `includ`; did you mean `include`?"),
        "{explained}"
    );
}

#[test]
fn broken_yaml_shows_the_rendered_line() {
    let chart = Chart::new("yaml", &[("templates/t.yaml", "a: {{ 1 }}\n  b: 1\n")]);
    let explained = chart.explained(&[]);
    assert!(
        explained.starts_with(" --> c/templates/t.yaml (rendered):2:1\n"),
        "{explained}"
    );
    assert!(explained.contains("2 |   b: 1\n"), "{explained}");
}

#[test]
fn values_of_subcharts_are_traced_through_the_parent() {
    let chart = Chart::new(
        "subchart",
        &[
            ("values.yaml", "sub:\n  app: parent\n"),
            ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n"),
            ("charts/sub/values.yaml", "app: own\nother: x\n"),
            (
                "charts/sub/templates/t.yaml",
                "{{ .Values.app.x }}{{ .Values.other.x }}\n",
            ),
        ],
    );
    let explained = chart.explained(&[]);
    assert!(explained.contains("::: c/values.yaml:2:8\n"), "{explained}");
    let chart = Chart::new(
        "own",
        &[
            ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n"),
            ("charts/sub/values.yaml", "app: own\n"),
            ("charts/sub/templates/t.yaml", "{{ .Values.app.x }}\n"),
        ],
    );
    let explained = chart.explained(&[]);
    assert!(explained.contains("::: c/charts/sub/values.yaml:1:6\n"), "{explained}");
}
