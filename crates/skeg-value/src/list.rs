//! Go slices as templates see them: immutable here, because no template function changes one in place.

use std::rc::Rc;

use crate::value::Value;

/// The Go element type of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListType {
    /// `[]interface {}`: everything that comes from YAML, JSON and most functions.
    Any,
    /// `[]string`: `splitList`, `sortAlpha`, `regexFindAll`, `.Files.Lines`.
    String,
    /// `[]int`: `until`, `untilStep`.
    Int,
    /// `[][]interface {}`: `chunk`.
    AnyList,
    /// `[]map[string]interface {}`: the arrays of tables of `fromToml`.
    MapList,
}

impl ListType {
    /// The Go name of the slice type.
    pub fn name(self) -> &'static str {
        match self {
            ListType::Any => "[]interface {}",
            ListType::String => "[]string",
            ListType::Int => "[]int",
            ListType::AnyList => "[][]interface {}",
            ListType::MapList => "[]map[string]interface {}",
        }
    }
}

/// A list of values; clones share the items. `None` inside is Go's nil slice, which JSON writes as `null`.
#[derive(Clone, Debug)]
pub struct List {
    items: Option<Rc<Vec<Value>>>,
    ty: ListType,
}

impl List {
    /// A `[]interface {}` of these items.
    pub fn new(items: Vec<Value>) -> Self {
        List {
            items: Some(Rc::new(items)),
            ty: ListType::Any,
        }
    }

    /// A list of another element type; every item must be of that type.
    pub fn typed(ty: ListType, items: Vec<Value>) -> Self {
        List {
            items: Some(Rc::new(items)),
            ty,
        }
    }

    /// Go's nil slice of this type: empty, but `null` in JSON and YAML.
    pub fn nil(ty: ListType) -> Self {
        List { items: None, ty }
    }

    /// The Go type of the slice.
    pub fn ty(&self) -> ListType {
        self.ty
    }

    /// Whether it is Go's nil slice.
    pub fn is_nil(&self) -> bool {
        self.items.is_none()
    }

    /// Whether there is another handle on the same items.
    pub fn is_shared(&self) -> bool {
        self.items.as_ref().is_some_and(|items| Rc::strong_count(items) > 1)
    }

    /// The items.
    pub fn as_slice(&self) -> &[Value] {
        self.items.as_ref().map_or(&[], |items| items.as_slice())
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// The items in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Value> {
        self.as_slice().iter()
    }

    /// Whether both share the same items in memory.
    pub fn ptr_eq(&self, other: &List) -> bool {
        match (&self.items, &other.items) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// The items for changing, copied first when they are shared. Used by builders such as the `--set` parser.
    pub fn make_mut(&mut self) -> &mut Vec<Value> {
        Rc::make_mut(self.items.get_or_insert_with(Default::default))
    }
}

impl<'a> IntoIterator for &'a List {
    type Item = &'a Value;
    type IntoIter = std::slice::Iter<'a, Value>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        List::new(items.into_iter().collect())
    }
}
