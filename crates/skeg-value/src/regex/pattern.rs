//! Compiled patterns: the cache, searching, and Go's rules for what counts as the next match.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use regex_automata::Input;
use regex_automata::nfa::thompson::backtrack::{self, BoundedBacktracker};
use regex_automata::nfa::thompson::pikevm::{self, PikeVM};
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::util::primitives::NonMaxUsize;

use super::first_rune;
use super::translate::{Translation, translate};
use crate::string::Str;

/// Compiled patterns that are kept; a chart that makes more of them from data starts over.
const MAX_CACHED: usize = 1000;
/// The largest automaton, in bytes, before a pattern counts as too large.
const MAX_AUTOMATON: usize = 1 << 26;

thread_local! {
    static CACHE: RefCell<HashMap<Str, Result<Rc<Pattern>, String>>> = RefCell::default();
}

/// The compiled form of a Go pattern, from the cache where it was used before.
///
/// # Errors
/// Go's text, `error parsing regexp: …`.
pub fn compiled(source: &Str) -> Result<Rc<Pattern>, String> {
    CACHE.with(|cache| {
        if let Some(known) = cache.borrow().get(source) {
            return known.clone();
        }
        let pattern = Pattern::new(source).map(Rc::new);
        let mut cache = cache.borrow_mut();
        if cache.len() >= MAX_CACHED {
            cache.clear();
        }
        cache.insert(source.clone(), pattern.clone());
        pattern
    })
}

/// The memory for marking where backtracking has been, in bytes. Texts that need more go to the other engine.
const MAX_VISITED: usize = 32 << 10;

/// A pattern that is ready to search.
///
/// Charts search short texts, mostly once: a small automaton that is built quickly and walked with backtracking beats
/// one that would be faster on long texts. Backtracking is bounded, so both engines take linear time.
pub struct Pattern {
    backtracker: BoundedBacktracker,
    backtracker_cache: RefCell<backtrack::Cache>,
    /// For texts that are too long for the backtracker; made when the first of them comes.
    long: OnceCell<(PikeVM, RefCell<pikevm::Cache>)>,
    /// The names of the groups, the whole match first; a name may come twice.
    names: Vec<Option<String>>,
}

/// The byte ranges of the whole match and of each group.
pub type Groups = Vec<Option<Range<usize>>>;

/// A text to search in. The engine wants UTF-8; Go reads each invalid byte as U+FFFD, and so does the engine here.
pub struct Subject<'a> {
    text: Cow<'a, [u8]>,
    /// Where each byte of `text` (and its end) stands in the original; empty where both are the same.
    positions: Vec<usize>,
}

impl<'a> Subject<'a> {
    /// A text, its invalid bytes (if any) read as U+FFFD.
    pub fn new(original: &'a [u8]) -> Self {
        if std::str::from_utf8(original).is_ok() {
            return Subject {
                text: Cow::Borrowed(original),
                positions: Vec::new(),
            };
        }
        let (mut text, mut positions) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < original.len() {
            let (c, length) = first_rune(&original[at..]);
            let mut buffer = [0; 4];
            let encoded = c.encode_utf8(&mut buffer).as_bytes();
            text.extend_from_slice(encoded);
            positions.extend(encoded.iter().map(|_| at));
            at += length;
        }
        positions.push(at);
        Subject {
            text: Cow::Owned(text),
            positions,
        }
    }

    /// A range of the searched text as a range of the original.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        match self.positions.as_slice() {
            [] => range,
            positions => positions[range.start]..positions[range.end],
        }
    }

    /// The length of the character at a position, 0 at the end.
    fn width(&self, at: usize) -> usize {
        first_rune(&self.text[at..]).1
    }
}

impl Pattern {
    /// Compiles a pattern, past the cache.
    ///
    /// # Errors
    /// Go's text, `error parsing regexp: …`.
    pub fn new(source: &[u8]) -> Result<Pattern, String> {
        let Translation { hir, names } = translate(source).map_err(|error| error.to_string())?;
        let too_large = |_| {
            format!(
                "error parsing regexp: expression too large: `{}`",
                String::from_utf8_lossy(source)
            )
        };
        let config = thompson::Config::new().nfa_size_limit(Some(MAX_AUTOMATON));
        let nfa = NFA::compiler()
            .configure(config)
            .build_from_hir(&hir)
            .map_err(too_large)?;
        let backtracker = BoundedBacktracker::builder()
            .configure(BoundedBacktracker::config().visited_capacity(MAX_VISITED))
            .build_from_nfa(nfa)
            .map_err(too_large)?;
        let backtracker_cache = RefCell::new(backtracker.create_cache());
        Ok(Pattern {
            backtracker,
            backtracker_cache,
            long: OnceCell::new(),
            names,
        })
    }

