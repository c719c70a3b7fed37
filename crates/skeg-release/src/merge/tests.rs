//! Tables of merges, and the laws they obey.

use serde_json::{Value, json};
use skeg_kinds::merge_keys;

use super::*;

/// What Helm 4.3.1 sent for edits of manifests and of live objects, recorded at a real API server.
const RECORDED: &str = include_str!("../../../../compat/merge.json");

/// Where skeg sends something else, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "container-injected-no-change",
        "an order that holds already needs no request",
    ),
    ("service-port-both-protocols-udp-stays", "Helm loses the UDP half"),
    (
        "finalizers-foreign-no-change",
        "an order that holds already needs no request",
    ),
    ("pdb-unchanged", "the selector is as it should be"),
    ("topology-spread-twice", "Helm loses both constraints"),
    ("container-port-both-protocols-change", "Helm renames the TCP half"),
    ("custom-resource-same", "the marks of the owner are there already"),
    ("env-duplicated", "Helm changes the first of both"),
];

fn patch_of(case: &Value) -> Patch {
    let update = Update {
        original: Some(&case["original"]),
        modified: &case["modified"],
        current: &case["current"],
    };
    client_side_patch(update).expect("every element has its key")
}

/// The patch with the elements of its lists sorted, for no server minds their order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| match key.starts_with("$setElementOrder") {
                true => (key.clone(), value.clone()),
                false => (key.clone(), sorted(value)),
            };
            map.iter().map(entry).collect()
        }
        Value::Array(list) => {
            let mut list: Vec<Value> = list.iter().map(sorted).collect();
            list.sort_by_key(Value::to_string);
            Value::Array(list)
        }
        other => other.clone(),
    }
}

/// spec/lifecycle.md 8.3.
#[test]
fn patches_are_those_of_helm() {
    let cases: Vec<Value> = serde_json::from_str(RECORDED).expect("is JSON");
    let mut different = Vec::new();
    for case in &cases {
        let ours = sorted(&patch_of(case).body);
        let helm = if case["helm"].is_null() {
            json!({})
        } else {
            sorted(&case["helm"])
        };
        if ours != helm {
            println!("{}\n  helm {helm}\n  ours {ours}", case["name"]);
            different.push(case["name"].as_str().unwrap_or_default());
        }
    }
    let expected: Vec<&str> = DIFFERENCES.iter().map(|(name, _)| *name).collect();
    assert_eq!(different, expected);
}

fn strategic(kind: &str) -> merge_keys::Place {
    let api_version = if kind == "Deployment" { "apps/v1" } else { "v1" };
    merge_keys::strategic(api_version, kind).expect("is known")
}

