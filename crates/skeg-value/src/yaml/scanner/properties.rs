//! The small tokens around nodes and documents: anchors, aliases, tags and directives.

use super::super::chars::{self, BLANK, BREAK, CLASS, END, WORD};
use super::super::cursor::Cursor;
use super::super::error::Scan;
use super::super::scalar::Scalar;
use super::{Kind, Scanner, Token};

impl Scanner<'_> {
    pub(super) fn anchor(&mut self, kind: Kind) -> Scan<()> {
        self.note_candidate()?;
        self.key_allowed = false;
        let start = self.cursor.at;
        self.cursor.at += 1;
        self.cursor.need(1)?;
        let length = self.word()?;
        let ends = self.cursor.blankz_at(0)
            || matches!(
                self.cursor.byte(),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if length == 0 || !ends {
            return Err(self
                .cursor
                .fault("did not find expected alphabetic or numeric character"));
        }
        self.push(kind, start, self.cursor.at);
        Ok(())
    }

    /// Goes over letters, digits, `_` and `-`; how many there were is the answer.
    fn word(&mut self) -> Scan<usize> {
        let from = self.cursor.at;
        while CLASS[self.cursor.byte() as usize] & WORD != 0 {
            self.cursor.at += 1;
        }
        self.cursor.went(from, 1)?;
        Ok(self.cursor.at - from)
    }

    pub(super) fn tag(&mut self) -> Scan<()> {
        self.note_candidate()?;
        self.key_allowed = false;
        let start = self.cursor.at;
        self.cursor.need(2)?;
        if self.cursor.peek(1) == b'<' {
            self.cursor.at += 2;
            self.tag_uri(false)?;
            if self.cursor.byte() != b'>' {
                return Err(self.cursor.fault("did not find the expected '>'"));
            }
            self.cursor.at += 1;
        } else {
            let is_handle = self.tag_handle(false)?;
            self.tag_uri(!is_handle)?;
        }
        self.cursor.need(1)?;
        if !self.cursor.blankz_at(0) {
            return Err(self.cursor.fault("did not find expected whitespace or line break"));
        }
        self.push(Kind::Tag, start, self.cursor.at);
        Ok(())
    }

    /// Scans `!`, `!name` or `!name!`; whether it ended with a second `!` is the answer.
    fn tag_handle(&mut self, directive: bool) -> Scan<bool> {
        self.cursor.need(1)?;
        if self.cursor.byte() != b'!' {
            return Err(self.cursor.fault("did not find expected '!'"));
        }
        self.cursor.at += 1;
        self.cursor.need(1)?;
        let length = self.word()?;
        if self.cursor.byte() == b'!' {
            self.cursor.at += 1;
            return Ok(true);
        }
        if directive && length > 0 {
            return Err(self.cursor.fault("did not find expected '!'"));
        }
        Ok(false)
    }

    /// Goes over the characters of a tag's URI, of which there must be some unless something stood before.
    fn tag_uri(&mut self, may_be_empty: bool) -> Scan<()> {
        self.cursor.need(1)?;
        let from = self.cursor.at;
        loop {
            match self.cursor.byte() {
                b'%' => {
                    if let Err(problem) = escaped_character(&mut self.cursor, &mut Vec::new())? {
                        return Err(self.cursor.fault(problem));
                    }
                }
                b if is_uri_byte(b) => self.cursor.at += 1,
                _ => break,
            }
            self.cursor.need(1)?;
        }
        if self.cursor.at == from && !may_be_empty {
            return Err(self.cursor.fault("did not find expected tag URI"));
        }
        Ok(())
    }

    pub(super) fn directive(&mut self) -> Scan<()> {
        self.unindent_to(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        let (line, start) = (self.cursor.line, self.cursor.at);
        self.cursor.at += 1;
        self.cursor.need(1)?;
        if self.word()? == 0 {
            return Err(self.cursor.fault("could not find expected directive name"));
        }
        if !self.cursor.blankz_at(0) {
            return Err(self.cursor.fault("found unexpected non-alphabetical character"));
        }
        let kind = match &self.cursor.text[start + 1..self.cursor.at] {
            b"YAML" => {
                self.version()?;
                Kind::VersionDirective
            }
            b"TAG" => {
                self.tag_directive()?;
                Kind::TagDirective
            }
            _ => return Err(self.cursor.fault("found unknown directive name")),
        };
        let end = self.cursor.at;
        self.blanks()?;
        if self.cursor.byte() == b'#' {
            let from = self.cursor.at;
            self.cursor.at = chars::line_end(self.cursor.text, from);
            self.cursor.went(from, 1)?;
        }
        if !self.cursor.is_breakz() {
            return Err(self.cursor.fault("did not find expected comment or line break"));
        }
        if !self.cursor.at_end() {
            self.cursor.need(2)?;
            self.cursor.take_break();
        }
        let (start, end) = (start as u32, end as u32);
        self.queue.push_back(Token {
            kind,
            line,
            start,
            end,
            scalar: Scalar::EMPTY,
        });
        Ok(())
    }

    fn blanks(&mut self) -> Scan<()> {
        self.cursor.need(1)?;
        while self.cursor.is_blank() {
            self.cursor.at += 1;
            self.cursor.need(1)?;
        }
        Ok(())
    }

    fn version(&mut self) -> Scan<()> {
        self.blanks()?;
        self.version_number()?;
        if self.cursor.byte() != b'.' {
            return Err(self.cursor.fault("did not find expected digit or '.' character"));
        }
        self.cursor.at += 1;
        self.version_number()
    }

    fn version_number(&mut self) -> Scan<()> {
        self.cursor.need(1)?;
        let from = self.cursor.at;
        while self.cursor.byte().is_ascii_digit() {
            if self.cursor.at - from == 2 {
                return Err(self.cursor.fault("found extremely long version number"));
            }
            self.cursor.at += 1;
            self.cursor.need(1)?;
        }
        if self.cursor.at == from {
            return Err(self.cursor.fault("did not find expected version number"));
        }
        Ok(())
    }

    fn tag_directive(&mut self) -> Scan<()> {
        self.blanks()?;
        self.tag_handle(true)?;
        self.cursor.need(1)?;
        if !self.cursor.is_blank() {
            return Err(self.cursor.fault("did not find expected whitespace"));
        }
        self.blanks()?;
        self.tag_uri(false)?;
        self.cursor.need(1)?;
        if !self.cursor.blankz_at(0) {
            return Err(self.cursor.fault("did not find expected whitespace or line break"));
        }
        Ok(())
    }
}

/// Whether a byte may stand in the URI of a tag as it is.
fn is_uri_byte(b: u8) -> bool {
    CLASS[b as usize] & WORD != 0
        || CLASS[b as usize] & (BLANK | BREAK | END) == 0 && b";/?:@&=+$,.!~*'()[]".contains(&b)
}

/// Reads a character written as `%XX` octets. The outer error is the reader's, the inner one the scanner's.
pub(in super::super) fn escaped_character(
    cursor: &mut Cursor<'_>,
    output: &mut Vec<u8>,
) -> Scan<Result<(), &'static str>> {
    let mut left = 0;
    let mut first = true;
    while first || left > 0 {
        cursor.need(3)?;
        let digit = |offset: usize| (cursor.peek(offset) as char).to_digit(16);
        let (b'%', Some(high), Some(low)) = (cursor.byte(), digit(1), digit(2)) else {
            return Ok(Err("did not find URI escaped octet"));
        };
        let octet = (high << 4 | low) as u8;
        if first {
            left = match octet {
                0x00..=0x7F => 1,
                0xC0..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0..=0xF7 => 4,
                _ => return Ok(Err("found an incorrect leading UTF-8 octet")),
            };
        } else if octet & 0xC0 != 0x80 {
            return Ok(Err("found an incorrect trailing UTF-8 octet"));
        }
        output.push(octet);
        cursor.at += 3;
        left -= 1;
        first = false;
    }
    Ok(Ok(()))
}
