//! XC-38, XC-39, XC-40: what every workload lets its user set, and how values come out.

use skeg_testkit::charts::Chart;
use skeg_testkit::schema;
use skeg_testkit::sweep::{each_chart, each_rendering};
use skeg_testkit::workload::pod_templates;
use skeg_testkit::{CHARTS, Json, json, object, path, scratch};

/// Settings of every workload: the key, what is set, and the path in the pod template's spec where it must be seen. Those of
/// metadata begin with `metadata`.
fn knobs() -> Vec<(&'static str, Json, &'static str)> {
    vec![
        ("podAnnotations", json!({"testkit.example/note": "seen"}), "annotation"),
        ("podLabels", json!({"testkit.example/mark": "seen"}), "label"),
        (
            "nodeSelector",
            json!({"testkit.example/node": "seen"}),
            ".nodeSelector[\"testkit.example/node\"]",
        ),
        (
            "tolerations",
            json!([{"key": "testkit", "operator": "Exists"}]),
            ".tolerations[key=testkit]",
        ),
        (
            "affinity",
            json!({"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}),
            ".affinity.nodeAffinity",
        ),
        (
            "topologySpreadConstraints",
            json!([{"maxSkew": 7, "topologyKey": "testkit.example/rack", "whenUnsatisfiable": "ScheduleAnyway"}]),
            ".topologySpreadConstraints[maxSkew=7]",
        ),
        ("priorityClassName", json!("testkit-class"), ".priorityClassName"),
        (
            "extraEnv",
            json!([{"name": "TESTKIT", "value": "seen"}]),
            ".containers[0].env[name=TESTKIT]",
        ),
        (
            "extraEnvFrom",
            json!([{"configMapRef": {"name": "testkit"}}]),
            ".containers[0].envFrom[*].configMapRef[\"name\"]",
        ),
        (
            "extraVolumes",
            json!([{"name": "testkit", "emptyDir": {"sizeLimit": "1Mi"}}]),
            ".volumes[name=testkit]",
        ),
        (
            "extraVolumeMounts",
            json!([{"name": "testkit", "mountPath": "/testkit"}]),
            ".containers[0].volumeMounts[name=testkit]",
        ),
        (
            "imagePullSecrets",
            json!([{"name": "testkit-pull"}]),
            ".imagePullSecrets[name=testkit-pull]",
        ),
        (
            "terminationGracePeriodSeconds",
            json!(321),
            ".terminationGracePeriodSeconds",
        ),
    ]
}

/// The chart's own defaults, with those of its subcharts below their names.
fn values(chart: &Chart) -> Json {
    let read = |name: &str| object::decode_one(&scratch::read(&chart.path().join(name))).unwrap_or_default();
    let (mut own, metadata) = (read("values.yaml"), read("Chart.yaml"));
    for dependency in path::find(&metadata, ".dependencies[*]") {
        let text = |key: &str| dependency.get(key).and_then(Json::as_str);
        let subchart = CHARTS
            .iter()
            .find(|known| Some(known.name) == text("name") && !known.profiles.is_empty());
        if let (Some(subchart), Some(key)) = (subchart, text("alias").or(text("name"))) {
            let mut below = values(subchart);
            overlay(&mut below, own.get(key).cloned().unwrap_or_default());
            own[key] = below;
        }
    }
    own
}

/// Lays a document over another: maps are merged, anything else replaces.
fn overlay(under: &mut Json, over: Json) {
    match (under, over) {
        (Json::Object(under), Json::Object(over)) => {
            for (key, value) in over {
                overlay(under.entry(key).or_insert(Json::Null), value);
            }
        }
        (_, Json::Null) => {}
        (under, over) => *under = over,
    }
}

/// The values of a chart with those of its dependencies below their names, as an umbrella's user sees them.
fn values_with_subcharts(chart: &Chart) -> Json {
    let mut all = values(chart);
    for below in skeg_testkit::CHARTS
        .iter()
        .filter(|other| other.family == chart.family && other.name != chart.name)
    {
        let rendered_here = all.get(below.name).is_some_and(|own| own["renderInParent"] == true);
        if let (true, Some(map)) = (rendered_here, all.as_object_mut()) {
            map.insert(below.name.to_owned(), values(below));
        }
    }
    all
}

/// Every place of the values where a setting of this name is, not below an open map.
fn places(values: &Json, name: &str) -> Vec<Vec<String>> {
    let all = schema::key_paths(values).into_iter();
    all.filter(|keys| keys.last().is_some_and(|key| key == name)).collect()
}

// XC-38
#[test]
fn xc_38_every_workload_can_be_adjusted() {
    each_chart(|chart, findings| {
        let values = values_with_subcharts(chart);
        for (name, set, seen) in knobs() {
            let places = places(&values, name);
            findings.check(!places.is_empty(), chart.name, format!("values.yaml has no {name}"));
            // A list of names is as good as a list of maps where a seed has it so.
            let document = schema::document(places.iter().map(|keys| (&keys[..], set.clone())));
            let rendered = match chart.render("base").values(&document.to_string()).attempt() {
                Ok(rendered) => rendered,
                Err(why) => {
                    findings.add(chart.name, format!("{name}: {why}"));
                    continue;
                }
            };
            for pod in pod_templates(&rendered) {
                let there = match seen {
                    "annotation" => pod.annotations.contains_key("testkit.example/note"),
                    "label" => pod.labels.contains_key("testkit.example/mark"),
                    at => path::find(pod.spec, at).into_iter().any(|value| match name {
                        "priorityClassName" => value == "testkit-class",
                        "terminationGracePeriodSeconds" => value == 321,
                        "extraEnvFrom" => value == "testkit",
                        _ => true,
                    }),
                };
                // Constraints of a pod that is alone on each node mean nothing.
                let exempt = name == "topologySpreadConstraints" && pod.owner.kind() == "DaemonSet";
                findings.check(
                    there || exempt,
                    format!("{} {}", chart.name, pod.owner.id()),
                    format!("ignores {name}"),
                );
            }
        }
    });
}

// XC-38
#[test]
fn xc_38_what_is_not_set_is_not_there() {
    each_rendering(|rendered, place, findings| {
        for pod in pod_templates(rendered) {
            let containers = pod.containers().into_iter().map(|(_, container)| container);
            for map in containers.chain([pod.spec]).filter_map(Json::as_object) {
                for (key, value) in map {
                    let empty = match value {
                        Json::Null => true,
                        Json::String(text) => text.is_empty(),
                        Json::Array(items) => items.is_empty(),
                        // `emptyDir: {}` and its like are further down.
                        Json::Object(fields) => fields.is_empty(),
                        _ => false,
                    };
                    findings.check(
                        !empty,
                        format!("{place} {}", pod.owner.id()),
                        format!("{key} is {value}"),
                    );
                }
            }
        }
    });
}

// XC-38
#[test]
fn xc_38_user_labels_cannot_change_selectors() {
    each_chart(|chart, findings| {
        let places = places(&values(chart), "podLabels");
        // Below `networkPolicy` and `opensearch` labels name pods that somebody else makes.
        for keys in places
            .iter()
            .filter(|keys| !["networkPolicy", "opensearch"].contains(&keys[0].as_str()))
        {
            let evil = json!({"app.kubernetes.io/name": "evil"});
            let document = schema::document([(&keys[..], evil)]);
            let Ok(rendered) = chart.render("base").values(&document.to_string()).attempt() else {
                continue;
            };
            // Labels of pods elsewhere, which a policy selects, are named so too.
            for pod in pod_templates(&rendered) {
                let evil = pod.labels.get("app.kubernetes.io/name") == Some(&json!("evil"));
                findings.check(
                    !evil,
                    chart.name,
                    format!("{} overrides a selector label", keys.join(".")),
                );
            }
        }
    });
}

// XC-39
#[test]
fn xc_39_configuration_and_environment_are_text() {
    each_rendering(|rendered, place, findings| {
        for config in rendered.of_kind("ConfigMap") {
            for (key, value) in config.map(".data") {
                findings.check(
                    value.is_string(),
                    format!("{place} {}", config.id()),
                    format!("{key} is {value}"),
                );
            }
        }
        for pod in pod_templates(rendered) {
            for (_, container) in pod.containers() {
                for entry in path::find(container, ".env[*]") {
                    let fine = entry.get("value").is_none_or(Json::is_string);
                    findings.check(
                        fine,
                        format!("{place} {}", pod.place(container)),
                        format!("env {entry}"),
                    );
                }
            }
        }
    });
}

// XC-40
#[test]
fn xc_40_null_removes_what_is_optional() {
    each_chart(|chart, findings| {
        // A null for a subchart that is switched off meets no default that it could remove; subcharts are asked alone.
        let values = object::decode_one(&scratch::read(&chart.path().join("values.yaml"))).unwrap_or_default();
        let empty = |keys: &Vec<String>| {
            let value = keys.iter().try_fold(&values, |at, key| at.get(key));
            value.is_some_and(|value| {
                matches!(value, Json::Array(a) if a.is_empty()) || matches!(value, Json::Object(o) if o.is_empty())
            })
        };
        let places: Vec<Vec<String>> = schema::key_paths(&values).into_iter().filter(empty).collect();
        let escaped = |keys: &[String]| {
            keys.iter()
                .map(|key| key.replace('.', "\\."))
                .collect::<Vec<_>>()
                .join(".")
        };
        let all: Vec<String> = places.iter().map(|keys| format!("{}=null", escaped(keys))).collect();
        if all.is_empty() || chart.render("base").set(&all.join(",")).skeg().succeeded() {
            return;
        }
        // Only when something is wrong is each asked alone.
        for assignment in all {
            let answer = chart.render("base").set(&assignment).skeg();
            findings.check(
                answer.succeeded(),
                chart.name,
                format!("--set {assignment}: {}", answer.stderr),
            );
        }
    });
}
