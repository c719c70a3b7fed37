//! From events to nodes: anchors and aliases, merge keys, and the limit on what aliases may blow up to.
//!
//! What the nodes are is up to a [`Build`]. Nested collections live on an explicit stack, so depth costs memory, not
//! stack. The reference decodes after it has parsed everything; here both happen at once, so a decode error is kept
//! back until the rest of the document is known to parse.

use std::collections::HashMap;

use super::error::{Fault, Scan};
use super::events::Events;
use super::parser::{Event, Say};
use super::resolve::{self, Meaning};
use super::tape::{OPEN, Replay, Step, Tape};

/// Makes nodes.
pub(super) trait Build {
    type Key: Clone;
    type Node: Clone;

    /// A scalar as a value.
    fn scalar(&mut self, meaning: Meaning, text: &[u8]) -> Result<Self::Node, Stop>;
    /// A scalar as a key.
    fn key(&mut self, meaning: Meaning, text: &[u8]) -> Result<Self::Key, Stop>;
    /// A list or map as a key, which is never allowed.
    fn collection_key(&mut self, node: Self::Node) -> Stop;
    /// A list. `depth` counts the collections around it and itself.
    fn list(&mut self, items: std::vec::Drain<'_, Self::Node>, depth: usize) -> Result<Self::Node, Stop>;
    /// A map of entries in the order in which they were set; of equal keys the last one counts.
    fn map(
        &mut self,
        entries: std::vec::Drain<'_, Entry<Self::Key, Self::Node>>,
        depth: usize,
    ) -> Result<Self::Node, Stop>;
}

/// A map entry and when it was set.
pub(super) struct Entry<K, V> {
    pub(super) key: K,
    pub(super) value: V,
    /// 0-based line of the value.
    pub(super) line: u32,
    /// The how-manieth entry of the document it is.
    pub(super) order: u32,
}

/// Why decoding cannot go on.
#[derive(Debug)]
pub(super) enum Stop {
    /// Go's message, without `yaml: `.
    Decode(String),
    /// The builder cannot express this document; the exact one can.
    Unsupported,
}

/// Why there is no result.
#[derive(Debug)]
pub(super) enum Failure {
    Fault(Box<Fault>),
    Unsupported,
}

enum Halt {
    Fault(Box<Fault>),
    Stop(Stop),
}

impl From<Box<Fault>> for Halt {
    fn from(fault: Box<Fault>) -> Self {
        Halt::Fault(fault)
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Halt::Stop(stop)
    }
}

fn refuse<T>(problem: impl Into<String>) -> Result<T, Halt> {
    Err(Halt::Stop(Stop::Decode(problem.into())))
}

const NOT_A_MAP: &str = "map merge requires map or sequence of maps as the value";

enum Frame<K> {
    List { start: usize },
    Map(MapFrame<K>),
}

struct MapFrame<K> {
    start: usize,
    key: Option<K>,
    /// Whether the key was `<<` and the value is to be merged.
    merge: bool,
    /// Whether this map's entries go to the map around it.
    merged: bool,
    line: u32,
}

/// Composes the first document of a text.
pub(super) struct Composer<'t, B: Build> {
    events: Events<'t>,
    text: &'t [u8],
    build: B,
    frames: Vec<Frame<B::Key>>,
    nodes: Vec<B::Node>,
    entries: Vec<Entry<B::Key, B::Node>>,
    tape: Tape<'t>,
    replays: Vec<Replay>,
    buffer: Vec<u8>,
    /// Long scalars that were played again, by their index on the tape: aliases share them.
    long_keys: HashMap<u32, B::Key>,
    long_values: HashMap<u32, B::Node>,
    /// Collections around the current place, as JSON will count them.
    depth: usize,
    set: u32,
    decoded: usize,
    decoded_by_alias: usize,
    alias_depth: usize,
    /// Whether the event being handled is the first of an alias's target.
    through_alias: bool,
}

/// The share of decoded nodes that may come from aliases.
fn allowed_alias_share(decoded: usize) -> f64 {
    const LOW: usize = 400_000;
    const HIGH: usize = 4_000_000;
    let above = decoded.saturating_sub(LOW).min(HIGH - LOW);
    0.99 - 0.89 * (above as f64 / (HIGH - LOW) as f64)
}

impl<'t, B: Build> Composer<'t, B> {
    pub(super) fn new(text: &'t [u8], events: Events<'t>, build: B) -> Self {
        Composer {
            events,
            text,
            build,
            frames: Vec::new(),
            nodes: Vec::new(),
            entries: Vec::new(),
            tape: Tape::default(),
            replays: Vec::new(),
            buffer: Vec::new(),
            long_keys: HashMap::new(),
            long_values: HashMap::new(),
            depth: 0,
            set: 0,
            decoded: 0,
            decoded_by_alias: 0,
            alias_depth: 0,
            through_alias: false,
        }
    }

