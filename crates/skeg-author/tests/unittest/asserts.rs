//! Every assert type: what it accepts, and what it says of what it refuses.

use skeg_author::unittest::asserts::table::ASSERTS;

use super::bench::{one, run, verdict};

/// An assert, and the words that must be in what it says; none if it holds.
const CASES: &[(&str, Option<&str>)] = &[
    ("equal: {path: spec.replicas, value: 2}", None),
    (
        "equal: {path: spec.replicas, value: '2'}",
        Some("Expected to equal: | \"2\" | Actual: | 2"),
    ),
    ("equal: {path: spec.whole, value: 2}", None),
    ("equal: {path: spec.encoded, value: hello, decodeBase64: true}", None),
    ("equal: {path: spec.replicas, value: 2, decodeBase64: true}", None),
    (
        "equal: {path: metadata.name, value: x, decodeBase64: true}",
        Some("unable to decode base64"),
    ),
    ("equal: {path: spec.zz, value: 1}", Some("unknown path spec.zz")),
    (
        "equal: {path: 'spec[x]', value: 1}",
        Some("invalid array index [x] before position 7: non-integer"),
    ),
    ("equal: {path: spec.text, value: \"one\\ntwo\\n\"}", None),
    (
        "equal: {path: 'spec.containers[*].name', value: a}",
        Some("ValuesIndex:1"),
    ),
    ("equal: {path: spec.labels, value: {b: two, a: 1}}", None),
    ("notEqual: {path: spec.replicas, value: 3}", None),
    (
        "notEqual: {path: spec.replicas, value: 2}",
        Some("Expected NOT to equal: | 2"),
    ),
    ("notEqual: {path: spec.zz, value: 2}", None),
    ("exists: {path: spec.nothing}", None),
    ("exists: {path: spec.zz}", Some("Path:spec.zz expected to exists")),
    ("isNotNull: {path: spec.nothing}", None),
    ("notExists: {path: spec.zz}", None),
    ("notExists: {path: spec.nothing}", Some("expected to NOT exists")),
    ("isNull: {path: spec.zz}", None),
    ("isNullOrEmpty: {path: spec.nothing}", None),
    (
        "isNullOrEmpty: {path: spec.replicas}",
        Some("to be null or empty, got: | 2"),
    ),
    ("isEmpty: {path: spec.empty}", None),
    ("isNotNullOrEmpty: {path: spec.ports}", None),
    (
        "isNotNullOrEmpty: {path: spec.empty}",
        Some("Expected NOT to be null or empty"),
    ),
    ("isNotEmpty: {path: spec.replicas}", None),
    ("isType: {path: spec.replicas, type: int}", None),
    ("isType: {path: spec.share, type: float64}", None),
    ("isType: {path: spec.labels, type: 'map[string]interface {}'}", None),
    (
        "isType: {path: spec.ports, type: string}",
        Some("to be of type: | string | Actual: | []interface {}"),
    ),
    ("isNotType: {path: spec.nothing, type: bool}", None),
    (
        "isNotType: {path: spec.share, type: float64}",
        Some("Expected NOT to be of type"),
    ),
    ("matchRegex: {path: metadata.name, pattern: '-web$'}", None),
    (
        "matchRegex: {path: spec.encoded, pattern: ^hello$, decodeBase64: true}",
        None,
    ),
    (
        "matchRegex: {path: spec.replicas, pattern: '2'}",
        Some("to be a string, got: | 2"),
    ),
    (
        "matchRegex: {path: metadata.name}",
        Some("expected field 'pattern' to be filled"),
    ),
    (
        "matchRegex: {path: metadata.name, pattern: '['}",
        Some("missing closing ]"),
    ),
    ("notMatchRegex: {path: metadata.name, pattern: ^x}", None),
    (
        "notMatchRegex: {path: metadata.name, pattern: web}",
        Some("Expected NOT to match: | web | Actual: | r-web"),
    ),
    ("greaterOrEqual: {path: spec.replicas, value: 2}", None),
    (
        "greaterOrEqual: {path: spec.replicas, value: 3}",
        Some("'2' is not greater or equal to the expected '3'"),
    ),
    (
        "greaterOrEqual: {path: spec.replicas, value: 1.5}",
        Some("actual 'int' and expected 'float64' types do not match"),
    ),
    ("notGreaterOrEqual: {path: spec.replicas, value: 3}", None),
    (
        "notGreaterOrEqual: {path: spec.replicas, value: '3'}",
        Some("types do not match"),
    ),
    ("lessOrEqual: {path: spec.share, value: 0.5}", None),
    (
        "lessOrEqual: {path: metadata.name, value: a}",
        Some("'r-web' is not less or equal to the expected 'a'"),
    ),
    ("notLessOrEqual: {path: spec.replicas, value: 1}", None),
    (
        "notLessOrEqual: {path: spec.replicas, value: 2}",
        Some("Expected NOT to be less then or equal"),
    ),
    ("contains: {path: spec.ports, content: 80}", None),
    (
        "contains: {path: spec.ports, content: 81}",
        Some("to contain: | - 81 | Actual: | - 80 | - 443"),
    ),
    ("contains: {path: spec.containers, content: {name: b}, any: true}", None),
    (
        "contains: {path: spec.containers, content: {name: b}}",
        Some("to contain: | - name: b"),
    ),
    (
        "contains: {path: spec.ports, content: 80, count: 2}",
        Some("expect count 2 in 'spec.ports' to be in array, got 1"),
    ),
    (
        "contains: {path: spec.replicas, content: 80}",
        Some("to be an array, got: | 2"),
    ),
    ("notContains: {path: spec.ports, content: 81}", None),
    (
        "notContains: {path: spec.ports, content: 80}",
        Some("Expected NOT to contain"),
    ),
    ("isSubset: {path: spec.labels, content: {a: 1}}", None),
    (
        "isSubset: {path: spec.labels, content: {a: 2}}",
        Some("to contain: | a: 2"),
    ),
    ("isSubset: {path: spec.ports, content: {a: 2}}", Some("to be an object")),
    ("isNotSubset: {path: spec.labels, content: {a: 2}}", None),
    (
        "isNotSubset: {path: spec.labels, content: {a: 1}}",
        Some("Expected NOT to contain"),
    ),
    ("lengthEqual: {path: spec.ports, count: 2}", None),
    (
        "lengthEqual: {path: spec.ports, count: 3}",
        Some("to match count: | 3 | Actual: | 2"),
    ),
    ("lengthEqual: {paths: [spec.ports, spec.containers]}", None),
    (
        "lengthEqual: {path: spec.ports}",
        Some("'count' field must be set if 'path' is used"),
    ),
    (
        "lengthEqual: {path: spec.ports, paths: [spec.ports], count: 1}",
        Some("couldn't be used with 'path'"),
    ),
    ("notLengthEqual: {path: spec.ports, count: 3}", None),
    (
        "notLengthEqual: {path: spec.ports, count: 2}",
        Some("Expected NOT to match count"),
    ),
    ("isKind: {of: Deployment}", None),
    ("isKind: {of: Pod}", Some("to be kind: | Pod | Actual: | Deployment")),
    ("isAPIVersion: {of: apps/v1}", None),
    (
        "isAPIVersion: {of: v1}",
        Some("to be apiVersion: | v1 | Actual: | apps/v1"),
    ),
    ("hasDocuments: {count: 3}", None),
    ("hasDocuments: {count: 1, filterAware: true}", None),
    (
        "hasDocuments: {count: 1}",
        Some("documents count to be: | 1 | Actual: | 3"),
    ),
    (
        "containsDocument: {kind: Deployment, apiVersion: apps/v1, name: r-web, namespace: NAMESPACE}",
        None,
    ),
    (
        "containsDocument: {kind: Service, apiVersion: v1, name: x}",
        Some("Kind = Service, apiVersion = v1, Name = x"),
    ),
    ("matchSnapshot: {path: spec.ports}", None),
    ("matchSnapshot: {path: spec.ports, matchRegex: {pattern: '- 80'}}", None),
    (
        "matchSnapshot: {path: spec.ports, matchRegex: {pattern: '- 81'}}",
        Some("pattern '- 81' not found in snapshot"),
    ),
    (
        "matchSnapshot: {path: spec.ports, notMatchRegex: {pattern: '- 80'}}",
        Some("should not be in snapshot"),
    ),
    ("failedTemplate: {}", Some("rendered manifest is empty")),
    ("notFailedTemplate: {}", None),
];

