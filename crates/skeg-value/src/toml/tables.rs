//! The tables of a document while it is read: what is defined where, and what may be defined again.
//!
//! In: key paths and values; out: the tree of maps, or the text of a conflict. Array-of-tables entries are lists of type
//! `[]map[string]interface {}`, whose last table is the one that keys go to.

use std::collections::{HashMap, HashSet};

use crate::list::{List, ListType};
use crate::map::Map;
use crate::string::Str;
use crate::value::Value;

/// A dotted key.
pub(super) type Path = Vec<String>;

/// Two definitions that exclude each other.
pub(super) struct Conflict {
    pub(super) message: String,
    /// Whether the parents of the key could be opened.
    pub(super) parents_open: bool,
}

#[derive(Default)]
pub(super) struct Tables {
    pub(super) root: Map,
    /// Tables that exist only because a longer key named them; they may be defined once.
    implicit: HashSet<Path>,
    /// Whether the value last set at a key is an array.
    arrays: HashMap<Path, bool>,
}

impl Tables {
    pub(super) fn add_implicit(&mut self, path: &[String]) {
        self.implicit.insert(path.to_vec());
    }

    /// Notes the kind of value at a key.
    pub(super) fn set_type(&mut self, path: &[String], is_array: bool) {
        if let Some(known) = self.arrays.get_mut(path) {
            *known = is_array;
        } else {
            self.arrays.insert(path.to_vec(), is_array);
        }
    }

    /// Makes the table at `path` the place for further keys: a new one, or with `array` a new entry of an array of
    /// tables.
    pub(super) fn open(&mut self, path: &[String], array: bool) -> Result<(), Conflict> {
        let Some((last, parents)) = path.split_last() else {
            return Ok(());
        };
        let mut table = self.root.clone();
        for (depth, name) in parents.iter().enumerate() {
            let next = match table.get(name.as_bytes()) {
                Some(value) => table_of(&value),
                None => {
                    self.implicit.insert(parents[..=depth].to_vec());
                    let next = Map::new();
                    table.insert(name.as_str(), next.clone());
                    Some(next)
                }
            };
            table = next.ok_or_else(|| Conflict {
                message: format!("Key '{}' was already created as a hash.", shown(&parents[..=depth])),
                parents_open: false,
            })?;
        }
        let conflict = |message| Conflict {
            message,
            parents_open: true,
        };
        if !array {
            return self.set(path, Value::Map(Map::new())).map_err(conflict);
        }
        let mut entries = table.borrow_mut();
        let list = entries
            .entry(Str::from(last.as_str()))
            .or_insert_with(|| Value::List(List::typed(ListType::MapList, Vec::new())));
        match list {
            Value::List(list) if list.ty() == ListType::MapList => {
                list.make_mut().push(Value::Map(Map::new()));
                Ok(())
            }
            _ => Err(conflict(format!(
                "Key '{}' was already created and cannot be used as an array.",
                shown(path)
            ))),
        }
    }

    /// Sets the value of a key whose parents are open. A table that was only implied keeps its content.
    pub(super) fn set(&mut self, path: &[String], value: Value) -> Result<(), String> {
        let Some((last, parents)) = path.split_last() else {
            return Ok(());
        };
        let mut table = self.root.clone();
        for (depth, name) in parents.iter().enumerate() {
            let next = table.get(name.as_bytes()).and_then(|value| table_of(&value));
            table = next.ok_or_else(|| format!("Key '{}' has already been defined.", shown(&parents[..=depth])))?;
        }
        if table.contains_key(last.as_bytes()) {
            if !self.implicit.remove(path) {
                return Err(format!("Key '{}' has already been defined.", shown(path)));
            }
            if !self.arrays.get(path).copied().unwrap_or(false) {
                return Ok(());
            }
        }
        table.insert(last.as_str(), value);
        Ok(())
    }
}

/// The table that keys below this value go to.
fn table_of(value: &Value) -> Option<Map> {
    match value {
        Value::Map(map) => Some(map.clone()),
        Value::List(list) if list.ty() == ListType::MapList => list.as_slice().last()?.as_map().cloned(),
        _ => None,
    }
}

/// A path as messages and headers show it.
pub(super) fn shown(path: &[String]) -> String {
    let mut out = Vec::new();
    for (at, name) in path.iter().enumerate() {
        if at > 0 {
            out.push(b'.');
        }
        super::encode::append_key(&mut out, name.as_bytes());
    }
    String::from_utf8_lossy(&out).into_owned()
}