    /// The document's node, or none where there is no document; and the builder.
    pub(super) fn compose(mut self) -> Result<(Option<B::Node>, B), Failure> {
        match self.run() {
            Ok(()) => Ok((self.nodes.pop(), self.build)),
            Err(Halt::Fault(fault)) => Err(Failure::Fault(fault)),
            Err(Halt::Stop(Stop::Unsupported)) => Err(Failure::Unsupported),
            Err(Halt::Stop(Stop::Decode(problem))) => match self.drain() {
                Ok(()) => Err(Failure::Fault(Fault::decoder(problem))),
                Err(fault) => Err(Failure::Fault(fault)),
            },
        }
    }

    /// Parses what is left of the document.
    fn drain(&mut self) -> Scan<()> {
        while !matches!(self.live(false)?.event.say, Say::DocumentEnd | Say::StreamEnd) {}
        Ok(())
    }

    fn run(&mut self) -> Result<(), Halt> {
        loop {
            let step = if self.replays.is_empty() {
                self.live(false)?
            } else {
                match self.replayed()? {
                    Some(step) => step,
                    None => continue,
                }
            };
            match step.event.say {
                Say::Scalar => self.scalar(&step)?,
                Say::SequenceStart => self.sequence_start(&step)?,
                Say::MappingStart => self.mapping_start(&step.event)?,
                Say::SequenceEnd | Say::MappingEnd => self.end()?,
                Say::Alias => self.alias(&step)?,
                Say::DocumentStart => self.count()?,
                Say::DocumentEnd | Say::StreamEnd => return Ok(()),
            }
        }
    }

    /// The parser's next event. `wanted`: it must be recorded.
    #[inline(always)]
    fn live(&mut self, wanted: bool) -> Scan<Step> {
        let event = self.events.next_event()?;
        if event.anchor.is_none() && self.tape.open.is_empty() && !wanted {
            return Ok(Step {
                event,
                index: None,
                target: 0,
                end: OPEN,
            });
        }
        self.tape.see(event, self.text, wanted)
    }

    /// The next event to be played again; none where a replay has just ended.
    fn replayed(&mut self) -> Result<Option<Step>, Halt> {
        match self.replays.last_mut() {
            Some(Replay::Node { at, end, is_alias, .. }) => {
                let recorded = self.tape.steps.len() as u32;
                if *at < (*end).min(recorded) {
                    *at += 1;
                    return Ok(Some(self.tape.steps[*at as usize - 1]));
                }
                self.alias_depth -= usize::from(*is_alias);
                self.replays.pop();
            }
            Some(Replay::MergeItems(items)) => match items.pop() {
                None => {
                    self.replays.pop();
                }
                Some(at) => {
                    let item = self.tape.steps[at as usize];
                    let node = match item.event.say {
                        Say::Alias => self.tape.steps[item.target as usize].event.say,
                        say => say,
                    };
                    if node != Say::MappingStart {
                        return refuse(NOT_A_MAP);
                    }
                    if let Some(Frame::Map(map)) = self.frames.last_mut() {
                        map.merge = true;
                    }
                    self.replays.push(Replay::Node {
                        at,
                        end: item.end,
                        alias: None,
                        is_alias: false,
                    });
                }
            },
            None => {}
        }
        Ok(None)
    }

    /// Counts a decoded node; refuses when too many of them come from aliases.
    #[inline(always)]
    fn count(&mut self) -> Result<(), Halt> {
        self.decoded += 1;
        if self.alias_depth > 0 {
            self.decoded_by_alias += 1;
        }
        if self.decoded_by_alias > 100
            && self.decoded > 1000
            && self.decoded_by_alias as f64 / self.decoded as f64 > allowed_alias_share(self.decoded)
        {
            return refuse("document contains excessive aliasing");
        }
        Ok(())
    }

    #[inline(always)]
    fn scalar(&mut self, step: &Step) -> Result<(), Halt> {
        let through_alias = std::mem::take(&mut self.through_alias);
        if let Some(Frame::Map(map)) = self.frames.last_mut() {
            if map.merge {
                return refuse(NOT_A_MAP);
            }
            if map.key.is_none() {
                if !through_alias && step.event.is_merge_key(self.text) {
                    map.merge = true;
                    return Ok(());
                }
                self.count()?;
                let key = self.key(step)?;
                if let Some(Frame::Map(map)) = self.frames.last_mut() {
                    map.key = Some(key);
                }
                return Ok(());
            }
            if !through_alias {
                map.line = step.event.line;
            }
        }
        self.count()?;
        let node = self.value(step)?;
        self.attach(node)
    }

    #[inline(always)]
    fn key(&mut self, step: &Step) -> Result<B::Key, Halt> {
        let shared = self.shared_index(step);
        if let Some(key) = shared.and_then(|index| self.long_keys.get(&index)) {
            return Ok(key.clone());
        }
        let text = step.event.scalar.text(self.text, &mut self.buffer);
        let meaning = resolve::meaning(&step.event, text).map_err(Stop::Decode)?;
        let key = self.build.key(meaning, text)?;
        if let Some(index) = shared {
            self.long_keys.insert(index, key.clone());
        }
        Ok(key)
    }

