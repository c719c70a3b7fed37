//! The world of a render that may ask the cluster: the machine's, and `lookup` answered by the API server.
//!
//! # Source
//! spec/rendering.md (`lookup`); experiments with the reference against a real API server.

use std::rc::Rc;

use skeg_cluster::apply::gvk;
use skeg_funcs::world::World;
use skeg_value::{List, Map, Value};

use super::session::Session;
use crate::world::Machine;

/// The machine and a cluster.
pub struct ClusterWorld {
    machine: Machine,
    session: Rc<Session>,
}

impl ClusterWorld {
    /// The world of a command that is connected.
    pub fn new(machine: Machine, session: Rc<Session>) -> Self {
        ClusterWorld { machine, session }
    }
}

impl World for ClusterWorld {
    fn now(&self) -> (i64, u32) {
        self.machine.now()
    }

    fn local_zone(&self) -> String {
        self.machine.local_zone()
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), String> {
        self.machine.fill_random(buffer)
    }

    fn resolve_host(&self, name: &str) -> Vec<String> {
        self.machine.resolve_host(name)
    }

    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Value, String> {
        let nothing = || Ok(Value::Map(Map::new()));
        let discovery = self.session.discovery().map_err(|error| error.to_string())?;
        let Ok(resource) = discovery.resource(api_version, kind) else {
            // A version that is served but has no such kind finds nothing; an unknown version is a mistake.
            if discovery.api_versions().iter().any(|known| known == api_version) {
                return nothing();
            }
            return Err(format!(
                "unable to get apiresource from unstructured: {}: the server could not find the requested resource",
                gvk(api_version, kind)
            ));
        };
        let path = if name.is_empty() {
            resource.collection(namespace)
        } else {
            resource.path(namespace, name)
        };
        match self.session.block_on(self.session.client().find(&path)) {
            Ok(Some(object)) => Ok(to_value(&object)),
            Ok(None) => nothing(),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A live object as templates see it: whole numbers are Go's `int64`.
pub fn to_value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::int64(whole),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(text) => Value::string(text.as_str()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(to_value).collect::<List>()),
        serde_json::Value::Object(entries) => {
            let map = Map::new();
            for (key, value) in entries {
                map.insert(key.as_str(), to_value(value));
            }
            Value::Map(map)
        }
    }
}
