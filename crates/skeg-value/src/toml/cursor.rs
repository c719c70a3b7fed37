//! A position in a TOML document, read character by character.
//!
//! In: the bytes; out: characters, or a [`Fault`] for control characters and invalid UTF-8. Lines are counted from 1 by
//! the newlines consumed; faults at the end of the text are reported for the line before it, as the reference does.

use super::error::Fault;
use crate::quote::quote_char;

pub(super) struct Cursor<'t> {
    text: &'t [u8],
    at: usize,
    line: usize,
    /// Whether the last [`Cursor::next`] found the end of the text.
    at_end: bool,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Cursor {
            text,
            at: 0,
            line: 1,
            at_end: false,
        }
    }

    /// The offset of the next character.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// The text from an offset up to here; invalid bytes can't have been passed.
    pub(super) fn since(&self, start: usize) -> &'t str {
        std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default()
    }

    /// Consumes one character; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<char>, Fault> {
        let rest = &self.text[self.at..];
        let Some(&first) = rest.first() else {
            self.at_end = true;
            return Ok(None);
        };
        let c = if first.is_ascii() {
            char::from(first)
        } else {
            let chunk = rest[..rest.len().min(4)].utf8_chunks().next();
            match chunk.and_then(|chunk| chunk.valid().chars().next()) {
                Some(c) => c,
                None => return Err(Fault::at(self.line, format!("invalid UTF-8 byte: 0x{first:02x}"))),
            }
        };
        let lone_return = c == '\r' && rest.get(1) != Some(&b'\n');
        if lone_return || (c.is_ascii_control() && !matches!(c, '\t' | '\r' | '\n')) {
            let message = format!("TOML files cannot contain control characters: '0x{:02x}'", u32::from(c));
            return Err(Fault::at(self.line, message));
        }
        if c == '\n' {
            self.line += 1;
        }
        self.at += c.len_utf8();
        Ok(Some(c))
    }

    /// Takes back what [`Cursor::next`] gave.
    pub(super) fn back(&mut self, c: Option<char>) {
        self.at_end = false;
        if let Some(c) = c {
            self.at -= c.len_utf8();
            if c == '\n' {
                self.line -= 1;
            }
        }
    }

    /// The next character without consuming it.
    pub(super) fn peek(&mut self) -> Result<Option<char>, Fault> {
        let c = self.next()?;
        self.back(c);
        Ok(c)
    }

    /// Consumes the next character if it is this one.
    pub(super) fn accept(&mut self, wanted: char) -> Result<bool, Fault> {
        let c = self.next()?;
        if c == Some(wanted) {
            return Ok(true);
        }
        self.back(c);
        Ok(false)
    }

    /// Consumes characters as long as they are wanted.
    pub(super) fn skip_while(&mut self, wanted: impl Fn(char) -> bool) -> Result<(), Fault> {
        loop {
            let c = self.next()?;
            if !c.is_some_and(&wanted) {
                self.back(c);
                return Ok(());
            }
        }
    }

    /// Spaces and tabs.
    pub(super) fn skip_blanks(&mut self) -> Result<(), Fault> {
        self.skip_while(|c| c == ' ' || c == '\t')
    }

    /// A fault here.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        let after_newline = self.at_end && self.at > 0 && self.text[self.at - 1] == b'\n';
        Fault::at(self.line - usize::from(after_newline), message)
    }

    /// A fault at the end of the line before the current one.
    pub(super) fn fault_on_line_before(&self, message: impl Into<String>) -> Fault {
        Fault::at(self.line - 1, message)
    }

    /// A fault here or, at the end of the text, on the line before.
    pub(super) fn fault_or_line_before(&self, message: impl Into<String>) -> Fault {
        if self.at_end {
            self.fault_on_line_before(message)
        } else {
            Fault::at(self.line, message)
        }
    }
}

/// How messages show a character; the end of the text is a NUL.
pub(super) fn shown(c: Option<char>) -> String {
    quote_char(c.unwrap_or('\0'))
}

/// The same in messages that know about the end.
pub(super) fn shown_or_end(c: Option<char>) -> String {
    c.map_or_else(|| "end of file".to_owned(), |c| format!("'{c}'"))
}
