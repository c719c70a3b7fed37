//! What suites and tests can say beside asserts.

use skeg_author::unittest::Options;
use skeg_author::unittest::results::SuiteResult;

use super::bench::{Memory, run, run_with, verdict};

/// A suite about `info.yaml` with one test, which says `given` and asserts that a key of `data` is a value.
fn info(suite: &str, test: &str, key: &str, value: &str) -> Result<(), String> {
    let suite = format!(
        "templates: [info.yaml]\n{suite}\ntests:\n- it: t\n{test}\n  asserts:\n  - equal: {{path: data.{key}, value: {value}}}\n"
    );
    verdict(&run(&suite))
}

#[test]
fn tests_take_over_what_their_suite_says() {
    for (suite, test, key, value) in [
        ("", "", "version", "1.2.3"),
        ("chart: {version: 2.0.0}", "", "version", "2.0.0"),
        (
            "chart: {version: 2.0.0}",
            "  chart: {version: 3.0.0, appVersion: 7}",
            "version",
            "3.0.0",
        ),
        ("chart: {appVersion: 7}", "  chart: {version: 3.0.0}", "app", "'7'"),
        ("", "", "kube", "v1.37.0"),
        (
            "capabilities: {majorVersion: 1, minorVersion: 10}",
            "",
            "kube",
            "v1.10.0",
        ),
        (
            "capabilities: {minorVersion: 10}",
            "  capabilities: {minorVersion: '20'}",
            "kube",
            "v1.20.0",
        ),
        ("", "", "has", "false"),
        ("capabilities: {apiVersions: [x/v1]}", "", "has", "true"),
        (
            "capabilities: {apiVersions: [x/v1]}",
            "  capabilities: {apiVersions: [y/v1]}",
            "has",
            "true",
        ),
        (
            "capabilities: {apiVersions: [x/v1]}",
            "  capabilities: {apiVersions: }",
            "has",
            "false",
        ),
        ("", "", "revision", "0"),
        ("release: {revision: 3}", "  release: {upgrade: true}", "revision", "3"),
        ("release: {upgrade: true}", "", "upgrade", "true"),
    ] {
        assert_eq!(info(suite, test, key, value), Ok(()), "{suite} / {test} / {key}");
    }
}

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ns}, spec: {n: 1}}";

#[test]
fn lookup_finds_fakes() {
    let scheme = "scheme: {v1/Pod: {gvr: {version: v1, resource: pods}, namespaced: true}}";
    let cluster = format!("kubernetesProvider: {{{scheme}, objects: [{POD}]}}");
    assert_eq!(info(&cluster, "", "pod.metadata.name", "p"), Ok(()));
    assert_eq!(info(&cluster, "", "pod.spec.n", "1"), Ok(()));
    assert_eq!(info(&cluster, "", "pods", "1"), Ok(()));
    let scheme = format!("kubernetesProvider: {{{scheme}}}");
    let more = format!(
        "  kubernetesProvider: {{objects: [{POD}, {}]}}",
        POD.replace("name: p", "name: q")
    );
    assert_eq!(info(&scheme, &more, "pods", "2"), Ok(()));
    assert_eq!(
        info("", &more, "pod", "{}"),
        Ok(()),
        "a kind that the scheme lacks is not found"
    );
}

#[test]
fn values_come_from_files_then_set_then_the_test() {
    let memory = Memory::with(&[
        ("tests/suite.yaml", "replicas: 3\nimage: suite\n"),
        ("tests/more/test.yaml", "image: test\n"),
        ("/all.yaml", "image: all\nreplicas: 4\n"),
    ]);
    let options = Options {
        values: vec!["/all.yaml".to_owned()],
        ..Options::default()
    };
    let suite = |given: &str, test: &str, path: &str, value: &str| {
        let suite = format!(
            "templates: [web.yaml]\n{given}\ntests:\n- it: t\n  documentIndex: 0\n{test}\n  asserts:\n  - equal: {{path: '{path}', value: {value}}}\n"
        );
        verdict(&run_with(&suite, &options, &memory))
    };
    let image = "spec.containers[0].image";
    for (given, test, path, value) in [
        ("values: [suite.yaml]", "", image, "all"),
        ("values: [suite.yaml]", "  values: [more/test.yaml]", image, "test"),
        ("set: {image: s}", "  values: [more/test.yaml]", image, "s"),
        ("set: {image: s}", "  set: {image: t}", image, "t"),
        ("", "  set: {replicas: 9}", "spec.replicas", "9"),
        (
            "set: {labels.c: 1}",
            "  set: {'labels.[a.b/c]': 2}",
            "spec.labels",
            "{a: 1, b: two, c: 1, a.b/c: 2}",
        ),
        ("", "  set: {'ports[2]': 5}", "spec.ports", "[null, null, 5]"),
    ] {
        assert_eq!(suite(given, test, path, value), Ok(()), "{given} / {test}");
    }
    let missing = suite("values: [none.yaml]", "", image, "x");
    assert!(missing.is_err_and(|said| said.contains("open tests/none.yaml: no such file")));
    let wrong = suite("", "  set: {'a[': 1}", image, "x");
    assert!(wrong.is_err_and(|said| said.contains("tests/a_test.yaml:6:15: set `a[`: unexpected end of")));
}