    /// Fills in where the match and its groups begin and end, two slots each; false where there is no match.
    fn search(&self, input: &Input<'_>, slots: &mut [Option<NonMaxUsize>]) -> bool {
        let mut cache = self.backtracker_cache.borrow_mut();
        if let Ok(found) = self.backtracker.try_search_slots(&mut cache, input, slots) {
            return found.is_some();
        }
        let (engine, cache) = self.long.get_or_init(|| {
            let nfa = self.backtracker.get_nfa().clone();
            let engine = PikeVM::new_from_nfa(nfa).expect("the other engine took the same automaton");
            let cache = RefCell::new(engine.create_cache());
            (engine, cache)
        });
        engine.search_slots(&mut cache.borrow_mut(), input, slots).is_some()
    }

    /// Whether the pattern matches somewhere.
    pub fn is_match(&self, subject: &Subject<'_>) -> bool {
        self.search(&Input::new(&*subject.text).earliest(true), &mut [])
    }

    /// The first match at or after a position, as a range of the searched text.
    pub fn find_at(&self, subject: &Subject<'_>, at: usize) -> Option<Range<usize>> {
        let mut slots = [None; 2];
        self.search(&Input::new(&*subject.text).range(at..), &mut slots);
        range_of(&slots)
    }

    /// The matches that do not overlap, as ranges of the original; at most `limit`, all for a negative limit. An empty
    /// match right after another match does not count.
    pub fn find_all(&self, text: &[u8], limit: i64) -> Vec<Range<usize>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let subject = Subject::new(text);
        let mut found = Vec::new();
        let (mut at, mut previous_end) = (0, None);
        while found.len() < limit && at <= subject.text.len() {
            let Some(range) = self.find_at(&subject, at) else { break };
            let adjacent = range.end == at && previous_end == Some(range.start);
            at = if range.end == at {
                at + subject.width(at).max(1)
            } else {
                range.end
            };
            previous_end = Some(range.end);
            if !adjacent {
                found.push(subject.original(range));
            }
        }
        found
    }

    /// The text with every match replaced by what `replace` appends; it gets the groups only if asked for.
    pub fn replace_all(&self, text: &[u8], with_groups: bool, replace: impl Fn(&mut Vec<u8>, &Groups)) -> Vec<u8> {
        let subject = Subject::new(text);
        let mut slots = vec![None; 2 * if with_groups { self.names.len() } else { 1 }];
        let mut out = Vec::new();
        let mut groups = Groups::new();
        let (mut at, mut last_end) = (0, 0);
        while at <= subject.text.len() {
            slots.fill(None);
            self.search(&Input::new(&*subject.text).range(at..), &mut slots);
            let Some(found) = range_of(&slots[..2]) else { break };
            out.extend_from_slice(&text[subject.original(last_end..found.start)]);
            // Not for an empty match right after another one.
            if found.end > last_end || found.start == 0 {
                groups.clear();
                groups.extend(
                    slots
                        .chunks(2)
                        .map(|pair| range_of(pair).map(|range| subject.original(range))),
                );
                replace(&mut out, &groups);
            }
            last_end = found.end;
            at = (at + subject.width(at).max(1)).max(found.end);
        }
        out.extend_from_slice(&text[subject.original(last_end..subject.text.len())]);
        out
    }

    /// The names of the groups, the whole match (which has none) first; a name may come twice.
    pub fn names(&self) -> &[Option<String>] {
        &self.names
    }
}

/// The range that two slots stand for.
fn range_of(slots: &[Option<NonMaxUsize>]) -> Option<Range<usize>> {
    match slots {
        [Some(start), Some(end)] => Some(start.get()..end.get()),
        _ => None,
    }
}
