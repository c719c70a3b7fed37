//! The library chart: that it stays a library, that everyone uses it, that every helper is explained and tested.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use skeg_testkit::charts::applications;
use skeg_testkit::object::decode_one;
use skeg_testkit::programs::{repository, run_skeg};
use skeg_testkit::scratch::{files, read};
use skeg_testkit::{chart, json};

fn library() -> PathBuf {
    repository().join("charts/platform-lib")
}

/// The library's templates: path and text.
fn templates(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found: Vec<_> = files(&folder.join("templates"))
        .into_iter()
        .map(|path| (path.clone(), read(&path)))
        .collect();
    found.sort();
    found
}

fn defined(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{- define \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
}

#[test]
fn lib_01_a_library_renders_nothing_by_itself() {
    let meta = decode_one(&read(&library().join("Chart.yaml"))).expect("YAML");
    for (key, value) in [
        ("apiVersion", "v2"),
        ("type", "library"),
        ("name", "platform-lib"),
        ("kubeVersion", ">=1.20.0-0"),
    ] {
        assert_eq!(meta[key], json!(value), "{key}");
    }
    for (path, text) in templates(&library()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assert!(name.starts_with('_') && name.ends_with(".tpl"), "{name}");
        let mut outside = String::new();
        for part in text.split("{{- end }}\n\n").chain(std::iter::once("")) {
            outside.push_str(part.split("{{- /*").next().unwrap_or_default());
        }
        assert_eq!(outside.trim(), "", "{name}: text outside of definitions");
    }
    let path = library().to_string_lossy().into_owned();
    let answer = run_skeg(&["template", &path]);
    assert!(
        !answer.succeeded() && answer.stderr.contains("library charts are not installable"),
        "{}",
        answer.stderr
    );
    let fixture = library().join("tests/fixture").to_string_lossy().into_owned();
    assert_eq!(
        run_skeg(&["template", &fixture]).ok().stdout.trim(),
        "",
        "a chart with only this dependency"
    );
}

#[test]
fn lib_02_every_chart_depends_on_it_from_this_repository() {
    for chart in applications() {
        let meta = decode_one(&read(&chart.path().join("Chart.yaml"))).expect("YAML");
        let none = Vec::new();
        let of = meta["dependencies"].as_array().unwrap_or(&none);
        let Some(library) = of.iter().find(|it| it["name"] == json!("platform-lib")) else {
            panic!("{} does not depend on platform-lib", chart.name);
        };
        assert_eq!(library["version"], json!("^1.0.0"), "{}", chart.name);
        let repository = library["repository"].as_str().unwrap_or_default();
        let Some(relative) = repository.strip_prefix("file://") else {
            panic!("{}: {repository}", chart.name);
        };
        assert!(
            chart.path().join(relative).join("Chart.yaml").is_file(),
            "{}: {repository}",
            chart.name
        );
    }
}

/// Lines of a template that say something: neither blank nor within a comment.
fn telling_lines(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if line.contains("{{- /*") || line.contains("{{/*") {
            inside = true;
        }
        if !inside && !line.is_empty() && !line.starts_with('#') {
            found.push(line);
        }
        if line.contains("*/}}") || line.contains("*/ -}}") {
            inside = false;
        }
    }
    found
}

#[test]
fn lib_02_no_chart_repeats_another() {
    const RUN: usize = 8;
    let mut seen: BTreeMap<String, (String, PathBuf)> = BTreeMap::new();
    let mut repeated = BTreeSet::new();
    let mut charts: Vec<(String, PathBuf)> = applications()
        .map(|chart| (chart.name.to_owned(), chart.path()))
        .collect();
    charts.push(("platform-lib".to_owned(), library()));
    for (name, folder) in charts {
        for (path, text) in templates(&folder) {
            let lines = telling_lines(&text);
            for window in lines.windows(RUN) {
                let (first, _) = seen
                    .entry(window.join("\n"))
                    .or_insert_with(|| (name.clone(), path.clone()));
                if *first != name {
                    repeated.insert(format!("{first} and {name} ({}): {}", path.display(), window[0]));
                }
            }
        }
    }
    assert!(repeated.is_empty(), "{repeated:#?}");
}

