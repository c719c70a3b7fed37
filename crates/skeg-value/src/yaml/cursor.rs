//! A position in the text, with the line it is in.

use super::chars::{self, BLANK, CLASS};
use super::error::{Fault, Scan, Stage};
use super::input::Pages;

/// Where the scanner stands.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
    /// 0-based.
    pub(super) line: u32,
    /// Offset of the first byte of the line (wrapping: a skipped byte order mark shifts it).
    line_start: usize,
    pages: Option<Box<Pages>>,
}

/// What a scalar's text is written to while it is scanned.
pub(super) trait Sink {
    /// Appends bytes.
    fn put(&mut self, bytes: &[u8]);
}

/// Scanning for structure only.
pub(super) struct Discard;

impl Sink for Discard {
    #[inline(always)]
    fn put(&mut self, _bytes: &[u8]) {}
}

impl Sink for Vec<u8> {
    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t [u8], pages: Option<Pages>) -> Self {
        Cursor {
            text,
            at: 0,
            line: 0,
            line_start: 0,
            pages: pages.map(Box::new),
        }
    }

    /// A cursor that stands at the start of a scalar to read it once more.
    pub(super) fn resume(text: &'t [u8], at: usize, column: i32) -> Self {
        Cursor {
            text,
            at,
            line: 0,
            line_start: at.wrapping_sub(column as usize),
            pages: None,
        }
    }

    /// The byte here, 0 at the end.
    #[inline(always)]
    pub(super) fn byte(&self) -> u8 {
        chars::byte(self.text, self.at)
    }

    /// The byte some bytes further, 0 past the end.
    #[inline(always)]
    pub(super) fn peek(&self, offset: usize) -> u8 {
        chars::byte(self.text, self.at + offset)
    }

    #[inline(always)]
    pub(super) fn is_blank(&self) -> bool {
        CLASS[self.byte() as usize] & BLANK != 0
    }

    #[inline(always)]
    pub(super) fn is_breakz(&self) -> bool {
        chars::is_breakz(self.text, self.at)
    }

    #[inline(always)]
    pub(super) fn blankz_at(&self, offset: usize) -> bool {
        chars::is_blankz(self.text, self.at + offset)
    }

    #[inline(always)]
    pub(super) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// 0-based; equal to the number of characters wherever it decides anything.
    #[inline(always)]
    pub(super) fn column(&self) -> i32 {
        self.at.wrapping_sub(self.line_start) as i32
    }

    /// Goes past a line break if one is here; its length in bytes is the answer.
    #[inline(always)]
    pub(super) fn take_break(&mut self) -> usize {
        let length = chars::break_len(self.text, self.at);
        if length > 0 {
            self.at += length;
            self.line += 1;
            self.line_start = self.at;
        }
        length
    }

    /// The end of the text counts as the start of a line of its own.
    pub(super) fn force_new_line(&mut self) {
        if self.column() != 0 {
            self.line += 1;
            self.line_start = self.at;
        }
    }

    /// Whether `---` or `...` stands here at the start of a line, followed by a blank.
    #[inline(always)]
    pub(super) fn at_document_mark(&self) -> bool {
        self.column() == 0
            && matches!(self.byte(), b'-' | b'.')
            && self.peek(1) == self.byte()
            && self.peek(2) == self.byte()
            && self.blankz_at(3)
    }

    /// A scanner error here.
    #[cold]
    pub(super) fn fault(&self, problem: impl Into<String>) -> Box<Fault> {
        Box::new(Fault {
            stage: Stage::Scanner,
            problem: problem.into(),
            line: self.line,
            offset: self.at,
        })
    }

    /// Makes sure that this many characters from here can be read.
    #[inline(always)]
    pub(super) fn need(&mut self, count: usize) -> Scan<()> {
        if self.pages.is_none() {
            Ok(())
        } else {
            self.load(self.at, count)
        }
    }

    /// Replays the needs of a stretch that was gone through in one go: `count` characters after each one of it.
    #[inline(always)]
    pub(super) fn went(&mut self, from: usize, count: usize) -> Scan<()> {
        if self.pages.is_none() {
            Ok(())
        } else {
            self.load_stretch(from, count)
        }
    }

    #[cold]
    fn load(&mut self, at: usize, count: usize) -> Scan<()> {
        let Some(pages) = &mut self.pages else { return Ok(()) };
        pages.need(self.text, at, count).map_err(|problem| {
            Box::new(Fault {
                stage: Stage::Reader,
                problem: problem.to_owned(),
                line: self.line,
                offset: at,
            })
        })
    }

    #[cold]
    fn load_stretch(&mut self, from: usize, count: usize) -> Scan<()> {
        let mut at = from;
        while at < self.at {
            at += chars::width(chars::byte(self.text, at));
            self.load(at, count)?;
        }
        Ok(())
    }

    /// Skips one character at the start of a line where the reference believes to see a byte order mark.
    #[inline(always)]
    pub(super) fn skip_mark(&mut self) {
        if let Some(pages) = &mut self.pages
            && self.at == self.line_start
            && pages.front_is_mark(self.text)
        {
            if self.at < self.text.len() {
                self.at += chars::width(self.text[self.at]);
            } else {
                pages.skip_past_end();
            }
            self.line_start = self.at.wrapping_sub(1);
        }
    }
}
