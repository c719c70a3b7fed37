//! Go maps with string keys as templates see them: shared and mutable, iterated in bytewise key order.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::fmt;
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
#[derive(Clone)]
pub struct Map {
    shared: Rc<Shared>,
    ty: MapType,
    nil: bool,
}

#[derive(Default)]
struct Shared {
    entries: RefCell<Entries>,
    /// What makes the entries when somebody first looks; only handles of type [`MapType::Files`] ask, so that no other
    /// map pays for it. Boxed twice to keep maps small.
    later: Cell<Option<Box<MakeEntries>>>,
}

type MakeEntries = Box<dyn FnOnce() -> Entries>;

impl Map {
    /// An empty `map[string]interface {}`.
    pub fn new() -> Self {
        Map::from_entries(Entries::new())
    }

    /// A `map[string]interface {}` of these entries.
    pub fn from_entries(entries: Entries) -> Self {
        Map {
            shared: Rc::new(Shared {
                entries: RefCell::new(entries),
                later: Cell::default(),
            }),
            ty: MapType::Any,
            nil: false,
        }
    }

    /// An `engine.files` whose entries are made when somebody first looks at one: most charts never look at their files.
    pub fn files_later(make: impl FnOnce() -> Entries + 'static) -> Self {
        Map {
            shared: Rc::new(Shared {
                entries: RefCell::default(),
                later: Cell::new(Some(Box::new(Box::new(make)))),
            }),
            ty: MapType::Files,
            nil: false,
        }
    }

    /// The entries, made now where they were left for later.
    fn entries(&self) -> &RefCell<Entries> {
        if self.ty == MapType::Files
            && let Some(make) = self.shared.later.take()
        {
            *self.shared.entries.borrow_mut() = make();
        }
        &self.shared.entries
    }

    /// Go's nil map of this type: reads as empty, `null` in JSON; adding to it is an error that the caller reports.
    pub fn nil(ty: MapType) -> Self {
        Map {
            shared: Rc::default(),
            ty,
            nil: true,
        }
    }

    /// The same entries under another Go type.
    pub fn with_type(&self, ty: MapType) -> Self {
        // Handles of other types don't ask whether entries are still to come.
        self.entries();
        Map {
            shared: Rc::clone(&self.shared),
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
        self.entries().borrow().get(key).cloned()
    }

    /// Whether the key is there, even with a null value.
    pub fn contains_key(&self, key: &[u8]) -> bool {
        self.entries().borrow().contains_key(key)
    }

    /// Sets a key in the shared entries; the former value is returned.
    pub fn insert(&self, key: impl Into<Str>, value: impl Into<Value>) -> Option<Value> {
        self.entries().borrow_mut().insert(key.into(), value.into())
    }

    /// Removes a key from the shared entries.
    pub fn remove(&self, key: &[u8]) -> Option<Value> {
        self.entries().borrow_mut().remove(key)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries().borrow().len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries().borrow().is_empty()
    }

    /// The entries for reading.
    pub fn borrow(&self) -> Ref<'_, Entries> {
        self.entries().borrow()
    }

    /// The entries for changing.
    pub fn borrow_mut(&self) -> RefMut<'_, Entries> {
        self.entries().borrow_mut()
    }

    /// A copy of the keys and (shared) values, in order: safe to iterate while templates run.
    pub fn snapshot(&self) -> Vec<(Str, Value)> {
        self.entries()
            .borrow()
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    }

    /// Whether there is another handle on the same entries.
    pub fn is_shared(&self) -> bool {
        Rc::strong_count(&self.shared) > 1
    }

    /// Whether both handles share the same entries.
    pub fn ptr_eq(&self, other: &Map) -> bool {
        Rc::ptr_eq(&self.shared, &other.shared)
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map")
            .field("entries", self.entries())
            .field("ty", &self.ty)
            .field("nil", &self.nil)
            .finish()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The files of a chart are listed when a template first looks, through whatever handle.
    #[test]
    fn late_entries_are_made_once() {
        let count = Rc::new(Cell::new(0));
        let counted = Rc::clone(&count);
        let files = Map::files_later(move || {
            counted.set(counted.get() + 1);
            Entries::from([("a".into(), Value::Null)])
        });
        let clone = files.clone();
        assert_eq!(count.get(), 0);
        let as_any = files.with_type(MapType::Any);
        assert_eq!((as_any.len(), clone.len(), files.len()), (1, 1, 1));
        assert_eq!(count.get(), 1);
        assert!(clone.ptr_eq(&as_any));
    }
}
