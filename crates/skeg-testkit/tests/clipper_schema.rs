//! Clipper's schemas: the umbrella's is made of the components', so that short keys are judged as strictly as long ones.
//!
//! `SKEG_BLESS=1 cargo test -p skeg-testkit --test clipper_schema umbrella_schema` writes it anew.

use std::path::PathBuf;

use serde_json::Map;
use skeg_testkit::scratch::read;
use skeg_testkit::{Json, chart, json, schema};

const COMPONENTS: [&str; 5] = ["backend", "frontend", "postgres", "redis", "monitoring"];

/// Keys of a component that have no short form: what the engine writes, and the switch between umbrella and component.
const HIDDEN: [&str; 3] = ["global", "platform-lib", "renderInParent"];

fn file(chart_name: &str) -> PathBuf {
    chart(chart_name).path().join("values.schema.json")
}

fn load(chart_name: &str) -> Json {
    serde_json::from_str(&read(&file(chart_name))).expect("a schema is JSON")
}

/// Says of every described node that it is optional: below the umbrella all of them have the component's default.
fn optional(schema: &Json) -> Json {
    match schema {
        Json::Object(map) => {
            let mut out: Map<String, Json> = map.iter().map(|(key, value)| (key.clone(), optional(value))).collect();
            let text = map.get("description").and_then(Json::as_str);
            if let Some(text) = text.filter(|text| !text.to_lowercase().contains("optional")) {
                out.insert("description".into(), json!(format!("Optional. {text}")));
            }
            Json::Object(out)
        }
        Json::Array(items) => items.iter().map(optional).collect(),
        other => other.clone(),
    }
}

fn closed(description: &str, properties: Map<String, Json>) -> Json {
    json!({"description": description, "type": "object", "additionalProperties": false, "properties": properties})
}

/// The umbrella's schema: its own part of `current` (global, tls, `enabled`), the rest from the components.
fn umbrella(current: &Json) -> Json {
    let mut out = current.clone();
    let mut definitions = Map::new();
    for key in COMPONENTS {
        let long = format!("clipper-{key}");
        let mut definition = load(&long);
        if let Some(map) = definition.as_object_mut() {
            map.retain(|name, _| !["$schema", "title", "required"].contains(&name.as_str()));
        }
        let definition = optional(&definition);
        let names: Vec<&String> = definition["properties"]
            .as_object()
            .into_iter()
            .flat_map(Map::keys)
            .collect();
        let reference = |name: &str| json!({"$ref": format!("#/definitions/{long}/properties/{name}")});

        let mut properties: Map<String, Json> = names.iter().map(|name| ((*name).clone(), reference(name))).collect();
        properties.insert(
            "renderInParent".into(),
            json!({"description": "Always true below this chart", "const": true}),
        );
        properties.insert(
            "global".into(),
            json!({"description": "Written by the engine", "type": "object"}),
        );
        out["properties"][&long] = closed(&format!("Values of the chart `{long}`"), properties);

        if key != "monitoring" {
            let mut short: Map<String, Json> = names
                .iter()
                .filter(|name| !HIDDEN.contains(&name.as_str()))
                .map(|name| ((*name).clone(), reference(name)))
                .collect();
            short.insert(
                "enabled".into(),
                current["properties"][key]["properties"]["enabled"].clone(),
            );
            out["properties"][key] = closed(&format!("Short form: laid over `{long}`"), short);
        }
        definitions.insert(long, definition);
    }
    out["properties"]["grafana"] = json!({"$ref": "#/definitions/clipper-monitoring/properties/grafana"});
    out["definitions"] = Json::Object(definitions);
    out
}

// CLIP-44
#[test]
fn clip_44_umbrella_schema_is_made_of_the_components() {
    let current = load("clipper");
    let wanted = umbrella(&current);
    if std::env::var_os("SKEG_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&wanted).expect("JSON") + "\n";
        std::fs::write(file("clipper"), text).expect("the schema can be written");
    } else {
        assert!(
            current == wanted,
            "a component's schema changed; run this test with SKEG_BLESS=1"
        );
    }
}

// CLIP-44: a wrong value of every scalar is refused below both keys.
#[test]
fn clip_44_every_leaf_is_refused_in_both_spellings() {
    for key in COMPONENTS {
        let long = format!("clipper-{key}");
        let root = load(&long);
        for node in schema::nodes(&root) {
            let Some(keys) = node
                .keys
                .as_ref()
                .filter(|keys| keys.len() == 1 && !HIDDEN.contains(&keys[0].as_str()))
            else {
                continue;
            };
            let Some(wrong) = node.wrong_values(&root).into_iter().next() else {
                continue;
            };
            let mut spellings = vec![vec![long.clone(), keys[0].clone()]];
            match (key, keys[0].as_str()) {
                ("monitoring", "grafana") => spellings.push(vec!["grafana".to_owned()]),
                ("monitoring", _) => {}
                _ => spellings.push(vec![key.to_owned(), keys[0].clone()]),
            }
            for path in spellings {
                let document = schema::document([(&path[..], wrong.clone())]).to_string();
                chart("clipper")
                    .render("base")
                    .values(&document)
                    .schema_refuses(&format!("/{}", path.join("/")));
            }
        }
    }
}

// CLIP-44
#[test]
fn clip_44_the_listed_values_are_refused() {
    let table = [
        ("backend.replicaCount=many", "/backend/replicaCount"),
        ("postgres.persistence.size=50GB", "/postgres/persistence/size"),
        ("backend.nope=1", "/backend"),
        ("clipper-backend.nope=1", "/clipper-backend"),
        ("global.environment=prod", "/global/environment"),
        ("global.domain=http://x", "/global/domain"),
        ("grafana.adminPassword=5", "/grafana/adminPassword"),
    ];
    for (assignment, path) in table {
        chart("clipper").render("base").set(assignment).schema_refuses(path);
    }
}

// CLIP-45
#[test]
fn clip_45_switches_are_booleans() {
    for key in COMPONENTS {
        chart("clipper")
            .render("base")
            .set(&format!("{key}.enabled=yes"))
            .schema_refuses(&format!("/{key}/enabled"));
    }
}