#[test]
fn templates_and_documents_are_chosen() {
    for (suite, test, assert, said) in [
        (
            "",
            "",
            "isKind: {of: ConfigMap}",
            Some("Template:web/templates/NOTES.txt"),
        ),
        ("templates: [info.yaml]", "", "isKind: {of: ConfigMap}", None),
        ("templates: ['in*']", "", "isKind: {of: ConfigMap}", None),
        (
            "templates: ['*.yaml']\nexcludeTemplates: [web.yaml, off.yaml]",
            "",
            "isKind: {of: ConfigMap}",
            None,
        ),
        (
            "templates: [gone.yaml]",
            "",
            "isKind: {of: X}",
            Some("template \"web/templates/gone.yaml\" not exists"),
        ),
        ("templates: [off.yaml]", "", "hasDocuments: {count: 0}", None),
        (
            "includeCrds: true",
            "  template: crds/crd.yaml",
            "isKind: {of: CustomResourceDefinition}",
            None,
        ),
        ("", "  template: crds/crd.yaml", "isKind: {of: X}", Some("not exists")),
        (
            "templates: [web.yaml]",
            "  documentIndex: 1",
            "isKind: {of: Service}",
            None,
        ),
        (
            "templates: [web.yaml]",
            "  documentIndex: 7",
            "isKind: {of: X}",
            Some("document index 7 is out of range"),
        ),
        (
            "templates: [web.yaml]",
            "  documentSelector: {path: metadata.name, value: second}",
            "equal: {path: metadata, value: {name: second}}",
            None,
        ),
        (
            "templates: [web.yaml]",
            "  documentSelector: {path: kind, value: Service}",
            "isKind: {of: Service}",
            Some("multiple indexes found"),
        ),
        (
            "templates: [web.yaml]",
            "  documentSelector: {path: kind, value: Service, matchMany: true}",
            "hasDocuments: {count: 2, filterAware: true}",
            None,
        ),
        (
            "templates: [web.yaml]",
            "  documentSelector: {path: kind, value: Job}",
            "isKind: {of: Job}",
            Some("document not found"),
        ),
        (
            "templates: [web.yaml]",
            "  documentSelector: {path: kind, value: Job, skipEmptyTemplates: true}",
            "isKind: {of: Job}",
            None,
        ),
    ] {
        let text = format!("{suite}\ntests:\n- it: t\n{test}\n  asserts:\n  - {assert}\n");
        let got = verdict(&run(&text));
        match said {
            None => assert_eq!(got, Ok(()), "{text}"),
            Some(words) => assert!(got.as_ref().is_err_and(|said| said.contains(words)), "{text}\n{got:?}"),
        }
    }
}

#[test]
fn post_renderers_see_all_files() {
    let test = |command: &str, template: &str, assert: &str| {
        let suite = format!(
            "templates: [web.yaml, info.yaml]\nrelease: {{name: r}}\npostRenderer: {{cmd: {command}}}\ntests:\n- it: t\n{template}\n  asserts:\n  - {assert}\n"
        );
        verdict(&run(&suite))
    };
    let renamed = "{equal: {path: metadata.name, value: renamed}, documentIndex: 0}";
    assert_eq!(test("rename", "  template: web.yaml", renamed), Ok(()));
    assert_eq!(
        test("drop", "", "hasDocuments: {count: 4}"),
        Ok(()),
        "without marks all is one file"
    );
    let failed = test("none", "", "hasDocuments: {count: 4}");
    assert_eq!(failed, Err("post-render failed: no program none".to_owned()));
}

