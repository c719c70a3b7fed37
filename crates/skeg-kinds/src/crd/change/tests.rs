//! Every rule as a row: two schemas or two definitions, and what is told about them.

use serde_json::{Value, json};

use super::*;

/// A definition of `Backup`: version v1, stored and served, with this schema of `spec`.
fn backup(spec: Value) -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "backups.vault.example.com"},
        "spec": {
            "group": "vault.example.com",
            "scope": "Namespaced",
            "names": {"kind": "Backup", "plural": "backups", "shortNames": ["bk"]},
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
            }]
        }
    })
}

/// A definition as the API server shows it.
fn installed(mut definition: Value, stored: &[&str]) -> Value {
    let kind = definition["spec"]["names"]["kind"].as_str().unwrap().to_owned();
    definition["metadata"]["uid"] = json!("0b0e");
    definition["metadata"]["managedFields"] = json!([{"manager": "helm"}]);
    definition["metadata"]["annotations"]["seen.example.com/by"] = json!("somebody");
    let names = &mut definition["spec"]["names"];
    for (key, value) in [("listKind", format!("{kind}List")), ("singular", kind.to_lowercase())] {
        if names[key].is_null() {
            names[key] = json!(value);
        }
    }
    if definition["spec"]["conversion"].is_null() {
        definition["spec"]["conversion"] = json!({"strategy": "None"});
    }
    definition["status"] = json!({"storedVersions": stored, "conditions": []});
    definition
}

fn told(changes: &[Change]) -> Vec<String> {
    changes
        .iter()
        .map(|change| {
            let refused = if change.refused { " (refused)" } else { "" };
            format!("{}{refused} {change}", change.effect)
        })
        .collect()
}

