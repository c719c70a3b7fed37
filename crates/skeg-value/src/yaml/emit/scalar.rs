//! Writing one scalar in a chosen style: quoting, escapes, folding at column 80, block headers.
//!
//! In: a string, its style and the column that further lines are indented to; out: bytes appended to the writer.
//!
//! # Source
//! spec/rendering.md 3.4 (literal blocks, line folding, escapes).

use super::style::{EXOTIC, SPACE, Scanned, Style, has_unicode_break, is_break, is_printable};
use super::writer::Writer;

/// A space may become a line break only when the column is greater than this.
const WIDTH: usize = 80;

/// Where a scalar stands.
#[derive(Clone, Copy)]
pub(in crate::yaml) struct Place {
    /// The column of continuation lines and block text.
    pub(in crate::yaml) indent: usize,
    /// Whether a space may become a line break: never in simple keys, never in `toYamlPretty`.
    pub(in crate::yaml) fold: bool,
}

impl Writer<'_> {
    /// Writes the scalar at the current place, without a space before it.
    pub(in crate::yaml) fn scalar(&mut self, scalar: Scanned<'_>, style: Style, place: Place) {
        let text = scalar.text;
        match style {
            // The column can't pass the width if even the bytes don't.
            Style::Plain if scalar.flags & SPACE == 0 || !self.may_fold(text, place) => {
                self.out.extend_from_slice(text)
            }
            Style::Plain => self.folded(text, place, false),
            Style::SingleQuoted => {
                self.out.push(b'\'');
                let has_break = scalar.flags & EXOTIC != 0 && has_unicode_break(text);
                if has_break {
                    self.single_quoted_lines(text, place);
                } else if text.contains(&b'\'') || self.may_fold(text, place) {
                    self.folded(text, place, true);
                } else {
                    self.out.extend_from_slice(text);
                }
                self.out.push(b'\'');
            }
            Style::DoubleQuoted => self.double_quoted(text, place),
            Style::Literal => self.literal(scalar, place.indent),
        }
    }

    fn may_fold(&self, text: &[u8], place: Place) -> bool {
        place.fold && self.out.len() - self.line_start + text.len() + 1 > WIDTH
    }

    /// Characters since the last line break.
    fn column(&self) -> usize {
        count_chars(&self.out[self.line_start..])
    }

    fn break_line(&mut self, indent: usize) {
        self.out.push(b'\n');
        self.line_start = self.out.len();
        self.out.resize(self.out.len() + indent, b' ');
    }

    /// Plain text, or the inside of single quotes: a lone space beyond the width becomes a line break.
    fn folded(&mut self, text: &[u8], place: Place, quoted: bool) {
        let mut column = self.column();
        let mut after_space = false;
        for (at, &byte) in text.iter().enumerate() {
            if byte == b' ' {
                let lone = !after_space && text.get(at + 1) != Some(&b' ');
                let inside = !quoted || (at > 0 && at + 1 < text.len());
                if place.fold && lone && inside && column > WIDTH {
                    self.break_line(place.indent);
                    column = place.indent;
                } else {
                    self.out.push(b' ');
                    column += 1;
                }
                after_space = true;
                continue;
            }
            if quoted && byte == b'\'' {
                self.out.push(b'\'');
                column += 1;
            }
            self.out.push(byte);
            column += usize::from(!is_continuation(byte));
            after_space = false;
        }
    }

    /// The inside of single quotes around text with U+2028 or U+2029: the reference indents what follows one.
    fn single_quoted_lines(&mut self, text: &[u8], place: Place) {
        let text = std::str::from_utf8(text).unwrap_or_default();
        let mut column = self.column();
        let (mut after_space, mut after_break) = (false, false);
        let mut buffer = [0; 4];
        for (at, c) in text.char_indices() {
            let next_is_space = text.as_bytes().get(at + 1) == Some(&b' ');
            if c == ' ' {
                let inside = at > 0 && at + 1 < text.len();
                if place.fold && !after_space && inside && !next_is_space && column > WIDTH {
                    self.break_line(place.indent);
                    column = place.indent;
                } else {
                    self.out.push(b' ');
                    column += 1;
                }
                after_space = true;
                continue;
            }
            if is_break(c) {
                column = 0;
                after_break = true;
            } else {
                if std::mem::take(&mut after_break) {
                    self.out.resize(self.out.len() + place.indent, b' ');
                    column = place.indent;
                }
                if c == '\'' {
                    self.out.push(b'\'');
                    column += 1;
                }
                column += 1;
                after_space = false;
            }
            self.out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
        }
    }

    pub(in crate::yaml) fn double_quoted(&mut self, bytes: &[u8], place: Place) {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        // The reference looks for a byte order mark at the start of the text whatever character it is about to write.
        let escape_all = text.starts_with('\u{feff}');
        self.out.push(b'"');
        let mut column = self.column();
        let mut after_space = false;
        for (at, c) in text.char_indices() {
            let start = self.out.len();
            match c {
                ' ' if !escape_all => {
                    if place.fold && !after_space && column > WIDTH && at > 0 && at + 1 < bytes.len() {
                        self.break_line(place.indent);
                        column = place.indent;
                        if bytes[at + 1] == b' ' {
                            self.out.push(b'\\');
                            column += 1;
                        }
                    } else {
                        self.out.push(b' ');
                        column += 1;
                    }
                    after_space = true;
                    continue;
                }
                '"' | '\\' => self.escape(c),
                c if escape_all || !is_printable(c) || is_break(c) => self.escape(c),
                c => self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
            after_space = false;
            column += count_chars(&self.out[start..]);
        }
        self.out.push(b'"');
    }

    fn escape(&mut self, c: char) {
        let short = match c {
            '\0' => b'0',
            '\u{7}' => b'a',
            '\u{8}' => b'b',
            '\t' => b't',
            '\n' => b'n',
            '\u{b}' => b'v',
            '\u{c}' => b'f',
            '\r' => b'r',
            '\u{1b}' => b'e',
            '"' => b'"',
            '\\' => b'\\',
            '\u{85}' => b'N',
            '\u{a0}' => b'_',
            '\u{2028}' => b'L',
            '\u{2029}' => b'P',
            _ => {
                let code = u32::from(c);
                let (letter, digits) = match code {
                    0..=0xff => (b'x', 2),
                    0x100..=0xffff => (b'u', 4),
                    _ => (b'U', 8),
                };
                self.out.extend_from_slice(&[b'\\', letter]);
                for place in (0..digits).rev() {
                    self.out.push(b"0123456789ABCDEF"[(code >> (4 * place)) as usize & 15]);
                }
                return;
            }
        };
        self.out.extend_from_slice(&[b'\\', short]);
    }

    /// What follows the indicator of a block: the indentation where the text hides it, and what becomes of the line
    /// breaks at its end.
    pub(in crate::yaml) fn block_hints(&mut self, text: &[u8]) {
        let text = std::str::from_utf8(text).unwrap_or_default();
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.out.push(b'2');
        }
        let mut last = text.chars().rev();
        match (last.next().is_some_and(is_break), last.next()) {
            (false, _) => self.out.push(b'-'),
            (true, None) => self.out.push(b'+'),
            (true, Some(before)) if is_break(before) => self.out.push(b'+'),
            (true, Some(_)) => {}
        }
    }

    pub(in crate::yaml) fn literal(&mut self, scalar: Scanned<'_>, indent: usize) {
        let text = std::str::from_utf8(scalar.text).unwrap_or_default();
        self.out.push(b'|');
        self.block_hints(scalar.text);
        self.out.push(b'\n');
        self.out.reserve(text.len() + 16);
        if scalar.flags & EXOTIC != 0 && has_unicode_break(scalar.text) {
            self.literal_lines_with_unicode_breaks(text, indent);
        } else {
            for line in text.split_inclusive('\n') {
                if line != "\n" {
                    self.out.resize(self.out.len() + indent, b' ');
                }
                self.out.extend_from_slice(line.as_bytes());
            }
        }
        self.after_break = text.ends_with(is_break);
    }

    fn literal_lines_with_unicode_breaks(&mut self, text: &str, indent: usize) {
        for line in text.split_inclusive(is_break) {
            if !line.starts_with(is_break) {
                self.out.resize(self.out.len() + indent, b' ');
            }
            self.out.extend_from_slice(line.as_bytes());
        }
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

fn count_chars(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| !is_continuation(byte)).count()
}
