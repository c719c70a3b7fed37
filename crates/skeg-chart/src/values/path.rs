//! Values by dotted paths, as Helm's conditions and import-values name them.

use skeg_value::{Map, Value};

/// The map at a dotted path.
///
/// # Errors
/// The component that is missing or no map.
pub fn table<'p>(map: &Map, path: &'p str) -> Result<Map, &'p str> {
    let mut map = map.clone();
    for part in path.split('.') {
        let Some(Value::Map(next)) = map.get(part.as_bytes()) else {
            return Err(part);
        };
        map = next;
    }
    Ok(map)
}

/// The value at a dotted path, unless it is missing or a map.
pub fn scalar(map: &Map, path: &str) -> Option<Value> {
    let (parent, key) = match path.rsplit_once('.') {
        Some((parent, key)) => (table(map, parent).ok()?, key),
        None => (map.clone(), path),
    };
    parent.get(key.as_bytes()).filter(|value| value.as_map().is_none())
}

/// A map that holds `inner` at a dotted path; `.` is the map itself.
pub fn nest(path: &str, inner: Map) -> Map {
    if path == "." {
        return inner;
    }
    path.rsplit('.').fold(inner, |inner, part| {
        let outer = Map::new();
        outer.insert(part, inner);
        outer
    })
}
