//! Where a value stands in a YAML text, for messages such as ``set at prod.yaml:3:6``.

use std::ops::Range;

use super::documents::Documents;
use super::input::Input;
use super::parser::{Event, Parser, Say};
use super::{resolve, value};

/// One step of a path to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathSegment<'a> {
    /// A key of a map, as it reads after decoding.
    Key(&'a [u8]),
    /// An index into a list.
    Index(usize),
}

/// The place of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The bytes of its key, or none for list items and the whole document.
    pub key: Option<Range<usize>>,
    /// The bytes of the value; an empty range where the value is left out.
    pub value: Range<usize>,
}

/// Finds the value at a path in a values file or manifest: the one that counts, that is the last of equal keys in the last
/// document that has the path. Aliases and merge keys are not followed.
///
/// The text need not be valid: what stands before the first fault is searched.
pub fn locate(text: &[u8], path: &[PathSegment<'_>]) -> Option<Location> {
    let mut found = None;
    for range in Documents::of(text).map_while(Result::ok) {
        if let Some(mut location) = locate_in_document(&text[range.clone()], path) {
            let moved = |place: Range<usize>| place.start + range.start..place.end + range.start;
            location.key = location.key.map(moved);
            location.value = moved(location.value);
            found = Some(location);
        }
    }
    found
}

/// An open collection.
struct Open {
    /// How much of the path has been followed to come here; none beside the path.
    level: Option<usize>,
    is_map: bool,
    /// Items or keys seen.
    count: usize,
    /// The key, once it has been read and is on the path.
    key: Option<Range<usize>>,
    key_due: bool,
    /// Whether this collection is the wanted value: its start is noted already.
    wanted: bool,
}

struct Search<'p> {
    path: &'p [PathSegment<'p>],
    open: Vec<Open>,
    found: Option<Location>,
    /// End of the last text seen: block collections end there.
    last_end: usize,
}

fn locate_in_document(bytes: &[u8], path: &[PathSegment<'_>]) -> Option<Location> {
    if u32::try_from(bytes.len()).is_err() {
        return None;
    }
    let input = Input::new(bytes);
    let text: &[u8] = &input.text;
    let mut parser = Parser::new(text, input.pages);
    let mut search = Search {
        path,
        open: Vec::new(),
        found: None,
        last_end: 0,
    };
    while let Ok(event) = parser.next_event() {
        if matches!(event.say, Say::DocumentEnd | Say::StreamEnd) {
            break;
        }
        search.see(&event, text);
    }
    let base = input.base;
    search.found.map(|found| Location {
        key: found.key.map(|key| key.start + base..key.end + base),
        value: found.value.start + base..found.value.end + base,
    })
}

impl Search<'_> {
    fn see(&mut self, event: &Event, text: &[u8]) {
        let range = event.start as usize..event.end as usize;
        match event.say {
            Say::SequenceEnd | Say::MappingEnd => {
                // Flow collections end with a bracket, block collections where their last text ended.
                if range.end > range.start {
                    self.last_end = range.end;
                }
                if self.open.pop().is_some_and(|open| open.wanted)
                    && let Some(found) = &mut self.found
                {
                    found.value.end = self.last_end.max(found.value.start);
                }
            }
            Say::DocumentStart | Say::DocumentEnd | Say::StreamEnd => {}
            Say::Scalar | Say::Alias | Say::SequenceStart | Say::MappingStart => self.node(event, range, text),
        }
    }

    fn node(&mut self, event: &Event, range: Range<usize>, text: &[u8]) {
        let starts = matches!(event.say, Say::SequenceStart | Say::MappingStart);
        if !starts && range.end > range.start {
            self.last_end = range.end;
        }
        // How much of the path leads to this node.
        let mut level = None;
        let mut key = None;
        match self.open.last_mut() {
            None => level = Some(0),
            Some(map) if map.is_map && map.key_due => {
                map.key_due = false;
                map.key = None;
                if let (Some(at), Say::Scalar) = (map.level, event.say)
                    && self.path.get(at).is_some_and(|segment| is_key(segment, event, text))
                {
                    map.key = Some(range.clone());
                }
            }
            Some(map) if map.is_map => {
                map.key_due = true;
                key = map.key.take();
                if key.is_some() {
                    level = map.level.map(|level| level + 1);
                    // An earlier value of the same key counts no more.
                    self.found = None;
                }
            }
            Some(list) => {
                if let Some(at) = list.level
                    && self.path.get(at) == Some(&PathSegment::Index(list.count))
                {
                    level = Some(at + 1);
                }
                list.count += 1;
            }
        }
        let wanted = level == Some(self.path.len());
        if wanted {
            self.found = Some(Location { key, value: range });
        }
        if starts {
            let is_map = event.say == Say::MappingStart;
            let level = level.filter(|_| !wanted);
            self.open.push(Open {
                level,
                is_map,
                count: 0,
                key: None,
                key_due: is_map,
                wanted,
            });
        }
    }
}

fn is_key(segment: &PathSegment<'_>, event: &Event, text: &[u8]) -> bool {
    let PathSegment::Key(wanted) = segment else {
        return false;
    };
    let mut buffer = Vec::new();
    let key = event.scalar.text(text, &mut buffer);
    match resolve::meaning(event, key) {
        Ok(meaning) => value::scalar_key(&meaning, key).is_some_and(|key| key.as_bytes() == *wanted),
        Err(_) => false,
    }
}