fn skipped(results: &[SuiteResult]) -> Vec<Option<&str>> {
    let tests = results.iter().flat_map(|suite| &suite.tests);
    tests.map(|test| test.skipped.as_deref()).collect()
}

#[test]
fn suites_and_tests_are_skipped() {
    let tests = "tests:\n- it: a\n  skip: {reason: later}\n  asserts: [isKind: {of: X}]\n- it: b\n  asserts: [hasDocuments: {count: 1}]\n";
    let one = run(&format!("templates: [info.yaml]\n{tests}"));
    assert_eq!(skipped(&one), [Some("later"), None]);
    assert!(one[0].passed && !one[0].skipped);
    let all = run(&format!("skip: {{reason: never}}\n{tests}"));
    assert_eq!(skipped(&all), [Some("never"), Some("never")]);
    assert!(all[0].skipped);
    assert!(run(&format!("skip: {{minimumVersion: 99.0.0}}\n{tests}"))[0].skipped);
    assert!(!run(&format!("skip: {{minimumVersion: 0.8.0}}\n{tests}"))[0].skipped);
}

#[test]
fn mistakes_are_told_with_their_places_and_other_suites_run() {
    let good = "---\nsuite: good\ntemplates: [info.yaml]\ntests:\n- it: t\n  asserts: [hasDocuments: {count: 1}]\n";
    for (bad, strict, expected) in [
        (
            "suite: [a\n",
            false,
            "2:1: yaml: line 1: did not find expected ',' or ']'",
        ),
        (
            "tests:\n- it: t\n  asserts:\n  - equals: {path: a}\n",
            false,
            "4:5: unknown assert `equals`: did you mean `equal`?",
        ),
        (
            "tests:\n- it: t\n  asserts:\n  - frobnicate: {}\n",
            false,
            "4:5: unknown assert `frobnicate`",
        ),
        (
            "tests:\n- it: t\n  asserts:\n  - not: true\n",
            false,
            "4:5: no assertion type defined",
        ),
        (
            "tests:\n- it: t\n  asserts:\n  - {isKind: {of: A}, isAPIVersion: {of: b}}\n",
            false,
            "4:23: an assert has one type, here are two: `isKind` and `isAPIVersion`",
        ),
        ("suite: a\n", false, "1:1: no tests found"),
        ("tests:\n- it: t\n", false, "2:3: no asserts found"),
        (
            "tests:\n- it: t\n  values: x\n  asserts: [isKind: {of: A}]\n",
            false,
            "3:11: `values` must be a list, not text",
        ),
        (
            "tests:\n- it: t\n  it: u\n  asserts: [isKind: {of: A}]\n",
            false,
            "3:3: key `it` is set twice",
        ),
        (
            "tests:\n- it: t\n  documentIndex: one\n  asserts: [isKind: {of: A}]\n",
            false,
            "3:18: `documentIndex` must be an integer, not text",
        ),
        (
            "tests:\n- it: t\n  asserts:\n  - matchRegex: {path: a, pattern: 5}\n",
            false,
            "4:36: `matchRegex.pattern` must be text: put it in quotes",
        ),
        (
            "tests:\n- it: t\n  documentSelector: {value: a}\n  asserts: [isKind: {of: A}]\n",
            false,
            "3:21: `documentSelector` needs a `path`",
        ),
        (
            "tests:\n- it: t\n  sett: {}\n  asserts: [isKind: {of: A}]\n",
            true,
            "3:3: a test has no key `sett`",
        ),
        (
            "tests:\n- it: t\n  asserts: [isKind: {off: A}]\n",
            true,
            "3:22: `isKind` has no parameter `off`",
        ),
    ] {
        let options = Options {
            strict,
            ..Options::default()
        };
        let results = run_with(&format!("{bad}{good}"), &options, &Memory::default());
        assert_eq!(results.len(), 2, "{bad}");
        assert_eq!(
            results[0].error.as_deref(),
            Some(&*format!("tests/a_test.yaml:{expected}")),
            "{bad}"
        );
        assert!(results[1].passed, "{bad}");
    }
}

/// The plugin reads a suite once more with doubled backslashes where YAML knows no such escape.
#[test]
fn lone_backslashes_are_taken_as_meant() {
    let suite =
        "templates: [info.yaml]\ntests:\n- it: t\n  asserts:\n  - matchRegex: {path: data.app, pattern: \"^\\d$\"}\n";
    assert_eq!(verdict(&run(suite)), Ok(()));
}