/// Name; old and new schema of `spec`; what is told, below `spec.versions[v1].schema`.
const SCHEMAS: &[(&str, &str, &str, &[&str])] = &[
    (
        "nothing differs",
        r#"{"type":"object","properties":{"keep":{"type":"integer","minimum":1}}}"#,
        r#"{"type":"object","properties":{"keep":{"type":"integer","minimum":1.0}}}"#,
        &[],
    ),
    (
        "what the server leaves out",
        r#"{"type":"object"}"#,
        r#"{"type":"object","properties":{},"required":[],"nullable":false,"description":""}"#,
        &[],
    ),
    (
        "a retention limit is added",
        r#"{"type":"object","properties":{"keep":{"type":"integer"}}}"#,
        r#"{"type":"object","properties":{"keep":{"type":"integer"},"maxAge":{"type":"string"}}}"#,
        &["safe .spec.maxAge: new optional field"],
    ),
    (
        "a new target is required",
        r#"{"type":"object"}"#,
        r#"{"type":"object","required":["target"],"properties":{"target":{"type":"string"}}}"#,
        &["needs-migration .spec.target: new field, required"],
    ),
    (
        "a new target is required but has a default",
        r#"{"type":"object"}"#,
        r#"{"type":"object","required":["target"],"properties":{"target":{"type":"string","default":"s3"}}}"#,
        &["safe .spec.target: new field, required, with a default"],
    ),
    (
        "the schedule becomes required",
        r#"{"type":"object","properties":{"schedule":{"type":"string"}}}"#,
        r#"{"type":"object","required":["schedule"],"properties":{"schedule":{"type":"string"}}}"#,
        &["needs-migration .spec.schedule: now required"],
    ),
    (
        "the schedule may be left out",
        r#"{"type":"object","required":["schedule"],"properties":{"schedule":{"type":"string"}}}"#,
        r#"{"type":"object","properties":{"schedule":{"type":"string"}}}"#,
        &["safe .spec.schedule: no longer required"],
    ),
    (
        "a field goes",
        r#"{"type":"object","required":["bucket"],"properties":{"bucket":{"type":"string"}}}"#,
        r#"{"type":"object"}"#,
        &["loses-data .spec.bucket: field removed"],
    ),
    (
        "a field goes where unknown fields are kept",
        r#"{"type":"object","properties":{"bucket":{"type":"string"}},"x-kubernetes-preserve-unknown-fields":true}"#,
        r#"{"type":"object","x-kubernetes-preserve-unknown-fields":true}"#,
        &["safe .spec.bucket: field removed"],
    ),
    (
        "unknown fields are pruned now",
        r#"{"type":"object","x-kubernetes-preserve-unknown-fields":true}"#,
        r#"{"type":"object","properties":{"bucket":{"type":"string"}}}"#,
        &[
            "needs-migration .spec: x-kubernetes-preserve-unknown-fields true -> false",
            "needs-migration .spec.bucket: described now",
        ],
    ),
    (
        "unknown fields are kept now",
        r#"{"type":"object"}"#,
        r#"{"type":"object","x-kubernetes-preserve-unknown-fields":true}"#,
        &["safe .spec: x-kubernetes-preserve-unknown-fields false -> true"],
    ),
    (
        "a number becomes a string",
        r#"{"type":"object","properties":{"replicas":{"type":"integer"}}}"#,
        r#"{"type":"object","properties":{"replicas":{"type":"string","pattern":"^[0-9]+$"}}}"#,
        &["loses-data .spec.replicas: type integer -> string"],
    ),
    (
        "a port may have a name",
        r#"{"type":"object","properties":{"port":{"type":"integer"}}}"#,
        r#"{"type":"object","properties":{"port":{"x-kubernetes-int-or-string":true,"pattern":"^[a-z]+$",
            "anyOf":[{"type":"integer"},{"type":"string"}]}}}"#,
        &[
            "safe .spec.port: type integer -> int-or-string",
            "safe .spec.port: pattern (none) -> ^[a-z]+$",
        ],
    ),
    (
        "a quantity must be a string",
        r#"{"type":"object","properties":{"size":{"x-kubernetes-int-or-string":true}}}"#,
        r#"{"type":"object","properties":{"size":{"type":"string"}}}"#,
        &["needs-migration .spec.size: type int-or-string -> string"],
    ),
    (
        "a whole number may have a fraction",
        r#"{"type":"object","properties":{"ratio":{"type":"integer","format":"int32"}}}"#,
        r#"{"type":"object","properties":{"ratio":{"type":"number","format":"int64"}}}"#,
        &[
            "safe .spec.ratio: type integer -> number",
            "safe .spec.ratio: format int32 -> int64",
        ],
    ),
    (
        "words come and go",
        r#"{"type":"object","properties":{"mode":{"type":"string","enum":["full","delta"]}}}"#,
        r#"{"type":"object","properties":{"mode":{"type":"string","enum":["full","log"]}}}"#,
        &[
            "needs-migration .spec.mode: enum no longer has delta",
            "safe .spec.mode: enum also has log",
        ],
    ),
    (
        "words are fixed",
        r#"{"type":"object","properties":{"mode":{"type":"string"},"kind":{"type":"string","enum":["a"]}}}"#,
        r#"{"type":"object","properties":{"mode":{"type":"string","enum":["full","log"]},"kind":{"type":"string"}}}"#,
        &[
            "safe .spec.kind: enum removed",
            "needs-migration .spec.mode: enum full, log added",
        ],
    ),
    (
        "patterns",
        r#"{"type":"object","properties":{"a":{"type":"string","pattern":"^x"},"b":{"type":"string"}}}"#,
        r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string","pattern":"^y"}}}"#,
        &[
            "safe .spec.a: pattern ^x -> (none)",
            "needs-migration .spec.b: pattern (none) -> ^y",
        ],
    ),
    (
        "bounds move in",
        r#"{"type":"object","properties":{"n":{"type":"integer","minimum":0,"maximum":10},"s":{"type":"string"}}}"#,
        r#"{"type":"object","properties":{"n":{"type":"integer","minimum":1,"maximum":9},"s":{"type":"string","maxLength":63}}}"#,
        &[
            "needs-migration .spec.n: minimum 0 -> 1",
            "needs-migration .spec.n: maximum 10 -> 9",
            "needs-migration .spec.s: maxLength (none) -> 63",
        ],
    ),
    (
        "bounds move out",
        r#"{"type":"object","properties":{"n":{"type":"integer","minimum":1,"maximum":9,"multipleOf":4},"s":{"type":"string","minLength":1}}}"#,
        r#"{"type":"object","properties":{"n":{"type":"integer","minimum":0,"maximum":10,"multipleOf":2},"s":{"type":"string"}}}"#,
        &[
            "safe .spec.n: minimum 1 -> 0",
            "safe .spec.n: maximum 9 -> 10",
            "safe .spec.n: multipleOf 4 -> 2",
            "safe .spec.s: minLength 1 -> (none)",
        ],
    ),
    (
        "defaults",
        r#"{"type":"object","properties":{"a":{"type":"integer","default":3},"b":{"type":"integer","default":3},"c":{"type":"integer"}}}"#,
        r#"{"type":"object","properties":{"a":{"type":"integer","default":5},"b":{"type":"integer"},"c":{"type":"integer","default":1}}}"#,
        &[
            "needs-migration .spec.a: default 3 -> 5",
            "needs-migration .spec.b: default 3 -> (none)",
            "needs-migration .spec.c: default (none) -> 1",
        ],
    ),
    (
        "rules",
        r#"{"type":"object","x-kubernetes-validations":[{"rule":"self.a < 3"},{"rule":"has(self.b)","message":"b"}]}"#,
        r#"{"type":"object","x-kubernetes-validations":[{"rule":"has(self.b)","message":"no b"},{"rule":"self.c == oldSelf.c"}]}"#,
        &[
            "needs-migration .spec: rule added: self.c == oldSelf.c",
            "safe .spec: rule removed: self.a < 3",
            "safe .spec: rule with another message: has(self.b)",
        ],
    ),
    (
        "null is no longer a value",
        r#"{"type":"object","properties":{"a":{"type":"string","nullable":true},"b":{"type":"string"}}}"#,
        r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string","nullable":true}}}"#,
        &[
            "needs-migration .spec.a: nullable true -> false",
            "safe .spec.b: nullable false -> true",
        ],
    ),
    (
        "lists are merged by key",
        r#"{"type":"object","properties":{"l":{"type":"array","items":{"type":"object","properties":{"n":{"type":"string"}}}}}}"#,
        r#"{"type":"object","properties":{"l":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["n"],
            "items":{"type":"object","required":["n"],"properties":{"n":{"type":"string"}}}}}}"#,
        &[
            "needs-migration .spec.l: x-kubernetes-list-type atomic -> map",
            "needs-migration .spec.l: x-kubernetes-list-map-keys (none) -> [\"n\"]",
            "needs-migration .spec.l[].n: now required",
        ],
    ),
    (
        "what is the default of a list is no change",
        r#"{"type":"object","properties":{"l":{"type":"array","items":{"type":"string"}}}}"#,
        r#"{"type":"object","properties":{"l":{"type":"array","x-kubernetes-list-type":"atomic","items":{"type":"string"}}}}"#,
        &[],
    ),
    (
        "values of a map",
        r#"{"type":"object","properties":{"m":{"type":"object","additionalProperties":{"type":"string"}}}}"#,
        r#"{"type":"object","properties":{"m":{"type":"object","additionalProperties":{"type":"integer"}}}}"#,
        &["loses-data .spec.m.*: type string -> integer"],
    ),
    (
        "a map becomes fields",
        r#"{"type":"object","properties":{"m":{"type":"object","additionalProperties":{"type":"string"}}}}"#,
        r#"{"type":"object","properties":{"m":{"type":"object","properties":{"a":{"type":"string"}}}}}"#,
        &["loses-data .spec.m.*: no longer a map with free keys"],
    ),
    (
        "fields become a map",
        r#"{"type":"object","properties":{"m":{"type":"object","properties":{"a":{"type":"string"}}}}}"#,
        r#"{"type":"object","properties":{"m":{"type":"object","additionalProperties":{"type":"string"}}}}"#,
        &["safe .spec.m.*: free keys allowed"],
    ),
    (
        "alternatives",
        r#"{"type":"object","oneOf":[{"required":["a"]}],"anyOf":[{"required":["a"]}],"not":{"required":["z"]}}"#,
        r#"{"type":"object","oneOf":[{"required":["a"]},{"required":["b"]}],"anyOf":[{"required":["a"]},{"required":["b"]}]}"#,
        &[
            "safe .spec: anyOf changed",
            "needs-migration .spec: oneOf changed",
            "safe .spec: not removed",
        ],
    ),
    (
        "descriptions are counted",
        r#"{"type":"object","description":"a","properties":{"a":{"type":"string","description":"b"}}}"#,
        r#"{"type":"object","description":"A","properties":{"a":{"type":"string","description":"B"}}}"#,
        &["safe : 2 descriptions changed"],
    ),
    (
        "a keyword from the future",
        r#"{"type":"object"}"#,
        r#"{"type":"object","x-kubernetes-tomorrow":"strict"}"#,
        &[r#"needs-migration .spec: x-kubernetes-tomorrow (none) -> "strict""#],
    ),
    (
        "a schema where everything went",
        r#"{"x-kubernetes-preserve-unknown-fields":true}"#,
        r#"{"type":"object","x-kubernetes-preserve-unknown-fields":true}"#,
        &["needs-migration .spec: type any -> object"],
    ),
];

