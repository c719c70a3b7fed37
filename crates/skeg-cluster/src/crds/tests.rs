//! Reading files of `crds/`, and what errors look like.

use super::*;

fn file(path: &str, text: &str) -> CrdFile {
    CrdFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// spec/lifecycle.md 3.1 step 4; messages recorded from the reference.
#[test]
fn files_are_read_as_helm_reads_them() {
    for (text, expected) in [
        (
            "a: 1\n",
            "unable to decode \"\": Object 'Kind' is missing in '{\"a\":1}'",
        ),
        (
            "- 1\n",
            "unable to decode \"\": json: cannot unmarshal array into Go value of type unstructured.detector",
        ),
        (
            "kind: [\n",
            "error parsing : error converting YAML to JSON: yaml: line 1: did not find expected node content",
        ),
    ] {
        let error = definitions(&[file("crds/bad.yaml", text)]).expect_err(text).to_string();
        assert_eq!(error, format!("failed to install CRD crds/bad.yaml: {expected}"));
    }
}

#[test]
fn the_last_of_a_name_counts_and_other_kinds_do_not() {
    let crd = |name: &str, group: &str| {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: {name}}}\nspec: {{group: \
             {group}}}\n"
        )
    };
    let files = [
        file("crds/a.yaml", &format!("{}---\n{}", crd("a.x", "1"), crd("b.x", "1"))),
        file("crds/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
        file("charts/sub/crds/a.yaml", &crd("a.x", "2")),
    ];
    let found = definitions(&files).expect("they are well-formed");
    let names: Vec<(&str, &str)> = found.iter().map(|crd| (crd.name(), crd.source.as_str())).collect();
    assert_eq!(names, [("b.x", "crds/a.yaml"), ("a.x", "charts/sub/crds/a.yaml")]);
}

#[test]
fn refusals_say_what_why_and_what_to_do() {
    let change = |path: &str| Change {
        path: path.to_owned(),
        what: "field removed".to_owned(),
        effect: Effect::LosesData,
        refused: false,
        is_storage: false,
        why: "its value is dropped".to_owned(),
        remedy: Some("save it".to_owned()),
    };
    let error = CrdError::Unsafe(vec![Refusal {
        name: "a.x".to_owned(),
        source: "crds/a.yaml".to_owned(),
        effect: Effect::LosesData,
        changes: vec![change("spec.a"), change("spec.b")],
    }]);
    assert_eq!(
        error.to_string(),
        "a custom resource definition would change in a way that is not safe; nothing was changed\n\
         a.x (crds/a.yaml): loses-data\n  spec.a: field removed\n    its value is dropped\n    to do: save it\n  \
         spec.b: field removed"
    );
}
