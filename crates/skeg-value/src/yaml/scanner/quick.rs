//! What stands here, told from the bytes of one line without making tokens: enough for nearly every line of a manifest.
//!
//! Tokens wait in a queue because a key is known for one only at its colon. Where no token waits, a line of the usual
//! form can be judged at once. Whatever is not of that form is left where it is, for the scanner proper to take, and to
//! find the fault in if there is one; going over white space is the only thing that happens in either case.

use std::cmp::Ordering;

use super::super::chars::{self, BLANK, BREAK, CLASS, COLON, END, WIDE};
use super::super::error::Scan;
use super::super::scalar::{self, Scalar, Style};
use super::{MAX_DEPTH, MAX_KEY, Scanner};

/// The place of a token.
#[derive(Clone, Copy)]
pub(in super::super) struct Here {
    /// 0-based.
    pub(in super::super) line: u32,
    pub(in super::super) at: u32,
    /// Where its column lies from the indentation.
    pub(in super::super) side: Ordering,
    /// Whether it is the `-` of an entry.
    pub(in super::super) is_dash: bool,
}

/// A scalar and its place.
#[derive(Clone, Copy)]
pub(in super::super) struct Found {
    pub(in super::super) scalar: Scalar,
    pub(in super::super) line: u32,
    pub(in super::super) start: u32,
    pub(in super::super) end: u32,
}

/// How one line of a plain scalar ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// At the line's end or the text's.
    Break,
    /// At a `#` behind white space.
    Comment,
    /// At a colon with white space behind it.
    Colon,
    /// At one of the rarer line breaks.
    Other,
}

/// Bytes that may begin a plain scalar whatever follows them, but for those that may begin a rare line break.
static BEGINS_PLAIN: [bool; 256] = begins_plain();

const fn begins_plain() -> [bool; 256] {
    let mut table = [true; 256];
    let others = b"\0 \t\r\n[]{},-?:*&!|>'\"%@`#\xC2\xE2";
    let mut i = 0;
    while i < others.len() {
        table[others[i] as usize] = false;
        i += 1;
    }
    table
}

