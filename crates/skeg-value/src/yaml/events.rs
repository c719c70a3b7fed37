//! Where a composer's events come from: a parser, or for long texts a second thread on which one runs ahead.
//!
//! Finding a document's structure takes as long as making values of it, and values belong to one thread. Which way the
//! events come shows in nothing but the time.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::error::{Fault, Scan};
use super::input::Input;
use super::parser::{Event, Parser, Say};

/// Shorter texts are read before a second thread is under way, which other work may want besides.
const LONG: usize = 512 * 1024;

/// Events that are handed over at once, and how often the parser may do so before it waits for the composer.
const BATCH: usize = 1024;
const MOST_BATCHES: usize = 8;

/// Calls `act` with the events of a text.
pub(super) fn with_events<R>(input: &Input<'_>, act: impl FnOnce(Events<'_>) -> R) -> R {
    // What is read page by page has faults that are soon met.
    if input.text.len() < LONG || input.pages.is_some() {
        return act(Events::Here(Parser::new(&input.text, input.pages.clone())));
    }
    let queue = Queue::default();
    thread::scope(|scope| {
        let parse = || queue.fill(Parser::new(&input.text, None));
        match thread::Builder::new().spawn_scoped(scope, parse) {
            Ok(_) => act(Events::There(Remote {
                queue: &queue,
                batch: Vec::new().into_iter(),
                fault: None,
            })),
            // There is no second thread to be had.
            Err(_) => act(Events::Here(Parser::new(&input.text, None))),
        }
    })
}

/// The events of a document.
pub(super) enum Events<'t> {
    Here(Parser<'t>),
    There(Remote<'t>),
}

impl Events<'_> {
    /// The next event. After [`Say::DocumentEnd`] or [`Say::StreamEnd`] nothing follows.
    #[inline(always)]
    pub(super) fn next_event(&mut self) -> Scan<Event> {
        match self {
            Events::Here(parser) => parser.next_event(),
            Events::There(remote) => match remote.batch.next() {
                Some(event) => Ok(event),
                None => remote.next_of_batch(),
            },
        }
    }
}

/// Events that are parsed elsewhere.
pub(super) struct Remote<'t> {
    queue: &'t Queue,
    batch: std::vec::IntoIter<Event>,
    /// What follows the batch.
    fault: Option<Box<Fault>>,
}

impl Remote<'_> {
    #[cold]
    fn next_of_batch(&mut self) -> Scan<Event> {
        loop {
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            let (batch, fault) = self.queue.take();
            (self.batch, self.fault) = (batch.into_iter(), fault);
            if let Some(event) = self.batch.next() {
                return Ok(event);
            }
        }
    }
}

impl Drop for Remote<'_> {
    fn drop(&mut self) {
        self.queue.lock().is_closed = true;
        self.queue.changed.notify_all();
    }
}

/// Events in order, and the fault that comes after them, if one does.
type Batch = (Vec<Event>, Option<Box<Fault>>);

/// Batches on their way from the parser to the composer.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    batches: VecDeque<Batch>,
    /// Whether the composer wants no more.
    is_closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Parses to the end, or until nobody listens.
    fn fill(&self, mut parser: Parser<'_>) {
        loop {
            let mut events = Vec::with_capacity(BATCH);
            let fault = loop {
                match parser.next_event() {
                    Ok(event) => events.push(event),
                    Err(fault) => break Some(fault),
                }
                if events.len() == BATCH || events.last().is_some_and(Event::is_last) {
                    break None;
                }
            };
            let is_last = fault.is_some() || events.last().is_some_and(Event::is_last);
            if !self.put((events, fault)) || is_last {
                return;
            }
        }
    }

    /// Hands a batch over; whether more are wanted.
    fn put(&self, batch: Batch) -> bool {
        let mut state = self.lock();
        while state.batches.len() >= MOST_BATCHES && !state.is_closed {
            state = self.wait(state);
        }
        let was_empty = state.batches.is_empty();
        let is_open = !state.is_closed;
        state.batches.push_back(batch);
        drop(state);
        if was_empty {
            self.changed.notify_all();
        }
        is_open
    }

    fn take(&self) -> Batch {
        let mut state = self.lock();
        loop {
            if let Some(batch) = state.batches.pop_front() {
                let was_full = state.batches.len() + 1 == MOST_BATCHES;
                drop(state);
                if was_full {
                    self.changed.notify_all();
                }
                return batch;
            }
            state = self.wait(state);
        }
    }
}

impl Event {
    /// Whether nothing follows.
    fn is_last(&self) -> bool {
        matches!(self.say, Say::DocumentEnd | Say::StreamEnd)
    }
}

#[cfg(test)]
mod tests {
    use super::{BATCH, LONG};
    use crate::yaml::decode;

    /// Long texts, their errors and what gives up in the middle, beside the same in short.
    #[test]
    fn long_texts_read_as_short_ones() {
        let padding = "a: [1, {b: c}, *x]\n".repeat(BATCH);
        let long = |text: &str| format!("anchor: &x v\n{}{text}", padding.repeat(LONG / padding.len() + 1));
        for text in [
            "z: 1\n",
            "z: 1\n---\ny: 2\n",
            "z: [1\n",
            "z: }\n",
            "z: *unknown\n",
            "? [a]\n: 1\n",
            "z: .inf\n",
        ] {
            let (short, long) = (
                decode(format!("anchor: &x v\na: [1, {{b: c}}, *x]\n{text}").as_bytes()),
                decode(long(text).as_bytes()),
            );
            match (short, long) {
                (Ok(short), Ok(long)) => assert!(short.deep_equal(&long), "{text}"),
                (Err(short), Err(long)) => {
                    let message = |error: String| error.rsplit(": ").next().map(str::to_owned);
                    assert_eq!(message(short.to_string()), message(long.to_string()), "{text}");
                }
                (short, long) => panic!("{text}: {:?} and {:?}", short.is_ok(), long.is_ok()),
            }
        }
    }
}
