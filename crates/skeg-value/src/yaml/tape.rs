//! The recorded part of a document: anchored nodes, to be played again where an alias means them.

use std::collections::HashMap;

use super::error::{Fault, Scan};
use super::parser::{Event, Say};

/// An event with what the tape knows of it.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) event: Event,
    /// Index on the tape, for events that are on it.
    pub(super) index: Option<u32>,
    /// For aliases: the index of the node that is meant.
    pub(super) target: u32,
    /// Index after the last event of the node; `OPEN` while that is unknown.
    pub(super) end: u32,
}

pub(super) const OPEN: u32 = u32::MAX;

/// The anchored nodes so far, as recorded events to be played again.
#[derive(Default)]
pub(super) struct Tape<'t> {
    pub(super) steps: Vec<Step>,
    anchors: HashMap<&'t [u8], u32>,
    /// Recorded collections that have not ended; recording goes on while there are any.
    pub(super) open: Vec<u32>,
}

impl<'t> Tape<'t> {
    /// Sees an event of the parser: resolves an alias, and records what an anchor or a merge may want again.
    pub(super) fn see(&mut self, event: Event, text: &'t [u8], wanted: bool) -> Scan<Step> {
        let mut step = Step {
            event,
            index: None,
            target: 0,
            end: OPEN,
        };
        let name = event.anchor_name(text);
        if let (Say::Alias, Some(name)) = (event.say, name) {
            let Some(&target) = self.anchors.get(name) else {
                let name = String::from_utf8_lossy(name);
                return Err(Fault::decoder(format!("unknown anchor '{name}' referenced")));
            };
            step.target = target;
            if self.open.is_empty() {
                return Ok(step);
            }
        } else if name.is_none() && self.open.is_empty() && !wanted {
            return Ok(step);
        }
        let index = self.steps.len() as u32;
        step.index = Some(index);
        if let (Some(name), true) = (name, event.say != Say::Alias) {
            self.anchors.insert(name, index);
        }
        match event.say {
            Say::SequenceStart | Say::MappingStart => self.open.push(index),
            Say::SequenceEnd | Say::MappingEnd => {
                if let Some(start) = self.open.pop() {
                    self.steps[start as usize].end = index + 1;
                }
                step.end = index + 1;
            }
            _ => step.end = index + 1,
        }
        self.steps.push(step);
        Ok(step)
    }
}

/// Events to be played again before the parser goes on.
pub(super) enum Replay {
    Node {
        at: u32,
        end: u32,
        alias: Option<u32>,
        is_alias: bool,
    },
    /// The items of a list after `<<`, by their first events; the last one is merged first.
    MergeItems(Vec<u32>),
}
