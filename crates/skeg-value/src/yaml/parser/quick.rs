//! Events of usual lines, straight from the text: `key: value`, `- item` and what ends with a smaller indentation.
//!
//! A step is taken only where no token waits in the scanner. Either it gives the event that the tokens would have given
//! and leaves the scanner as they would, or nothing but white space has been passed and the tokens decide.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use super::super::error::Scan;
use super::super::scalar::{Scalar, Style};
use super::super::scanner::{Found, Here};
use super::{Event, Parser, Say, State, Tag};

impl Parser<'_> {
    #[inline(always)]
    fn quick_here(&mut self) -> Scan<Option<Here>> {
        if self.is_quick && self.scanner.is_idle() {
            self.scanner.here()
        } else {
            Ok(None)
        }
    }

    /// The next key of a block mapping, or its end.
    #[inline(always)]
    pub(super) fn quick_key(&mut self, first: bool) -> Scan<Option<Event>> {
        if first {
            return Ok(None);
        }
        let Some(here) = self.quick_here()? else {
            return Ok(None);
        };
        match here.side {
            Ordering::Less => {
                self.scanner.close_block();
                self.pop_state();
                Ok(Some(bare(Say::MappingEnd, here, here.at)))
            }
            Ordering::Equal => Ok(self.scanner.take_key().map(|key| {
                self.indicator = (here.line, self.scanner.offset());
                self.state = State::BlockMappingContent;
                scalar(key)
            })),
            Ordering::Greater => Ok(None),
        }
    }

    /// The next item of an indented sequence, or its end.
    #[inline(always)]
    pub(super) fn quick_entry(&mut self, first: bool) -> Scan<Option<Event>> {
        if first {
            return Ok(None);
        }
        let Some(here) = self.quick_here()? else {
            return Ok(None);
        };
        match here.side {
            Ordering::Less => {
                self.scanner.close_block();
                self.pop_state();
                Ok(Some(bare(Say::SequenceEnd, here, here.at)))
            }
            Ordering::Equal if here.is_dash && self.scanner.take_dash() => {
                self.indicator = (here.line, here.at + 1);
                self.block_sequence_content().map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The next item of a sequence that is not indented, or its end.
    #[inline(always)]
    pub(super) fn quick_indentless_entry(&mut self) -> Scan<Option<Event>> {
        let Some(here) = self.quick_here()? else {
            return Ok(None);
        };
        match here.side {
            Ordering::Equal if here.is_dash => {
                if !self.scanner.take_dash() {
                    return Ok(None);
                }
                self.indicator = (here.line, here.at + 1);
                self.indentless_sequence_content().map(Some)
            }
            Ordering::Equal if !self.scanner.is_at_key() => Ok(None),
            Ordering::Less | Ordering::Equal => {
                self.pop_state();
                Ok(Some(bare(Say::SequenceEnd, here, here.at)))
            }
            Ordering::Greater => Ok(None),
        }
    }

    /// What stands behind a `:` or `-`; `next` is the state after it.
    #[inline(always)]
    pub(super) fn quick_content(&mut self, next: State) -> Scan<Option<Event>> {
        let Some(here) = self.quick_here()? else {
            return Ok(None);
        };
        match here.side {
            Ordering::Less => return self.missing(next).map(Some),
            Ordering::Equal if here.is_dash => {
                // Below a key a sequence need not be indented; below a dash this is the next item.
                if !matches!(next, State::BlockMappingKey { .. }) {
                    return self.missing(next).map(Some);
                }
                self.states.push(next);
                self.state = State::IndentlessSequenceEntry;
                return Ok(Some(bare(Say::SequenceStart, here, here.at + 1)));
            }
            Ordering::Equal => {
                let is_key = !matches!(next, State::BlockSequenceEntry { .. }) && self.scanner.is_at_key();
                return if is_key { self.missing(next).map(Some) } else { Ok(None) };
            }
            Ordering::Greater => {}
        }
        if here.is_dash {
            if !self.scanner.open_block() {
                return Ok(None);
            }
            self.states.push(next);
            self.state = State::BlockSequenceEntry { first: false };
            return Ok(Some(bare(Say::SequenceStart, here, here.at)));
        }
        if self.scanner.is_at_key() {
            if !self.scanner.open_block() {
                return Ok(None);
            }
            self.states.push(next);
            self.state = State::BlockMappingKey { first: false };
            return Ok(Some(bare(Say::MappingStart, here, here.at)));
        }
        Ok(self.scanner.take_scalar()?.map(|found| {
            self.state = next;
            scalar(found)
        }))
    }
}

#[inline(always)]
fn bare(say: Say, here: Here, end: u32) -> Event {
    Event {
        say,
        tag: Tag::None,
        plain: true,
        line: here.line,
        start: here.at,
        end,
        anchor: None,
        scalar: Scalar::EMPTY,
    }
}

#[inline(always)]
fn scalar(found: Found) -> Event {
    Event {
        say: Say::Scalar,
        tag: Tag::None,
        plain: found.scalar.style == Style::Plain,
        line: found.line,
        start: found.start,
        end: found.end,
        anchor: None,
        scalar: found.scalar,
    }
}