    #[inline(always)]
    fn value(&mut self, step: &Step) -> Result<B::Node, Halt> {
        let shared = self.shared_index(step);
        if let Some(node) = shared.and_then(|index| self.long_values.get(&index)) {
            return Ok(node.clone());
        }
        let text = step.event.scalar.text(self.text, &mut self.buffer);
        let meaning = resolve::meaning(&step.event, text).map_err(Stop::Decode)?;
        let node = self.build.scalar(meaning, text)?;
        if let Some(index) = shared {
            self.long_values.insert(index, node.clone());
        }
        Ok(node)
    }

    /// The index under which a long scalar is shared between the aliases that mean it: a short document with many
    /// aliases must not need memory for as many copies.
    #[inline(always)]
    fn shared_index(&self, step: &Step) -> Option<u32> {
        const LONG: u32 = 64;
        if self.replays.is_empty() || step.event.end - step.event.start < LONG {
            None
        } else {
            step.index
        }
    }

    /// Notes the line of a value that is not a scalar.
    fn note_line(&mut self, line: u32) {
        let through_alias = std::mem::take(&mut self.through_alias);
        if let (Some(Frame::Map(map)), false) = (self.frames.last_mut(), through_alias) {
            map.line = line;
        }
    }

    /// Whether the map around expects what is to be merged into it.
    fn merging(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Map(MapFrame { merge: true, .. })))
    }

    fn sequence_start(&mut self, step: &Step) -> Result<(), Halt> {
        if self.merging() {
            return self.merge_sequence(step);
        }
        self.note_line(step.event.line);
        self.count()?;
        self.depth += 1;
        self.frames.push(Frame::List {
            start: self.nodes.len(),
        });
        Ok(())
    }

    /// A list after `<<`: read as a whole, because its last item is merged first.
    fn merge_sequence(&mut self, step: &Step) -> Result<(), Halt> {
        let (start, end) = match (step.index, self.replays.last_mut()) {
            (Some(start), Some(Replay::Node { at, .. })) => {
                *at = step.end;
                (start, step.end)
            }
            (index, _) => {
                let start = match index {
                    Some(start) => start,
                    None => self.tape.see(step.event, self.text, true)?.index.unwrap_or(0),
                };
                while self.tape.steps[start as usize].end == OPEN {
                    self.live(true)?;
                }
                (start, self.tape.steps[start as usize].end)
            }
        };
        let mut items = Vec::new();
        let mut at = start + 1;
        while at + 1 < end {
            items.push(at);
            at = self.tape.steps[at as usize].end;
        }
        if let Some(Frame::Map(map)) = self.frames.last_mut() {
            map.merge = false;
        }
        self.replays.push(Replay::MergeItems(items));
        Ok(())
    }

    fn mapping_start(&mut self, event: &Event) -> Result<(), Halt> {
        self.note_line(event.line);
        self.count()?;
        let mut merged = false;
        if let Some(Frame::Map(map)) = self.frames.last_mut() {
            merged = std::mem::take(&mut map.merge);
        }
        self.depth += usize::from(!merged);
        let start = self.entries.len();
        self.frames.push(Frame::Map(MapFrame {
            start,
            key: None,
            merge: false,
            merged,
            line: 0,
        }));
        Ok(())
    }

    fn end(&mut self) -> Result<(), Halt> {
        let node = match self.frames.pop() {
            Some(Frame::List { start }) => self.build.list(self.nodes.drain(start..), self.depth)?,
            // The entries stand behind those of the map around already.
            Some(Frame::Map(map)) if map.merged => return Ok(()),
            Some(Frame::Map(map)) => self.build.map(self.entries.drain(map.start..), self.depth)?,
            None => return Ok(()),
        };
        self.depth -= 1;
        if let Some(Frame::Map(MapFrame { key: None, .. })) = self.frames.last() {
            return Err(self.build.collection_key(node).into());
        }
        self.attach(node)
    }

    /// Puts a finished value into the collection around it.
    #[inline(always)]
    fn attach(&mut self, value: B::Node) -> Result<(), Halt> {
        match self.frames.last_mut() {
            Some(Frame::Map(map)) => {
                if let Some(key) = map.key.take() {
                    self.entries.push(Entry {
                        key,
                        value,
                        line: map.line,
                        order: self.set,
                    });
                    self.set = self.set.wrapping_add(1);
                }
            }
            _ => self.nodes.push(value),
        }
        Ok(())
    }

    fn alias(&mut self, step: &Step) -> Result<(), Halt> {
        let target = self.tape.steps[step.target as usize];
        if self.merging() {
            if target.event.say != Say::MappingStart {
                return refuse(NOT_A_MAP);
            }
        } else {
            self.note_line(step.event.line);
        }
        self.count()?;
        let open = |replay: &Replay| matches!(replay, Replay::Node { alias, .. } if *alias == step.index);
        if step.index.is_some() && self.replays.iter().any(open) {
            let name = String::from_utf8_lossy(step.event.anchor_name(self.text).unwrap_or_default());
            return refuse(format!("anchor '{name}' value contains itself"));
        }
        self.alias_depth += 1;
        self.through_alias = true;
        let (at, end) = (step.target, target.end);
        self.replays.push(Replay::Node {
            at,
            end,
            alias: step.index,
            is_alias: true,
        });
        Ok(())
    }
}