#[test]
fn schemas() {
    for (name, old, new, expected) in SCHEMAS {
        let read = |text: &str| backup(serde_json::from_str(text).unwrap());
        let changes = compare(&installed(read(old), &["v1"]), &read(new));
        let expected: Vec<String> = expected
            .iter()
            .map(|line| line.replacen(' ', " spec.versions[v1].schema", 1))
            .collect();
        assert_eq!(told(&changes), expected, "{name}");
        for change in &changes {
            assert_eq!(
                change.remedy.is_none(),
                change.effect == Effect::Safe,
                "{name}: {change}"
            );
            assert!(
                !change.why.is_empty() && !change.why.ends_with('.'),
                "{name}: {}",
                change.why
            );
        }
    }
}

fn version(name: &str, served: bool, storage: bool, schema: Value) -> Value {
    json!({"name": name, "served": served, "storage": storage, "schema": {"openAPIV3Schema": schema}})
}

fn with_versions(versions: &[Value]) -> Value {
    let mut definition = backup(json!({}));
    definition["spec"]["versions"] = json!(versions);
    definition
}

fn edited(path: &str, value: Value) -> Value {
    let mut definition = backup(json!({"type": "object"}));
    // `pointer_mut` finds only what is there.
    let (parent, key) = path.rsplit_once('/').unwrap();
    definition.pointer_mut(parent).unwrap()[key] = value;
    definition
}