#[test]
fn snapshots_are_stored_compared_and_taken_over() {
    let memory = Memory::default();
    let suite = |replicas: i32| {
        format!(
            "templates: [web.yaml]\ntests:\n- it: spec\n  documentIndex: 0\n  set: {{replicas: {replicas}}}\n  asserts:\n  - matchSnapshot: {{path: spec.replicas}}\n  - matchSnapshot: {{path: metadata.annotations}}\n"
        )
    };
    let file = "tests/__snapshot__/a_test.yaml.snap";
    let stored = "spec:\n  1: |\n    2\n  2: |\n    a.b/c: x\n    \"on\": \"yes\"\n";
    let first = run_with(&suite(2), &Options::default(), &memory);
    assert_eq!((first[0].snapshots.total, first[0].snapshots.created), (2, 2));
    assert_eq!(memory.text(file).as_deref(), Some(stored));
    let changed = run_with(&suite(3), &Options::default(), &memory);
    assert_eq!(changed[0].snapshots.failed, 1);
    let said = verdict(&changed).expect_err("the snapshot differs");
    assert!(
        said.contains("to match snapshot 1: | --- Expected | +++ Actual | @@ -1,2 +1,2 @@ | -2 | +3"),
        "{said}"
    );
    assert_eq!(memory.text(file).as_deref(), Some(stored));
    let updating = Options {
        update_snapshots: true,
        ..Options::default()
    };
    assert_eq!(verdict(&run_with(&suite(3), &updating, &memory)), Ok(()));
    assert_eq!(memory.text(file), Some(stored.replace("    2\n  2", "    3\n  2")));
    let renamed = suite(3).replace("it: spec", "it: other");
    let vanished = run_with(&renamed, &Options::default(), &memory);
    assert_eq!((vanished[0].snapshots.created, vanished[0].snapshots.vanished), (2, 2));
    let id = format!("snapshotId: x\n{}", suite(3));
    run_with(&id, &Options::default(), &memory);
    assert!(memory.text("tests/__snapshot__/a_test.yaml_x.snap").is_some());
}

#[test]
fn the_first_failure_ends_the_run_if_asked() {
    let suite = "templates: [info.yaml]\ntests:\n- it: a\n  asserts: [isKind: {of: X}, isKind: {of: Y}]\n- it: b\n  asserts: [isKind: {of: Z}]\n";
    let options = Options {
        fail_fast: true,
        ..Options::default()
    };
    let results = run_with(&format!("{suite}---\n{suite}"), &options, &Memory::default());
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].tests.len(), 1);
    assert_eq!(results[0].tests[0].asserts.len(), 1);
}

/// Whatever a suite file holds, there is an answer.
#[test]
fn mutilated_suites_do_no_harm() {
    let good = "suite: s\ntemplates: [web.yaml, '*']\nset: {a.b[1]: 2}\nvalues: [v.yaml]\ntests:\n- it: t\n  set: {image: x}\n  documentSelector: {path: 'kind', value: Service, matchMany: true}\n  capabilities: {minorVersion: 20, apiVersions: [x/v1]}\n  asserts:\n  - equal: {path: 'spec.containers[?(@.name == \"a\")].image', value: 1}\n  - contains: {path: spec.ports, content: 80, count: 1, any: true}\n    not: true\n  - matchSnapshot: {path: spec, matchRegex: {pattern: a.*}}\n  - lengthEqual: {paths: [a, '..b'], count: 2}\n  - failedTemplate: {errorPattern: 'x['}\n---\ntests: [{it: u, asserts: [hasDocuments: {count: 1}]}]\n";
    let memory = Memory::with(&[("tests/v.yaml", "replicas: 1\n")]);
    let pieces = [
        "[",
        "]",
        "{",
        "}",
        ":",
        "- ",
        "\n",
        "'",
        "\"",
        "&a ",
        "*a",
        "<<: ",
        "!!int ",
        "\\",
        "|",
        "---\n",
        "\t",
        "é",
        "~",
        "9999999999",
    ];
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..1500 {
        let mut text: Vec<char> = good.chars().collect();
        for _ in 0..=next(4) {
            let at = next(text.len());
            match next(3) {
                0 => {
                    text.remove(at);
                }
                1 => {
                    let to = (at + next(30)).min(text.len());
                    text.drain(at..to);
                }
                _ => {
                    let piece = pieces[next(pieces.len())];
                    text.splice(at..at, piece.chars());
                }
            }
        }
        let text: String = text.into_iter().collect();
        let _ = run_with(&text, &Options::default(), &memory);
    }
}