/// Kubernetes, "Strategic merge patch": what each directive does.
#[test]
fn directives_do_what_they_say() {
    let containers = |list: Value| json!({"spec": {"template": {"spec": {"containers": list}}}});
    let table = [
        (
            "null removes",
            "ConfigMap",
            json!({"data": {"a": "1", "b": "2"}}),
            json!({"data": {"a": null}}),
            json!({"data": {"b": "2"}}),
        ),
        (
            "map replaced",
            "ConfigMap",
            json!({"data": {"a": "1"}}),
            json!({"data": {"$patch": "replace", "b": "2"}}),
            json!({"data": {"b": "2"}}),
        ),
        (
            "map emptied",
            "ConfigMap",
            json!({"data": {"a": "1"}}),
            json!({"data": {"$patch": "delete"}}),
            json!({"data": {}}),
        ),
        (
            "element removed",
            "Deployment",
            containers(json!([{"name": "a"}, {"name": "b"}])),
            containers(json!([{"$patch": "delete", "name": "a"}])),
            containers(json!([{"name": "b"}])),
        ),
        (
            "element merged, another added",
            "Deployment",
            containers(json!([{"name": "a", "image": "1", "tty": true}])),
            containers(json!([{"name": "a", "image": "2"}, {"name": "b"}])),
            containers(json!([{"name": "a", "image": "2", "tty": true}, {"name": "b"}])),
        ),
        (
            "list replaced",
            "Deployment",
            containers(json!([{"name": "a"}])),
            containers(json!([{"$patch": "replace"}, {"name": "b"}])),
            containers(json!([{"name": "b"}])),
        ),
        (
            "order",
            "Deployment",
            containers(json!([{"name": "a"}, {"name": "x"}, {"name": "b"}])),
            json!({"spec": {"template": {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}}}}),
            containers(json!([{"name": "x"}, {"name": "b"}, {"name": "a"}])),
        ),
        (
            "set",
            "ConfigMap",
            json!({"metadata": {"finalizers": ["a", "x", "b"]}}),
            json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"], "$setElementOrder/finalizers": ["c", "b"], "finalizers": ["c"]}}),
            json!({"metadata": {"finalizers": ["c", "x", "b"]}}),
        ),
        (
            "union",
            "Deployment",
            json!({"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}),
            json!({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}),
            json!({"spec": {"strategy": {"type": "Recreate"}}}),
        ),
        (
            "nothing to act on",
            "ConfigMap",
            json!({}),
            json!({"data": {"a": null, "b": "1"}}),
            json!({"data": {"b": "1"}}),
        ),
    ];
    for (name, kind, target, patch, expected) in table {
        let found = apply_strategic(strategic(kind), &target, &patch);
        assert_eq!(found, expected, "{name}");
    }
}

/// What kube-apiserver 1.36 makes of live lists, orders and additions.
#[test]
fn orders_are_those_of_the_server() {
    let table = [
        ("a x b", "b a", "", "x b a"),
        ("x a b", "b a", "", "x b a"),
        ("a b x", "b a", "", "b a x"),
        ("a x b y c", "c b a", "", "x y c b a"),
        ("a x b", "n b a", "n", "n x b a"),
        ("a x b", "b n a", "n", "x b n a"),
        ("x a", "n a", "n", "n x a"),
        ("a x", "a n", "n", "a n x"),
        ("a x y b", "b a", "", "x y b a"),
    ];
    let list = |text: &str| -> Value { text.split_whitespace().map(Value::from).collect() };
    for (live, order, added, expected) in table {
        let target = json!({"metadata": {"finalizers": list(live)}});
        let patch = json!({"metadata": {"$setElementOrder/finalizers": list(order), "finalizers": list(added)}});
        let found = apply_strategic(strategic("ConfigMap"), &target, &patch);
        assert_eq!(
            found["metadata"]["finalizers"],
            list(expected),
            "{live}, ordered {order}"
        );
    }
}

/// An element without its key cannot be merged; Helm fails too (`does not contain declared merge key`).
#[test]
fn elements_need_their_key() {
    let object = json!({"apiVersion": "apps/v1", "kind": "Deployment",
                        "spec": {"template": {"spec": {"containers": [{"name": "a"}, {"image": "b"}]}}}});
    let update = Update {
        original: None,
        modified: &object,
        current: &json!({}),
    };
    let error = client_side_patch(update).expect_err("has no key").to_string();
    assert_eq!(
        error,
        "spec.template.spec.containers[1] does not contain declared merge key: name"
    );
}

/// RFC 7386, appendix A, and spec/lifecycle.md 8.3.
#[test]
fn json_merge_patches() {
    let table = [
        ("nothing", json!({"a": 1}), json!({"a": 1.0}), json!({})),
        (
            "changed",
            json!({"a": 1, "b": 1}),
            json!({"a": 2, "b": 1}),
            json!({"a": 2}),
        ),
        (
            "removed",
            json!({"a": 1, "m": {"x": 1, "y": 2}}),
            json!({"m": {"y": 2}}),
            json!({"a": null, "m": {"x": null}}),
        ),
        (
            "lists are whole",
            json!({"l": [1, 2]}),
            json!({"l": [1, 3]}),
            json!({"l": [1, 3]}),
        ),
        ("empty map", json!({}), json!({"m": {}}), json!({"m": {}})),
        ("type", json!({"m": {"x": 1}}), json!({"m": [1]}), json!({"m": [1]})),
        (
            "null stated",
            json!({"a": 1}),
            json!({"a": null, "b": null}),
            json!({"a": null, "b": null}),
        ),
    ];
    for (name, old, new, expected) in table {
        assert_eq!(json_merge_two_way(&old, &new), expected, "{name}");
    }
    let table = [
        (
            "live edit of a stated key",
            json!({"a": 1}),
            json!({"a": 1}),
            json!({"a": 2, "b": 3}),
            json!({"a": 1}),
        ),
        (
            "removed by the release",
            json!({"a": 1, "m": {"x": 1}}),
            json!({"m": {}}),
            json!({"a": 1, "m": {"x": 1, "l": 1}}),
            json!({"a": null, "m": {"x": null}}),
        ),
        (
            "null of the release",
            json!({"a": 1}),
            json!({"a": null}),
            json!({"a": 1}),
            json!({"a": null}),
        ),
        (
            "emptied but never there",
            json!({}),
            json!({"m": {}}),
            json!({}),
            json!({"m": {}}),
        ),
        (
            "whole map gone live",
            json!({"m": {"x": 1, "y": 1}}),
            json!({"m": {"x": 1}}),
            json!({}),
            json!({"m": {"x": 1, "y": null}}),
        ),
    ];
    for (name, old, new, live, expected) in table {
        assert_eq!(json_merge_three_way(&old, &new, &live), expected, "{name}");
    }
}

/// Random numbers that are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// Some of the names, in some order.
    fn some(&mut self, names: &[&str]) -> Vec<String> {
        let mut picked: Vec<String> = names
            .iter()
            .filter(|_| self.roll(2) == 0)
            .map(ToString::to_string)
            .collect();
        let turn = self.roll(picked.len().max(1) as u64) as usize;
        picked.rotate_left(turn);
        picked
    }

    fn labels(&mut self) -> Value {
        let names = self.some(&["a", "b", "c"]);
        names
            .into_iter()
            .map(|name| (name, json!(self.roll(2).to_string())))
            .collect()
    }

    fn object(&mut self) -> Value {
        let names = self.some(&["one", "two", "three"]);
        let containers = names.into_iter().map(|name| {
            let variables = self.some(&["A", "B", "C"]);
            let env: Value = variables.into_iter().map(|name| json!({"name": name, "value": self.roll(2).to_string()})).collect();
            let ports = self.some(&["80", "81"]);
            let port = |text: String| json!({"containerPort": text.parse::<u16>().unwrap_or_default(), "protocol": self.protocol()});
            let ports: Value = ports.into_iter().map(port).collect();
            json!({"name": name, "image": self.roll(3), "env": env, "ports": ports})
        });
        let containers: Value = containers.collect();
        json!({"apiVersion": "apps/v1", "kind": "Deployment",
               "metadata": {"name": "x", "labels": self.labels(), "finalizers": self.some(&["f", "g", "h"])},
               "spec": {"replicas": self.roll(3), "template": {"spec": {"containers": containers,
                        "tolerations": self.some(&["t", "u"])}}}})
    }

    fn protocol(&mut self) -> &'static str {
        ["TCP", "UDP"][self.roll(2) as usize]
    }
}