#[test]
fn whole_definitions() {
    let spec = json!({"type": "object", "properties": {"spec": {"type": "object", "properties": {
        "bucket": {"type": "string"}}}}});
    let bare = json!({"type": "object", "properties": {"spec": {"type": "object"}}});
    let base = backup(json!({"type": "object"}));
    let webhook = |name: &str, bundle: &str| {
        json!({"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"], "clientConfig": {
            "caBundle": bundle, "service": {"namespace": "ops", "name": name, "path": "/convert"}}}})
    };
    let mut hooked_old = base.clone();
    hooked_old["spec"]["conversion"] = webhook("conv", "QUJD");
    hooked_old["spec"]["conversion"]["webhook"]["clientConfig"]["service"]["port"] = json!(443);
    let mut hooked = base.clone();
    hooked["spec"]["conversion"] = webhook("conv", "");
    let mut hooked_elsewhere = base.clone();
    hooked_elsewhere["spec"]["conversion"] = webhook("other", "");
    let v1 = |served, storage| version("v1", served, storage, spec.clone());
    let v2 = |served, storage| version("v2", served, storage, spec.clone());
    let poorer = |served, storage| version("v2", served, storage, bare.clone());
    let rows: Vec<(&str, Value, &[&str], Value, &[&str])> = vec![
        ("itself", base.clone(), &["v1"], base.clone(), &[]),
        (
            "scope",
            base.clone(),
            &["v1"],
            edited("/spec/scope", json!("Cluster")),
            &["loses-data (refused) spec.scope: Namespaced -> Cluster"],
        ),
        (
            "group",
            base.clone(),
            &["v1"],
            edited("/spec/group", json!("safe.example.com")),
            &["loses-data (refused) spec.group: vault.example.com -> safe.example.com"],
        ),
        (
            "kind, and what follows from it",
            base.clone(),
            &["v1"],
            edited("/spec/names/kind", json!("Dump")),
            &["loses-data (refused) spec.names.kind: Backup -> Dump"],
        ),
        (
            "short names and categories",
            base.clone(),
            &["v1"],
            edited(
                "/spec/names",
                json!({"kind": "Backup", "plural": "backups", "shortNames": ["bup"], "categories": ["all"]}),
            ),
            &[
                "safe spec.names.shortNames: -bk +bup",
                "safe spec.names.categories: +all",
            ],
        ),
        (
            "list kind and singular",
            base.clone(),
            &["v1"],
            edited(
                "/spec/names",
                json!({"kind": "Backup", "plural": "backups", "shortNames": ["bk"],
                "singular": "copy", "listKind": "Backups"}),
            ),
            &[
                "needs-migration spec.names.listKind: BackupList -> Backups",
                "safe spec.names.singular: backup -> copy",
            ],
        ),
        (
            "a version is added",
            with_versions(&[v1(true, true)]),
            &["v1"],
            with_versions(&[v1(true, true), v2(true, false)]),
            &["safe spec.versions[v2]: new version"],
        ),
        (
            "the storage version moves, nothing is lost",
            with_versions(&[v1(true, true)]),
            &["v1"],
            with_versions(&[v1(true, false), v2(true, true)]),
            &[
                "needs-migration spec.versions: storage version v1 -> v2",
                "safe spec.versions[v2]: new version",
            ],
        ),
        (
            "the storage version moves to one that knows less",
            with_versions(&[v1(true, true)]),
            &["v1"],
            with_versions(&[v1(true, false), poorer(true, true)]),
            &[
                "needs-migration spec.versions: storage version v1 -> v2",
                "loses-data spec.versions[v1 -> v2].schema.spec.bucket: field removed",
                "safe spec.versions[v2]: new version",
            ],
        ),
        (
            "a version goes that objects are stored in",
            with_versions(&[v1(true, false), v2(true, true)]),
            &["v1", "v2"],
            with_versions(&[v2(true, true)]),
            &["loses-data (refused) spec.versions[v1]: version removed"],
        ),
        (
            "a version goes that only clients use",
            with_versions(&[v1(true, false), v2(true, true)]),
            &["v2"],
            with_versions(&[v2(true, true)]),
            &["needs-migration spec.versions[v1]: version removed"],
        ),
        (
            "a version goes that nobody uses",
            with_versions(&[v1(false, false), v2(true, true)]),
            &["v2"],
            with_versions(&[v2(true, true)]),
            &["safe spec.versions[v1]: version removed"],
        ),
        (
            "a version is no longer served, another is",
            with_versions(&[v1(true, false), v2(false, true)]),
            &["v1", "v2"],
            with_versions(&[v1(false, false), v2(true, true)]),
            &[
                "needs-migration spec.versions[v1].served: true -> false",
                "safe spec.versions[v2].served: false -> true",
            ],
        ),
        (
            "a field goes from a version that is not stored",
            with_versions(&[v1(true, true), v2(true, false)]),
            &["v1"],
            with_versions(&[v1(true, true), poorer(true, false)]),
            &["needs-migration spec.versions[v2].schema.spec.bucket: field removed"],
        ),
        (
            "conversion begins",
            base.clone(),
            &["v1"],
            hooked.clone(),
            &["needs-migration spec.conversion.strategy: None -> Webhook"],
        ),
        (
            "conversion ends",
            hooked_old.clone(),
            &["v1"],
            base.clone(),
            &["needs-migration spec.conversion.strategy: Webhook -> None"],
        ),
        (
            "an injected certificate is no difference",
            hooked_old.clone(),
            &["v1"],
            hooked,
            &[],
        ),
        (
            "the webhook moves",
            hooked_old,
            &["v1"],
            hooked_elsewhere,
            &["needs-migration spec.conversion.webhook.clientConfig: ops/conv:443/convert -> ops/other:443/convert"],
        ),
        (
            "pruning begins",
            edited("/spec/preserveUnknownFields", json!(true)),
            &["v1"],
            base.clone(),
            &["needs-migration spec.preserveUnknownFields: true -> false"],
        ),
        (
            "subresources",
            base.clone(),
            &["v1"],
            edited(
                "/spec/versions/0/subresources",
                json!({"scale": {"specReplicasPath": ".spec.n"}}),
            ),
            &[
                "needs-migration spec.versions[v1].subresources.status: removed",
                "safe spec.versions[v1].subresources.scale: new",
            ],
        ),
        (
            "columns",
            base.clone(),
            &["v1"],
            edited(
                "/spec/versions/0/additionalPrinterColumns",
                json!([{"name": "Age", "type": "date", "jsonPath": ".a"}]),
            ),
            &["safe spec.versions[v1].additionalPrinterColumns: changed"],
        ),
        (
            "selectable fields",
            edited("/spec/versions/0/selectableFields", json!([{"jsonPath": ".spec.a"}])),
            &["v1"],
            edited("/spec/versions/0/selectableFields", json!([{"jsonPath": ".spec.b"}])),
            &[
                "safe spec.versions[v1].selectableFields: +.spec.b",
                "needs-migration spec.versions[v1].selectableFields: -.spec.a",
            ],
        ),
        (
            "deprecation",
            base.clone(),
            &["v1"],
            edited("/spec/versions/0/deprecated", json!(true)),
            &["safe spec.versions[v1].deprecated: deprecated"],
        ),
        (
            "annotations of the chart",
            base.clone(),
            &["v1"],
            edited(
                "/metadata/annotations",
                json!({"controller-gen.kubebuilder.io/version": "v0.14.0"}),
            ),
            &[r#"safe metadata.annotations[controller-gen.kubebuilder.io/version]: new, "v0.14.0""#],
        ),
    ];
    for (name, old, stored, new, expected) in rows {
        assert_eq!(told(&compare(&installed(old, stored), &new)), expected, "{name}");
    }
}

