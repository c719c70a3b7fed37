//! Definitions and custom resources, good and bad, rule by rule.

use std::rc::Rc;

use skeg_value::yaml::Tree;

use super::Crds;
use crate::validate::{Options, Validator};

const DEFINITION: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: {type: integer, minimum: 1, maximum: 9}
                ratio: {type: number, exclusiveMinimum: true, minimum: 0, multipleOf: 0.5}
                mode: {type: string, enum: [fast, slow]}
                port: {x-kubernetes-int-or-string: true}
                name: {type: string, pattern: '^[a-z]+$', maxLength: 5}
                when: {type: string, format: date-time}
                free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                closed: {type: object}
                maybe: {type: string, nullable: true}
                filled: {type: string, default: x}
                tags: {type: array, maxItems: 2, items: {type: string}, x-kubernetes-list-type: set}
                rules: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [id], items: {type: object, properties: {id: {type: string}}}}
                labels: {type: object, additionalProperties: {type: string}}
                child: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
                either: {type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}
                any: {type: object, properties: {a: {type: string}, b: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}
                never: {type: string, not: {enum: [bad]}}
    - name: v0
      served: false
      storage: false
      schema: {openAPIV3Schema: {type: object}}
";

fn found(definition: &str, text: &str) -> Vec<String> {
    let mut crds = Crds::default();
    crds.add(&Tree::parse(definition.as_bytes()).expect("YAML"));
    let validator = Validator::new(Options::new(33)).with_crds(Rc::new(crds));
    let checked = validator.check_text(text.as_bytes()).expect("YAML");
    checked
        .iter()
        .flat_map(|object| &object.findings)
        .map(|f| format!("{} {}: {}", f.code, f.path, f.message))
        .collect()
}

/// A spec that goes with `size: 1`, and the start of what is found; nothing where it is fine.
#[test]
fn custom_resources_fit_their_schema() {
    for (spec, expected) in [
        ("", ""),
        ("port: 80", ""),
        ("port: http", ""),
        (
            "port: [80]",
            "wrong-type spec.port: must be a whole number or text, not a list",
        ),
        ("mode: fast", ""),
        (
            "mode: fsat",
            "bad-word spec.mode: must be one of fast, slow, not the text \"fsat\"",
        ),
        ("ratio: 1.5", ""),
        ("ratio: 0", "out-of-range spec.ratio: must be more than 0, not 0"),
        (
            "ratio: 0.7",
            "out-of-range spec.ratio: must be a multiple of 0.5, not 0.7",
        ),
        (
            "name: A",
            "bad-format spec.name: must match `^[a-z]+$`, which the text \"A\" does not",
        ),
        ("name: abcdef", "too-long spec.name: must have 5 characters or fewer"),
        ("when: 2026-01-01T00:00:00Z", ""),
        (
            "when: today",
            "bad-format spec.when: must be of the format date-time, not the text \"today\"",
        ),
        ("free: {a: [1, {b: c}]}", ""),
        ("closed: {a: 1}", "unknown-field spec.closed.a: is no field"),
        ("maybe: null", ""),
        ("filled: null", ""),
        ("mode: null", ""),
        ("labels: {a: null}", ""),
        ("tags: [null]", "wrong-type spec.tags[0]: must be text, not null"),
        ("tags: [a, b]", ""),
        ("tags: [a, a]", "duplicate-item spec.tags[1]: is in the list twice"),
        (
            "tags: [a, b, c]",
            "too-long spec.tags: must have 2 items or fewer, not 3",
        ),
        ("rules: [{id: a}, {id: b}]", ""),
        (
            "rules: [{id: a}, {id: a}]",
            "duplicate-item spec.rules[1]: has the same id as an item before",
        ),
        ("labels: {a: b}", ""),
        (
            "labels: {a: 1}",
            "wrong-type spec.labels.a: must be text, not the number 1",
        ),
        ("child: {apiVersion: v1, kind: X, metadata: {name: a}, more: 1}", ""),
        (
            "child: {apiVersion: v1, metadata: {name: a}}",
            "missing-field spec.child: `kind` is required and missing",
        ),
        (
            "child: {apiVersion: v1, kind: X, metadata: {nam: a}}",
            "unknown-field spec.child.metadata.nam: is no field",
        ),
        ("either: {a: x}", ""),
        (
            "either: {a: x, b: z}",
            "no-match spec.either: must fit one of the schemas of oneOf, and fits 2",
        ),
        ("any: {a: x, b: z}", ""),
        (
            "any: {}",
            "no-match spec.any: fits none of the schemas of anyOf; the first: any `a` is required and missing",
        ),
        ("never: good", ""),
        (
            "never: bad",
            "no-match spec.never: must not fit the schema of not, and does",
        ),
        ("sise: 1", "unknown-field spec.sise: is no field"),
    ] {
        let text =
            format!("apiVersion: example.com/v1\nkind: Thing\nmetadata: {{name: t}}\nspec:\n  size: 1\n  {spec}\n");
        let found = found(DEFINITION, &text);
        let expected: Vec<&str> = Some(expected).filter(|e| !e.is_empty()).into_iter().collect();
        assert_eq!(found, expected, "{spec}");
    }
}

#[test]
fn heads_of_custom_resources_are_checked() {
    for (text, expected) in [
        (
            "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\n",
            "missing-field : `spec` is required and missing",
        ),
        (
            "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t, label: {}}\nspec: {size: 1}\n",
            "unknown-field metadata.label: is no field",
        ),
        (
            "apiVersion: example.com/v1\nkind: Thing\nmetadata: {}\nspec: {size: 1}\n",
            "missing-name metadata: `name` is missing: every object needs one, or a `generateName`",
        ),
        (
            "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {size: null}\n",
            "missing-field spec: `size` is required and must not be null",
        ),
        (
            "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {size: 10}\n",
            "out-of-range spec.size: must be at most 9, not 10",
        ),
        (
            "apiVersion: example.com/v0\nkind: Thing\nmetadata: {name: t}\n",
            "unknown-version : the CRD of Thing does not serve example.com/v0",
        ),
        (
            "apiVersion: example.com/v2\nkind: Thing\nmetadata: {name: t}\n",
            "unknown-version : the CRD of Thing does not serve example.com/v2",
        ),
    ] {
        assert_eq!(found(DEFINITION, text), [expected], "{text}");
    }
}

/// What replaces what in the good definition, and the start of what is found.
#[test]
fn broken_definitions_are_told() {
    assert_eq!(found("", DEFINITION), Vec::<String>::new());
    let schema = "spec.versions[0].schema.openAPIV3Schema";
    for (from, to, expected) in [
        (
            "things.example.com",
            "thing.example.com",
            "bad-crd : `metadata.name` must be things.example.com: the plural and the group".to_owned(),
        ),
        (
            "storage: false",
            "storage: true",
            "bad-crd spec.versions: must have one version with `storage: true`, not 2".to_owned(),
        ),
        (
            "{openAPIV3Schema: {type: object}}",
            "{}",
            "bad-crd spec.versions[1]: `schema.openAPIV3Schema` is required and missing".to_owned(),
        ),
        (
            "{type: integer,",
            "{",
            format!("bad-crd {schema}.properties.spec.properties.size: `type` is required and missing"),
        ),
        (
            "{type: integer,",
            "{type: int,",
            format!("bad-crd {schema}.properties.spec.properties.size: `type` must be one of array"),
        ),
        (
            "items: {type: string},",
            "",
            format!("bad-crd {schema}.properties.spec.properties.tags: `items` is required"),
        ),
        (
            "{x-kubernetes-int-or-string: true}",
            "{type: string, x-kubernetes-int-or-string: true}",
            format!("bad-crd {schema}.properties.spec.properties.port: `type` must not stand beside"),
        ),
        (
            "'^[a-z]+$'",
            "'[a-z'",
            format!("bad-crd {schema}.properties.spec.properties.name: `pattern` is no regular expression"),
        ),
        (
            "{type: object, additionalProperties: {type: string}}",
            "{type: object, properties: {}, additionalProperties: {type: string}}",
            format!(
                "bad-crd {schema}.properties.spec.properties.labels: `properties` and `additionalProperties` exclude"
            ),
        ),
        (
            "not: {enum",
            "not: {type: object, enum",
            format!("bad-crd {schema}.properties.spec.properties.never.not: `type` must not be used below"),
        ),
        (
            "mode: {type",
            "mode: {$ref: x, type",
            format!("bad-crd {schema}.properties.spec.properties.mode: `$ref` must not be used"),
        ),
        (
            "scope: Namespaced",
            "scope: namespaced",
            "bad-word spec.scope: must be one of Cluster, Namespaced".to_owned(),
        ),
    ] {
        let text = DEFINITION.replacen(from, to, 1);
        assert_ne!(text, DEFINITION, "{from}");
        let found = found("", &text);
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{to}: {found:#?}");
    }
}