#[test]
fn lib_03_names_of_a_long_release_fit_and_differ() {
    let release = "a23456789-b23456789-c23456789-d23456789-e23456789-f23";
    assert_eq!(release.len(), 53);
    for chart in applications() {
        let rendered = chart.render("base").release(release).ok();
        let mut names = BTreeSet::new();
        for object in &rendered.objects {
            let limit = if matches!(object.kind(), "CronJob" | "StatefulSet") {
                52
            } else {
                63
            };
            assert!(
                object.name().len() <= limit,
                "{}: {} has {}",
                chart.name,
                object.id(),
                object.name().len()
            );
            assert!(!object.name().ends_with('-'), "{}: {}", chart.name, object.id());
            assert!(names.insert(object.id()), "{}: {} twice", chart.name, object.id());
        }
    }
}

#[test]
fn lib_15_only_functions_of_helm_3_0() {
    let inferno = chart("inferno").path();
    for folder in [library(), inferno] {
        for (path, text) in templates(&folder) {
            for token in ["lookup", "dig", "fromYamlArray", "fromJsonArray"] {
                let used = words(&text).any(|word| word == token);
                assert!(!used, "{}: {token}", path.display());
            }
            for token in [".Subcharts", ".IsRoot"] {
                assert!(!text.contains(token), "{}: {token}", path.display());
            }
        }
    }
}

/// The words of a template outside of comments.
fn words(text: &str) -> impl Iterator<Item = &str> {
    telling_lines(text)
        .into_iter()
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'))
}

#[test]
fn lib_16_every_helper_is_explained_and_tested() {
    let mut suites = String::new();
    for path in files(&library().join("tests/fixture/tests")) {
        suites.push_str(&read(&path));
    }
    for (path, text) in templates(&library()) {
        for name in defined(&text) {
            let header = format!("{{{{- /*\n{name}: ");
            assert!(
                text.contains(&header),
                "{}: {name} has no usage comment",
                path.display()
            );
            let after = text.split(&header).nth(1).unwrap_or_default();
            let comment = after.split("*/}}").next().unwrap_or_default();
            assert!(
                comment.contains("Argument") && comment.contains("Result") || comment.contains("Result:"),
                "{name}: arguments, result"
            );
            assert!(
                after
                    .split("*/}}\n")
                    .nth(1)
                    .is_some_and(|rest| rest.starts_with(&format!("{{{{- define \"{name}\""))),
                "{name}: the comment stands above it"
            );
            let tested = suites
                .match_indices(name)
                .any(|(at, _)| !suites[at + name.len()..].starts_with(|c: char| c.is_alphanumeric()));
            assert!(tested, "{name} has no test");
        }
    }
}

#[test]
fn lib_03_to_14_the_suites_pass_and_reach_every_line() {
    let fixture = library().join("tests/fixture").to_string_lossy().into_owned();
    let mut args = vec!["unittest", &fixture, "--coverage", "--coverage-dependencies"];
    args.extend(["--coverage-threshold", "100", "--coverage-branch-threshold", "95"]);
    run_skeg(&args).ok();
}

/// `docs/REFERENCE.md`: each file's helpers with their usage comments.
fn reference() -> String {
    let mut out = "# Reference of platform-lib\n".to_owned();
    for (path, text) in templates(&library()) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        out.push_str(&format!("\n## `templates/{file}`\n"));
        for comment in text.split("{{- /*\n").skip(1) {
            let comment = comment.split("*/}}").next().unwrap_or_default().trim();
            let Some((name, body)) = comment.split_once(": ") else {
                continue;
            };
            let (body, example) = match body.split_once("\nExample") {
                Some((body, example)) => (body, example.split_once(": ").map(|(_, call)| call)),
                None => (body, None),
            };
            out.push_str(&format!("\n### `{name}`\n\n{}\n", body.trim_end()));
            if let Some(call) = example {
                out.push_str(&format!("\n```\n{call}\n```\n"));
            }
        }
    }
    out
}

/// `UPDATE_REFERENCE=1 cargo test -p skeg-testkit --test platform_lib` writes it.
#[test]
fn lib_16_the_reference_is_the_usage_comments() {
    let wanted = reference();
    let path = library().join("docs/REFERENCE.md");
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, &wanted).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
    let same = read(&path) == wanted;
    assert!(
        same,
        "docs/REFERENCE.md differs from the usage comments; run this test with UPDATE_REFERENCE=1"
    );
}