/// Asserts on the notes.
const NOTES: &[(&str, Option<&str>)] = &[
    ("equalRaw: {value: \"Hello r\\nBye\\n\"}", None),
    (
        "equalRaw: {value: Hi}",
        Some("Expected to equal: | Hi | Actual: | | | "),
    ),
    ("notEqualRaw: {value: Hi}", None),
    ("matchRegexRaw: {pattern: 'Hello r$'}", Some("to match: | Hello r$")),
    ("matchRegexRaw: {pattern: '(?m)Hello r$'}", None),
    ("notMatchRegexRaw: {pattern: Hi}", None),
    ("matchSnapshotRaw: {}", None),
];

#[test]
fn asserts_hold_or_say_what_is_wrong() {
    let first = |assert: &str| one(&format!("{{{assert}, documentIndex: 0}}"));
    let notes = |assert: &str| one(&format!("{{{assert}, template: NOTES.txt}}"));
    // The template of the test goes before that of its asserts only where the assert has none.
    let mut wrong = Vec::new();
    let cases = CASES.iter().map(|(assert, said)| (first(assert), assert, said));
    for (got, assert, said) in cases.chain(NOTES.iter().map(|(assert, said)| (notes(assert), assert, said))) {
        let is_expected = match (&got, said) {
            (Ok(()), None) => true,
            (Err(text), Some(words)) => text.contains(words),
            _ => false,
        };
        if !is_expected {
            wrong.push(format!("{assert}: {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn not_turns_every_verdict_around() {
    for (assert, _) in CASES
        .iter()
        .filter(|(assert, said)| said.is_none() && !assert.contains("Failed"))
    {
        if assert.starts_with("notExists: {path: spec.zz")
            || assert.starts_with("isNull: ")
            || assert.starts_with("notEqual: {path: spec.zz")
            || assert.starts_with("notGreaterOrEqual")
            || assert.starts_with("greaterOrEqual")
        {
            // A path that leads nowhere fails what it would satisfy, and `notGreaterOrEqual` knows no opposite.
            continue;
        }
        let turned = one(&format!("{{{assert}, not: true, documentIndex: 0}}"));
        assert!(turned.is_err(), "{assert}: holds although it is turned around");
    }
}

#[test]
fn every_type_is_tried_here_and_documented() {
    let manual = include_str!("../../../../docs/unittest.md");
    for kind in ASSERTS {
        let start = format!("{}:", kind.name);
        let tried = CASES.iter().chain(NOTES).any(|(assert, _)| assert.starts_with(&start));
        assert!(tried, "`{}` is not tried", kind.name);
        assert!(
            manual.contains(&format!("`{}`", kind.name)),
            "docs/unittest.md: no `{}`",
            kind.name
        );
    }
}

/// What `failedTemplate` compares with: the template's own words, or all that is known where no template failed.
#[test]
fn failures_are_matched_by_message_and_pattern() {
    for (set, assert, said) in [
        (
            "{fail: 'no x: set it'}",
            "failedTemplate: {errorMessage: 'no x: set it'}",
            None,
        ),
        (
            "{fail: 'no x: set it'}",
            "failedTemplate: {errorPattern: 'no [xy]'}",
            None,
        ),
        ("{fail: 'no [x]'}", "failedTemplate: {errorMessage: 'no [x]'}", None),
        ("{fail: 'no [x]'}", "failedTemplate: {errorPattern: 'no [x]'}", None),
        ("{fail: boom}", "failedTemplate: {}", None),
        (
            "{fail: boom}",
            "failedTemplate: {errorMessage: bang}",
            Some("to equal: | bang | Actual: | boom"),
        ),
        (
            "{fail: boom}",
            "failedTemplate: {errorMessage: a, errorPattern: b}",
            Some("single attribute"),
        ),
        (
            "{fail: boom}",
            "notFailedTemplate: {}",
            Some("execution error at (web/templates/web.yaml:"),
        ),
        (
            "{fail: boom}",
            "isKind: {of: Pod}",
            Some("execution error at (web/templates/web.yaml:"),
        ),
        (
            "{useToken: true}",
            "failedTemplate: {errorMessage: '`token` is needed'}",
            None,
        ),
        (
            "{replicas: two}",
            "failedTemplate: {errorPattern: \"at '/replicas': got string, want integer\"}",
            None,
        ),
        (
            "{replicas: two}",
            "isKind: {of: Deployment}",
            Some("values don't meet the specifications"),
        ),
        ("{image: {a: 1}, labels: 5, ports: {}}", "notFailedTemplate: {}", None),
    ] {
        let template = if set.contains("Token") { "info.yaml" } else { "web.yaml" };
        let suite = format!(
            "templates: [{template}]\ntests:\n- it: t\n  set: {set}\n  template: {template}\n  asserts:\n  - {assert}\n"
        );
        let got = verdict(&run(&suite));
        match said {
            None => assert_eq!(got, Ok(()), "{set} {assert}"),
            Some(words) => assert!(
                got.as_ref().is_err_and(|text| text.contains(words)),
                "{set} {assert}: {got:?}"
            ),
        }
    }
}
