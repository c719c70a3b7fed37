//! A cluster that holds what a suite says: `lookup` in templates finds it.

use std::rc::Rc;

use skeg_funcs::world::World;
use skeg_value::{Int, IntType, List, Map, Value};

use super::suite::{FakeCluster, FakeKind};

/// A world whose `lookup` finds the objects of a fake cluster; everything else is that of another world.
pub(super) struct FakeWorld {
    pub(super) world: Rc<dyn World>,
    pub(super) cluster: FakeCluster,
}

impl World for FakeWorld {
    fn now(&self) -> (i64, u32) {
        self.world.now()
    }

    fn local_zone(&self) -> String {
        self.world.local_zone()
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), String> {
        self.world.fill_random(buffer)
    }

    fn resolve_host(&self, name: &str) -> Vec<String> {
        self.world.resolve_host(name)
    }

    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Value, String> {
        let wanted = format!("{api_version}/{kind}");
        let props = self.cluster.kinds.iter().rev().find(|(key, _)| *key == wanted);
        let Some((_, props)) = props else {
            return Ok(Value::Map(Map::new()));
        };
        if !props.error.is_empty() {
            return Err(props.error.clone());
        }
        let namespace = if props.namespaced { namespace } else { "" };
        let mut objects = self.cluster.objects.iter().filter(|object| is_of(object, props));
        if name.is_empty() {
            let all: Vec<&Value> = objects.collect();
            let is_wanted = |object: &&&Value| namespace.is_empty() || metadata(object, "namespace") == namespace;
            let items = all.iter().filter(is_wanted).map(|object| as_json(object)).collect();
            return Ok(list(api_version, kind, all.len() + 1, items));
        }
        let found =
            objects.find(|object| metadata(object, "name") == name && metadata(object, "namespace") == namespace);
        Ok(found.map_or_else(|| Value::Map(Map::new()), as_json))
    }
}

/// Whether an object is of a kind: the plural name is made of its kind as the API machinery guesses it.
fn is_of(object: &Value, props: &FakeKind) -> bool {
    let api_version = text(object, "apiVersion");
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    group == props.group && version == props.version && plural(&text(object, "kind")) == props.resource
}

fn plural(kind: &str) -> String {
    let kind = kind.to_lowercase();
    if kind.ends_with("endpoints") {
        kind
    } else if kind.ends_with('s') {
        format!("{kind}es")
    } else if let Some(stem) = kind.strip_suffix('y') {
        format!("{stem}ies")
    } else {
        format!("{kind}s")
    }
}

fn text(object: &Value, key: &str) -> String {
    let value = object.as_map().and_then(|map| map.get(key.as_bytes()));
    value
        .and_then(|value| value.as_string().map(|text| text.to_str_lossy().into_owned()))
        .unwrap_or_default()
}

fn metadata(object: &Value, key: &str) -> String {
    let metadata = object.as_map().and_then(|map| map.get(b"metadata"));
    metadata.map_or_else(String::new, |metadata| text(&metadata, key))
}

/// A list as the API's fake client has it: its version counts the objects of the kind, from 1.
fn list(api_version: &str, kind: &str, version: usize, items: Vec<Value>) -> Value {
    let metadata = Map::new();
    metadata.insert("continue", "");
    metadata.insert("resourceVersion", version.to_string());
    let list = Map::new();
    list.insert("apiVersion", api_version);
    list.insert("kind", format!("{kind}List"));
    list.insert("metadata", metadata);
    list.insert("items", Value::List(List::new(items)));
    Value::Map(list)
}

/// A copy with integers as the API's client has them.
fn as_json(value: &Value) -> Value {
    match value {
        Value::Int(int) => Value::Int(Int {
            value: int.value,
            ty: IntType::Int64,
        }),
        Value::List(list) => Value::List(List::new(list.iter().map(as_json).collect())),
        Value::Map(map) => Value::Map(
            map.borrow()
                .iter()
                .map(|(key, value)| (key.clone(), as_json(value)))
                .collect::<Map>(),
        ),
        other => other.clone(),
    }
}