impl Scanner<'_> {
    /// Whether no token waits, and nothing that was passed may still turn out to be a key.
    #[inline(always)]
    pub(in super::super) fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.flow == 0 && !self.candidates[0].possible
    }

    /// Goes to the next token. None at the end of the text, and where a document might end or begin.
    #[inline(always)]
    pub(in super::super) fn here(&mut self) -> Scan<Option<Here>> {
        self.skip_to_token()?;
        let column = self.cursor.column();
        let first = self.cursor.byte();
        let is_dash = first == b'-' && self.cursor.blankz_at(1);
        if first == 0 || column == 0 && !is_dash && matches!(first, b'-' | b'.' | b'%') {
            return Ok(None);
        }
        Ok(Some(Here {
            line: self.cursor.line,
            at: self.cursor.at as u32,
            side: column.cmp(&self.indent),
            is_dash,
        }))
    }

    /// Ends the innermost block collection.
    #[inline(always)]
    pub(in super::super) fn close_block(&mut self) {
        self.indent = self.indents.pop().unwrap_or(-1);
    }

    /// Begins a block collection at this column, if that is not too deep.
    #[inline(always)]
    pub(in super::super) fn open_block(&mut self) -> bool {
        if !self.key_allowed || self.indents.len() >= MAX_DEPTH {
            return false;
        }
        self.indents.push(self.indent);
        self.indent = self.cursor.column();
        true
    }

    /// Takes the `-` of an entry.
    #[inline(always)]
    pub(in super::super) fn take_dash(&mut self) -> bool {
        self.cursor.at += usize::from(self.key_allowed);
        self.key_allowed
    }

    /// Whether a key and its colon stand here.
    #[inline(always)]
    pub(in super::super) fn is_at_key(&self) -> bool {
        self.key_allowed && self.key().is_some()
    }

    /// Takes the key that stands here, with its colon; the line of that is the key's.
    #[inline(always)]
    pub(in super::super) fn take_key(&mut self) -> Option<Found> {
        if !self.key_allowed {
            return None;
        }
        let (found, colon) = self.key()?;
        self.cursor.at = colon + 1;
        self.key_allowed = false;
        Some(found)
    }

    /// The offset behind what was taken last.
    #[inline(always)]
    pub(in super::super) fn offset(&self) -> u32 {
        self.cursor.at as u32
    }

    /// The key that stands here, and the offset of its colon.
    #[inline(always)]
    fn key(&self) -> Option<(Found, usize)> {
        let text = self.cursor.text;
        let start = self.cursor.at;
        let first = chars::byte(text, start);
        let (style, end, colon) = if BEGINS_PLAIN[first as usize] {
            let (end, at, stop) = plain_line(text, start);
            if stop != Stop::Colon {
                return None;
            }
            (Style::Plain, end, at)
        } else if matches!(first, b'"' | b'\'') {
            let end = quoted_word(text, start, first)?;
            if chars::byte(text, end) != b':' || !chars::is_blankz(text, end + 1) {
                return None;
            }
            let style = if first == b'"' {
                Style::DoubleQuoted
            } else {
                Style::SingleQuoted
            };
            (style, end, end)
        } else {
            return None;
        };
        // Bytes are at least as many as characters.
        if colon - start > MAX_KEY {
            return None;
        }
        let quote = usize::from(style != Style::Plain);
        Some((
            Found {
                scalar: Scalar::of_slice(style, start + quote, end - quote),
                line: self.cursor.line,
                start: start as u32,
                end: end as u32,
            },
            colon,
        ))
    }

    /// Takes the scalar that stands here and is no key.
    #[inline(always)]
    pub(in super::super) fn take_scalar(&mut self) -> Scan<Option<Found>> {
        match self.cursor.byte() {
            first if BEGINS_PLAIN[first as usize] => Ok(self.take_plain()),
            b'-' => Ok(if self.cursor.blankz_at(1) {
                None
            } else {
                self.take_plain()
            }),
            b'"' => self.take_quoted(Style::DoubleQuoted),
            b'\'' => self.take_quoted(Style::SingleQuoted),
            b'|' => self.take_block(Style::Literal),
            b'>' => self.take_block(Style::Folded),
            _ => Ok(None),
        }
    }

    /// A plain scalar of one line.
    #[inline(always)]
    fn take_plain(&mut self) -> Option<Found> {
        let text = self.cursor.text;
        let (line, start) = (self.cursor.line, self.cursor.at);
        let (end, at, stop) = plain_line(text, start);
        match stop {
            Stop::Break => {
                let mut behind = self.cursor.clone();
                behind.at = at;
                while behind.byte() == b' ' || behind.take_break() > 0 {
                    behind.at += usize::from(behind.byte() == b' ');
                }
                // What is further right goes on with the scalar, unless it is a comment.
                let goes_on = behind.column() > self.indent && !matches!(behind.byte(), b'#' | 0);
                if goes_on || behind.byte() == b'\t' {
                    return None;
                }
                self.key_allowed = behind.line > line;
                self.cursor = behind;
            }
            Stop::Comment => {
                self.key_allowed = false;
                self.cursor.at = at;
            }
            Stop::Colon | Stop::Other => return None,
        }
        Some(Found {
            scalar: Scalar::of_slice(Style::Plain, start, end),
            line,
            start: start as u32,
            end: end as u32,
        })
    }

    fn take_quoted(&mut self, style: Style) -> Scan<Option<Found>> {
        let before = self.cursor.clone();
        let scalar = scalar::scan_quoted(&mut self.cursor, style)?;
        if self.key_allowed {
            let mut behind = self.cursor.at;
            while CLASS[chars::byte(self.cursor.text, behind) as usize] & BLANK != 0 {
                behind += 1;
            }
            // It may be a key as long as its line goes on.
            let ends_line = chars::is_breakz(self.cursor.text, behind)
                || behind > self.cursor.at && chars::byte(self.cursor.text, behind) == b'#';
            if !ends_line {
                self.cursor = before;
                return Ok(None);
            }
            self.key_allowed = false;
        }
        Ok(Some(Found {
            scalar,
            line: before.line,
            start: before.at as u32,
            end: self.cursor.at as u32,
        }))
    }

    fn take_block(&mut self, style: Style) -> Scan<Option<Found>> {
        self.key_allowed = true;
        let (line, start) = (self.cursor.line, self.cursor.at as u32);
        let (scalar, end) = scalar::scan_block(&mut self.cursor, self.indent, style)?;
        Ok(Some(Found {
            scalar,
            line,
            start,
            end: end as u32,
        }))
    }
}

/// One line of a plain scalar: the end of its text, the offset of what stops it, and what that is.
#[inline(always)]
fn plain_line(text: &[u8], start: usize) -> (usize, usize, Stop) {
    let mut at = start;
    loop {
        let class = CLASS[chars::byte(text, at) as usize] & (BLANK | BREAK | END | WIDE | COLON);
        if class == 0 {
            at += 1;
        } else if class & BLANK != 0 {
            let end = at;
            while CLASS[chars::byte(text, at) as usize] & BLANK != 0 {
                at += 1;
            }
            match chars::byte(text, at) {
                b'#' => return (end, at, Stop::Comment),
                b':' if chars::is_blankz(text, at + 1) => return (end, at, Stop::Colon),
                b'\n' | b'\r' | 0 => return (end, at, Stop::Break),
                // At the place of a rare line break the next round stops, with an end that nobody asks for.
                _ => {}
            }
        } else if class & COLON != 0 {
            if chars::is_blankz(text, at + 1) {
                return (at, at, Stop::Colon);
            }
            at += 1;
        } else if class & WIDE != 0 {
            if chars::break_len(text, at) > 0 {
                return (at, at, Stop::Other);
            }
            at += chars::width(text[at]);
        } else {
            return (at, at, Stop::Break);
        }
    }
}

/// The end of a quoted scalar without escapes, doubled quotes and line breaks.
#[inline(always)]
fn quoted_word(text: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match chars::byte(text, at) {
            b if b == quote => break,
            b'\\' if quote == b'"' => return None,
            0 | b'\n' | b'\r' | 0xC2 | 0xE2 => return None,
            _ => at += 1,
        }
    }
    (chars::byte(text, at + 1) != quote).then_some(at + 1)
}