/// Where a merged object lacks what the new manifest says, or has what only the old one said, or lost what only the live one
/// had.
fn wrong(old: &Value, new: &Value, live: &Value, merged: &Value, path: &str) -> Option<String> {
    match (new, merged) {
        (Value::Object(wanted), Value::Object(found)) => {
            let at = |key: &String| format!("{path}.{key}");
            let gone = old
                .as_object()
                .into_iter()
                .flatten()
                .find(|(key, _)| !wanted.contains_key(*key) && found.contains_key(*key));
            if let Some((key, _)) = gone {
                return Some(format!("{} stayed", at(key)));
            }
            let foreign = live.as_object().into_iter().flatten();
            let mut foreign = foreign.filter(|(key, _)| old.get(key).is_none() && !wanted.contains_key(*key));
            if let Some((key, _)) = foreign.find(|(key, _)| !found.contains_key(*key)) {
                return Some(format!("{} was lost", at(key)));
            }
            wanted.iter().find_map(|(key, value)| {
                let part = |object: &Value| object.get(key).cloned().unwrap_or_default();
                wrong(&part(old), value, &part(live), &part(merged), &at(key))
            })
        }
        (Value::Array(wanted), Value::Array(found)) if path.ends_with("tolerations") => {
            (wanted != found).then(|| format!("{path} is {merged}"))
        }
        (Value::Array(_), Value::Array(_)) => wrong(&named(old), &named(new), &named(live), &named(merged), path),
        _ => (new != merged).then(|| format!("{path} is {merged} and not {new}")),
    }
}

/// A list as a map by what tells its elements apart.
fn named(list: &Value) -> Value {
    let elements = list.as_array().into_iter().flatten();
    let entry = |element: &Value| match element {
        Value::Object(map) => {
            let name = map
                .get("name")
                .or_else(|| map.get("containerPort"))
                .cloned()
                .unwrap_or_default();
            (name.to_string(), element.clone())
        }
        plain => (plain.to_string(), plain.clone()),
    };
    elements.map(entry).collect()
}

/// What the release says holds, what it said before is gone, what others say stays; a second time there is nothing to do.
#[test]
fn patches_make_what_they_should() {
    let mut dice = Dice(0x5eed);
    for round in 0..600 {
        let (old, new, mut live) = (dice.object(), dice.object(), dice.object());
        // Lists of the live object may be missing altogether.
        if dice.roll(8) == 0 {
            live["spec"]["template"]["spec"] = json!({});
        }
        let patch = client_side_patch(Update {
            original: Some(&old),
            modified: &new,
            current: &live,
        });
        let patch = patch.expect("every element has its key");
        let merged = apply_strategic(strategic("Deployment"), &live, &patch.body);
        let problem = wrong(&old, &new, &live, &merged, "");
        assert_eq!(
            problem, None,
            "round {round}\nold {old}\nnew {new}\nlive {live}\npatch {}",
            patch.body
        );
        let again = client_side_patch(Update {
            original: Some(&new),
            modified: &new,
            current: &merged,
        });
        assert!(
            again.as_ref().is_ok_and(Patch::is_empty),
            "round {round}: {merged}\n{again:?}"
        );

        let plain = json_merge_three_way(&old, &new, &live);
        let merged = apply_json_merge(&live, &plain);
        assert_eq!(json_merge_three_way(&new, &new, &merged), json!({}), "round {round}");
        assert_eq!(
            apply_json_merge(&old, &json_merge_two_way(&old, &new)),
            new,
            "round {round}"
        );
    }
}
