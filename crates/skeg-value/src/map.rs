//! Go maps with string keys as templates see them: shared and mutable, iterated in bytewise key order.

use std::cell::{Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::string::Str;
use crate::value::Value;

/// The Go type of a map. It belongs to the handle, not to the shared entries: converting `map[string]interface {}` to
/// `common.Values` in Go shares them too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MapType {
    /// `map[string]interface {}`.
    Any,
    /// `common.Values`, the named type of `.`, `.Values` and `.Template`; it has methods.
    Values,
    /// `map[string]string`: annotations, `split`. A missing key reads as `""`.
    String,
    /// `engine.files`, a `map[string][]byte` with methods. A missing key reads as empty bytes.
    Files,
}

impl MapType {
    /// The Go name of the type, as `typeOf` prints it.
    pub fn name(self) -> &'static str {
        match self {
            MapType::Any => "map[string]interface {}",
            MapType::Values => "common.Values",
            MapType::String => "map[string]string",
            MapType::Files => "engine.files",
        }
    }
}

/// The entries of a map, in Go's order of iteration in templates (sorted bytewise by key).
pub type Entries = BTreeMap<Str, Value>;

/// A map handle: clones share the entries, and a change through one is seen through all, as in Go.
///
/// Entries are reached through short borrows ([`Map::borrow`], [`Map::borrow_mut`]); never hold one while running
/// template code, which may change the same map: take a snapshot ([`Map::snapshot`]) to iterate.
#[derive(Clone, Debug)]
pub struct Map {
    entries: Rc<RefCell<Entries>>,
    ty: MapType,
    nil: bool,
}

impl Map {
    /// An empty `map[string]interface {}`.
    pub fn new() -> Self {
        Map::from_entries(Entries::new())
    }

    /// A `map[string]interface {}` of these entries.
    pub fn from_entries(entries: Entries) -> Self {
        Map {
            entries: Rc::new(RefCell::new(entries)),
            ty: MapType::Any,
            nil: false,
        }
    }

    /// Go's nil map of this type: reads as empty, `null` in JSON; adding to it is an error that the caller reports.
    pub fn nil(ty: MapType) -> Self {
        Map {
            entries: Rc::default(),
            ty,
            nil: true,
        }
    }

    /// The same entries under another Go type.
    pub fn with_type(&self, ty: MapType) -> Self {
        Map {
            entries: Rc::clone(&self.entries),
            ty,
            nil: self.nil,
        }
    }

    /// The Go type.
    pub fn ty(&self) -> MapType {
        self.ty
    }

    /// Whether it is Go's nil map.
    pub fn is_nil(&self) -> bool {
        self.nil
    }

    /// The value of a key, or none where the key is absent (a null value is `Some(Value::Null)`).
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        self.entries.borrow().get(key).cloned()
    }

    /// Whether the key is there, even with a null value.
    pub fn contains_key(&self, key: &[u8]) -> bool {
        self.entries.borrow().contains_key(key)
    }

    /// Sets a key in the shared entries; the former value is returned.
    pub fn insert(&self, key: impl Into<Str>, value: impl Into<Value>) -> Option<Value> {
        self.entries.borrow_mut().insert(key.into(), value.into())
    }

    /// Removes a key from the shared entries.
    pub fn remove(&self, key: &[u8]) -> Option<Value> {
        self.entries.borrow_mut().remove(key)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.borrow().is_empty()
    }

    /// The entries for reading.
    pub fn borrow(&self) -> Ref<'_, Entries> {
        self.entries.borrow()
    }

    /// The entries for changing.
    pub fn borrow_mut(&self) -> RefMut<'_, Entries> {
        self.entries.borrow_mut()
    }

    /// A copy of the keys and (shared) values, in order: safe to iterate while templates run.
    pub fn snapshot(&self) -> Vec<(Str, Value)> {
        self.entries
            .borrow()
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    }

    /// Whether both handles share the same entries.
    pub fn ptr_eq(&self, other: &Map) -> bool {
        Rc::ptr_eq(&self.entries, &other.entries)
    }
}

impl Default for Map {
    fn default() -> Self {
        Map::new()
    }
}

impl FromIterator<(Str, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Self {
        Map::from_entries(entries.into_iter().collect())
    }
}
