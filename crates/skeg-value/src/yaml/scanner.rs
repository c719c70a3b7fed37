//! From text to tokens, with YAML 1.1's rules of indentation and implicit ("simple") keys as go-yaml v2 has them.
//!
//! A key is recognised only when its `:` is met, so tokens wait in a queue as long as the first of them may still turn
//! out to be one. The odd corners (a key that fell out of the waiting list, `[]: x` at the top) are the reference's.

mod properties;
mod quick;

use std::collections::VecDeque;

use super::chars;
use super::cursor::Cursor;
use super::error::{Fault, Scan};
use super::input::Pages;
use super::scalar::{self, Scalar, Style};
pub(super) use properties::escaped_character;
pub(super) use quick::{Found, Here};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
}

/// A token: its kind and place, and the scalar if it is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// 0-based line of the start.
    pub(super) line: u32,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) scalar: Scalar,
}

/// A place where an implicit key may have begun.
#[derive(Clone, Copy, Debug, Default)]
struct Candidate {
    possible: bool,
    /// In block context at the current indentation nothing but a key may stand.
    required: bool,
    /// Whether the queue waits for this candidate when its token is the next one.
    awaited: bool,
    token: usize,
    line: u32,
    at: usize,
    column: i32,
}

/// How deep brackets and indentation may go.
const MAX_DEPTH: usize = 10000;
/// How many characters may stand between the start of an implicit key and its colon.
const MAX_KEY: usize = 1024;