/// The form of charts written before Kubernetes 1.16.
#[test]
fn the_old_form_is_understood() {
    let old_form = json!({
        "apiVersion": "apiextensions.k8s.io/v1beta1",
        "metadata": {"name": "backups.vault.example.com"},
        "spec": {
            "group": "vault.example.com", "version": "v1",
            "names": {"kind": "Backup", "plural": "backups", "shortNames": ["bk"]},
            "preserveUnknownFields": false,
            "subresources": {"status": {}},
            "validation": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object"}}}}
        }
    });
    let now = installed(backup(json!({"type": "object"})), &["v1"]);
    assert_eq!(told(&compare(&now, &old_form)), [""; 0]);
}

/// `.status` is controllers' business: what goes there is written again by them.
#[test]
fn removed_status_fields_are_no_loss() {
    let with_status = |fields: Value| {
        let mut definition = backup(json!({"type": "object"}));
        definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"] =
            json!({"type": "object", "properties": fields});
        definition
    };
    let old = installed(with_status(json!({"phase": {"type": "string"}})), &["v1"]);
    let changes = compare(&old, &with_status(json!({})));
    assert_eq!(
        told(&changes),
        ["needs-migration spec.versions[v1].schema.status.phase: field removed"]
    );
}

/// Laws over every pair of the table: nothing differs from itself; what one change does, two changes do at least; a
/// change deeper in the tree does the same, at a longer path.
#[test]
fn laws() {
    let schemas: Vec<(Value, Value)> = SCHEMAS
        .iter()
        .map(|(_, old, new, _)| (serde_json::from_str(old).unwrap(), serde_json::from_str(new).unwrap()))
        .collect();
    let two = |a: &Value, b: &Value| backup(json!({"type": "object", "properties": {"a": a, "b": b}}));
    let listed = |a: &Value| backup(json!({"type": "object", "properties": {"l": {"type": "array", "items": a}}}));
    for (old, new) in &schemas {
        for schema in [old, new] {
            let definition = backup(schema.clone());
            assert_eq!(compare(&installed(definition.clone(), &["v1"]), &definition), []);
        }
        let alone = worst(&compare(&installed(backup(old.clone()), &["v1"]), &backup(new.clone())));
        let deep = worst(&compare(&installed(listed(old), &["v1"]), &listed(new)));
        assert_eq!(alone, deep, "{old} -> {new}");
        for (other_old, other_new) in &schemas {
            let other = worst(&compare(
                &installed(backup(other_old.clone()), &["v1"]),
                &backup(other_new.clone()),
            ));
            let both = worst(&compare(&installed(two(old, other_old), &["v1"]), &two(new, other_new)));
            assert_eq!(both, alone.max(other), "{old} -> {new}, {other_old} -> {other_new}");
        }
    }
}

/// Nothing that a chart may hold makes the comparison panic.
#[test]
fn malformed_definitions() {
    let odd = [
        json!(null),
        json!([]),
        json!({"spec": []}),
        json!({"spec": {"versions": [1, {"name": 2}, {"schema": {"openAPIV3Schema": {"properties": 1, "required": {}, "enum": 3,
            "x-kubernetes-validations": [1], "anyOf": 7, "type": ["string"]}}}]}}),
        backup(json!({"type": 5, "properties": {"a": 1, "b": {"items": []}}})),
    ];
    for old in &odd {
        for new in &odd {
            compare(old, new);
        }
    }
}
