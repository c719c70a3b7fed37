//! XC-05, XC-06, XC-07: the schemas of values.

use std::collections::BTreeSet;

use skeg_testkit::charts::Chart;
use skeg_testkit::schema::{self, Node};
use skeg_testkit::sweep::{Findings, each_chart};
use skeg_testkit::{Json, object, scratch};

fn load(chart: &Chart, findings: &mut Findings) -> Option<Json> {
    let path = chart.path().join("values.schema.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        findings.add(chart.name, "no values.schema.json");
        return None;
    };
    match serde_json::from_str(&text) {
        Ok(schema) => Some(schema),
        Err(why) => {
            findings.add(chart.name, format!("values.schema.json: {why}"));
            None
        }
    }
}

fn values(chart: &Chart) -> Json {
    object::decode_one(&scratch::read(&chart.path().join("values.yaml"))).unwrap_or_default()
}

/// Names of dependencies and their aliases.
fn dependencies(chart: &Chart) -> BTreeSet<String> {
    let metadata = object::decode_one(&scratch::read(&chart.path().join("Chart.yaml"))).unwrap_or_default();
    let list = metadata
        .get("dependencies")
        .and_then(Json::as_array)
        .cloned()
        .unwrap_or_default();
    let names = |d: &Json| {
        ["name", "alias"]
            .into_iter()
            .filter_map(|k| d[k].as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    list.iter().flat_map(names).collect()
}

/// Nodes that the chart itself answers for: not those of subcharts, whose own schemas are looked at too.
fn own(chart: &Chart, root: &Json) -> Vec<Node> {
    let others = dependencies(chart);
    let mut all = schema::nodes(root);
    all.retain(|node| {
        let first = node.place.split(['.', '[']).next().unwrap_or_default();
        !others.contains(first) && first != "global"
    });
    all
}

// XC-05
#[test]
fn xc_05_schemas_are_closed() {
    each_chart(|chart, findings| {
        let Some(root) = load(chart, findings) else { return };
        let draft = root["$schema"] == "http://json-schema.org/draft-07/schema#";
        findings.check(draft, chart.name, "$schema is not draft-07");
        findings.check(root["type"] == "object", chart.name, "the root has no type object");
        findings.check(root["additionalProperties"] == false, chart.name, "the root is open");
        let listed = std::fs::read_to_string(chart.path().join("schema-open.txt")).unwrap_or_default();
        let listed: BTreeSet<&str> = listed
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .collect();
        let all = schema::nodes(&root);
        for node in all
            .iter()
            .filter(|node| node.is_object(&root) && !node.is_closed(&root))
        {
            let fine = listed.contains(node.place.as_str());
            findings.check(
                fine,
                chart.name,
                format!("{} is open and not in schema-open.txt", node.place),
            );
        }
        for place in listed {
            let there = all.iter().any(|node| node.place == place);
            findings.check(
                there,
                chart.name,
                format!("schema-open.txt names {place}, which the schema has not"),
            );
        }
    });
}

// XC-06
#[test]
fn xc_06_every_leaf_is_typed_and_has_a_default_or_is_optional() {
    each_chart(|chart, findings| {
        let Some(root) = load(chart, findings) else { return };
        let values = values(chart);
        for node in own(chart, &root) {
            // A key that is refused whatever it holds (`not: {}`) needs no type.
            let typed = !node.types(&root).is_empty() || node.schema.get("not").is_some();
            findings.check(typed, chart.name, format!("{} has no type", node.place));
            let Some(keys) = &node.keys else { continue };
            if !node.is_scalar(&root) {
                continue;
            }
            let there = keys.iter().try_fold(&values, |at, key| at.get(key)).is_some();
            let optional = node.description().to_lowercase().contains("optional");
            let what = format!(
                "{} has no default in values.yaml and its description does not say optional",
                node.place
            );
            findings.check(there || optional, chart.name, what);
        }
    });
}

// XC-06
#[test]
fn xc_06_every_key_of_values_is_declared() {
    each_chart(|chart, findings| {
        let Some(root) = load(chart, findings) else { return };
        let nodes = schema::nodes(&root);
        let mut documents = vec![("values.yaml".to_owned(), values(chart))];
        for (profile, _) in chart.profiles {
            for file in chart.values_files(profile) {
                let read = std::fs::read_to_string(&file)
                    .map_err(|e| e.to_string())
                    .and_then(|text| object::decode_one(&text));
                match read {
                    Ok(value) => documents.push((
                        file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                        value,
                    )),
                    Err(why) => findings.add(chart.name, format!("{}: {why}", file.display())),
                }
            }
        }
        let declared: BTreeSet<&Vec<String>> = nodes.iter().filter_map(|node| node.keys.as_ref()).collect();
        let open: Vec<&Vec<String>> = nodes
            .iter()
            .filter(|node| node.is_object(&root) && node.schema["additionalProperties"] != false)
            .filter_map(|node| node.keys.as_ref())
            .filter(|keys| !keys.is_empty())
            .collect();
        let subcharts = dependencies(chart);
        for (file, document) in documents {
            for keys in schema::key_paths(&document) {
                let below_open = open.iter().any(|place| keys.starts_with(place));
                let fine = declared.contains(&keys) || below_open || subcharts.contains(&keys[0]);
                findings.check(
                    fine,
                    chart.name,
                    format!("{file}: {} is not in the schema", keys.join(".")),
                );
            }
        }
    });
}

/// Asks skeg for the refusal of all wrong values at once and says which ones it takes.
fn refusals(chart: &'static Chart, root: &Json, nodes: &[Node], findings: &mut Findings) {
    let leaves: Vec<&Node> = nodes
        .iter()
        .filter(|node| node.keys.as_ref().is_some_and(|keys| !keys.is_empty()) && !node.is_object(root))
        .collect();
    let rounds = leaves
        .iter()
        .map(|node| node.wrong_values(root).len())
        .max()
        .unwrap_or(0);
    for round in 0..rounds {
        let wrong: Vec<(&Node, Json)> = leaves
            .iter()
            .filter_map(|node| Some((*node, node.wrong_values(root).into_iter().nth(round)?)))
            .collect();
        let document = schema::document(
            wrong
                .iter()
                .map(|(node, value)| (node.keys.as_deref().unwrap_or_default(), value.clone())),
        );
        let answer = chart.render("base").values(&document.to_string()).skeg();
        for (node, value) in &wrong {
            let pointer = node.pointer();
            let named = answer.stderr.contains(&format!("'{pointer}'"));
            findings.check(named, chart.name, format!("{} takes {value}", node.place));
        }
    }
}

// XC-06
#[test]
fn xc_06_every_leaf_refuses_wrong_values() {
    each_chart(|chart, findings| {
        let Some(root) = load(chart, findings) else { return };
        refusals(chart, &root, &own(chart, &root), findings);
    });
}

// XC-06
#[test]
fn xc_06_quantities_ports_percentages_and_hosts_are_limited() {
    each_chart(|chart, findings| {
        let Some(root) = load(chart, findings) else { return };
        for node in own(chart, &root).into_iter().filter(|node| node.is_scalar(&root)) {
            let lower = node.place.to_lowercase();
            let last = lower.rsplit('.').next().unwrap_or_default().to_owned();
            let types = node.types(&root);
            let number = types.contains("integer");
            let stated = |keys: &[&str]| {
                keys.iter()
                    .all(|key| node.schema.to_string().contains(&format!("\"{key}\"")))
            };
            if number && (last == "port" || last.ends_with("port")) {
                findings.check(
                    stated(&["minimum", "maximum"]),
                    chart.name,
                    format!("{}: a port without a range", node.place),
                );
            }
            if number && last.ends_with("percentage") {
                findings.check(
                    stated(&["minimum", "maximum"]),
                    chart.name,
                    format!("{}: a percentage without a range", node.place),
                );
            }
            let host =
                ["host", "domain", "hostname", "basehost"].contains(&last.as_str()) || lower.ends_with(".hosts[]");
            if host && types.contains("string") {
                findings.check(
                    stated(&["pattern"]),
                    chart.name,
                    format!("{}: a host without a pattern", node.place),
                );
            }
            let quantity = lower.contains("resources.") && ["cpu", "memory"].contains(&last.as_str());
            if quantity && types.contains("string") {
                findings.check(
                    stated(&["pattern"]),
                    chart.name,
                    format!("{}: a quantity without a pattern", node.place),
                );
            }
        }
    });
}

// XC-07
#[test]
fn xc_07_schemas_know_their_subcharts() {
    each_chart(|chart, findings| {
        let Some(root) = load(chart, findings) else { return };
        let properties = root["properties"].as_object().cloned().unwrap_or_default();
        for key in dependencies(chart).into_iter().chain(["global".to_owned()]) {
            findings.check(
                properties.contains_key(&key),
                chart.name,
                format!("the schema does not declare {key}"),
            );
        }
    });
}

// XC-07: a wrong value below a subchart is refused by the umbrella, and by the subchart alone.
#[test]
fn xc_07_wrong_values_of_subcharts_are_refused() {
    for (umbrella, subchart, values, path) in [
        ("clipper", "clipper-backend", "replicaCount: two", "/replicaCount"),
        (
            "clipper",
            "clipper-postgres",
            "persistence: {size: 1GB}",
            "/persistence/size",
        ),
        ("monkeytown", "redis", "noSuchKey: 1", ""),
    ] {
        let umbrella = skeg_testkit::chart(umbrella);
        if !skeg_testkit::sweep::chosen(umbrella) {
            continue;
        }
        skeg_testkit::chart(subchart)
            .render("base")
            .values(values)
            .schema_refuses(path);
        let indented: String = values.lines().map(|line| format!("  {line}\n")).collect();
        let below = umbrella.render("base").values(&format!("{subchart}:\n{indented}"));
        below.refused("values don't meet the specifications of the schema(s)");
    }
}