/// The scanner of one text.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    cursor: Cursor<'t>,
    /// How many brackets are open.
    flow: usize,
    indent: i32,
    indents: Vec<i32>,
    key_allowed: bool,
    /// One for the block context and one for each open bracket.
    candidates: Vec<Candidate>,
    queue: VecDeque<Token>,
    taken: usize,
    ready: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t [u8], pages: Option<Pages>) -> Self {
        Scanner {
            cursor: Cursor::new(text, pages),
            flow: 0,
            indent: -1,
            indents: Vec::new(),
            key_allowed: true,
            candidates: vec![Candidate::default()],
            queue: VecDeque::with_capacity(8),
            taken: 0,
            ready: false,
        }
    }

    /// The text.
    pub(super) fn text(&self) -> &'t [u8] {
        self.cursor.text
    }

    /// Reads as much as opening the stream does.
    pub(super) fn open(&mut self) -> Scan<()> {
        self.cursor.need(1)
    }

    /// The next token, which stays.
    #[inline(always)]
    pub(super) fn peek(&mut self) -> Scan<&Token> {
        if !self.ready {
            self.fill()?;
        }
        Ok(&self.queue[0])
    }

    /// Removes the token that [`Scanner::peek`] showed.
    #[inline(always)]
    pub(super) fn skip(&mut self) {
        self.ready = false;
        self.taken += 1;
        self.queue.pop_front();
    }

    /// Scans until the first token of the queue is certain.
    #[inline(never)]
    fn fill(&mut self) -> Scan<()> {
        while self.queue.is_empty() || self.first_may_be_key()? {
            self.fetch()?;
        }
        self.ready = true;
        Ok(())
    }

    /// Whether the first token of the queue may yet turn out to begin an implicit key.
    #[inline(always)]
    fn first_may_be_key(&mut self) -> Scan<bool> {
        let index = match self.candidates.len() {
            1 => 0,
            _ => self
                .candidates
                .partition_point(|candidate| candidate.token < self.taken),
        };
        match self.candidates.get(index) {
            Some(candidate) if candidate.awaited && candidate.token == self.taken => self.still_possible(index),
            _ => Ok(false),
        }
    }

    /// Whether a candidate can still be a key here; gives it up if not.
    #[inline(always)]
    fn still_possible(&mut self, index: usize) -> Scan<bool> {
        let candidate = &mut self.candidates[index];
        if !candidate.possible {
            return Ok(false);
        }
        if candidate.line < self.cursor.line || too_far(self.cursor.text, candidate.at, self.cursor.at) {
            if candidate.required {
                return Err(self.missing_colon());
            }
            candidate.possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    #[cold]
    fn missing_colon(&self) -> Box<Fault> {
        self.cursor.fault("could not find expected ':'")
    }

    /// Notes that an implicit key may begin here.
    #[inline(always)]
    fn note_candidate(&mut self) -> Scan<()> {
        if !self.key_allowed {
            return Ok(());
        }
        self.drop_candidate()?;
        let column = self.cursor.column();
        let last = self.candidates.len() - 1;
        self.candidates[last] = Candidate {
            possible: true,
            required: self.flow == 0 && self.indent == column,
            awaited: true,
            token: self.taken + self.queue.len(),
            line: self.cursor.line,
            at: self.cursor.at,
            column,
        };
        Ok(())
    }

    /// Gives up the candidate of this bracket level.
    #[inline(always)]
    fn drop_candidate(&mut self) -> Scan<()> {
        let last = self.candidates.len() - 1;
        let candidate = &mut self.candidates[last];
        if candidate.possible {
            if candidate.required {
                return Err(self.missing_colon());
            }
            candidate.possible = false;
            candidate.awaited = false;
        }
        Ok(())
    }

    #[inline(always)]
    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let (line, start, end) = (self.cursor.line, start as u32, end as u32);
        self.queue.push_back(Token {
            kind,
            line,
            start,
            end,
            scalar: Scalar::EMPTY,
        });
    }

    /// Takes an indicator of some bytes as a token.
    #[inline(always)]
    fn push_indicator(&mut self, kind: Kind, length: usize) {
        let start = self.cursor.at;
        self.cursor.at += length;
        self.push(kind, start, start + length);
    }

    /// Puts a token before the one with this number, or last where that one has been taken already.
    fn insert(&mut self, number: Option<usize>, token: Token) {
        match number.and_then(|number| number.checked_sub(self.taken)) {
            Some(index) => self.queue.insert(index.min(self.queue.len()), token),
            None => self.queue.push_back(token),
        }
    }

    /// Opens a block collection if the column is further right than the indentation.
    #[inline(always)]
    fn indent_to(&mut self, column: i32, number: Option<usize>, token: Token) -> Scan<()> {
        if self.flow > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_DEPTH {
            return Err(self.cursor.fault(format!("exceeded max depth of {MAX_DEPTH}")));
        }
        self.insert(number, token);
        Ok(())
    }

    /// Closes the block collections that are further right than the column.
    #[inline(always)]
    fn unindent_to(&mut self, column: i32) {
        if self.flow > 0 {
            return;
        }
        while self.indent > column {
            self.push(Kind::BlockEnd, self.cursor.at, self.cursor.at);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// The token that opens a block collection at a place.
    fn opener(&self, kind: Kind, line: u32, at: usize) -> Token {
        Token {
            kind,
            line,
            start: at as u32,
            end: at as u32,
            scalar: Scalar::EMPTY,
        }
    }

    /// Goes over white space, line breaks and comments.
    #[inline(always)]
    fn skip_to_token(&mut self) -> Scan<()> {
        let text = self.cursor.text;
        loop {
            self.cursor.need(1)?;
            self.cursor.skip_mark();
            self.cursor.need(1)?;
            let tabs = self.flow > 0 || !self.key_allowed;
            let from = self.cursor.at;
            let mut at = from;
            loop {
                match chars::byte(text, at) {
                    b' ' => at += 1,
                    b'\t' if tabs => at += 1,
                    _ => break,
                }
            }
            if chars::byte(text, at) == b'#' {
                at = chars::line_end(text, at);
            }
            self.cursor.at = at;
            self.cursor.went(from, 1)?;
            if chars::break_len(text, at) == 0 {
                return Ok(());
            }
            self.cursor.need(2)?;
            self.cursor.take_break();
            if self.flow == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// Scans at least one token.
    fn fetch(&mut self) -> Scan<()> {
        self.cursor.need(1)?;
        self.skip_to_token()?;
        let column = self.cursor.column();
        self.unindent_to(column);
        self.cursor.need(4)?;
        let first = self.cursor.byte();
        if column == 0 {
            if first == b'%' {
                return self.directive();
            }
            if self.cursor.at_document_mark() {
                let kind = if first == b'-' {
                    Kind::DocumentStart
                } else {
                    Kind::DocumentEnd
                };
                self.unindent_to(-1);
                self.drop_candidate()?;
                self.key_allowed = false;
                self.push_indicator(kind, 3);
                return Ok(());
            }
        }
        let in_flow = self.flow > 0;
        match first {
            0 => self.stream_end(),
            b'[' => self.open_bracket(Kind::FlowSequenceStart),
            b'{' => self.open_bracket(Kind::FlowMappingStart),
            b']' => self.close_bracket(Kind::FlowSequenceEnd),
            b'}' => self.close_bracket(Kind::FlowMappingEnd),
            b',' => {
                self.drop_candidate()?;
                self.key_allowed = true;
                self.push_indicator(Kind::FlowEntry, 1);
                Ok(())
            }
            b'-' if self.cursor.blankz_at(1) => self.block_entry(column),
            b'?' if in_flow || self.cursor.blankz_at(1) => self.explicit_key(column),
            b':' if in_flow || self.cursor.blankz_at(1) => self.value(column),
            b'*' => self.anchor(Kind::Alias),
            b'&' => self.anchor(Kind::Anchor),
            b'!' => self.tag(),
            b'|' if !in_flow => self.block_scalar(Style::Literal),
            b'>' if !in_flow => self.block_scalar(Style::Folded),
            b'\'' => self.quoted_scalar(Style::SingleQuoted),
            b'"' => self.quoted_scalar(Style::DoubleQuoted),
            b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' | b'#' => Err(self.no_token()),
            _ => self.plain_scalar(),
        }
    }

    #[cold]
    fn no_token(&self) -> Box<Fault> {
        self.cursor.fault("found character that cannot start any token")
    }

    fn stream_end(&mut self) -> Scan<()> {
        self.cursor.force_new_line();
        self.unindent_to(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        self.push(Kind::StreamEnd, self.cursor.at, self.cursor.at);
        Ok(())
    }

    fn open_bracket(&mut self, kind: Kind) -> Scan<()> {
        self.note_candidate()?;
        self.candidates.push(Candidate {
            token: self.taken + self.queue.len(),
            ..Candidate::default()
        });
        self.flow += 1;
        if self.flow > MAX_DEPTH {
            return Err(self.cursor.fault(format!("exceeded max depth of {MAX_DEPTH}")));
        }
        self.key_allowed = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn close_bracket(&mut self, kind: Kind) -> Scan<()> {
        self.drop_candidate()?;
        if self.flow > 0 {
            self.flow -= 1;
            // Between brackets that held no key the level still has the number of its bracket, and the reference then
            // forgets to wait for the bracket as a key (though it stays one).
            if let (Some(inner), Some(outer)) = (self.candidates.pop(), self.candidates.last_mut())
                && inner.token == outer.token
            {
                outer.awaited = false;
            }
        }
        self.key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn block_entry(&mut self, column: i32) -> Scan<()> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(self
                    .cursor
                    .fault("block sequence entries are not allowed in this context"));
            }
            let opener = self.opener(Kind::BlockSequenceStart, self.cursor.line, self.cursor.at);
            self.indent_to(column, None, opener)?;
        }
        self.drop_candidate()?;
        self.key_allowed = true;
        self.push_indicator(Kind::BlockEntry, 1);
        Ok(())
    }

    fn explicit_key(&mut self, column: i32) -> Scan<()> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(self.cursor.fault("mapping keys are not allowed in this context"));
            }
            let opener = self.opener(Kind::BlockMappingStart, self.cursor.line, self.cursor.at);
            self.indent_to(column, None, opener)?;
        }
        self.drop_candidate()?;
        self.key_allowed = self.flow == 0;
        self.push_indicator(Kind::Key, 1);
        Ok(())
    }

    fn value(&mut self, column: i32) -> Scan<()> {
        let last = self.candidates.len() - 1;
        if self.still_possible(last)? {
            let key = self.candidates[last];
            self.candidates[last].possible = false;
            self.candidates[last].awaited = false;
            self.insert(Some(key.token), self.opener(Kind::Key, key.line, key.at));
            let opener = self.opener(Kind::BlockMappingStart, key.line, key.at);
            self.indent_to(key.column, Some(key.token), opener)?;
            self.key_allowed = false;
        } else {
            if self.flow == 0 {
                if !self.key_allowed {
                    return Err(self.cursor.fault("mapping values are not allowed in this context"));
                }
                let opener = self.opener(Kind::BlockMappingStart, self.cursor.line, self.cursor.at);
                self.indent_to(column, None, opener)?;
            }
            self.key_allowed = self.flow == 0;
        }
        self.push_indicator(Kind::Value, 1);
        Ok(())
    }

    fn block_scalar(&mut self, style: Style) -> Scan<()> {
        self.drop_candidate()?;
        self.key_allowed = true;
        let (line, start) = (self.cursor.line, self.cursor.at as u32);
        let (scalar, end) = scalar::scan_block(&mut self.cursor, self.indent, style)?;
        self.queue.push_back(Token {
            kind: Kind::Scalar,
            line,
            start,
            end: end as u32,
            scalar,
        });
        Ok(())
    }

    fn quoted_scalar(&mut self, style: Style) -> Scan<()> {
        self.note_candidate()?;
        self.key_allowed = false;
        let (line, start) = (self.cursor.line, self.cursor.at as u32);
        let scalar = scalar::scan_quoted(&mut self.cursor, style)?;
        self.queue.push_back(Token {
            kind: Kind::Scalar,
            line,
            start,
            end: self.cursor.at as u32,
            scalar,
        });
        Ok(())
    }

    #[inline(always)]
    fn plain_scalar(&mut self) -> Scan<()> {
        self.note_candidate()?;
        self.key_allowed = false;
        let (line, start) = (self.cursor.line, self.cursor.at as u32);
        let (scalar, end, break_follows) = scalar::scan_plain(&mut self.cursor, self.indent + 1, self.flow > 0)?;
        if break_follows {
            self.key_allowed = true;
        }
        self.queue.push_back(Token {
            kind: Kind::Scalar,
            line,
            start,
            end: end as u32,
            scalar,
        });
        Ok(())
    }
}

/// Whether a place is more characters away than a key may be long.
#[inline(always)]
fn too_far(text: &[u8], from: usize, to: usize) -> bool {
    to - from > MAX_KEY && text[from..to].iter().filter(|&&b| b & 0xC0 != 0x80).count() > MAX_KEY
}
